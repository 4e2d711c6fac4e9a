/*
 * Where the bars of every shape go: the checks that no shape is spared, and the order of time.
 */
import { canonicalTicker, UnitError, type Stamp, type Ticker } from '@aitrader/model';
import { BarFileError, rowPlace, rowText, TooManyBarsError, type BarFilePlace } from './bar-file-error.ts';
import type { BarShape, ReadFile, ReadingOptions } from './bar-shape.ts';
import { timesText, type BarTimes } from './bar-times.ts';
import { VALUE_COLUMNS } from './column-names.ts';
import { DAILY_GAP_MS_MIN, noteGap } from './gap-evidence.ts';
import { appendRow, newStretch, type RowStore, type RowWord, type Stretch } from './row-store.ts';
import { calendarProblem, FIRST_START_MS, LAST_START_MS } from './timestamp.ts';

/** Which rows to keep; the fields of the others are checked all the same. */
export interface RowFilter {
  /** starts outside these bounds are certain to fall outside the caller's, and need not be in the calendar */
  readonly firstStart: number;
  readonly lastStart: number;
  readonly symbols: ReadonlySet<string> | undefined;
  readonly barsMax: number;
}

/** A file, or an entry of an archive, whose bars are being taken. */
export interface BarSink {
  readonly file: string;
  readonly rowWord: RowWord;
  readonly filter: RowFilter;
  readonly rows: RowStore;
  readonly options: ReadingOptions;
  /** stretches that this file has, by the text of their symbol */
  readonly stretches: Map<string, Stretch>;
  emptyRows: number;
}

export const newBarSink = (
  file: string,
  rowWord: RowWord,
  filter: RowFilter,
  rows: RowStore,
  options: ReadingOptions,
): BarSink => ({ file, rowWord, filter, rows, options, stretches: new Map(), emptyRows: 0 });

/** The values of a bar that is no bar: which, and what is wrong with it. */
export interface ValueProblem {
  readonly column: (typeof VALUE_COLUMNS)[number];
  /** of the column among those */
  readonly index: number;
  readonly problem: string;
}

/** Whether the numbers make a bar; `valueProblem` says what is wrong where they do not. NaN stands for what is no number. */
export const areBarValues = (open: number, high: number, low: number, close: number, volume: number): boolean =>
  low > 0 && open > 0 && close > 0 && high >= low && volume >= 0 && open + high + close + volume < Infinity;

/** The first thing that is wrong with the numbers of a bar, in the order of `VALUE_COLUMNS`; undefined when they make one. */
export function valueProblem(values: readonly number[]): ValueProblem | undefined {
  for (const [i, column] of VALUE_COLUMNS.entries()) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) return { column, index: i, problem: 'is not a number' };
    if (!Number.isFinite(value)) return { column, index: i, problem: 'is not finite' };
    if (column !== 'volume' && value <= 0) return { column, index: i, problem: 'is not a positive price' };
  }
  const [, high = 0, low = 0, , volume = 0] = values;
  if (volume < 0) return { column: 'volume', index: 4, problem: 'is negative' };
  return high < low ? { column: 'high', index: 1, problem: `is below the low ${low}` } : undefined;
}

/** What is wrong with the instant of a bar, or undefined: one outside the calendar is taken where it is left out anyway. */
export function instantProblem({ filter }: BarSink, instant: number): string | undefined {
  if (instant >= FIRST_START_MS && instant <= LAST_START_MS) return undefined;
  if (instant < FIRST_START_MS ? instant < filter.firstStart : instant > filter.lastStart) return undefined;
  return calendarProblem(instant);
}

/**
 * Takes a bar whose values and instant are good. Returns what is wrong with its time beside those of the bars before it; undefined when
 * nothing is. @throws BarFileError for a bar too many
 */
export function takeBar(
  sink: BarSink,
  stretch: Stretch,
  row: number,
  time: number,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
): string | undefined {
  const problem = stretch.lastTime < 0 ? firstTime(stretch, time) : orderProblem(stretch, time);
  if (problem !== undefined) return problem;
  stretch.lastTime = time;
  stretch.lastLine = row;
  if (!stretch.wanted || time < sink.filter.firstStart || time > sink.filter.lastStart) return undefined;
  const { rows } = sink;
  if (rows.count >= sink.filter.barsMax)
    throw new TooManyBarsError(rowPlace(sink.file, sink.rowWord, row), `is beyond the limit of ${sink.filter.barsMax} bars`);
  const at = appendRow(rows, stretch);
  rows.t[at] = time;
  rows.open[at] = open;
  rows.high[at] = high;
  rows.low[at] = low;
  rows.close[at] = close;
  rows.volume[at] = volume + 0; // −0 would print as 0 and hash as something else
  rows.line[at] = row;
  return undefined;
}

function firstTime(stretch: Stretch, time: number): undefined {
  stretch.firstTime = time;
}

function orderProblem(stretch: Stretch, time: number): string | undefined {
  const gapMs = time - stretch.lastTime;
  if (gapMs === 0) return `repeats the bar of ${stretch.symbol} at ${rowText(stretch.file, stretch.rowWord, stretch.lastLine)}`;
  const direction = gapMs > 0 ? 1 : -1;
  if (stretch.direction === 0) stretch.direction = direction;
  else if (stretch.direction !== direction) return disorder(stretch);
  noteGap(stretch.gaps, Math.abs(gapMs));
  if (stretch.stamp === undefined && stretch.gaps.smallestMs < DAILY_GAP_MS_MIN) return STAMP_UNKNOWN;
  return undefined;
}

/** What is wrong with bars of less than a day of which it is not known whether their times are starts or ends. */
export const STAMP_UNKNOWN = 'may be the start or the end of its bar: say which with --stamp start or --stamp end';

function disorder({ direction, symbol, rowWord, lastLine }: Stretch): string {
  const [than, order] = direction > 0 ? ['earlier', 'oldest first as they began'] : ['later', 'newest first as they began'];
  return `is ${than} than the bar of ${symbol} on ${rowWord} ${lastLine}: rows must be in order of time, ${order}`;
}

const NOT_A_TICKER = 'is not a ticker: those are 1 to 16 of A–Z, 0–9 and . - / ^ =';

/** The stretch of a symbol as the file prints it. @throws BarFileError when it is none */
export function stretchOf(sink: BarSink, text: string, shape: BarShape, place: () => BarFilePlace): Stretch {
  const known = sink.stretches.get(text);
  if (known !== undefined) return known;
  const symbol = tickerOf(text, shape, place);
  const stretch = newStretch({
    file: sink.file,
    rowWord: sink.rowWord,
    stamp: stampOf(sink.options, shape),
    symbol,
    bytes: Buffer.from(text, 'latin1'),
    wanted: sink.filter.symbols?.has(symbol) ?? true,
  });
  sink.stretches.set(text, stretch);
  sink.rows.stretches.push(stretch);
  return stretch;
}

function tickerOf(text: string, { marketEnding }: BarShape, place: () => BarFilePlace): Ticker {
  const large = text === text.toLowerCase() ? text.toUpperCase() : text;
  const name = marketEnding === undefined ? large : large.replace(marketEnding, '');
  try {
    return canonicalTicker(name);
  } catch (cause) {
    if (!(cause instanceof UnitError)) throw cause;
    throw new BarFileError({ ...place(), value: text }, NOT_A_TICKER, { cause });
  }
}

export const stampOf = (options: ReadingOptions, shape: BarShape): Stamp | undefined => options.stamp ?? shape.stamp;

/** @throws BarFileError when a file that is read held no bar at all */
export function requireBars({ stretches, emptyRows, file, rowWord }: BarSink): void {
  if (stretches.size > 0) return;
  throw new BarFileError(
    { file },
    `has ${rowWord === 'line' ? 'a header but ' : ''}no bars${emptyRows > 0 ? ', only rows without prices' : ''}`,
  );
}

/**
 * In a shape whose rows come oldest first, two rows the other way round are no order but a mistake; more of them are a file that was
 * sorted so. @throws BarFileError
 */
export function requireOrder({ stretches }: BarSink): void {
  const backwards = [...stretches.values()].filter(({ direction }) => direction < 0);
  const [first] = backwards;
  if (first === undefined || backwards.some(({ gaps }) => gaps.count > 1)) return;
  const place = { ...rowPlace(first.file, first.rowWord, first.lastLine), field: 'ts', value: String(first.lastTime) };
  throw new BarFileError(place, `is earlier than the bar of ${first.symbol} before it: rows must be in order of time`);
}

/** How a file was read, as far as it was. `times` is undefined for the product's own shape. */
export function readFileOf(sink: BarSink, shape: BarShape, times: BarTimes | undefined, symbol: ReadFile['symbol']): ReadFile {
  return {
    name: sink.file,
    shape: shape.title,
    isOwn: times === undefined,
    adjustment: sink.options.adjustment ?? shape.adjustment,
    times: times === undefined ? 'milliseconds since 1970' : timesText(times),
    stamp: stampOf(sink.options, shape),
    symbol,
    emptyRows: sink.emptyRows,
    newestFirst: [...sink.stretches.values()].some(({ direction }) => direction < 0),
  };
}
