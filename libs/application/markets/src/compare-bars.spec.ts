import { describe, expect, it } from '@jest/globals';
import { appendBar, finishBarTable, newBarTableDraft, sampleMarket } from '@aitrader/core-market';
import { newYorkInstant } from '@aitrader/core-sessions';
import { ticker } from '@aitrader/model';
import { compareBars } from './compare-bars.ts';
import { inOnePart, type PartedBars } from './parted-bars.ts';

const at = (minute: number): number => newYorkInstant('2024-07-02', 600 + minute);
type Row = readonly [symbol: string, minute: number, price: number, volume?: number];

function marketOf(rows: readonly Row[]): PartedBars {
  const symbols = [...new Set(rows.map(([symbol]) => symbol))].sort();
  const draft = newBarTableDraft('1m', symbols.map(ticker));
  const bars = rows.map(([symbol, minute, price, volume = 100]) => ({
    t: at(minute),
    symbol: symbols.indexOf(symbol),
    price,
    volume,
  }));
  for (const { price, ...bar } of bars.sort((a, b) => a.t - b.t || a.symbol - b.symbol))
    appendBar(draft, { ...bar, open: price, high: price, low: price, close: price });
  return inOnePart(finishBarTable(draft));
}

describe('two sources of bars', () => {
  it('agree when they are the same', async () => {
    const sample = inOnePart(sampleMarket());
    expect(await compareBars(sample, sample)).toMatchObject({
      ...{ compared: sample.count, apart: 0, outside: 0, onlyHere: 0, onlyThere: 0, disagreements: [] },
    });
  });

  it('are held against each other in the symbols and the time that both have, and what one lacks is counted', async () => {
    const here = marketOf([
      ['A', 1, 10],
      ['A', 2, 10],
      ['A', 3, 15],
      ['B', 2, 20],
      ['C', 2, 30],
      ['A', 5, 10],
    ]);
    const there = marketOf([
      ['A', 2, 10.01],
      ['A', 3, 10],
      ['A', 4, 10],
      ['B', 3, 20],
      ['D', 3, 40],
    ]);
    const { symbols, disagreements, ...total } = await compareBars(here, there);
    expect(total).toEqual({ compared: 2, apart: 1, outside: 0, onlyHere: 1, onlyThere: 2 });
    expect(symbols.map(({ symbol, compared, onlyHere, onlyThere }) => [symbol, compared, onlyHere, onlyThere])).toEqual([
      ['A', 2, 0, 1],
      ['B', 0, 1, 1],
    ]);
    expect(disagreements).toMatchObject([{ symbol: 'A', t: at(3), kind: 'apart', here: { close: 15 }, there: { close: 10 } }]);
  });

  it('cannot be, without a symbol or a time in common', async () => {
    await expect(compareBars(marketOf([['A', 1, 10]]), marketOf([['B', 1, 10]]))).rejects.toThrow('in common');
    await expect(compareBars(marketOf([['A', 1, 10]]), marketOf([['A', 2, 10]]))).rejects.toThrow('in common');
  });
});
