import { compareText, type Ticker } from '@aitrader/model';
import { startsOf } from './bar-batch.ts';
import type { BarRequest, MarketCalendar } from './vendor-bars.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** First and last start, epoch ms, both included. */
export interface Window {
  readonly first: number;
  readonly last: number;
}

/** One request to a vendor that takes one symbol at a time; `share` of the whole is done with it. */
export interface SymbolWindow {
  readonly symbol: Ticker;
  readonly window: Window;
  readonly share: number;
}

/**
 * A request as the requests that a vendor takes: one symbol each, and minutes of so many days at most. No start is in two of them. The
 * window of daily bars ends with the last day, since vendors stamp a day anywhere within.
 */
export function eachWindow(request: BarRequest, calendar: MarketCalendar, days: number): readonly SymbolWindow[] {
  const { first, last } = startsOf(request, calendar);
  const windows: Window[] = [];
  if (request.timeframe === '1d') windows.push({ first, last: last + DAY_MS - MINUTE_MS });
  else
    for (let at: number = first; at <= last; at += days * DAY_MS)
      windows.push({ first: at, last: Math.min(last, at + days * DAY_MS - MINUTE_MS) });
  const symbols = [...new Set(request.symbols)].sort(compareText);
  const total = symbols.length * windows.length;
  return symbols.flatMap((symbol, s) =>
    windows.map((window, w) => ({ symbol, window, share: (s * windows.length + w + 1) / total })),
  );
}
