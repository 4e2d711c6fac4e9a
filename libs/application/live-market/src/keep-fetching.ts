import { setTimeout as sleep } from 'node:timers/promises';
import { VendorError } from '@aitrader/adapter-market-data';
import { noteClock, noteDoubtful, noteFetched, rankOfFetched, toFetch } from '@aitrader/core-market';
import type { LiveFeedOptions } from './live-feed-options.ts';
import { takeStreamed } from './taken-bars.ts';

/** Between two looks at what is to be fetched. */
const LOOK_MS = 100;
/** Before a fetch that failed is tried again, doubled from failure to failure. */
const AGAIN_MS = 5_000;
const AGAIN_MS_MAX = 60_000;
/** What a further try does not change, a plan or a key may: it is asked again so seldom that it costs nothing. */
const AGAIN_MS_REFUSED = 15 * 60_000;
/** Bars are provisional for two minutes after their close, and hardly ever change after a quarter of an hour. */
const PROVISIONAL_MS = 2 * 60_000;
const FINAL_MS = 15 * 60_000;

const REFUSALS: ReadonlySet<string> = new Set(['unauthorised', 'plan', 'quota', 'unknown-symbol', 'unexpected', 'refused']);

/**
 * Asks for what may have been lost, one stretch after the other, as soon as there is any, and for what may have changed since it was
 * streamed from time to time. Every answer is a look at the vendor's clock, too.
 */
export async function keepFetching(options: LiveFeedOptions, signal: AbortSignal, changed: () => void): Promise<void> {
  const { live, vendor, clock, listener, lookAgainMs } = options;
  let lookedAt = clock.now();
  let failures = 0;
  while (!signal.aborted) {
    const now = clock.now();
    if (now - lookedAt >= lookAgainMs) {
      noteDoubtful(live.outages, lookedAt - FINAL_MS, now - PROVISIONAL_MS);
      lookedAt = now;
    }
    const lost = live.outages.connectedAt < 0 ? undefined : toFetch(live.outages, now - vendor.completeMs);
    if (lost === undefined) {
      await rest(LOOK_MS, signal);
      continue;
    }
    const failure = await fetchOnce(options, lost, signal);
    if (signal.aborted) return;
    failures = failure === undefined ? 0 : failures + 1;
    changed();
    if (failure === undefined) continue;
    const isRefused = failure instanceof VendorError && REFUSALS.has(failure.problem);
    const againMs = isRefused ? AGAIN_MS_REFUSED : Math.min(AGAIN_MS_MAX, AGAIN_MS * 2 ** (failures - 1));
    listener.fetchFailed(failure, againMs);
    await rest(clock.realMs(againMs), signal);
  }
}

/** Fetches one stretch; what went wrong, when something did. */
async function fetchOnce(
  { live, watch, vendor, clock, listener }: LiveFeedOptions,
  { from, to }: { readonly from: number; readonly to: number },
  signal: AbortSignal,
): Promise<Error | undefined> {
  let failure: Error | undefined;
  try {
    const bars = await vendor.fetch(live.symbols, from, to, signal);
    const at = clock.now();
    for (const bar of bars) takeStreamed(live, bar, rankOfFetched(bar.t, at), at, listener);
    noteFetched(live.outages, from, to);
    listener.backfilled(from, to, bars.length);
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
  }
  const sample = vendor.clock();
  if (sample !== undefined) noteClock(watch.clock, sample);
  return failure;
}

const rest = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => undefined);
