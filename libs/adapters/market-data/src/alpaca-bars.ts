import { z } from 'zod';
import { compareText, type Ticker } from '@aitrader/model';
import { addRow, dateOfMidnight, isNear, newBatch, setAside, startsOf, type BatchDraft, type PrintedRow } from './bar-batch.ts';
import { ALPACA_KEYS, alpacaRefusal } from './alpaca-refusal.ts';
import type { RawAnswer } from './raw-store.ts';
import { jsonOf, placeOf, shapedAs } from './vendor-answer.ts';
import type { BarBatch, BarRequest, VendorBars, VendorCapability } from './vendor-bars.ts';
import { VendorError } from './vendor-error.ts';
import { batchFrom, clockBehind, isStillGood, type VendorHost } from './vendor-host.ts';
import { readRfc3339 } from './vendor-time.ts';

/*
 * Alpaca's `GET /v2/stocks/bars` (Market Data API v2). Pages of up to 10,000 bars come sorted by symbol and then by time. A page may be
 * short or empty while there is a token: only an answer without a token is the last.
 */

const VENDOR = 'alpaca';
const MINUTE_MS = 60_000;

export const ALPACA: VendorCapability = {
  vendor: VENDOR,
  title: 'Alpaca',
  keys: ALPACA_KEYS,
  baseUrl: { variable: 'AITRADER_ALPACA_URL', url: 'https://data.alpaca.markets' },
  feeds: [
    { feed: 'sip', history: true, sessions: ['PRE', 'RTH', 'POST'], delayMs: 15 * MINUTE_MS, coverage: 'tape' },
    { feed: 'iex', history: true, sessions: ['PRE', 'RTH', 'POST'], delayMs: 0, coverage: 'part' },
    { feed: 'boats', history: true, sessions: ['OVERNIGHT'], delayMs: 15 * MINUTE_MS, coverage: 'part' },
    { feed: 'overnight', history: false, sessions: ['OVERNIGHT'], delayMs: 15 * MINUTE_MS, coverage: 'part' },
  ],
  history: {
    '1m': { adjustments: ['raw', 'split', 'all'], since: '2016-01-01' },
    '1d': { adjustments: ['raw', 'split', 'all'], since: '2016-01-01' },
  },
  symbolsPerRequest: 100,
  daysPerRequest: Infinity,
  rate: { perMinute: 200, burst: 20 },
  fallbackOnly: false,
};

const BARS_PER_PAGE = 10_000;
/** More pages than all minutes since 2016 of a hundred symbols make. */
const PAGES_MAX = 50_000;
const TIMEFRAMES = { '1m': '1Min', '1d': '1Day' } as const;

const BAR = z.looseObject({ t: z.string(), o: z.number(), h: z.number(), l: z.number(), c: z.number(), v: z.number() });
const PAGE = z.looseObject({
  bars: z.record(z.string(), z.array(BAR).nullable()).nullable(),
  next_page_token: z.string().nullish(),
});

/** Alpaca's history. */
export function alpacaBars(host: VendorHost): VendorBars {
  return { capability: ALPACA, bars: (request) => bars(host, request), serverClock: host.http.serverClock };
}

async function* bars(host: VendorHost, request: BarRequest): AsyncGenerator<BarBatch> {
  const symbols = [...new Set(request.symbols)].sort(compareText);
  const size = ALPACA.symbolsPerRequest;
  for (let at = 0; at < symbols.length; at += size) {
    const some = symbols.slice(at, at + size);
    for await (const batch of pages(host, request, some))
      yield { ...batch, share: (at + batch.share * some.length) / symbols.length };
  }
}

async function* pages(
  { http, calendar, baseUrl }: VendorHost,
  request: BarRequest,
  symbols: readonly Ticker[],
): AsyncGenerator<BarBatch> {
  const url = pageUrl(baseUrl, request, symbols, startsOf(request, calendar));
  const seen = new Set<string>();
  for (let token: string | undefined, page = 0; page < PAGES_MAX; page++) {
    if (token !== undefined) url.searchParams.set('page_token', token);
    const read = await http.ask({ url: new URL(url), isStillGood: isStillGood(request) }, (answer) =>
      pageOf(answer, request.feed),
    );
    const { bars: rows, next_page_token: next } = read.value;
    const draft = newBatch({ request, calendar, now: clockBehind(read.receivedAt, http.serverClock()) });
    const names = new Map<string, Ticker>(symbols.map((symbol) => [symbol, symbol]));
    for (const [name, list] of Object.entries(rows ?? {}))
      for (const bar of list ?? []) takeBar(draft, names.get(name), name, bar);
    const isLast = next === undefined || next === null || next === '';
    const batch = batchFrom(VENDOR, draft, read, 1);
    yield isLast ? batch : { ...batch, share: reached(batch.bars, symbols, request) };
    if (isLast) return;
    if (seen.has(next)) throw new VendorError(VENDOR, 'unexpected', `${placeOf(url.href)} gave the same page token twice`);
    seen.add(next);
    token = next;
  }
  throw new VendorError(VENDOR, 'unexpected', `${placeOf(url.href)} gave more than ${PAGES_MAX} pages`);
}

function pageUrl(
  baseUrl: string,
  { timeframe, feed, adjustment, asOf }: BarRequest,
  symbols: readonly Ticker[],
  { first, last }: { readonly first: number; readonly last: number },
): URL {
  const url = new URL(`${baseUrl}/v2/stocks/bars`);
  const parameters = {
    symbols: symbols.join(','),
    timeframe: TIMEFRAMES[timeframe],
    // Both ends are included by Alpaca, too.
    start: new Date(first).toISOString(),
    end: new Date(last).toISOString(),
    limit: String(BARS_PER_PAGE),
    adjustment,
    feed,
    sort: 'asc',
    ...(asOf === undefined ? {} : { asof: asOf }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

function takeBar(draft: BatchDraft, symbol: Ticker | undefined, name: string, bar: z.infer<typeof BAR>): void {
  const start = readRfc3339(bar.t);
  if (symbol === undefined) return setAside(draft, name, bar.t, 'other-symbol');
  if (start === undefined) return setAside(draft, name, bar.t, 'off-grid');
  if (!isNear(draft, start.ms)) return undefined;
  const { request, calendar } = draft.context;
  const row: PrintedRow = {
    symbol,
    printed: bar.t,
    start: request.timeframe === '1d' ? { date: dateOfMidnight(start.ms, calendar) } : start,
    open: bar.o,
    high: bar.h,
    low: bar.l,
    close: bar.c,
    volume: bar.v,
  };
  return addRow(draft, row);
}

/** How much of the symbols a page has come to, as they come one after the other. */
function reached(bars: BarBatch['bars'], symbols: readonly Ticker[], { from, to }: BarRequest): number {
  const last = bars.at(-1);
  if (last === undefined) return 0;
  return (symbols.indexOf(last.symbol) + (last.t - from) / (to - from)) / symbols.length;
}

function pageOf(answer: RawAnswer, feed: string): z.infer<typeof PAGE> {
  if (answer.status !== 200) throw alpacaRefusal(answer, feed);
  return shapedAs(VENDOR, PAGE, jsonOf(VENDOR, answer), answer);
}
