/** What a column holds, as far as bars are made of it. */
export type BarColumn = 'open' | 'high' | 'low' | 'close' | 'volume' | 'symbol';
export const VALUE_COLUMNS = ['open', 'high', 'low', 'close', 'volume'] as const;

/**
 * Names that columns go by, in lower case, the surest first. An adjusted close is none of them: it is no price that anybody traded at, and beside an
 * open that is adjusted otherwise it makes no bar.
 */
const NAMES: Readonly<Record<BarColumn, readonly string[]>> = {
  open: ['open', 'o', 'open price', '1. open'],
  high: ['high', 'h', 'high price', '2. high'],
  low: ['low', 'l', 'low price', '3. low'],
  close: ['close', 'c', 'close price', '4. close', 'close/last', 'last', 'latest', 'price'],
  volume: ['volume', 'v', 'vol', 'vol.', '5. volume', '6. volume'],
  symbol: ['symbol', 'ticker', 'sym', 'tic', 'name'],
};
/** Names of the bar's time, the most exact first; a date and a time of day may stand apart. */
const TIMES: readonly (readonly string[])[] = [
  ['ts'],
  ['timestamp'],
  ['datetime'],
  ['date time'],
  ['date/time'],
  ['unix'],
  ['unix timestamp'],
  ['window start'],
  ['ts event'],
  ['gmt time'],
  ['open time'],
  ['date', 'time'],
  ['date'],
  ['time'],
  ['t'],
  ['dt'],
  ['index level 0'],
];

/** What a price or a volume is in, as some headers say behind its name. */
const UNIT = /\s*\((?:US)?\s*(?:\$|USD|dollars?|shares)\)$/i;

/** A column's name as it is compared: without brackets, unit, case, and what stands for a blank. */
export const columnName = (cell: string): string =>
  cell
    .replace(/^<(.*)>$/, '$1')
    .replace(UNIT, '')
    .replaceAll(/[_\s]+/g, ' ')
    .trim()
    .toLowerCase();

/** Where a header has each column; −1 where it has none. */
export interface NamedColumns extends Readonly<Record<BarColumn, number>> {
  readonly time: readonly number[];
  /** a second column of volume, which adds to the first */
  readonly moreVolume?: number;
  /** a column that stands twice */
  readonly twice: string | undefined;
}

/** Finds the columns of bars among the cells of a header. */
export function namedColumns(cells: readonly string[]): NamedColumns {
  const names = cells.map(columnName);
  const twice: string[] = [];
  const find = (column: BarColumn): number => {
    const name = NAMES[column].find((each) => names.includes(each));
    if (name === undefined) return -1;
    if (names.lastIndexOf(name) !== names.indexOf(name)) twice.push(column);
    return names.indexOf(name);
  };
  const times = TIMES.map((parts) => parts.map((part) => names.indexOf(part)));
  const time = times.find((parts) => parts.every((at) => at >= 0)) ?? [];
  if (time.some((at) => names.lastIndexOf(names[at] ?? '') !== at)) twice.push(names[time[0] ?? 0] ?? '');
  return {
    open: find('open'),
    high: find('high'),
    low: find('low'),
    close: find('close'),
    volume: find('volume'),
    symbol: find('symbol'),
    time,
    twice: twice[0],
  };
}

/** The same of a table whose volume is parted into that of upticks and that of the rest, as TradeStation has it. */
export function withPartedVolume(columns: NamedColumns, cells: readonly string[]): NamedColumns {
  const names = cells.map(columnName);
  const [up, down] = [names.indexOf('up'), names.indexOf('down')];
  return columns.volume >= 0 || up < 0 || down < 0 ? columns : { ...columns, volume: up, moreVolume: down };
}
