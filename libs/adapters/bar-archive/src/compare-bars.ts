import { item, read, readInt32, type Ticker } from '@aitrader/model';
import { FIGURES, firstRowAt, takeRows, type ArchiveBars } from './archive-bars.ts';
import { windowsOf, type BarArchive } from './bar-archive.ts';
import { newWindowColumns, readWindow } from './read-window.ts';
import { partsToRead, type ArchivePart } from './catalogue.ts';

/** What an archive has of a bar: nothing, the very same, or another one of that symbol and time. */
export const HELD = { NOT: 0, SAME: 1, OTHER: 2 } as const;

/** The first bar of which an archive has another version, in both. */
export interface OtherBar {
  readonly symbol: Ticker;
  readonly t: number;
  readonly held: readonly number[];
  readonly given: readonly number[];
}

export interface Comparison {
  /** one of `HELD` for each row of the table */
  readonly held: Uint8Array;
  readonly same: number;
  readonly other: number;
  readonly firstOther: OtherBar | undefined;
}

/** The closes of the first and last bar of each symbol that a table has. */
export function rangesOf({ symbols, symbol, count, t }: ArchiveBars): Map<Ticker, { first: number; last: number }> {
  const ranges = new Map<Ticker, { first: number; last: number }>();
  for (let row = 0; row < count; row++) {
    const name = item(symbols, readInt32(symbol, row));
    const range = ranges.get(name);
    if (range === undefined) ranges.set(name, { first: read(t, row), last: read(t, row) });
    else range.last = read(t, row);
  }
  return ranges;
}

/** Holds the bars of a table against what an archive has of them. Reads no more than the parts that may have some. */
export async function compareWith(archive: BarArchive, bars: ArchiveBars): Promise<Comparison> {
  const comparison = { held: new Uint8Array(bars.count), same: 0, other: 0, firstOther: undefined as OtherBar | undefined };
  if (bars.count === 0) return comparison;
  const ranges = rangesOf(bars);
  const parts = partsToRead(archive.catalogue).filter((part) => part.timeframe === bars.timeframe && mayHold(part, ranges));
  const [from, to] = [read(bars.t, 0), read(bars.t, bars.count - 1)];
  const columns = newWindowColumns();
  for (const window of windowsOf({ timeframe: bars.timeframe, symbols: bars.symbols, from, to, parts }))
    compareTables(await readWindow(archive.storage, window, columns), bars, comparison);
  return comparison;
}

function mayHold({ symbols, firsts, lasts }: ArchivePart, ranges: ReturnType<typeof rangesOf>): boolean {
  return symbols.some((symbol, i) => {
    const range = ranges.get(symbol);
    return range !== undefined && item(firsts, i) <= range.last && item(lasts, i) >= range.first;
  });
}

/** Both tables have the same list of symbols. */
function compareTables(
  held: ArchiveBars,
  bars: ArchiveBars,
  comparison: { -readonly [K in keyof Comparison]: Comparison[K] },
): void {
  if (held.count === 0) return;
  let row = firstRowAt(bars.t, read(held.t, 0), 0, bars.count);
  for (let at = 0; at < held.count && row < bars.count;) {
    const order = read(held.t, at) - read(bars.t, row) || readInt32(held.symbol, at) - readInt32(bars.symbol, row);
    if (order === 0) {
      const isSame = FIGURES.every((figure) => read(held[figure], at) === read(bars[figure], row));
      comparison.held[row] = isSame ? HELD.SAME : HELD.OTHER;
      comparison.same += isSame ? 1 : 0;
      comparison.other += isSame ? 0 : 1;
      if (!isSame) comparison.firstOther ??= otherBar(held, at, bars, row);
    }
    if (order <= 0) at++;
    if (order >= 0) row++;
  }
}

function otherBar(held: ArchiveBars, at: number, bars: ArchiveBars, row: number): OtherBar {
  return {
    symbol: item(bars.symbols, readInt32(bars.symbol, row)),
    t: read(bars.t, row),
    held: FIGURES.map((figure) => read(held[figure], at)),
    given: FIGURES.map((figure) => read(bars[figure], row)),
  };
}

/** The rows of a table that an archive does not have as they are. */
export function rowsToAdd(bars: ArchiveBars, { held, same }: Comparison): ArchiveBars {
  if (same === 0) return bars;
  const rows: number[] = [];
  for (let row = 0; row < bars.count; row++) if (held[row] !== HELD.SAME) rows.push(row);
  return takeRows(bars, rows);
}
