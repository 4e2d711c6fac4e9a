/**
 * What a bar lets a broker do, and at what price.
 *
 * 1. There is no trade without a bar, nor on one that is quarantined, nor on one without volume; on a suspect one there are exits only.
 * 2. A market order pays half the spread and its impact: up when it buys, down when it sells, and never below one price unit.
 * 3. A leg takes whole shares, at most its share of the bar's volume.
 */
import {
  PRICE_UNITS_PER_DOLLAR,
  QUANTITY_UNITS_PER_SHARE,
  cashFromDollars,
  indexOfSymbol,
  item,
  price,
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

const BASIS_POINTS = 10_000;

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

/** Fee of one execution, rounded to the cash unit. */
export const feeOf = (quantity: Quantity, { feePerShareDollars }: SimulationConfig): Cash =>
  cashFromDollars(feePerShareDollars * sharesOf(quantity));
