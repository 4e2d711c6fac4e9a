import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { itAgainst, referencePath } from '../../../../tools/testing/reference-data.ts';
import { barsOf, writtenFiles } from '../testing/written-files.ts';

// Every shape of JSON: a right reading, to the bar, and a broken variant with the right error. The prices are made up.

const { load, refusal } = writtenFiles();
const SAMPLES = referencePath('specs/samples');

describe('answers of Alpaca', () => {
  const bar = (t: string, c: unknown): object => ({ t, o: 10, h: 11, l: 9, c, v: 100, n: 3, vw: 10.1 });
  const ONE = {
    bars: [bar('2024-01-02T14:30:00Z', 10.5), bar('2024-01-02T14:31:00Z', 10.6)],
    symbol: 'AAPL',
    next_page_token: 'x',
  };
  const SECOND = { bars: [bar('2024-01-02T14:32:00.000000000Z', 10.7)], symbol: 'AAPL', next_page_token: null };
  const BARS = ['2024-01-02T14:31 10 11 9 10.5 100 AAPL', '2024-01-02T14:32 10 11 9 10.6 100 AAPL'];

  it('hold one symbol, or several, or are pages, in a list or a line each', async () => {
    const loaded = await load('bars.json', JSON.stringify(ONE, undefined, 2));
    expect(barsOf(loaded)).toEqual(BARS);
    expect(loaded.files).toMatchObject([{ shape: 'Alpaca bars', adjustment: 'unknown', stamp: 'start', isOwn: false }]);
    expect(loaded.sources).toMatchObject([{ name: 'bars.json', shape: 'Alpaca bars', adjustment: 'unknown' }]);
    const several = { bars: { AAPL: ONE.bars, MSFT: [bar('2024-01-02T14:30:00Z', 10.1)], NONE: null, 'BRK.B': [] } };
    expect(barsOf(await load('bars.json', JSON.stringify(several)))).toEqual([
      BARS[0],
      '2024-01-02T14:31 10 11 9 10.1 100 MSFT',
      BARS[1],
    ]);
    const pages = [...BARS, '2024-01-02T14:33 10 11 9 10.7 100 AAPL'];
    expect(barsOf(await load('pages.json', JSON.stringify([ONE, SECOND])))).toEqual(pages);
    const byLine = [ONE, { bars: {} }, { bars: null }, SECOND].map((page) => JSON.stringify(page)).join('\n');
    expect(barsOf(await load('pages.jsonl.gz', gzipSync(byLine)))).toEqual(pages);
  });

  it('may have no bars at all', async () => {
    for (const bars of [null, {}, [], { AAPL: null }])
      expect(await refusal('bars.json', JSON.stringify({ bars }))).toMatch(/no bars$|names no symbol/);
  });

  it('are refused by the path of what is wrong', async () => {
    const broken = { bars: { AAPL: [bar('2024-01-02T14:30:00Z', 10.5), bar('2024-01-02T14:31:00Z', 'x')] } };
    expect(await refusal('bars.json', JSON.stringify(broken))).toBe('bars.json: bars.AAPL[1]: close "x" is not a number');
    const late = { bars: { AAPL: [bar('2024-01-02T14:30:00Z', 10.5), bar('yesterday', 10)] } };
    expect(await refusal('bars.json', JSON.stringify(late))).toMatch(/^bars\.json: bars\.AAPL\[1\]: t "yesterday" is no time/);
    const twice = [ONE, ONE];
    expect(await refusal('bars.json', JSON.stringify(twice))).toMatch(
      /^bars\.json: \[1\]\.bars\[0\]: t "2024-01-02T14:30:00Z" is earlier than .* on bar 2/,
    );
    expect(
      await refusal('bars.json', JSON.stringify({ bars: [{ ...bar('2024-01-02T14:30:00Z', 10), h: 8 }], symbol: 'A' })),
    ).toBe('bars.json: bars[0]: high "8" is below the low 9');
    expect(await refusal('bars.json', JSON.stringify(ONE).slice(0, -9))).toMatch(
      /^bars\.json: looks like JSON, but is cut off or broken/,
    );
  });

  itAgainst(path.join(SAMPLES, 'alpaca'), 'are those of the vendor’s own samples', async () => {
    for (const name of ['v2.stocks.bars.bars.json', 'v2.stocks._symbol_.bars.bars.json']) {
      const loaded = await load(name, readFileSync(path.join(SAMPLES, 'alpaca/data', name)), { timeframe: '1m' });
      expect(barsOf(loaded)).toEqual(['2022-01-03T09:01 178.26 178.26 178.21 178.21 1118 AAPL']);
    }
  });
});

describe('JSON of Alpha Vantage', () => {
  const answer = (series: string, bars: object, zone = 'US/Eastern'): string =>
    JSON.stringify({ 'Meta Data': { '1. Information': 'x', '2. Symbol': 'IBM', '6. Time Zone': zone }, [series]: bars });
  const bar = (close: string) => ({
    '1. open': '30.0000',
    '2. high': '31.0000',
    '3. low': '29.0000',
    '4. close': close,
    '5. volume': '120',
  });

  it('is an object by time, whose order says nothing, in the zone that it names', async () => {
    const content = answer('Time Series (5min)', {
      '2026-07-20 19:50:00': bar('30.2000'),
      '2026-07-20 19:55:00': bar('30.3000'),
      '2026-07-20 19:45:00': bar('30.1000'),
    });
    const loaded = await load('x.json', content);
    expect(barsOf(loaded)).toEqual([
      '2026-07-20T23:50 30 31 29 30.1 120 IBM',
      '2026-07-20T23:55 30 31 29 30.2 120 IBM',
      '2026-07-21T00:00 30 31 29 30.3 120 IBM',
    ]);
    expect(loaded.files).toMatchObject([{ shape: 'Alpha Vantage intraday', adjustment: 'unknown', times: 'US/Eastern times' }]);
  });

  it('of days has raw prices, and an adjusted close that is left aside', async () => {
    const adjusted = {
      '1. open': '30',
      '2. high': '31',
      '3. low': '29',
      '4. close': '30.5',
      '5. adjusted close': '3.5',
      '6. volume': '7',
    };
    const loaded = await load('x.json', answer('Time Series (Daily)', { '2024-01-03': adjusted, '2024-01-02': adjusted }));
    expect(barsOf(loaded)).toEqual(['2024-01-02T21:00 30 31 29 30.5 7 IBM', '2024-01-03T21:00 30 31 29 30.5 7 IBM']);
    expect(loaded.files).toMatchObject([{ shape: 'Alpha Vantage daily', adjustment: 'raw', times: 'New York dates' }]);
  });

  it('is refused by the time of what is wrong, and in the vendor’s own words where it answered with them', async () => {
    expect(await refusal('x.json', answer('Time Series (5min)', { '2026-07-20 19:50:00': bar('-1') }))).toBe(
      'x.json: Time Series (5min)["2026-07-20 19:50:00"]: close "-1" is not a positive price',
    );
    expect(await refusal('x.json', '{"Information": "We have detected your key"}')).toBe(
      'x.json: has no bars, but an answer: "We have detected your key"',
    );
    expect(await refusal('x.json', answer('Weekly Time Series', {}))).toMatch(/^x\.json: looks like JSON, but of no bars/);
  });

  itAgainst(path.join(SAMPLES, 'alphavantage'), 'is that of the vendor’s own samples', async () => {
    const sample = (name: string): Buffer => readFileSync(path.join(SAMPLES, 'alphavantage', name));
    const intraday = await load('a.json', sample('intraday.json'), { timeframe: '1m' });
    expect(barsOf(intraday)).toEqual(['2017-08-11T20:01 72.495 72.53 72.45 72.5 2262503 MSFT']);
    for (const name of ['daily.json', 'adjusted.json']) {
      const daily = await load(name, sample(name), { timeframe: '1d' });
      expect(barsOf(daily)).toEqual(['2017-08-11T21:00 71.61 72.7 71.28 72.5 21121250 MSFT']);
    }
    for (const name of ['demo_key.json', 'error_message.json', 'throttle.note_legacy.json'])
      expect(await refusal(name, sample(name))).toMatch(/has no bars, but an answer: "/);
  });
});

describe('other JSON', () => {
  it('of Massive says whether it is adjusted', async () => {
    const results = [1704205800000, 1704205860000].map((t) => ({ t, o: 10, h: 11, l: 9, c: 10.5, v: 100 }));
    const loaded = await load('x.json', JSON.stringify({ ticker: 'AAPL', adjusted: false, results }));
    expect(barsOf(loaded)).toEqual(['2024-01-02T14:31 10 11 9 10.5 100 AAPL', '2024-01-02T14:32 10 11 9 10.5 100 AAPL']);
    expect(loaded.files).toMatchObject([{ shape: 'Massive (Polygon) aggregates', adjustment: 'raw' }]);
  });

  it('of Yahoo’s chart has columns, and null where nothing was traded', async () => {
    const quote = [
      { open: [10, null, 10], high: [11, null, 11], low: [9, null, 9], close: [10.5, null, 10.6], volume: [1, null, 0] },
    ];
    const chart = {
      result: [{ meta: { symbol: 'AAPL' }, timestamp: [1704205800, 1704205860, 1704205920], indicators: { quote } }],
      error: null,
    };
    const loaded = await load('x.json', JSON.stringify({ chart }), { timeframe: '1m' });
    expect(barsOf(loaded)).toEqual(['2024-01-02T14:31 10 11 9 10.5 1 AAPL', '2024-01-02T14:33 10 11 9 10.6 0 AAPL']);
    expect(loaded.files).toMatchObject([{ shape: 'Yahoo Finance chart', adjustment: 'split', emptyRows: 1 }]);
    const missing = { chart: { result: null, error: { code: 'Not Found', description: 'No data found' } } };
    expect(await refusal('x.json', JSON.stringify(missing))).toBe('x.json: has no bars, but an answer: "No data found"');
  });

  it('is a list of objects whose fields are named as columns are', async () => {
    const list = (...times: readonly unknown[]): string =>
      JSON.stringify(times.map((date) => ({ ticker: 'aapl', date, open: '10', high: 11, low: 9, close: 10.5, volume: 100 })));
    const days = ['2024-01-02T21:00 10 11 9 10.5 100 AAPL', '2024-01-03T21:00 10 11 9 10.5 100 AAPL'];
    expect(barsOf(await load('x.json', list('2024-01-02', '2024-01-03')))).toEqual(days);
    expect(await refusal('x.json', list('2024-01-02 09:30:00', '2024-01-02 09:31:00'))).toMatch(
      /^x\.json: \[0\]: date .*--time-zone/,
    );
    const nanos = list('@', '#').replace('"@"', '1704205800000000000').replace('"#"', '1704205860000000001');
    expect(await refusal('x.json', nanos, { stamp: 'start' })).toMatch(
      /^x\.json: \[1\]: date "1704205860000000001" has a part of a millisecond/,
    );
  });

  it('of no bars is refused', async () => {
    expect(await refusal('x.json', '{"risk":{"shortAllowed":false}}')).toMatch(
      /^x\.json: looks like JSON, but of no bars: answers of Alpaca/,
    );
    expect(await refusal('x.json', '[1,"2"]')).toMatch(/^x\.json: looks like JSON, but of no bars/);
    expect(await refusal('x.json', '{"bars":null}\n{"b":}\n')).toMatch(/^x\.json:2: is no JSON: [^\p{Cc}]*$/u);
  });
});

describe('tables in JSON', () => {
  const DAYS = ['2024-07-12T20:00 10 11 9 10.5 100 AAPL', '2024-07-15T20:00 10 11 9 10.6 110 AAPL'];
  const NAMES = ['Date', 'Open', 'High', 'Low', 'Close', 'Volume'];
  const ROWS = [
    ['2024-07-15', 10, 11, 9, 10.6, 110],
    ['2024-07-12', 10, 11, 9, 10.5, 100],
  ];
  const closeOfDay = (start: number): number => start + 16 * 3_600_000;
  const daysOf = async (document: unknown, options = {}): Promise<string[]> =>
    barsOf(await load('AAPL.json', JSON.stringify(document), { closeOfDay, ...options }));

  it('are names and rows, as Nasdaq Data Link answers', async () => {
    expect(await daysOf({ dataset: { dataset_code: 'AAPL', column_names: NAMES, data: ROWS } })).toEqual(DAYS);
    const columns = [...NAMES, 'ticker'].map((name) => ({ name, type: 'x' }));
    const table = { datatable: { columns, data: ROWS.map((row) => [...row, 'aapl']) }, meta: {} };
    expect(barsOf(await load('table.json', JSON.stringify(table), { closeOfDay }))).toEqual(DAYS);
  });

  it('are what pandas writes, by columns or split', async () => {
    const index = ROWS.map(([date]) => Date.parse(`${String(date)}T04:00:00Z`));
    const split = { columns: NAMES.slice(1), index, data: ROWS.map((row) => row.slice(1)) };
    expect(await daysOf(split)).toEqual(DAYS);
    const byColumn = Object.fromEntries(
      NAMES.slice(1).map((name, at) => [name, Object.fromEntries(index.map((t, row) => [t, ROWS[row]?.[at + 1]]))]),
    );
    expect(await daysOf(byColumn)).toEqual(DAYS);
    const counted = Object.fromEntries(NAMES.map((name, at) => [name, { 0: ROWS[0]?.[at], 1: ROWS[1]?.[at] }]));
    expect(await daysOf(counted)).toEqual(DAYS);
  });

  it('are refused at the row that lacks something', async () => {
    const document = { column_names: NAMES, data: [...ROWS, ['2024-07-16', 10, 11, 9]] };
    expect(await refusal('AAPL.json', JSON.stringify(document))).toMatch(/^AAPL\.json: Date\[2\]: close /);
  });

  it('are days of the whole market, each bar with its symbol, as Massive groups them', async () => {
    const bar = (T: string, c: number): object => ({ T, t: Date.parse('2024-07-12T20:00:00Z'), o: 10, h: 11, l: 9, c, v: 100 });
    const document = { adjusted: true, results: [bar('MSFT', 10.6), bar('BRK.B', 10.5)], status: 'OK' };
    const loaded = await load('day.json', JSON.stringify(document), { timeframe: '1d' });
    expect(loaded.table.symbols).toEqual(['BRK.B', 'MSFT']);
    expect(loaded.files).toMatchObject([{ shape: 'Massive (Polygon) aggregates', adjustment: 'split' }]);
  });
});
