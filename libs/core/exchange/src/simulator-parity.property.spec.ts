/**
 * 1. A market order with a stop and a target trades as in the in-memory simulator, under the simulator's rules: the same legs, at the same
 *    times, in the same quantities, at the same prices, fees and guesses included; also when it is closed at the end of its time.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  BAR_FLAG,
  cash,
  epochMs,
  ids,
  newBarSlice,
  price,
  quantityFromShares,
  spreadNoteOf,
  ticker,
  type BarSlice,
  type EpochMs,
  type Order,
  type Side,
  type SimulationConfig,
} from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { newSimulatedBroker, simulatedBroker, watchBars, type BrokerEvent } from '@aitrader/core-simulation';
import {
  advance,
  cancelOrder,
  closePosition,
  isRefusal,
  legsOf,
  listAsset,
  newExchange,
  placeOrder,
  positionIn,
  type TradeUpdate,
} from './index.ts';

const MINUTE = 60_000;
const CLOSE = newYorkInstant('2026-01-09', 16 * 60);
/** Over a weekend: loans cost three days. */
const NEXT_OPEN = newYorkInstant('2026-01-12', 9 * 60 + 30);
const A = ticker('A');

/** Prices in dimes, so that touches, gaps and ties are common. */
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
  flags: fc.constantFrom(0, 0, 0, 0, BAR_FLAG.LONG_GAP, BAR_FLAG.OFF_SESSION, BAR_FLAG.PRICE_JUMP),
});
const someConfig: fc.Arbitrary<SimulationConfig> = fc.record({
  halfSpreadBpRegular: fc.nat({ max: 20 }),
  halfSpreadBpExtended: fc.nat({ max: 80 }),
  impactBp: fc.nat({ max: 100 }),
  participationMax: fc.constantFrom(0.05, 0.25, 1),
  feePerShareDollars: fc.constantFrom(0, 0.005),
  spread: fc.constantFrom('fixed' as const, 'estimated' as const),
  halfSpreadFloorBp: fc.constantFrom(0, 0.5),
  spreadSessions: fc.constantFrom(1, 5),
  slippageBp: fc.constantFrom(0, 7),
  latencyMs: fc.constantFrom(0, 0, 1, 60_000, 90_000),
  fees: fc.constantFrom('per-share' as const, 'regulatory' as const),
  borrowRatePerYear: fc.constantFrom(0, 0.3, 0.3),
});
/** Far ones leave much to be held over a night. */
const someDistance = fc.oneof(
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 20 }) },
  { weight: 2, arbitrary: fc.constant(80) },
);
const somePlay = fc.record({
  bars: fc.array(fc.option(someBar, { freq: 6, nil: undefined }), { minLength: 1, maxLength: 40, size: 'max' }),
  config: someConfig,
  side: fc.constantFrom<Side[]>('buy', 'sell'),
  shares: fc.integer({ min: 1, max: 120 }),
  stopDimes: someDistance,
  targetDimes: someDistance,
  minutesBeforeClose: fc.integer({ min: 0, max: 20 }),
  exitMinutes: fc.integer({ min: 1, max: 30 }),
  /** whether the bars after the close are those of the next morning */
  overNight: fc.constantFrom(true, true, false),
  /** bars before the order, that tell a spread where there are many */
  before: fc.constantFrom(0, 0, 150),
});
type Play = typeof somePlay extends fc.Arbitrary<infer T> ? T : never;

const AT_ORDER: Bar = { open: 1000, up: 0, down: 0, volume: 0, flags: 0 };

const dimesText = (dimes: number): string => `${Math.trunc(dimes / 10)}.${dimes % 10}`;
const priceOf = (dimes: number) => price(dimes * 1000);

function sliceOf(t: EpochMs, bar: Bar | undefined): BarSlice {
  const slice = { ...newBarSlice(0, '1m', 1), t };
  if (bar === undefined) return slice;
  [slice.count, slice.symbols] = [1, [A]];
  [slice.open[0], slice.high[0]] = [bar.open / 10, (bar.open + bar.up) / 10];
  [slice.low[0], slice.close[0]] = [(bar.open - bar.down) / 10, bar.open / 10];
  [slice.volume[0], slice.flags[0]] = [bar.volume, bar.flags];
  return slice;
}

/** When the bar closes that is so many minutes after the approval. */
function timeOf({ minutesBeforeClose, overNight }: Play, minutes: number): EpochMs {
  const t = CLOSE + (minutes - minutesBeforeClose) * MINUTE;
  return epochMs(overNight && t > CLOSE ? t - CLOSE + NEXT_OPEN : t);
}

/** Bars before the order: prices that bounce, the same every time. */
const BEFORE: readonly Bar[] = Array.from({ length: 150 }, (_, n) => {
  const bounce = (n * 7919) % 5;
  return { open: 1000 + bounce, up: (n * 104_729) % 4, down: (n * 1_299_709) % 3, volume: 1_000, flags: 0 };
});
const beforeOf = ({ before }: Play, t: EpochMs): (readonly [EpochMs, Bar])[] =>
  BEFORE.slice(0, before).map((bar, n) => [epochMs(t - (before - n) * MINUTE), bar]);

function figuresOf(play: Play) {
  const { side, stopDimes, targetDimes, exitMinutes } = play;
  const sign = side === 'buy' ? 1 : -1;
  return {
    t: timeOf(play, 0),
    exitAt: timeOf(play, exitMinutes),
    stop: 1000 - sign * stopDimes,
    target: 1000 + sign * targetDimes,
  };
}

/** Trades in order: time, leg, quantity, price, fee, guess. */
const bySimulator = (play: Play): readonly string[] =>
  eventsOfSimulator(play).flatMap((event) => {
    if (event.kind !== 'executed' && event.kind !== 'filled') return [];
    const { t: when, leg, side, quantity, price: paid, fee, pessimistic } = event.fill;
    return [`${when} ${leg} ${side} ${quantity} @ ${paid} fee ${fee} ${pessimistic}`];
  });

function eventsOfSimulator(play: Play): readonly BrokerEvent[] {
  const { t, exitAt, stop, target } = figuresOf(play);
  const state = newSimulatedBroker(play.config);
  const events: BrokerEvent[] = [];
  const order: Order = {
    id: ids.order('o'),
    t,
    symbol: A,
    side: play.side,
    quantity: quantityFromShares(play.shares),
    type: 'market',
    timeInForce: 'day',
    reference: priceOf(1000),
    stop: priceOf(stop),
    target: priceOf(target),
    exitAt,
    signalId: ids.signal('s'),
    gates: [],
  };
  for (const [at, bar] of beforeOf(play, t)) watchBars(state, at, [sliceOf(at, bar)]);
  watchBars(state, t, [sliceOf(t, AT_ORDER)]);
  simulatedBroker.take(state, t, { kind: 'submit', leg: 'entry', order }, events);
  play.bars.forEach((bar, n) => {
    const at = timeOf(play, n + 1);
    if (at === exitAt) simulatedBroker.take(state, at, { kind: 'submit', leg: 'time', orderId: order.id }, events);
    simulatedBroker.step(state, at, [sliceOf(at, bar)], events);
  });
  return events;
}

function byExchange(play: Play): readonly string[] {
  const { t, exitAt, stop, target } = figuresOf(play);
  const from = epochMs(t - (play.before + 1) * MINUTE);
  const state = newExchange({ seed: 's', from, cash: cash(1e12), simulation: play.config, rules: 'simulation' });
  listAsset(state, A);
  const updates: TradeUpdate[] = [];
  for (const [at, bar] of beforeOf(play, t)) advance(state, at, [sliceOf(at, bar)], updates);
  advance(state, t, [sliceOf(t, AT_ORDER)], updates);
  const legs = { takeProfit: { limitPrice: dimesText(target) }, stopLoss: { stopPrice: dimesText(stop) } };
  const terms = { symbol: 'A', qty: String(play.shares), side: play.side, type: 'market', timeInForce: 'day' };
  const placed = placeOrder(state, { ...terms, orderClass: 'bracket', ...legs }, updates);
  if (isRefusal(placed)) throw new Error(placed.message);
  const closing = new Set<string>();
  play.bars.forEach((bar, n) => {
    const at = timeOf(play, n + 1);
    const root = state.orders.get(placed.id);
    if (at === exitAt && root !== undefined && !legsOf(state, root).some(({ elected }) => elected)) {
      for (const { id } of [root, ...legsOf(state, root)]) cancelOrder(state, id, updates);
      const closed = positionIn(state, A) === 0 ? undefined : closePosition(state, A, {}, updates);
      if (closed !== undefined && !isRefusal(closed)) closing.add(closed.id);
    }
    advance(state, at, [sliceOf(at, bar)], updates);
  });
  return state.executions.map((one) => {
    const role = closing.has(one.orderId) ? 'time' : (state.orders.get(one.orderId)?.role ?? '');
    return `${one.t} ${role} ${one.side} ${one.quantity} @ ${one.price} fee ${one.fee} ${one.pessimistic}`;
  });
}

function isHeldOver(events: readonly BrokerEvent[]): boolean {
  const times = events.flatMap((event) => ('fill' in event ? [event.t] : []));
  return times.some((t) => t <= CLOSE) && times.some((t) => t >= NEXT_OPEN);
}

describe('the exchange beside the in-memory simulator', () => {
  it('1. fills the same, to the unit', () => {
    let [fills, told, loans] = [0, 0, 0];
    fc.assert(
      fc.property(somePlay, (play) => {
        const events = eventsOfSimulator(play);
        const expected = bySimulator(play);
        fills += expected.length;
        told += events.filter(({ reason }) => spreadNoteOf(reason)?.from === 'bars').length;
        loans += play.side === 'sell' && play.config.borrowRatePerYear > 0 && isHeldOver(events) ? 1 : 0;
        expect(byExchange(play)).toEqual(expected);
      }),
      { numRuns: 800 },
    );
    expect(fills).toBeGreaterThan(400);
    expect(told).toBeGreaterThan(40);
    expect(loans).toBeGreaterThan(10);
  });
});
