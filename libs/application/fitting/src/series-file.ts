import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { contentKind, ioProblem } from '@aitrader/runtime-storage';

/*
 * Plain series: CSV with a header, as it is or packed by gzip.
 *
 * 1. A cell is a decimal number or missing (blank, NA, NaN); anything else is refused by file, line, column and value.
 */

/** Unpacked, at most: a series that is longer is no benchmark. */
const FILE_BYTES_MAX = 256 * 1024 * 1024;
const MISSING = new Set(['', 'na', 'nan']);
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const DATE = /^(\d{4})-?(\d{2})-?(\d{2})$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$/;
const MS_PER_DAY = 86_400_000;

/** A file's cells as text. */
export interface SeriesTable {
  readonly file: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** the line of each row, counted from 1 */
  readonly lines: readonly number[];
}

/** Reads a file. @throws Error that names it, and the line, when it is no such table */
export async function readSeriesTable(file: string): Promise<SeriesTable> {
  const bytes = unpacked(file, await bytesOf(file));
  const { kind, looks } = contentKind(bytes);
  if (kind !== 'text') throw new Error(`${file}: ${looks}, and a series is read from CSV, plain or gzip, with a header`);
  return seriesTable(file, bytes.toString('utf8'));
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new Error(`${file}: ${ioProblem(cause)}`, { cause });
  }
}

function unpacked(file: string, bytes: Buffer): Buffer {
  if (contentKind(bytes).kind !== 'gzip') return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: FILE_BYTES_MAX });
  } catch (cause) {
    throw new Error(`${file}: cannot be unpacked: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** The table of a text. @throws Error that names file and line */
export function seriesTable(file: string, text: string): SeriesTable {
  const all = text
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split(/\r?\n/);
  const cellsAt = (line: number): string[] => cellsOf(all[line] ?? '', `${file}:${line + 1}`);
  const header = cellsAt(0);
  if (all.length < 2) throw new Error(`${file}: there are no rows under the header`);
  const number = header.find((name) => DECIMAL.test(name));
  if (number !== undefined) throw new Error(`${file}:1: the header names the columns, and ${number} is a number`);
  const rows = all.slice(1).map((_, i) => {
    const cells = cellsAt(i + 1);
    if (cells.length !== header.length)
      throw new Error(`${file}:${i + 2}: ${cells.length} fields, and the header has ${header.length}`);
    return cells;
  });
  return { file, header, rows, lines: rows.map((_, i) => i + 2) };
}

/** The cells of a line; those in quotes may hold commas and doubled quotes. */
function cellsOf(line: string, place: string): string[] {
  const cells: string[] = [];
  let rest = line;
  for (;;) {
    const found = /^\s*(?:"((?:[^"]|"")*)"\s*|([^",]*))(,|$)/.exec(rest);
    if (found === null) throw new Error(`${place}: a quote does not end, or stands inside a field`);
    cells.push(found[1]?.replaceAll('""', '"') ?? (found[2] ?? '').trim());
    if (found[3] === '') return cells;
    rest = rest.slice(found[0].length);
  }
}

const isMissing = (cell: string): boolean => MISSING.has(cell.toLowerCase());
/** One number makes a column of numbers: another cell that is none is an error there, not a reason to take another column. */
const isNumeric = (cells: readonly string[]): boolean => cells.some((cell) => DECIMAL.test(cell));

const cellsIn = ({ rows }: SeriesTable, at: number): string[] => rows.map((row) => row[at] ?? '');

function columnAt({ file, header }: SeriesTable, name: string): number {
  const at = header.indexOf(name);
  if (at < 0) throw new Error(`${file}: there is no column ${JSON.stringify(name)}: it has ${header.join(', ')}`);
  if (header.indexOf(name, at + 1) >= 0) throw new Error(`${file}: two columns are called ${JSON.stringify(name)}`);
  return at;
}

/** Whether cells look like what rows are counted or dated by: numbers that rise from row to row, or dates. */
const isIndex = (cells: readonly string[]): boolean =>
  cells.every((cell, i) => DECIMAL.test(cell) && (i === 0 || Number(cell) > Number(cells[i - 1])));

/** The column of the series: the named one, or the only numeric one beside an index. @throws Error when that is not clear */
export function columnOf(table: SeriesTable, name: string | undefined, timeColumn: string | undefined): string {
  if (name !== undefined) return table.header[columnAt(table, name)] ?? name;
  const numeric = table.header.filter((column, at) => column !== timeColumn && isNumeric(cellsIn(table, at)));
  const [first, second] = numeric;
  if (first !== undefined && second === undefined) return first;
  if (first !== undefined && second !== undefined && numeric.length === 2 && isIndex(cellsIn(table, columnAt(table, first))))
    return second;
  const problem = first === undefined ? 'no column holds numbers' : `several columns hold numbers: ${numeric.join(', ')}`;
  throw new Error(`${table.file}: ${problem}. Say which one with --column`);
}

/** The column that rows are known by: the first one, unless it is the series itself. */
export function indexColumnOf({ header }: SeriesTable, column: string): string | undefined {
  return header[0] === column ? undefined : header[0];
}

/** A column as text. */
export const textsOf = (table: SeriesTable, column: string): readonly string[] => cellsIn(table, columnAt(table, column));

/** A column as numbers, NaN where one is missing. @throws Error that names file, line, column and value */
export function numbersOf(table: SeriesTable, column: string): Float64Array {
  return Float64Array.from(textsOf(table, column), (cell, row) => {
    if (isMissing(cell)) return NaN;
    const value = DECIMAL.test(cell) ? Number(cell) : NaN;
    if (!Number.isFinite(value))
      throw new Error(`${placeOf(table, row)}: ${column} ${JSON.stringify(cell)} is no decimal number`);
    return value;
  });
}

/** Where a row stands, for a message. */
export const placeOf = ({ file, lines }: SeriesTable, row: number): string => `${file}:${lines[row] ?? 0}`;

/** Days since 1970 of a date or an instant; UTC where it names no zone. */
function daysOf(cell: string): number {
  const [, year, month, day] = DATE.exec(cell) ?? [];
  if (year !== undefined) {
    const ms = Date.UTC(Number(year), Number(month) - 1, Number(day));
    return new Date(ms).getUTCDate() === Number(day) && Number(month) <= 12 ? ms / MS_PER_DAY : NaN;
  }
  return INSTANT.test(cell)
    ? Date.parse(/Z|[+-]\d{2}:?\d{2}$/.test(cell) ? cell : `${cell.replace(' ', 'T')}Z`) / MS_PER_DAY
    : NaN;
}

/**
 * Times between rows: differences of the column's numbers, or days where all cells are dates (YYYY-MM-DD or YYYYMMDD) or instants
 * (ISO 8601). @throws Error that names file, line, column and value where a time is none or does not rise
 */
export function stepsOf(table: SeriesTable, column: string): Float64Array {
  const cells = textsOf(table, column);
  const days = cells.map(daysOf);
  const isDated = days.every(Number.isFinite);
  const times = isDated ? Float64Array.from(days) : numbersOf(table, column);
  times.forEach((time, row) => {
    if (Number.isNaN(time)) throw new Error(`${placeOf(table, row)}: ${column} is missing, and a time is needed`);
    const before = times[row - 1];
    if (before !== undefined && !(time > before))
      throw new Error(`${placeOf(table, row)}: ${column} ${JSON.stringify(cells[row])} does not come after the row before`);
  });
  return times.slice(1).map((time, i) => time - (times[i] ?? NaN));
}
