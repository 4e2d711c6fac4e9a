import { createHash } from 'node:crypto';
import { compareText, item, read, readInt32, TIMEFRAMES, type Ticker, type Timeframe } from '@aitrader/model';
import { FIGURES, type ArchiveBars } from './archive-bars.ts';
import { ArchiveError } from './archive-error.ts';
import type { ArchiveStorage } from './archive-storage.ts';
import { parseCatalogue, partsToRead, type ArchivePart, type Catalogue } from './catalogue.ts';
import { openPart, readFigure, readTimes } from './part-file.ts';
import { newWindowColumns, readWindow, type ArchiveWindow } from './read-window.ts';

/**
 * Most bars of a window, 104 MB of columns: two months of minutes of 100 symbols in regular hours. A period that has more is cut into
 * stretches, and its parts are read once for each.
 */
export const WINDOW_BARS_MAX = 2_000_000;

/** An archive as it was when its catalogue was read. */
export interface BarArchive {
  readonly storage: ArchiveStorage;
  readonly catalogue: Catalogue;
}

/** Opens an archive. @throws ArchiveError when there is none, or its catalogue cannot be read */
export async function openArchive(storage: ArchiveStorage): Promise<BarArchive> {
  return { storage, catalogue: (await readCatalogue(storage)).catalogue };
}

/** What an archive says of itself, and the SHA-256 of its words, in hex. @throws ArchiveError when there is none, or it cannot be read */
export async function readCatalogue(
  storage: ArchiveStorage,
): Promise<{ readonly catalogue: Catalogue; readonly sha256: string }> {
  const stored = await storage.catalogue();
  if (stored === undefined) throw new ArchiveError(storage.name, 'is no archive of bars: it has no catalogue');
  const sha256 = createHash('sha256').update(stored.text).digest('hex');
  return { catalogue: parseCatalogue(stored.text, storage.name), sha256 };
}

/** What is wanted of an archive: bounds on the close, both included; all symbols where none are named. */
export interface ArchiveSelection {
  readonly timeframe?: Timeframe | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly symbols?: readonly string[] | undefined;
  /** most bars of a window, `WINDOW_BARS_MAX` when absent */
  readonly windowBarsMax?: number | undefined;
}

/** What a selection comes to. */
export interface SelectedBars {
  readonly timeframe: Timeframe;
  /** those that have a bar in the selection, in canonical order */
  readonly symbols: readonly Ticker[];
  /** closes of the first and the last bar; NaN when there are none */
  readonly first: number;
  readonly last: number;
  /** how many bars there are, those of earlier versions counted with them */
  readonly bars: number;
  /** SHA-256 over the hashes of the parts, in hex: changes when what is selected changes */
  readonly sha256: string;
  readonly windows: readonly ArchiveWindow[];
}

/**
 * Finds what a selection comes to. Parts that reach over its bounds are read for it, all others are known by the catalogue.
 * @throws ArchiveError for a timeframe that the archive does not have, or has beside others and was not named
 */
export async function selectFrom({ storage, catalogue }: BarArchive, selection: ArchiveSelection): Promise<SelectedBars> {
  const timeframe = timeframeOf(storage.name, catalogue, selection.timeframe);
  const { from = -Infinity, to = Infinity } = selection;
  const wanted = selection.symbols === undefined ? undefined : new Set<string>(selection.symbols);
  const isOfSelection = (part: ArchivePart): boolean =>
    part.timeframe === timeframe &&
    part.last >= from &&
    part.first <= to &&
    (wanted === undefined || part.symbols.some((symbol) => wanted.has(symbol)));
  const parts = partsToRead(catalogue).filter(isOfSelection);
  const tally = newTally();
  const cut: ArchivePart[] = [];
  for (const part of parts) {
    if (part.first < from || part.last > to) cut.push(part);
    else addPart(tally, part, wanted);
  }
  const among = [...new Set(cut.flatMap(({ symbols }) => symbols))].filter((symbol) => wanted?.has(symbol) !== false);
  for (const window of windowsOf({ timeframe, symbols: among.sort(compareText), from, to, parts: cut }))
    addBars(tally, await readWindow(storage, window, newWindowColumns()));
  const symbols = [...tally.symbols].sort(compareText);
  const windows = windowsOf({ timeframe, symbols, from, to, parts }, selection.windowBarsMax);
  const { bars, first, last } = tally;
  // of the parts as they were stored, so that joining them leaves it as it is
  const stored = catalogue.parts.filter(isOfSelection);
  const sha256 = createHash('sha256').update(stored.map((part) => `${part.version} ${part.sha256}\n`).join(''));
  return { timeframe, symbols, bars, first, last, sha256: sha256.digest('hex'), windows };
}

/**
 * Reads what was selected, stretch by stretch in the order of time, each with bars, none with part of an interval. The columns of a
 * stretch are those of the one before: what is kept of it has to be copied. @throws ArchiveError
 */
export async function* readSelected({ storage }: BarArchive, { windows }: SelectedBars): AsyncGenerator<ArchiveBars> {
  const columns = newWindowColumns();
  for (const window of windows) {
    const bars = await readWindow(storage, window, columns);
    if (bars.count > 0) yield bars;
  }
}

/**
 * Decodes the columns of all parts of a selection and drops them: what reading costs at least. Returns how many bars there were. It is
 * the yardstick of `readSelected`, which also checks, selects and merges. @throws ArchiveError
 */
export async function readBare({ storage }: BarArchive, { windows }: SelectedBars): Promise<number> {
  let bars = 0;
  for (const part of new Set(windows.flatMap(({ parts }) => parts))) {
    const open = await openPart(await storage.read(part.path, 0, part.bytes), part.path);
    const t = new Float64Array(part.count);
    for (const group of open.groups) {
      await readTimes(open, group, t);
      for (const figure of FIGURES) await readFigure(open, group, figure);
    }
    bars += part.count;
  }
  return bars;
}

function timeframeOf(name: string, { parts }: Catalogue, wanted: Timeframe | undefined): Timeframe {
  const held = TIMEFRAMES.filter((each) => parts.some(({ timeframe }) => timeframe === each));
  const [first, ...others] = held;
  if (first === undefined) throw new ArchiveError(name, 'has no bars');
  if (wanted === undefined && others.length > 0)
    throw new ArchiveError(name, `has ${held.join(' and ')} bars: say which are meant with --timeframe`);
  const timeframe = wanted ?? first;
  if (!held.includes(timeframe)) throw new ArchiveError(name, `has no ${timeframe} bars, only ${held.join(' and ')}`);
  return timeframe;
}

interface Tally {
  readonly symbols: Set<Ticker>;
  bars: number;
  first: number;
  last: number;
}

const newTally = (): Tally => ({ symbols: new Set(), bars: 0, first: Number.NaN, last: Number.NaN });

function addPart(tally: Tally, part: ArchivePart, wanted: ReadonlySet<string> | undefined): void {
  for (const [i, symbol] of part.symbols.entries())
    if (wanted?.has(symbol) !== false) note(tally, symbol, item(part.counts, i), item(part.firsts, i), item(part.lasts, i));
}

function addBars(tally: Tally, { symbols, symbol, count, t }: ArchiveBars): void {
  for (let row = 0; row < count; row++) note(tally, item(symbols, readInt32(symbol, row)), 1, read(t, row), read(t, row));
}

function note(tally: Tally, symbol: Ticker, bars: number, first: number, last: number): void {
  tally.symbols.add(symbol);
  tally.bars += bars;
  if (!(tally.first <= first)) tally.first = first;
  if (!(tally.last >= last)) tally.last = last;
}

/** Cuts a long window into some that hold a bounded number of bars each, period by period. */
export function windowsOf(window: ArchiveWindow, barsMax = WINDOW_BARS_MAX): ArchiveWindow[] {
  const { timeframe, symbols, from, to, parts } = window;
  const wanted = new Set(symbols);
  const periods = [...Map.groupBy(parts, ({ period }) => period)].sort(([a], [b]) => compareText(a, b));
  return periods.flatMap(([, own]) => {
    const first = Math.max(from, Math.min(...own.map((part) => part.first)));
    const last = Math.min(to, Math.max(...own.map((part) => part.last)));
    const bars = own.reduce((sum, part) => sum + barsOf(part, wanted), 0);
    const stretches = Math.max(1, Math.ceil(bars / barsMax));
    const length = Math.ceil((last - first + 1) / stretches);
    return Array.from({ length: stretches }, (_, i): ArchiveWindow => {
      const start = first + i * length;
      return { timeframe, symbols, from: start, to: Math.min(last, start + length - 1), parts: own };
    });
  });
}

const barsOf = ({ symbols, counts }: ArchivePart, wanted: ReadonlySet<Ticker>): number =>
  symbols.reduce((sum, symbol, i) => (wanted.has(symbol) ? sum + item(counts, i) : sum), 0);
