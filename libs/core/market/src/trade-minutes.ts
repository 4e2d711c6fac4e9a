// Invariants
// 1. A minute's bar depends on its trades alone, not on the order in which they came, unless two are of one instant.
// 2. Trades without a price of their own add volume, and never make a bar by themselves.
// 3. A bar is given out when its minute was over for long enough, and again whenever a later trade has changed it.

import { compareText, epochMs, type Ticker } from '@aitrader/model';
import type { SaidBar } from './minute-store.ts';

const MINUTE_MS = 60_000;
/** A trade may be of so long after our clock's time: clocks differ. */
const AHEAD_MS_MAX = 5_000;
/** Trades that are reported later than this are for the vendor's history to tell. */
const LATE_MS_MAX = 15 * MINUTE_MS;

/** A trade as a vendor streams it: dollars and shares; `t` is when it was made, epoch ms. */
export interface SaidTrade {
  readonly symbol: Ticker;
  readonly t: number;
  readonly price: number;
  readonly volume: number;
  /** false of one that counts for the volume alone, such as an odd lot */
  readonly isPriced: boolean;
}

interface Draft {
  readonly symbol: Ticker;
  /** close of the minute */
  readonly t: number;
  firstAt: number;
  lastAt: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  hasPrice: boolean;
  /** changed since it was given out */
  isNew: boolean;
  isGiven: boolean;
}

/** Minutes being made of trades. Plain data, bounded by the symbols and by how late a trade may be. */
export interface TradeMinutes {
  readonly drafts: Map<string, Draft>;
}

export const newTradeMinutes = (): TradeMinutes => ({ drafts: new Map() });

/** What became of a trade; all but the first are left aside. */
export type TradeTaken = 'taken' | 'malformed' | 'future' | 'too-old';

/** Takes a trade that came at `now`. */
export function takeTrade(minutes: TradeMinutes, trade: SaidTrade, now: number): TradeTaken {
  const { t, price, volume } = trade;
  if (!(price > 0 && price < Infinity && volume >= 0 && volume < Infinity && Number.isSafeInteger(t) && t > 0))
    return 'malformed';
  if (t > now + AHEAD_MS_MAX) return 'future';
  // A minute holds what was traded from its start on, and not at its end.
  const close = (Math.floor(t / MINUTE_MS) + 1) * MINUTE_MS;
  if (close < now - LATE_MS_MAX) return 'too-old';
  const draft = draftOf(minutes, trade.symbol, close);
  draft.volume += volume;
  if (trade.isPriced) takePrice(draft, t, price);
  draft.isNew = true;
  return 'taken';
}

function draftOf({ drafts }: TradeMinutes, symbol: Ticker, t: number): Draft {
  const key = `${t} ${symbol}`;
  const known = drafts.get(key);
  if (known !== undefined) return known;
  const nothing = { open: 0, high: 0, low: 0, close: 0, volume: 0, hasPrice: false, isNew: false, isGiven: false };
  const draft: Draft = { symbol, t, firstAt: Infinity, lastAt: -Infinity, ...nothing };
  drafts.set(key, draft);
  return draft;
}

function takePrice(draft: Draft, t: number, price: number): void {
  if (t < draft.firstAt) {
    draft.firstAt = t;
    draft.open = price;
  }
  if (t >= draft.lastAt) {
    draft.lastAt = t;
    draft.close = price;
  }
  draft.high = draft.hasPrice ? Math.max(draft.high, price) : price;
  draft.low = draft.hasPrice ? Math.min(draft.low, price) : price;
  draft.hasPrice = true;
}

/** A bar that was made of trades. */
export interface TradeBar extends SaidBar {
  readonly symbol: Ticker;
  /** one of the minute was given out before */
  readonly isUpdate: boolean;
}

/**
 * The bars to be given out at `now`, of minutes that were over for `settleMs`, in the order of time and then of symbol. Minutes for which
 * no trade can come any more are forgotten.
 */
export function tradeBarsDue({ drafts }: TradeMinutes, now: number, settleMs: number): readonly TradeBar[] {
  const bars: TradeBar[] = [];
  for (const [key, draft] of drafts) {
    if (draft.isNew && draft.hasPrice && now >= draft.t + settleMs) {
      const { symbol, open, high, low, close, volume } = draft;
      bars.push({ symbol, t: epochMs(draft.t), open, high, low, close, volume, isUpdate: draft.isGiven });
      draft.isGiven = true;
      draft.isNew = false;
    }
    if (draft.t < now - LATE_MS_MAX) drafts.delete(key);
  }
  return bars.sort((a, b) => a.t - b.t || compareText(a.symbol, b.symbol));
}
