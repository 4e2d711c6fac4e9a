import { describe, expect, it } from '@jest/globals';
import { barsOf, lines, writtenFiles } from '../testing/written-files.ts';

// Tables and answers of more makers than the named shapes have, as they write them; each with a variant that is broken. Prices are made up.

const { load, refusal } = writtenFiles();
const NEW_YORK = { timeZone: 'America/New_York', stamp: 'start' } as const;
const MINUTES = ['2024-07-02T13:31 10 11 9 10.5 100 AAPL', '2024-07-02T13:32 10 11 9 10.6 110 AAPL'];
const DAYS = ['2024-07-12T21:00 10 11 9 10.5 100 AAPL', '2024-07-15T21:00 10 11 9 10.6 110 AAPL'];

describe('tables of more makers', () => {
  it.each([
    ['Kibot', ['07/02/2024,09:30,10,11,9,10.5,100', '07/02/2024,09:31,10,11,9,10.6,110'], { ...NEW_YORK, dates: 'mdy' }],
    ['FirstRate', ['2024-07-02 09:30:00,10,11,9,10.5,100', '2024-07-02 09:31:00,10,11,9,10.6,110'], NEW_YORK],
    ['MetaTrader 4', ['2024.07.02,09:30,10,11,9,10.5,100', '2024.07.02,09:31,10,11,9,10.6,110'], NEW_YORK],
    ['MetaStock', ['AAPL,20240702 0930,10,11,9,10.5,100', 'AAPL,20240702 0931,10,11,9,10.6,110'], NEW_YORK],
    [
      'MetaTrader 5',
      [
        '<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>',
        '2024.07.02\t09:30:00\t10\t11\t9\t10.5\t7\t100\t1',
        '2024.07.02\t09:31:00\t10\t11\t9\t10.6\t8\t110\t1',
      ],
      NEW_YORK,
    ],
    [
      'halves of the day',
      ['Date,Open,High,Low,Close,Volume', '7/2/2024 9:30 AM,10,11,9,10.5,100', '7/2/2024 9:31 AM,10,11,9,10.6,110'],
      { ...NEW_YORK, dates: 'mdy' },
    ],
    [
      'Interactive Brokers',
      [
        'date,open,high,low,close,volume,barCount,average',
        '20240702  09:30:00,10,11,9,10.5,100,5,10.2',
        '20240702  09:31:00,10,11,9,10.6,110,5,10.2',
      ],
      { timeZone: 'America/New_York' },
    ],
    [
      'Interactive Brokers with its zone',
      [
        'date,open,high,low,close,volume,barCount,average',
        '20240702 09:30:00 US/Eastern,10,11,9,10.5,100,5,10.2',
        '20240702 09:31:00 US/Eastern,10,11,9,10.6,110,5,10.2',
      ],
      {},
    ],
    [
      'Databento',
      [
        'ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol',
        '1719927000000000000,33,2,38,10000000000,11000000000,9000000000,10500000000,100,AAPL',
        '1719927060000000000,33,2,38,10000000000,11000000000,9000000000,10600000000,110,AAPL',
      ],
      {},
    ],
    [
      'Databento with decimals',
      [
        'ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol',
        '2024-07-02T13:30:00.000000000Z,33,2,38,10.000000000,11.000000000,9.000000000,10.500000000,100,AAPL',
        '2024-07-02T13:31:00.000000000Z,33,2,38,10.000000000,11.000000000,9.000000000,10.600000000,110,AAPL',
      ],
      {},
    ],
    [
      'Alpaca, by pandas',
      [
        'symbol,timestamp,open,high,low,close,volume,trade_count,vwap',
        'AAPL,2024-07-02 13:30:00+00:00,10,11,9,10.5,100.0,5.0,10.2',
        'AAPL,2024-07-02 13:31:00+00:00,10,11,9,10.6,110.0,5.0,10.2',
      ],
      {},
    ],
    [
      'TradeStation',
      [
        '"Date","Time","Open","High","Low","Close","Up","Down"',
        '07/02/2024,09:31,10,11,9,10.5,60,40',
        '07/02/2024,09:32,10,11,9,10.6,70,40',
      ],
      { timeZone: 'America/New_York' },
    ],
    [
      'AmiBroker',
      [
        'Ticker,Date/Time,Open,High,Low,Close,Volume',
        'AAPL,2024-07-02 09:30:00,10,11,9,10.5,100',
        'AAPL,2024-07-02 09:31:00,10,11,9,10.6,110',
      ],
      NEW_YORK,
    ],
    [
      'columns with their units',
      [
        'Date time,Open ($),High ($),Low ($),Close (USD),Volume (shares)',
        '2024-07-02 09:30:00,10,11,9,10.5,100',
        '2024-07-02 09:31:00,10,11,9,10.6,110',
      ],
      NEW_YORK,
    ],
    [
      'Dukascopy',
      [
        'Gmt time,Open,High,Low,Close,Volume',
        '02.07.2024 13:30:00.000,10,11,9,10.5,100',
        '02.07.2024 13:31:00.000,10,11,9,10.6,110',
      ],
      {},
    ],
  ] as const)('%s', async (_, rows, options) => {
    expect(barsOf(await load('AAPL.csv', lines(...rows), options))).toEqual(MINUTES);
  });

  it.each([
    [
      'Nasdaq.com',
      [
        'Date,Close/Last,Volume,Open,High,Low',
        '07/15/2024,$10.60,110,$10.00,$11.00,$9.00',
        '07/12/2024,$10.50,100,$10.00,$11.00,$9.00',
      ],
    ],
    [
      'Investing.com',
      [
        '"Date","Price","Open","High","Low","Vol.","Change %"',
        '"07/15/2024","10.6","10","11","9","0.11K","1%"',
        '"07/12/2024","10.5","10","11","9","0.1K","1%"',
      ],
    ],
    [
      'two-digit years',
      ['Date, Open, High, Low, Close, Volume', '07/15/24, 10, 11, 9, 10.6, 110', '07/12/24, 10, 11, 9, 10.5, 100'],
    ],
    [
      'Barchart, with its line below',
      [
        'Time,Open,High,Low,Last,Change,%Chg,Volume',
        '07/15/2024,10,11,9,10.6,0.1,+1%,110',
        '07/12/2024,10,11,9,10.5,0.1,+1%,100',
        '"Downloaded from Barchart.com as of 07-16-2024 05:12am CDT"',
      ],
    ],
    ['months by name', ['Date,Open,High,Low,Close,Volume', '"Jul 12, 2024",10,11,9,10.5,100', '15-Jul-2024,10,11,9,10.6,110']],
  ] as const)('%s, of days', async (_, rows) => {
    expect(barsOf(await load('AAPL.csv', lines(...rows)))).toEqual(DAYS);
  });

  it('has no symbol with its market, which is the same for all', async () => {
    const rows = ['2024-07-12,10,11,9,10.5,100,0', '2024-07-15,10,11,9,10.6,110,0'];
    for (const name of ['aapl.us.txt', 'AAPL.US.csv'])
      expect(barsOf(await load(name, lines('Date,Open,High,Low,Close,Volume,OpenInt', ...rows)))).toEqual(DAYS);
  });

  it('of days at their closes, an early one among them', async () => {
    const rows = ['7/1/2024 16:00:00', '7/2/2024 16:00:00', '7/3/2024 13:00:00'].map((date) => `${date},10,11,9,10.5,100`);
    const content = lines('Date,Open,High,Low,Close,Volume', ...rows);
    const loaded = await load('AAPL.csv', content, { timeZone: 'America/New_York', stamp: 'end', dates: 'mdy' });
    expect(barsOf(loaded).map((bar) => bar.slice(0, 10))).toEqual(['2024-07-01', '2024-07-02', '2024-07-03']);
  });
});

describe('dates whose day and month may stand either way', () => {
  const table = (...dates: string[]): string =>
    lines('Date,Open,High,Low,Close,Volume', ...dates.map((date) => `${date},10,11,9,10.5,100`));
  const datesOf = async (content: string, options = {}): Promise<string[]> =>
    barsOf(await load('AAPL.csv', content, options)).map((bar) => bar.slice(0, 10));

  it('are asked for', async () => {
    expect(await refusal('AAPL.csv', table('01/02/2024', '01/03/2024'))).toMatch(
      /^AAPL\.csv:2: Date "01\/02\/2024" is a date whose day and month .* --dates dmy or --dates mdy$/,
    );
  });
  it('are as they were told', async () => {
    expect(await datesOf(table('02/01/2024', '03/01/2024'), { dates: 'dmy' })).toEqual(['2024-01-02', '2024-01-03']);
    expect(await datesOf(table('1-2-2024', '1-3-2024'), { dates: 'mdy' })).toEqual(['2024-01-02', '2024-01-03']);
  });
  it('are known where one of the first has a number that is no month', async () => {
    expect(await datesOf(table('01/12/2024', '01/16/2024'))).toEqual(['2024-01-12', '2024-01-16']);
    expect(await datesOf(table('12/01/2024', '16/01/2024'))).toEqual(['2024-01-12', '2024-01-16']);
  });
  it('are not where they contradict one another, or what was told', async () => {
    expect(await refusal('AAPL.csv', table('01/16/2024', '17/01/2024'))).toMatch(/:2: .* cannot be told apart/);
    expect(await refusal('AAPL.csv', table('01/12/2024', '01/16/2024'), { dates: 'dmy' })).toMatch(/is no day that there is/);
  });
});

describe('rows without a header', () => {
  const row = '20240702,930,10,11,9,10.5,100,1';
  it('whose order shows nothing are asked for their columns', async () => {
    expect(await refusal('AAPL.csv', lines(row, row))).toMatch(/^AAPL\.csv:1: ts is missing; .* --columns date,time,open,/);
  });
  it('are read by columns that were told', async () => {
    const columns = ['date', 'time', 'open', 'high', 'low', 'close', 'volume', 'splits'];
    const content = lines(row, '20240702,931,10,11,9,10.6,110,1');
    const loaded = await load('AAPL.csv', content, { ...NEW_YORK, columns });
    expect(barsOf(loaded)).toEqual(MINUTES);
    expect(loaded.files).toMatchObject([{ shape: 'columns as told' }]);
    expect(await refusal('AAPL.csv', content, { columns: columns.slice(1) })).toMatch(
      /^AAPL\.csv:1: has 8 fields, and --columns names 7$/,
    );
    expect(await refusal('AAPL.csv', content, { columns: ['date', 'open'] })).toMatch(
      /^--columns: "date,open" names no column of the high/,
    );
    expect(await refusal('AAPL.csv', content, { columns: [...columns.slice(0, 7), 'open'] })).toMatch(/names the open twice/);
  });
  it('are no bars in the usual order where a high is below', async () => {
    const content = lines('2024-07-02,10,9,11,10.5,100', '2024-07-03,10,9,11,10.5,100');
    expect(await refusal('AAPL.csv', content)).toMatch(/ts is missing/);
  });
});

describe('what is broken of them', () => {
  const head = 'Date,Close/Last,Volume,Open,High,Low';
  it.each([
    ['a sign of another currency', lines(head, '07/15/2024,EUR10.60,110,$10,$11,$9'), /:2: close "EUR10\.60" is not a number/],
    ['a short number for a price', lines(head, '07/15/2024,1K,110,$10,$11,$9'), /:2: close "1K" is not a number/],
    [
      'an hour that no half of the day has',
      lines('time,open,high,low,close,volume', '2024-07-02 13:30 PM,1,1,1,1,1'),
      /is no time of day/,
    ],
    [
      'a sentence between rows',
      lines(head, '07/15/2024,$10.60,110,$10,$11,$9', 'Downloaded from somewhere', '07/12/2024,$10.60,110,$10,$11,$9'),
      /:3: is a sentence, and rows follow/,
    ],
    [
      'a zone that there is not',
      lines('time,open,high,low,close,volume', '20240702 09:30:00 Mars/Base,1,1,1,1,1'),
      /names Mars\/Base, which is no time zone/,
    ],
    [
      'a row that was cut off',
      lines(head, '07/15/2024,$10.60,110,$10,$11,$9', '07/12'),
      /:3: "1" is the number of fields, but the header has 6/,
    ],
  ])('%s', async (_, content, problem) => {
    expect(await refusal('AAPL.csv', content, NEW_YORK)).toMatch(problem);
  });
});

describe('answers in JSON', () => {
  const list = [
    { datetime: '2024-07-02 09:31:00', open: '10', high: '11', low: '9', close: '10.6', volume: '110' },
    { datetime: '2024-07-02 09:30:00', open: '10', high: '11', low: '9', close: '10.5', volume: '100' },
  ];
  const candles = { s: 'ok', t: [1719927000, 1719927060], o: [10, 10], h: [11, 11], l: [9, 9], c: [10.5, 10.6], v: [100, 110] };

  it('of Finnhub', async () => {
    expect(barsOf(await load('AAPL.json', JSON.stringify(candles)))).toEqual(MINUTES);
    expect(await refusal('AAPL.json', JSON.stringify({ ...candles, c: [10.5] }))).toMatch(
      /t\[1\]: close "undefined" is not a number/,
    );
    expect(await refusal('AAPL.json', JSON.stringify({ ...candles, t: [1719927000] }))).toMatch(
      /t\[1\]: t "undefined" is no time/,
    );
    expect(await refusal('AAPL.json', JSON.stringify({ s: 'no_data' }))).toMatch(/has no bars/);
  });
  it('with one list of objects within, the symbol and the zone beside it', async () => {
    const answer = { meta: { symbol: 'AAPL', exchange_timezone: 'America/New_York' }, values: list, status: 'ok' };
    expect(barsOf(await load('answer.json', JSON.stringify(answer), { stamp: 'start' }))).toEqual(MINUTES);
  });
  it('with several lists are none: they may be of several symbols', async () => {
    expect(await refusal('answer.json', JSON.stringify({ AAPL: { values: list }, MSFT: { values: list } }))).toMatch(
      /but of no bars/,
    );
  });
});
