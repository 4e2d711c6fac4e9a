import { describe, expect, it } from '@jest/globals';
import { barsOf, lines, writtenFiles } from '../testing/written-files.ts';

// Files as QuantConnect's LEAN keeps them, without a header: prices in 1e-4 dollar, times of New York. The prices are made up.

const { load, refusal } = writtenFiles();

const MINUTES = lines('34200000,1850000,1851000,1849000,1850500,100', '34260000,1850500,1852000,1850000,1851234,110');
const DAYS = lines('20240102 00:00,1850000,1880000,1830000,1870000,1000', '20240103 00:00,1870000,1890000,1860000,1880000,1100');

describe('files of LEAN', () => {
  it('of minutes have their day and their symbol in their name, whichever way the clocks go', async () => {
    const winter = await load('20240102_aapl_minute_trade.csv', MINUTES);
    expect(barsOf(winter)).toEqual([
      '2024-01-02T14:31 185 185.1 184.9 185.05 100 AAPL',
      '2024-01-02T14:32 185.05 185.2 185 185.1234 110 AAPL',
    ]);
    expect(winter.files).toMatchObject([{ shape: 'LEAN', adjustment: 'raw', stamp: 'start', symbol: { name: 'AAPL' } }]);
    const summer = await load('20240702_brk.b_minute_trade.csv', MINUTES);
    expect(barsOf(summer)[0]).toBe('2024-07-02T13:31 185 185.1 184.9 185.05 100 BRK.B');
  });

  it('of days and hours tell their time', async () => {
    const days = await load('aapl.csv', DAYS);
    expect(barsOf(days)).toEqual(['2024-01-02T21:00 185 188 183 187 1000 AAPL', '2024-01-03T21:00 187 189 186 188 1100 AAPL']);
    expect(days.files).toMatchObject([{ shape: 'LEAN, daily or hourly', adjustment: 'raw' }]);
    const hours = lines(
      '20240102 10:00,1850000,1880000,1830000,1870000,1000',
      '20240102 11:00,1870000,1890000,1860000,1880000,1100',
    );
    expect(barsOf(await load('aapl.csv', hours))[0]).toBe('2024-01-02T16:00 185 188 183 187 1000 AAPL');
  });

  it('are no rows in the usual order once their prices have points', async () => {
    const [file] = (await load('aapl.csv', lines('20240102 00:00,185.5,188,183,187,1000', '20240103 00:00,187,189,186,188,1100')))
      .files;
    expect(file).toMatchObject({ shape: 'columns in the usual order, without a header' });
  });

  it.each<[string, string, string]>([
    [
      '20240102_aapl_minute_trade.csv',
      lines('86400000,1850000,1851000,1849000,1850500,100'),
      'time "86400000" is no time of a day',
    ],
    ['20240230_aapl_minute_trade.csv', MINUTES, 'is no day that there is'],
    ['20240102_aapl_minute_quote.csv', lines('34200000,1,1,1,1,1,1,1,1,1,1'), 'is a file of LEAN with quotes'],
    [
      '20240102_aapl_minute_trade.csv',
      `${MINUTES}${lines('34320000,1850000,1851000,1849000,1850500,x')}`,
      'trade.csv:3: volume "x"',
    ],
    ['aapl.csv', `${DAYS}${lines('20240104 00:00,1870000,,1860000,1880000,1100')}`, 'aapl.csv:3: high ""'],
  ])('are refused where they are broken: %s', async (name, content, problem) => {
    const said = await refusal(name, content);
    expect(said).not.toBe('taken');
    expect(said).toContain(problem);
  });
});
