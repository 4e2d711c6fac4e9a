import { item, read, readInt32, type Ticker, type Timeframe } from '@aitrader/model';
import { takeRows, type ArchiveBars } from './archive-bars.ts';
import type { BarArchive } from './bar-archive.ts';
import { toldAt } from './archive-as-of.ts';
import type { Catalogue } from './catalogue.ts';
import { compareWith, HELD, rowsToAdd, type Comparison, type OtherBar } from './compare-bars.ts';

/*
 * Where the versions of bars go of which it is known when each was known.
 *
 * 1. A version that became known after all that the archive was told of the symbol goes above what is there, every other one below.
 * 2. Those below are held against every version that is there, and those above against the one that counts: none is stored twice.
 * 3. The versions of one bar keep their order.
 */

/** One version of bars, and when each of them became known, epoch ms, row by row. */
export interface KnownBars {
  readonly bars: ArchiveBars;
  readonly knownAt: Float64Array;
}

export interface PlacedVersions {
  /** what is to be stored, by version; no two tables of one version have the same bar */
  readonly tables: readonly { readonly version: number; readonly bars: readonly ArchiveBars[] }[];
  /** bars of which there was no version, versions that were there, and all others */
  readonly added: number;
  readonly held: number;
  readonly revised: number;
  /** bars that would take the place of those held, which are others, and the first of them */
  readonly other: number;
  readonly firstOther: OtherBar | undefined;
}

/** When the first and the last of the bars became known. */
export function knownFromTo(versions: readonly KnownBars[]): { readonly from: number; readonly to: number } {
  const known = { from: Infinity, to: -Infinity };
  for (const { bars, knownAt } of versions) {
    for (let row = 0; row < bars.count; row++) {
      known.from = Math.min(known.from, read(knownAt, row));
      known.to = Math.max(known.to, read(knownAt, row));
    }
  }
  return known;
}

/** Finds the place of each version; the first has each bar, every other one those of the one before that have one more. */
export async function placeVersions(archive: BarArchive, versions: readonly KnownBars[]): Promise<PlacedVersions> {
  const numbers = archive.catalogue.parts.map(({ version }) => version);
  const [above, below] = [Math.max(0, ...numbers) + 1, Math.min(1, ...numbers) - versions.length];
  const tables: { version: number; bars: ArchiveBars[] }[] = [];
  const tally = { added: 0, held: 0, revised: 0, other: 0, firstOther: undefined as OtherBar | undefined };
  const lastWord = lastWords(archive.catalogue, item(versions, 0).bars);
  for (const [i, { bars }] of versions.entries()) {
    const rows = rowsOf(versions, i, lastWord);
    const [late, first, next] = [takeRows(bars, rows.late), takeRows(bars, rows.first), takeRows(bars, rows.next)];
    const lateHeld = await compareWithAll(archive, late);
    const firstHeld = await compareWith(archive, first);
    const [lateNew, firstNew] = [rowsToAdd(late, lateHeld), rowsToAdd(first, firstHeld)];
    tables.push({ version: below + i, bars: [lateNew] }, { version: above + i, bars: [firstNew, next] });
    const added = i > 0 ? 0 : lateNew.count - lateHeld.other + firstNew.count - firstHeld.other;
    tally.added += added;
    tally.held += lateHeld.same + firstHeld.same;
    tally.revised += lateNew.count + firstNew.count + next.count - added;
    tally.other += firstHeld.other;
    tally.firstOther ??= firstHeld.firstOther;
  }
  return { ...tally, tables: tables.filter(({ bars }) => bars.some(({ count }) => count > 0)) };
}

/** When the archive was last told something of a symbol; an import of bars that it had may have been of any. */
function lastWords({ imports, parts }: Catalogue, { timeframe }: { readonly timeframe: Timeframe }): (symbol: Ticker) => number {
  const told = new Map(imports.map((each) => [each.id, toldAt(each)]));
  const ofAny = imports.filter((each) => each.timeframe === timeframe && each.held > 0).map(toldAt);
  const words = new Map<Ticker, number>();
  for (const part of parts) {
    if (part.timeframe !== timeframe) continue;
    const last = Math.max(...part.imports.map((id) => told.get(id) ?? Infinity));
    for (const symbol of part.symbols) words.set(symbol, Math.max(last, words.get(symbol) ?? -Infinity));
  }
  const least = Math.max(-Infinity, ...ofAny);
  return (symbol) => Math.max(least, words.get(symbol) ?? -Infinity);
}

interface VersionRows {
  /** known no later than what the archive was told */
  readonly late: number[];
  /** the first of their bars that became known after it */
  readonly first: number[];
  /** of bars of which an earlier version became known after it already */
  readonly next: number[];
}

function rowsOf(versions: readonly KnownBars[], index: number, lastWord: (symbol: Ticker) => number): VersionRows {
  const { bars, knownAt } = item(versions, index);
  const last = bars.symbols.map(lastWord);
  const isLate = (of: KnownBars, row: number): boolean => read(of.knownAt, row) <= item(last, readInt32(of.bars.symbol, row));
  const before = index === 0 ? undefined : item(versions, index - 1);
  const rows: VersionRows = { late: [], first: [], next: [] };
  let at = 0;
  for (let row = 0; row < bars.count; row++) {
    if (isLate({ bars, knownAt }, row)) rows.late.push(row);
    else if (before === undefined) rows.first.push(row);
    else {
      while (orderOf(before.bars, at, bars, row) < 0) at++;
      rows[isLate(before, at) ? 'first' : 'next'].push(row);
    }
  }
  return rows;
}

const orderOf = (a: ArchiveBars, i: number, b: ArchiveBars, j: number): number =>
  read(a.t, i) - read(b.t, j) || readInt32(a.symbol, i) - readInt32(b.symbol, j);

/** Holds bars against every version that an archive has of them. */
async function compareWithAll(archive: BarArchive, bars: ArchiveBars): Promise<Comparison> {
  const held = new Uint8Array(bars.count);
  const { catalogue } = archive;
  for (const [, parts] of Map.groupBy(catalogue.parts, ({ version }) => version)) {
    const compared = await compareWith({ ...archive, catalogue: { ...catalogue, parts, joined: [] } }, bars);
    for (const [row, each] of compared.held.entries()) if (each === HELD.SAME || held[row] === HELD.NOT) held[row] = each;
  }
  const count = (which: number): number => held.reduce((sum, each) => sum + (each === which ? 1 : 0), 0);
  return { held, same: count(HELD.SAME), other: count(HELD.OTHER), firstOther: undefined };
}
