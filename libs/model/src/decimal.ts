/*
 * Decimal text and whole units, exactly. Vendors write money and quantities as decimal strings.
 *
 * 1. What is read is what is written, or nothing is: no float comes between.
 * 2. What is written has no trailing zeros, and reads back as the same units.
 * 3. What is finer than the units is refused, or rounded to the nearest where that is asked for.
 */

/** Decimal places of our units: prices of 1e-4 dollar, cash of 1e-6 dollar, quantities of 1e-9 share. */
export const PRICE_PLACES = 4;
export const CASH_PLACES = 6;
export const QUANTITY_PLACES = 9;

const DECIMAL = /^(-?)(\d{1,15})(?:\.(\d{0,18}))?$/;

/** What a decimal text is worth in units of 10^-`places`: a safe integer, or why it is none. `too-fine`: it has more places. */
export function unitsOf(text: string, places: number): number | 'malformed' | 'too-fine' {
  const found = DECIMAL.exec(text.trim());
  if (found === null) return 'malformed';
  const [, sign = '', whole = '', fraction = ''] = found;
  const digits = fraction.replace(/0+$/, '');
  if (digits.length > places) return 'too-fine';
  const units = Number(BigInt(whole + digits.padEnd(places, '0')));
  if (!Number.isSafeInteger(units)) return 'malformed';
  return sign === '-' && units !== 0 ? -units : units;
}

const PRINTED = /^([+-]?)(\d{1,15})(?:\.(\d{1,30}))?$/;
/** 5 in the first digit that is cut off. */
const HALF = 53;

/** What a decimal text is worth in the nearest units of 10^-`places`, half away from zero; undefined where it is none, or beyond a safe integer. */
export function nearestUnitsOf(text: string, places: number): number | undefined {
  const [, sign, whole, fraction = ''] = PRINTED.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const cut = Number(whole + fraction.slice(0, places).padEnd(places, '0'));
  const units = fraction.charCodeAt(places) >= HALF ? cut + 1 : cut;
  if (!Number.isSafeInteger(units)) return undefined;
  return sign === '-' && units !== 0 ? -units : units;
}

/** Units of 10^-`places` as decimal text, such as `150`, `0.0001` or `-12.5`. */
export function decimalOf(units: number | bigint, places: number): string {
  const whole = BigInt(units);
  const digits = String(whole < 0n ? -whole : whole).padStart(places + 1, '0');
  const at = digits.length - places;
  const fraction = digits.slice(at).replace(/0+$/, '');
  const text = fraction === '' ? digits.slice(0, at) : `${digits.slice(0, at)}.${fraction}`;
  return whole < 0n ? `-${text}` : text;
}

/** `amount` ÷ `by` to so many places, rounded half away from zero, as decimal text; `0` when there is nothing to divide by. */
export function ratioOf(amount: bigint, by: bigint, places: number): string {
  if (by === 0n) return '0';
  const negative = amount < 0n !== by < 0n;
  const [top, bottom] = [amount < 0n ? -amount : amount, by < 0n ? -by : by];
  const units = (top * 10n ** BigInt(places) * 2n + bottom) / (bottom * 2n);
  return decimalOf(negative ? -units : units, places);
}
