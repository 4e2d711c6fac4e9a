/*
 * What an account may come to hold, and what it may then lose.
 *
 * 1. Positions count at their marks, and of every open order all that may still fill, at the price that is reckoned with: whatever execution is
 *    silent about counts in full. What exits may still take off counts for nothing in what entries are held against.
 * 2. More of anything held the same way never leaves more room.
 */
import { MINUTES_OF, type Direction, type ForecastHorizon, type Ticker } from '@aitrader/model';
import { equityOf } from '@aitrader/core-portfolio';
import { momentAt, SESSION_MINUTES } from '@aitrader/core-sessions';
import type { AccountAmount, AccountBook } from './account-forecast.ts';
import { accountLawOf, SHORTFALL_PER_QUANTILE, UNIT_QUANTILES, type Holding } from './account-law.ts';
import { addExposure, commonWith, newExposure, type Exposure } from './correlation.ts';
import { horizonSd } from './horizon-scales.ts';
import { lowestQuantile } from './kept-quantiles.ts';
import { gainedSince } from './later-trades.ts';
import type { OpenOrder } from './open-orders.ts';
import type { RiskState } from './state.ts';
import { lastClose } from './tape.ts';

const MS_PER_MINUTE = 60_000;

/** What is held or may come to be held of each symbol, units of cash, short below 0. O(positions + open orders). */
export function worstAmountsOf({ ledger, orders }: RiskState): ReadonlyMap<Ticker, number> {
  const held = new Map<Ticker, number>();
  for (const { symbol, marketValue } of ledger.positions.values()) held.set(symbol, (held.get(symbol) ?? 0) + marketValue);
  for (const { symbol, side, reserved } of orders.values())
    if (reserved > 0) held.set(symbol, (held.get(symbol) ?? 0) + (side === 'sell' ? -reserved : reserved));
  return held;
}

/** The same with how each is left, as it is forecast. O(positions + open orders). */
export function worstBookOf(state: RiskState): AccountBook {
  const { ledger, timeframe, forecasts } = state;
  return {
    equity: equityOf(ledger),
    amounts: [...worstAmountsOf(state)].map(([symbol, amount]) => ({ symbol, amount, ...exitsOf(state, symbol, amount) })),
    barMinutes: MINUTES_OF[timeframe],
    gainedSince: (from) => gainedSince(forecasts.later, ledger, from),
  };
}

/**
 * How a symbol's holding is left, where one order alone has it: at its stop, at its target, or at its time. Nothing is said of an order that is in
 * doubt, nor of daily bars, which nights leap over. O(open orders).
 */
function exitsOf({ orders, tape, calendar, t, timeframe }: RiskState, symbol: Ticker, amount: number): Partial<AccountAmount> {
  const own = [...orders.values()].filter((order) => order.symbol === symbol);
  const [exits, price] = [own.length === 1 && own.every(isProtected) ? own[0]?.exits : undefined, lastClose(tape, symbol)];
  if (exits === undefined || timeframe === '1d' || !(price > 0)) return {};
  const sign = amount < 0 ? -1 : 1;
  const { session } = momentAt(calendar, t);
  return {
    exits: { loss: (sign * (price - exits.stop)) / price, gain: (sign * (exits.target - price)) / price },
    isLeftToday: session !== undefined && exits.exitAt <= session.close,
  };
}

/** Whether the exits of an order are at work, or will be once it has entered, for all that is known. */
const isProtected = ({ legs, unknown }: OpenOrder): boolean =>
  (unknown?.size ?? 0) === 0 && legs.get('stop') !== 'refused' && legs.get('target') !== 'refused';

/** What entries are forecast to: what is held by minutes is flat before the close, what is held by daily bars is not. */
function horizonOf({ timeframe, calendar, t }: RiskState): { readonly horizon: ForecastHorizon; readonly left: number } {
  const { phase, session } = momentAt(calendar, t);
  const left = phase === 'RTH' && session !== undefined ? (session.close - t) / MS_PER_MINUTE : SESSION_MINUTES;
  return timeframe === '1d' ? { horizon: 'next-close', left: 0 } : { horizon: 'close', left };
}

/** What an account may come to lose by the horizon of its entries. Good until what it holds or may come to hold changes. */
export interface WorstCase {
  readonly horizon: ForecastHorizon;
  readonly left: number;
  /** standard deviation of the account, and what it is made of */
  readonly sd: number;
  readonly exposure: Exposure;
  /** the mean loss in the worst 2.5 %, per standard deviation */
  readonly shortfall: number;
}

/** O(positions + open orders). */
export function worstCaseOf(state: RiskState): WorstCase {
  const { innovations, correlations, forecasts } = state;
  const { horizon, left } = horizonOf(state);
  const slotOf = (symbol: Ticker): number => innovations.index.slots.get(symbol) ?? -1;
  const holdings: Holding[] = [];
  for (const [symbol, amount] of worstAmountsOf(state))
    holdings.push({ symbol, amount, sd: horizonSd(state, horizon, slotOf(symbol), left) });
  const exposure = newExposure();
  for (const { symbol, amount, sd } of holdings) addExposure(exposure, correlations, innovations, slotOf(symbol), amount * sd);
  const { sd } = accountLawOf(holdings, innovations, correlations);
  // what is held is reckoned with as if it were held until then: that exits were near before leaves no more room
  const [law = NaN] = UNIT_QUANTILES;
  const lowest = lowestQuantile(forecasts.bends[horizon]);
  return { horizon, left, sd, exposure, shortfall: -Math.min(law, lowest) * SHORTFALL_PER_QUANTILE };
}

/**
 * The most money that may be put into a symbol so that the mean loss of the account in its worst 2.5 % stays within `limit`, units of cash:
 * the larger root s of κ² (V + 2 s c + s² σ²) = limit², with V the variance of the account, c its covariance with the symbol, σ the
 * symbol's standard deviation and κ the shortfall per standard deviation. None where it is beyond the limit already. O(BLOCKS).
 */
export function shortfallRoom(state: RiskState, worst: WorstCase, symbol: Ticker, direction: Direction, limit: number): number {
  const { innovations, correlations } = state;
  const sdMax = limit / worst.shortfall;
  if (!(worst.sd <= sdMax)) return Number.isNaN(worst.sd) || Number.isNaN(sdMax) ? NaN : 0;
  const slot = innovations.index.slots.get(symbol) ?? -1;
  const common = direction * commonWith(worst.exposure, correlations, innovations, slot);
  const room = -common + Math.sqrt(common * common + sdMax * sdMax - worst.sd * worst.sd);
  return room / horizonSd(state, worst.horizon, slot, worst.left);
}
