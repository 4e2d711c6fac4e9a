import { ContractError, subjectOf, type JsonObject } from '@aitrader/contracts';
import type { Manifest, RunId } from '@aitrader/model';
import {
  BrokenRecordingError,
  FencedPublisher,
  UnknownRunError,
  endsBroken,
  isComplete,
  publishClosing,
  readClosing,
  readStored,
  readingMessage,
  recordedManifestOf,
  versionsIn,
  type Bus,
  type LoggedMessage,
} from '@aitrader/runtime-bus';
import { configHashOf } from '@aitrader/runtime-configuration';
import type { TrustedKeys } from '@aitrader/runtime-signing';
import { SignatureCheck } from './signature-check.ts';
import { Verifier, type Difference, type Verdict } from './verification.ts';
import { assertVerifiable, thisCode, writerOf } from './writing-code.ts';

/**
 * Verifies a recording, and the signatures of its orders and commands by the keys that are trusted; without any they are counted and not judged.
 * @throws UnknownRunError, OtherCodeError, BrokenRecordingError for inputs that cannot be decoded
 */
export async function verifyRecording(
  bus: Bus,
  run: RunId,
  onProgress?: (share: number) => void,
  keys?: TrustedKeys,
): Promise<Verdict> {
  const leaves = (await versionsIn(bus, run)).has('closing');
  return (await verifyWith(bus, run, { leaves, keys }, onProgress)).verdict;
}

/** A run cannot be closed, so that none can follow it. */
export class CannotClose extends Error {
  override readonly name = 'CannotClose';
  constructor(run: RunId, why: string) {
    super(`${run} cannot be closed: ${why}`);
  }
}

/**
 * Records what a run that has ended leaves to the one that follows it, unless it is recorded already. Only what is proved is left: the
 * recording is verified first.
 * @throws UnknownRunError, OtherCodeError, BrokenRecordingError, CannotClose
 */
export async function closeRun(bus: Bus, run: RunId, onProgress?: (share: number) => void): Promise<void> {
  if ((await readClosing(bus, run, 'closing'))?.reader.isWhole === true) return;
  const manifest = await recordedManifestOf(bus, run);
  if (manifest === undefined || !(await isComplete(bus, run, manifest)))
    throw new CannotClose(run, `it has not come to its end: npx aitrader paper --continue ${run} goes on with it`);
  const { verdict, verifier } = await verifyWith(bus, run, { leaves: true }, onProgress);
  const { difference } = verdict;
  if (difference !== undefined)
    throw new CannotClose(run, `it does not verify: message ${difference.seq} on ${difference.subject} ${difference.problem}`);
  const failures: Error[] = [];
  const events = { failed: (error: Error) => void failures.push(error), stored: () => undefined };
  const publisher = new FencedPublisher(bus, run, 'the supervisor', events);
  await publisher.own('closing', -1);
  await publishClosing(publisher, 'closing', verifier.endedAt, verifier.left());
  if (failures[0] !== undefined) throw failures[0];
}

async function verifyWith(
  bus: Bus,
  run: RunId,
  { leaves, keys }: { readonly leaves: boolean; readonly keys?: TrustedKeys | undefined },
  onProgress?: (share: number) => void,
): Promise<{ readonly verdict: Verdict; readonly verifier: Verifier }> {
  const manifest = await recordedManifestOf(bus, run);
  if (manifest === undefined) throw new BrokenRecordingError(run, 'the recording is empty');
  assertVerifiable(run, manifest, await versionsIn(bus, run));
  const verifier = new Verifier(manifest, leaves);
  const signatures = new SignatureCheck(manifest, keys, (message, problem) => {
    verifier.refuse(message, problem);
  });
  let messages = 0;
  const take = (message: LoggedMessage, header: (name: string) => string): void => {
    messages += 1;
    readingMessage(message, () => {
      if (messages === 1) {
        assertUntouched(message, manifest);
        return;
      }
      signatures.offer(message, header);
      verifier.offer(message);
    });
  };
  await readStored(bus, run, take, onProgress).catch(async (error: unknown) => {
    if (messages === 1 || !(await endsBroken(bus, run, manifest, error))) throw error;
    verifier.breakOff(error as BrokenRecordingError);
  });
  verifier.finish();
  const signed = signatures.finish();
  const { intervals, compared, unfinished } = verifier;
  const before = await lookBack(bus, manifest);
  const difference = before?.difference ?? verifier.difference;
  const verdict = { run, messages, intervals, compared, unfinished, difference, follows: before?.follows, signatures: signed };
  return { verdict: { ...verdict, writtenBy: writerOf(manifest), verifiedBy: thisCode() }, verifier };
}

/** The configuration is what its hash says, which is over what was recorded: an earlier version's is read as something else. */
function assertUntouched({ data }: LoggedMessage, { configHash }: Manifest): void {
  const { config } = JSON.parse(new TextDecoder().decode(data)) as { readonly config: JsonObject };
  const hash = configHashOf(config);
  if (hash !== configHash)
    throw new ContractError(
      'manifest',
      'config',
      `was changed after it was recorded: it hashes to ${hash}, not to ${configHash}`,
    );
}

/** Holds what a run took up against what the run before it left, where that one is here. @throws BrokenRecordingError */
async function lookBack(
  bus: Bus,
  { run, follows }: Manifest,
): Promise<(Pick<Verdict, 'follows'> & { difference?: Difference }) | undefined> {
  if (follows === null) return undefined;
  const told = await readClosing(bus, follows.run, 'closing').catch((error: unknown) => {
    if (error instanceof UnknownRunError) return undefined;
    throw error;
  });
  if (told === undefined) return { follows: { ...follows, isHere: false } };
  if (told.reader.isWhole && told.reader.hash === follows.closing) return { follows: { ...follows, isHere: true } };
  const problem = `names ${follows.run}, which left ${told.reader.hash}, and this run took up ${follows.closing}`;
  return { follows: { ...follows, isHere: true }, difference: { seq: 1, subject: subjectOf(run, 'manifest'), t: 0, problem } };
}
