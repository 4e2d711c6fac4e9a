import { describe, expect, it } from '@jest/globals';
import { appendBar, finishBarTable, newBarTableDraft, newRandomStream, nextUniform, type BarTable } from '@aitrader/core-market';
import { sessionsBetween, type TradingSession } from '@aitrader/core-sessions';
import { dollarsOfPrice, item, ticker, type Denial, type Fill, type Order, type RunConfig } from '@aitrader/model';
import { parseRunConfig } from '@aitrader/runtime-configuration';
import { runInMemory } from './memory-run.ts';

const SESSIONS = sessionsBetween('2023-01-03', '2025-12-31');
const SYMBOLS = ['AAA', 'BBB', 'CCC'].map(ticker);
/** The symbol whose bars are left out now and then. */
const GAPPY = 2;

/** Opens by symbol and close of the bar's session. */
type Opens = ReadonlyMap<string, number>;
const keyOf = (symbol: string, t: number): string => `${symbol} ${t}`;

/** Three years of daily bars that walk, with a drift that turns every 40 sessions, and jump from a close to the next open. */
function dailyMarket(): { table: BarTable; opens: Opens } {
  const draft = newBarTableDraft('1d', SYMBOLS);
  const opens = new Map<string, number>();
  const random = newRandomStream(7);
  const closes = SYMBOLS.map(() => 100);
  const move = (of: number): number => of * (nextUniform(random) - 0.5);
  for (const [day, { close: t }] of SESSIONS.entries()) {
    for (const symbol of SYMBOLS.keys()) {
      const drift = Math.floor(day / 40) % 2 === 0 ? 0.004 : -0.004;
      const open = item(closes, symbol) * (1 + move(0.008));
      const close = open * (1 + drift + move(0.02));
      closes[symbol] = close;
      if (symbol === GAPPY && day % 7 === 3) continue;
      opens.set(keyOf(item(SYMBOLS, symbol), t), open);
      const [high, low] = [Math.max(open, close) * 1.002, Math.min(open, close) * 0.998];
      appendBar(draft, { t, symbol, open, high, low, close, volume: 1_000_000 });
    }
  }
  return { table: finishBarTable(draft), opens };
}

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

const CONFIG = (horizonMinutes: number): RunConfig =>
  parseRunConfig(
    {
      strategy: {
        donchianBars: 20,
        warmUpBars: 60,
        velocityUpMin: 0.5,
        turbulentMax: 1,
        stopAtr: 3,
        targetAtr: 6,
        horizonMinutes,
      },
      risk: { edgeError: 0, kellyFraction: 1, coverage95Full: 0.5, coverage95Min: 0.1, orderNotionalMin: 1_000_000 },
    },
    'a daily run',
  );

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
