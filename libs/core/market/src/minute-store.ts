// Invariants
// 1. Of the versions of a bar that were put, the one of the highest rank stands, and of several of that rank the last.
// 2. A minute is kept until it is dropped, whatever is put after it.

import { epochMs, read, readUint8, type EpochMs } from '@aitrader/model';

/** How far a version of a bar is believed: one that was fetched over one that the stream corrected, that one over the first. */
export const BAR_RANK = { streamed: 1, updated: 2, fetched: 3 } as const;
/** A fetched bar is believed more than a corrected one only when all corrections of its minute are over: then nothing is to come. */
const CORRECTED_MS = 120_000;

/** How far a bar is believed that closed at `t` and was fetched at `now`. */
export const rankOfFetched = (t: number, now: number): BarRank => (now >= t + CORRECTED_MS ? BAR_RANK.fetched : BAR_RANK.updated);

export type BarRank = (typeof BAR_RANK)[keyof typeof BAR_RANK];

/** The bars of one minute as columns by symbol, in dollars and shares; rank 0 is a symbol without a bar. */
export interface MinuteBars {
  readonly t: EpochMs;
  readonly rank: Uint8Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** A bar as a vendor says it. `t` is its close; prices are dollars, volume is shares. */
export interface SaidBar {
  readonly t: EpochMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Minutes by their close. Plain data. */
export interface MinuteStore {
  readonly symbols: number;
  readonly minutes: Map<number, MinuteBars>;
}

export const newMinuteStore = (symbols: number): MinuteStore => ({ symbols, minutes: new Map() });

const PRICES = ['open', 'high', 'low', 'close', 'volume'] as const;

/** `new`: there was none; `changed`: another one stood there; `same`; `outranked`: a version that is believed more stands there. */
export type Put = 'new' | 'changed' | 'same' | 'outranked';

/** Puts a version of the bar of the symbol of index `symbol`. */
export function putBar(store: MinuteStore, symbol: number, bar: SaidBar, rank: BarRank): Put {
  const minute = minuteOf(store, bar.t);
  const before = readUint8(minute.rank, symbol);
  if (before > rank) return 'outranked';
  minute.rank[symbol] = rank;
  const same = before > 0 && PRICES.every((name) => read(minute[name], symbol) === bar[name]);
  for (const name of PRICES) minute[name][symbol] = bar[name];
  if (before === 0) return 'new';
  return same ? 'same' : 'changed';
}

function minuteOf({ minutes, symbols }: MinuteStore, t: number): MinuteBars {
  const known = minutes.get(t);
  if (known !== undefined) return known;
  const column = (): Float64Array => new Float64Array(symbols);
  const rank = new Uint8Array(symbols);
  const minute = { t: epochMs(t), rank, open: column(), high: column(), low: column(), close: column(), volume: column() };
  minutes.set(t, minute);
  return minute;
}

/** The last close of a symbol before the minute that closes at `t`; undefined when the store has none. O(minutes). */
export function lastBefore(
  { minutes }: MinuteStore,
  symbol: number,
  t: number,
): { readonly t: number; readonly close: number } | undefined {
  let last: MinuteBars | undefined;
  for (const minute of minutes.values())
    if (minute.t < t && minute.t > (last?.t ?? 0) && readUint8(minute.rank, symbol) > 0) last = minute;
  return last === undefined ? undefined : { t: last.t, close: read(last.close, symbol) };
}

/** Forgets every minute that closes before `t`. */
export function dropBefore({ minutes }: MinuteStore, t: number): void {
  for (const close of minutes.keys()) if (close < t) minutes.delete(close);
}
