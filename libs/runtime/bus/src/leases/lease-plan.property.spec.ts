import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planLeases, shareOf, type Replica } from './lease-plan.ts';

const replicasOf = (count: number): Replica[] => Array.from({ length: count }, (_, i) => ({ id: `r${i}`, since: i + 1 }));
const shardsOf = (count: number): number[] => Array.from({ length: count }, (_, shard) => shard);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const sharesOf = (replicas: readonly Replica[], shards: number): number[] =>
  replicas.map(({ id }) => shareOf(id, replicas, shards));

/** Lets replicas act one after the other, in an order that `pick` gives, until nobody wants anything; how many rounds that took. */
function settle(
  replicas: readonly Replica[],
  shards: readonly number[],
  holders: Map<number, string>,
  pick: () => number,
): number {
  for (let round = 1; ; round += 1) {
    let moved = 0;
    const order = [...replicas].sort(() => pick());
    for (const { id } of order) {
      const { take, handOver } = planLeases(id, replicas, shards, holders);
      for (const shard of handOver) holders.delete(shard);
      for (const shard of take) holders.set(shard, id);
      moved += take.length + handOver.length;
    }
    if (moved === 0) return round;
    if (round > 10) throw new Error('it does not come to rest');
  }
}

const counts = fc.record({ replicas: fc.integer({ min: 1, max: 20 }), shards: fc.integer({ min: 1, max: 64 }) });

describe('the plan of leases', () => {
  it('1. shares add up to all shards, differ by one at most, and are the larger the longer one is there', () => {
    fc.assert(
      fc.property(counts, ({ replicas, shards }) => {
        const shares = sharesOf(replicasOf(replicas), shards);
        expect(sum(shares)).toBe(shards);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
        expect(shares).toEqual([...shares].sort((a, b) => b - a));
      }),
    );
  });

  it('2. who goes away makes nobody else’s share smaller', () => {
    fc.assert(
      fc.property(counts, fc.nat(), ({ replicas, shards }, gone) => {
        const all = replicasOf(replicas + 1);
        const left = all.filter((_, i) => i !== gone % all.length);
        for (const { id } of left) expect(shareOf(id, left, shards)).toBeGreaterThanOrEqual(shareOf(id, all, shards));
      }),
    );
  });

  it('3. nobody takes what a living replica holds, nor more than its share', () => {
    const held = fc.array(fc.tuple(fc.nat(63), fc.nat(25)), { maxLength: 64 });
    fc.assert(
      fc.property(counts, held, fc.nat(), ({ replicas, shards }, taken, who) => {
        const all = replicasOf(replicas);
        const holders = new Map(taken.map(([shard, by]) => [shard, `r${by}`]));
        const self = `r${who % replicas}`;
        const own = shardsOf(shards).filter((shard) => holders.get(shard) === self).length;
        const { take, handOver } = planLeases(self, all, shardsOf(shards), holders);
        for (const shard of take) expect(Number(holders.get(shard)?.slice(1) ?? replicas)).toBeGreaterThanOrEqual(replicas);
        expect(new Set(take).size).toBe(take.length);
        expect(own + take.length - handOver.length).toBeLessThanOrEqual(shareOf(self, all, shards));
        expect(take.length === 0 || handOver.length === 0).toBe(true);
      }),
    );
  });

  it('comes to rest with every shard held and the load even, whoever comes and goes', () => {
    const changes = fc.array(fc.oneof(fc.constant('comes' as const), fc.nat(30)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        changes,
        fc.infiniteStream(fc.integer({ min: -1, max: 1 })),
        (count, steps, order) => {
          const shards = shardsOf(count);
          const holders = new Map<number, string>();
          let came = 1;
          let replicas: Replica[] = replicasOf(1);
          for (const step of ['settle', ...steps]) {
            if (step === 'comes') replicas = [...replicas, { id: `r${came}`, since: (came += 1) }];
            else if (typeof step === 'number' && replicas.length > 1)
              replicas = replicas.filter((_, i) => i !== step % replicas.length);
            settle(replicas, shards, holders, () => Number(order.next().value ?? 0));
            const loads = replicas.map(({ id }) => shards.filter((shard) => holders.get(shard) === id).length);
            expect(loads).toEqual(sharesOf(replicas, count));
          }
        },
      ),
    );
  });
});
