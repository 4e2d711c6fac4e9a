import {
  capabilityOf,
  collect,
  newBarCollection,
  openVendor,
  tableOf,
  type BarCollection,
  type BarRequest,
  type FeedCapability,
  type KnownAdjustment,
  type MarketCalendar,
  type SetAsideReason,
  type Vendor,
  type VendorBars,
  type VendorOptions,
  type VendorTimeframe,
} from '@aitrader/adapter-market-data';
import { dailyClose, dayBounds } from '@aitrader/core-market';
import { newYorkDate, newYorkInstant, VENUE_HOURS, venueOfFeed } from '@aitrader/core-sessions';
import { epochMs, read, type EpochMs, type Ticker } from '@aitrader/model';
import { ConfigurationError } from '@aitrader/runtime-configuration';
import type { Progress } from '@aitrader/runtime-telemetry';
import { requireSelected, type HeldDates } from './bar-selection.ts';
import type { MarketBars } from './market-bars.ts';

/** What a vendor is asked with: keys, clock, sleep and luck, and where its answers are kept. */
export type VendorOutside = Omit<VendorOptions, 'calendar'>;

/** What to fetch; New York dates, both included. */
export interface FetchRequest {
  readonly vendor: Vendor;
  readonly symbols: readonly Ticker[];
  readonly from: string;
  readonly to: string;
  readonly timeframe: VendorTimeframe;
  readonly feed?: string | undefined;
  readonly adjustment?: KnownAdjustment | undefined;
  readonly asOf?: string | undefined;
}

/** Bars that were fetched, and where they are from. */
export interface FetchedBars {
  readonly table: MarketBars;
  readonly vendor: Vendor;
  readonly feed: string;
  readonly adjustment: KnownAdjustment;
  /** answers that came now, and those that were kept from before */
  readonly answers: { readonly asked: number; readonly kept: number };
  /** rows of answers that are no bars, and bars that were not over, by reason */
  readonly leftOut: Readonly<Partial<Record<SetAsideReason | 'provisional', number>>>;
  /** last close that could be asked for, where that is before the end of the last date */
  readonly upTo: EpochMs | null;
  /** how far the vendor's clock was ahead of ours, where it said; whole ms */
  readonly clockSkewMs: number | null;
}

const DAY_MS = 86_400_000;
/** A bar is final so long after its close, so that an answer about it may serve again. */
const FINAL_AFTER_MS = 15 * 60_000;

/** The New York calendar, as adapters want it. */
export const NEW_YORK: MarketCalendar = {
  instantOf: newYorkInstant,
  dateOf: newYorkDate,
  closeOf: (date) => dailyClose(newYorkInstant(date, 0)),
};

/**
 * Fetches a vendor's history as one table. Nothing of it is kept when it fails, but answers are: asked again, it goes on from there.
 * @throws VendorKeysError, VendorError, ConfigurationError for what the vendor does not have, and for symbols without a bar
 */
export async function fetchBars(
  request: FetchRequest,
  options: VendorOutside,
  progress: Progress['at'] = () => undefined,
): Promise<FetchedBars> {
  const { feed, adjustment } = offered(request);
  const { first, last } = closesOf(request, feed);
  const upTo = Math.min(last, options.now() - feed.delayMs);
  if (upTo < first) throw new ConfigurationError(named(request), [`there are no bars yet ${datesText(request)}`]);
  const vendor = openVendor(request.vendor, { ...options, calendar: NEW_YORK });
  const { symbols, timeframe, asOf } = request;
  const whole = { symbols, timeframe, feed: feed.feed, adjustment, ...(asOf === undefined ? {} : { asOf }) };
  const collection = newBarCollection();
  const answers = { asked: 0, kept: 0 };
  const isOver = upTo === last && last + FINAL_AFTER_MS <= options.now();
  const parts = partsOf(first, epochMs(upTo), isOver);
  for (const [i, part] of parts.entries()) {
    for await (const batch of vendor.bars({ ...whole, ...part })) {
      collect(collection, batch);
      answers[batch.kept ? 'kept' : 'asked']++;
      progress((i + batch.share) / parts.length);
    }
  }
  return fetched(request, { collection, vendor, feed, adjustment, answers, upTo: upTo < last ? epochMs(upTo) : null });
}

/** Days that are over for good, and the last one where it is not: answers about the former are asked for once. */
function partsOf(first: EpochMs, last: EpochMs, isOver: boolean): readonly Pick<BarRequest, 'from' | 'to'>[] {
  const { first: today } = dayBounds(newYorkDate(epochMs(last - 1)));
  if (isOver || today <= first) return [{ from: first, to: last }];
  return [
    { from: first, to: epochMs(today - 1) },
    { from: today, to: last },
  ];
}

interface Gathered extends Pick<FetchedBars, 'adjustment' | 'answers' | 'upTo'> {
  readonly collection: BarCollection;
  readonly vendor: VendorBars;
  readonly feed: FeedCapability;
}

function fetched(request: FetchRequest, gathered: Gathered): FetchedBars {
  const { collection, vendor, feed, ...rest } = gathered;
  const table = tableOf(collection, request.timeframe);
  const { from, to, symbols } = request;
  requireSelected(named(request), { from, to, symbols }, new Set(table.symbols), () => heldDates(table));
  const skew = vendor.serverClock()?.skewMs;
  return {
    table,
    vendor: request.vendor,
    feed: feed.feed,
    leftOut: Object.fromEntries(collection.leftOut),
    clockSkewMs: skew === undefined ? null : Math.round(skew),
    ...rest,
  };
}

const named = ({ vendor, timeframe }: FetchRequest): string => `${capabilityOf(vendor).title}, ${timeframe} bars`;
const datesText = ({ from, to }: FetchRequest): string => (from === to ? `of ${from}` : `from ${from} to ${to}`);

/** The feed and the adjustment that are meant. @throws ConfigurationError naming those that there are */
function offered(request: FetchRequest): { readonly feed: FeedCapability; readonly adjustment: KnownAdjustment } {
  const { feeds, history } = capabilityOf(request.vendor);
  const { adjustments } = history[request.timeframe];
  const past = feeds.filter((each) => each.history);
  const feed = request.feed === undefined ? past[0] : past.find((each) => each.feed === request.feed);
  const adjustment = request.adjustment === undefined ? adjustments[0] : adjustments.find((each) => each === request.adjustment);
  const problems = [
    ...(feed === undefined
      ? [`there is no history of feed ${JSON.stringify(request.feed)}: there is ${past.map((each) => each.feed).join(', ')}`]
      : []),
    ...(adjustment === undefined
      ? [`they are not to be had ${request.adjustment ?? ''}: there is ${adjustments.join(', ')}`]
      : []),
    ...(request.asOf === undefined || request.vendor === 'alpaca' ? [] : ['symbols of another day are told by Alpaca alone']),
  ];
  if (feed === undefined || adjustment === undefined || problems.length > 0)
    throw new ConfigurationError(named(request), problems);
  return { feed, adjustment };
}

/** First and last close of the dates. A night belongs to the date that it ends on: Monday's begins on Sunday evening. */
function closesOf(
  { from, to, timeframe }: FetchRequest,
  { feed }: FeedCapability,
): { readonly first: EpochMs; readonly last: EpochMs } {
  const venue = venueOfFeed(feed);
  const hours = VENUE_HOURS.findLast((row) => row.venue === venue && row.since !== undefined);
  if (timeframe === '1d' || hours?.night === undefined || hours.byDay)
    return { first: dayBounds(from).first, last: dayBounds(to).last };
  const eve = newYorkDate(epochMs(newYorkInstant(from, 0) - DAY_MS / 2));
  const { opensMinute, closesMinute } = hours.night;
  return { first: epochMs(newYorkInstant(eve, opensMinute) + 1), last: newYorkInstant(to, closesMinute) };
}

/** The dates of each symbol's first and last bar. */
function heldDates({ symbols, count, t, symbol }: MarketBars): readonly HeldDates[] {
  const dates = new Map<number, { readonly from: string; to: string }>();
  for (let row = 0; row < count; row++) {
    const date = newYorkDate(epochMs(read(t, row)));
    const held = dates.get(symbol[row] ?? -1);
    if (held === undefined) dates.set(symbol[row] ?? -1, { from: date, to: date });
    else held.to = date;
  }
  return [...dates].map(([index, held]) => ({ symbol: symbols[index] ?? '', ...held }));
}
