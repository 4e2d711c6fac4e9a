import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { PRINCIPALS, leaseBucketOf, leaseSubject, type StageName } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import { createLogger } from '@aitrader/runtime-telemetry';
import { START_MS_MAX, openTestBus, type BusUnderTest } from '../../test/bus-under-test.ts';
import { openBus, type Bus } from '../connection.ts';
import { FencedError } from '../errors.ts';
import { accessOf } from '../server/index.ts';
import { LeaseBucket } from './lease-bucket.ts';
import { ShardLeases } from './shard-leases.ts';

const STEP_MS_MAX = 60_000;
const SHARDS = [0, 1, 2, 3, 4, 5, 6, 7];
const logger = createLogger({ service: 'leases', level: 'error', destination: 'stderr' });

/** A copy of a service, of which nothing is tried but who runs which shards. */
interface Copy {
  readonly bus: Bus;
  readonly leases: ShardLeases;
  readonly running: Set<number>;
  readonly errors: Error[];
}

describe('leases of shards', () => {
  let under: BusUnderTest;
  const copies = new Set<Copy>();
  beforeAll(async () => {
    under = await openTestBus();
  }, START_MS_MAX);
  afterEach(async () => {
    for (const copy of copies) await leave(copy);
  });
  afterAll(() => under.close());

  async function leave(copy: Copy): Promise<void> {
    copies.delete(copy);
    await copy.leases.leave();
    await copy.bus.nc.close();
  }

  /** Its connection ends, as that of a process which is killed. */
  async function kill(copy: Copy): Promise<void> {
    copies.delete(copy);
    await copy.bus.nc.close();
    await copy.leases.leave().catch(() => undefined);
  }

  async function newCopy(
    run: RunId,
    stage: StageName = 'probability',
    options: Partial<{ mayWait: boolean }> = {},
  ): Promise<Copy> {
    const bus = await openBus(accessOf(under.server, stage), 'a copy');
    const running = new Set<number>();
    const errors: Error[] = [];
    const begin = (shard: number): Promise<void> => {
      // two that run at the same time are what leases are to prevent, as long as all are well
      for (const other of copies) if (other.running.has(shard)) errors.push(new Error(`shard ${shard} runs twice`));
      running.add(shard);
      return Promise.resolve();
    };
    const end = (shard: number): Promise<void> => {
      running.delete(shard);
      return Promise.resolve();
    };
    const leases = new ShardLeases({
      ...{ bus, run, stage, shards: stage === 'probability' ? SHARDS : [-1], mayWait: true, ...options },
      build: { hash: 'abc', commit: '' },
      duties: { take: begin, handOver: end, giveUp: end },
      logger,
      failed: (error) => errors.push(error),
    });
    const copy = { bus, leases, running, errors };
    copies.add(copy);
    await leases.begin();
    return copy;
  }

  const loads = (): readonly number[] => [...copies].map(({ running }) => running.size);
  /** Waits until each copy runs as many shards. Returns all that run, in order. */
  async function whenLoads(...expected: readonly number[]): Promise<readonly number[]> {
    const deadline = performance.now() + STEP_MS_MAX;
    while (loads().join() !== expected.join()) {
      if (performance.now() > deadline) throw new Error(`the loads are ${loads().join()}, not ${expected.join()}`);
      await sleep(20);
    }
    expect([...copies].flatMap(({ errors }) => errors)).toEqual([]);
    return [...copies].flatMap(({ running }) => [...running]).sort((a, b) => a - b);
  }

  it(
    'are shared evenly by those who come, leave and are killed, and no shard runs twice',
    async () => {
      const run = await under.newRun();
      const first = await newCopy(run);
      expect(await whenLoads(8)).toEqual(SHARDS);
      const second = await newCopy(run);
      expect(await whenLoads(4, 4)).toEqual(SHARDS);
      await newCopy(run);
      await newCopy(run);
      expect(await whenLoads(2, 2, 2, 2)).toEqual(SHARDS);
      await leave(first);
      expect(await whenLoads(3, 3, 2)).toEqual(SHARDS);
      await kill(second);
      expect(await whenLoads(4, 4)).toEqual(SHARDS);
    },
    STEP_MS_MAX * 5,
  );

  it('are begun again by who is fenced off while they are its own', async () => {
    const copy = await newCopy(await under.newRun());
    copy.running.delete(3);
    copy.leases.fenced(3, new FencedError('another copy was not quite dead'));
    expect(await whenLoads(8)).toEqual(SHARDS);
  });

  it(
    'are given up by whoever finds them in other hands, and the others are kept',
    async () => {
      const run = await under.newRun();
      const copy = await newCopy(run);
      const table = await LeaseBucket.open(copy.bus, run, 'probability');
      const { leases } = await table.read();
      await table.say('another', { name: 'another', build: '', commit: '' }, undefined, 0);
      await table.pass(5, 'another', leases.get(5)?.token ?? 0);
      await sleep(0);
      const deadline = performance.now() + STEP_MS_MAX;
      while (copy.running.has(5) && performance.now() < deadline) await sleep(20);
      expect(copy.running.has(5)).toBe(false);
      // nobody answers for the other one, so that it is gone, and the shard comes back
      expect(await whenLoads(8)).toEqual(SHARDS);
    },
    STEP_MS_MAX * 2,
  );

  it(
    'of the account are one copy’s; another ends, or stands by when it may',
    async () => {
      const run = await under.newRun();
      const first = await newCopy(run, 'risk', { mayWait: false });
      await expect(newCopy(run, 'risk', { mayWait: false })).rejects.toThrow(
        /fenced off: process \d+ already runs risk \(shard -1\)/,
      );
      const standby = await newCopy(run, 'risk');
      expect([first, standby].map(({ running }) => running.size)).toEqual([1, 0]);
      await kill(first);
      const deadline = performance.now() + STEP_MS_MAX;
      while (standby.running.size === 0 && performance.now() < deadline) await sleep(20);
      expect([...standby.running]).toEqual([-1]);
    },
    STEP_MS_MAX * 2,
  );

  it('are nobody’s but a service’s own, and its owner’s who drops them', async () => {
    const run = await under.newRun();
    const bus = await openBus(accessOf(under.server, 'probability'), 'a copy');
    const leases = await LeaseBucket.open(bus, run, 'probability');
    const token = await leases.pass(0, 'one', 0);
    const key = leaseSubject(leaseBucketOf(run), 'probability', 'shard', '0');
    for (const principal of PRINCIPALS.filter((other) => other !== 'probability')) {
      const other = await openBus(accessOf(under.server, principal), 'a stranger');
      other.nc.publish(key, `{"holder":"${principal}"}`);
      await other.nc.flush();
      await other.nc.close();
    }
    expect((await leases.read()).leases).toEqual(new Map([[0, { holder: 'one', token }]]));
    await LeaseBucket.drop(under.bus, run);
    expect((await (await LeaseBucket.open(bus, run, 'probability')).read()).leases).toEqual(new Map());
    await bus.nc.close();
  });
});
