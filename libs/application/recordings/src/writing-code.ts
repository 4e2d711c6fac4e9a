import { FACTS, FACT_WIRING, type Fact, type RecordedManifest } from '@aitrader/contracts';
import type { Manifest, RunId } from '@aitrader/model';
import type { FactVersions } from '@aitrader/runtime-bus';
import { codeIdentity } from '@aitrader/runtime-configuration';

/** A program that writes recordings: what it is called, which build of it, and on which Node. */
export interface WritingCode {
  readonly version: string;
  /** SHA-256 over its code; empty when it is not known */
  readonly hash: string;
  /** the commit that was checked out; empty when it is not known */
  readonly commit: string;
  readonly node: string;
}

/** The program that wrote a recording. */
export const writerOf = ({ codeVersion, codeHash, codeCommit, nodeVersion }: Manifest): WritingCode => ({
  version: codeVersion,
  hash: codeHash,
  commit: codeCommit,
  node: nodeVersion,
});

/** The program that this process is. */
export function thisCode(): WritingCode {
  return { ...codeIdentity(), node: process.version };
}

/** Whether two programs are known to be the same to the byte. */
export const isSameCode = (one: WritingCode, other: WritingCode): boolean =>
  one.hash !== '' && one.hash === other.hash && one.node === other.node;

const SHOWN_DIGITS = 12;

/** A program in words: `aitrader 0.1.0 (commit 1a19170ce746, build 57b576b36ab0) on Node v26.10.0`. */
export function codeText({ version, hash, commit, node }: WritingCode): string {
  const exactly = [
    ...(commit === '' ? [] : [`commit ${commit.slice(0, SHOWN_DIGITS)}`]),
    ...(hash === '' ? [] : [`build ${hash.slice(0, SHOWN_DIGITS)}`]),
  ];
  return `aitrader ${version}${exactly.length === 0 ? '' : ` (${exactly.join(', ')})`} on Node ${node}`;
}

/** Facts that verifying reads and does not compare: they are read as today's version says them. */
const NOT_COMPARED: readonly Fact[] = ['manifest', 'control', 'opening'];

/** Thrown when only another program can verify a recording: says which one, and why. */
export class OtherCodeError extends Error {
  override readonly name = 'OtherCodeError';
  readonly writtenBy: WritingCode;

  constructor(run: RunId, writtenBy: WritingCode, why: string) {
    const where = writtenBy.commit === '' ? 'that version' : `commit ${writtenBy.commit}`;
    super(
      `${run} was written by ${codeText(writtenBy)}, ${why}. ` +
        `Verifying compares every byte with what the code at hand writes, which is ${codeText(thisCode())}: check out ${where} and run verify there`,
    );
    this.writtenBy = writtenBy;
  }
}

/** Lets pass what this code can verify. @throws OtherCodeError for facts of other versions, or keys of the configuration that are not known here */
export function assertVerifiable(run: RunId, manifest: RecordedManifest, recorded: FactVersions): void {
  const others = FACTS.filter((fact) => !NOT_COMPARED.includes(fact) && isOther(fact, recorded));
  if (others.length > 0) {
    const then = others.map((fact) => `${fact} v${[...(recorded.get(fact) ?? [])].join(' and v')}`);
    const today = others.map((fact) => `${fact} v${FACT_WIRING[fact].version}`);
    throw new OtherCodeError(run, writerOf(manifest), `as ${then.join(', ')}; this code writes ${today.join(', ')}`);
  }
  const { unknownKeys } = manifest;
  if (unknownKeys.length === 0) return;
  const keys = unknownKeys.map(({ key, value }) => `${key} (${JSON.stringify(value)})`);
  throw new OtherCodeError(run, writerOf(manifest), `whose configuration this code does not know all of: ${keys.join(', ')}`);
}

const isOther = (fact: Fact, recorded: FactVersions): boolean =>
  [...(recorded.get(fact) ?? [])].some((version) => version !== FACT_WIRING[fact].version);
