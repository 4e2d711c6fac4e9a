import {
  CASH_UNITS_PER_DOLLAR,
  E8,
  PPM,
  PRICE_UNITS_PER_DOLLAR,
  QUANTITY_UNITS_PER_SHARE,
  type GateFigure,
} from '@aitrader/model';

const BP_PER_ONE = 1e4;

/** A number with a true minus sign and a fixed number of decimals; never −0. */
export function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/** Dollars with separated thousands and cents. */
export const money = (dollars: number): string =>
  `${dollars < 0 ? '−' : ''}$${Math.abs(dollars).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
/** Cash in units of 1e-6 dollar. */
export const cashText = (units: number): string => money(units / CASH_UNITS_PER_DOLLAR);
/** A price in units of 1e-4 dollar. */
export const dollars = (units: number): string => `$${(units / PRICE_UNITS_PER_DOLLAR).toFixed(4)}`;
/** A quantity in units of 1e-9 share. */
export const shares = (units: number): string => String(units / QUANTITY_UNITS_PER_SHARE);
/** A probability in 1e-6, as per cent. */
export const share = (ppm: number): string => `${((ppm / PPM) * 100).toFixed(2)} %`;
/** A log return in 1e-8, in basis points. */
export const bp = (e8: number): string => `${fixed((e8 / E8) * BP_PER_ONE, 2)} bp`;
/** An instant in UTC. */
export const at = (t: number): string => new Date(t).toISOString().replace('.000', '');

/** What a gate compared, in the unit that it says; either end of the safe integers stands for what was not known. */
export function figure({ value, unit }: Pick<GateFigure, 'unit'> & { readonly value: number }): string {
  if (Math.abs(value) >= Number.MAX_SAFE_INTEGER) return 'unknown';
  switch (unit) {
    case 'cash':
      return cashText(value);
    case 'price':
      return dollars(value);
    case 'quantity':
      return `${shares(value)} shares`;
    case 'ppm':
      return share(value);
    case 'e8':
      return bp(value);
    case 'minutes':
      return `${value} min`;
    case 'count':
      return String(value);
    case 'flags':
      return `0b${value.toString(2)}`;
    case 'ms':
      return `${value} ms`;
    case 'time':
      return value === 0 ? 'none' : at(value);
  }
}
