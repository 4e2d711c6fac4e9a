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
  ticker,
  type BarSlice,
  type EpochMs,
  type Order,
  type Side,
  type SimulationConfig,
} from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { newSimulatedBroker, simulatedBroker, type BrokerEvent } from '@aitrader/core-simulation';
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
const CLOSE = newYorkInstant('2026-01-05', 16 * 60);
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
});
const somePlay = fc.record({
  bars: fc.array(fc.option(someBar, { freq: 6, nil: undefined }), { minLength: 1, maxLength: 40, size: 'max' }),
  config: someConfig,
  side: fc.constantFrom<Side[]>('buy', 'sell'),
  shares: fc.integer({ min: 1, max: 120 }),
  stopDimes: fc.integer({ min: 1, max: 20 }),
  targetDimes: fc.integer({ min: 1, max: 20 }),
  minutesBeforeClose: fc.integer({ min: 0, max: 20 }),
  exitMinutes: fc.integer({ min: 1, max: 30 }),
});
type Play = typeof somePlay extends fc.Arbitrary<infer T> ? T : never;

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

function figuresOf({ side, stopDimes, targetDimes, minutesBeforeClose, exitMinutes }: Play) {
  const sign = side === 'buy' ? 1 : -1;
  const t = epochMs(CLOSE - minutesBeforeClose * MINUTE);
  return {
    t,
    exitAt: epochMs(t + exitMinutes * MINUTE),
    stop: 1000 - sign * stopDimes,
    target: 1000 + sign * targetDimes,
  };
}

/** Trades in order: time, leg, quantity, price, fee, guess. */
function bySimulator(play: Play): readonly string[] {
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
  simulatedBroker.take(state, t, { kind: 'submit', leg: 'entry', order }, events);
  play.bars.forEach((bar, n) => {
    const at = epochMs(t + (n + 1) * MINUTE);
    if (at === exitAt) simulatedBroker.take(state, at, { kind: 'submit', leg: 'time', orderId: order.id }, events);
    simulatedBroker.step(state, at, [sliceOf(at, bar)], events);
  });
  return events.flatMap((event) => {
    if (event.kind !== 'executed' && event.kind !== 'filled') return [];
    const { t: when, leg, side, quantity, price: paid, fee, pessimistic } = event.fill;
    return [`${when} ${leg} ${side} ${quantity} @ ${paid} fee ${fee} ${pessimistic}`];
  });
}

function byExchange(play: Play): readonly string[] {
  const { t, exitAt, stop, target } = figuresOf(play);
  const from = epochMs(t - MINUTE);
  const state = newExchange({ seed: 's', from, cash: cash(1e12), simulation: play.config, rules: 'simulation' });
  listAsset(state, A);
  const updates: TradeUpdate[] = [];
  advance(state, t, [sliceOf(t, { open: 1000, up: 0, down: 0, volume: 0, flags: 0 })], updates);
  const legs = { takeProfit: { limitPrice: dimesText(target) }, stopLoss: { stopPrice: dimesText(stop) } };
  const terms = { symbol: 'A', qty: String(play.shares), side: play.side, type: 'market', timeInForce: 'day' };
  const placed = placeOrder(state, { ...terms, orderClass: 'bracket', ...legs }, updates);
  if (isRefusal(placed)) throw new Error(placed.message);
  const closing = new Set<string>();
  play.bars.forEach((bar, n) => {
    const at = epochMs(t + (n + 1) * MINUTE);
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

describe('the exchange beside the in-memory simulator', () => {
  it('1. fills the same, to the unit', () => {
    let fills = 0;
    fc.assert(
      fc.property(somePlay, (play) => {
        const expected = bySimulator(play);
        fills += expected.length;
        expect(byExchange(play)).toEqual(expected);
      }),
      { numRuns: 800 },
    );
    expect(fills).toBeGreaterThan(400);
  });
});
