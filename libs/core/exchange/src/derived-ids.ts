import { fnv1a32 } from '@aitrader/model';

/*
 * Ids in the shape of UUIDs, derived from a seed and a counter.
 *
 * 1. The same seed, kind and number give the same id; two numbers of a kind never do.
 */

/** What is numbered. */
export type NumberedKind = 'account' | 'asset' | 'order' | 'execution' | 'client' | 'event';

const HEX_DIGITS = 8;
const hex = (word: number): string => (word >>> 0).toString(16).padStart(HEX_DIGITS, '0');

/** Mixes a word one to one: the finaliser of MurmurHash3 (Appleby, public domain). */
function mixed(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The id of number `n` of a kind. The first word alone tells numbers apart; the others tell seeds and kinds apart. */
export function derivedId(seed: string, kind: NumberedKind, n: number): string {
  const root = fnv1a32(`${seed}/${kind}`);
  const first = mixed(n ^ root);
  const [second, third, fourth] = [mixed(first ^ 0x9e3779b9), mixed(root + n), mixed(mixed(root) ^ n)];
  const [b, c, d] = [hex(second), hex(third), hex(fourth)];
  return `${hex(first)}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(1, 4)}-${c.slice(4)}${d}`;
}
