import type { Adjustment, EpochMs, Ticker, Timeframe } from '@aitrader/model';

/*
 * The port behind which every vendor's history stands.
 *
 * 1. A bar is known by its close; prices and volume are the doubles nearest to what the vendor printed, and none is made up.
 * 2. Bars of one batch are of one feed and one adjustment, in the order of symbol and then of time, each symbol and close once.
 * 3. What is no bar is set aside with its reason; an answer that is no answer throws. So an empty batch says that there was nothing.
 */

/** A market-data vendor, as `--vendor` names it. */
export type Vendor = 'alpaca' | 'alphavantage' | 'finnhub' | 'yahoo';
export const VENDORS: readonly Vendor[] = ['alpaca', 'alphavantage', 'finnhub', 'yahoo'];

/** What history is asked for; other timeframes are made of these. */
export type VendorTimeframe = Extract<Timeframe, '1m' | '1d'>;
export const VENDOR_TIMEFRAMES: readonly VendorTimeframe[] = ['1m', '1d'];

/** Where the prices of a series come from. Feeds are never mixed. */
export interface FeedCapability {
  readonly feed: string;
  /** whether it has bars of the past, or can be listened to alone */
  readonly history: boolean;
  /** parts of the day that it has bars of */
  readonly sessions: readonly ('PRE' | 'RTH' | 'POST' | 'OVERNIGHT')[];
  /** how long after its interval a bar can be had, with the plan that costs nothing */
  readonly delayMs: number;
  /** which trades its minutes are made of: all of the consolidated tape's, or those of some venues alone; `part` where it is not known */
  readonly coverage: 'tape' | 'part';
}

/** What a vendor can do, as data: what a caller may ask of it, and how fast. */
export interface VendorCapability {
  readonly vendor: Vendor;
  /** its name in messages */
  readonly title: string;
  /** environment variables with its keys; none where it wants none */
  readonly keys: readonly string[];
  /** environment variable that names another base URL, and the one that holds without it */
  readonly baseUrl: { readonly variable: string; readonly url: string };
  /** the first is the default */
  readonly feeds: readonly [FeedCapability, ...FeedCapability[]];
  /** by timeframe: adjustments, the first of which is the default, and how far back bars reach */
  readonly history: Readonly<Record<VendorTimeframe, HistoryCapability>>;
  readonly symbolsPerRequest: number;
  /** days of one-minute bars in one request */
  readonly daysPerRequest: number;
  readonly rate: RateLimit;
  /** history and last resort only, never the sole basis of an order */
  readonly fallbackOnly: boolean;
}

export interface HistoryCapability {
  readonly adjustments: readonly [KnownAdjustment, ...KnownAdjustment[]];
  /** a New York date, a number of days before today, or what is not known to have an end */
  readonly since: string | number | undefined;
}

/** What prices were adjusted for; a vendor's are known. */
export type KnownAdjustment = Exclude<Adjustment, 'unknown'>;

/** Requests that the plan which costs nothing allows. */
export interface RateLimit {
  readonly perMinute: number;
  /** requests at once, after a pause */
  readonly burst: number;
  /** counted by the vendor alone, over all programs with the same key */
  readonly perDay?: number;
}

export interface BarRequest {
  readonly symbols: readonly Ticker[];
  /** first and last close, both included */
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly timeframe: VendorTimeframe;
  readonly feed: string;
  readonly adjustment: KnownAdjustment;
  /** whose symbols these are, a date `YYYY-MM-DD`: FB of 2021 is not the FB of today. Alpaca alone follows it */
  readonly asOf?: string;
}

export interface VendorBar {
  readonly symbol: Ticker;
  /** close of the interval */
  readonly t: EpochMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** its interval had not ended when the answer came: the bar will still change */
  readonly provisional: boolean;
}

/**
 * Why something in an answer is no bar: no price in it, a price or volume that cannot be, a time off the grid, a time to come, the
 * same bar again, an earlier version of a bar of the same answer, the print of the closing auction, or a symbol that nobody asked for.
 */
export type SetAsideReason =
  'no-price' | 'impossible' | 'off-grid' | 'future' | 'duplicate' | 'superseded' | 'closing-print' | 'other-symbol';

export interface SetAside {
  readonly symbol: string;
  /** its time, as the vendor printed it */
  readonly printed: string;
  readonly reason: SetAsideReason;
}

/** Bars of one answer, and where they are from. */
export interface BarBatch {
  readonly vendor: Vendor;
  readonly feed: string;
  readonly timeframe: VendorTimeframe;
  readonly adjustment: KnownAdjustment;
  readonly asOf?: string;
  /** by our clock; of a kept answer, when it came */
  readonly receivedAt: EpochMs;
  /** whether the answer was kept from before, and not asked for again */
  readonly kept: boolean;
  readonly bars: readonly VendorBar[];
  readonly setAside: readonly SetAside[];
  /** how much of the request is done with this batch, 0 … 1, as far as that can be told */
  readonly share: number;
}

/** The vendor's clock beside ours, from the Date header of its last answer. */
export interface ServerClock {
  /** how far it is ahead; negative when it is behind */
  readonly skewMs: number;
  /** half the answer's time on the way, and half the header's second */
  readonly uncertaintyMs: number;
  /** by our clock */
  readonly measuredAt: EpochMs;
}

/** A vendor's history. */
export interface VendorBars {
  readonly capability: VendorCapability;
  /** Ends when all was given. @throws VendorError, after as many attempts as make sense */
  readonly bars: (request: BarRequest) => AsyncIterable<BarBatch>;
  /** undefined before the first answer, and where answers have no date */
  readonly serverClock: () => ServerClock | undefined;
}

/** What a vendor's days are: the New York calendar, which the caller brings. */
export interface MarketCalendar {
  /** the instant at which New York clocks show a minute of a date */
  readonly instantOf: (date: string, minuteOfDay: number) => EpochMs;
  /** the New York date of an instant */
  readonly dateOf: (t: EpochMs) => string;
  /** the close of the session of a New York date; of one without, what would be it */
  readonly closeOf: (date: string) => EpochMs;
}
