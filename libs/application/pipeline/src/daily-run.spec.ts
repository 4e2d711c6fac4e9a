import { describe, expect, it } from '@jest/globals';
import type { BarTable } from '@aitrader/core-market';
import type { TradingSession } from '@aitrader/core-sessions';
import { dollarsOfPrice, item, type Denial, type Fill, type Order, type RunConfig } from '@aitrader/model';
import { DAILY_SESSIONS as SESSIONS, dailyConfig as CONFIG, dailyMarket, keyOf } from '../../../../tools/testing/daily-market.ts';
import { runInMemory } from './memory-run.ts';

interface Happened {
  readonly orders: Order[];
  readonly denials: Denial[];
  readonly fills: Fill[];
}

async function run(table: BarTable, config: RunConfig): Promise<Happened> {
  const happened: Happened = { orders: [], denials: [], fills: [] };
  await runInMemory({
    table,
    config,
    shards: 2,
    watchers: [
      ({ decision, report }) => {
        happened.orders.push(...structuredClone(decision.orders));
        happened.denials.push(...structuredClone(decision.denials));
        happened.fills.push(...structuredClone(report.fills));
      },
    ],
  });
  return happened;
}

const indexOf = (t: number): number => SESSIONS.findIndex(({ close }) => close === t);
const sessionAfter = (t: number, count: number): TradingSession => item(SESSIONS, indexOf(t) + count);
/** What half the spread and the impact may take of a price. */
const COST_MAX = 0.003;

describe('a run on daily bars', () => {
  const { table, opens } = dailyMarket();
  const openOf = ({ symbol }: Fill, t: number): number => opens.get(keyOf(symbol, t)) ?? NaN;
  const costOf = (fill: Fill, open: number): number => (dollarsOfPrice(fill.price) / open - 1) * (fill.side === 'buy' ? 1 : -1);

  it('enters at the open of the session after the signal, or not at all when the symbol has no bar in it', async () => {
    const { orders, denials, fills } = await run(table, CONFIG(60));
    expect(denials.filter(({ gate }) => gate === 'SESSION')).toEqual([]);
    expect(orders.length).toBeGreaterThan(20);
    const entries = new Map(fills.filter(({ leg }) => leg === 'entry').map((fill) => [fill.orderId, fill]));
    for (const order of orders) {
      if (order.t === SESSIONS.at(-1)?.close) continue;
      const next = sessionAfter(order.t, 1).close;
      const entry = entries.get(order.id);
      expect([order.symbol, order.t, entry?.t]).toEqual([
        order.symbol,
        order.t,
        opens.has(keyOf(order.symbol, next)) ? next : undefined,
      ]);
      if (entry === undefined) continue;
      const cost = costOf(entry, openOf(entry, next));
      expect(cost).toBeGreaterThan(0);
      expect(cost).toBeLessThan(COST_MAX);
    }
    expect(entries.size).toBeLessThan(orders.length);
  });

  it.each([
    [60, 1],
    [961, 2],
    [4_800, 5],
  ])(
    'with a horizon of %d minutes leaves at the open %d sessions after the entry, unless stop or target came first',
    async (minutes, held) => {
      const { orders, fills } = await run(table, CONFIG(minutes));
      const byTime = fills.filter(({ leg }) => leg === 'time');
      expect(byTime.length).toBeGreaterThan(5);
      const orderOf = new Map(orders.map((order) => [order.id, order]));
      for (const fill of byTime) {
        const order = orderOf.get(fill.orderId);
        if (order === undefined) throw new Error(`a fill of ${fill.orderId}`);
        const due = sessionAfter(order.t, 1 + held);
        expect(order.exitAt).toBe(due.open);
        // a symbol without a bar on the day leaves on the next one that has one
        const first = SESSIONS.slice(indexOf(due.close)).find(({ close }) => opens.has(keyOf(fill.symbol, close)));
        expect(fill.t).toBe(first?.close);
        expect(Math.abs(costOf(fill, openOf(fill, fill.t)))).toBeLessThan(COST_MAX);
      }
      for (const fill of fills.filter(({ leg }) => leg === 'stop' || leg === 'target')) {
        const order = orderOf.get(fill.orderId);
        expect(order !== undefined && fill.t > order.t && indexOf(fill.t) <= indexOf(order.t) + held).toBe(true);
      }
    },
  );

  it('ends flat but for what its last sessions began', async () => {
    const { orders, fills } = await run(table, CONFIG(60));
    const lastDays = SESSIONS.at(-4)?.close ?? NaN;
    const held = new Map<string, number>();
    for (const { orderId, side, quantity } of fills)
      held.set(orderId, (held.get(orderId) ?? 0) + (side === 'buy' ? quantity : -quantity));
    const open = orders.filter(({ id }) => (held.get(id) ?? 0) !== 0);
    expect(open.filter(({ t }) => t < lastDays)).toEqual([]);
  });
});
