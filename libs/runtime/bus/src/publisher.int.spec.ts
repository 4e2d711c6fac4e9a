import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addressOf, intervalOf, placeOf, streamOf, subjectOf } from '@aitrader/contracts';
import { epochMs, type RunId } from '@aitrader/model';
import type { Bus } from './connection.ts';
import { FencedError } from './errors.ts';
import { FencedPublisher, type Outgoing } from './publisher.ts';
import { readMessages } from './recording-reader.ts';
import { openTestBus, START_MS_MAX, type BusUnderTest } from '../test/bus-under-test.ts';

const message = (t: number): Outgoing => ({
  fact: 'order-events',
  shard: -1,
  t: epochMs(t),
  payload: `{"t":${t},"fills":0,"events":[]}`,
});

describe('a fenced publisher', () => {
  let test: BusUnderTest;
  let bus: Bus;

  beforeAll(async () => {
    test = await openTestBus();
    ({ bus } = test);
  }, START_MS_MAX);
  afterAll(() => test.close());

  async function publisherOf(run: RunId): Promise<{ publisher: FencedPublisher; failures: Error[] }> {
    const failures: Error[] = [];
    const publisher = new FencedPublisher(bus, run, 'execution', {
      failed: (error) => failures.push(error),
      stored: () => undefined,
    });
    await publisher.own('order-events', -1);
    return { publisher, failures };
  }

  async function storedIntervals(run: RunId): Promise<number[]> {
    const stored: number[] = [];
    await readMessages(bus, run, ({ data }) => stored.push(intervalOf('order-events', data)));
    return stored;
  }

  it.each(['fills', 'order-events'] as const)(
    'says what is missing of an interval of which a crash left only the %s',
    async (left) => {
      const run = await test.newRun();
      const fills: Outgoing = { fact: 'fills', shard: -1, t: epochMs(5), payload: '{"t":5,"fills":[]}' };
      const interval = [fills, message(5)];
      const before = await publisherOf(run);
      await before.publisher.own('fills', -1);
      before.publisher.publish(interval.filter(({ fact }) => fact === left));
      await before.publisher.settled();
      const after = await publisherOf(run);
      await after.publisher.own('fills', -1);
      after.publisher.publish(interval);
      after.publisher.publish([message(6)]);
      await after.publisher.settled();
      const stored: string[] = [];
      await readMessages(bus, run, ({ subject, data }) =>
        stored.push(`${addressOf(subject).fact} ${intervalOf('order-events', data)}`),
      );
      expect([...before.failures, ...after.failures]).toEqual([]);
      expect(stored).toEqual([`${left} 5`, left === 'fills' ? 'order-events 5' : 'fills 5', 'order-events 6']);
    },
  );

  it('has what is ahead of the fact that closes its interval stored before it, also where a crash left it alone', async () => {
    const run = await test.newRun();
    const of = (fact: Outgoing['fact'], t: number): Outgoing => ({ fact, shard: -1, t: epochMs(t), payload: `{"t":${t}}` });
    const risk = async (): Promise<FencedPublisher> => {
      const { publisher } = await publisherOf(run);
      for (const fact of ['denials', 'forecasts', 'orders'] as const) await publisher.own(fact, -1);
      return publisher;
    };
    const before = await risk();
    for (const t of [1, 2]) before.publish([of('orders', t), of('denials', t), of('forecasts', t)]);
    before.publish([of('forecasts', 3)]);
    await before.settled();
    const after = await risk();
    after.publish([of('denials', 3), of('orders', 3), of('forecasts', 3)]);
    await after.settled();
    const log: string[] = [];
    await readMessages(bus, run, ({ subject, data }) => log.push(`${addressOf(subject).fact} ${intervalOf('orders', data)}`));
    expect(log.toSorted()).toEqual(['denials', 'forecasts', 'orders'].flatMap((fact) => [1, 2, 3].map((t) => `${fact} ${t}`)));
    for (const t of [1, 2, 3]) expect(log.indexOf(`forecasts ${t}`)).toBeLessThan(log.indexOf(`orders ${t}`));
  });

  it('stores several messages of one instant, each once, where another field counts them', async () => {
    const run = await test.newRun();
    const request = (cause: number): Outgoing => ({
      ...{ fact: 'requests', shard: -1, t: epochMs(5), place: cause },
      payload: `{"t":5,"cause":${cause},"requests":[]}`,
    });
    const heard = async (causes: readonly number[]): Promise<number> => {
      const { publisher, failures } = await publisherOf(run);
      await publisher.own('requests', -1);
      const before = publisher.lastPlace('requests', -1);
      for (const cause of causes) publisher.publish([request(cause)]);
      await publisher.settled();
      expect(failures).toEqual([]);
      return before;
    };
    expect(await heard([3, 4, 9])).toBe(-1);
    // What came after the last checkpoint is said again; the rest is new.
    expect(await heard([4, 9, 12])).toBe(9);
    const stored: number[] = [];
    await readMessages(bus, run, ({ data }) => stored.push(placeOf('requests', data)));
    expect(stored).toEqual([3, 4, 9, 12]);
    const last = await bus.jsm.streams.getMessage(streamOf(run), { last_by_subj: subjectOf(run, 'requests') });
    expect(last?.header.get('Nats-Msg-Id')).toBe(`${run}/execution/main/12/requests`);
  });

  it('stores intervals once and in order, singly or in batches', async () => {
    const run = await test.newRun();
    const { publisher, failures } = await publisherOf(run);
    for (let t = 1; t <= 200; t++) {
      publisher.publish([message(t)]);
      if (t % 50 < 5) publisher.flush();
    }
    await publisher.settled();
    expect(failures).toEqual([]);
    expect(await storedIntervals(run)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    const later = await publisherOf(run);
    expect(later.publisher.lastInterval('order-events', -1)).toBe(200);
  });

  it.each([1, 40])(
    'that another has overtaken is fenced off by the expected sequence (%d intervals at once)',
    async (intervals) => {
      const run = await test.newRun();
      const stale = await publisherOf(run);
      const fresh = await publisherOf(run);
      for (let t = 1; t <= 3; t++) fresh.publisher.publish([message(t)]);
      await fresh.publisher.settled();
      for (let t = 0; t < intervals; t++) stale.publisher.publish([message(100 + t)]);
      await stale.publisher.settled();
      expect(stale.failures).toEqual([expect.any(FencedError)]);
      expect(stale.failures[0]?.message).toContain('another copy of execution');
      expect(await storedIntervals(run)).toEqual([1, 2, 3]);
      fresh.publisher.publish([message(4)]);
      await fresh.publisher.settled();
      expect(await storedIntervals(run)).toEqual([1, 2, 3, 4]);
    },
  );

  it('absorbs what a copy of it has stored already', async () => {
    const run = await test.newRun();
    const first = await publisherOf(run);
    const second = await publisherOf(run);
    for (const { publisher } of [first, second]) {
      publisher.publish([message(1)]);
      await publisher.settled();
    }
    expect([...first.failures, ...second.failures]).toEqual([]);
    expect(await storedIntervals(run)).toEqual([1]);
  });

  it(
    'loses and repeats nothing when the server is killed while it publishes',
    async () => {
      const run = await test.newRun();
      const { publisher, failures } = await publisherOf(run);
      const total = 600;
      for (let t = 1; t <= total; t++) {
        publisher.publish([message(t)]);
        if (t % 40 === 0 || t % 7 === 0) publisher.flush();
        if (t % 150 === 0) await test.server.kill9();
        if (t % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await publisher.settled();
      expect(failures).toEqual([]);
      expect(await storedIntervals(run)).toEqual(Array.from({ length: total }, (_, i) => i + 1));
    },
    START_MS_MAX,
  );
});
