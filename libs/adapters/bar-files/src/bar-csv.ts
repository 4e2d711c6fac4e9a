import { item } from '@aitrader/model';
import { BarFileError, type BarFilePlace } from './bar-file-error.ts';
import type { ReadFile } from './bar-shape.ts';
import {
  areBarValues,
  instantProblem,
  readFileOf,
  requireBars,
  requireOrder,
  stretchOf,
  takeBar,
  valueProblem,
  type BarSink,
} from './bar-sink.ts';
import { instantOfText } from './bar-times.ts';
import type { BarFields, CsvPlan } from './csv-plan.ts';
import { csvPlanOf } from './csv-recognition.ts';
import {
  byteOrderMarkLength,
  DELIMITERS,
  fieldEnd,
  fieldStart,
  newRowFields,
  nextRow,
  splitRow,
  type RowFields,
} from './csv-row.ts';
import { parseDecimal, parseWhole, textOf } from './decimal.ts';
import { isEmptyCell, shortenedNumber, styledNumber } from './number-style.ts';
import type { Stretch } from './row-store.ts';
import { FIRST_START_MS, isAfterCalendar, isBeforeCalendar, LAST_START_MS, timestampProblem } from './timestamp.ts';

/** A table of bars being read: recognised by its first rows, then row by row, in whatever pieces the bytes come. */
export interface BarCsv {
  readonly sink: BarSink;
  readonly fields: RowFields;
  /** undefined until the first rows are seen */
  plan: CsvPlan | undefined;
  line: number;
  /** first line of a stretch without text, or 0 */
  blankLine: number;
  /** a line of other text, or 0 */
  remarkLine: number;
  /** the stretch of the row before: most files hold one symbol */
  stretch: Stretch | undefined;
  /** by a hash of the symbol's bytes, so that no text is made of it */
  readonly stretches: Map<number, Stretch[]>;
}

export const newBarCsv = (sink: BarSink): BarCsv => ({
  sink,
  fields: newRowFields(),
  plan: undefined,
  line: 0,
  blankLine: 0,
  remarkLine: 0,
  stretch: undefined,
  stretches: new Map(),
});

/**
 * Reads the whole rows in `bytes[start, end)`; `bytes[end − 1]` is a line feed. The first piece must hold enough rows to be recognised.
 * @throws BarFileError
 */
export function readRows(csv: BarCsv, bytes: Uint8Array, start: number, end: number): void {
  const { sink, fields } = csv;
  if (csv.plan === undefined) csv.plan = csvPlanOf(sink.file, bytes, start, end, sink.options);
  const { plan } = csv;
  const delimiter = plan?.delimiter ?? DELIMITERS[0];
  const linesBefore = plan?.linesBefore ?? 0;
  for (let at = start; at < end; at = fields.next) {
    csv.line++;
    if (csv.line <= linesBefore) {
      fields.next = nextRow(bytes, at);
      continue;
    }
    if (csv.line === 1) at += byteOrderMarkLength(bytes, at);
    if (!splitRow(bytes, at, fields, delimiter)) throw refusal(csv, undefined, undefined, 'has a quoted field that does not end');
    if (fields.count === 0) csv.blankLine ||= csv.line;
    else if (isRemark(csv, bytes)) csv.remarkLine ||= csv.line;
    else if (csv.remarkLine > 0)
      throw new BarFileError({ file: sink.file, line: csv.remarkLine }, 'is a sentence, and rows follow');
    else if (csv.blankLine > 0) throw new BarFileError({ file: sink.file, line: csv.blankLine }, 'is empty, and rows follow');
    else if (plan !== undefined) readRow(csv, bytes, plan);
  }
}

/** Whether a row is a sentence, such as vendors write below a table: one field, of words. */
function isRemark({ plan, fields }: BarCsv, bytes: Uint8Array): boolean {
  if (plan === undefined || plan.isOwn || fields.count !== 1) return false;
  return /[A-Za-z]{3,} .*[A-Za-z]{2,}/.test(textOf(bytes, fieldStart(bytes, fields, 0), fieldEnd(bytes, fields, 0)));
}

/** To be called after the last row: how the file was read. @throws BarFileError when it held no bar at all */
export function endBarCsv(csv: BarCsv): ReadFile {
  const reading = readingOf(csv);
  requireBars(csv.sink);
  if (reading.isOwn) requireOrder(csv.sink);
  return reading;
}

/** How the file was read so far. @throws BarFileError when it is empty */
export function readingOf(csv: BarCsv): ReadFile {
  if (csv.plan === undefined) throw new BarFileError({ file: csv.sink.file }, 'is empty');
  const { shape, symbol, isOwn, times } = csv.plan;
  return readFileOf(csv.sink, shape, isOwn ? undefined : times, symbol);
}

function readRow(csv: BarCsv, bytes: Uint8Array, plan: CsvPlan): void {
  if (csv.fields.count !== plan.fieldCount) throw fieldCountRefusal(csv, plan);
  const time = plan.isOwn ? ownTime(csv, bytes, plan.time[0] ?? 0) : printedTime(csv, bytes, plan);
  for (let i = 0; i < plan.bars.length; i++) readBar(csv, bytes, plan, item(plan.bars, i), time);
}

function readBar(csv: BarCsv, bytes: Uint8Array, plan: CsvPlan, bar: BarFields, time: number): void {
  const open = readNumber(csv, bytes, plan, bar.open) / plan.pricesPerDollar;
  const high = readNumber(csv, bytes, plan, bar.high) / plan.pricesPerDollar;
  const low = readNumber(csv, bytes, plan, bar.low) / plan.pricesPerDollar;
  const close = readNumber(csv, bytes, plan, bar.close) / plan.pricesPerDollar;
  const more = bar.moreVolume === undefined ? 0 : readVolume(csv, bytes, plan, bar.moreVolume);
  const volume = readVolume(csv, bytes, plan, bar.volume) + more;
  if (!areBarValues(open, high, low, close, volume)) {
    if (!plan.isOwn && isEmptyBar(csv, bytes, bar, volume)) {
      csv.sink.emptyRows++;
      return;
    }
    refuseValues(csv, bytes, plan, bar, [open, high, low, close, volume]);
  }
  const stretch =
    typeof bar.symbol === 'number' ? stretchOfField(csv, bytes, plan, bar.symbol) : stretchOfName(csv, plan, bar.symbol);
  const problem = takeBar(csv.sink, stretch, csv.line, time, open, high, low, close, volume);
  if (problem !== undefined) throw refusal(csv, plan.timeName, timeText(csv, bytes, plan), problem);
}

/** Whole milliseconds, read without making a text of them. */
function ownTime(csv: BarCsv, bytes: Uint8Array, field: number): number {
  const value = parseWhole(bytes, fieldStart(bytes, csv.fields, field), fieldEnd(bytes, csv.fields, field));
  if (value >= FIRST_START_MS && value <= LAST_START_MS) return value;
  const { firstStart, lastStart } = csv.sink.filter;
  if ((isBeforeCalendar(value) && value < firstStart) || (isAfterCalendar(value) && value > lastStart)) return value;
  throw refusal(csv, 'ts', fieldText(csv, bytes, field), timestampProblem(value));
}

function printedTime(csv: BarCsv, bytes: Uint8Array, plan: CsvPlan): number {
  const text = timeText(csv, bytes, plan);
  const instant = instantOfText(plan.times, text);
  const problem = Number.isNaN(instant) ? plan.times.problem : instantProblem(csv.sink, instant);
  if (problem !== undefined) throw refusal(csv, plan.timeName, text, problem);
  return instant;
}

const timeText = (csv: BarCsv, bytes: Uint8Array, plan: CsvPlan): string =>
  plan.isOwn ? fieldText(csv, bytes, plan.time[0] ?? 0) : plan.time.map((field) => fieldText(csv, bytes, field).trim()).join(' ');

/** NaN where the field holds no number. */
function readNumber(csv: BarCsv, bytes: Uint8Array, plan: CsvPlan, field: number): number {
  const start = fieldStart(bytes, csv.fields, field);
  const end = fieldEnd(bytes, csv.fields, field);
  const value = parseDecimal(bytes, start, end);
  if (plan.isOwn || (plan.numbers !== 'comma' && !Number.isNaN(value))) return value;
  return styledNumber(textOf(bytes, start, end).trim(), plan.numbers);
}

function readVolume(csv: BarCsv, bytes: Uint8Array, plan: CsvPlan, field: number): number {
  const value = readNumber(csv, bytes, plan, field);
  return plan.isOwn || !Number.isNaN(value) ? value : shortenedNumber(fieldText(csv, bytes, field).trim());
}

/** Whether a row has no prices: vendors print one where nothing was traded. */
function isEmptyBar(csv: BarCsv, bytes: Uint8Array, { open, high, low, close, volume }: BarFields, shares: number): boolean {
  const isEmpty = (field: number): boolean => isEmptyCell(fieldText(csv, bytes, field).trim());
  return isEmpty(open) && isEmpty(high) && isEmpty(low) && isEmpty(close) && (shares === 0 || isEmpty(volume));
}

function refuseValues(csv: BarCsv, bytes: Uint8Array, plan: CsvPlan, bar: BarFields, values: readonly number[]): void {
  const found = valueProblem(values);
  if (found === undefined) return;
  const field = plan.bars.length > 1 ? `${found.column} of ${bar.symbol}` : found.column;
  throw refusal(csv, field, fieldText(csv, bytes, bar[found.column]), found.problem);
}

function stretchOfField(csv: BarCsv, bytes: Uint8Array, plan: CsvPlan, field: number): Stretch {
  const start = fieldStart(bytes, csv.fields, field);
  const end = fieldEnd(bytes, csv.fields, field);
  const before = csv.stretch;
  if (before !== undefined && sameBytes(before.bytes, bytes, start, end)) return before;
  const guess = before?.follower;
  if (guess !== undefined && sameBytes(guess.bytes, bytes, start, end)) return (csv.stretch = guess);
  const stretch = lookUp(csv, bytes, start, end, plan);
  if (before !== undefined) before.follower = stretch;
  return (csv.stretch = stretch);
}

function lookUp(csv: BarCsv, bytes: Uint8Array, start: number, end: number, plan: CsvPlan): Stretch {
  let hash = 0;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] ?? 0)) | 0;
  let bucket = csv.stretches.get(hash);
  if (bucket === undefined) csv.stretches.set(hash, (bucket = []));
  let stretch = bucket.find((candidate) => sameBytes(candidate.bytes, bytes, start, end));
  if (stretch === undefined) {
    const text = textOf(bytes, start, end);
    stretch = stretchOfName(csv, plan, plan.isOwn ? text : text.trim());
    bucket.push(stretch);
  }
  return stretch;
}

const stretchOfName = (csv: BarCsv, plan: CsvPlan, name: string): Stretch =>
  csv.sink.stretches.get(name) ??
  stretchOf(csv.sink, name, plan.shape, (): BarFilePlace => ({ file: csv.sink.file, line: csv.line, field: 'symbol' }));

function sameBytes(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false;
  return true;
}

function fieldCountRefusal(csv: BarCsv, plan: CsvPlan): BarFileError {
  const against = plan.linesBefore > 0 ? 'the header has' : 'the first row has';
  return refusal(csv, undefined, String(csv.fields.count), `is the number of fields, but ${against} ${plan.fieldCount}`);
}

const fieldText = (csv: BarCsv, bytes: Uint8Array, field: number): string =>
  textOf(bytes, fieldStart(bytes, csv.fields, field), fieldEnd(bytes, csv.fields, field));

function refusal(csv: BarCsv, field: string | undefined, value: string | undefined, problem: string): BarFileError {
  const place = {
    file: csv.sink.file,
    line: csv.line,
    ...(field === undefined ? {} : { field }),
    ...(value === undefined ? {} : { value }),
  };
  return new BarFileError(place, problem);
}
