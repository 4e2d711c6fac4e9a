import { compareText, item, read, readInt32, type Ticker } from '@aitrader/model';
import { FIGURES, firstRowAt, type ArchiveBars, type Figure } from './archive-bars.ts';
import type { PartColumns } from './part-file.ts';
import { periodEnd } from './period.ts';

/** Most bars of a part: around 14 MB on the disk. More of one period are cut between symbols. */
export const PART_BARS_MAX = 2_000_000;

/** Rows `from` … `to` (exclusive) of a table. */
interface Stretch {
  readonly bars: ArchiveBars;
  readonly from: number;
  readonly to: number;
}

/**
 * Sorts tables into parts: by period, then by symbol, then by time. The tables have one timeframe, and no two of them have a bar of the
 * same symbol and time.
 */
export function* partsOf(tables: readonly ArchiveBars[]): Generator<PartColumns> {
  const stretches = tables.flatMap(byPeriod);
  const ends = Map.groupBy(stretches, ({ end }) => end);
  for (const end of [...ends.keys()].sort((a, b) => a - b)) yield* partsOfPeriod(ends.get(end) ?? []);
}

function byPeriod(bars: ArchiveBars): (Stretch & { readonly end: number })[] {
  const stretches = [];
  for (let from = 0; from < bars.count;) {
    const end = periodEnd(read(bars.t, from), bars.timeframe);
    const to = firstRowAt(bars.t, end + 1, from, bars.count);
    stretches.push({ bars, from, to, end });
    from = to;
  }
  return stretches;
}

function* partsOfPeriod(stretches: readonly Stretch[]): Generator<PartColumns> {
  const counts = countsOf(stretches);
  const symbols = [...counts.keys()].sort(compareText);
  let among: Ticker[] = [];
  let rows = 0;
  for (const symbol of symbols) {
    const own = counts.get(symbol) ?? 0;
    if (rows > 0 && rows + own > PART_BARS_MAX) {
      yield columnsOf(stretches, among, counts);
      [among, rows] = [[], 0];
    }
    among.push(symbol);
    rows += own;
  }
  yield columnsOf(stretches, among, counts);
}

function countsOf(stretches: readonly Stretch[]): Map<Ticker, number> {
  const counts = new Map<Ticker, number>();
  for (const { bars, from, to } of stretches) {
    const own = new Int32Array(bars.symbols.length);
    for (let row = from; row < to; row++) {
      const symbol = readInt32(bars.symbol, row);
      own[symbol] = readInt32(own, symbol) + 1;
    }
    for (const [i, symbol] of bars.symbols.entries()) {
      const count = readInt32(own, i);
      if (count > 0) counts.set(symbol, (counts.get(symbol) ?? 0) + count);
    }
  }
  return counts;
}

/** The next free row of each symbol. */
type Free = Map<Ticker, number>;

function columnsOf(stretches: readonly Stretch[], symbols: readonly Ticker[], counts: ReadonlyMap<Ticker, number>): PartColumns {
  const free: Free = new Map();
  let rows = 0;
  for (const symbol of symbols) {
    free.set(symbol, rows);
    rows += counts.get(symbol) ?? 0;
  }
  const column = (): Float64Array => new Float64Array(rows);
  const figures = { open: column(), high: column(), low: column(), close: column(), volume: column() };
  const columns = { symbols, counts: symbols.map((symbol) => counts.get(symbol) ?? 0), t: column(), ...figures };
  for (const stretch of stretches) copyStretch(stretch, columns, free);
  sortWithinSymbols(columns);
  return columns;
}

function copyStretch({ bars, from, to }: Stretch, columns: PartColumns, free: Free): void {
  const next = Int32Array.from(bars.symbols, (symbol) => free.get(symbol) ?? -1);
  for (let row = from; row < to; row++) {
    const symbol = readInt32(bars.symbol, row);
    const at = readInt32(next, symbol);
    if (at < 0) continue;
    next[symbol] = at + 1;
    columns.t[at] = read(bars.t, row);
    columns.open[at] = read(bars.open, row);
    columns.high[at] = read(bars.high, row);
    columns.low[at] = read(bars.low, row);
    columns.close[at] = read(bars.close, row);
    columns.volume[at] = read(bars.volume, row);
  }
  for (const [i, symbol] of bars.symbols.entries()) if (readInt32(next, i) >= 0) free.set(symbol, readInt32(next, i));
}

/** A symbol whose bars come from tables that interleave is not in the order of time yet. */
function sortWithinSymbols(columns: PartColumns): void {
  let from = 0;
  for (const count of columns.counts) {
    if (!isRising(columns.t, from, from + count)) sortRows(columns, from, from + count);
    from += count;
  }
}

function isRising(t: Float64Array, from: number, to: number): boolean {
  for (let row = from + 1; row < to; row++) if (read(t, row) <= read(t, row - 1)) return false;
  return true;
}

function sortRows(columns: PartColumns, from: number, to: number): void {
  const t = columns.t.slice(from, to);
  const order = Int32Array.from(t.keys()).sort((a, b) => read(t, a) - read(t, b));
  for (const name of ['t', ...FIGURES] as const satisfies readonly ('t' | Figure)[]) {
    const before = columns[name].slice(from, to);
    for (let i = 0; i < order.length; i++) columns[name][from + i] = read(before, readInt32(order, i));
  }
}

/** The closes of the first and last bar of each symbol of a part. */
export function boundsOf({ counts, t }: PartColumns): { readonly firsts: number[]; readonly lasts: number[] } {
  const firsts: number[] = [];
  const lasts: number[] = [];
  let from = 0;
  for (let i = 0; i < counts.length; i++) {
    firsts.push(read(t, from));
    from += item(counts, i);
    lasts.push(read(t, from - 1));
  }
  return { firsts, lasts };
}
