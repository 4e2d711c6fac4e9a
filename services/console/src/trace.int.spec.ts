/**
 * The way of an interval through the stages, found without reading the recording: the very messages that reading all of it finds.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memoryHost } from '@aitrader/application-backtest';
import { FOLLOWED_MS } from '@aitrader/application-console';
import { addressOf, decodeOrders, encodeReports, encodeRequests, intervalOf, isPlaced } from '@aitrader/contracts';
import { item, newReport, requestId, runId, type EpochMs, type Order, type RunId } from '@aitrader/model';
import { FencedPublisher, readMessages, type LoggedMessage } from '@aitrader/runtime-bus';
import { parseRunConfig } from '@aitrader/runtime-configuration';
import { SILENT, traceIdOf } from '@aitrader/runtime-telemetry';
import { beginRun, openConsole, type ConsoleUnderTest } from './testing/open-console.ts';
import type { TraceAnswer } from './trace.controller.ts';

const START_MS_MAX = 240_000;
const RUN = runId('backtest-traced');
const BEGUN = runId('paper-begun');
const SHARDS = 2;

/** What a recording has of each interval, by reading all of it. */
interface Read {
  readonly ofInterval: ReadonlyMap<number, readonly string[]>;
  readonly orders: readonly Order[];
  readonly messages: number;
}

describe('the way of an interval', () => {
  let open: ConsoleUnderTest;
  let read: Read;

  beforeAll(async () => {
    open = await openConsole({ AITRADER_CONSOLE_TRACE_URL: 'http://127.0.0.1:16686/trace/{trace}' });
    const config = parseRunConfig({ risk: { edge: null } }, 'the configuration of a test');
    const sample = { source: { kind: 'sample' }, shards: SHARDS, config, listener: SILENT } as const;
    await memoryHost({ run: RUN, kind: 'backtest', ...sample }, open.home, true);
    read = await readAll(RUN);
    await beginRun(open.home, BEGUN);
  }, START_MS_MAX);
  afterAll(() => open.close());

  async function readAll(run: RunId): Promise<Read> {
    const ofInterval = new Map<number, string[]>();
    const orders: Order[] = [];
    let messages = 0;
    await readMessages(open.home.bus, run, ({ seq, subject, data }: LoggedMessage) => {
      messages += 1;
      const { fact, shard } = addressOf(subject);
      if (fact === 'manifest' || fact === 'control' || isPlaced(fact)) return;
      if (fact === 'orders') orders.push(...decodeOrders(data).orders);
      const t = intervalOf(fact, data);
      ofInterval.set(t, [...(ofInterval.get(t) ?? []), `${seq} ${fact} ${shard}`]);
    });
    return { ofInterval, orders, messages };
  }

  const trace = async (t: number | string, run: RunId = RUN): Promise<Response> =>
    open.ask(`/api/runs/${run}/intervals/${t}`, open.enter('viewer'));
  const traced = async (t: number): Promise<TraceAnswer> => (await (await trace(t)).json()) as TraceAnswer;

  it('is that which reading the whole recording finds, by a few messages', async () => {
    const all = [...read.ofInterval.keys()];
    const some = [...all.filter((_, i) => i % 97 === 0), item(all, all.length - 1), ...read.orders.slice(0, 3).map(({ t }) => t)];
    expect(some.length).toBeGreaterThan(10);
    expect(read.orders.length).toBeGreaterThan(3);
    const digits = Math.ceil(Math.log2(read.messages)) + 1;
    for (const t of some) {
      const { steps, missing, reads, traceId, link } = await traced(t);
      expect(steps.map(({ seq, fact, shard }) => `${seq} ${fact} ${shard}`)).toEqual(read.ofInterval.get(t));
      expect(missing).toEqual([]);
      // three facts of each shard, six of the account, and where following ends
      expect(reads).toBeLessThanOrEqual((3 * SHARDS + 7) * digits);
      expect([traceId, link]).toEqual([traceIdOf(RUN, t), `http://127.0.0.1:16686/trace/${traceIdOf(RUN, t)}`]);
    }
  });

  it('says in few words what each message holds', async () => {
    const { steps, orders } = await traced(item(read.orders, 0).t);
    const words = new Map(steps.map(({ fact, words: said }) => [fact, said]));
    expect(words.get('bars')).toMatch(/^\d+ bars?$/);
    expect(words.get('orders')).toMatch(new RegExp(`^${orders.rows.length} orders?`));
    expect(steps.every(({ storedAt }) => Math.abs(storedAt - Date.now()) < START_MS_MAX)).toBe(true);
  });

  it('goes on with what became of its orders, by whichever fact, for two hours of the run', async () => {
    const { bus } = open.home;
    const order = item(read.orders, read.orders.length - 1);
    const asked = { id: requestId('x-', order.id, 'entry', 0), t: order.t, orderId: order.id, leg: 'entry' as const };
    const another = { ...asked, id: requestId('x-', order.id, 'stop', 1), orderId: item(read.orders, 0).id };
    const publisher = new FencedPublisher(bus, RUN, 'execution', { failed: () => undefined, stored: () => undefined });
    for (const fact of ['requests', 'reports'] as const) await publisher.own(fact, -1);
    const submit = {
      ...{ kind: 'submit' as const, symbol: order.symbol, side: order.side, quantity: order.quantity, limit: order.reference },
      ...{ stop: null, timeInForce: 'day' as const, extendedHours: false, class: 'simple' as const, exits: null },
    };
    const requests = [asked, another].map((one) => ({ ...one, ...submit }));
    const words = [asked, another].map(({ id }) => ({ ...newReport(order.t, 'accepted', order.symbol), request: id }));
    const at = { shard: -1, t: order.t };
    publisher.publish([{ fact: 'requests', ...at, place: 1, payload: encodeRequests({ t: order.t, cause: 1, requests }) }]);
    publisher.publish([{ fact: 'reports', ...at, place: 1, payload: encodeReports({ t: order.t, n: 1, words }) }]);
    await publisher.settled();

    const { orders } = await traced(order.t);
    expect(orders.rows.map(({ key }) => key)).toContain(order.id);
    const own = orders.happenings.filter(({ orderId }) => orderId === order.id);
    expect(own.slice(-2)).toMatchObject([
      { fact: 'requests', words: 'submit entry' },
      { fact: 'reports', words: 'accepted' },
    ]);
    expect(own.map(({ fact }) => fact)).toContain('fills');
    expect(orders.happenings.every(({ orderId }) => orders.rows.some(({ key }) => key === orderId))).toBe(true);
    expect(orders.happenings.every(({ t }) => t < order.t + FOLLOWED_MS)).toBe(true);
    expect(orders.isCut).toBe(false);
  });

  it('is told as far as it is recorded', async () => {
    const response = await trace(Date.parse('2026-01-05T15:31:00Z') as EpochMs, BEGUN);
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('has no interval that closed at')]);
  });

  it.each([
    [404, String(Date.parse('2024-07-02T03:00:30Z')), /has no interval that closed at 2024-07-02T03:00:30/],
    [400, 'yesterday', /t: yesterday is no time/],
  ])('answers %i where there is none: %s', async (status, t, words) => {
    const response = await trace(t);
    expect([response.status, await response.text()]).toEqual([status, expect.stringMatching(words)]);
  });
});
