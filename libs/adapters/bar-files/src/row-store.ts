import type { Ticker } from '@aitrader/model';
import { newGapEvidence, type GapEvidence } from './gap-evidence.ts';

/** End of a stretch. */
export const NO_ROW = -1;
const ROWS_INITIAL = 1 << 16;

/** The bars of one symbol in one file, chained from `head` by `RowStore.next` in the order of time. */
export interface Stretch {
  readonly file: string;
  readonly symbol: Ticker;
  readonly bytes: Uint8Array;
  /** the caller wants this symbol */
  readonly wanted: boolean;
  head: number;
  tail: number;
  /** start of the first row seen, kept or not; then start and line of the last one. −1 before the first */
  firstStart: number;
  lastStart: number;
  lastLine: number;
  readonly gaps: GapEvidence;
}

/** Rows in the order they were read. `t` holds the start of the bar until the timeframe is known, its close from then on. */
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

export const newStretch = (file: string, symbol: Ticker, bytes: Uint8Array, wanted: boolean): Stretch => ({
  file,
  symbol,
  bytes,
  wanted,
  head: NO_ROW,
  tail: NO_ROW,
  firstStart: -1,
  lastStart: -1,
  lastLine: -1,
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

/** Makes room for one more row and returns its index, chained to the end of the stretch. */
export function appendRow(rows: RowStore, stretch: Stretch): number {
  const row = rows.count++;
  if (row === rows.t.length) growRows(rows);
  rows.next[row] = NO_ROW;
  if (stretch.tail === NO_ROW) stretch.head = row;
  else rows.next[stretch.tail] = row;
  stretch.tail = row;
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
