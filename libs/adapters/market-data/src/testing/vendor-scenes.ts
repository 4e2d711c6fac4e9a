import { newYorkShows } from '../../../../../tools/testing/new-york-clock.ts';
import type { Reply } from '../../../../../tools/testing/replay-server.ts';
import type { Vendor, VendorTimeframe } from '../vendor-bars.ts';

/** A bar as a vendor would hold it, figures as it would print them; `start` in epoch ms. */
export interface HeldBar {
  readonly symbol: string;
  readonly start: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
}

/** How a vendor answers, made up to the shape of its documentation and of recorded answers. */
export interface VendorScene {
  readonly name: string;
  readonly vendor: Vendor;
  readonly format?: 'csv' | 'json';
  readonly env: Readonly<Record<string, string>>;
  /** an answer with those of the bars that the request is for */
  readonly answer: (url: URL, bars: readonly HeldBar[]) => string;
  /** whether one answer can say the same twice */
  readonly canRepeat: boolean;
  /** how BRK.B is asked for */
  readonly classShare: string;
  /** an answer without bars, for a request of which there are none */
  readonly empty: string;
  /** the same answer with a word where a figure has to be */
  readonly wrongType: (body: string) => string;
  /** answers that refuse for good */
  readonly refusals: readonly (readonly [problem: string, reply: Reply])[];
  readonly throttled: Reply;
}

const json = (document: unknown): string => JSON.stringify(document);
/** Figures without quotes, digit for digit. */
const bare = (text: string): string => text.replaceAll(/"#([^"]*)"/g, '$1');
const firstFigure = /(?<=[:[,])\s*-?\d+\.\d+/;
const said = (message: string, status: number, field = 'message'): Reply => ({ status, body: json({ [field]: message }) });

/** Whether a start lies in the request, epoch seconds, both included. */
const within = (start: number, from: number, to: number): boolean => start >= from && start <= to;

const ALPACA_SCENE: VendorScene = {
  name: 'alpaca',
  vendor: 'alpaca',
  env: { APCA_API_KEY_ID: 'PKALPACAKEY000001', APCA_API_SECRET_KEY: 'alpaca/secret+of=tests' },
  canRepeat: true,
  classShare: 'BRK.B',
  empty: json({ bars: {}, next_page_token: null }),
  answer(url, bars) {
    const asked = (url.searchParams.get('symbols') ?? '').split(',');
    const [start, end] = ['start', 'end'].map((name) => Date.parse(url.searchParams.get(name) ?? ''));
    const chosen = bars.filter((bar) => asked.includes(bar.symbol) && within(bar.start, start ?? 0, end ?? 0));
    const row = ({ start: at, open, high, low, close, volume }: HeldBar) => ({
      ...{ t: new Date(at).toISOString().replace('.000Z', 'Z'), o: `#${open}`, h: `#${high}`, l: `#${low}`, c: `#${close}` },
      ...{ v: `#${volume}`, n: 3, vw: `#${close}` },
    });
    const names = [...new Set(chosen.map(({ symbol }) => symbol))];
    const listed = Object.fromEntries(names.map((name) => [name, chosen.filter(({ symbol }) => symbol === name).map(row)]));
    return bare(json({ bars: listed, next_page_token: null }));
  },
  wrongType: (body) => body.replace(firstFigure, '"none"'),
  refusals: [
    ['unauthorised', said('unauthorised.', 401)],
    ['unauthorised', said('forbidden.', 403)],
    ['plan', said('subscription does not permit querying recent SIP data', 403)],
    ['refused', said('invalid symbol(s): %', 400)],
    ['refused', { status: 302, headers: { location: 'https://elsewhere.test/' } }],
    ['unexpected', { body: '{}' }],
    ['unexpected', { body: '[]' }],
  ],
  throttled: said('too many requests.', 429),
};

const FINNHUB_SCENE: VendorScene = {
  name: 'finnhub',
  vendor: 'finnhub',
  env: { FINNHUB_API_KEY: 'finnhubkey0000000001' },
  canRepeat: true,
  classShare: 'BRK.B',
  empty: json({ s: 'no_data' }),
  answer(url, bars) {
    const [from, to] = ['from', 'to'].map((name) => Number(url.searchParams.get(name)) * 1000);
    const chosen = bars.filter((bar) => bar.symbol === url.searchParams.get('symbol') && within(bar.start, from ?? 0, to ?? 0));
    if (chosen.length === 0) return json({ s: 'no_data' });
    const column = (of: (bar: HeldBar) => string): string[] => chosen.map((bar) => `#${of(bar)}`);
    return bare(
      json({
        ...{ c: column((b) => b.close), h: column((b) => b.high), l: column((b) => b.low), o: column((b) => b.open), s: 'ok' },
        ...{ t: chosen.map((bar) => bar.start / 1000), v: column((b) => b.volume) },
      }),
    );
  },
  wrongType: (body) => body.replace(firstFigure, '"none"'),
  refusals: [
    ['unauthorised', said('Invalid API key', 401, 'error')],
    ['plan', said("You don't have access to this resource.", 403, 'error')],
    ['plan', said("You don't have access to this resource.", 401, 'error')],
    ['refused', said('wrong', 200, 'error')],
    ['unexpected', { body: '{"s":"maybe"}' }],
    ['unexpected', { body: '{"s":"ok","t":[1],"o":[1],"h":[1],"l":[1],"c":[],"v":[1]}' }],
  ],
  throttled: said('API limit reached. Please try again later. Remaining Limit: 0', 429, 'error'),
};

const YAHOO_META = { exchangeTimezoneName: 'America/New_York', gmtoffset: -14400, currency: 'USD' };
const ofDays = (url: URL): VendorTimeframe => (url.searchParams.get('interval') === '1d' ? '1d' : '1m');

const YAHOO_SCENE: VendorScene = {
  name: 'yahoo',
  vendor: 'yahoo',
  env: {},
  canRepeat: true,
  classShare: 'BRK-B',
  empty: json({
    chart: {
      result: [{ meta: { symbol: 'BRK-B', dataGranularity: '1m', ...YAHOO_META }, indicators: { quote: [{}] } }],
      error: null,
    },
  }),
  answer(url, bars) {
    const symbol = url.pathname.split('/').at(-1) ?? '';
    const [from, to] = ['period1', 'period2'].map((name) => Number(url.searchParams.get(name)) * 1000);
    const chosen = bars.filter((bar) => bar.symbol.replace('.', '-') === symbol && within(bar.start, from ?? 0, (to ?? 0) - 1));
    const column = (of: (bar: HeldBar) => string): string[] => chosen.map((bar) => `#${of(bar)}`);
    const quote = {
      ...{ open: column((b) => b.open), high: column((b) => b.high), low: column((b) => b.low) },
      ...{ close: column((b) => b.close), volume: column((b) => b.volume) },
    };
    const meta = { symbol, dataGranularity: ofDays(url), tradingPeriods: { regular: [[]] }, ...YAHOO_META };
    const result = chosen.length === 0 ? { meta, indicators: { quote: [{}] } } : undefined;
    const full = { meta, timestamp: chosen.map((bar) => bar.start / 1000), indicators: { quote: [quote] } };
    return bare(json({ chart: { result: [result ?? full], error: null } }));
  },
  wrongType: (body) => body.replace(/(?<="open":\[)-?[\d.]+/, '"none"'),
  refusals: [
    [
      'unknown-symbol',
      { status: 404, body: json({ chart: { result: null, error: { code: 'Not Found', description: 'No data found' } } }) },
    ],
    [
      'refused',
      { status: 422, body: json({ chart: { result: null, error: { code: 'Unprocessable Entity', description: '1m' } } }) },
    ],
    ['refused', { status: 302, headers: { location: 'https://consent.yahoo.test/' } }],
    ['unexpected', { body: json({ chart: { result: [], error: null } }) }],
  ],
  throttled: { status: 429, body: 'Too Many Requests\r\n', headers: { 'content-type': 'text/plain' } },
};

function alphaVantage(format: 'csv' | 'json'): VendorScene {
  const chosenOf = (url: URL, bars: readonly HeldBar[]): readonly HeldBar[] => {
    const month = url.searchParams.get('month') ?? '';
    const symbol = url.searchParams.get('symbol');
    const chosen = bars.filter((bar) => bar.symbol.replace('.', '-') === symbol && newYorkShows(bar.start).startsWith(month));
    return chosen.reverse();
  };
  const timeOf = (url: URL, start: number): string =>
    url.searchParams.get('function') === 'TIME_SERIES_DAILY' ? newYorkShows(start).slice(0, 10) : `${newYorkShows(start)}:00`;
  const asCsv = (url: URL, bars: readonly HeldBar[]): string =>
    [
      'timestamp,open,high,low,close,volume',
      ...bars.map((bar) => [timeOf(url, bar.start), bar.open, bar.high, bar.low, bar.close, bar.volume].join(',')),
      '',
    ].join('\r\n');
  const asJson = (url: URL, bars: readonly HeldBar[]): string => {
    const row = ({ open, high, low, close, volume }: HeldBar) => ({
      ...{ '1. open': open, '2. high': high, '3. low': low, '4. close': close, '5. volume': volume },
    });
    const series = Object.fromEntries(bars.map((bar) => [timeOf(url, bar.start), row(bar)]));
    return json({ 'Meta Data': { '6. Time Zone': 'US/Eastern' }, 'Time Series (1min)': series });
  };
  return {
    name: `alphavantage, ${format}`,
    vendor: 'alphavantage',
    format,
    env: { ALPHAVANTAGE_API_KEY: 'ALPHAKEY00000001' },
    canRepeat: format === 'csv',
    classShare: 'BRK-B',
    empty: format === 'csv' ? 'timestamp,open,high,low,close,volume\r\n' : asJson(new URL('http://none.test'), []),
    answer: (url, bars) => (format === 'csv' ? asCsv : asJson)(url, chosenOf(url, bars)),
    wrongType: (body) => body.replace(format === 'csv' ? /(?<=:00,)[\d.]+/ : /(?<="1. open":")[\d.]+/, 'none'),
    refusals: [
      [
        'quota',
        said('We have detected your API key as *** and our standard API rate limit is 25 requests per day.', 200, 'Information'),
      ],
      ['plan', said('Thank you for using Alpha Vantage! This is a premium endpoint.', 200, 'Information')],
      ['refused', said('Something new.', 200, 'Information')],
      ['unauthorised', said('the parameter apikey is invalid or missing.', 200, 'Error Message')],
      ['unknown-symbol', said('Invalid API call. Please retry or visit the documentation', 200, 'Error Message')],
      ['unexpected', { body: '{}' }],
      ['unexpected', { body: json({ 'Meta Data': { '6. Time Zone': 'Europe/London' }, 'Time Series (1min)': {} }) }],
    ],
    throttled: said('Our standard API call frequency is 5 calls per minute and 500 calls per day.', 200, 'Note'),
  };
}

/** Every adapter, with how its vendor answers. */
export const SCENES: readonly VendorScene[] = [
  ALPACA_SCENE,
  alphaVantage('csv'),
  alphaVantage('json'),
  FINNHUB_SCENE,
  YAHOO_SCENE,
];
