import type { KnownBars } from '@aitrader/adapter-bar-archive';
import { decodeBars } from '@aitrader/contracts';
import {
  compareText,
  item,
  newBarSlice,
  read,
  readInt32,
  type Adjustment,
  type BarSlice,
  type RunId,
  type Ticker,
  type Timeframe,
} from '@aitrader/model';
import { readRecording, readingMessage, type Bus } from '@aitrader/runtime-bus';
import { append, emptyDraft, room } from './bar-draft.ts';
import { feedOfShape } from './keep-fetched.ts';

/*
 * All versions of the bars of a recording, with when each was known.
 *
 * 1. The versions of a bar are in the order in which they were known, and each differs from the one before.
 * 2. They are of one feed.
 */

/** What a recording knew of the bars of one feed: the first version of each, then the second of those that have one, and so on. */
export interface RecordedVersions {
  /** vendor and feed, as slices name them */
  readonly feed: string;
  readonly adjustment: Adjustment;
  readonly versions: readonly KnownBars[];
  /** why the rest of the recording of a run that failed is left out */
  readonly cutShort: string | undefined;
}

const SLICE_CAPACITY = 64;
const FIGURES = ['open', 'high', 'low', 'close', 'volume'] as const;

/** Collects the versions of bars from slices, which come in the order in which they were published. */
export class VersionCollector {
  readonly #timeframe: Timeframe;
  readonly #symbols: readonly Ticker[];
  readonly #indexOf: ReadonlyMap<Ticker, number>;
  readonly #draft = emptyDraft();
  readonly #knownAt: number[] = [];
  /** the index of each row's feed */
  readonly #feedOf: number[] = [];
  readonly #feeds: string[] = [];

  constructor(timeframe: Timeframe, universe: readonly Ticker[]) {
    this.#timeframe = timeframe;
    this.#symbols = [...universe].sort(compareText);
    this.#indexOf = new Map(this.#symbols.map((symbol, index) => [symbol, index]));
  }

  /** Feeds that bars came from, in the order in which they appeared; '' is one that is not known. */
  get feeds(): readonly string[] {
    return this.#feeds;
  }

  /** Takes the bars and the revisions of a slice. */
  take(slice: BarSlice): void {
    const draft = this.#draft;
    room(draft, draft.count + slice.count + slice.revisions.length);
    for (let i = 0; i < slice.count; i++) append(draft, slice, i, this.#symbolIndex(item(slice.symbols, i)));
    for (const revision of slice.revisions) {
      const row = draft.count++;
      draft.columns.t[row] = revision.t;
      draft.columns.symbol[row] = this.#symbolIndex(revision.symbol);
      for (const figure of FIGURES) draft.columns[figure][row] = revision[figure];
    }
    if (this.#knownAt.length === draft.count) return;
    if (!this.#feeds.includes(slice.feed)) this.#feeds.push(slice.feed);
    const feed = this.#feeds.indexOf(slice.feed);
    while (this.#knownAt.length < draft.count) {
      this.#knownAt.push(slice.knownAt);
      this.#feedOf.push(feed);
    }
  }

  /** The versions of the bars of one feed. */
  versionsOf(feed: string): KnownBars[] {
    const { t, symbol } = this.#draft.columns;
    const wanted = this.#feeds.indexOf(feed);
    const rows = Array.from(this.#feedOf.keys()).filter((row) => this.#feedOf[row] === wanted);
    // stable: what is of one bar stays in the order in which it was known
    rows.sort((a, b) => read(t, a) - read(t, b) || readInt32(symbol, a) - readInt32(symbol, b));
    const levels: number[][] = [];
    let [level, last] = [0, -1];
    for (const row of rows) {
      const isSameBar = last >= 0 && t[row] === t[last] && symbol[row] === symbol[last];
      if (isSameBar && this.#isSame(row, last)) continue;
      level = isSameBar ? level + 1 : 0;
      last = row;
      (levels[level] ??= []).push(row);
    }
    const used = new Set(levels[0]?.map((row) => readInt32(symbol, row)));
    const symbols = [...used].sort((a, b) => a - b);
    return levels.map((own) => this.#tableOf(own, symbols));
  }

  #symbolIndex(symbol: Ticker): number {
    const index = this.#indexOf.get(symbol);
    if (index === undefined) throw new Error(`${symbol} has bars, and is not among the symbols of the recording`);
    return index;
  }

  #isSame(a: number, b: number): boolean {
    const { columns } = this.#draft;
    return FIGURES.every((figure) => columns[figure][a] === columns[figure][b]);
  }

  /** `used` are the indices of the symbols that the table is to have. */
  #tableOf(rows: readonly number[], used: readonly number[]): KnownBars {
    const { columns } = this.#draft;
    const indexOf = new Map(used.map((symbol, index) => [symbol, index]));
    const taken = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => read(column, row));
    const bars = {
      timeframe: this.#timeframe,
      symbols: used.map((index) => item(this.#symbols, index)),
      count: rows.length,
      t: taken(columns.t),
      symbol: Int32Array.from(rows, (row) => indexOf.get(readInt32(columns.symbol, row)) ?? -1),
      open: taken(columns.open),
      high: taken(columns.high),
      low: taken(columns.low),
      close: taken(columns.close),
      volume: taken(columns.volume),
    };
    return { bars, knownAt: Float64Array.from(rows, (row) => item(this.#knownAt, row)) };
  }
}

/**
 * Reads what a recording knew of its bars; `feed` is needed where they are of several.
 * @throws UnknownRunError, BrokenRecordingError, and Error for a recording without bars of a vendor's feed, or of that one
 */
export async function loadRecordedVersions(
  bus: Bus,
  run: RunId,
  feed: string | undefined,
  onProgress?: (share: number) => void,
): Promise<RecordedVersions> {
  let collector: VersionCollector | undefined;
  const slice = newBarSlice(0, '1m', SLICE_CAPACITY);
  const { manifest, broken } = await readRecording(bus, run, {
    untilBroken: true,
    ...(onProgress === undefined ? {} : { onProgress }),
    onInterval: (interval, { shards, universe, timeframe }) => {
      collector ??= new VersionCollector(timeframe, universe);
      const own = collector;
      for (let shard = 0; shard < shards; shard++) {
        const message = interval.message('bars', shard);
        if (message === undefined) continue;
        readingMessage(message, () => {
          decodeBars(message.data, slice);
          own.take(slice);
        });
      }
    },
  });
  if (collector === undefined && broken !== undefined) throw broken;
  const own = wantedFeed(run, collector?.feeds ?? [], feed);
  const adjustment = manifest.sources.find(({ name }) => name === own)?.adjustment ?? 'unknown';
  return { feed: own, adjustment, versions: collector?.versionsOf(own) ?? [], cutShort: broken?.message };
}

/** The feed whose bars are taken. @throws Error where there is none, or none of several was said */
export function wantedFeed(run: string, feeds: readonly string[], said: string | undefined): string {
  const known = feeds.filter((feed) => feedOfShape(feed) !== undefined);
  const [first, ...others] = known;
  if (first === undefined)
    throw new Error(`${run}: has no bars of a vendor's feed; files that it was played from are imported themselves`);
  if (said !== undefined && !known.includes(said))
    throw new Error(`${run}: has no bars of ${said}, only of ${known.join(' and ')}`);
  if (said === undefined && others.length > 0)
    throw new Error(`${run}: has bars of ${known.join(' and ')}, which are never mixed: say with --feed which are meant`);
  return said ?? first;
}
