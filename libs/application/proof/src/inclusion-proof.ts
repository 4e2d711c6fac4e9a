import { z } from 'zod';
import type { RunId } from '@aitrader/model';
import { recordingInfo } from '@aitrader/runtime-bus';
import { anchorFrom, whyNotSigned, type Anchor } from './anchor.ts';
import { anchorFilesOf, readAnchors } from './anchor-files.ts';
import type { ChainMeans } from './chain-check.ts';
import { leafOf } from './leaf.ts';
import { pathOf, rootFrom, rootOf } from './merkle.ts';
import { recordedLeaves, recordedMessage } from './recorded-leaves.ts';

/**
 * What proves to a stranger that a message stood at its place in a recording when its block was signed: the message, its way up to the root, and the
 * anchor of the block.
 */
export interface InclusionProof {
  readonly message: {
    readonly seq: number;
    readonly subject: string;
    readonly headers: readonly (readonly [name: string, value: string])[];
    /** base 64 */
    readonly payload: string;
  };
  /** place of its leaf in the block, from 0 */
  readonly index: number;
  /** the neighbours on the way up, hex, from below */
  readonly path: readonly string[];
  readonly anchor: Anchor;
}

/** A message cannot be proved. */
export class CannotProve extends Error {
  override readonly name = 'CannotProve';
}

/** The proof of a message. @throws CannotProve saying why there is none, UnknownRunError, Error of the bus and the disk */
export async function proofOf({ bus, home, keys }: ChainMeans, run: RunId, seq: number): Promise<InclusionProof> {
  const { last_seq: end } = (await recordingInfo(bus, run)).state;
  if (seq > end) throw new CannotProve(`${run} has no message ${seq}: it ends with message ${end}`);
  const { anchors, problem } = await readAnchors(anchorFilesOf(home, run).lines, run, keys);
  const anchor = anchors.find(({ first, last }) => first <= seq && seq <= last);
  if (anchor === undefined) {
    const known = anchors.at(-1)?.last ?? 0;
    throw new CannotProve(problem?.problem ?? `message ${seq} of ${run} is not anchored yet: anchors go up to message ${known}`);
  }
  const { first, last, root, block } = anchor;
  const { leaves, missing } = await recordedLeaves(bus, run, first, last);
  const message = await recordedMessage(bus, run, seq);
  if (missing !== undefined || message === undefined || Buffer.from(rootOf(leaves)).toString('hex') !== root)
    throw new CannotProve(
      `block ${block} of ${run} is not the one that was anchored: "aitrader verify ${run} --chain" names the message`,
    );
  return {
    message: { seq, subject: message.subject, headers: message.headers, payload: Buffer.from(message.data).toString('base64') },
    index: seq - first,
    path: pathOf(leaves, seq - first).map((beside) => Buffer.from(beside).toString('hex')),
    anchor,
  };
}

const LINE = z.string().regex(/^[^\r\n]*$/);
const proofSchema = z.strictObject({
  message: z.strictObject({
    seq: z.int().min(1),
    subject: LINE,
    headers: z.array(z.tuple([LINE, LINE])),
    payload: z.base64(),
  }),
  index: z.int().min(0),
  path: z.array(z.string().regex(/^[0-9a-f]{64}$/)),
  anchor: z.unknown(),
});

/** Reads a proof. @throws CannotProve saying what is wrong with it */
export function proofFrom(text: string): InclusionProof {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CannotProve('is no proof: it is no JSON');
  }
  const result = proofSchema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new CannotProve(`is no proof: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const anchor = anchorFrom(result.data.anchor);
  if ('problem' in anchor) throw new CannotProve(`its anchor ${anchor.problem}`);
  return { ...result.data, anchor };
}

/** Why a proof proves nothing under these keys; undefined when it proves its message. Asks nothing but the proof itself. */
export function whyNotProved({ message, index, path, anchor }: InclusionProof, keys: readonly string[]): string | undefined {
  const { seq, subject, headers, payload } = message;
  if (anchor.first + index !== seq)
    return `message ${seq} does not stand at place ${index} of a block that begins with ${anchor.first}`;
  const leaf = leafOf({ seq, subject, headers, data: Buffer.from(payload, 'base64') });
  const root = rootFrom(
    leaf,
    index,
    anchor.messages,
    path.map((beside) => Buffer.from(beside, 'hex')),
  );
  if (root === undefined || Buffer.from(root).toString('hex') !== anchor.root)
    return `message ${seq} and its path do not lead to the root of block ${anchor.block}`;
  const why = whyNotSigned(anchor, keys);
  return why === undefined ? undefined : `its anchor ${why}`;
}
