import {
  COSTS_BEFORE_KEYS,
  epochMs,
  ids,
  newBarSlice,
  priceFromDollars,
  quantityFromShares,
  sharesOf,
  dollarsOfPrice,
  ticker,
  type BarSlice,
  type EpochMs,
  type Order,
  type SimulationConfig,
} from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { newSimulatedBroker, simulatedBroker, type BrokerEvent } from '../src/index.ts';

export const A = ticker('A');
export const MINUTE = 60_000;
export const at = (clock: string, date = '2026-01-05'): EpochMs => {
  const [hour, minute] = clock.split(':').map(Number);
  return newYorkInstant(date, (hour ?? 0) * 60 + (minute ?? 0));
};
export const FREE: SimulationConfig = {
  halfSpreadBpRegular: 0,
  halfSpreadBpExtended: 0,
  impactBp: 0,
  participationMax: 1,
  feePerShareDollars: 0,
  ...COSTS_BEFORE_KEYS,
};

/** Long 100 shares at about 100 dollars, stop at 98, target at 104, approved at 10:00, out by 15:00. */
export const order = (more: Partial<Order> = {}): Order => ({
  id: ids.order('o'),
  t: at('10:00'),
  symbol: A,
  side: 'buy',
  quantity: quantityFromShares(100),
  type: 'market',
  timeInForce: 'day',
  reference: priceFromDollars(100),
  stop: priceFromDollars(98),
  target: priceFromDollars(104),
  exitAt: at('15:00'),
  signalId: ids.signal('s'),
  gates: [],
  ...more,
});

export interface Bar {
  readonly open: number;
  readonly high?: number;
  readonly low?: number;
  readonly volume?: number;
  readonly flags?: number;
}

export function sliceOf(t: EpochMs, bar: Bar | undefined): BarSlice {
  const slice = newBarSlice(0, '1m', 1);
  slice.t = t;
  if (bar === undefined) return slice;
  slice.count = 1;
  slice.symbols.push(A);
  slice.open[0] = bar.open;
  slice.high[0] = bar.high ?? bar.open;
  slice.low[0] = bar.low ?? bar.open;
  slice.close[0] = bar.open;
  slice.volume[0] = bar.volume ?? 100_000;
  slice.flags[0] = bar.flags ?? 0;
  return slice;
}

/** Submits the order and lets the broker live through bars that close a minute apart; `undefined` is a missing bar. */
export function play(bars: readonly (Bar | undefined)[], more: Partial<Order> = {}, config: Partial<SimulationConfig> = {}) {
  const given = order(more);
  const state = newSimulatedBroker({ ...FREE, ...config });
  const events: BrokerEvent[] = [];
  simulatedBroker.take(state, epochMs(given.t + MINUTE), { kind: 'submit', leg: 'entry', order: given }, events);
  bars.forEach((bar, n) => {
    const t = epochMs(given.t + (n + 1) * MINUTE);
    simulatedBroker.step(state, t, [sliceOf(t, bar)], events);
  });
  return { given, state, events, told: events.map(tell), atWork: state.brackets.size };
}

/** An event in a few words: what, of which leg, how many shares at what price or still open, why. */
export function tell(event: BrokerEvent): string {
  const why = event.reason === '' ? '' : ` (${event.reason})`;
  if (!('fill' in event)) return `${event.leg} ${event.kind} ${sharesOf(event.remaining)}${why}`;
  const { side, quantity, price, pessimistic } = event.fill;
  return `${event.leg} ${event.kind} ${side} ${sharesOf(quantity)} @ ${dollarsOfPrice(price)}${pessimistic ? ' pessimistic' : ''}`;
}

export const later = (told: readonly string[], from: string): string[] =>
  told.slice(told.findIndex((one) => one.startsWith(from)));
