import { describe, expect, it } from '@jest/globals';
import { barsOf, closeOfDay, lines, writtenFiles } from '../testing/written-files.ts';
import { checkBarFiles } from './check-bar-files.ts';
import { loadBarFiles } from './load-bar-files.ts';
import { readingText } from './reading-text.ts';

// Tables that say of themselves only what their columns are called, and files of several shapes together. The prices are made up.

const { write, load, refusal } = writtenFiles();

describe('columns by name', () => {
  const BARS = ['2024-01-02T14:31 10 11 9 10.5 100 AAPL', '2024-01-02T14:32 10 11 9 10.6 110 AAPL'];
  const values = ['10,11,9,10.5,100', '10,11,9,10.6,110'] as const;
  const table = (name: string, first: string, second: string): string =>
    lines(`${name},open,high,low,close,volume`, `${first},${values[0]}`, `${second},${values[1]}`);

  it.each([
    ['datetime', '2024-01-02T14:30:00Z', '2024-01-02T14:31:00.000000000Z'],
    ['timestamp', '2024-01-02 15:30:00+01:00', '2024-01-02 15:31:00+0100'],
    ['Date', '2024/01/02 14:30 UTC', '2024/01/02 14:31 UTC'],
    ['unix', '1704205800', '1704205860'],
    ['Unix Timestamp', '1704205800.0', '1704205860.0'],
    ['open_time', '1704205800000', '1704205860000'],
    ['timestamp', '1704205800000000', '1704205860000000'],
    ['dt', '1704205800000000000', '1704205860000000000'],
    ['date,time', '2024-01-02,14:30Z', '2024-01-02,14:31Z'],
  ])('have their time in %s, as %s', async (name, first, second) => {
    const loaded = await load('AAPL.csv', table(name, first, second), { stamp: 'start' });
    expect(barsOf(loaded)).toEqual(BARS);
    expect(loaded.files).toMatchObject([{ shape: 'columns by name', adjustment: 'unknown' }]);
  });

  it.each([
    ['datetime', '2024-01-02 09:30:00', '2024-01-02 09:31:00'],
    ['timestamp', '02.01.2024 9:30', '02.01.2024 9:31'],
    ['date', '20240102 0930', '20240102 0931'],
    ['date', '202401020930', '202401020931'],
    ['date', '20240102093000', '20240102093100'],
  ])('have a time of no zone in %s, as %s, and are told which', async (name, first, second) => {
    const content = table(name, first, second);
    expect(barsOf(await load('AAPL.csv', content, { stamp: 'start', timeZone: 'America/New_York' }))).toEqual(BARS);
    expect(await refusal('AAPL.csv', content, { stamp: 'start' })).toMatch(/^AAPL\.csv:2: .* is a time of no zone.*--time-zone/);
    expect(await refusal('AAPL.csv', content, { timeZone: 'America/New_York' })).toMatch(/:3: .* say which with --stamp/);
  });

  it('are not loaded with a date whose day and month cannot be told apart, or with what is no time', async () => {
    expect(await refusal('AAPL.csv', table('date', '01/02/2024', '01/03/2024'))).toMatch(
      /date "01\/02\/2024" is a date whose day and month/,
    );
    expect(await refusal('AAPL.csv', table('date', 'soon', 'later'))).toMatch(/date "soon" is no time/);
    expect(await refusal('AAPL.csv', table('unix', '17', '18'))).toMatch(/unix "17" is no time: as seconds since 1970/);
  });

  it('of days need neither zone nor stamp', async () => {
    for (const [first, second] of [
      ['2024-01-02', '2024-01-03'],
      ['2024-01-02 00:00:00', '2024-01-03 00:00:00'],
      ['1704153600', '1704240000'],
    ] as const)
      expect(barsOf(await load('AAPL.csv', table('date', first, second)))).toEqual([
        '2024-01-02T21:00 10 11 9 10.5 100 AAPL',
        '2024-01-03T21:00 10 11 9 10.6 110 AAPL',
      ]);
  });

  it('of days at the hour of the close are of another day as starts than as ends', async () => {
    const content = table('date', '2024-01-02T21:00:00Z', '2024-01-03T21:00:00Z');
    expect(await refusal('AAPL.csv', content)).toMatch(/^AAPL\.csv:2: .* --stamp start or --stamp end$/);
    expect(barsOf(await load('AAPL.csv', content, { stamp: 'end' }))).toEqual([
      '2024-01-02T21:00 10 11 9 10.5 100 AAPL',
      '2024-01-03T21:00 10 11 9 10.6 110 AAPL',
    ]);
  });

  it('may stand under a disclaimer, beside an index, with symbols in lower case', async () => {
    const content = lines(
      'Data by "somebody", without warranty',
      '',
      ',Symbol,Datetime,Open,High,Low,Close,Volume',
      `0,aapl,2024-01-02T14:30:00Z,${values[0]}`,
      `1,aapl,2024-01-02T14:31:00Z,${values[1]}`,
    );
    expect(barsOf(await load('panel of 2024.csv', content, { stamp: 'start' }))).toEqual(BARS);
    expect(await refusal('panel of 2024.csv', content.replace('1,aapl', '1,aa pl'), { stamp: 'start' })).toMatch(
      /^panel of 2024\.csv:5: symbol "aa pl" is not a ticker/,
    );
  });

  it('may have their time in an index without a name, but not a number of rows', async () => {
    const table = (...index: readonly string[]): string =>
      lines(',open,high,low,close,volume', ...index.map((at, i) => `${at},10,11,9,10.${i + 5},1${i}0`));
    expect(
      barsOf(await load('AAPL.csv', table('2024-01-02 09:30:00-05:00', '2024-01-02 09:31:00-05:00'), { stamp: 'start' })),
    ).toEqual(BARS);
    expect(await refusal('AAPL.csv', table('0', '1'))).toMatch(/^AAPL\.csv:1: ts is missing; the header has "", open/);
  });

  it('may have decimal commas, between semicolons or in quotes', async () => {
    const semicolons = lines(
      'Datetime;Open;High;Low;Close;Volume',
      '2024-01-02T14:30:00Z;1.810,25;1.811,5;1.809;1.810,5;1.234.567',
      '2024-01-02T14:31:00Z;1810,25;1811,5;1809,00;1810,5;12',
    );
    const bars = [
      '2024-01-02T14:31 1810.25 1811.5 1809 1810.5 1234567 AAPL',
      '2024-01-02T14:32 1810.25 1811.5 1809 1810.5 12 AAPL',
    ];
    expect(barsOf(await load('AAPL.csv', semicolons, { stamp: 'start' }))).toEqual(bars);
    const commas = semicolons.replaceAll(/[^;\n]*,[^;\n]*/g, '"$&"').replaceAll(';', ',');
    expect(barsOf(await load('AAPL.csv', commas, { stamp: 'start' }))).toEqual(bars);
    expect(await refusal('AAPL.csv', semicolons.replace('1.234.567', '1.23.567'), { stamp: 'start' })).toBe(
      'AAPL.csv:2: volume "1.23.567" is not a number',
    );
  });

  it('may have thousands parted by commas, also from where prices reach them on', async () => {
    const content = lines(
      'Datetime,Open,High,Low,Close,Volume',
      '2024-01-02T14:30:00Z,999,999.5,998,999.25,"1,234,567"',
      '2024-01-02T14:31:00Z,"1,000.5","1,001",999,"1,000.75",12',
    );
    expect(barsOf(await load('AAPL.csv', content, { stamp: 'start' }))).toEqual([
      '2024-01-02T14:31 999 999.5 998 999.25 1234567 AAPL',
      '2024-01-02T14:32 1000.5 1001 999 1000.75 12 AAPL',
    ]);
    expect(await refusal('AAPL.csv', content.replace('1,000.75', '10,00.75'), { stamp: 'start' })).toMatch(
      /:3: close "10,00\.75" is not a number/,
    );
  });

  it('may have no symbol: it is said, or the file is called by it', async () => {
    const content = table('date', '2024-01-02', '2024-01-03');
    expect((await load('brk-b.csv', content)).files[0]?.symbol).toEqual({ name: 'BRK.B', from: 'file name' });
    const said = await load('prices of 2024.csv', content, { symbol: 'AAPL' });
    expect([said.table.symbols, said.files[0]?.symbol]).toEqual([['AAPL'], { name: 'AAPL', from: 'option' }]);
    expect(await refusal('prices of 2024.csv', content)).toMatch(/^prices of 2024\.csv: names no symbol .*--symbol AAPL$/);
  });

  it('are in order of time, oldest or newest first', async () => {
    const rows = ['2024-01-04', '2024-01-03', '2024-01-02'].map((date, i) => `${date},10,11,9,10,${i}`);
    const newest = await load('AAPL.csv', lines('date,open,high,low,close,volume', ...rows));
    expect([...newest.table.volume]).toEqual([2, 1, 0]);
    expect(newest.files[0]?.newestFirst).toBe(true);
    expect(await refusal('AAPL.csv', lines('date,open,high,low,close,volume', ...rows, '2024-01-05,10,11,9,10,9'))).toMatch(
      /^AAPL\.csv:5: date "2024-01-05" is later than the bar of AAPL on line 4: .* newest first as they began$/,
    );
    expect(await refusal('AAPL.csv', lines('date,open,high,low,close,volume', ...rows, '2024-01-02,10,11,9,10,9'))).toMatch(
      /^AAPL\.csv:5: date "2024-01-02" repeats the bar of AAPL at .*AAPL\.csv:4$/,
    );
  });

  it('record what is said of their adjustment', async () => {
    const loaded = await load('AAPL.csv', table('date', '2024-01-02', '2024-01-03'), { adjustment: 'raw' });
    expect(loaded.files[0]?.adjustment).toBe('raw');
  });

  it('are refused at times that clocks skip, or show twice', async () => {
    const options = { stamp: 'start', timeZone: 'America/New_York' } as const;
    expect(await refusal('AAPL.csv', table('date', '2024-03-10 02:30', '2024-03-10 03:30'), options)).toMatch(
      /"2024-03-10 02:30" is a time that clocks of America\/New_York skip/,
    );
    expect(await refusal('AAPL.csv', table('date', '2024-11-03 01:30', '2024-11-03 02:30'), options)).toMatch(
      /"2024-11-03 01:30" is a time that clocks of America\/New_York show twice/,
    );
  });

  it('begin inside the calendar, unless what is wanted does', async () => {
    const content = table('date', '1997-12-31', '1998-01-02');
    expect(await refusal('AAPL.csv', content)).toMatch(/date "1997-12-31" is out of range: .*--from/);
  });
});

describe('files of several shapes', () => {
  const own = lines(
    'ts,open,high,low,close,volume,symbol',
    '1704171600000,10,11,9,10.5,100,MSFT',
    '1704258000000,10,11,9,10.6,110,MSFT',
  );
  const yahoo = lines('Date,Open,High,Low,Close,Adj Close,Volume', '2024-01-02,1,3,1,2,2,5', '2024-01-03,1,3,1,2,2,6');

  it('make one market', async () => {
    const loaded = await loadBarFiles([write('own.csv', own), write('AAPL.csv', yahoo)], { closeOfDay });
    expect(barsOf(loaded)).toEqual([
      '2024-01-02T21:00 1 3 1 2 5 AAPL',
      '2024-01-02T21:00 10 11 9 10.5 100 MSFT',
      '2024-01-03T21:00 1 3 1 2 6 AAPL',
      '2024-01-03T21:00 10 11 9 10.6 110 MSFT',
    ]);
    expect(loaded.files.map(({ isOwn }) => isOwn)).toEqual([true, false]);
  });

  it('may not make one series of prices that are adjusted otherwise, unless somebody says what they are', async () => {
    const later = own.replaceAll('MSFT', 'AAPL').replace(/^(\d{13})/gm, (start) => String(Number(start) + 7 * 86_400_000));
    const files = [write('AAPL.csv', yahoo), write('own.csv', later)];
    await expect(loadBarFiles(files, { closeOfDay })).rejects.toThrow(
      /own\.csv: symbol "AAPL" has prices that are adjusted otherwise \(unknown\) than those of .*AAPL\.csv \(split\): load them apart/,
    );
    expect((await loadBarFiles(files, { closeOfDay, adjustment: 'raw' })).table.count).toBe(4);
  });

  it('may not hold the same bar', async () => {
    const loading = loadBarFiles([write('own.csv', own), write('MSFT.csv', yahoo)], { closeOfDay, adjustment: 'split' });
    await expect(loading).rejects.toThrow(/MSFT\.csv:2: ts repeats the bar of MSFT at .*own\.csv:2$/);
  });

  it('are told apart by a look at their beginning', async () => {
    const looked = await checkBarFiles([write('AAPL.csv', yahoo)]);
    expect([looked.bytes, looked.files[0]?.shape]).toEqual([yahoo.length, 'Yahoo Finance history']);
    await expect(checkBarFiles([write('AAPL.csv', yahoo.replace('2024-01-03', '2024-13-03'))])).rejects.toThrow(
      /is no day that there is/,
    );
  });
});

describe('the reading of a file', () => {
  it('is told in one line', async () => {
    const yahoo = lines(
      'Date,Open,High,Low,Close,Adj Close,Volume',
      '2024-01-02,1,3,1,2,2,5',
      '2024-01-03,,,,,,',
      '2024-01-04,1,3,1,2,2,6',
    );
    const { files, table } = await load('AAPL.csv', yahoo);
    expect(files.map((file) => readingText(file, table.timeframe))).toEqual([
      'AAPL.csv: Yahoo Finance history, daily, split-adjusted, New York dates, symbol AAPL from the name of the file, 1 row without prices left out',
    ]);
    const ninja = lines('20240102 093200;10;11;9;10.5;100', '20240102 093100;10;11;9;10.6;110');
    const other = await load('x.txt', ninja, { timeZone: 'America/New_York', adjustment: 'raw', symbol: 'msft' });
    expect(other.files.map((file) => readingText(file, other.table.timeframe))).toEqual([
      'x.txt: NinjaTrader, 1m, raw prices, America/New_York times, times of the ends of bars, newest first, symbol MSFT as told',
    ]);
  });

  it('is refused with what can be of no use', async () => {
    const own = lines(
      'ts,open,high,low,close,volume,symbol',
      '1704171600000,10,11,9,10.5,100,MSFT',
      '1704258000000,10,11,9,10.6,110,MSFT',
    );
    expect(await refusal('own.csv', own, { symbol: 'AAPL' })).toMatch(/^--symbol: "AAPL" is of no use/);
    expect(await refusal('own.csv', own, { timeZone: 'Mars/Olympus' })).toMatch(/^--time-zone: "Mars\/Olympus" is no time zone/);
    expect(await refusal('own.csv', own, { timeZone: '-05:00' })).toMatch(/^--time-zone: "-05:00" is an offset/);
  });
});
