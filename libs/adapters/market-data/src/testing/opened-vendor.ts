import { newYorkAt, newYorkShows } from '../../../../../tools/testing/new-york-clock.ts';
import { epochMs, ticker } from '@aitrader/model';
import { capabilityOf, openVendor, type VendorOptions } from '../open-vendor.ts';
import type { BarBatch, BarRequest, MarketCalendar, VendorBars, VendorTimeframe } from '../vendor-bars.ts';
import type { VendorScene } from './vendor-scenes.ts';

const HALF_DAYS = new Set(['2024-07-03', '2024-11-29', '2026-11-27']);

/** New York by Node's time zone data, with the half days that the tests need. */
export const CALENDAR: MarketCalendar = {
  instantOf: (date, minute) => {
    const [hours, minutes] = [Math.floor(minute / 60), minute % 60].map((each) => String(each).padStart(2, '0'));
    return epochMs(newYorkAt(date, `${hours}:${minutes}`));
  },
  dateOf: (t) => newYorkShows(t).slice(0, 10),
  closeOf: (date) => epochMs(newYorkAt(date, HALF_DAYS.has(date) ? '13:00' : '16:00')),
};

/** Sleep that takes no time and says how long it was asked to take. */
export interface Sleeps {
  readonly asked: number[];
  readonly sleep: (ms: number) => Promise<void>;
}

export function newSleeps(): Sleeps {
  const asked: number[] = [];
  return { asked, sleep: (ms) => Promise.resolve(void asked.push(ms)) };
}

/** A vendor that is asked at `base`, without pauses. */
export function opened(
  scene: Pick<VendorScene, 'vendor' | 'env' | 'format'>,
  base: string,
  options: Partial<VendorOptions> = {},
): VendorBars {
  const env = { ...scene.env, [capabilityOf(scene.vendor).baseUrl.variable]: base };
  const outside = { now: Date.now, sleep: newSleeps().sleep, random: () => 0.5, rate: { perMinute: 1e9, burst: 1e6 } };
  return openVendor(scene.vendor, {
    env,
    calendar: CALENDAR,
    ...outside,
    ...(scene.format === undefined ? {} : { format: scene.format }),
    ...options,
  });
}

/** A request of New York dates. */
export function requestOf(
  scene: Pick<VendorScene, 'vendor'>,
  symbols: readonly string[],
  [from, to]: readonly [string, string],
  timeframe: VendorTimeframe = '1m',
): BarRequest {
  const { feeds, history } = capabilityOf(scene.vendor);
  return {
    symbols: symbols.map(ticker),
    from: epochMs(newYorkAt(from, '00:00') + 1),
    to: epochMs(newYorkAt(to, '23:59') + 60_000),
    timeframe,
    feed: feeds[0].feed,
    adjustment: history[timeframe].adjustments[0],
  };
}

/** All batches of a request. */
export async function batchesOf(vendor: VendorBars, request: BarRequest): Promise<readonly BarBatch[]> {
  const batches: BarBatch[] = [];
  for await (const batch of vendor.bars(request)) batches.push(batch);
  return batches;
}
