import { compareText } from '@aitrader/model';

/*
 * Who ought to hold which shards. Every replica reads the same table and comes to the same shares, so nobody has to be asked.
 *
 * 1. The shares of all replicas add up to all shards, and differ by one at most; the longer a replica is there, the larger its share.
 * 2. A replica that goes away makes nobody else's share smaller: only one that comes makes others hand over.
 * 3. Nobody takes more than its share, nor what a living replica holds, and nobody hands over but what is above its share.
 */

/** A replica that is there, and since when: a place in the order in which replicas came. */
export interface Replica {
  readonly id: string;
  readonly since: number;
}

/** What a replica should do now to come to its share. */
export interface LeasePlan {
  readonly take: readonly number[];
  readonly handOver: readonly number[];
}

/** How many of the shards a replica should hold; none of one that is not there. */
export function shareOf(self: string, replicas: readonly Replica[], shards: number): number {
  const rank = rankOf(self, replicas);
  return rank < 0 ? 0 : Math.max(0, Math.ceil((shards - rank) / replicas.length));
}

const rankOf = (self: string, replicas: readonly Replica[]): number =>
  [...replicas].sort((a, b) => a.since - b.since || compareText(a.id, b.id)).findIndex(({ id }) => id === self);

/** `holders` names who holds a shard; what is not in it, or is held by nobody of the replicas, is free. */
export function planLeases(
  self: string,
  replicas: readonly Replica[],
  shards: readonly number[],
  holders: ReadonlyMap<number, string>,
): LeasePlan {
  const living = new Set(replicas.map(({ id }) => id));
  const share = shareOf(self, replicas, shards.length);
  const held = shards.filter((shard) => holders.get(shard) === self);
  if (held.length >= share) return { take: [], handOver: held.slice(share) };
  const free = shards.filter((shard) => !living.has(holders.get(shard) ?? ''));
  // Those who come together begin at different places, and meet less often at the same shard.
  const from = free.length === 0 ? 0 : (Math.max(0, rankOf(self, replicas)) * share) % free.length;
  return { take: [...free.slice(from), ...free.slice(0, from)].slice(0, share - held.length), handOver: [] };
}
