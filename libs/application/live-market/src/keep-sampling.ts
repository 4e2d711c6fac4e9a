import { VendorError } from '@aitrader/adapter-market-data';
import { minuteAfter, rankOfFetched, symbolsToAsk, type VendorAgreement } from '@aitrader/core-market';
import type { FollowedVendor } from './followed-vendor.ts';
import { REFUSALS, rest } from './keep-fetching.ts';

const MINUTE_MS = 60_000;
/** Between two looks at whether a minute is over. */
const LOOK_MS = 1_000;
/** What closed longer ago is compared no more. */
const OVER_MS_MAX = MINUTE_MS;
/** Before a vendor that failed, or refused, is asked again. */
const AGAIN_MS = 2 * MINUTE_MS;
const AGAIN_MS_REFUSED = 15 * MINUTE_MS;

/**
 * Asks a vendor that is not listened to for some symbols of each minute that was closed, others from minute to minute, as many as it declares:
 * for nothing but to be held against what was published.
 */
export async function keepSampling(followed: FollowedVendor, agreement: VendorAgreement, signal: AbortSignal): Promise<void> {
  const { vendor, live, clock } = followed;
  if (vendor.sampledSymbols === 0) return;
  for (let last = -Infinity; !signal.aborted;) {
    const t = live.next - MINUTE_MS;
    const now = clock.now();
    const isWanted = !followed.isOpen && followed.refusal === undefined;
    const isOver = minuteAfter(t - MINUTE_MS) === t && now >= t + vendor.completeMs && now - t <= OVER_MS_MAX;
    if (t === last || !isWanted || !isOver) await rest(clock.realMs(LOOK_MS), signal);
    else await rest(clock.realMs(await sample(followed, agreement, (last = t), signal)), signal);
  }
}

/** Asks for one minute; how long nothing more is to be asked for, ms. */
async function sample(followed: FollowedVendor, agreement: VendorAgreement, t: number, signal: AbortSignal): Promise<number> {
  const { vendor, clock, listener } = followed;
  try {
    const symbols = symbolsToAsk(agreement, vendor.sampledSymbols, clock.now());
    const bars = await vendor.fetch(symbols, t, t, signal);
    const at = clock.now();
    for (const bar of bars) followed.take(bar, rankOfFetched(bar.t, at), at);
    return 0;
  } catch (error) {
    if (!signal.aborted)
      listener.leftAside(vendor.feed, `a sample to compare with: ${error instanceof Error ? error.message : String(error)}`);
    return error instanceof VendorError && REFUSALS.has(error.problem) ? AGAIN_MS_REFUSED : AGAIN_MS;
  }
}
