import { describe, expect, it } from '@jest/globals';
import { sampleMarket } from '@aitrader/core-market';
import { newYorkDate } from '@aitrader/core-sessions';
import { compareText, epochMs, item, read, readInt32 } from '@aitrader/model';
import { requireSelected, selectedCloses, type BarSelection } from './bar-selection.ts';
import type { MarketBars } from './market-bars.ts';
import { loadSample } from './sample.ts';
import { selectBars } from './select-bars.ts';

const market = sampleMarket();

/** Every bar of a table as one text. */
const barsOf = (table: MarketBars): string[] =>
  Array.from({ length: table.count }, (_, row) =>
    [table.t, table.open, table.high, table.low, table.close, table.volume]
      .map((column) => read(column, row))
      .concat()
      .join(' ')
      .concat(` ${item(table.symbols, readInt32(table.symbol, row))}`),
  );

const refusal = (selection: BarSelection): string => {
  try {
    selectBars('the market', market, selection);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'taken';
};

describe('selecting bars', () => {
  it('leaves a table as it is when nothing is asked for', () => {
    expect(selectBars('the market', market, {})).toBe(market);
  });

  it.each<[name: string, selection: BarSelection, keeps: (date: string, symbol: string) => boolean]>([
    ['from a date on', { from: '2024-07-03' }, (date) => date >= '2024-07-03'],
    ['up to a date', { to: '2024-07-02' }, (date) => date <= '2024-07-02'],
    ['symbols, in their order', { symbols: ['SYN03', 'SYN.B'] }, (_, symbol) => ['SYN.B', 'SYN03'].includes(symbol)],
    [
      'all three',
      { from: '2024-07-03', to: '2024-07-03', symbols: ['SYN05'] },
      (date, symbol) => date === '2024-07-03' && symbol === 'SYN05',
    ],
  ])('keeps %s, and nothing else', (_, selection, keeps) => {
    const expected = barsOf(market).filter((bar, row) =>
      keeps(newYorkDate(epochMs(read(market.t, row) - 1)), bar.split(' ').at(-1) ?? ''),
    );
    const selected = selectBars('the market', market, selection);
    expect(barsOf(selected)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(0);
    expect(new Set(expected.map((bar) => bar.split(' ').at(-1)))).toEqual(new Set(selected.symbols));
    expect([...selected.symbols]).toEqual([...selected.symbols].sort(compareText));
  });

  it.each<[says: string, selection: BarSelection]>([
    ['the market: there are no bars of "NOPE": the symbols are SYN.B, SYN01, SYN02', { symbols: ['NOPE', 'SYN01'] }],
    ['the market: there are no bars of "syn01": did you mean SYN01?', { symbols: ['syn01'] }],
    ['the market: there are no bars of "SYN-B": did you mean SYN.B?', { symbols: ['SYN-B'] }],
    ['the market:\n  there are no bars of "X": the symbols are', { symbols: ['X', 'Y'] }],
    ['the market: there are no bars from 2024-07-06 on: the bars are from 2024-07-02 to 2024-07-05', { from: '2024-07-06' }],
    ['the market: there are no bars up to 2024-07-01: the bars are from', { to: '2024-07-01' }],
    ['the market: there are no bars from 2024-07-04 to 2024-07-04: the bars are from', { from: '2024-07-04', to: '2024-07-04' }],
    [
      'the market: there are no bars of SYN01 from 2025-01-02 on: its bars are from 2024-07-02 to 2024-07-05',
      { from: '2025-01-02', symbols: ['SYN01'] },
    ],
    ['the market: the first date, 2024-07-12, comes after the last, 2024-07-08', { from: '2024-07-12', to: '2024-07-08' }],
    ['the market: "2024-13-01" is no date', { from: '2024-13-01' }],
    ['the market:\n  "2024-02-30" is no date', { from: '2024-02-30', to: 'soon' }],
    ['the market: "1997-12-31" is outside the calendar', { to: '1997-12-31' }],
  ])('is refused in words of its own: %s', (says, selection) => expect(refusal(selection)).toContain(says));

  it('names no more symbols than can be read', () => {
    const held = Array.from({ length: 100 }, (_, i) => ({ symbol: `S${i}`, from: '2024-07-02', to: '2024-07-02' }));
    const ask = (): void => requireSelected('m', { symbols: ['NOPE'] }, new Set(), () => held);
    expect(ask).toThrow(/the symbols are S0, .*, S19 and 80 more$/);
    const none = (): void => requireSelected('m', { from: '2024-07-03' }, new Set(), () => held);
    expect(none).toThrow('the bars are of 2024-07-02');
  });

  it('bounds closes by whole New York days', () => {
    expect(selectedCloses('m', {})).toEqual({});
    expect(selectedCloses('m', { from: '2024-07-02', to: '2024-07-02' })).toEqual({
      from: Date.parse('2024-07-02T04:00:00Z') + 1,
      to: Date.parse('2024-07-03T04:00:00Z'),
    });
  });
});

describe('the sample', () => {
  it('says in its name what was selected of it', () => {
    expect(loadSample({}).source).toEqual({
      name: 'synthetic sample market',
      sha256: '',
      shape: 'synthetic',
      adjustment: 'raw',
    });
    const { source } = loadSample({ from: '2024-07-03', to: '2024-07-05', symbols: ['SYN01', 'SYN02'] });
    expect(source.name).toBe('synthetic sample market from 2024-07-03 to 2024-07-05 of SYN01 SYN02');
  });
});
