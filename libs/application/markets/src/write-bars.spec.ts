import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { sampleMarket } from '@aitrader/core-market';
import { newYorkInstant, sessionOn } from '@aitrader/core-sessions';
import { epochMs, read, ticker, type Timeframe } from '@aitrader/model';
import type { BarSourceSpec } from '@aitrader/runtime-configuration';
import { aggregateBars } from './aggregate-bars.ts';
import { loadBars } from './load-bars.ts';
import type { MarketBars } from './market-bars.ts';
import { writeBars } from './write-bars.ts';

const noBus = (): Promise<never> => Promise.reject(new Error('files need no bus'));

/** A table by what can be seen of it. */
const seen = ({ timeframe, symbols, count, t, symbol, open, high, low, close, volume }: MarketBars) => ({
  timeframe,
  symbols: [...symbols],
  bars: Array.from({ length: count }, (_, row) => [
    symbol[row],
    ...[t, open, high, low, close, volume].map((column) => column[row]),
  ]),
});

describe('writing bars', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'write-bars-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const loaded = async (file: string, timeframe?: Timeframe): Promise<MarketBars> => {
    const source: BarSourceSpec = { kind: 'files', paths: [file], ...(timeframe === undefined ? {} : { timeframe }) };
    return (await loadBars(source, noBus)).table;
  };

  it.each(['bars.csv', 'bars.csv.gz'])('leaves in %s what loads to the same table, and nothing beside it', async (name) => {
    const file = path.join(folder, name);
    const market = sampleMarket();
    await writeBars(file, market);
    expect(seen(await loaded(file))).toEqual(seen(market));
    const bytes = readFileSync(file);
    const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    expect(text.startsWith('ts,open,high,low,close,volume,symbol\n')).toBe(true);
    expect(text.trimEnd().split('\n')).toHaveLength(market.count + 1);
    expect(readdirSync(folder).filter((each) => each.endsWith('.tmp'))).toEqual([]);
  });

  it('writes every price and volume so that it reads back to the same double', async () => {
    const price = fc.double({ min: Number.MIN_VALUE, max: 1e300, noNaN: true, minExcluded: true });
    const volume = fc.double({ min: 0, max: 1e300, noNaN: true }).map((value) => value + 0);
    const start = newYorkInstant('2024-07-02', 600);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(price, price, price, price, volume), { minLength: 1, maxLength: 20 }), async (bars) => {
        const column = (at: (bar: (typeof bars)[number]) => number): Float64Array => Float64Array.from(bars, at);
        const table: MarketBars = {
          timeframe: '5m',
          symbols: [ticker('BRK.B')],
          count: bars.length,
          t: Float64Array.from(bars, (_, i) => start + (i + 1) * 300_000),
          symbol: new Int32Array(bars.length),
          open: column(([open]) => open),
          high: column(([, a, b]) => Math.max(a, b)),
          low: column(([, a, b]) => Math.min(a, b)),
          close: column(([, , , close]) => close),
          volume: column((bar) => bar[4]),
        };
        const file = path.join(folder, 'any.csv');
        await writeBars(file, table);
        expect(seen(await loaded(file, '5m'))).toEqual(seen(table));
      }),
      { numRuns: 50 },
    );
  });

  it.each<Timeframe>(['5m', '15m', '1d'])('writes bars of %s that load to the same table', async (timeframe) => {
    const file = path.join(folder, `${timeframe}.csv`);
    const market = aggregateBars(sampleMarket(), timeframe).table;
    expect(market.count).toBeGreaterThan(30);
    await writeBars(file, market);
    expect(seen(await loaded(file))).toEqual(seen(market));
  });

  it('refuses a name that does not say the format, a folder that is not there, and daily bars that close at no close', async () => {
    const market = sampleMarket();
    await expect(writeBars(path.join(folder, 'bars.json'), market)).rejects.toThrow('a name that ends in .csv or .csv.gz');
    await expect(writeBars(path.join(folder, 'none', 'bars.csv'), market)).rejects.toThrow(/none does not exist$/);
    await expect(writeBars(path.join(folder, 'daily.csv'), { ...market, timeframe: '1d' })).rejects.toThrow(
      'no close of its day',
    );
    expect(readdirSync(folder).filter((each) => /daily|\.tmp$/.test(each))).toEqual([]);
  });

  it('leaves an older file as it is when the bars cannot be written', async () => {
    const file = path.join(folder, 'older.csv');
    writeFileSync(file, 'older');
    await expect(writeBars(file, { ...sampleMarket(), timeframe: '1d' })).rejects.toThrow();
    expect(readFileSync(file, 'utf8')).toBe('older');
  });
});

describe('longer bars', () => {
  const market = sampleMarket();
  const daily = aggregateBars(market, '1d').table;

  it('of days are one for each symbol and session, made of its regular hours', () => {
    expect(daily.count).toBe(36);
    const closes = ['2024-07-02', '2024-07-03', '2024-07-05'].map((date) => sessionOn(date)?.close);
    expect([...new Set(daily.t)]).toEqual(closes);
    const { open, close } = sessionOn('2024-07-03') ?? { open: epochMs(0), close: epochMs(0) };
    const rows = Array.from({ length: market.count }, (_, row) => row).filter(
      (row) => market.symbol[row] === 4 && read(market.t, row) > open && read(market.t, row) <= close,
    );
    const row = Array.from({ length: daily.count }, (_, i) => i).find((i) => daily.symbol[i] === 4 && daily.t[i] === close) ?? -1;
    expect([daily.open[row], daily.high[row], daily.low[row], daily.close[row], daily.volume[row]]).toEqual([
      market.open[rows[0] ?? -1],
      Math.max(...rows.map((each) => read(market.high, each))),
      Math.min(...rows.map((each) => read(market.low, each))),
      market.close[rows.at(-1) ?? -1],
      rows.reduce((sum, each) => sum + read(market.volume, each), 0),
    ]);
  });

  it('are those that there are when they are as long, and none that are shorter, or end within their length', () => {
    expect(aggregateBars(market, '1m').table).toBe(market);
    expect(() => aggregateBars(daily, '1m')).toThrow('1d bars make no shorter ones');
    expect(() => aggregateBars(market, '1h')).toThrow('half an hour');
  });
});
