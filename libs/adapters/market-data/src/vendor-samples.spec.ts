import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { newYorkAt } from '../../../../tools/testing/new-york-clock.ts';
import { referencePath, withReference } from '../../../../tools/testing/reference-data.ts';
import { replayServer, type ReplayServer } from '../../../../tools/testing/replay-server.ts';
import { batchesOf, opened, requestOf } from './testing/opened-vendor.ts';
import { SCENES } from './testing/vendor-scenes.ts';
import type { Vendor, VendorTimeframe } from './vendor-bars.ts';
import { VendorError } from './vendor-error.ts';

// What vendors answered, or print in their documentation; SOURCES.tsv there says which is which.
const SAMPLES = referencePath('specs/samples');

/** Symbol, minute or day, and what the bars are: New York time of the close, open, high, low, close, volume. */
const READINGS: readonly (readonly [
  file: string,
  vendor: Vendor,
  symbol: string,
  dates: readonly [string, string],
  timeframe: VendorTimeframe,
  bars: readonly (readonly [string, string, ...number[]])[],
])[] = [
  [
    'alpaca/data/v2.stocks.bars.bars.json',
    'alpaca',
    'AAPL',
    ['2022-01-03', '2022-01-03'],
    '1m',
    [['2022-01-03', '04:01', 178.26, 178.26, 178.21, 178.21, 1118]],
  ],
  [
    'alphavantage/daily.json',
    'alphavantage',
    'MSFT',
    ['2017-08-11', '2017-08-11'],
    '1d',
    [['2017-08-11', '16:00', 71.61, 72.7, 71.28, 72.5, 21_121_250]],
  ],
  [
    'alphavantage/adjusted.json',
    'alphavantage',
    'MSFT',
    ['2017-08-11', '2017-08-11'],
    '1d',
    [['2017-08-11', '16:00', 71.61, 72.7, 71.28, 72.5, 21_121_250]],
  ],
  [
    'alphavantage/daily_adjusted.csv',
    'alphavantage',
    'MSFT',
    ['2017-08-11', '2017-08-11'],
    '1d',
    [['2017-08-11', '16:00', 71.61, 72.7, 71.28, 72.5, 21_121_250]],
  ],
  [
    'alphavantage/intraday.json',
    'alphavantage',
    'MSFT',
    ['2017-08-11', '2017-08-11'],
    '1m',
    [['2017-08-11', '16:01', 72.495, 72.53, 72.45, 72.5, 2_262_503]],
  ],
  [
    'alphavantage/intraday.csv',
    'alphavantage',
    'IBM',
    ['2026-11-20', '2026-11-20'],
    '1m',
    [
      ['2026-11-20', '19:51', 299.95, 300, 299.9, 300, 85],
      ['2026-11-20', '19:56', 300, 300.1, 299.9, 300.05, 120],
    ],
  ],
  [
    'finnhub/candle.json',
    'finnhub',
    'AAPL',
    ['2019-09-24', '2019-09-26'],
    '1d',
    [
      ['2019-09-24', '16:00', 221.03, 222.49, 217.19, 217.68, 33_463_820],
      ['2019-09-25', '16:00', 218.55, 221.5, 217.1402, 221.03, 24_018_876],
      ['2019-09-26', '16:00', 220, 220.94, 218.83, 219.89, 20_730_608],
    ],
  ],
  ['finnhub/candle.no_data.json', 'finnhub', 'AAPL', ['2019-09-24', '2019-09-26'], '1d', []],
  [
    'yahoo/chart_daily_AAPL_2020-01-02.json',
    'yahoo',
    'AAPL',
    ['2020-01-02', '2020-01-02'],
    '1d',
    [['2020-01-02', '16:00', 74.05999755859375, 75.1500015258789, 73.79750061035156, 75.0875015258789, 135_480_400]],
  ],
  [
    'yahoo/chart_split_dividend_AAPL_trimmed.json',
    'yahoo',
    'AAPL',
    ['2020-08-31', '2020-08-31'],
    '1d',
    [['2020-08-31', '16:00', 127.58000183105469, 131, 126, 129.0399932861328, 225_702_700]],
  ],
  [
    'yahoo/constructed.chart_1m_prepost_nulls.json',
    'yahoo',
    'AAPL',
    ['2026-11-20', '2026-11-20'],
    '1m',
    [
      ['2026-11-20', '09:30', 299.9, 300, 299.8, 299.95, 0],
      ['2026-11-20', '09:31', 300, 300.2, 299.9, 300.1, 1_500_000],
      ['2026-11-20', '09:33', 300.1, 300.2, 300, 300.15, 210_000],
    ],
  ],
  ['yahoo/constructed.empty.json', 'yahoo', 'AAPL', ['2026-11-20', '2026-11-20'], '1m', []],
];

const REFUSALS: readonly (readonly [file: string, vendor: Vendor, status: number, problem: VendorError['problem']])[] = [
  ['alpaca/errors/401.unauthorized.json', 'alpaca', 401, 'unauthorised'],
  ['alpaca/errors/403.sip_subscription.json', 'alpaca', 403, 'plan'],
  ['alpaca/errors/429.rate_limit.json', 'alpaca', 429, 'throttled'],
  ['alphavantage/demo_key.json', 'alphavantage', 200, 'plan'],
  ['alphavantage/error_message.json', 'alphavantage', 200, 'unknown-symbol'],
  ['alphavantage/throttle.information_daily.json', 'alphavantage', 200, 'quota'],
  ['alphavantage/throttle.note_legacy.json', 'alphavantage', 200, 'throttled'],
  ['finnhub/401.json', 'finnhub', 401, 'unauthorised'],
  ['finnhub/403.json', 'finnhub', 403, 'plan'],
  ['finnhub/429.json', 'finnhub', 429, 'throttled'],
  ['yahoo/404.not_found.json', 'yahoo', 404, 'unknown-symbol'],
  ['yahoo/429.txt', 'yahoo', 429, 'throttled'],
];

withReference(SAMPLES, 'reads the samples of every vendor', () => {
  describe('a sample', () => {
    let server: ReplayServer;
    beforeAll(async () => {
      server = await replayServer();
    });
    afterAll(() => server.close());
    const textOf = (file: string): string => readFileSync(referencePath('specs/samples', file), 'utf8');
    const sceneOf = (vendor: Vendor) => SCENES.find((scene) => scene.vendor === vendor) ?? { vendor, env: {} };
    const now = (): number => newYorkAt('2026-11-25', '12:00');

    it.each(READINGS)('%s is read to the bar', async (file, vendor, symbol, dates, timeframe, expected) => {
      // A page with a token is followed; the next one is the last.
      server.answerWith((_, n) => ({ body: n === 0 ? textOf(file) : '{"bars":{},"next_page_token":null}' }));
      const batches = await batchesOf(
        opened(sceneOf(vendor), server.base, { now }),
        requestOf({ vendor }, [symbol], dates, timeframe),
      );
      const read = batches.flatMap(({ bars }) =>
        bars.map(({ t, open, high, low, close, volume }) => [t, open, high, low, close, volume]),
      );
      expect(read).toEqual(expected.map(([date, time, ...figures]) => [newYorkAt(date, time), ...figures]));
    });

    it.each(REFUSALS)('%s is an error', async (file, vendor, status, problem) => {
      server.answerWith(() => ({ status, body: textOf(file) }));
      const request = requestOf({ vendor }, ['IBM'], ['2026-11-20', '2026-11-20']);
      const error: unknown = await batchesOf(opened(sceneOf(vendor), server.base, { now }), request).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(VendorError);
      expect(error).toMatchObject({ problem });
    });
  });
});
