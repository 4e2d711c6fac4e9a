import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Signer } from '@aitrader/runtime-signing';
import { isSignedBy } from '@aitrader/runtime-signing';

/*
 * An anchor: the signed word about a block of a recording, chained to the one before.
 *
 * 1. Its statement says each field on a line of its own, and names the statement before it by hash: who knows the last anchor knows all.
 * 2. Blocks are numbered from 1, and each begins behind the last message of the one before: what was left out shows.
 */

/** What is said of a block of messages. */
export interface AnchoredBlock {
  readonly run: string;
  /** from 1 */
  readonly block: number;
  /** sequences of its first and last message */
  readonly first: number;
  readonly last: number;
  /** how many these are */
  readonly messages: number;
  /** Merkle root over the leaves of its messages, hex */
  readonly root: string;
  /** hash of the statement of the block before, hex; zeros before the first */
  readonly before: string;
  /** when it was signed, by the clock of who did: ISO 8601, UTC */
  readonly at: string;
  /** the public key it is signed with, base64url */
  readonly key: string;
}

/** An anchor as it is kept. */
export interface Anchor extends AnchoredBlock {
  /** Ed25519 over {@link anchorStatement}, base64url */
  readonly signature: string;
}

/** What the first block names as the one before. */
export const NOTHING_BEFORE = '0'.repeat(64);

/** What is signed: one field a line, none with a line break in it. */
export const anchorStatement = (anchored: AnchoredBlock): string =>
  [
    'aitrader anchor 1',
    `run ${anchored.run}`,
    `block ${anchored.block}`,
    `first ${anchored.first}`,
    `last ${anchored.last}`,
    `messages ${anchored.messages}`,
    `root ${anchored.root}`,
    `before ${anchored.before}`,
    `at ${anchored.at}`,
    `key ${anchored.key}`,
    '',
  ].join('\n');

/** What the next anchor names this one by. */
export const anchorHash = (anchored: AnchoredBlock): string =>
  createHash('sha256').update(anchorStatement(anchored)).digest('hex');

/** Signs what is said of a block. */
export function signAnchor(signer: Signer, said: Omit<AnchoredBlock, 'key'>): Anchor {
  const anchored = { ...said, key: signer.publicKey };
  return { ...anchored, signature: signer.sign(anchorStatement(anchored)) };
}

const HEX = /^[0-9a-f]{64}$/;
const ONE_LINE = /^[^\r\n]+$/;
const anchorSchema = z.strictObject({
  run: z.string().regex(ONE_LINE),
  block: z.int().min(1),
  first: z.int().min(1),
  last: z.int().min(1),
  messages: z.int().min(1),
  root: z.string().regex(HEX),
  before: z.string().regex(HEX),
  at: z.string().regex(ONE_LINE),
  key: z.string(),
  signature: z.string(),
});

/** An anchor as one line of JSON, without its end. */
export const anchorLine = (anchor: Anchor): string => JSON.stringify(anchor);

/** The anchor that a value is, or what is wrong with it. */
export function anchorFrom(value: unknown): Anchor | { readonly problem: string } {
  const result = anchorSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return { problem: `is no anchor: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.replaceAll(/\s+/g, ' ') };
}

/** The anchor that a line is, or what is wrong with it. */
export function anchorIn(line: string): Anchor | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { problem: 'is no anchor: it is no JSON' };
  }
  return anchorFrom(value);
}

/** Why an anchor is not signed by who may say it; undefined when it is. */
export function whyNotSigned(anchor: Anchor, keys: readonly string[]): string | undefined {
  if (!keys.includes(anchor.key)) return `is signed by ${anchor.key}, which is no key of anchors here`;
  return isSignedBy(anchor.key, anchorStatement(anchor), anchor.signature)
    ? undefined
    : `has a signature that is not that of this block by ${anchor.key}: it was changed after it was signed`;
}

/** Why an anchor does not go on from the one before it; undefined when it does. */
export function whyNotNext(anchor: Anchor, run: string, before: Anchor | undefined): string | undefined {
  const [block, first] = [(before?.block ?? 0) + 1, (before?.last ?? 0) + 1];
  if (anchor.run !== run) return `is of ${anchor.run}, not of ${run}`;
  if (anchor.block !== block) return `is missing: what stands in its place is block ${anchor.block}`;
  if (anchor.first !== first) return `begins with message ${anchor.first}, and the block before it ends with ${first - 1}`;
  if (anchor.messages !== anchor.last - anchor.first + 1)
    return `says ${anchor.messages} messages of ${anchor.first} to ${anchor.last}`;
  return anchor.before === (before === undefined ? NOTHING_BEFORE : anchorHash(before))
    ? undefined
    : 'does not go on from the block before it: that one was another when this one was signed';
}
