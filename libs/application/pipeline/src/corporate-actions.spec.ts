import { beforeAll, describe, expect, it } from '@jest/globals';
import { appendBar, finishBarTable, newBarTableDraft, tradeDateStart, type BarTable } from '@aitrader/core-market';
import { newRandomStream, nextUniform } from '@aitrader/core-numeric';
import { newYorkDate, sessionsBetween } from '@aitrader/core-sessions';
import {
  cash,
  cashFromDollars,
  item,
  ticker,
  type CorporateAction,
  type Fill,
  type Order,
  type OrderEvent,
  type RunConfig,
  type Signal,
  type StateSlice,
} from '@aitrader/model';
import { parseRunConfig } from '@aitrader/runtime-configuration';
import type { RunResult } from './memory-run.ts';
import { runInMemory } from './memory-run.ts';

const SESSIONS = sessionsBetween('2023-01-03', '2025-12-31');
const [AAA, BBB, CCC] = ['AAA', 'BBB', 'CCC'].map(ticker) as [
  ReturnType<typeof ticker>,
  ReturnType<typeof ticker>,
  ReturnType<typeof ticker>,
];
const SYMBOLS = [AAA, BBB, CCC];

/** Three years of daily bars that walk; `scale` is what a price of the day is multiplied by, which is a power of two: no bit is lost. */
function dailyMarket(scale: (symbol: number, date: string) => number): BarTable {
  const draft = newBarTableDraft('1d', SYMBOLS);
  const random = newRandomStream(7);
  const closes = SYMBOLS.map(() => 128);
  const move = (of: number): number => of * (nextUniform(random) - 0.5);
  // prices of 1/64 dollar: exact in units of price however they are scaled
  const tick = (price: number): number => Math.round(price * 16) / 16;
  for (const [day, { close: t }] of SESSIONS.entries()) {
    for (const symbol of SYMBOLS.keys()) {
      const drift = Math.floor(day / 40) % 2 === 0 ? 0.004 : -0.004;
      const open = tick(item(closes, symbol) * (1 + move(0.008)));
      const close = tick(open * (1 + drift + move(0.02)));
      closes[symbol] = close;
      const [high, low] = [tick(Math.max(open, close) * 1.002), tick(Math.min(open, close) * 0.998)];
      const by = scale(symbol, newYorkDate(t));
      appendBar(draft, { t, symbol, open: open * by, high: high * by, low: low * by, close: close * by, volume: 1_000_000 });
    }
  }
  return finishBarTable(draft);
}

const CONFIG: RunConfig = parseRunConfig(
  {
    strategies: [
      {
        name: 'breakout',
        parameters: {
          ...{
            donchianBars: 20,
            warmUpBars: 60,
            velocityUpMin: 0.5,
            turbulentMax: 1,
            stopAtr: 3,
            targetAtr: 6,
            horizonMinutes: 3_900,
          },
        },
      },
    ],
    risk: { edgeError: 0, edge: null, kellyFraction: 1, coverage95Full: 0.5, coverage95Min: 0.1, orderNotionalMin: 1_000_000 },
  },
  'test',
);

interface Happened {
  readonly signals: Signal[];
  readonly orders: Order[];
  readonly fills: Fill[];
  readonly events: OrderEvent[];
  readonly equity: Map<number, number>;
  /** by symbol, the surprises that the filter met, in standard deviations */
  readonly states: StateSlice[];
  readonly result: RunResult;
}

async function run(table: BarTable, actions: readonly CorporateAction[] = [], shards = 2): Promise<Happened> {
  const happened = { signals: [], orders: [], fills: [], events: [], equity: new Map(), states: [] } as Omit<Happened, 'result'>;
  const result = await runInMemory({
    ...{ table, config: CONFIG, shards, actions },
    watchers: [
      ({ t, signals, decision, report }) => {
        for (const slice of signals) happened.signals.push(...structuredClone(slice.signals));
        happened.orders.push(...structuredClone(decision.orders));
        happened.fills.push(...structuredClone(report.fills));
        happened.events.push(...structuredClone(report.events));
        happened.equity.set(t, decision.account.equity);
      },
    ],
  });
  return { ...happened, result };
}

const action = (date: string, kind: CorporateAction['kind'], more: Partial<CorporateAction> = {}): CorporateAction => {
  const exAt = tradeDateStart(date);
  const plain = { symbol: AAA, exAt, payAt: exAt, newShares: 1, oldShares: 1, cash: cash(0), other: more.symbol ?? AAA };
  return { id: `${date} ${kind}`, kind, ...plain, ...more };
};

/** A date on which a position of the plain run in a symbol is held overnight: the session after its entry. */
function heldDate({ fills }: Happened, symbol: string): string {
  for (const { leg, t, orderId } of fills.filter((fill) => fill.symbol === symbol && fill.leg === 'entry')) {
    const exit = fills.find((fill) => fill.orderId === orderId && fill.leg !== leg);
    const next = SESSIONS.findIndex(({ close }) => close === t) + 1;
    if (exit !== undefined && exit.t > item(SESSIONS, next).close) return newYorkDate(item(SESSIONS, next).close);
  }
  throw new Error(`nothing was held overnight in ${symbol}`);
}

describe('a run over corporate actions', () => {
  let plain: Happened;
  beforeAll(async () => {
    plain = await run(dailyMarket(() => 1));
  });

  it('decides over a split what it decides over prices that were adjusted for it', async () => {
    const date = heldDate(plain, AAA);
    const raw = dailyMarket((symbol, day) => (symbol === 0 && day < date ? 4 : 1));
    const split = await run(raw, [action(date, 'split', { newShares: 4 })]);
    expect(split.signals.map(({ id, direction }) => [id, direction])).toEqual(
      plain.signals.map(({ id, direction }) => [id, direction]),
    );
    expect(split.fills.map(({ id }) => id)).toEqual(plain.fills.map(({ id }) => id));
    const [entry, ...exits] = split.fills.filter(
      ({ orderId, symbol, t }) =>
        symbol === AAA &&
        split.fills.some(
          (fill) =>
            fill.orderId === orderId &&
            fill.leg === 'entry' &&
            fill.t < tradeDateStart(date) &&
            fill.t > tradeDateStart(date) - 4 * 86_400_000,
        ) &&
        t > 0,
    );
    const left = exits.reduce((sum, { quantity }) => sum + quantity, 0);
    expect(left).toBe((entry?.quantity ?? NaN) * 4);
    const [end, expected] = [split, plain].map(({ result }) => result.equity.end) as [number, number];
    // whole shares at four times the price are a coarser grid of sizes
    expect(Math.abs(end - expected)).toBeLessThan(Math.abs(expected - 100_000) * 0.05);
  });

  it('does not take for a split what nobody says is one', async () => {
    const date = heldDate(plain, AAA);
    const raw = dailyMarket((symbol, day) => (symbol === 0 && day < date ? 4 : 1));
    const untold = await run(raw);
    expect(untold.result.equity.end).not.toBeCloseTo(plain.result.equity.end, -1);
  });

  it('gives the same with any number of shards, over every kind of action', async () => {
    const date = heldDate(plain, AAA);
    const table = dailyMarket(() => 1);
    const actions = [
      action(date, 'split', { newShares: 3, oldShares: 2 }),
      action(date, 'cash-dividend', { cash: cashFromDollars(1.2345), payAt: tradeDateStart('2025-07-04') }),
      action(heldDate(plain, BBB), 'spin-off', { symbol: BBB, newShares: 1231, oldShares: 1000, other: ticker('BBBS') }),
      action('2024-06-03', 'new-listing', { symbol: CCC }),
      action('2025-06-02', 'symbol-change', { symbol: CCC, other: BBB }),
      action('2025-06-02', 'cash-dividend', { symbol: ticker('ZZZ'), other: ticker('ZZZ'), cash: cashFromDollars(3) }),
    ];
    const [one, four] = [await run(table, actions, 1), await run(table, actions, 4)];
    expect(four.result.digest).toEqual(one.result.digest);
    expect(one.result.digest.all).not.toBe(plain.result.digest.all);
  });

  it('calls off an entry that waits for the open of an ex-date', async () => {
    const entry = plain.fills.find(({ leg, symbol }) => leg === 'entry' && symbol === AAA);
    const date = newYorkDate(
      item(
        SESSIONS,
        SESSIONS.findIndex(({ close }) => close === entry?.t),
      ).close,
    );
    const split = await run(
      dailyMarket(() => 1),
      [action(date, 'cash-dividend', { cash: cashFromDollars(0.25), payAt: tradeDateStart(date) })],
    );
    const canceled = split.events.filter(({ reason }) => reason === 'corporate-action');
    expect(canceled).toMatchObject([{ orderId: entry?.orderId, leg: 'entry', kind: 'canceled' }]);
    expect(split.fills.some(({ orderId }) => orderId === entry?.orderId)).toBe(false);
  });

  it('keeps the equity over a split of a held position: it moves as without one', async () => {
    const date = heldDate(plain, AAA);
    const raw = dailyMarket((symbol, day) => (symbol === 0 && day < date ? 4 : 1));
    const { equity } = await run(raw, [action(date, 'split', { newShares: 4 })]);
    const at = SESSIONS.findIndex(({ close }) => close > tradeDateStart(date));
    const [before, after] = [item(SESSIONS, at - 1).close, item(SESSIONS, at).close];
    const moved = (of: ReadonlyMap<number, number>): number => ((of.get(after) ?? NaN) - (of.get(before) ?? NaN)) / 1e6;
    expect(Math.abs(moved(equity) - moved(plain.equity))).toBeLessThan(100);
  });
});
