import { item } from '@aitrader/model';
import { BarFileError, quoted } from './bar-file-error.ts';
import type { ReadingOptions } from './bar-shape.ts';
import { newBarTimes } from './bar-times.ts';
import { namedColumns, VALUE_COLUMNS, type NamedColumns } from './column-names.ts';
import type { CsvPlan } from './csv-plan.ts';
import { csvHeads, type CsvHead } from './csv-head.ts';
import {
  COLUMNS_BY_NAME,
  isShape,
  NAMED_SHAPES,
  NINJA_TRADER,
  NINJA_TRADER_TIME,
  OWN_SHAPE,
  type NamedShape,
} from './csv-shapes.ts';
import { numberStyle } from './number-style.ts';
import { stampOf } from './bar-sink.ts';
import { printedTime } from './time-text.ts';
import { symbolInName } from './symbol-in-name.ts';
import { wideTable } from './wide-table.ts';

/** Names of a wrong header that a message shows. */
const HEADER_NAMES_SHOWN_MAX = 12;
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
  const rows = head.rows.slice(row + 1).filter((cells) => cells.length === header.length);
  const columns = withIndexAsTime(namedColumns(header), header, rows);
  if (columns.time.length === 0 || VALUE_COLUMNS.some((column) => columns[column] < 0)) return undefined;
  if (columns.twice !== undefined)
    throw new BarFileError({ file, line: row + 1, field: columns.twice }, 'stands twice in the header');
  const shape = shapeOf(header, columns, rows);
  const isOwn = shape === OWN_SHAPE;
  const symbol = columns.symbol >= 0 ? undefined : symbolInName(file, shape, options);
  const numbers = rows.flatMap((cells) => VALUE_COLUMNS.map((column) => item(cells, columns[column])));
  return {
    shape,
    isOwn,
    delimiter: head.delimiter,
    linesBefore: row + 1,
    fieldCount: header.length,
    time: columns.time,
    timeName: isOwn ? 'ts' : columns.time.map((at) => item(header, at) || 'time').join(' and '),
    times: newBarTimes(options.timeZone ?? shape.timeZone, stampOf(options, shape), {
      hint: shape.timeZoneHint,
      unit: shape.unit,
    }),
    bars: [{ ...columns, symbol: symbol?.name ?? columns.symbol }],
    numbers: numberStyle(numbers, head.delimiter),
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

function shapeOf(header: readonly string[], { time, open }: NamedColumns, rows: readonly (readonly string[])[]): NamedShape {
  const times = rows.map((cells) => time.map((at) => item(cells, at)).join(' '));
  const opens = rows.map((cells) => item(cells, open));
  const lower = header.map((name) => name.toLowerCase());
  if (lower.includes('ts')) return OWN_SHAPE;
  return NAMED_SHAPES.find((shape) => isShape(shape, header, times, opens)) ?? COLUMNS_BY_NAME;
}

/** Rows that begin with a time as NinjaTrader writes it, and have no header. */
function headless(file: string, head: CsvHead, row: number, options: ReadingOptions): CsvPlan | undefined {
  const cells = item(head.rows, row);
  if (
    cells.length !== 6 ||
    !NINJA_TRADER_TIME.test(item(cells, 0)) ||
    head.rows.slice(0, row).some((before) => before.length > 0)
  )
    return undefined;
  const symbol = symbolInName(file, NINJA_TRADER, options);
  return {
    shape: NINJA_TRADER,
    isOwn: false,
    delimiter: head.delimiter,
    linesBefore: row,
    fieldCount: cells.length,
    time: [0],
    timeName: 'time',
    times: newBarTimes(options.timeZone, stampOf(options, NINJA_TRADER), { hint: NINJA_TRADER.timeZoneHint }),
    bars: [{ open: 1, high: 2, low: 3, close: 4, volume: 5, symbol: symbol.name }],
    numbers: numberStyle(
      head.rows.slice(row).flatMap((fields) => fields.slice(1)),
      head.delimiter,
    ),
    symbol,
  };
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
  throw new BarFileError({ file, line, field: missing ?? 'ts' }, `is missing; the header has ${shown(cells)}${hint}`);
}

/** Names of a header for a message: in quotes where they may hold anything, and not too many. */
function shown(names: readonly string[]): string {
  const some = names.slice(0, HEADER_NAMES_SHOWN_MAX).map((name) => (PLAIN_NAME.test(name) ? name.toLowerCase() : quoted(name)));
  const more = names.length - some.length;
  return more > 0 ? `${some.join(', ')} and ${more} more` : some.join(', ');
}
