const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a, 32 bit, over the UTF-8 bytes of ASCII text. Source: Fowler, Noll, Vo; IETF draft-eastlake-fnv. */
export function fnv1a32(text: string): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return hash >>> 0;
}

/** The shard that owns a symbol, in 0 … shards − 1. It never changes within a run. */
export const shardOf = (symbol: string, shards: number): number => (shards === 1 ? 0 : fnv1a32(symbol) % shards);
