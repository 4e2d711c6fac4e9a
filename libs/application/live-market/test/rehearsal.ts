import { newDataWatch, newLiveMinutes, newLiveSources, noteSaid } from '@aitrader/core-market';
import { epochMs, item, type BarSlice, type Control, type Ticker } from '@aitrader/model';
import type { WallClock } from '@aitrader/runtime-configuration';
import { runLiveFeed, type LiveListener, type LiveVendor } from '../src/index.ts';

const MINUTE = 60_000;

/** What a rehearsal has come to. */
export interface Rehearsal {
  readonly slices: BarSlice[];
  readonly levels: Control[];
  /** what was told of the vendors */
  readonly words: string[];
  readonly ended: AbortController;
}

export const newRehearsal = (): Rehearsal => ({ slices: [], levels: [], words: [], ended: new AbortController() });

const listenerOf = (words: string[]): LiveListener => ({
  connected: (feed) => words.push(`${feed} connected`),
  disconnected: (feed, _, why) => words.push(`${feed} disconnected ${why}`),
  backfilled: () => undefined,
  fetchFailed: (feed, error, againMs) => words.push(`${feed} ${error.message} again in ${againMs}`),
  refused: (feed, error) => words.push(`${feed} ${error.message}`),
  tookOver: (feed, from) => words.push(`${feed} took over from ${from}`),
  leftAside: () => undefined,
});

/** Follows vendors from the next minute on until the rehearsal is ended; `closed` is called after each minute. */
export async function rehearse(
  { slices, levels, words, ended }: Rehearsal,
  vendors: readonly LiveVendor[],
  symbols: readonly Ticker[],
  clock: WallClock,
  closed: () => void,
): Promise<void> {
  const first = epochMs(Math.ceil(clock.now() / MINUTE) * MINUTE);
  const common = { symbols, shards: 1, holdMs: 20_000, historyHoldMs: 900_000, revisableMinutes: 30 };
  const lives = vendors.map(({ feed, exposureMs, graceMsMin }) =>
    newLiveMinutes({ ...common, feed, exposureMs, graceMs: Math.max(1_500, graceMsMin) }, first, clock.now()),
  );
  const feeds = vendors.map(({ feed }) => feed);
  const lastResorts = vendors.filter(({ isLastResort }) => isLastResort).map(({ feed }) => feed);
  // A busy machine is no reason for anything here.
  const lateMsMax = Object.fromEntries(feeds.map((feed) => [feed, 3_600_000]));
  const bounds = { lateMsMax, cleanMinutes: 3, staleShareMax: 0.25 };
  const watch = newDataWatch({ symbols, primary: item(feeds, 0), lastResorts, ...bounds }, 2_000, {
    vendors: vendors.map(({ feed, coverage, isCold }) => ({ feed, coverage, lagMinutes: isCold ? 2 : 1 })),
    apartMax: 0.01,
    agreeMinutes: 3,
    apartShareMax: 0.25,
  });
  const sources = newLiveSources(lives, { downMs: 30_000, silentMinutes: 3, returnMinutes: 3 });
  const until = first + 120 * MINUTE;
  await runLiveFeed(
    { sources, vendors, watch, clock, until, listener: listenerOf(words), lookAgainMs: 300_000, published: [] },
    (published, level) => {
      if (level !== undefined) {
        levels.push(level);
        noteSaid(watch, level);
      }
      slices.push(structuredClone(item(published, 0)));
      closed();
      return Promise.resolve();
    },
    ended.signal,
  );
}
