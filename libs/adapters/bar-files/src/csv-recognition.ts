import path from 'node:path';
import { item } from '@aitrader/model';
import { BarFileError, quoted } from './bar-file-error.ts';
import type { ReadingOptions } from './bar-shape.ts';
import { newBarTimes } from './bar-times.ts';
import { namedColumns, VALUE_COLUMNS, withPartedVolume, type NamedColumns } from './column-names.ts';
import type { CsvPlan } from './csv-plan.ts';
import { csvHeads, type CsvHead } from './csv-head.ts';
import {
  COLUMNS_AS_TOLD,
  COLUMNS_BY_NAME,
  isShape,
  LEAN_DAYS,
  LEAN_DAYS_TIME,
  LEAN_MINUTES,
  LEAN_MINUTES_NAME,
  NAMED_SHAPES,
  NINJA_TRADER,
  NINJA_TRADER_TIME,
  OWN_SHAPE,
  WITHOUT_HEADER,
  type NamedShape,
} from './csv-shapes.ts';
import { numberStyle, styledNumber } from './number-style.ts';
import { stampOf } from './bar-sink.ts';
import { dateOrderOf, printedTime } from './time-text.ts';
import { symbolInName } from './symbol-in-name.ts';
import { wideTable } from './wide-table.ts';

/** Names of a wrong header that a message shows. */
const HEADER_NAMES_SHOWN_MAX = 12;
const NO_HEADER_HINT =
  '; where that is a row already, say what its columns are, such as --columns date,time,open,high,low,close,volume';
const PLAIN_NAME = /^[\w .%()<>/-]{1,32}$/;

/** Recognises a table by its first rows; undefined when they are blank. @throws BarFileError when it is no table of bars */
export function csvPlanOf(
  file: string,
  bytes: Uint8Array,
  start: number,
  end: number,
  options: ReadingOptions,
): CsvPlan | undefined {
  const heads = csvHeads(bytes, start, end);
  if (options.columns !== undefined) return toldTable(file, heads, options.columns, options);
  const rowCount = item(heads, 0).rows.length;
  for (let row = 0; row < rowCount; row++) {
    for (const head of heads) {
      const plan = wideTable(head, row, options) ?? namedTable(file, head, row, options) ?? headless(file, head, row, options);
      if (plan !== undefined) return plan;
    }
  }
  throwNearest(file, heads);
  return undefined;
}

function namedTable(file: string, head: CsvHead, row: number, options: ReadingOptions): CsvPlan | undefined {
  const header = item(head.rows, row);
  if (header.length === 0) return undefined;
  const rows = head.rows.slice(row + 1).filter((cells) => cells.length === header.length);
  const columns = withIndexAsTime(withPartedVolume(namedColumns(header), header), header, rows);
  if (columns.time.length === 0 || VALUE_COLUMNS.some((column) => columns[column] < 0)) return undefined;
  if (columns.twice !== undefined)
    throw new BarFileError({ file, line: row + 1, field: columns.twice }, 'stands twice in the header');
  return tableOf(
    file,
    { header, columns, rows, shape: shapeOf(header, columns, rows), ...{ delimiter: head.delimiter, linesBefore: row + 1 } },
    options,
  );
}

/** A table whose columns were told, which has no header. @throws BarFileError for names that make no bar, and another number of fields */
function toldTable(
  file: string,
  heads: readonly CsvHead[],
  header: readonly string[],
  options: ReadingOptions,
): CsvPlan | undefined {
  const columns = withPartedVolume(namedColumns(header), header);
  const missing = columns.time.length === 0 ? 'time' : VALUE_COLUMNS.find((column) => columns[column] < 0);
  const value = header.join(',');
  if (missing !== undefined) throw new BarFileError({ file: '--columns', value }, `names no column of the ${missing}`);
  if (columns.twice !== undefined) throw new BarFileError({ file: '--columns', value }, `names the ${columns.twice} twice`);
  const first = (head: CsvHead): number => head.rows.findIndex((cells) => cells.length > 0);
  const head = heads.find(({ rows }) => rows.some((cells) => cells.length === header.length));
  if (head === undefined) {
    const [most] = heads.toSorted((a, b) => (b.rows[first(b)]?.length ?? 0) - (a.rows[first(a)]?.length ?? 0));
    if (most === undefined || first(most) < 0) return undefined;
    const count = item(most.rows, first(most)).length;
    throw new BarFileError({ file, line: first(most) + 1 }, `has ${count} fields, and --columns names ${header.length}`);
  }
  const rows = head.rows.filter((cells) => cells.length === header.length);
  const table = { header, columns, rows, shape: COLUMNS_AS_TOLD, delimiter: head.delimiter, linesBefore: first(head) };
  return tableOf(file, table, options);
}

/** A table whose columns are known. */
interface KnownTable {
  readonly header: readonly string[];
  readonly columns: NamedColumns;
  /** the first of its rows */
  readonly rows: readonly (readonly string[])[];
  readonly shape: NamedShape;
  readonly delimiter: number;
  readonly linesBefore: number;
}

function tableOf(
  file: string,
  { header, columns, rows, shape, delimiter, linesBefore }: KnownTable,
  options: ReadingOptions,
): CsvPlan {
  const isOwn = shape === OWN_SHAPE;
  const symbol = columns.symbol >= 0 ? undefined : symbolInName(file, shape, options);
  const numbers = rows.flatMap((cells) => VALUE_COLUMNS.map((column) => item(cells, columns[column])));
  return {
    shape,
    isOwn,
    delimiter,
    linesBefore,
    fieldCount: header.length,
    time: columns.time,
    timeName: isOwn ? 'ts' : columns.time.map((at) => item(header, at) || 'time').join(' and '),
    times: newBarTimes(options.timeZone ?? shape.timeZone, stampOf(options, shape), {
      hint: shape.timeZoneHint,
      unit: shape.unit,
      midnight: midnightOf(file, shape),
      order: options.dates ?? shape.dates ?? dateOrderOf(rows.map((cells) => textOfTime(cells, columns))),
    }),
    bars: [{ ...columns, symbol: symbol?.name ?? columns.symbol }],
    numbers: numberStyle(numbers, delimiter),
    pricesPerDollar: shape.pricesPerDollar ?? 1,
    symbol,
  };
}

/** A first column without a name, as tables are written whose index is the time, is that where nothing else is. */
function withIndexAsTime(columns: NamedColumns, header: readonly string[], rows: readonly (readonly string[])[]): NamedColumns {
  const [index] = rows.map((cells) => item(cells, 0));
  if (columns.time.length > 0 || header[0] !== '' || index === undefined) return columns;
  const { kind } = printedTime(index);
  return kind === 'none' || kind === 'epoch' ? columns : { ...columns, time: [0] };
}

const textOfTime = (cells: readonly string[], { time }: NamedColumns): string => time.map((at) => item(cells, at)).join(' ');

function shapeOf(header: readonly string[], columns: NamedColumns, rows: readonly (readonly string[])[]): NamedShape {
  const times = rows.map((cells) => textOfTime(cells, columns));
  const opens = rows.map((cells) => item(cells, columns.open));
  const lower = header.map((name) => name.toLowerCase());
  if (lower.includes('ts')) return OWN_SHAPE;
  return NAMED_SHAPES.find((shape) => isShape(shape, header, times, opens)) ?? COLUMNS_BY_NAME;
}

/** Rows without a header, the first of which is the first of all: as NinjaTrader writes them, or in the order that everybody does. */
function headless(file: string, head: CsvHead, row: number, options: ReadingOptions): CsvPlan | undefined {
  const cells = item(head.rows, row);
  if (cells.length < VALUE_COLUMNS.length + 1 || head.rows.slice(0, row).some((before) => before.length > 0)) return undefined;
  const rows = head.rows.slice(row).filter((fields) => fields.length === cells.length);
  const shape = headlessShape(file, rows);
  const header = shape === WITHOUT_HEADER ? usualHeader(rows, head.delimiter) : ['time', ...VALUE_COLUMNS];
  if (header === undefined) return undefined;
  const table = { header, columns: namedColumns(header), rows, shape, delimiter: head.delimiter, linesBefore: row };
  return tableOf(file, table, options);
}

/** Of whom rows without a header are, as far as their times, their numbers and the file's name tell. @throws BarFileError for quotes */
function headlessShape(file: string, rows: readonly (readonly string[])[]): NamedShape {
  const isWhole = (cells: readonly string[]): boolean => cells.slice(1).every((cell) => /^\d+$/.test(cell));
  const first = item(item(rows, 0), 0);
  // a broken row among them is to be called that, and not to make dollars of all the others
  const areWhole = rows.filter(isWhole).length * 2 > rows.length;
  const [, , holds] = LEAN_MINUTES_NAME.exec(nameOf(file)) ?? [];
  if (holds !== undefined && holds !== 'trade' && TIME_OF_DAY.test(first))
    throw new BarFileError(
      { file },
      `is a file of LEAN with ${holds === 'quote' ? 'quotes' : 'open interest'}, and bars are of trades`,
    );
  if (item(rows, 0).length !== VALUE_COLUMNS.length + 1) return WITHOUT_HEADER;
  if (holds !== undefined && TIME_OF_DAY.test(first) && areWhole) return LEAN_MINUTES;
  if (LEAN_DAYS_TIME.test(first) && areWhole) return LEAN_DAYS;
  return NINJA_TRADER_TIME.test(first) ? NINJA_TRADER : WITHOUT_HEADER;
}

const TIME_OF_DAY = /^\d{1,8}$/;
const nameOf = (file: string): string => path.basename(file).replace(/\.csv$/i, '');

/** The midnight that the times of a file are counted from, where its name tells the day. @throws BarFileError for a day that is none */
function midnightOf(file: string, shape: NamedShape): number | undefined {
  if (shape !== LEAN_MINUTES) return undefined;
  const [, day = ''] = LEAN_MINUTES_NAME.exec(nameOf(file)) ?? [];
  const printed = printedTime(day);
  if (printed.kind === 'date') return printed.wallMs;
  throw new BarFileError({ file, value: day }, 'stands in its name for its day, and is no day that there is');
}

/** Names of the columns of rows that can be nothing but the usual ones: perhaps a symbol, a time or a date and a time, prices, volume. */
function usualHeader(rows: readonly (readonly string[])[], delimiter: number): string[] | undefined {
  const [first = []] = rows;
  const isTime = (text = ''): boolean => printedTime(text, 'dmy').kind !== 'none' || printedTime(text, 'mdy').kind !== 'none';
  const symbol = isTime(first[0]) ? [] : ['symbol'];
  const at = symbol.length;
  if (!isTime(first[at])) return undefined;
  const time = /^\d{1,2}:\d{2}/.test(first[at + 1] ?? '') ? ['date', 'time'] : ['timestamp'];
  const names = [...symbol, ...time, ...VALUE_COLUMNS];
  const style = numberStyle(
    rows.flatMap((cells) => cells.slice(at + time.length)),
    delimiter,
  );
  const isBar = (cells: readonly string[]): boolean => {
    const [open = NaN, high = NaN, low = NaN, close = NaN, volume = NaN] = cells
      .slice(at + time.length)
      .map((cell) => styledNumber(cell, style));
    return low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close) && Number.isInteger(volume) && volume >= 0;
  };
  if (!rows.every(isBar)) return undefined;
  return [...names, ...first.slice(names.length).map((_, i) => `column ${names.length + i + 1}`)];
}

/** Says what is missing from the row that is most like a header; returns when there is none but blank ones. */
function throwNearest(file: string, heads: readonly CsvHead[]): void {
  const rows = heads.flatMap((head) => head.rows.map((cells, i) => ({ cells, line: i + 1, columns: namedColumns(cells) })));
  const known = (columns: NamedColumns): number =>
    columns.time.length + VALUE_COLUMNS.filter((column) => columns[column] >= 0).length;
  const filled = rows.filter(({ cells }) => cells.length > 0);
  const nearest = filled.reduce<(typeof rows)[number] | undefined>(
    (best, one) => (best === undefined || known(one.columns) > known(best.columns) ? one : best),
    undefined,
  );
  if (nearest === undefined) return;
  const { cells, line, columns } = nearest;
  const missing = columns.time.length === 0 ? 'ts' : VALUE_COLUMNS.find((column) => columns[column] < 0);
  const hint = NAMED_SHAPES.find((shape) => shape.missingHint !== undefined && isShape(shape, cells, [], []))?.missingHint ?? '';
  const said = columns.time.length === 0 && cells.some((cell) => /^-?[\d.,:/-]+$/.test(cell)) ? NO_HEADER_HINT : hint;
  throw new BarFileError({ file, line, field: missing ?? 'ts' }, `is missing; the header has ${shown(cells)}${said}`);
}

/** Names of a header for a message: in quotes where they may hold anything, and not too many. */
function shown(names: readonly string[]): string {
  const some = names.slice(0, HEADER_NAMES_SHOWN_MAX).map((name) => (PLAIN_NAME.test(name) ? name.toLowerCase() : quoted(name)));
  const more = names.length - some.length;
  return more > 0 ? `${some.join(', ')} and ${more} more` : some.join(', ');
}
