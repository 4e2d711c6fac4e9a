import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveEvents, StreamedBar } from '@aitrader/adapter-live-bars';
import {
  BAR_RANK,
  closeMinute,
  dueAt,
  newLiveSlices,
  noteConnected,
  noteDisconnected,
  noteFetched,
  noteHalt,
  rankOfFetched,
  takeBar,
  toFetch,
  type BarRank,
  type LiveMinutes,
  type Taken,
} from '@aitrader/core-market';
import type { BarSlice } from '@aitrader/model';
import { ConfigurationError, type WallClock } from '@aitrader/runtime-configuration';
import type { LiveVendor } from './live-vendor.ts';

/** Whom a live feed tells how it goes. */
export interface LiveListener {
  readonly connected: (at: number) => void;
  readonly disconnected: (at: number, why: string) => void;
  readonly backfilled: (from: number, to: number, bars: number) => void;
  /** a fetch failed and is tried again */
  readonly fetchFailed: (error: Error) => void;
  /** something of the vendor's was not used */
  readonly leftAside: (what: string) => void;
  readonly raw: (frame: Uint8Array, at: number) => void;
}

export interface LiveFeedOptions {
  readonly live: LiveMinutes;
  readonly vendor: LiveVendor;
  readonly clock: WallClock;
  /** the close of the last minute that is wanted */
  readonly until: number;
  readonly listener: LiveListener;
  readonly refetchMs?: number;
}

/** Between two tries of a fetch that failed. */
const REFETCH_MS = 5_000;
/** The clock may be set while we sleep: look at it this often. */
const SLEEP_MS_MAX = 1_000;
/** What a vendor says that is worth a word: the others are every day's. */
const TOLD: ReadonlySet<Taken> = new Set<Taken>(['off-grid', 'not-over', 'no-session', 'malformed', 'too-old']);

/**
 * Drives a live market by the wall clock: listens, fetches what may have been lost, and hands over each minute when it is due, one after
 * the other. Ends after the minute `until`, or when `signal` says so. @throws ConfigurationError when the vendor refuses for
 * good, so that nobody starts it again, and whatever `publish` throws
 */
export async function runLiveFeed(
  options: LiveFeedOptions,
  publish: (slices: readonly BarSlice[]) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { live, vendor, clock, until, listener } = options;
  const slices = newLiveSlices(live);
  const ended = new AbortController();
  const wakeUp = newWakeUp();
  let refused: Error | undefined;
  const stream = vendor.stream(
    eventsOf(
      live,
      listener,
      () => wakeUp.now(),
      (error) => {
        refused = error;
        wakeUp.now();
      },
    ),
  );
  const stop = AbortSignal.any([signal, ended.signal]);
  const fetching = keepFetching(options, stop, () => wakeUp.now());
  stream.open();
  try {
    while (!signal.aborted && live.next <= until) {
      if (refused !== undefined) throw new ConfigurationError(vendor.feed, [refused.message]);
      if (closeMinute(live, slices, clock.now())) await publish(slices);
      else await wakeUp.after(Math.min(SLEEP_MS_MAX, Math.max(1, clock.realMs(dueAt(live) - clock.now()))), signal);
    }
  } finally {
    ended.abort();
    stream.close();
    await fetching;
  }
}

function eventsOf(live: LiveMinutes, listener: LiveListener, changed: () => void, refused: (error: Error) => void): LiveEvents {
  return {
    connected: (at) => {
      noteConnected(live.outages, at);
      listener.connected(at);
      changed();
    },
    disconnected: (at, why) => {
      noteDisconnected(live.outages, at);
      listener.disconnected(at, why);
      changed();
    },
    bar: (bar, at) => take(live, bar, bar.isUpdate ? BAR_RANK.updated : BAR_RANK.streamed, at, listener),
    halt: (symbol, halted) => noteHalt(live, symbol, halted),
    raw: listener.raw,
    leftAside: listener.leftAside,
    refused,
  };
}

function take(live: LiveMinutes, bar: StreamedBar, rank: BarRank, at: number, listener: LiveListener): void {
  const taken = takeBar(live, bar.symbol, bar, rank, at);
  if (TOLD.has(taken)) listener.leftAside(`a bar of ${bar.symbol} at ${bar.t}: ${taken}`);
}

/** Asks for what may have been lost, one stretch after the other, as soon as there is any. */
async function keepFetching(
  { live, vendor, clock, listener, refetchMs = REFETCH_MS }: LiveFeedOptions,
  signal: AbortSignal,
  changed: () => void,
): Promise<void> {
  while (!signal.aborted) {
    const lost = live.outages.connectedAt < 0 ? undefined : toFetch(live.outages, clock.now() - vendor.completeMs);
    if (lost === undefined) {
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
      continue;
    }
    try {
      const bars = await vendor.fetch(live.symbols, lost.from, lost.to, signal);
      const at = clock.now();
      for (const bar of bars) take(live, bar, rankOfFetched(bar.t, at), at, listener);
      noteFetched(live.outages, lost.from, lost.to);
      listener.backfilled(lost.from, lost.to, bars.length);
      changed();
    } catch (error) {
      if (signal.aborted) return;
      listener.fetchFailed(error instanceof Error ? error : new Error(String(error)));
      await sleep(refetchMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

const LOOK_MS = 100;

/** A sleep that an event ends. */
function newWakeUp(): { readonly now: () => void; readonly after: (ms: number, signal: AbortSignal) => Promise<void> } {
  let wake: () => void = () => undefined;
  return {
    now: () => wake(),
    after: (ms, signal) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          wake = () => undefined;
          resolve();
        };
        const timer = setTimeout(done, ms);
        signal.addEventListener('abort', done);
        wake = done;
      }),
  };
}
