import { item, read, type Adjustment, type Ticker } from '@aitrader/model';
import { FIGURES, type ArchiveBars } from './archive-bars.ts';
import { ArchiveError } from './archive-error.ts';
import type { ArchiveStorage } from './archive-storage.ts';
import type { BarArchive } from './bar-archive.ts';
import {
  catalogueText,
  EMPTY_CATALOGUE,
  parseCatalogue,
  type ArchiveImport,
  type ArchivePart,
  type ArchiveSource,
  type Catalogue,
} from './catalogue.ts';
import { compareWith, rangesOf, rowsToAdd, type OtherBar } from './compare-bars.ts';
import { knownFromTo, placeVersions, type KnownBars } from './known-versions.ts';
import { partsOf } from './part-columns.ts';
import { storePart } from './store-part.ts';

/*
 * Bars into an archive.
 *
 * 1. Parts are stored before the catalogue names them: whatever stops an import, the archive is what it was, or has all of some sources.
 * 2. A source that the archive has is not imported again, and a bar that it has is not stored again.
 * 3. A bar that differs from the one held is refused, unless it is said to be a revision: then it is a later version, and the earlier one
 *    stays in its part.
 * 4. All bars of a symbol in one timeframe are adjusted alike.
 * 5. What a recording knew earlier than what the archive was told is put below that, whenever it is imported.
 */

/** Bars that wait to be stored; a few small files make one part, a large one several. */
const PENDING_BARS_MAX = 4_000_000;
const MINUTE_MS = 60_000;

export interface ImportOptions {
  /** take bars that differ from those held as later versions of them */
  readonly revise?: boolean;
  /** what the clock says, epoch ms */
  readonly now: () => number;
}

/** Bars that differ from those held, and the first of them in both. */
interface Differing {
  readonly other: number;
  readonly firstOther: OtherBar | undefined;
}

interface Pending {
  readonly entry: ArchiveImport;
  readonly bars: ArchiveBars;
  readonly ranges: ReturnType<typeof rangesOf>;
}

/** An import that goes on source by source. Nothing of a source is in the archive before `flush`, or before enough others came after it. */
export class BarImporter {
  readonly #storage: ArchiveStorage;
  readonly #options: ImportOptions;
  #catalogue: Catalogue;
  #tag: string | undefined;
  #pending: Pending[] = [];

  private constructor(storage: ArchiveStorage, options: ImportOptions, catalogue: Catalogue, tag: string | undefined) {
    this.#storage = storage;
    this.#options = options;
    this.#catalogue = catalogue;
    this.#tag = tag;
  }

  /** Begins to import into an archive, which is made with the first bars. @throws ArchiveError when its catalogue cannot be read */
  static async begin(storage: ArchiveStorage, options: ImportOptions): Promise<BarImporter> {
    const stored = await storage.catalogue();
    const catalogue = stored === undefined ? EMPTY_CATALOGUE : parseCatalogue(stored.text, storage.name);
    return new BarImporter(storage, options, catalogue, stored?.tag);
  }

  /** All imports, with those that wait to be stored. */
  get imports(): readonly ArchiveImport[] {
    return [...this.#catalogue.imports, ...this.#pending.map(({ entry }) => entry)];
  }

  /** The import by which the archive has this source already. */
  known({ sha256, selection }: Pick<ArchiveSource, 'sha256' | 'selection'>): ArchiveImport | undefined {
    return this.imports.find((each) => each.sha256 === sha256 && each.selection === selection);
  }

  /**
   * Takes the bars of a source; they are not to be changed afterwards. Returns what is new of them.
   * @throws ArchiveError for bars that differ from those held, or that are adjusted otherwise, or that close between minutes
   */
  async add(source: ArchiveSource, bars: ArchiveBars): Promise<ArchiveImport> {
    this.#requireWholeMinutes(source, bars);
    if (this.#isPending(bars)) await this.flush();
    this.#requireSameAdjustment(source, bars);
    const comparison = await compareWith(this.#archive, bars);
    if (comparison.other > 0 && this.#options.revise !== true) throw this.#differs(source, comparison);
    const added = rowsToAdd(bars, comparison);
    const { same: held, other: revised } = comparison;
    const entry = { ...this.#newEntry(source, bars), added: added.count - revised, held, revised };
    this.#pending.push({ entry, bars: added, ranges: rangesOf(added) });
    if (this.#pending.reduce((sum, { bars: { count } }) => sum + count, 0) >= PENDING_BARS_MAX) await this.flush();
    return entry;
  }

  /**
   * Takes and stores all that a recording knew of bars: the first version of each, then the second of those that have one, and so on.
   * Every version has the same list of symbols, and every bar of one is in the one before. Returns what is new of them.
   * @throws ArchiveError as `add`, where bars that became known after all that the archive was told differ from those held
   */
  async addRecorded(source: ArchiveSource, versions: readonly KnownBars[]): Promise<ArchiveImport> {
    await this.flush();
    const { bars } = item(versions, 0);
    for (const each of versions) this.#requireWholeMinutes(source, each.bars);
    this.#requireSameAdjustment(source, bars);
    const { tables, added, held, revised, ...differing } = await placeVersions(this.#archive, versions);
    if (differing.other > 0 && this.#options.revise !== true) throw this.#differs(source, differing);
    const entry = { ...this.#newEntry(source, bars), known: knownFromTo(versions), added, held, revised };
    const { adjustment } = source;
    const parts: ArchivePart[] = [];
    for (const { version, bars: own } of tables)
      for (const columns of partsOf(own))
        parts.push(await storePart(this.#storage, columns, bars.timeframe, { adjustment, version, imports: [entry.id] }));
    await this.#replaceCatalogue({ imports: [...this.imports, entry], parts: [...this.#catalogue.parts, ...parts] });
    return entry;
  }

  /** Stores all that was taken. @throws ArchiveError */
  async flush(): Promise<void> {
    if (this.#pending.length === 0) return;
    const version = Math.max(0, ...this.#catalogue.parts.map((part) => part.version)) + 1;
    const alike = Map.groupBy(this.#pending, ({ entry, bars }) => `${bars.timeframe} ${entry.adjustment}`);
    const parts: ArchivePart[] = [];
    for (const pending of alike.values()) {
      const { adjustment } = item(pending, 0).entry;
      const imports = pending.filter(({ bars }) => bars.count > 0).map(({ entry }) => entry.id);
      const tables = pending.map(({ bars }) => bars);
      for (const columns of partsOf(tables))
        parts.push(await storePart(this.#storage, columns, item(tables, 0).timeframe, { adjustment, version, imports }));
    }
    await this.#replaceCatalogue({ imports: this.imports, parts: [...this.#catalogue.parts, ...parts] });
    this.#pending = [];
  }

  get #archive(): BarArchive {
    return { storage: this.#storage, catalogue: this.#catalogue };
  }

  #newEntry(
    { name, sha256, shape, adjustment, selection }: ArchiveSource,
    { timeframe }: ArchiveBars,
  ): Omit<ArchiveImport, 'added' | 'held' | 'revised'> {
    const id = this.#catalogue.imports.length + this.#pending.length + 1;
    return { id, at: this.#options.now(), name, sha256, shape, adjustment, selection, timeframe };
  }

  async #replaceCatalogue(replaced: Pick<Catalogue, 'imports' | 'parts'>): Promise<void> {
    const catalogue = { ...this.#catalogue, ...replaced };
    this.#tag = await this.#storage.replaceCatalogue(catalogueText(catalogue), this.#tag);
    this.#catalogue = catalogue;
  }

  #requireWholeMinutes({ name }: ArchiveSource, { t, count }: ArchiveBars): void {
    for (let row = 0; row < count; row++)
      if (read(t, row) % MINUTE_MS !== 0)
        throw new ArchiveError(name, `has a bar that closes between minutes, at ${new Date(read(t, row)).toISOString()}`);
  }

  /** Whether bars of the same symbols and time wait to be stored: only what is stored can be compared. */
  #isPending(bars: ArchiveBars): boolean {
    const ranges = rangesOf(bars);
    return this.#pending.some(
      ({ entry, ranges: waiting }) =>
        entry.timeframe === bars.timeframe &&
        [...waiting].some(([symbol, { first, last }]) => {
          const range = ranges.get(symbol);
          return range !== undefined && range.first <= last && range.last >= first;
        }),
    );
  }

  #requireSameAdjustment({ name, adjustment }: ArchiveSource, bars: ArchiveBars): void {
    const own = new Set<Ticker>(bars.symbols);
    const held = [
      ...this.#catalogue.parts,
      ...this.#pending.map(({ entry, bars: { symbols, timeframe } }) => ({ symbols, timeframe, adjustment: entry.adjustment })),
    ].filter((part) => part.timeframe === bars.timeframe && part.adjustment !== adjustment);
    for (const part of held) {
      const symbol = part.symbols.find((each) => own.has(each));
      if (symbol !== undefined)
        throw new ArchiveError(name, adjustmentText(symbol, adjustment, part.adjustment, this.#storage.name));
    }
  }

  #differs({ name }: ArchiveSource, { other, firstOther }: Differing): ArchiveError {
    const of = `differs in ${other} bar${other === 1 ? '' : 's'} from what ${this.#storage.name} has`;
    const first =
      firstOther === undefined
        ? ''
        : `; the first is ${firstOther.symbol} closing at ${new Date(firstOther.t).toISOString()}: ${figuresText(firstOther.given)}, and held is ${figuresText(firstOther.held)}`;
    return new ArchiveError(name, `${of}${first}. With --revise they become later versions, and the earlier ones stay`);
  }
}

const figuresText = (figures: readonly number[]): string => FIGURES.map((name, i) => `${name} ${figures[i]}`).join(', ');

const SAID: Readonly<Record<Adjustment, string>> = {
  raw: 'not adjusted',
  split: 'adjusted for splits',
  all: 'adjusted for splits and dividends',
  unknown: 'adjusted in a way that is not known',
};

const adjustmentText = (symbol: Ticker, given: Adjustment, held: Adjustment, archive: string): string =>
  `its prices of ${symbol} are ${SAID[given]}, and those that ${archive} has are ${SAID[held]}: one series cannot have both`;
