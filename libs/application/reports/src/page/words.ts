import { fixed, signed } from '@aitrader/application-pages';

/** Stands where there is nothing to say. */
export const NONE = '–';

const PER_CENT = 100;

/** A fraction as per cent. */
export const percent = (value: number | null, digits = 2): string =>
  value === null ? NONE : `${fixed(PER_CENT * value, digits)} %`;
/** The same with its sign. */
export const change = (value: number | null, digits = 2): string =>
  value === null ? NONE : `${signed(PER_CENT * value, digits)} %`;
/** A ratio. */
export const ratio = (value: number | null, digits = 2): string => (value === null ? NONE : fixed(value, digits));
/** Dollars with separated thousands. */
export function money(value: number | null): string {
  if (value === null) return NONE;
  const text = Math.abs(value).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return `${value < 0 && text !== '0.00' ? '−' : ''}$${text}`;
}
