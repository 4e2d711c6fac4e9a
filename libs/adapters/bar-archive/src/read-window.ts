import { item, read, readInt32, type Ticker, type Timeframe } from '@aitrader/model';
import { ArchiveError } from './archive-error.ts';
import { FIGURES, firstRowAt, type ArchiveBars, type Figure } from './archive-bars.ts';
import type { ArchiveStorage } from './archive-storage.ts';
import type { ArchivePart } from './catalogue.ts';
import { openWanted } from './open-wanted.ts';
import { readFigure, readTimes, type OpenPart, type RowRange } from './part-file.ts';

/*
 * A stretch of time of an archive as one table.
 *
 * 1. Of the bars of one symbol and time, that of the highest version is in the table and no other.
 * 2. A part whose bytes are not those that the catalogue counted on is refused.
 * 3. Beside the table, no more than the parts' bytes, their times and places, and one column of one of them are held.
 */

/** The bars of `symbols` that close between `from` and `to`, both included, in parts of one timeframe. */
export interface ArchiveWindow {
  readonly timeframe: Timeframe;
  readonly symbols: readonly Ticker[];
  readonly from: number;
  readonly to: number;
  readonly parts: readonly ArchivePart[];
}

/**
 * Columns that windows are read into, one after the other: each takes the place of the one before. What reading needs beside them is kept,
 * too: arrays of this size that are let go of stay in memory for long.
 */
export type WindowColumns = { t: Float64Array; symbol: Int32Array; readonly spare: SpareRows[] } & Record<Figure, Float64Array>;

/** For one part of a window: times, places and one figure of its rows. */
interface SpareRows {
  readonly t: Float64Array;
  readonly place: Int32Array;
  readonly figure: Float64Array;
}

export function newWindowColumns(): WindowColumns {
  const empty = (): Float64Array => new Float64Array(0);
  const figures = { open: empty(), high: empty(), low: empty(), close: empty(), volume: empty() };
  return { t: empty(), symbol: new Int32Array(0), spare: [], ...figures };
}

/** Where no row of the table is. */
const NOWHERE = -1;
const MINUTE_MS = 60_000;
/** Of 100 symbols they make 400 KB of a column. */
const STRETCH_ROWS = 512;

/** The rows of one symbol in one part. */
interface Run {
  readonly source: Source;
  readonly symbol: number;
  start: number;
  end: number;
}

/** A part while it is read: the closes of the row groups that are needed, and for each row its place in the table. */
interface Source {
  readonly part: ArchivePart;
  readonly open: OpenPart;
  readonly groups: readonly RowRange[];
  readonly t: Float64Array;
  readonly place: Int32Array;
  readonly figure: Float64Array;
  readonly runs: Run[];
}

/** Reads a window into columns, which its table is made of. @throws ArchiveError naming a part that is missing or damaged */
export async function readWindow(storage: ArchiveStorage, window: ArchiveWindow, columns: WindowColumns): Promise<ArchiveBars> {
  const rank = new Map(window.symbols.map((symbol, index) => [symbol, index]));
  const sources: Source[] = [];
  for (const part of window.parts) {
    const wanted = wantedRows(part, window, rank);
    if (wanted.length === 0) continue;
    const source = await openSource(storage, part, wanted, spareRows(columns, sources.length, part.count));
    sources.push(source);
    for (const { symbol, rowStart, rowEnd } of wanted) {
      const start = firstRowAt(source.t, window.from, rowStart, rowEnd);
      const end = firstRowAt(source.t, window.to + 1, start, rowEnd);
      if (end > start) source.runs.push({ source, symbol, start, end });
    }
  }
  const runs = sources.flatMap((source) => source.runs);
  runs.sort((a, b) => a.symbol - b.symbol || a.source.part.version - b.source.part.version);
  takeLatest(runs);
  const count = placeRows(runs, columns);
  for (const source of sources) await fillFigures(source, columns);
  const { spare: _, ...read } = columns;
  return { timeframe: window.timeframe, symbols: window.symbols, count, ...read };
}

interface WantedRows extends RowRange {
  readonly symbol: number;
  /** the symbol's place in the part's own list */
  readonly index: number;
}

function wantedRows(part: ArchivePart, { from, to }: ArchiveWindow, rank: ReadonlyMap<Ticker, number>): WantedRows[] {
  const wanted: WantedRows[] = [];
  let rowStart = 0;
  for (const [i, name] of part.symbols.entries()) {
    const rowEnd = rowStart + item(part.counts, i);
    const symbol = rank.get(name);
    if (symbol !== undefined && item(part.lasts, i) >= from && item(part.firsts, i) <= to)
      wanted.push({ symbol, index: i, rowStart, rowEnd });
    rowStart = rowEnd;
  }
  return wanted;
}

/** Enough for the longest month after a short one: what is not written to takes no memory. */
const roomFor = (rows: number): number => Math.ceil(rows * 1.5);

/** Room for the rows of the part at `index` of a window. */
function spareRows({ spare }: WindowColumns, index: number, rows: number): SpareRows {
  const held = spare[index];
  if (held !== undefined && held.t.length >= rows) return held;
  const room = roomFor(rows);
  return (spare[index] = { t: new Float64Array(room), place: new Int32Array(room), figure: new Float64Array(room) });
}

async function openSource(
  storage: ArchiveStorage,
  part: ArchivePart,
  wanted: readonly WantedRows[],
  spare: SpareRows,
): Promise<Source> {
  const open = await openWanted(storage, part, wanted);
  const groups = open.groups.filter((group) =>
    wanted.some(({ rowStart, rowEnd }) => rowStart < group.rowEnd && rowEnd > group.rowStart),
  );
  for (const group of groups) await readTimes(open, group, spare.t);
  requireTimes(part, wanted, spare.t, open.place);
  spare.place.fill(NOWHERE, 0, part.count);
  return { part, open, groups, ...spare, runs: [] };
}

/** The closes of each symbol's first and last bar are those of the catalogue. @throws ArchiveError */
function requireTimes({ firsts, lasts }: ArchivePart, wanted: readonly WantedRows[], t: Float64Array, place: string): void {
  for (const { index, rowStart, rowEnd } of wanted)
    if (t[rowStart] !== firsts[index] || t[rowEnd - 1] !== lasts[index])
      throw new ArchiveError(place, 'is damaged: its times are not those of the catalogue');
}

/** Marks the rows that go into the table: all, but for bars that a later version of the same symbol and time takes the place of. */
function takeLatest(runs: readonly Run[]): void {
  for (let first = 0, end = 0; first < runs.length; first = end) {
    const { symbol } = item(runs, first);
    while (end < runs.length && item(runs, end).symbol === symbol) end++;
    if (end - first === 1) takeAll(item(runs, first));
    else takeNewest(runs.slice(first, end).reverse());
  }
}

const takeAll = ({ source, start, end }: Run): void => void source.place.fill(0, start, end);

function takeNewest(newestFirst: readonly Run[]): void {
  const taken = new Set<number>();
  for (const { source, start, end } of newestFirst) {
    for (let row = start; row < end; row++) {
      const t = read(source.t, row);
      if (taken.has(t)) continue;
      taken.add(t);
      source.place[row] = 0;
    }
  }
}

/** Finds the place of every row by counting the bars of each minute, and writes times and symbols; returns how many there are. */
function placeRows(runs: readonly Run[], columns: WindowColumns): number {
  let first = Infinity;
  let last = -Infinity;
  for (const { source, start, end } of runs) {
    first = Math.min(first, read(source.t, start));
    last = Math.max(last, read(source.t, end - 1));
  }
  if (runs.length === 0) return 0;
  const next = new Int32Array((last - first) / MINUTE_MS + 1);
  for (const run of runs) countMinutes(run, first, next);
  const count = next.reduce((sum, bars) => sum + bars, 0);
  reserve(columns, count);
  beginMinutes(next, first, columns.t);
  for (const run of runs) placeRun(run, first, next, columns.symbol);
  return count;
}

/** Turns the number of bars of each minute into the place of its first one, and writes the closes of all. */
function beginMinutes(minutes: Int32Array, first: number, t: Float64Array): void {
  let place = 0;
  for (let minute = 0; minute < minutes.length; minute++) {
    const end = place + readInt32(minutes, minute);
    minutes[minute] = place;
    for (const close = first + minute * MINUTE_MS; place < end; place++) t[place] = close;
  }
}

function countMinutes({ source: { t, place }, start, end }: Run, first: number, minutes: Int32Array): void {
  for (let row = start; row < end; row++) {
    if (place[row] === NOWHERE) continue;
    const minute = ((t[row] ?? 0) - first) / MINUTE_MS;
    minutes[minute] = (minutes[minute] ?? 0) + 1;
  }
}

/** Gives the rows of a run their places; of one minute, runs of earlier symbols have theirs already. */
function placeRun({ source: { t, place }, symbol, start, end }: Run, first: number, next: Int32Array, symbols: Int32Array): void {
  for (let row = start; row < end; row++) {
    if (place[row] === NOWHERE) continue;
    const minute = ((t[row] ?? 0) - first) / MINUTE_MS;
    const at = next[minute] ?? 0;
    next[minute] = at + 1;
    place[row] = at;
    symbols[at] = symbol;
  }
}

function reserve(columns: WindowColumns, count: number): void {
  if (columns.t.length >= count) return;
  const room = roomFor(count);
  columns.t = new Float64Array(room);
  columns.symbol = new Int32Array(room);
  for (const figure of FIGURES) columns[figure] = new Float64Array(room);
}

async function fillFigures({ open, groups, place, figure: column, runs }: Source, columns: WindowColumns): Promise<void> {
  for (const figure of FIGURES) {
    for (const group of groups) column.set(await readFigure(open, group, figure), group.rowStart);
    scatter(column, place, runs, columns[figure]);
  }
}

/** A stretch of every run in turn: they go to places close to one another, which the processor's cache holds meanwhile. */
function scatter(from: Float64Array, place: Int32Array, runs: readonly Run[], into: Float64Array): void {
  const longest = runs.reduce((most, { start, end }) => Math.max(most, end - start), 0);
  for (let offset = 0; offset < longest; offset += STRETCH_ROWS)
    for (const { start, end } of runs)
      scatterRows(from, place, start + offset, Math.min(end, start + offset + STRETCH_ROWS), into);
}

function scatterRows(from: Float64Array, place: Int32Array, start: number, end: number, into: Float64Array): void {
  for (let row = start; row < end; row++) {
    const at = place[row] ?? NOWHERE;
    if (at !== NOWHERE) into[at] = from[row] ?? Number.NaN;
  }
}
