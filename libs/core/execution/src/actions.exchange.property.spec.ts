/**
 * Execution with a paper exchange behind it, over corporate actions, beside the in-memory simulator.
 *
 * 1. By the simulator's rules the same orders fill at the same times, prices and sizes, whatever actions come while they are held, also through
 *    a copy of the state.
 * 2. What the manager holds is what the account of the exchange has.
 */
import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  cash,
  compareText,
  COSTS_BEFORE_KEYS,
  epochMs,
  ids,
  newBarSlice,
  newControl,
  newExecutionReport,
  price,
  quantityFromShares,
  ticker,
  type BarSlice,
  type CorporateAction,
  type EpochMs,
  type ExecutionInput,
  type Fill,
  type Order,
  type SimulationConfig,
  type Ticker,
} from '@aitrader/model';
import { tradeDateStart } from '@aitrader/core-market';
import { newYorkInstant } from '@aitrader/core-sessions';
import { CONFIG } from '../test/given-manager.ts';
import { exchangeExecutionStage, positionsOf, simulatedExecutionStage, type ExchangeExecutionState } from './index.ts';

const SYMBOLS = ['AAA', 'BBB'].map((name) => ticker(name));
const DATES = ['05', '06', '07', '08', '09', '12', '13', '14'].map((day) => `2026-01-${day}`);
/** A company's symbol once it changes. */
const renamed = (symbol: Ticker): Ticker => ticker(`${symbol}.B`);
const SIMULATION: SimulationConfig = {
  ...COSTS_BEFORE_KEYS,
  ...{ halfSpreadBpRegular: 3, halfSpreadBpExtended: 12, impactBp: 0, participationMax: 1, feePerShareDollars: 0.0035 },
};

/** The interval of a date that closes at so many minutes from midnight. */
const closeOf = (date: string, minute: number): EpochMs => newYorkInstant(date, minute);
const [MORNING, EVENING] = [10 * 60, 15 * 60 + 55];
const times = DATES.flatMap((date) => [closeOf(date, MORNING), closeOf(date, EVENING)]);

const someBar = fc.record({
  open: fc.integer({ min: 980, max: 1020 }),
  up: fc.nat({ max: 60 }),
  down: fc.nat({ max: 60 }),
  volume: fc.constantFrom<number[]>(0, 1_000_000, 1_000_000),
});
const FIRST = { open: 1000, up: 0, down: 0, volume: 1_000 };
const someTape = fc.array(
  fc.tuple(fc.option(someBar, { freq: 8, nil: undefined }), fc.option(someBar, { freq: 8, nil: undefined })),
  {
    minLength: times.length,
    maxLength: times.length,
  },
);
const someOrder = fc.record({
  n: fc.nat({ max: times.length - 3 }),
  symbol: fc.constantFrom(...SYMBOLS),
  long: fc.boolean(),
  shares: fc.integer({ min: 1, max: 150 }),
  stop: fc.integer({ min: 30, max: 800 }),
  target: fc.integer({ min: 30, max: 800 }),
  held: fc.integer({ min: 1, max: times.length }),
});
const someOrders = fc.uniqueArray(someOrder, { selector: ({ symbol }) => symbol, minLength: 1, maxLength: 2 });
const someAction = fc.record({
  kind: fc.constantFrom(
    'split' as const,
    'split' as const,
    'cash-dividend' as const,
    'spin-off' as const,
    'symbol-change' as const,
    'new-listing' as const,
  ),
  symbol: fc.constantFrom(...SYMBOLS),
  date: fc.constantFrom(...DATES.slice(1)),
  ratio: fc.constantFrom([2, 1], [7, 1], [1, 3], [3, 2]),
  cents: fc.integer({ min: 1, max: 900 }),
  told: fc.boolean(),
});
const someActions = fc.uniqueArray(someAction, { selector: ({ symbol, date }) => `${symbol} ${date}`, maxLength: 3 });
type SomeAction = typeof someAction extends fc.Arbitrary<infer T> ? T : never;
type SomeOrder = typeof someOrder extends fc.Arbitrary<infer T> ? T : never;

function actionOf({ kind, symbol, date, ratio, cents }: SomeAction): CorporateAction {
  const [newShares = 1, oldShares = 1] = kind === 'split' || kind === 'spin-off' ? ratio : [];
  return {
    id: `${symbol}.${date}`,
    ...{ kind, symbol, newShares, oldShares },
    exAt: tradeDateStart(date),
    payAt: tradeDateStart(kind === 'cash-dividend' ? '2026-01-13' : date),
    cash: cash(kind === 'cash-dividend' || kind === 'spin-off' ? cents * 10_000 : 0),
    other: kind === 'symbol-change' ? renamed(symbol) : kind === 'spin-off' ? ticker('SPUN') : symbol,
  };
}

function orderOf({ n, symbol, long, shares, stop, target, held }: SomeOrder): Order {
  const t = times[n] ?? epochMs(0);
  const sign = long ? 1 : -1;
  return {
    id: ids.order(`o.${t}.${symbol}`),
    ...{ t, symbol, side: long ? 'buy' : 'sell', quantity: quantityFromShares(shares), type: 'market', timeInForce: 'day' },
    reference: price(1_000_000),
    stop: price((1000 - sign * stop) * 1000),
    target: price((1000 + sign * target) * 1000),
    exitAt: times[Math.min(n + held, times.length - 1)] ?? epochMs(0),
    ...{ signalId: ids.signal('s'), gates: [] },
  };
}

/** Prices go over an action unchanged: what matters is that both see the same. A company goes on under its new symbol. */
function sliceOf(
  t: EpochMs,
  bars: readonly (typeof someBar extends fc.Arbitrary<infer T> ? T | undefined : never)[],
  actions: readonly CorporateAction[],
): BarSlice {
  const slice = newBarSlice(0, '1m', SYMBOLS.length);
  slice.t = t;
  const rows = SYMBOLS.flatMap((symbol, n) => {
    const bar = bars[n];
    const isRenamed = actions.some((action) => action.kind === 'symbol-change' && action.symbol === symbol && action.exAt < t);
    return bar === undefined ? [] : [{ symbol: isRenamed ? renamed(symbol) : symbol, bar }];
  }).sort((a, b) => compareText(a.symbol, b.symbol));
  slice.count = rows.length;
  for (const [row, { symbol, bar }] of rows.entries()) {
    slice.symbols[row] = symbol;
    slice.open[row] = bar.open / 10;
    slice.high[row] = (bar.open + bar.up) / 10;
    slice.low[row] = (bar.open - bar.down) / 10;
    slice.close[row] = bar.open / 10;
    slice.volume[row] = bar.volume;
    slice.flags[row] = 0;
  }
  return slice;
}

type Play = readonly [
  tape: readonly (readonly (typeof someBar extends fc.Arbitrary<infer T> ? T | undefined : never)[])[],
  orders: readonly SomeOrder[],
  actions: readonly SomeAction[],
];

function inputsOf([tape, wanted, said]: Play): readonly ExecutionInput[] {
  // who decides has seen a bar
  const seen = wanted.filter(({ n, symbol }) => n === 0 || tape[n]?.[SYMBOLS.indexOf(symbol)] !== undefined);
  const [orders, actions] = [seen.map(orderOf), said.map(actionOf)];
  return times.map((t, n) => {
    const before = times[n - 1];
    const decided = orders.filter((order) => order.t === before).sort((a, b) => compareText(a.id, b.id));
    const account = {
      cash: cash(0),
      equity: cash(0),
      gross: cash(0),
      reserved: cash(0),
      realised: cash(0),
      equityPeak: cash(0),
      drawdownPpm: 0,
      tradingState: 'active' as const,
    };
    const due = actions.filter((action, i) =>
      (said[i]?.told ?? false) ? n === 0 : action.exAt < t && action.exAt >= (before ?? 0),
    );
    return {
      t,
      // an exchange refuses what has never traded
      bars: [sliceOf(t, n === 0 ? SYMBOLS.map(() => FIRST) : (tape[n] ?? []), actions)],
      decision:
        before === undefined
          ? undefined
          : { t: before, account, trips: [], orders: decided, exits: [], denials: [], forecast: null },
      control: due.length === 0 ? [] : [newControl('corporate-actions', before ?? t, 'test', '', { actions: due })],
    };
  });
}

const traded = ({ t, orderId, leg, side, quantity, price: at, symbol }: Fill): string =>
  [t, orderId, leg, side, quantity, at, symbol].join(' ');

function simulated(inputs: readonly ExecutionInput[]): readonly string[] {
  const state = simulatedExecutionStage.initial(SIMULATION);
  const report = newExecutionReport();
  return inputs.flatMap((input) => {
    simulatedExecutionStage.apply(state, input, report);
    return report.fills.map(traded);
  });
}

function atExchange(
  inputs: readonly ExecutionInput[],
  isCopied: boolean,
): { fills: readonly string[]; state: ExchangeExecutionState } {
  const manager = { ...CONFIG, entries: 'market' as const, reconciliation: null };
  let state = exchangeExecutionStage.initial({ manager, simulation: SIMULATION, rules: 'simulation', cash: cash(1e12) });
  const report = newExecutionReport();
  const fills = inputs.flatMap((input) => {
    exchangeExecutionStage.apply(state, input, report);
    if (isCopied) state = deserialize(serialize(state)) as ExchangeExecutionState;
    return report.fills.map(traded);
  });
  return { fills, state };
}

describe('the exchange behind execution, over corporate actions', () => {
  it('1. fills as the simulator does; 2. and has what the manager holds', () => {
    let held = 0;
    fc.assert(
      fc.property(fc.tuple(someTape, someOrders, someActions), fc.boolean(), (play, isCopied) => {
        const inputs = inputsOf(play);
        const { fills, state } = atExchange(inputs, isCopied);
        expect(fills).toEqual(simulated(inputs));
        const positions = new Map(
          [...(state.exchange?.ledger.positions ?? [])].map(([symbol, { quantity }]) => [symbol, quantity]),
        );
        positions.delete(ticker('SPUN'));
        expect(positions).toEqual(positionsOf(state.execution.manager));
        held += fills.length;
      }),
      { numRuns: 300 },
    );
    expect(held).toBeGreaterThan(100);
  });
});
