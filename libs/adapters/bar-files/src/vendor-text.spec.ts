import { describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { barsOf, lines, writtenFiles } from '../testing/written-files.ts';

// Every shape of text that vendors write: a right reading, to the bar, and a broken variant with the right error. The prices are made up.

const { load, refusal } = writtenFiles();

describe('Yahoo Finance history', () => {
  const HEADER = 'Date,Open,High,Low,Close,Adj Close,Volume';
  const FIRST = '2024-01-02,187.15,188.44,183.89,185.64,184.5,82488700';
  const SECOND = '2024-01-03,184.22,185.88,183.43,184.25,183.1,58414500';

  it('is read as New York dates, with the traded close and not the adjusted one', async () => {
    const loaded = await load('AAPL.csv', lines(HEADER, FIRST, SECOND));
    expect(barsOf(loaded)).toEqual([
      '2024-01-02T21:00 187.15 188.44 183.89 185.64 82488700 AAPL',
      '2024-01-03T21:00 184.22 185.88 183.43 184.25 58414500 AAPL',
    ]);
    expect(loaded.table.timeframe).toBe('1d');
    expect(loaded.files).toMatchObject([
      {
        shape: 'Yahoo Finance history',
        adjustment: 'split',
        times: 'New York dates',
        symbol: { name: 'AAPL', from: 'file name' },
        emptyRows: 0,
        newestFirst: false,
      },
    ]);
  });

  it('has rows without prices, which are no bars and are counted', async () => {
    const loaded = await load(
      'AAPL.csv',
      lines(HEADER, FIRST, '2024-01-03,null,null,null,null,null,null', SECOND.replace('-03', '-04')),
    );
    expect([loaded.table.count, loaded.files[0]?.emptyRows]).toEqual([2, 1]);
    const half = lines(HEADER, FIRST, '2024-01-03,184.22,null,183.43,184.25,183.1,58414500');
    expect(await refusal('AAPL.csv', half)).toBe('AAPL.csv:3: high "null" is not a number');
    const none = lines(HEADER, '2024-01-03,null,null,null,null,null,null');
    expect(await refusal('AAPL.csv', none)).toBe('AAPL.csv: has a header but no bars, only rows without prices');
  });

  it('is no table of bars with an adjusted close alone', async () => {
    const content = lines('Date,Open,High,Low,Adj Close,Volume', '2024-01-02,187.15,188.44,183.89,184.5,82488700');
    expect(await refusal('AAPL.csv', content)).toBe(
      'AAPL.csv:1: close is missing; the header has date, open, high, low, adj close, volume',
    );
  });

  it('is refused with a day that there is not', async () => {
    expect(await refusal('AAPL.csv', lines(HEADER, FIRST, SECOND.replace('01-03', '02-30')))).toBe(
      'AAPL.csv:3: Date "2024-02-30" is no day that there is',
    );
  });
});

describe('tables of yfinance', () => {
  const PRICES = lines('Price,Close,High,Low,Open,Volume', 'Ticker,AAPL,AAPL,AAPL,AAPL,AAPL', 'Date,,,,,');
  const WIDE = lines(
    'Price,Adj Close,Adj Close,Close,Close,High,High,Low,Low,Open,Open,Volume,Volume',
    'Ticker,AAPL,MSFT,AAPL,MSFT,AAPL,MSFT,AAPL,MSFT,AAPL,MSFT,AAPL,MSFT',
    'Datetime,,,,,,,,,,,,',
    '2024-01-02 14:30:00+00:00,1,2,10.5,20.5,11,21,9,19,10,20,100,200',
    '2024-01-02 14:31:00+00:00,1,,10.6,,11,,9,,10,,110,',
    '2024-01-02 14:32:00+00:00,1,2,10.7,20.7,11,21,9,19,10,20,120,0',
  );

  it('of one ticker are read by their header of two levels', async () => {
    const loaded = await load('download.csv', `${PRICES}2024-01-02,10.5,11,9,10,100\n2024-01-03,10.6,11,9,10,110\n`);
    expect(barsOf(loaded)).toEqual(['2024-01-02T21:00 10 11 9 10.5 100 AAPL', '2024-01-03T21:00 10 11 9 10.6 110 AAPL']);
    expect(loaded.files).toMatchObject([{ shape: 'yfinance download', adjustment: 'all', symbol: undefined }]);
  });

  it('of several tickers are read side by side, without the bars of those that did not trade', async () => {
    const loaded = await load('download.csv', WIDE, { timeframe: '1m' });
    expect(barsOf(loaded)).toEqual([
      '2024-01-02T14:31 10 11 9 10.5 100 AAPL',
      '2024-01-02T14:31 20 21 19 20.5 200 MSFT',
      '2024-01-02T14:32 10 11 9 10.6 110 AAPL',
      '2024-01-02T14:33 10 11 9 10.7 120 AAPL',
      '2024-01-02T14:33 20 21 19 20.7 0 MSFT',
    ]);
    expect(loaded.files).toMatchObject([{ adjustment: 'split', emptyRows: 1, times: 'times with offsets' }]);
  });

  it('may have the levels of their header the other way round', async () => {
    const content = lines(
      'Ticker,A,A,A,A,A',
      'Price,Open,High,Low,Close,Volume',
      'Date,,,,,',
      '2024-01-02,1,3,1,2,5',
      '2024-01-03,1,3,1,2,6',
    );
    expect(barsOf(await load('x y.csv', content))).toEqual(['2024-01-02T21:00 1 3 1 2 5 A', '2024-01-03T21:00 1 3 1 2 6 A']);
  });

  it('name the ticker of a wrong value', async () => {
    expect(await refusal('download.csv', WIDE.replace(',20.7,', ',x,'))).toBe(
      'download.csv:6: close of MSFT "x" is not a number',
    );
  });

  it('of one ticker’s history have dividends and splits beside them', async () => {
    const content = lines(
      'Date,Open,High,Low,Close,Volume,Dividends,Stock Splits',
      '2024-03-08 00:00:00-05:00,10,11,9,10.5,100,0.0,0.0',
      '2024-03-11 00:00:00-04:00,10,11,9,10.6,110,0.0,0.0',
    );
    const loaded = await load('msft.csv', content);
    expect(barsOf(loaded)).toEqual(['2024-03-08T21:00 10 11 9 10.5 100 MSFT', '2024-03-11T21:00 10 11 9 10.6 110 MSFT']);
    expect(loaded.files).toMatchObject([{ shape: 'yfinance history', adjustment: 'all' }]);
  });
});

describe('exports of TradingView', () => {
  const HEADER = 'time,open,high,low,close,Volume';

  it('have times with offsets, of winter and of summer', async () => {
    const content = lines(
      HEADER,
      '2024-03-08T15:00:00-05:00,10,11,9,10.5,100',
      '2024-03-11T09:00:00-04:00,10,11,9,10.6,110',
      '2024-03-11T10:00:00-04:00,10,11,9,10.7,120',
    );
    const loaded = await load('NASDAQ_AAPL, 60.csv', content, { timeframe: '1h' });
    expect(barsOf(loaded)).toEqual([
      '2024-03-08T21:00 10 11 9 10.5 100 AAPL',
      '2024-03-11T14:00 10 11 9 10.6 110 AAPL',
      '2024-03-11T15:00 10 11 9 10.7 120 AAPL',
    ]);
    expect(loaded.files).toMatchObject([{ shape: 'TradingView export', adjustment: 'unknown', stamp: 'start' }]);
  });

  it('have seconds since 1970 otherwise', async () => {
    const content = lines(HEADER, '1704205800,10,11,9,10.5,100', '1704205860,10,11,9,10.6,110');
    expect(barsOf(await load('AAPL.csv', content))).toEqual([
      '2024-01-02T14:31 10 11 9 10.5 100 AAPL',
      '2024-01-02T14:32 10 11 9 10.6 110 AAPL',
    ]);
  });

  it('need the volume, which is exported where the chart shows it', async () => {
    const content = lines('time,open,high,low,close', '1704205800,10,11,9,10.5');
    expect(await refusal('AAPL.csv', content)).toBe(
      'AAPL.csv:1: volume is missing; the header has time, open, high, low, close; add Volume to the chart before it is exported',
    );
  });

  it('are refused with an offset that no clocks have', async () => {
    expect(await refusal('AAPL.csv', lines(HEADER, '2024-03-08T15:00:00-25:00,10,11,9,10.5,100'))).toBe(
      'AAPL.csv:2: time "2024-03-08T15:00:00-25:00" has an offset that no clocks have',
    );
  });
});

describe('CSV of Alpha Vantage', () => {
  const HEADER = 'timestamp,open,high,low,close,volume';
  const INTRADAY = lines(
    HEADER,
    '2026-07-20 19:55:00,30.0000,31.0000,29.0000,30.5000,120',
    '2026-07-20 19:50:00,29.0000,30.0000,28.0000,29.5000,85',
  );

  it('comes newest first, in times of New York', async () => {
    const loaded = await load('intraday_5min_IBM.csv', INTRADAY);
    expect(barsOf(loaded)).toEqual(['2026-07-20T23:55 29 30 28 29.5 85 IBM', '2026-07-21T00:00 30 31 29 30.5 120 IBM']);
    expect(loaded.files).toMatchObject([
      { shape: 'Alpha Vantage intraday', adjustment: 'unknown', times: 'America/New_York times', newestFirst: true },
    ]);
  });

  it('of days has raw prices, and an adjusted close that is left aside', async () => {
    const content = lines(
      'timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient',
      '2024-01-03,71.6100,72.7000,71.2800,72.5000,1.5000,200,0.0000,1.0000',
      '2024-01-02,70.6100,71.7000,70.2800,71.5000,1.4000,100,0.0000,1.0000',
    );
    const loaded = await load('MSFT.csv', content);
    expect(barsOf(loaded)).toEqual([
      '2024-01-02T21:00 70.61 71.7 70.28 71.5 100 MSFT',
      '2024-01-03T21:00 71.61 72.7 71.28 72.5 200 MSFT',
    ]);
    expect(loaded.files).toMatchObject([{ shape: 'Alpha Vantage daily', adjustment: 'raw' }]);
  });

  it('is refused where its order breaks', async () => {
    expect(await refusal('IBM.csv', `${INTRADAY}2026-07-20 19:52:00,29.0000,30.0000,28.0000,29.5000,85\n`)).toBe(
      'IBM.csv:4: timestamp "2026-07-20 19:52:00" is later than the bar of IBM on line 3: rows must be in order of time, newest first as they began',
    );
  });

  it('is not taken for it oldest first: nobody knows then which zone the times are of', async () => {
    const content = lines(
      HEADER,
      '2026-07-20 19:50:00,29.0000,30.0000,28.0000,29.5000,85',
      '2026-07-20 19:55:00,30.0000,31.0000,29.0000,30.5000,120',
    );
    expect(await refusal('IBM.csv', content)).toMatch(
      /^IBM\.csv:2: timestamp "2026-07-20 19:50:00" is a time of no zone: .*--time-zone/,
    );
  });
});

describe('flat files of Massive', () => {
  const HEADER = 'ticker,volume,open,close,high,low,window_start,transactions';
  it('hold many tickers and nanoseconds, to the last digit', async () => {
    const content = lines(
      HEADER,
      'AAPL,100,10,10.5,11,9,1704205800000000000,3',
      'AAPL,110,10,10.6,11,9,1704205860000000000,3',
      'MSFT,200,20,20.5,21,19,1704205800000000000,4',
    );
    const loaded = await load('2024-01-02.csv.gz', gzipSync(content));
    expect(barsOf(loaded)).toEqual([
      '2024-01-02T14:31 10 11 9 10.5 100 AAPL',
      '2024-01-02T14:31 20 21 19 20.5 200 MSFT',
      '2024-01-02T14:32 10 11 9 10.6 110 AAPL',
    ]);
    expect(loaded.files).toMatchObject([{ adjustment: 'raw', times: 'nanoseconds since 1970' }]);
    expect(await refusal('x.csv', content.replace('860000000000,', '860000000001,'))).toBe(
      'x.csv:3: window_start "1704205860000000001" has a part of a millisecond, and no bar starts there',
    );
    expect(await refusal('x.csv', content.replace('860000000000,', '860,'))).toMatch(
      /looks like seconds .* the file has nanoseconds/,
    );
  });

  it('have tickers whose small letters mean something: preferred shares, rights, what is not issued yet', async () => {
    const rows = ['AAPL', 'BACpL', 'BRK.B', 'XYZr', 'XYZw'].flatMap((name) => [
      `${name},100,10,10.5,11,9,1704205800000000000,3`,
      `${name},100,10,10.5,11,9,1704205860000000000,3`,
    ]);
    const { table } = await load('x.csv', lines(HEADER, ...rows));
    expect(table.symbols).toEqual(['AAPL', 'BAC.PRL', 'BRK.B', 'XYZ.RT', 'XYZ.WI']);
    expect(await refusal('x.csv', lines(HEADER, 'BACxL,100,10,10.5,11,9,1704205800000000000,3'))).toMatch(
      /^x\.csv:2: symbol "BACxL" is not a ticker/,
    );
  });

  it('that spell one ticker in two ways do not hold its bars twice', async () => {
    const rows = ['BRK.B', 'BRK-B'].flatMap((name) => [
      `${name},100,10,10.5,11,9,1704205800000000000,3`,
      `${name},100,10,10.5,11,9,1704205860000000000,3`,
    ]);
    expect(await refusal('x.csv', lines(HEADER, ...rows))).toMatch(/BRK\.B/);
  });
});

describe('files of Stooq', () => {
  const HEADER = '<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>';
  it('of days name the market behind the symbol', async () => {
    const content = lines(HEADER, 'AAPL.US,D,20240102,000000,10,11,9,10.5,100,0', 'AAPL.US,D,20240103,000000,10,11,9,10.6,110,0');
    const loaded = await load('aapl.us.txt', content);
    expect(barsOf(loaded)).toEqual(['2024-01-02T21:00 10 11 9 10.5 100 AAPL', '2024-01-03T21:00 10 11 9 10.6 110 AAPL']);
    expect(loaded.files).toMatchObject([{ shape: 'Stooq', times: 'New York dates' }]);
  });

  it('of minutes need zone and stamp', async () => {
    const content = lines(HEADER, 'AAPL.US,5,20240102,153500,10,11,9,10.5,100,0', 'AAPL.US,5,20240102,154000,10,11,9,10.6,110,0');
    expect(await refusal('aapl.us.txt', content)).toMatch(
      /:2: <DATE> and <TIME> "20240102 153500" is a time of no zone.*--time-zone/,
    );
    const timeZone = 'Europe/Warsaw';
    expect(await refusal('aapl.us.txt', content, { timeZone })).toMatch(/:3: .* --stamp start or --stamp end$/);
    expect(barsOf(await load('aapl.us.txt', content, { timeZone, stamp: 'end' }))).toEqual([
      '2024-01-02T14:35 10 11 9 10.5 100 AAPL',
      '2024-01-02T14:40 10 11 9 10.6 110 AAPL',
    ]);
  });
});

describe('files of NinjaTrader', () => {
  const MINUTES = lines('20240102 093100;10;11;9;10.5;100', '20240102 093200;10;11;9;10.6;110');
  it('have no header, and times of the ends of bars in a zone that is to be said', async () => {
    const loaded = await load('AAPL.Last.txt', MINUTES, { timeZone: 'America/New_York' });
    expect(barsOf(loaded)).toEqual(['2024-01-02T14:31 10 11 9 10.5 100 AAPL', '2024-01-02T14:32 10 11 9 10.6 110 AAPL']);
    expect(loaded.files).toMatchObject([{ shape: 'NinjaTrader', stamp: 'end' }]);
    expect(loaded.held).toMatchObject([
      { firstStart: Date.parse('2024-01-02T14:30Z'), lastStart: Date.parse('2024-01-02T14:31Z') },
    ]);
    const starts = await load('AAPL.txt', MINUTES, { timeZone: 'UTC', stamp: 'start' });
    expect(barsOf(starts)[0]).toBe('2024-01-02T09:32 10 11 9 10.5 100 AAPL');
    expect(await refusal('AAPL.txt', MINUTES)).toMatch(
      /^AAPL\.txt:1: time "20240102 093100" is a time of no zone.*NinjaTrader 8 exports in UTC/,
    );
  });

  it('of days have dates alone', async () => {
    const days = lines('20240102;10;11;9;10.5;100', '20240103;10;11;9;10.6;110');
    expect(barsOf(await load('AAPL.txt', days))).toEqual([
      '2024-01-02T21:00 10 11 9 10.5 100 AAPL',
      '2024-01-03T21:00 10 11 9 10.6 110 AAPL',
    ]);
  });

  it('are refused with a row that is cut off', async () => {
    expect(await refusal('AAPL.txt', `${MINUTES}20240102 093300;10;11\n`, { timeZone: 'UTC' })).toBe(
      'AAPL.txt:3: "3" is the number of fields, but the first row has 6',
    );
  });
});
