import { CASH_UNITS_PER_DOLLAR, PRICE_UNITS_PER_DOLLAR, QUANTITY_UNITS_PER_SHARE } from '@aitrader/model';
import { cash, price, quantity, type Cash, type Price, type Quantity } from '@aitrader/model';

/*
 * Numbers as a broker prints them, decimals in strings, and our exact units.
 *
 * 1. What a unit can hold is taken over digit by digit, never through a float.
 * 2. What is finer than the unit is rounded to the nearest, half away from zero; `isExact` tells.
 */

const DECIMAL = /^([+-]?)(\d{1,15})(?:\.(\d{1,30}))?$/;
/** 5 in the first digit that is cut off. */
const HALF = 53;

/** A decimal in whole units of 10^-places; undefined for what is none, or beyond what can be held. */
export function scaled(text: string, places: number): number | undefined {
  const [, sign, whole, fraction = ''] = DECIMAL.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = Number(whole + fraction.slice(0, places).padEnd(places, '0'));
  const units = fraction.charCodeAt(places) >= HALF ? digits + 1 : digits;
  if (!Number.isSafeInteger(units)) return undefined;
  return sign === '-' && units !== 0 ? -units : units;
}

/** Whether a decimal has nothing below 10^-places. */
export const isExact = (text: string, places: number): boolean => !/[1-9]/.test((text.split('.')[1] ?? '').slice(places));

export const PRICE_PLACES = Math.log10(PRICE_UNITS_PER_DOLLAR);
export const CASH_PLACES = Math.log10(CASH_UNITS_PER_DOLLAR);
export const QUANTITY_PLACES = Math.log10(QUANTITY_UNITS_PER_SHARE);

/** Dollars a share; undefined for what is no price, or below nothing. */
export function priceIn(text: string): Price | undefined {
  const units = scaled(text, PRICE_PLACES);
  return units === undefined || units < 0 ? undefined : price(units);
}

export function cashIn(text: string): Cash | undefined {
  const units = scaled(text, CASH_PLACES);
  return units === undefined ? undefined : cash(units);
}

export function quantityIn(text: string): Quantity | undefined {
  const units = scaled(text, QUANTITY_PLACES);
  return units === undefined ? undefined : quantity(units);
}

/** Units as the shortest decimal that says them. */
export function decimalOf(units: number, places: number): string {
  const digits = String(Math.abs(units)).padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return `${units < 0 ? '-' : ''}${digits.slice(0, -places)}${fraction === '' ? '' : `.${fraction}`}`;
}
