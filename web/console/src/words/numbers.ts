const MINUS = '−';
const formats = new Map<string, Intl.NumberFormat>();

function format(digits: number): Intl.NumberFormat {
  const key = String(digits);
  let found = formats.get(key);
  if (found === undefined) {
    found = new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(key, found);
  }
  return found;
}

const signOf = (text: string, value: number): string => (/[1-9]/.test(text) && value < 0 ? MINUS : '');

/** A number with so many digits behind the point; none is shown as −0. */
export function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return '–';
  const text = format(digits).format(Math.abs(value));
  return `${signOf(text, value)}${text}`;
}

/** The same with a plus before what is above zero. */
export function signed(value: number, digits: number): string {
  const text = fixed(value, digits);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

export const count = (value: number): string => fixed(value, 0);
export const price = (value: number): string => fixed(value, value !== 0 && Math.abs(value) < 1 ? 4 : 2);
const CENTS_UP_TO = 1e6;
export const dollars = (value: number): string => {
  const text = fixed(Math.abs(value), Math.abs(value) < CENTS_UP_TO ? 2 : 0);
  return `${signOf(text, value)}$${text}`;
};
export const signedDollars = (value: number): string => {
  const text = dollars(value);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
};
export const percent = (share: number, digits = 2): string => `${fixed(share * 100, digits)}%`;
export const signedPercent = (share: number, digits = 2): string => `${signed(share * 100, digits)}%`;
const PLACES = 4;
/** Shares: whole ones without a point, parts with up to four places. */
export const shares = (value: number): string =>
  Number.isInteger(value) ? count(value) : fixed(value, PLACES).replace(/0+$/, '');

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];
export function bytes(value: number): string {
  let [size, unit] = [value, 0];
  while (size >= 1_000 && unit < BYTE_UNITS.length - 1) [size, unit] = [size / 1_000, unit + 1];
  return `${fixed(size, unit === 0 ? 0 : 1)} ${BYTE_UNITS[unit] ?? ''}`;
}
