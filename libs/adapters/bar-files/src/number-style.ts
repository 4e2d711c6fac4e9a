/*
 * Numbers as tables print them: 1234.5, 1,234.5 or 1.234,5.
 *
 * 1. A number is read as its style has it, or not at all: marks between thousands stand between groups of three digits.
 */

const COMMA = 0x2c;
const POINT_DECIMAL = /^[+-]?(?:\d{1,3}(?:,\d{3})+|\d*)(?:\.\d*)?(?:[eE][+-]?\d+)?$/;
const COMMA_DECIMAL = /^[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?(?:[eE][+-]?\d+)?$/;
const GROUPED_BY_COMMAS = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const GROUPED_BY_POINTS = /^[+-]?\d{1,3}(?:\.\d{3})+$/;

/** `plain`: a decimal point and nothing between thousands, `point`: commas between them, `comma`: points, and a decimal comma. */
export type NumberStyle = 'plain' | 'point' | 'comma';

/**
 * The style of a table by the first of its numbers. In a table whose fields are parted by commas, a comma inside a number parts
 * thousands, unless one stands where it cannot; in any other table it is a decimal comma, unless points are seen to be decimal.
 */
export function numberStyle(cells: readonly string[], delimiter: number): NumberStyle {
  const withComma = cells.filter((cell) => cell.includes(','));
  const areGroups = withComma.every((cell) => GROUPED_BY_COMMAS.test(cell));
  if (delimiter === COMMA) return !areGroups && withComma.every((cell) => COMMA_DECIMAL.test(cell)) ? 'comma' : 'point';
  if (withComma.length === 0) return 'plain';
  const pointsAreDecimal = cells.some((cell) => /\.\d+$/.test(cell) && !GROUPED_BY_POINTS.test(cell));
  return pointsAreDecimal && areGroups ? 'point' : 'comma';
}

/** What vendors print where there is no number. */
const EMPTY_CELL = /^(?:null|nan|none|n\/a|na|<na>|-)?$/i;
export const isEmptyCell = (text: string): boolean => EMPTY_CELL.test(text);

const SUFFIXED = /^(\d+(?:\.\d+)?)([KMB])$/i;
const POWERS: ReadonlyMap<string, string> = new Map([
  ['K', 'e3'],
  ['M', 'e6'],
  ['B', 'e9'],
]);

/** A count of shares as people print large ones, 37.37M; NaN when it is none. */
export function shortenedNumber(text: string): number {
  const [, digits = '', letter = ''] = SUFFIXED.exec(text) ?? [];
  const power = POWERS.get(letter.toUpperCase());
  return power === undefined ? Number.NaN : Number(`${digits}${power}`);
}

/** The number that a text is in a style; NaN when it is none. */
export function styledNumber(printed: string, style: NumberStyle): number {
  const text = printed.replace(/^\$/, '');
  const isNumber =
    style === 'comma' ? COMMA_DECIMAL.test(text) : POINT_DECIMAL.test(text) && (style === 'point' || !text.includes(','));
  if (!isNumber || !/\d/.test(text)) return Number.NaN;
  return Number(style === 'comma' ? text.replaceAll('.', '').replace(',', '.') : text.replaceAll(',', ''));
}
