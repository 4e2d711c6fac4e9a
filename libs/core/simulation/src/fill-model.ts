/**
 * What a bar lets a broker do, and at what price.
 *
 * 1. There is no trade without a bar, nor on one that is quarantined, nor on one without volume; on a suspect one there are exits only.
 * 2. A market order pays half the spread, its impact and slippage: up when it buys, down when it sells, and never below one price unit.
 * 3. A leg takes whole shares, at most its share of the bar's volume.
 */
import {
  PRICE_UNITS_PER_DOLLAR,
  QUANTITY_UNITS_PER_SHARE,
  cash,
  cashFromDollars,
  indexOfSymbol,
  item,
  price,
  priceFromDollars,
  read,
  readUint32,
  shardOf,
  sharesOf,
  verdictOf,
  type BarSlice,
  type Cash,
  type EpochMs,
  type Price,
  type Quantity,
  type Side,
  type SimulationConfig,
  type Ticker,
} from '@aitrader/model';
import { tradeDateAt } from '@aitrader/core-sessions';
import { regulatoryFee } from './regulatory-fees.ts';

export const BASIS_POINTS = 10_000;

/** A bar that can be traded against. Volume is in shares. */
export interface Print {
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
  readonly volumeShares: number;
  /** whether it may be entered on: a suspect bar is for those alone who want to get out */
  readonly isGood: boolean;
}

/** The bar of a symbol in interval `t`, if it has one that can be traded against. O(log bars). */
export function printOf(bars: readonly BarSlice[], t: EpochMs, symbol: Ticker): Print | undefined {
  if (bars.length === 0) return undefined;
  const slice = item(bars, shardOf(symbol, bars.length));
  const row = slice.t === t ? indexOfSymbol(slice, symbol) : -1;
  const verdict = row < 0 ? 'quarantined' : verdictOf(readUint32(slice.flags, row));
  if (verdict === 'quarantined') return undefined;
  const [open, close] = [priceUnits(read(slice.open, row)), priceUnits(read(slice.close, row))];
  const prices = [open, priceUnits(read(slice.high, row)), priceUnits(read(slice.low, row)), close];
  // one that contradicts itself and is believed all the same reaches as far as any of its prices
  const [low, high] = [Math.min(...prices), Math.max(...prices)];
  const volumeShares = read(slice.volume, row);
  if (!(low > 0 && volumeShares > 0 && volumeShares < Infinity)) return undefined;
  return { open: price(open), high: price(high), low: price(low), close: price(close), volumeShares, isGood: verdict === 'good' };
}

/** What a symbol is worth after interval `t`: the close of its bar, also of one without volume, unless it is quarantined or no price. */
export function closeOf(bars: readonly BarSlice[], t: EpochMs, symbol: Ticker): Price | undefined {
  if (bars.length === 0) return undefined;
  const slice = item(bars, shardOf(symbol, bars.length));
  const row = slice.t === t ? indexOfSymbol(slice, symbol) : -1;
  return row < 0 || verdictOf(readUint32(slice.flags, row)) === 'quarantined' ? undefined : worthOf(read(slice.close, row));
}

/** A close in dollars as a price that things can be valued at, if it is one. */
export const worthOf = (dollars: number): Price | undefined =>
  dollars > 0 && dollars < DOLLARS_MAX ? priceFromDollars(dollars) : undefined;
/** Beyond it a position could not be valued. */
const DOLLARS_MAX = 1e8;

const priceUnits = (dollars: number): number => {
  const units = Math.round(dollars * PRICE_UNITS_PER_DOLLAR);
  return Number.isSafeInteger(units) ? units : 0;
};

/**
 * Price of a market order for `quantity` shares when the market stands at `at`: half the spread plus impactBp × √(share of the
 * bar's volume) away from it, rounded to the nearest unit. Square-root impact: Almgren, Thum, Hauptmann and Li (2005), with the
 * conventional exponent ½.
 */
export function marketPrice(
  at: Price,
  side: Side,
  quantity: Quantity,
  volumeShares: number,
  halfSpreadBp: number,
  impactBp: number,
): Price {
  const impact = impactBp * Math.sqrt(sharesOf(quantity) / volumeShares);
  const away = Math.round((at * (halfSpreadBp + impact)) / BASIS_POINTS);
  return price(side === 'buy' ? at + away : Math.max(1, at - away));
}

/** Most that one leg may take of a bar, in quantity units (a plain number: it may exceed what a quantity can hold). */
export const participationCap = (volumeShares: number, participationMax: number): number =>
  Math.floor(volumeShares * participationMax) * QUANTITY_UNITS_PER_SHARE;

/** Fee of one execution in interval `t`, each part rounded to the cash unit. @throws CalendarRangeError where fees go by the date */
export function feeOf(
  side: Side,
  quantity: Quantity,
  at: Price,
  t: EpochMs,
  { fees, feePerShareDollars }: SimulationConfig,
): Cash {
  const own = cashFromDollars(feePerShareDollars * sharesOf(quantity));
  return fees === 'per-share' ? own : cash(own + regulatoryFee(side, quantity, at, tradeDateAt(t)));
}
