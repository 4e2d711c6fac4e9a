import type { Stamp, Ticker } from '@aitrader/model';
import { newGapEvidence, type GapEvidence } from './gap-evidence.ts';

/** End of a stretch. */
export const NO_ROW = -1;
const ROWS_INITIAL = 1 << 16;

/**
 * The bars of one symbol in one file, chained from `head` by `RowStore.next` in the order of time: rows that come newest first are
 * put before the head instead of behind the tail.
 */
export interface Stretch {
  readonly file: string;
  /** what a row is called where its file has no lines */
  readonly rowWord: RowWord;
  readonly symbol: Ticker;
  readonly bytes: Uint8Array;
  /** the caller wants this symbol */
  readonly wanted: boolean;
  head: number;
  tail: number;
  /** the times of its rows are those of the bars' ends; undefined: it was not told, and matters only to bars of less than a day */
  readonly stamp: Stamp | undefined;
  /** 1: oldest first, −1: newest first, 0: not seen yet */
  direction: number;
  /** time of the first row seen, kept or not; then time and line of the last one. −1 before the first */
  firstTime: number;
  lastTime: number;
  lastLine: number;
  /** the stretch of the row that followed one of this stretch, the last time that it was another: in a panel it is the same every day */
  follower: Stretch | undefined;
  readonly gaps: GapEvidence;
}

/** Rows in the order they were read. `t` holds the time of the row until the timeframe is known, the bar's close from then on. */
export interface RowStore {
  count: number;
  t: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
  line: Uint32Array;
  next: Int32Array;
  readonly stretches: Stretch[];
}

/** A line of text, or a bar or a row, counted from 1, of what has none. */
export type RowWord = 'line' | 'bar' | 'row';

export const newStretch = (of: Pick<Stretch, 'file' | 'rowWord' | 'stamp' | 'symbol' | 'bytes' | 'wanted'>): Stretch => ({
  ...of,
  direction: 0,
  head: NO_ROW,
  tail: NO_ROW,
  firstTime: -1,
  lastTime: -1,
  lastLine: -1,
  follower: undefined,
  gaps: newGapEvidence(),
});

export function newRowStore(): RowStore {
  const column = (): Float64Array => new Float64Array(ROWS_INITIAL);
  return {
    count: 0,
    t: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
    line: new Uint32Array(ROWS_INITIAL),
    next: new Int32Array(ROWS_INITIAL),
    stretches: [],
  };
}

/** Makes room for one more row and returns its index, chained to the end of the stretch, or to its head where the newest come first. */
export function appendRow(rows: RowStore, stretch: Stretch): number {
  const row = rows.count++;
  if (row === rows.t.length) growRows(rows);
  rows.next[row] = NO_ROW;
  if (stretch.tail === NO_ROW) stretch.head = stretch.tail = row;
  else if (stretch.direction < 0) {
    rows.next[row] = stretch.head;
    stretch.head = row;
  } else {
    rows.next[stretch.tail] = row;
    stretch.tail = row;
  }
  return row;
}

function growRows(rows: RowStore): void {
  const grown = (column: Float64Array): Float64Array => {
    const twice = new Float64Array(column.length * 2);
    twice.set(column);
    return twice;
  };
  const length = rows.t.length * 2;
  rows.t = grown(rows.t);
  rows.open = grown(rows.open);
  rows.high = grown(rows.high);
  rows.low = grown(rows.low);
  rows.close = grown(rows.close);
  rows.volume = grown(rows.volume);
  const line = new Uint32Array(length);
  line.set(rows.line);
  rows.line = line;
  const next = new Int32Array(length);
  next.set(rows.next);
  rows.next = next;
}
