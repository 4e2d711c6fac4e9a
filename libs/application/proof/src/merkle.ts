import { hash } from 'node:crypto';

/*
 * Merkle trees as RFC 6962 (2.1) hashes them, over leaves that lie one behind the other in one array of bytes. No I/O.
 *
 * 1. A leaf is never taken for a node: what is hashed begins with 0 for the one, with 1 for the other.
 * 2. A root belongs to one list of leaves: any change, of order or number too, gives another one.
 * 3. A path proves the leaf of one index in a tree of one size, and no other.
 */

/** Bytes of a SHA-256. */
export const HASH_BYTES = 32;
const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

const sha256 = (...parts: readonly Uint8Array[]): Buffer => hash('sha256', Buffer.concat(parts), 'buffer');

/** The leaf of what is to be proved. */
export const leafHash = (...data: readonly Uint8Array[]): Buffer => sha256(LEAF, ...data);

/** How many leaves an array of bytes holds. */
export const leafCount = (leaves: Uint8Array): number => leaves.length / HASH_BYTES;

/** The leaf of an index, from 0. */
export const leafAt = (leaves: Uint8Array, index: number): Uint8Array =>
  leaves.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);

/** The level above one: a last one without a neighbour goes up as it is, which is the split by the largest power of two of RFC 6962. */
function levelAbove(level: Uint8Array): Uint8Array {
  const count = leafCount(level);
  const above = Buffer.allocUnsafe(Math.ceil(count / 2) * HASH_BYTES);
  // what is hashed of each two, in one piece of memory
  const node = Buffer.concat([NODE, Buffer.alloc(2 * HASH_BYTES)]);
  for (let i = 0; i < count; i += 2) {
    const both = level.subarray(i * HASH_BYTES, (i + 2) * HASH_BYTES);
    if (i + 1 < count) node.set(both, 1);
    above.set(i + 1 < count ? hash('sha256', node, 'buffer') : both, (i / 2) * HASH_BYTES);
  }
  return above;
}

/** The root over leaves. @throws RangeError without any */
export function rootOf(leaves: Uint8Array): Uint8Array {
  if (leafCount(leaves) < 1) throw new RangeError('a tree without leaves has no root here');
  let level = leaves;
  while (leafCount(level) > 1) level = levelAbove(level);
  return level;
}

/** What proves the leaf of an index: the neighbours on its way up, from below. @throws RangeError when there is no such leaf */
export function pathOf(leaves: Uint8Array, index: number): readonly Uint8Array[] {
  if (!(index >= 0 && index < leafCount(leaves))) throw new RangeError(`no leaf ${index} of ${leafCount(leaves)}`);
  const path: Uint8Array[] = [];
  let at = index;
  for (let level = leaves; leafCount(level) > 1; level = levelAbove(level)) {
    const beside = at % 2 === 0 ? at + 1 : at - 1;
    if (beside < leafCount(level)) path.push(Uint8Array.from(leafAt(level, beside)));
    at = Math.floor(at / 2);
  }
  return path;
}

/** The root that a leaf and its path lead to in a tree of a size (RFC 9162, 2.1.3.2); undefined when the path is none of that place. */
export function rootFrom(leaf: Uint8Array, index: number, count: number, path: readonly Uint8Array[]): Uint8Array | undefined {
  if (!Number.isSafeInteger(index) || index < 0 || index >= count) return undefined;
  let [at, last, reached] = [index, count - 1, leaf];
  for (const beside of path) {
    if (last === 0) return undefined;
    if (at % 2 === 0 && at !== last) reached = sha256(NODE, reached, beside);
    else {
      reached = sha256(NODE, beside, reached);
      while (at % 2 === 0 && at > 0) [at, last] = [at / 2, Math.floor(last / 2)];
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? reached : undefined;
}
