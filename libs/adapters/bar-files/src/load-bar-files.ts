import path from 'node:path';
import { compareText, MINUTES_OF, type BarSource, type EpochMs, type Ticker, type Timeframe } from '@aitrader/model';
import type { BarColumns } from './bar-columns.ts';
import { BarFileError } from './bar-file-error.ts';
import type { ReadFile, ReadingOptions } from './bar-shape.ts';
import { STAMP_UNKNOWN, type RowFilter } from './bar-sink.ts';
import { closeStretch, cutStretch, rememberingClose, type CloseOfDay } from './close-times.ts';
import { sizeOf } from './file-bytes.ts';
import { mergeStretches } from './merge.ts';
import { readBarFile } from './read-bar-file.ts';
import { requireOfUse, requireReadable } from './reading-options.ts';
import { newRowStore, type RowStore, type Stretch } from './row-store.ts';
import { timeframeOf } from './timeframe.ts';
import { FIRST_START_MS, LAST_START_MS } from './timestamp.ts';

/** Most bars that one load holds: around 2 GB while they are merged. A year of minutes of 12 symbols is 0.4 million. */
export const BARS_MAX = 20_000_000;
/** A bar closes at most this long after it starts: a daily bar may be stamped a day before its session's close. */
const BAR_SPAN_MS_MAX = 2 * 24 * 60 * 60_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export interface LoadOptions extends ReadingOptions {
  /** believed when given; recognised from the distances between the bars otherwise */
  readonly timeframe?: Timeframe;
  /** inclusive bounds on the bars' close */
  readonly from?: EpochMs;
  readonly to?: EpochMs;
  /** tickers to keep; all when absent */
  readonly symbols?: readonly string[];
  /** required for daily bars: the close of the New York session that a bar starting at `startTs` stands for */
  readonly closeOfDay?: CloseOfDay;
  readonly barsMax?: number;
  /** how many bytes of all files, as they lie on the disk, are read */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

export interface LoadedBars {
  readonly table: BarColumns;
  /** base name, SHA-256 of its bytes, shape and adjustment of each file, in the order of the paths */
  readonly sources: readonly BarSource[];
  /** how each file, or entry of an archive, was read */
  readonly files: readonly ReadFile[];
  /** every symbol of the files, asked for or not, in canonical order */
  readonly held: readonly HeldSymbol[];
}

/** The starts of the first and last bar that files hold of a symbol, whatever was asked for, epoch ms. */
export interface HeldSymbol {
  readonly symbol: Ticker;
  readonly firstStart: number;
  readonly lastStart: number;
}

/**
 * Loads files of bars, of whatever shapes, into columns. Every field of every row is checked, also of rows that are filtered
 * out; the first defect refuses the whole load. Where there are no bars of what was asked for, the table has none, or those of the
 * others: `held` tells. @throws BarFileError naming file, line, field and value
 */
export async function loadBarFiles(paths: readonly string[], options: LoadOptions = {}): Promise<LoadedBars> {
  if (paths.length === 0) throw new BarFileError({ file: '' }, 'no file was named');
  requireReadable(options);
  const rows = newRowStore();
  const { sources, files } = await readFiles(paths, rows, options);
  requireOfUse(options, files);
  requireOneAdjustment(rows.stretches, files);
  const timeframe = timeframeOf(rows.stretches, options.timeframe);
  closeAndCut(rows, timeframe, options);
  const held = heldBy(rows.stretches, timeframe);
  return { table: mergeStretches(rows, timeframe), sources, files, held };
}

function heldBy(stretches: readonly Stretch[], timeframe: Timeframe): HeldSymbol[] {
  const spanMs = timeframe === '1d' ? DAY_MS : MINUTES_OF[timeframe] * MINUTE_MS;
  const startsOf = ({ firstTime, lastTime, stamp }: Stretch): number[] =>
    [firstTime, lastTime].map((time) => (stamp === 'end' ? time - spanMs : time));
  const bySymbol = Map.groupBy(stretches, ({ symbol }) => symbol);
  const held = [...bySymbol].map(([symbol, own]) => ({
    symbol,
    firstStart: Math.min(...own.flatMap(startsOf)),
    lastStart: Math.max(...own.flatMap(startsOf)),
  }));
  return held.sort((a, b) => compareText(a.symbol, b.symbol));
}

async function readFiles(
  paths: readonly string[],
  rows: RowStore,
  options: LoadOptions,
): Promise<Pick<LoadedBars, 'sources' | 'files'>> {
  const sizes: number[] = [];
  for (const file of paths) sizes.push(await sizeOf(file));
  const totalBytes = sizes.reduce((sum, size) => sum + size, 0);
  let doneBytes = 0;
  const onBytes = (count: number): void => options.onProgress?.((doneBytes += count), totalBytes);
  const filter = filterOf(options);
  const sources: BarSource[] = [];
  const files: ReadFile[] = [];
  for (const file of paths) {
    const read = await readBarFile(file, { rows, filter, options }, onBytes);
    files.push(...read.files);
    sources.push({ name: path.basename(file), sha256: read.sha256, ...recognisedAs(read.files) });
  }
  return { sources, files };
}

/** What a file was recognised as: an archive is what its files are. */
function recognisedAs(files: readonly ReadFile[]): Pick<BarSource, 'shape' | 'adjustment'> {
  const [adjustment = 'unknown', ...others] = new Set(files.map((file) => file.adjustment));
  return {
    shape: [...new Set(files.map(({ shape }) => shape))].join(', '),
    adjustment: others.length === 0 ? adjustment : 'unknown',
  };
}

/**
 * A symbol's bars are one series: raw prices behind adjusted ones would make a return of what was a split.
 * @throws BarFileError naming the file, the symbol and the one that it differs from
 */
function requireOneAdjustment(stretches: readonly Stretch[], files: readonly ReadFile[]): void {
  const adjustmentOf = new Map(files.map(({ name, adjustment }) => [name, adjustment]));
  const first = new Map<string, Stretch>();
  for (const stretch of stretches) {
    const before = first.get(stretch.symbol);
    if (before === undefined) first.set(stretch.symbol, stretch);
    else if (adjustmentOf.get(before.file) !== adjustmentOf.get(stretch.file))
      throw new BarFileError(
        { file: stretch.file, field: 'symbol', value: stretch.symbol },
        `has prices that are adjusted otherwise (${adjustmentOf.get(stretch.file)}) than those of ${before.file} ` +
          `(${adjustmentOf.get(before.file)}): load them apart, or say with --adjustment what all of them are`,
      );
  }
}

/**
 * Bounds on the start that are certain not to cut a bar whose close is inside the caller's and in the calendar: the exact cut comes
 * later. A bar before the calendar is an error until the caller asks for a first bar, and likewise at the other end.
 */
function filterOf(options: LoadOptions): RowFilter {
  return {
    firstStart: options.from === undefined ? -Infinity : Math.max(options.from - spanMaxOf(options), FIRST_START_MS),
    lastStart: options.to === undefined ? Infinity : Math.min(options.to, LAST_START_MS),
    symbols: options.symbols === undefined ? undefined : new Set(options.symbols),
    barsMax: options.barsMax ?? BARS_MAX,
  };
}

/** How long before its close a bar may be stamped, as far as that is known before the bars are. */
const spanMaxOf = ({ timeframe }: LoadOptions): number =>
  timeframe === undefined || timeframe === '1d' ? BAR_SPAN_MS_MAX : MINUTES_OF[timeframe] * MINUTE_MS;

function closeAndCut(rows: RowStore, timeframe: Timeframe, options: LoadOptions): void {
  const closeOfDay = rememberingClose(options.closeOfDay ?? noCloseOfDay);
  if (timeframe === '1d' && options.closeOfDay === undefined) {
    throw new BarFileError(
      { file: rows.stretches[0]?.file ?? '' },
      'has daily bars: closeOfDay is needed to tell when they close',
    );
  }
  for (const stretch of rows.stretches) {
    if (stretch.stamp === undefined && timeframe !== '1d')
      throw new BarFileError({ file: stretch.file }, `has bars of ${timeframe}: a time ${STAMP_UNKNOWN}`);
    closeStretch(rows, stretch, timeframe, closeOfDay);
    cutStretch(rows, stretch, options.from ?? -Infinity, options.to ?? Infinity);
  }
}

/** Stands in for intraday bars, whose close needs no calendar. */
const noCloseOfDay: CloseOfDay = () => Number.NaN;
