/**
 * 1. An order trades only in bars that close after it was approved, and only in bars that are there and can be trusted.
 * 2. The entry fills at the open; what its share of the volume leaves over is carried to the next bars, until the close of its
 *    session or its exit time, whichever is first.
 * 3. Stop and target protect what has filled, from the very bar of the fill; when both lie inside a bar, the stop is taken.
 *    The first exit calls off what has not entered.
 * 4. A stop fills at its price, or at the open when that is worse; a target fills at its limit once the price went beyond it,
 *    or at the open when that is better. Stops and closes pay spread and impact, targets do not.
 * 5. A close fills from the first bar at or after the exit time, at its open, and works until all is out, whatever the hour.
 * 6. Never more is exited than entered, and nothing fills after the leg is final.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  BAR_FLAG,
  epochMs,
  ids,
  newBarSlice,
  price,
  quantityFromShares,
  sharesOf,
  ticker,
  verdictOf,
  type BarSlice,
  type EpochMs,
  type Fill,
  type Leg,
  type Order,
  type Side,
  type SimulationConfig,
} from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { newSimulatedBroker, simulatedBroker, type BrokerEvent, type SimulatedBrokerState } from './index.ts';

const MINUTE = 60_000;
const CLOSE = newYorkInstant('2026-01-05', 16 * 60);

/** Prices in units of a dime, so that touches, gaps and ties are common. */
interface Bar {
  readonly open: number;
  readonly up: number;
  readonly down: number;
  readonly volume: number;
  readonly flags: number;
}
const someBar: fc.Arbitrary<Bar> = fc.record({
  open: fc.integer({ min: 980, max: 1020 }),
  up: fc.nat({ max: 15 }),
  down: fc.nat({ max: 15 }),
  volume: fc.oneof(fc.nat({ max: 400 }), fc.constant(100_000)),
  flags: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(0, 0, BAR_FLAG.LONG_GAP, BAR_FLAG.OFF_SESSION) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 4095 }) },
    { weight: 1, arbitrary: fc.constant(BAR_FLAG.PRICE_JUMP | BAR_FLAG.CONFIRMED) },
  ),
});
const someConfig: fc.Arbitrary<SimulationConfig> = fc.record({
  halfSpreadBpRegular: fc.nat({ max: 20 }),
  halfSpreadBpExtended: fc.nat({ max: 80 }),
  impactBp: fc.nat({ max: 100 }),
  participationMax: fc.constantFrom(0.05, 0.25, 1),
  feePerShareDollars: fc.constantFrom(0, 0.005),
  spread: fc.constant('fixed' as const),
  halfSpreadFloorBp: fc.constant(0.5),
  spreadSessions: fc.constant(5),
  slippageBp: fc.constantFrom(0, 0, 7),
  latencyMs: fc.constantFrom(0, 0, 1, 60_000, 90_000),
  fees: fc.constantFrom('per-share' as const, 'regulatory' as const),
  borrowRatePerYear: fc.constantFrom(0, 0.3),
});
const somePlay = fc.record({
  bars: fc.array(fc.option(someBar, { freq: 6, nil: undefined }), { minLength: 1, maxLength: 40, size: 'max' }),
  config: someConfig,
  side: fc.constantFrom<Side[]>('buy', 'sell'),
  shares: fc.integer({ min: 1, max: 120 }),
  stopDimes: fc.integer({ min: 1, max: 20 }),
  targetDimes: fc.integer({ min: 1, max: 20 }),
  approvedMinutesBeforeClose: fc.integer({ min: 0, max: 20 }),
  exitMinutes: fc.integer({ min: 1, max: 30 }),
});
type Play = typeof somePlay extends fc.Arbitrary<infer T> ? T : never;

interface Seen {
  readonly t: EpochMs;
  readonly bar: Bar | undefined;
  readonly events: readonly BrokerEvent[];
  readonly state: SimulatedBrokerState;
}

const dollars = (dimes: number): number => dimes / 10;
const units = (dimes: number): number => dimes * 1000;

function sliceOf(t: EpochMs, bar: Bar | undefined): BarSlice {
  const slice = newBarSlice(0, '1m', 1);
  slice.t = t;
  if (bar === undefined) return slice;
  slice.count = 1;
  slice.symbols.push(ticker('A'));
  slice.open[0] = dollars(bar.open);
  slice.high[0] = dollars(bar.open + bar.up);
  slice.low[0] = dollars(bar.open - bar.down);
  slice.close[0] = dollars(bar.open);
  slice.volume[0] = bar.volume;
  slice.flags[0] = bar.flags;
  return slice;
}

function orderOf(play: Play): Order {
  const sign = play.side === 'buy' ? 1 : -1;
  const t = epochMs(CLOSE - play.approvedMinutesBeforeClose * MINUTE);
  return {
    id: ids.order('o'),
    t,
    symbol: ticker('A'),
    side: play.side,
    quantity: quantityFromShares(play.shares),
    type: 'market',
    timeInForce: 'day',
    reference: price(units(1000)),
    stop: price(units(1000 - sign * play.stopDimes)),
    target: price(units(1000 + sign * play.targetDimes)),
    exitAt: epochMs(t + play.exitMinutes * MINUTE),
    signalId: ids.signal('s'),
    gates: [],
  };
}

/** One interval after another; the order is closed when its exit time comes. */
function run(play: Play): { order: Order; seen: Seen[] } {
  const order = orderOf(play);
  const state = newSimulatedBroker(play.config);
  const seen = play.bars.map((bar, n): Seen => {
    const t = epochMs(order.t + (n + 1) * MINUTE);
    const events: BrokerEvent[] = [];
    if (n === 0) simulatedBroker.take(state, t, { kind: 'submit', leg: 'entry', order }, events);
    if (t >= order.exitAt) simulatedBroker.take(state, t, { kind: 'submit', leg: 'time', orderId: order.id }, events);
    simulatedBroker.step(state, t, [sliceOf(t, bar)], events);
    return { t, bar, events, state: structuredCloneOf(state) };
  });
  return { order, seen };
}
const structuredCloneOf = (state: SimulatedBrokerState): SimulatedBrokerState => ({
  ...state,
  brackets: new Map([...state.brackets].map(([id, bracket]) => [id, { ...bracket, executions: { ...bracket.executions } }])),
});

const fillsOf = (events: readonly BrokerEvent[], ...legs: Leg[]): Fill[] =>
  events.flatMap((event) => ('fill' in event && legs.includes(event.leg) ? [event.fill] : []));
const sum = (fills: readonly Fill[]): number => fills.reduce((total, fill) => total + fill.quantity, 0);
const EXITS: readonly Leg[] = ['stop', 'target', 'time'];
const ALL: readonly Leg[] = ['entry', ...EXITS];

/** What a market order pays against `at`, before rounding. */
function atMarket({ config }: Play, at: number, fill: Fill, bar: Bar): number {
  const halfSpread = fill.t <= CLOSE ? config.halfSpreadBpRegular : config.halfSpreadBpExtended;
  const bp = halfSpread + config.slippageBp + config.impactBp * Math.sqrt(sharesOf(fill.quantity) / bar.volume);
  return fill.side === 'buy' ? at * (1 + bp / 10_000) : at * (1 - bp / 10_000);
}

/** Calls `check` with every fill, the bar it was made in and the events of its interval. */
function eachFill(play: Play, check: (fill: Fill, bar: Bar, order: Order, earlier: readonly BrokerEvent[]) => void): void {
  const { order, seen } = run(play);
  const earlier: BrokerEvent[] = [];
  for (const { bar, events } of seen) {
    for (const fill of fillsOf(events, ...ALL)) {
      if (bar === undefined) throw new Error(`${fill.id} filled in a missing bar`);
      check(fill, bar, order, earlier);
    }
    earlier.push(...events);
  }
}

describe('the simulated broker, whatever bars come', () => {
  it('1. trades only after the approval, in bars that are there and can be trusted, within its share of their volume', () => {
    fc.assert(
      fc.property(somePlay, (play) => {
        eachFill(play, (fill, bar, order) => {
          expect(fill.t - MINUTE).toBeGreaterThanOrEqual(order.t + play.config.latencyMs);
          expect(verdictOf(bar.flags)).not.toBe('quarantined');
          if (fill.leg === 'entry') expect(verdictOf(bar.flags)).toBe('good');
          expect(sharesOf(fill.quantity)).toBeLessThanOrEqual(bar.volume * play.config.participationMax);
          expect(Number.isInteger(sharesOf(fill.quantity))).toBe(true);
        });
        for (const { bar, events } of run(play).seen) {
          const share = bar === undefined ? 0 : bar.volume * play.config.participationMax * 1e9;
          expect(sum(fillsOf(events, ...EXITS))).toBeLessThanOrEqual(share);
        }
      }),
    );
  });

  it('2. enters at the open, in time, and as fast as its share of the volume lets it', () => {
    fc.assert(
      fc.property(somePlay, (play) => {
        eachFill(play, (fill, bar, order) => {
          if (fill.leg !== 'entry') return;
          expect(fill.t).toBeLessThan(order.exitAt);
          if (play.approvedMinutesBeforeClose > 0) expect(fill.t).toBeLessThanOrEqual(CLOSE);
          expect(Math.abs(fill.price - atMarket(play, units(bar.open), fill, bar))).toBeLessThanOrEqual(0.5001);
        });
        const { order, seen } = run(play);
        const begins = order.t + play.config.latencyMs + MINUTE;
        const first = seen.find(
          ({ t, bar }) => t >= begins && bar !== undefined && verdictOf(bar.flags) === 'good' && bar.volume > 0,
        );
        if (first?.bar === undefined || first.t >= order.exitAt) return;
        if (play.approvedMinutesBeforeClose > 0 && first.t > CLOSE) return;
        const cap = Math.floor(first.bar.volume * play.config.participationMax);
        expect(sharesOf(quantityFromShares(sum(fillsOf(first.events, 'entry')) / 1e9))).toBe(Math.min(play.shares, cap));
      }),
    );
  });

  it('2. leaves nothing of the entry open once its day or its time is over', () => {
    fc.assert(
      fc.property(somePlay, (play) => {
        const { order, seen } = run(play);
        for (const { t, state } of seen) {
          const over = t >= order.exitAt || (play.approvedMinutesBeforeClose > 0 && t >= CLOSE);
          if (over) expect(state.brackets.get(order.id)?.open ?? 0).toBe(0);
        }
      }),
    );
  });

  it('3. leaves nothing protected by a stop that was touched', () => {
    fc.assert(
      fc.property(somePlay, (play) => {
        const { order, seen } = run(play);
        for (const { bar, state, events } of seen) {
          const bracket = state.brackets.get(order.id);
          if (bar === undefined || verdictOf(bar.flags) === 'quarantined' || bar.volume === 0 || bracket === undefined) continue;
          const worst = order.side === 'buy' ? bar.open - bar.down : -(bar.open + bar.up);
          const stop = order.side === 'buy' ? order.stop : -order.stop;
          if (bracket.held > 0 && units(worst) <= stop) expect(bracket.exit).not.toBe('protected');
          if (fillsOf(events, ...EXITS).length > 0) expect(bracket.open).toBe(0);
        }
      }),
    );
  });

  it('3. calls a stop a guess exactly when the target lay inside the bar too, and the open did not decide', () => {
    fc.assert(
      fc.property(somePlay, (play) => {
        eachFill(play, (fill, bar, order, earlier) => {
          const triggered = earlier.some((event) => event.kind === 'triggered');
          const long = order.side === 'buy';
          const best = units(long ? bar.open + bar.up : bar.open - bar.down);
          const beyond = long ? best > order.target : best < order.target;
          const gapped = long ? units(bar.open) <= order.stop : units(bar.open) >= order.stop;
          const leftOver = fill.leg === 'stop' && (long ? units(bar.open) > order.target : units(bar.open) < order.target);
          const guess = fill.leg === 'stop' && !triggered && beyond && !gapped;
          if (!leftOver) expect(fill.pessimistic).toBe(guess);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('4. fills stops and targets at the prices of the model', () => {
    fc.assert(
      fc.property(somePlay, (play) => {
        eachFill(play, (fill, bar, order, earlier) => {
          const long = order.side === 'buy';
          const open = units(bar.open);
          if (fill.leg === 'stop') {
            const carried = earlier.some((event) => event.kind === 'triggered');
            const worse = long ? Math.min(open, order.stop) : Math.max(open, order.stop);
            expect(Math.abs(fill.price - atMarket(play, carried ? open : worse, fill, bar))).toBeLessThanOrEqual(0.5001);
          }
          if (fill.leg === 'target') {
            expect(fill.price).toBe(long ? Math.max(open, order.target) : Math.min(open, order.target));
            const best = units(long ? bar.open + bar.up : bar.open - bar.down);
            expect(long ? best > order.target : best < order.target).toBe(true);
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  it('5. closes at the open, not before the exit time, and leaves nothing when bars are deep', () => {
    fc.assert(
      fc.property(somePlay, someBar, (play, last) => {
        eachFill(play, (fill, bar, order) => {
          if (fill.leg !== 'time') return;
          expect(fill.t).toBeGreaterThanOrEqual(order.exitAt);
          expect(Math.abs(fill.price - atMarket(play, units(bar.open), fill, bar))).toBeLessThanOrEqual(0.5001);
        });
        const wait = Array.from({ length: 31 }, () => undefined);
        const deep = { ...last, flags: 0, volume: 1_000_000 };
        // the close is given at the first of the deep bars at the latest, and has arrived two later
        const { seen } = run({ ...play, bars: [...play.bars, ...wait, deep, deep, deep] });
        expect(seen.at(-1)?.state.brackets.size).toBe(0);
      }),
    );
  });

  it('6. never exits more than it entered, and fills nothing of a leg that is final', () => {
    fc.assert(
      fc.property(somePlay, (play) => {
        const { order, seen } = run(play);
        const final = new Set<Leg>();
        let entered = 0;
        let exited = 0;
        for (const event of seen.flatMap(({ events }) => events)) {
          expect(final.has(event.leg)).toBe(false);
          if ('fill' in event) {
            if (event.leg === 'entry') entered += event.fill.quantity;
            else exited += event.fill.quantity;
          }
          expect(exited).toBeLessThanOrEqual(entered);
          if (['filled', 'canceled', 'expired', 'rejected'].includes(event.kind)) final.add(event.leg);
        }
        expect(entered).toBeLessThanOrEqual(order.quantity);
        const held = seen.at(-1)?.state.brackets.get(order.id)?.held ?? 0;
        expect(held).toBe(entered - exited);
      }),
    );
  });
});
