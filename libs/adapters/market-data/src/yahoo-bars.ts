import { z } from 'zod';
import { epochMs, type Ticker } from '@aitrader/model';
import { addRow, isNear, newBatch, setAside, type BatchDraft } from './bar-batch.ts';
import type { RawAnswer } from './raw-store.ts';
import { eachWindow, type Window } from './request-windows.ts';
import { jsonOf, placeOf, refusalOf, shapedAs, unexpected } from './vendor-answer.ts';
import type { BarBatch, BarRequest, VendorBars, VendorCapability } from './vendor-bars.ts';
import { quotedAnswer, VendorError } from './vendor-error.ts';
import { batchFrom, clockBehind, isStillGood, type VendorHost } from './vendor-host.ts';
import { hyphenatedSymbol } from './vendor-symbol.ts';

/*
 * Yahoo's chart, version 8: not official, and without keys. Rows may be null, doubled, off the grid or to come; the closing auction
 * has a row of its own; `meta.gmtoffset` is today's and says nothing about a bar. Prices are adjusted for splits, and have the digits
 * of single-precision numbers.
 */

const VENDOR = 'yahoo';
const NEW_YORK = 'America/New_York';
/** Yahoo refuses programs that do not say what they are. */
export const YAHOO_HEADERS = { 'user-agent': 'Mozilla/5.0 (compatible; aitrader)', accept: 'application/json' };

export const YAHOO: VendorCapability = {
  vendor: VENDOR,
  title: 'Yahoo',
  keys: [],
  baseUrl: { variable: 'AITRADER_YAHOO_URL', url: 'https://query2.finance.yahoo.com' },
  feeds: [{ feed: 'yahoo', history: true, sessions: ['PRE', 'RTH', 'POST'], delayMs: 0, coverage: 'part' }],
  history: {
    '1m': { adjustments: ['split'], since: 7 },
    '1d': { adjustments: ['split'], since: undefined },
  },
  symbolsPerRequest: 1,
  daysPerRequest: 7,
  rate: { perMinute: 30, burst: 5 },
  fallbackOnly: true,
};

const NULLABLE = z.array(z.number().nullable());
const RESULT = z.looseObject({
  meta: z.looseObject({ symbol: z.string(), exchangeTimezoneName: z.string(), dataGranularity: z.string() }),
  timestamp: z.array(z.number()).nullish(),
  indicators: z.looseObject({
    quote: z.array(
      z.looseObject({
        open: NULLABLE.optional(),
        high: NULLABLE.optional(),
        low: NULLABLE.optional(),
        close: NULLABLE.optional(),
        volume: NULLABLE.optional(),
      }),
    ),
  }),
});
const REFUSAL = z.looseObject({ code: z.string(), description: z.string().nullish() });
const CHART = z.looseObject({
  chart: z.looseObject({ result: z.array(RESULT).nullable(), error: REFUSAL.nullable() }),
});
const REFUSED_CHART = z.looseObject({ chart: z.looseObject({ error: REFUSAL }) });

/** Columns of one length, one row for each timestamp. */
interface Rows {
  readonly t: readonly number[];
  readonly open: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  readonly low: readonly (number | null)[];
  readonly close: readonly (number | null)[];
  readonly volume: readonly (number | null)[];
}

/** Yahoo's history: a fallback. */
export function yahooBars(host: VendorHost): VendorBars {
  return { capability: YAHOO, bars: (request) => bars(host, request), serverClock: host.http.serverClock };
}

async function* bars({ http, calendar, baseUrl }: VendorHost, request: BarRequest): AsyncGenerator<BarBatch> {
  for (const { symbol, window, share } of eachWindow(request, calendar, YAHOO.daysPerRequest)) {
    const name = hyphenatedSymbol(symbol);
    if (name === undefined) throw new VendorError(VENDOR, 'unknown-symbol', `how Yahoo writes ${symbol} is not known`);
    const url = chartUrl(baseUrl, request, name, window);
    const read = await http.ask({ url, isStillGood: isStillGood(request) }, (answer) => rowsOf(answer, name, request));
    const draft = newBatch({ request, calendar, now: clockBehind(read.receivedAt, http.serverClock()) });
    takeRows(draft, symbol, read.value);
    yield batchFrom(VENDOR, draft, read, share);
  }
}

function chartUrl(baseUrl: string, { timeframe }: BarRequest, name: string, { first, last }: Window): URL {
  const url = new URL(`${baseUrl}/v8/finance/chart/${encodeURIComponent(name)}`);
  const parameters = {
    period1: String(Math.floor(first / 1000)),
    // The end is not included.
    period2: String(Math.floor(last / 1000) + 60),
    interval: timeframe,
    includePrePost: String(timeframe === '1m'),
    events: 'div|split',
  };
  for (const [key, value] of Object.entries(parameters)) url.searchParams.set(key, value);
  return url;
}

function rowsOf(answer: RawAnswer, name: string, { timeframe }: BarRequest): Rows {
  if (answer.status !== 200) throw refused(answer, name);
  const { chart } = shapedAs(VENDOR, CHART, jsonOf(VENDOR, answer), answer);
  if (chart.error !== null) throw saidNo(answer, name, chart.error);
  const [result] = chart.result ?? [];
  if (result === undefined) throw unexpected(VENDOR, answer, 'it has neither a result nor an error');
  const { symbol, exchangeTimezoneName: zone, dataGranularity } = result.meta;
  if (symbol !== name) throw unexpected(VENDOR, answer, `it is about ${symbol}, not ${name}`);
  if (zone !== NEW_YORK) throw new VendorError(VENDOR, 'refused', `${name} trades in ${zone}: only US listings are taken`);
  if (dataGranularity !== timeframe) throw unexpected(VENDOR, answer, `its bars are of ${dataGranularity}, not ${timeframe}`);
  const t = result.timestamp ?? [];
  const [quote = {}] = result.indicators.quote;
  const { open = [], high = [], low = [], close = [], volume = [] } = quote;
  if ([open, high, low, close, volume].some((column) => column.length !== t.length))
    throw unexpected(VENDOR, answer, 'its columns are not of one length');
  return { t, open, high, low, close, volume };
}

function takeRows(draft: BatchDraft, symbol: Ticker, rows: Rows): void {
  const { request, calendar } = draft.context;
  const isDaily = request.timeframe === '1d';
  const opensAt = (seconds: number): boolean => seconds * 1000 === calendar.instantOf(dateOf(draft, seconds), OPEN_MINUTE);
  const all = [...rows.t.entries()].filter(([, seconds]) => isNear(draft, seconds * 1000));
  // A day has a row at its open, and at times a live one beside it: the former is to count.
  const ordered = isDaily ? [...all.filter(([, at]) => !opensAt(at)), ...all.filter(([, at]) => opensAt(at))] : all;
  for (const [i, seconds] of ordered) {
    const figures = figuresAt(rows, i);
    const printed = String(seconds);
    if (figures === undefined) setAside(draft, symbol, printed, 'no-price');
    else if (!isDaily && isClosingPrint(draft, seconds, figures)) setAside(draft, symbol, printed, 'closing-print');
    else {
      const start = isDaily ? { date: dateOf(draft, seconds) } : { ms: seconds * 1000, exact: true };
      addRow(draft, { symbol, printed, start, ...figures });
    }
  }
}

type Figures = Readonly<Record<'open' | 'high' | 'low' | 'close' | 'volume', number>>;

/** The figures of a row; undefined where one of them is null. */
function figuresAt(rows: Rows, i: number): Figures | undefined {
  const at = (column: readonly (number | null)[]): number => column[i] ?? NaN;
  const figures = { open: at(rows.open), high: at(rows.high), low: at(rows.low), close: at(rows.close), volume: at(rows.volume) };
  return Object.values(figures).some(Number.isNaN) ? undefined : figures;
}

const OPEN_MINUTE = 9 * 60 + 30;
const dateOf = ({ context }: BatchDraft, seconds: number): string => context.calendar.dateOf(epochMs(seconds * 1000));
/** The auction prints one price at the very close, and its volume is not told. */
const isClosingPrint = (draft: BatchDraft, seconds: number, { high, low, volume }: Figures): boolean =>
  volume === 0 && high === low && draft.context.calendar.closeOf(dateOf(draft, seconds)) === seconds * 1000;

function refused(answer: RawAnswer, name: string): VendorError {
  try {
    const parsed = REFUSED_CHART.safeParse(JSON.parse(answer.body));
    if (parsed.success && answer.status < 429) return saidNo(answer, name, parsed.data.chart.error);
  } catch {
    // no JSON: a text or a page
  }
  return refusalOf(VENDOR, answer, answer.body) ?? new VendorError(VENDOR, 'refused', placeOf(answer.url));
}

function saidNo({ url, status }: RawAnswer, name: string, { code, description }: z.infer<typeof REFUSAL>): VendorError {
  const text = `${placeOf(url)} answered ${status}: ${quotedAnswer(`${code}: ${description ?? ''}`)}`;
  if (code === 'Not Found') return new VendorError(VENDOR, 'unknown-symbol', `has no ${name}: ${text}`);
  return new VendorError(VENDOR, 'refused', text);
}
