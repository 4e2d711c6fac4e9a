import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamedBar } from '@aitrader/adapter-live-bars';
import { capabilityOf, openVendor, type KnownAdjustment, type ServerClock, type Vendor } from '@aitrader/adapter-market-data';
import { dailyClose, type ClockSample, type Coverage } from '@aitrader/core-market';
import { newYorkDate, newYorkInstant } from '@aitrader/core-sessions';
import { epochMs } from '@aitrader/model';
import type { WallClock } from '@aitrader/runtime-configuration';
import type { LiveVendor } from './live-vendor.ts';

/** What a live vendor is opened with. */
export interface LiveHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: WallClock;
  /** where what vendors say is kept; nowhere without it */
  readonly rawFolder?: string | undefined;
  /** what went wrong with keeping it */
  readonly problem: (text: string) => void;
}

/** Which trades the bars of a vendor's feed are made of. @throws RangeError for a feed that there is not */
export function coverageOf(vendor: Vendor, feed: string): Coverage {
  const known = capabilityOf(vendor).feeds.find((each) => each.feed === feed);
  if (known === undefined) throw new RangeError(`${vendor} has no feed ${feed}`);
  return known.coverage;
}

/** A vendor's history as a live market asks for it: what is under way is given up when nobody waits for it any more. @throws VendorKeysError */
export function openHistory(
  vendor: Vendor,
  feed: string,
  adjustment: KnownAdjustment,
  { env, clock, rawFolder, problem }: LiveHost,
): Pick<LiveVendor, 'fetch' | 'clock'> {
  let asking: AbortSignal | undefined;
  const { rate } = capabilityOf(vendor);
  const history = openVendor(vendor, {
    env,
    calendar: {
      instantOf: newYorkInstant,
      dateOf: newYorkDate,
      closeOf: (date) => epochMs(dailyClose(newYorkInstant(date, 0))),
    },
    ...(rawFolder === undefined ? {} : { rawFolder, notKept: (error) => problem(error.message) }),
    fetch: (url, init) => fetch(url, { ...init, signal: eitherOf(init?.signal, asking) }),
    // a minute of a rehearsal may be shorter than one of the vendor's
    rate: { ...rate, perMinute: rate.perMinute / clock.realMs(1) },
    now: clock.now,
    sleep: (ms) => sleep(clock.realMs(ms), undefined, asking === undefined ? {} : { signal: asking }),
    random: Math.random,
  });
  return {
    fetch: async (symbols, from, to, signal) => {
      asking = signal;
      const fetched: StreamedBar[] = [];
      const request = { symbols, from: epochMs(from), to: epochMs(to), timeframe: '1m', feed, adjustment } as const;
      for await (const batch of history.bars(request)) {
        signal.throwIfAborted();
        for (const { provisional, ...bar } of batch.bars) if (!provisional) fetched.push({ ...bar, isUpdate: false });
      }
      return fetched;
    },
    clock: () => sampleOf(history.serverClock()),
  };
}

const eitherOf = (a: AbortSignal | null | undefined, b: AbortSignal | undefined): AbortSignal =>
  AbortSignal.any([a, b].filter((signal) => signal instanceof AbortSignal));

/** What the vendor's clock proves beside ours. */
const sampleOf = (clock: ServerClock | undefined): ClockSample | undefined =>
  clock === undefined
    ? undefined
    : { at: clock.measuredAt, low: clock.skewMs - clock.uncertaintyMs, high: clock.skewMs + clock.uncertaintyMs };
