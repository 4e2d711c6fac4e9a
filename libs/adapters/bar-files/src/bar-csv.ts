import { ticker, UnitError } from '@aitrader/model';
import { BarFileError, quoted } from './bar-file-error.ts';
import { fieldEnd, fieldStart, newRowFields, splitRow, type RowFields } from './csv-row.ts';
import { parseDecimal, parseWhole, textOf } from './decimal.ts';
import { noteGap } from './gap-evidence.ts';
import { appendRow, newStretch, type RowStore, type Stretch } from './row-store.ts';
import { FIRST_START_MS, isAfterCalendar, isBeforeCalendar, LAST_START_MS, timestampProblem } from './timestamp.ts';

/** The columns that every bar file must name in its header, in any order. `ts` is the bar's start in epoch ms. */
export const REQUIRED_COLUMNS = ['ts', 'open', 'high', 'low', 'close', 'volume', 'symbol'] as const;
type ColumnName = (typeof REQUIRED_COLUMNS)[number];
/** Names of a wrong header that a message shows. */
const HEADER_NAMES_SHOWN_MAX = 12;
const PLAIN_NAME = /^[\w .%()/-]{1,32}$/;

/** Which rows to keep; the fields of the others are checked all the same. */
export interface RowFilter {
  /** starts outside these bounds are certain to fall outside the caller's, and need not be in the calendar */
  readonly firstStart: number;
  readonly lastStart: number;
  readonly symbols: ReadonlySet<string> | undefined;
  readonly barsMax: number;
}

/** A bar file being read: header first, then rows, in whatever pieces the bytes come. */
export interface BarCsv {
  readonly file: string;
  readonly filter: RowFilter;
  readonly rows: RowStore;
  readonly fields: RowFields;
  /** field of each required column; undefined until the header is read */
  at: Readonly<Record<ColumnName, number>> | undefined;
  fieldCount: number;
  line: number;
  /** first line of a stretch without text, or 0 */
  blankLine: number;
  /** the stretch of the row before: most files hold one symbol */
  stretch: Stretch | undefined;
  readonly stretches: Map<number, Stretch[]>;
}

export const newBarCsv = (file: string, filter: RowFilter, rows: RowStore): BarCsv => ({
  file,
  filter,
  rows,
  fields: newRowFields(),
  at: undefined,
  fieldCount: 0,
  line: 0,
  blankLine: 0,
  stretch: undefined,
  stretches: new Map(),
});

/** Reads the whole rows in `bytes[start, end)`; `bytes[end − 1]` is a line feed. @throws BarFileError */
export function readRows(csv: BarCsv, bytes: Uint8Array, start: number, end: number): void {
  for (let at = start; at < end; at = csv.fields.next) {
    csv.line++;
    if (csv.line === 1) at += byteOrderMarkLength(bytes, at);
    if (!splitRow(bytes, at, csv.fields)) throw refusal(csv, undefined, undefined, 'has a quoted field that does not end');
    if (csv.fields.count === 0) csv.blankLine ||= csv.line;
    else if (csv.blankLine > 0) throw new BarFileError({ file: csv.file, line: csv.blankLine }, 'is empty, and rows follow');
    else if (csv.at === undefined) readHeader(csv, bytes);
    else readBar(csv, bytes, csv.at);
  }
}

/** To be called after the last row. @throws BarFileError when the file held no bar at all */
export function endBarCsv(csv: BarCsv): void {
  if (csv.at === undefined) throw new BarFileError({ file: csv.file }, 'is empty');
  if (csv.stretches.size === 0) throw new BarFileError({ file: csv.file }, 'has a header but no bars');
}

const byteOrderMarkLength = (bytes: Uint8Array, at: number): number =>
  bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf ? 3 : 0;

function readHeader(csv: BarCsv, bytes: Uint8Array): void {
  const names = Array.from({ length: csv.fields.count }, (_, field) =>
    textOf(bytes, fieldStart(bytes, csv.fields, field), fieldEnd(bytes, csv.fields, field))
      .trim()
      .toLowerCase(),
  );
  const at = { ts: -1, open: -1, high: -1, low: -1, close: -1, volume: -1, symbol: -1 };
  for (const name of REQUIRED_COLUMNS) {
    at[name] = names.indexOf(name);
    if (at[name] < 0) throw refusal(csv, name, undefined, `is missing; the header has ${shown(names)}`);
    if (names.lastIndexOf(name) !== at[name]) throw refusal(csv, name, undefined, 'stands twice in the header');
  }
  csv.at = at;
  csv.fieldCount = names.length;
}

/** Names of a header for a message: in quotes where they may hold anything, and not too many. */
function shown(names: readonly string[]): string {
  const some = names.slice(0, HEADER_NAMES_SHOWN_MAX).map((name) => (PLAIN_NAME.test(name) ? name : quoted(name)));
  const more = names.length - some.length;
  return more > 0 ? `${some.join(', ')} and ${more} more` : some.join(', ');
}

function readBar(csv: BarCsv, bytes: Uint8Array, at: Readonly<Record<ColumnName, number>>): void {
  if (csv.fields.count !== csv.fieldCount) throw fieldCountRefusal(csv);
  const start = readStart(csv, bytes, at.ts);
  const open = readPrice(csv, bytes, at.open, 'open');
  const high = readPrice(csv, bytes, at.high, 'high');
  const low = readPrice(csv, bytes, at.low, 'low');
  const close = readPrice(csv, bytes, at.close, 'close');
  const volume = readNumber(csv, bytes, at.volume, 'volume');
  if (volume < 0) throw fieldRefusal(csv, bytes, at.volume, 'volume', 'is negative');
  if (high < low) throw fieldRefusal(csv, bytes, at.high, 'high', `is below the low ${low}`);
  const stretch = stretchOf(csv, bytes, at.symbol);
  checkOrder(csv, stretch, start);
  stretch.lastStart = start;
  stretch.lastLine = csv.line;
  if (!stretch.wanted || start < csv.filter.firstStart || start > csv.filter.lastStart) return;
  if (csv.rows.count >= csv.filter.barsMax)
    throw refusal(csv, undefined, undefined, `is beyond the limit of ${csv.filter.barsMax} bars`);
  const { rows } = csv;
  const row = appendRow(rows, stretch);
  rows.t[row] = start;
  rows.open[row] = open;
  rows.high[row] = high;
  rows.low[row] = low;
  rows.close[row] = close;
  rows.volume[row] = volume + 0; // −0 would print as 0 and hash as something else
  rows.line[row] = csv.line;
}

function readStart(csv: BarCsv, bytes: Uint8Array, field: number): number {
  const value = parseWhole(bytes, fieldStart(bytes, csv.fields, field), fieldEnd(bytes, csv.fields, field));
  if (value >= FIRST_START_MS && value <= LAST_START_MS) return value;
  const { firstStart, lastStart } = csv.filter;
  if ((isBeforeCalendar(value) && value < firstStart) || (isAfterCalendar(value) && value > lastStart)) return value;
  throw fieldRefusal(csv, bytes, field, 'ts', timestampProblem(value));
}

function readPrice(csv: BarCsv, bytes: Uint8Array, field: number, name: string): number {
  const value = readNumber(csv, bytes, field, name);
  if (value <= 0) throw fieldRefusal(csv, bytes, field, name, 'is not a positive price');
  return value;
}

function readNumber(csv: BarCsv, bytes: Uint8Array, field: number, name: string): number {
  const value = parseDecimal(bytes, fieldStart(bytes, csv.fields, field), fieldEnd(bytes, csv.fields, field));
  if (Number.isFinite(value)) return value;
  throw fieldRefusal(csv, bytes, field, name, Number.isNaN(value) ? 'is not a number' : 'is not finite');
}

function stretchOf(csv: BarCsv, bytes: Uint8Array, field: number): Stretch {
  const start = fieldStart(bytes, csv.fields, field);
  const end = fieldEnd(bytes, csv.fields, field);
  if (csv.stretch !== undefined && sameBytes(csv.stretch.bytes, bytes, start, end)) return csv.stretch;
  let hash = 0;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] ?? 0)) | 0;
  let bucket = csv.stretches.get(hash);
  if (bucket === undefined) csv.stretches.set(hash, (bucket = []));
  let stretch = bucket.find((candidate) => sameBytes(candidate.bytes, bytes, start, end));
  if (stretch === undefined) {
    stretch = newStretchOf(csv, bytes, start, end);
    bucket.push(stretch);
    csv.rows.stretches.push(stretch);
  }
  csv.stretch = stretch;
  return stretch;
}

function newStretchOf(csv: BarCsv, bytes: Uint8Array, start: number, end: number): Stretch {
  const text = textOf(bytes, start, end);
  try {
    return newStretch(csv.file, ticker(text), bytes.slice(start, end), csv.filter.symbols?.has(text) ?? true);
  } catch (cause) {
    if (!(cause instanceof UnitError)) throw cause;
    throw new BarFileError(
      { file: csv.file, line: csv.line, field: 'symbol', value: text },
      'is not a ticker: those are 1 to 16 of A–Z, 0–9 and . - / ^ =',
      { cause },
    );
  }
}

function sameBytes(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false;
  return true;
}

function checkOrder(csv: BarCsv, stretch: Stretch, start: number): void {
  if (stretch.lastStart < 0) {
    stretch.firstStart = start;
    return;
  }
  const gapMs = start - stretch.lastStart;
  if (gapMs > 0) return noteGap(stretch.gaps, gapMs);
  const place = { file: csv.file, line: csv.line, field: 'ts', value: String(start) };
  if (gapMs === 0) throw new BarFileError(place, `repeats the bar of ${stretch.symbol} at ${csv.file}:${stretch.lastLine}`);
  throw new BarFileError(
    place,
    `is earlier than the bar of ${stretch.symbol} on line ${stretch.lastLine}: rows must be in order of time`,
  );
}

function fieldCountRefusal(csv: BarCsv): BarFileError {
  return refusal(csv, undefined, String(csv.fields.count), `is the number of fields, but the header has ${csv.fieldCount}`);
}

function fieldRefusal(csv: BarCsv, bytes: Uint8Array, field: number, name: string, problem: string): BarFileError {
  return refusal(csv, name, textOf(bytes, fieldStart(bytes, csv.fields, field), fieldEnd(bytes, csv.fields, field)), problem);
}

function refusal(csv: BarCsv, field: string | undefined, value: string | undefined, problem: string): BarFileError {
  const place = {
    file: csv.file,
    line: csv.line,
    ...(field === undefined ? {} : { field }),
    ...(value === undefined ? {} : { value }),
  };
  return new BarFileError(place, problem);
}
