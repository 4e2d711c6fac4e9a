import { z } from 'zod';
import { epochMs, type Ticker } from '@aitrader/model';
import { addRow, dateOfMidnight, isNear, newBatch, type BatchDraft } from './bar-batch.ts';
import type { RawAnswer } from './raw-store.ts';
import { eachWindow, type Window } from './request-windows.ts';
import { jsonOf, placeOf, refusalOf, saidIn, shapedAs, unexpected } from './vendor-answer.ts';
import type { BarBatch, BarRequest, VendorBars, VendorCapability } from './vendor-bars.ts';
import { quotedAnswer, VendorError } from './vendor-error.ts';
import { batchFrom, clockBehind, isStillGood, type VendorHost } from './vendor-host.ts';

/*
 * Finnhub's `GET /stock/candle`. Candles take a paid plan: with the keys of the free one the answer is 403 for ever. Daily prices are
 * split-adjusted, those of minutes are not.
 */

const VENDOR = 'finnhub';

export const FINNHUB: VendorCapability = {
  vendor: VENDOR,
  title: 'Finnhub',
  keys: ['FINNHUB_API_KEY'],
  baseUrl: { variable: 'AITRADER_FINNHUB_URL', url: 'https://finnhub.io/api/v1' },
  feeds: [{ feed: 'finnhub', history: true, sessions: ['PRE', 'RTH', 'POST'], delayMs: 0, coverage: 'part' }],
  history: {
    '1m': { adjustments: ['raw'], since: undefined },
    '1d': { adjustments: ['split'], since: undefined },
  },
  symbolsPerRequest: 1,
  daysPerRequest: 30,
  rate: { perMinute: 60, burst: 10 },
  fallbackOnly: false,
};

const RESOLUTIONS = { '1m': '1', '1d': 'D' } as const;
const NUMBERS = z.array(z.number());
const CANDLES = z.discriminatedUnion('s', [
  z.looseObject({ s: z.literal('ok'), t: NUMBERS, o: NUMBERS, h: NUMBERS, l: NUMBERS, c: NUMBERS, v: NUMBERS }),
  z.looseObject({ s: z.literal('no_data') }),
]);
const REFUSAL = z.looseObject({ error: z.string() });

type Candles = z.infer<typeof CANDLES>;

/** Finnhub's history. */
export function finnhubBars(host: VendorHost): VendorBars {
  return { capability: FINNHUB, bars: (request) => bars(host, request), serverClock: host.http.serverClock };
}

async function* bars({ http, calendar, baseUrl }: VendorHost, request: BarRequest): AsyncGenerator<BarBatch> {
  for (const { symbol, window, share } of eachWindow(request, calendar, FINNHUB.daysPerRequest)) {
    const url = candleUrl(baseUrl, request, symbol, window);
    const read = await http.ask({ url, isStillGood: isStillGood(request) }, candlesOf);
    const draft = newBatch({ request, calendar, now: clockBehind(read.receivedAt, http.serverClock()) });
    takeCandles(draft, symbol, read.value);
    yield batchFrom(VENDOR, draft, read, share);
  }
}

function candleUrl(baseUrl: string, { timeframe }: BarRequest, symbol: Ticker, { first, last }: Window): URL {
  const url = new URL(`${baseUrl}/stock/candle`);
  url.searchParams.set('symbol', symbol);
  url.searchParams.set('resolution', RESOLUTIONS[timeframe]);
  // Both ends are included; a daily candle may be stamped at any hour of its day.
  url.searchParams.set('from', String(Math.floor(first / 1000)));
  url.searchParams.set('to', String(Math.floor(last / 1000)));
  return url;
}

function candlesOf(answer: RawAnswer): Candles {
  if (answer.status !== 200) throw refused(answer, saidIn(answer, 'error'));
  const document = jsonOf(VENDOR, answer);
  const refusal = REFUSAL.safeParse(document);
  if (refusal.success) throw refused(answer, refusal.data.error);
  const candles = shapedAs(VENDOR, CANDLES, document, answer);
  if (candles.s === 'ok') {
    const { t, o, h, l, c, v } = candles;
    if ([o, h, l, c, v].some((column) => column.length !== t.length))
      throw unexpected(VENDOR, answer, 'its columns are not of one length');
  }
  return candles;
}

function takeCandles(draft: BatchDraft, symbol: Ticker, candles: Candles): void {
  if (candles.s === 'no_data') return;
  const { request, calendar } = draft.context;
  for (const [i, seconds] of candles.t.entries()) {
    const ms = seconds * 1000;
    if (!isNear(draft, ms)) continue;
    const at = (column: readonly number[]): number => column[i] ?? NaN;
    addRow(draft, {
      symbol,
      printed: String(seconds),
      start: request.timeframe === '1d' ? { date: dateOfMidnight(ms, calendar) } : { ms: epochMs(ms), exact: true },
      open: at(candles.o),
      high: at(candles.h),
      low: at(candles.l),
      close: at(candles.c),
      volume: at(candles.v),
    });
  }
}

function refused(answer: RawAnswer, said: string): VendorError {
  const { status, url } = answer;
  const place = `${placeOf(url)} answered ${status}: ${quotedAnswer(said)}`;
  if (status === 401 && !/access/i.test(said))
    return new VendorError(VENDOR, 'unauthorised', `does not accept the key of FINNHUB_API_KEY: ${place}`);
  if (status === 401 || status === 403)
    return new VendorError(
      VENDOR,
      'plan',
      `the plan of this key has no candles, which take a paid one; asking again does not help: ${place}`,
    );
  return refusalOf(VENDOR, answer, said) ?? new VendorError(VENDOR, 'refused', place);
}
