import { compareText, epochMs, type Ticker } from '@aitrader/model';
import { seriesOf, type SeriesRow } from './alpha-vantage-answer.ts';
import { addRow, isNear, newBatch, setAside, startsOf, type BatchDraft } from './bar-batch.ts';
import type { BarBatch, BarRequest, MarketCalendar, VendorBars, VendorCapability } from './vendor-bars.ts';
import { VendorError } from './vendor-error.ts';
import { batchFrom, clockBehind, isStillGood, type VendorHost } from './vendor-host.ts';
import { hyphenatedSymbol } from './vendor-symbol.ts';
import { readNaiveTime } from './vendor-time.ts';

/*
 * Alpha Vantage's `GET /query`: minutes by the month, days in one series. Times are New York wall-clock times that mark the start; the
 * newest comes first.
 */

const VENDOR = 'alphavantage';

export const ALPHA_VANTAGE: VendorCapability = {
  vendor: VENDOR,
  title: 'Alpha Vantage',
  keys: ['ALPHAVANTAGE_API_KEY'],
  baseUrl: { variable: 'AITRADER_ALPHAVANTAGE_URL', url: 'https://www.alphavantage.co' },
  // The free plan has bars at the end of the day.
  feeds: [{ feed: 'alphavantage', history: true, sessions: ['PRE', 'RTH', 'POST'], delayMs: 0, coverage: 'part' }],
  history: {
    '1m': { adjustments: ['raw', 'all'], since: '2000-01-01' },
    '1d': { adjustments: ['raw'], since: undefined },
  },
  symbolsPerRequest: 1,
  daysPerRequest: 31,
  rate: { perMinute: 5, burst: 1, perDay: 25 },
  fallbackOnly: false,
};

/** Days that reach over less than the hundred sessions of a compact answer, holidays and all. */
const COMPACT_DAYS = 130;
const DAY_MS = 86_400_000;

/** Alpha Vantage's history; as JSON it is four times as long, but says its time zone and where it ends. */
export function alphaVantageBars(host: VendorHost, format: 'csv' | 'json' = 'json'): VendorBars {
  return { capability: ALPHA_VANTAGE, bars: (request) => bars(host, request, format), serverClock: host.http.serverClock };
}

async function* bars(
  { http, calendar, baseUrl, now }: VendorHost,
  request: BarRequest,
  format: 'csv' | 'json',
): AsyncGenerator<BarBatch> {
  const series =
    request.timeframe === '1d' ? [dailySeries(request, now())] : monthsOf(request, calendar).map(monthSeries(request));
  const symbols = [...new Set(request.symbols)].sort(compareText);
  const total = symbols.length * series.length;
  let done = 0;
  for (const symbol of symbols) {
    const name = hyphenatedSymbol(symbol);
    if (name === undefined) throw new VendorError(VENDOR, 'unknown-symbol', `how Alpha Vantage writes ${symbol} is not known`);
    for (const parameters of series) {
      const url = new URL(`${baseUrl}/query`);
      for (const [key, value] of Object.entries({ ...parameters, symbol: name, datatype: format }))
        url.searchParams.set(key, value);
      const read = await http.ask({ url, isStillGood: isStillGood(request) }, seriesOf);
      const draft = newBatch({ request, calendar, now: clockBehind(read.receivedAt, http.serverClock()) });
      for (const row of read.value.toReversed()) takeRow(draft, symbol, row);
      yield batchFrom(VENDOR, draft, read, ++done / total);
    }
  }
}

type Parameters = Readonly<Record<string, string>>;

const dailySeries = ({ from }: BarRequest, now: number): Parameters => ({
  function: 'TIME_SERIES_DAILY',
  outputsize: now - from < COMPACT_DAYS * DAY_MS ? 'compact' : 'full',
});

const monthSeries =
  ({ adjustment }: BarRequest) =>
  (month: string): Parameters => ({
    function: 'TIME_SERIES_INTRADAY',
    interval: '1min',
    month,
    outputsize: 'full',
    extended_hours: 'true',
    adjusted: String(adjustment !== 'raw'),
  });

/** Months `YYYY-MM` of New York that a request reaches into. */
function monthsOf(request: BarRequest, calendar: MarketCalendar): readonly string[] {
  const { first, last } = startsOf(request, calendar);
  const end = calendar.dateOf(last).slice(0, 7);
  const months: string[] = [];
  for (let month = calendar.dateOf(first).slice(0, 7); month <= end; month = monthAfter(month)) months.push(month);
  return months;
}

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

function takeRow(draft: BatchDraft, symbol: Ticker, { time, ...figures }: SeriesRow): void {
  const read = readNaiveTime(time);
  if (read === undefined || read.seconds !== 0) return setAside(draft, symbol, time, 'off-grid');
  const { request, calendar } = draft.context;
  const { date, minuteOfDay } = read;
  if (!isNear(draft, Date.parse(`${date}T12:00:00Z`))) return undefined;
  const start = request.timeframe === '1d' ? { date } : { ms: epochMs(calendar.instantOf(date, minuteOfDay)), exact: true };
  return addRow(draft, { symbol, printed: time, start, ...figures });
}
