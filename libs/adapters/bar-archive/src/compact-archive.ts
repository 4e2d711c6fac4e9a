import { compareText, item } from '@aitrader/model';
import type { ArchiveStorage } from './archive-storage.ts';
import { openArchive } from './bar-archive.ts';
import { catalogueText, parseCatalogue, partsToRead, type ArchivePart, type Catalogue, type JoinedPart } from './catalogue.ts';
import { partsOf, PART_BARS_MAX } from './part-columns.ts';
import { newWindowColumns, readWindow } from './read-window.ts';
import { storePart } from './store-part.ts';

/*
 * Small parts of an archive joined into larger ones, which are read in their place.
 *
 * 1. Parts stay where they are, and the catalogue goes on naming them: every version of a bar can still be read, and the source of a run
 *    over the archive has the hash that it had.
 * 2. What counts, counts as before: a part is not joined over another one that has later versions of its bars.
 * 3. A joined part is stored before the catalogue names it: whatever stops this, the archive reads as it did, and the next time goes on.
 * 4. Where there is nothing to join, nothing is written.
 */

/** A part of more bars is read well enough as it is, and not written once more. */
const SMALL_BARS_MAX = PART_BARS_MAX / 4;

/** How many files are read for all of an archive's bars, before and after. */
export interface Compaction {
  readonly before: number;
  readonly after: number;
}

export interface CompactOptions {
  /** hears how many joins are done, of how many */
  readonly onJoined?: (done: number, of: number) => void;
  /** most bars of a part that is joined with others, `SMALL_BARS_MAX` when absent, and of what is made of them, `PART_BARS_MAX` */
  readonly smallBarsMax?: number;
  readonly joinedBarsMax?: number;
}

/** Joins the small parts of each month, or year of daily bars. @throws ArchiveError */
export async function compactArchive(storage: ArchiveStorage, options: CompactOptions = {}): Promise<Compaction> {
  await openArchive(storage);
  const stored = await storage.catalogue();
  let catalogue = parseCatalogue(stored?.text ?? '', storage.name);
  let tag = stored?.tag;
  const before = partsToRead(catalogue).length;
  // What is joined may have fewer bars than its parts had, one version of each, and so fit where they did not.
  for (let runs = runsOf(catalogue, options); runs.length > 0; runs = runsOf(catalogue, options)) {
    for (const [done, run] of runs.entries()) {
      options.onJoined?.(done, runs.length);
      catalogue = withJoined(catalogue, await join(storage, catalogue, run), run);
      tag = await storage.replaceCatalogue(catalogueText(catalogue), tag);
    }
  }
  return { before, after: partsToRead(catalogue).length };
}

/** Parts to be joined into one each: small ones of one timeframe, period and adjustment, which follow one another in version. */
function runsOf(catalogue: Catalogue, options: CompactOptions): readonly (readonly ArchivePart[])[] {
  const alike = Map.groupBy(partsToRead(catalogue), ({ timeframe, period, adjustment }) =>
    [timeframe, period, adjustment].join(' '),
  );
  return [...alike]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([, parts]) =>
      runsAmong(
        [...parts].sort((a, b) => a.version - b.version),
        options,
      ),
    )
    .filter(({ length }) => length > 1);
}

function runsAmong(
  rising: readonly ArchivePart[],
  { smallBarsMax = SMALL_BARS_MAX, joinedBarsMax = PART_BARS_MAX }: CompactOptions,
): readonly (readonly ArchivePart[])[] {
  const runs: ArchivePart[][] = [[]];
  for (const part of rising) {
    const run = item(runs, runs.length - 1);
    if (part.count > smallBarsMax) {
      // what is joined gets the version of the last of its parts: none may come over a bar of this one so
      if (run.some((other) => overlaps(part, other))) runs.push([]);
    } else if (run.reduce((sum, { count }) => sum + count, part.count) > joinedBarsMax) runs.push([part]);
    else run.push(part);
  }
  return runs;
}

/** Whether two parts may have bars of the same symbol and time. */
function overlaps(a: ArchivePart, b: ArchivePart): boolean {
  const ranges = new Map(a.symbols.map((symbol, i) => [symbol, { first: item(a.firsts, i), last: item(a.lasts, i) }]));
  return b.symbols.some((symbol, i) => {
    const range = ranges.get(symbol);
    return range !== undefined && range.first <= item(b.lasts, i) && range.last >= item(b.firsts, i);
  });
}

async function join(storage: ArchiveStorage, { parts }: Catalogue, run: readonly ArchivePart[]): Promise<JoinedPart> {
  const { timeframe, adjustment } = item(run, 0);
  const symbols = [...new Set(run.flatMap((part) => part.symbols))].sort(compareText);
  const [from, to] = [Math.min(...run.map(({ first }) => first)), Math.max(...run.map(({ last }) => last))];
  const bars = await readWindow(storage, { timeframe, symbols, from, to, parts: run }, newWindowColumns());
  const columns = item([...partsOf([bars])], 0);
  const imports = [...new Set(run.flatMap((part) => part.imports))].sort((a, b) => a - b);
  const version = Math.max(...run.map((part) => part.version));
  const stored = await storePart(storage, columns, timeframe, { adjustment, version, imports });
  return { ...stored, of: run.flatMap((part) => placesOf(part, parts)).sort((a, b) => a - b) };
}

/** The places of the stored parts that a part that is read stands for. */
const placesOf = (part: ArchivePart & { readonly of?: readonly number[] }, parts: readonly ArchivePart[]): readonly number[] =>
  part.of ?? [parts.indexOf(part)];

/** Takes a joined part into the catalogue, in place of those joined parts that it has all of. */
function withJoined(catalogue: Catalogue, part: JoinedPart, run: readonly ArchivePart[]): Catalogue {
  return { ...catalogue, joined: [...catalogue.joined.filter((other) => !run.includes(other)), part] };
}
