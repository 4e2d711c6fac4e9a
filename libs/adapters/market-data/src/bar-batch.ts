import { compareText, epochMs, type EpochMs, type Ticker } from '@aitrader/model';
import type { BarRequest, MarketCalendar, SetAside, SetAsideReason, VendorBar } from './vendor-bars.ts';

/*
 * Rows of an answer as bars: the one place where a vendor's start becomes a close.
 *
 * 1. Of several rows of one symbol and close the last one counts.
 * 2. A bar closes within the request, and none of it starts after the clock's time.
 */

const MINUTE_MS = 60_000;

/** What rows are read with: the request, and when the answer came, by the clock that was behind. */
export interface BatchContext {
  readonly request: BarRequest;
  readonly calendar: MarketCalendar;
  readonly now: number;
}

/** A row as the vendor has it; a daily one is known by its New York date. */
export interface PrintedRow {
  readonly symbol: Ticker;
  readonly printed: string;
  readonly start: { readonly ms: number; readonly exact: boolean } | { readonly date: string };
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

export interface BatchDraft {
  readonly context: BatchContext;
  readonly bars: Map<string, { readonly bar: VendorBar; readonly printed: string }>;
  readonly setAside: SetAside[];
}

export const newBatch = (context: BatchContext): BatchDraft => ({ context, bars: new Map(), setAside: [] });

/** Leaves a row out, with the reason. */
export const setAside = (draft: BatchDraft, symbol: string, printed: string, reason: SetAsideReason): void =>
  void draft.setAside.push({ symbol, printed, reason });

/** Takes a row in, or sets it aside; what lies outside the request is neither, since vendors give more than what was asked for. */
export function addRow(draft: BatchDraft, row: PrintedRow): void {
  const { request, calendar, now } = draft.context;
  const { symbol, printed, start, open, high, low, close, volume } = row;
  if ('ms' in start && (!start.exact || start.ms % MINUTE_MS !== 0)) return setAside(draft, symbol, printed, 'off-grid');
  const t = 'date' in start ? calendar.closeOf(start.date) : epochMs(start.ms + MINUTE_MS);
  if (t < request.from || t > request.to) return undefined;
  const startsAt = 'date' in start ? calendar.instantOf(start.date, 0) : start.ms;
  if (startsAt > now) return setAside(draft, symbol, printed, 'future');
  if (!isPossible(row)) return setAside(draft, symbol, printed, 'impossible');
  const bar = { symbol, t, open, high, low, close, volume, provisional: t > now };
  const key = `${symbol} ${t}`;
  const before = draft.bars.get(key);
  if (before !== undefined) setAside(draft, symbol, before.printed, isSame(before.bar, bar) ? 'duplicate' : 'superseded');
  draft.bars.set(key, { bar, printed });
  return undefined;
}

/** What a bar file would be refused for; an open or close outside low … high is kept, and flagged by who reads it. */
function isPossible({ open, high, low, close, volume }: PrintedRow): boolean {
  const prices = [open, high, low, close];
  return prices.every((price) => Number.isFinite(price) && price > 0) && high >= low && Number.isFinite(volume) && volume >= 0;
}

const isSame = (a: VendorBar, b: VendorBar): boolean =>
  a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close && a.volume === b.volume;

/** The bars of an answer in the order of symbol and then of time. */
export const barsOf = (draft: BatchDraft): readonly VendorBar[] =>
  [...draft.bars.values()].map(({ bar }) => bar).sort((a, b) => compareText(a.symbol, b.symbol) || a.t - b.t);

/** First and last start that bars of the request can have, in epoch ms, both included. */
export function startsOf(request: BarRequest, calendar: MarketCalendar): { readonly first: EpochMs; readonly last: EpochMs } {
  const { timeframe, from, to } = request;
  if (timeframe === '1d')
    return { first: calendar.instantOf(calendar.dateOf(from), 0), last: calendar.instantOf(calendar.dateOf(epochMs(to - 1)), 0) };
  return { first: epochMs(Math.ceil((from - MINUTE_MS) / MINUTE_MS) * MINUTE_MS), last: epochMs(to - MINUTE_MS) };
}

const NEAR_MS = 3 * 24 * 60 * MINUTE_MS;
/** Whether an instant is within days of the request; what is not need not even be a time of the calendar. */
export const isNear = ({ context: { request } }: BatchDraft, ms: number): boolean =>
  ms >= request.from - NEAR_MS && ms <= request.to + NEAR_MS;

const HALF_DAY_MS = 12 * 60 * MINUTE_MS;
/** The New York date of a daily bar that is stamped with midnight there, or with midnight UTC: half a day later it is that date in both. */
export const dateOfMidnight = (ms: number, calendar: MarketCalendar): string => calendar.dateOf(epochMs(ms + HALF_DAY_MS));
