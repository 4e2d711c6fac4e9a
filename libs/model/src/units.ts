import type { Brand } from './brand.ts';

/** An instant: milliseconds since the Unix epoch, UTC. */
export type EpochMs = Brand<number, 'EpochMs'>;
/** US dollars per share in units of 1e-4 dollar; a safe integer, never negative. */
export type Price = Brand<number, 'Price'>;
/** Shares in units of 1e-9 share; a safe integer. Orders and fills carry magnitudes, positions carry a sign. */
export type Quantity = Brand<number, 'Quantity'>;
/** US dollars in units of 1e-6 dollar; a signed safe integer. */
export type Cash = Brand<number, 'Cash'>;

export const PRICE_UNITS_PER_DOLLAR = 10_000;
export const QUANTITY_UNITS_PER_SHARE = 1_000_000_000;
export const CASH_UNITS_PER_DOLLAR = 1_000_000;
/** price unit × quantity unit = 1e-13 dollar; one cash unit is 1e7 of them. */
const PRODUCT_UNITS_PER_CASH_UNIT = 10_000_000n;

/** Thrown when a value is outside what its unit can hold: a defect upstream, never a refusal. */
export class UnitError extends RangeError {
  override readonly name = 'UnitError';
  readonly unit: string;
  readonly value: unknown;
  constructor(unit: string, value: unknown, expected: string) {
    super(`${unit} must be ${expected}, got ${String(value)}`);
    this.unit = unit;
    this.value = value;
  }
}

/** Mints an instant from whole milliseconds since the epoch. @throws UnitError */
export function epochMs(value: number): EpochMs {
  if (!Number.isSafeInteger(value)) throw new UnitError('EpochMs', value, 'a safe integer of milliseconds');
  return value as EpochMs;
}

/** Mints a price from units of 1e-4 dollar. @throws UnitError */
export function price(units: number): Price {
  if (!Number.isSafeInteger(units) || units < 0) throw new UnitError('Price', units, 'a non-negative safe integer');
  return units as Price;
}

/** Mints a quantity from units of 1e-9 share. @throws UnitError */
export function quantity(units: number): Quantity {
  if (!Number.isSafeInteger(units)) throw new UnitError('Quantity', units, 'a safe integer');
  return units as Quantity;
}

/** Mints an amount of cash from units of 1e-6 dollar. @throws UnitError */
export function cash(units: number): Cash {
  if (!Number.isSafeInteger(units)) throw new UnitError('Cash', units, 'a safe integer');
  return units as Cash;
}

/** Nearest price to a float of dollars: the one door from bars into integers. @throws UnitError on NaN, infinity, negative */
export const priceFromDollars = (dollars: number): Price => price(Math.round(dollars * PRICE_UNITS_PER_DOLLAR));
/** Whole shares as a quantity. @throws UnitError */
export const quantityFromShares = (shares: number): Quantity => quantity(Math.round(shares * QUANTITY_UNITS_PER_SHARE));
/** Nearest amount of cash to a float of dollars. @throws UnitError */
export const cashFromDollars = (dollars: number): Cash => cash(Math.round(dollars * CASH_UNITS_PER_DOLLAR));

export const dollarsOfPrice = (value: Price): number => value / PRICE_UNITS_PER_DOLLAR;
export const sharesOf = (value: Quantity): number => value / QUANTITY_UNITS_PER_SHARE;
export const dollarsOf = (value: Cash): number => value / CASH_UNITS_PER_DOLLAR;

/**
 * Price times quantity, rounded half away from zero to the cash unit. Exact: whole shares, which nearly all are, are multiplied as safe
 * integers, and any other product is taken in `bigint`. Signed when the quantity is. @throws UnitError when the result leaves the safe
 * integers
 */
export function notional(at: Price, of: Quantity): Cash {
  const shares = Math.round(of / QUANTITY_UNITS_PER_SHARE);
  const whole = at * shares * CASH_UNITS_PER_PRICE_UNIT;
  if (shares * QUANTITY_UNITS_PER_SHARE === of && Number.isSafeInteger(whole)) return cash(whole + 0);
  const product = BigInt(at) * BigInt(of);
  const half = product < 0n ? -PRODUCT_UNITS_PER_CASH_UNIT / 2n : PRODUCT_UNITS_PER_CASH_UNIT / 2n;
  return cash(Number((product + half) / PRODUCT_UNITS_PER_CASH_UNIT));
}

/** A whole share at one unit of price. */
const CASH_UNITS_PER_PRICE_UNIT = CASH_UNITS_PER_DOLLAR / PRICE_UNITS_PER_DOLLAR;
