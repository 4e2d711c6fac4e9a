import { newMarketFeed, wholeTable, inOnePart, type PartedBars } from '@aitrader/application-markets';
import { newSlices, nextInterval, type SliceFeed } from '@aitrader/core-market';
import {
  compareText,
  indexOfSymbol,
  item,
  newBarSlice,
  read,
  readUint32,
  type BarSlice,
  type CorporateAction,
  type EpochMs,
  type Ticker,
} from '@aitrader/model';

/** Bars of a symbol that read otherwise now: how many, and the first of them. */
export interface RevisedSymbol {
  readonly symbol: Ticker;
  count: number;
  readonly t: EpochMs;
  readonly recorded: string;
  readonly known: string;
}

const COLUMNS = ['open', 'high', 'low', 'close', 'volume'] as const;

/**
 * The bars of a recording as a source knows them now. What reads the same stays as it was recorded, flags and all; symbols and times that the
 * source has nothing of are left as they are.
 */
export class RevisedBars {
  readonly #feed: SliceFeed;
  readonly #known: BarSlice[];
  readonly #universe: ReadonlySet<Ticker>;
  readonly #first: EpochMs;
  readonly #last: EpochMs;
  readonly #revised = new Map<Ticker, RevisedSymbol>();
  #isOver = false;

  private constructor(feed: SliceFeed, { first, last, symbols }: PartedBars, universe: readonly Ticker[]) {
    this.#feed = feed;
    this.#known = newSlices(feed);
    const known = new Set(symbols);
    this.#universe = new Set(universe.filter((symbol) => known.has(symbol)));
    [this.#first, this.#last] = [first, last];
  }

  /** @throws Error for bars of another timeframe, or of none of the universe */
  static async open(
    bars: PartedBars,
    actions: readonly CorporateAction[],
    recorded: { readonly timeframe: string; readonly shards: number; readonly universe: readonly Ticker[] },
  ): Promise<RevisedBars> {
    if (bars.timeframe !== recorded.timeframe)
      throw new Error(`the bars to hold the recording against are of ${bars.timeframe}, and it is of ${recorded.timeframe}`);
    const table = inOnePart(await wholeTable(bars));
    const { feed } = await newMarketFeed(table, recorded.shards, actions);
    const revised = new RevisedBars(feed, table, recorded.universe);
    if (revised.#universe.size === 0) throw new Error('the bars to hold the recording against are of none of its symbols');
    return revised;
  }

  /** Those that read otherwise so far, by symbol. */
  get symbols(): readonly RevisedSymbol[] {
    return [...this.#revised.values()].sort((a, b) => compareText(a.symbol, b.symbol));
  }

  /** The slices of an interval as they would read now; the very ones that were recorded where nothing differs. */
  now(t: EpochMs, recorded: readonly BarSlice[]): readonly BarSlice[] {
    if (t < this.#first || t > this.#last) return recorded;
    while (!this.#isOver && item(this.#known, 0).t < t) this.#isOver = !nextInterval(this.#feed, this.#known);
    const isThere = item(this.#known, 0).t === t;
    return recorded.map((slice, shard) => this.#sliceNow(slice, isThere ? item(this.#known, shard) : undefined));
  }

  #sliceNow(recorded: BarSlice, known: BarSlice | undefined): BarSlice {
    const symbols = new Set(recorded.symbols.slice(0, recorded.count));
    for (const symbol of known?.symbols.slice(0, known.count) ?? []) symbols.add(symbol);
    let isSame = true;
    const { t, timeframe, shard, knownAt, feed, absent } = recorded;
    const now = Object.assign(newBarSlice(shard, timeframe, symbols.size), { t, knownAt, feed, absent });
    for (const symbol of [...symbols].sort(compareText)) {
      const [was, is] = [rowOf(recorded, symbol), known === undefined ? undefined : rowOf(known, symbol)];
      if (!this.#universe.has(symbol) || isSameRow(was, is)) {
        if (was !== undefined) append(now, was);
        continue;
      }
      isSame = false;
      this.#note(t, symbol, was, is);
      if (is !== undefined) append(now, is);
    }
    now.gaps = recorded.gaps.filter(({ symbol }) => indexOfSymbol(now, symbol) < 0);
    return isSame ? recorded : { ...now, revisions: recorded.revisions };
  }

  #note(t: EpochMs, symbol: Ticker, was: Row | undefined, is: Row | undefined): void {
    const before = this.#revised.get(symbol);
    if (before === undefined) this.#revised.set(symbol, { symbol, count: 1, t, recorded: wordsOf(was), known: wordsOf(is) });
    else before.count += 1;
  }
}

interface Row {
  readonly slice: BarSlice;
  readonly at: number;
}

function rowOf(slice: BarSlice, symbol: Ticker): Row | undefined {
  const at = indexOfSymbol(slice, symbol);
  return at < 0 ? undefined : { slice, at };
}

const isSameRow = (one: Row | undefined, other: Row | undefined): boolean =>
  one === undefined || other === undefined
    ? one === other
    : COLUMNS.every((column) => read(one.slice[column], one.at) === read(other.slice[column], other.at));

function append(into: BarSlice, { slice, at }: Row): void {
  const to = into.count++;
  into.symbols[to] = item(slice.symbols, at);
  for (const column of COLUMNS) into[column][to] = read(slice[column], at);
  into.flags[to] = readUint32(slice.flags, at);
}

const wordsOf = (row: Row | undefined): string =>
  row === undefined ? 'none' : COLUMNS.map((column) => read(row.slice[column], row.at)).join(' ');
