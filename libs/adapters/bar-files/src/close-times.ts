import { MINUTES_OF, type Timeframe } from '@aitrader/model';
import { BarFileError, rowPlace } from './bar-file-error.ts';
import { DAILY_GAP_MS_MIN } from './gap-evidence.ts';
import { NO_ROW, type RowStore, type Stretch } from './row-store.ts';

const MINUTE_MS = 60_000;

/**
 * Bars start at multiples of this since the epoch, in ms. Some vendors count hours from the clock and others from the open at
 * 09:30; the shorter timeframes divide both.
 */
const GRID_MS: Readonly<Record<Exclude<Timeframe, '1d'>, number>> = {
  '1m': MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '1h': 30 * MINUTE_MS,
};

/** The close instant of the New York session that a daily bar starting at `startTs` stands for, in epoch ms. */
export type CloseOfDay = (startTs: number) => number;

/**
 * Turns the time of every bar of the stretch, that of its start or its end, into its close: the one place where this is done.
 * @throws BarFileError for a bar off the timeframe's grid, or closer to the one before it than the timeframe is long
 */
export function closeStretch(rows: RowStore, stretch: Stretch, timeframe: Timeframe, closeOfDay: CloseOfDay): void {
  const stepMs = timeframe === '1d' ? DAILY_GAP_MS_MIN : MINUTES_OF[timeframe] * MINUTE_MS;
  const gridMs = timeframe === '1d' ? 1 : GRID_MS[timeframe];
  // A day is told by its date, wherever in it the time lies.
  const stampedLaterMs = stretch.stamp === 'end' && timeframe !== '1d' ? stepMs : 0;
  let lastStart = -Infinity;
  let lastClose = -Infinity;
  for (let row = stretch.head; row !== NO_ROW; row = rows.next[row] ?? NO_ROW) {
    const start = (rows.t[row] ?? 0) - stampedLaterMs;
    if (start % gridMs !== 0) throw refusal(rows, stretch, row, `does not lie on the grid of ${timeframe} bars`);
    if (start - lastStart < stepMs) throw refusal(rows, stretch, row, `is too close to the bar before it for ${timeframe} bars`);
    const close = timeframe === '1d' ? dailyClose(rows, stretch, row, closeOfDay) : start + stepMs;
    if (close <= lastClose) throw refusal(rows, stretch, row, 'falls on the same session as the bar before it');
    rows.t[row] = close;
    lastStart = start;
    lastClose = close;
  }
}

/** Drops the bars of a closed stretch that close outside `from` … `to`, both inclusive. */
export function cutStretch(rows: RowStore, stretch: Stretch, from: number, to: number): void {
  const closeAt = (row: number): number => rows.t[row] ?? 0;
  while (stretch.head !== NO_ROW && closeAt(stretch.head) < from) stretch.head = rows.next[stretch.head] ?? NO_ROW;
  let last = NO_ROW;
  for (let row = stretch.head; row !== NO_ROW && closeAt(row) <= to; row = rows.next[row] ?? NO_ROW) last = row;
  if (last === NO_ROW) stretch.head = NO_ROW;
  else rows.next[last] = NO_ROW;
  stretch.tail = last;
}

/** Remembers the last answer for each start: a panel asks for the same day once per symbol. */
export function rememberingClose(closeOfDay: CloseOfDay): CloseOfDay {
  const known = new Map<number, number>();
  return (start) => {
    let close = known.get(start);
    if (close === undefined) known.set(start, (close = closeOfDay(start)));
    return close;
  };
}

function dailyClose(rows: RowStore, stretch: Stretch, row: number, closeOfDay: CloseOfDay): number {
  let close: number;
  try {
    close = closeOfDay(dayStart(rows, stretch, row, closeOfDay));
  } catch (cause) {
    if (cause instanceof BarFileError) throw cause;
    throw refusal(rows, stretch, row, `has no session close: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  if (!Number.isSafeInteger(close)) throw refusal(rows, stretch, row, `has no session close: got ${close}`);
  return close;
}

const DAY_MS = 24 * 60 * MINUTE_MS;
/** Midnight in UTC, and in New York in summer and winter: a time of a day that stands for its date. */
const MIDNIGHTS_MS: readonly number[] = [0, DAY_MS / 6, (DAY_MS * 5) / 24];

/** The start of a daily bar's day, give or take half a day, as `CloseOfDay` takes it. */
function dayStart(rows: RowStore, stretch: Stretch, row: number, closeOfDay: CloseOfDay): number {
  const time = rows.t[row] ?? 0;
  const ofEnd = time - DAY_MS / 2 - 1;
  if (stretch.stamp === 'end') return ofEnd;
  if (stretch.stamp === 'start' || MIDNIGHTS_MS.includes(time % DAY_MS) || closeOfDay(time) === closeOfDay(ofEnd)) return time;
  throw refusal(
    rows,
    stretch,
    row,
    'is of one day as the start of a bar and of another as its end: say which with --stamp start or --stamp end',
  );
}

function refusal(rows: RowStore, stretch: Stretch, row: number, problem: string, options?: ErrorOptions): BarFileError {
  const place = { ...rowPlace(stretch.file, stretch.rowWord, rows.line[row] ?? 0), field: 'ts', value: String(rows.t[row]) };
  return new BarFileError(place, problem, options);
}
