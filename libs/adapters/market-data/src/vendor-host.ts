import { epochMs } from '@aitrader/model';
import { barsOf, type BatchDraft } from './bar-batch.ts';
import type { BarBatch, BarRequest, MarketCalendar, ServerClock, Vendor } from './vendor-bars.ts';
import type { Read, VendorHttp, VendorRequest } from './vendor-http.client.ts';

/** What an adapter works with. */
export interface VendorHost {
  readonly http: VendorHttp;
  readonly calendar: MarketCalendar;
  /** without a slash at its end */
  readonly baseUrl: string;
  /** epoch ms */
  readonly now: () => number;
}

/** Bars of an interval may change until so long after it: late prints, and the vendor's own second look. */
const FINAL_AFTER_MS = 15 * 60_000;

/** A kept answer is good for so long: adjusted prices change with the next split, and corrections come overnight. */
const KEPT_MS_MAX = 12 * 3_600_000;
/** Prices as traded change no more once corrections have had a day: such an answer is good for a week, over which a daily quota reaches. */
const SETTLED_AFTER_MS = 24 * 3_600_000;
const SETTLED_MS_MAX = 7 * 24 * 3_600_000;

/** Whether an answer to a request that came at one time may serve at a later one. Both are epoch ms. */
export function isStillGood({ to, adjustment }: BarRequest): VendorRequest['isStillGood'] {
  return (receivedAt, now) => {
    if (receivedAt < to + FINAL_AFTER_MS) return false;
    const isSettled = adjustment === 'raw' && receivedAt >= to + SETTLED_AFTER_MS;
    return now - receivedAt <= (isSettled ? SETTLED_MS_MAX : KEPT_MS_MAX);
  };
}

/** The time at which an answer came, by the vendor's clock where that is behind ours: what is not over by both is not over. */
export const clockBehind = (receivedAt: number, server: ServerClock | undefined): number =>
  receivedAt + Math.min(0, server === undefined ? 0 : server.skewMs + server.uncertaintyMs);

/** Where the bars of an answer are from. */
const batchOf = (
  vendor: Vendor,
  { feed, timeframe, adjustment, asOf }: BarRequest,
  { receivedAt, kept }: Read<unknown>,
): Pick<BarBatch, 'vendor' | 'feed' | 'timeframe' | 'adjustment' | 'asOf' | 'receivedAt' | 'kept'> => ({
  vendor,
  feed,
  timeframe,
  adjustment,
  ...(asOf === undefined ? {} : { asOf }),
  receivedAt: epochMs(receivedAt),
  kept,
});

/** A draft as the batch of its answer. */
export const batchFrom = (vendor: Vendor, draft: BatchDraft, read: Read<unknown>, share: number): BarBatch => ({
  ...batchOf(vendor, draft.context.request, read),
  bars: barsOf(draft),
  setAside: draft.setAside,
  share,
});
