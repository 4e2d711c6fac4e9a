import {
  chosenLive,
  closeNext,
  compareVendors,
  newLiveSlices,
  nextLook,
  wantsCold,
  watchDown,
  watchMinute,
} from '@aitrader/core-market';
import { item, type BarSlice, type Control } from '@aitrader/model';
import { ConfigurationError } from '@aitrader/runtime-configuration';
import { FollowedVendor } from './followed-vendor.ts';
import { keepFetching } from './keep-fetching.ts';
import { keepSampling } from './keep-sampling.ts';
import type { LiveFeedOptions } from './live-feed-options.ts';
import { newWakeUp } from './wake-up.ts';

/** The clock may be set while we sleep: look at it this often. */
const SLEEP_MS_MAX = 1_000;
/** What a vendor that stands in for another may have lost is fetched from so long before it was needed. */
const BACKUP_SINCE_MS = 15 * 60_000;

/**
 * Drives a live market by the wall clock: listens, fetches what may have been lost, and hands over each minute when it is due, one after
 * the other, with the command that is to stand before it when there is something to be said of the data. Ends after the minute `until`,
 * or when `signal` says so. @throws ConfigurationError when every vendor refuses for good, so that nobody starts it again, and whatever
 * `publish` throws
 */
export async function runLiveFeed(options: LiveFeedOptions, publish: Publish, signal: AbortSignal): Promise<void> {
  const { sources, watch, clock, until, lookAgainMs } = options;
  const ended = new AbortController();
  const wakeUp = newWakeUp();
  const stop = AbortSignal.any([signal, ended.signal]);
  const followed = follow(options, () => wakeUp.now());
  const since = clock.now() - BACKUP_SINCE_MS;
  const fetching = followed.map((each, i) =>
    keepFetching(each, { lookAgainMs, since: i === 0 ? -Infinity : since, changed: () => wakeUp.now() }, stop),
  );
  const sampling = followed.length === 1 ? [] : followed.map((each) => keepSampling(each, watch.agreement, stop));
  for (const each of followed) if (!each.vendor.isCold || followed.length === 1) each.open();
  const slices = newLiveSlices(chosenLive(sources));
  try {
    while (!signal.aborted && chosenLive(sources).next <= until) {
      refuseWhenAll(followed);
      const now = clock.now();
      openCold(options, followed, now);
      if (await closeOne(options, slices, now, publish)) continue;
      const ms = clock.realMs(nextLook(sources, now) - now);
      await wakeUp.after(Math.min(SLEEP_MS_MAX, Math.max(1, ms)), signal);
    }
  } finally {
    ended.abort();
    await Promise.all([...followed.map((each) => each.close()), ...fetching, ...sampling]);
    await Promise.all(followed.map(({ vendor }) => vendor.close()));
  }
}

type Publish = (slices: readonly BarSlice[], level: Control | undefined) => Promise<void>;

/** Publishes the next minute, if it is due. */
async function closeOne(
  { sources, watch, listener, published }: LiveFeedOptions,
  slices: BarSlice[],
  now: number,
  publish: Publish,
): Promise<boolean> {
  const before = chosenLive(sources);
  if (!closeNext(sources, slices, now)) return false;
  const after = chosenLive(sources);
  if (after !== before) listener.tookOver(after.options.feed, before.options.feed, item(slices, 0).t);
  compareVendors(watch.agreement, sources, item(slices, 0).t);
  // of a shard whose slice is recorded already that one counts, and is what everybody else goes by
  const recorded = slices.map((slice) => published.find(({ t, shard }) => t === slice.t && shard === slice.shard) ?? slice);
  await publish(slices, watchMinute(watch, recorded, now));
  return true;
}

const follow = ({ vendors, sources, ...rest }: LiveFeedOptions, changed: () => void): readonly FollowedVendor[] =>
  vendors.map((vendor, i) => new FollowedVendor(vendor, item(sources.lives, i), { ...rest, everyone: sources.lives }, changed));

/** @throws ConfigurationError with what each vendor says when none is left */
function refuseWhenAll(followed: readonly FollowedVendor[]): void {
  const refusals = followed.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal.message]));
  if (refusals.length < followed.length) return;
  throw new ConfigurationError(followed.map(({ vendor }) => vendor.feed).join(', '), refusals);
}

/** Listens to the vendors that cost something only while the others are down, and as long as it is their turn. */
function openCold({ sources, vendors }: LiveFeedOptions, followed: readonly FollowedVendor[], now: number): void {
  if (vendors.length === 1) return;
  const isCold = vendors.map((vendor) => vendor.isCold);
  watchDown(sources, now);
  const isWanted = wantsCold(sources, isCold, now);
  for (const [i, each] of followed.entries()) {
    if (!each.vendor.isCold) continue;
    if (isWanted) each.open();
    else if (sources.chosen !== i) void each.close();
  }
}
