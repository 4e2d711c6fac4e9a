import { setTimeout as sleep } from 'node:timers/promises';
import { VendorError } from '@aitrader/adapter-market-data';
import { noteDoubtful, noteFetched, noteHopeless, rankOfFetched, toFetch } from '@aitrader/core-market';
import type { FollowedVendor } from './followed-vendor.ts';

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

/** Problems that a further try does not change. */
export const REFUSALS: ReadonlySet<string> = new Set([
  'unauthorised',
  'plan',
  'quota',
  'unknown-symbol',
  'unexpected',
  'refused',
]);

/**
 * Asks a vendor for what may have been lost from `since` on, one stretch after the other, as soon as there is any, and for what may have
 * changed since it was streamed from time to time. Every answer is a look at the vendor's clock, too.
 */
export async function keepFetching(
  followed: FollowedVendor,
  { lookAgainMs, since, changed }: { readonly lookAgainMs: number; readonly since: number; readonly changed: () => void },
  signal: AbortSignal,
): Promise<void> {
  const { live, vendor, clock, listener } = followed;
  let lookedAt = clock.now();
  let failures = 0;
  while (!signal.aborted) {
    const now = clock.now();
    const isConnected = live.outages.connectedAt >= 0;
    const hasClock = followed.readClock();
    const isDue = now - lookedAt >= lookAgainMs;
    if (isConnected && isDue && vendor.corrects) noteDoubtful(live.outages, lookedAt - FINAL_MS, now - PROVISIONAL_MS);
    const lost = isConnected ? toFetch(live.outages, now - vendor.completeMs, since) : undefined;
    if (lost === undefined) {
      // Nothing is to be fetched, and the vendor's clock is to be seen all the same.
      if (isConnected && (isDue || !hasClock)) await lookAtClock(followed, now - PROVISIONAL_MS, signal);
      if (isConnected && isDue) lookedAt = now;
      await rest(followed.readClock() ? LOOK_MS : clock.realMs(isConnected ? AGAIN_MS : LOOK_MS), signal);
      continue;
    }
    if (isDue) lookedAt = now;
    const failure = await fetchOnce(followed, lost, signal);
    if (signal.aborted) return;
    const isRefused = failure instanceof VendorError && REFUSALS.has(failure.problem);
    noteHopeless(live.outages, isRefused);
    failures = failure === undefined ? 0 : failures + 1;
    changed();
    if (failure === undefined) continue;
    const againMs = isRefused ? AGAIN_MS_REFUSED : Math.min(AGAIN_MS_MAX, AGAIN_MS * 2 ** (failures - 1));
    listener.fetchFailed(vendor.feed, failure, againMs);
    await rest(clock.realMs(againMs), signal);
  }
}

/** Fetches one stretch; what went wrong, when something did. */
async function fetchOnce(
  followed: FollowedVendor,
  { from, to }: { readonly from: number; readonly to: number },
  signal: AbortSignal,
): Promise<Error | undefined> {
  const { live, vendor, clock, listener } = followed;
  try {
    const bars = await vendor.fetch(live.symbols, from, to, signal);
    const at = clock.now();
    for (const bar of bars) followed.take(bar, rankOfFetched(bar.t, at), at);
    noteFetched(live.outages, from, to);
    listener.backfilled(vendor.feed, from, to, bars.length);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    followed.readClock();
  }
}

/** Asks for one minute for the sake of the answer's date, whatever else the answer says. */
async function lookAtClock(followed: FollowedVendor, t: number, signal: AbortSignal): Promise<void> {
  await followed.vendor.fetch(followed.live.symbols.slice(0, 1), t, t, signal).catch(() => undefined);
  followed.readClock();
}

/** Waits for some real ms, or until nobody wants it any more. */
export const rest = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => undefined);
