import {
  CASH_UNITS_PER_DOLLAR,
  E8,
  PPM,
  PRICE_UNITS_PER_DOLLAR,
  QUANTITY_UNITS_PER_SHARE,
  type GateFigure,
} from '@aitrader/model';

/** A price in units of 1e-4 dollar, for people. */
export const dollars = (units: number): string => `$${(units / PRICE_UNITS_PER_DOLLAR).toFixed(4)}`;
/** A quantity in units of 1e-9 share, for people. */
export const shares = (units: number): string => String(units / QUANTITY_UNITS_PER_SHARE);
/** A probability in 1e-6, as per cent. */
export const share = (ppm: number): string => `${((ppm / PPM) * 100).toFixed(2)} %`;
/** A log return in 1e-8, in basis points. */
export const bp = (e8: number): string => `${((e8 / E8) * 1e4).toFixed(2)} bp`;
/** An instant in UTC. */
export const at = (t: number): string => new Date(t).toISOString().replace('.000', '');

/** What a gate compared, in the unit that it says. */
export function figure({ value, unit }: Pick<GateFigure, 'unit'> & { readonly value: number }): string {
  switch (unit) {
    case 'cash':
      return `$${(value / CASH_UNITS_PER_DOLLAR).toFixed(2)}`;
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
  }
}
