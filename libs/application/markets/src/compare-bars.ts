import { disagreementOf, newSlices, nextInterval, type ComparedBar, type Disagreement } from '@aitrader/core-market';
import { item, read, type BarSlice, type Ticker } from '@aitrader/model';
import { newMarketFeed, type PartedBars } from './parted-bars.ts';

/** Disagreements that are listed; sources with more of them are of different prices. */
const LISTED_MAX = 1_000;

/** Bars of a symbol, or of all, within the time that both sources have. `apart` and `outside` are kinds of disagreement. */
export interface AgreementCounts {
  readonly compared: number;
  readonly apart: number;
  readonly outside: number;
  readonly onlyHere: number;
  readonly onlyThere: number;
}

export interface DisagreeingBar {
  readonly symbol: Ticker;
  readonly t: number;
  readonly kind: Disagreement;
  readonly here: ComparedBar;
  readonly there: ComparedBar;
}

export interface Agreement extends AgreementCounts {
  readonly symbols: readonly (AgreementCounts & { readonly symbol: Ticker })[];
  /** the first ones */
  readonly disagreements: readonly DisagreeingBar[];
}

type Tally = { -readonly [K in keyof AgreementCounts]: AgreementCounts[K] };
const newTally = (): Tally => ({ compared: 0, apart: 0, outside: 0, onlyHere: 0, onlyThere: 0 });

interface Work {
  readonly total: Tally;
  readonly bySymbol: ReadonlyMap<Ticker, Tally>;
  readonly disagreements: DisagreeingBar[];
}

/**
 * Holds two sources of the same bars against each other, part by part, in the symbols and the time that both have.
 * @throws Error for sources of different timeframes, or without a symbol or time in common
 */
export async function compareBars(here: PartedBars, there: PartedBars): Promise<Agreement> {
  const symbols = here.symbols.filter((symbol) => there.symbols.includes(symbol));
  const [from, to] = [Math.max(here.first, there.first), Math.min(here.last, there.last)];
  if (here.timeframe !== there.timeframe)
    throw new Error(`bars of ${here.timeframe} and of ${there.timeframe} cannot be held against each other`);
  if (symbols.length === 0 || from > to) throw new Error('the two sources have no symbol, or no time, in common');
  const bySymbol = new Map(symbols.map((symbol): [Ticker, Tally] => [symbol, newTally()]));
  const work: Work = { total: newTally(), bySymbol, disagreements: [] };
  const [own, other] = [await sliceReader(here, from, to), await sliceReader(there, from, to)];
  let [a, b] = [await own(), await other()];
  while (a !== undefined || b !== undefined) {
    const t = Math.min(a?.t ?? Infinity, b?.t ?? Infinity);
    const [inA, inB] = [a?.t === t ? a : undefined, b?.t === t ? b : undefined];
    compareSlices(work, inA, inB);
    if (inA !== undefined) a = await own();
    if (inB !== undefined) b = await other();
  }
  const { total, disagreements } = work;
  return { ...total, symbols: [...bySymbol].map(([symbol, tally]) => ({ symbol, ...tally })), disagreements };
}

/** Gives the slices with bars within bounds one after the other, and undefined at the end; each is good until the next one is asked for. */
async function sliceReader(market: PartedBars, from: number, to: number): Promise<() => Promise<BarSlice | undefined>> {
  const feed = await newMarketFeed(market, 1);
  const slices = newSlices(feed.feed);
  const slice = item(slices, 0);
  return async () => {
    for (;;) {
      if (nextInterval(feed.feed, slices)) {
        if (slice.t > to) return undefined;
        if (slice.count > 0 && slice.t >= from) return slice;
      } else if (!(await feed.more())) return undefined;
    }
  };
}

/** Both slices are of one interval and in canonical order of symbols. */
function compareSlices(work: Work, a: BarSlice | undefined, b: BarSlice | undefined): void {
  const [countA, countB] = [a?.count ?? 0, b?.count ?? 0];
  let [i, j] = [0, 0];
  while (i < countA || j < countB) {
    const [own, other] = [i < countA ? a?.symbols[i] : undefined, j < countB ? b?.symbols[j] : undefined];
    if (a !== undefined && b !== undefined && own !== undefined && own === other) compareRows(work, a, i++, b, j++);
    else if (own !== undefined && (other === undefined || own < other)) {
      count(work, own, 'onlyHere');
      i++;
    } else {
      if (other !== undefined) count(work, other, 'onlyThere');
      j++;
    }
  }
}

function compareRows(work: Work, a: BarSlice, i: number, b: BarSlice, j: number): void {
  const symbol = item(a.symbols, i);
  const [here, there] = [barOf(a, i), barOf(b, j)];
  const kind = disagreementOf(here, there);
  count(work, symbol, 'compared');
  if (kind === undefined) return;
  count(work, symbol, kind);
  if (work.disagreements.length < LISTED_MAX) work.disagreements.push({ symbol, t: a.t, kind, here, there });
}

function count({ total, bySymbol }: Work, symbol: Ticker, what: keyof Tally): void {
  const tally = bySymbol.get(symbol);
  if (tally === undefined) return;
  tally[what]++;
  total[what]++;
}

const barOf = (slice: BarSlice, i: number): ComparedBar => ({
  open: read(slice.open, i),
  high: read(slice.high, i),
  low: read(slice.low, i),
  close: read(slice.close, i),
  volume: read(slice.volume, i),
});
