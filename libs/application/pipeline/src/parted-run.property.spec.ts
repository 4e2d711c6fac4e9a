import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inOnePart, type MarketBars, type PartedBars } from '@aitrader/application-markets';
import { sampleMarket } from '@aitrader/core-market';
import { read } from '@aitrader/model';
import { BELIEVING } from '../../../../tools/testing/believing.ts';
import { runInMemory, runMarket } from './memory-run.ts';

/** A run takes half a second. */
fc.configureGlobal({ numRuns: 6 });
const market = sampleMarket();

/** The sample up to each of the rows, and the rest; a border within an interval moves to its end. */
function cutAt(rows: readonly number[]): MarketBars[] {
  const borders = rows.map((row) => endOfInterval(row)).sort((a, b) => a - b);
  const ends = [...new Set([...borders, market.count])].filter((end) => end > 0);
  return ends.map((end, i) => rowsOf(ends[i - 1] ?? 0, end));
}

function endOfInterval(row: number): number {
  let end = row;
  while (end > 0 && end < market.count && read(market.t, end) === read(market.t, end - 1)) end++;
  return end;
}

const rowsOf = (from: number, to: number): MarketBars => ({
  timeframe: market.timeframe,
  symbols: market.symbols,
  count: to - from,
  symbol: market.symbol.slice(from, to),
  ...{ t: market.t.slice(from, to), open: market.open.slice(from, to), high: market.high.slice(from, to) },
  ...{ low: market.low.slice(from, to), close: market.close.slice(from, to), volume: market.volume.slice(from, to) },
});

/** A market in parts of which only the last one given out is whole: the columns of those before are spoilt. */
const inParts = (parts: readonly MarketBars[]): PartedBars => ({
  ...inOnePart(market),
  parts: async function* () {
    for (const part of parts) {
      yield part;
      for (const column of [part.t, part.open, part.high, part.low, part.close, part.volume]) column.fill(Number.NaN);
      part.symbol.fill(-1);
    }
  },
});

describe('a run over the parts of a market', () => {
  it('comes to what one over all of it comes to, wherever the parts begin', async () => {
    const config = BELIEVING;
    const { seconds: _, ...whole } = await runInMemory({ table: market, config, shards: 1 });
    const borders = fc.array(fc.nat(market.count), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(borders, fc.integer({ min: 1, max: 3 }), fc.constantFrom(1, 100, 4096), async (rows, shards, chunk) => {
        const { seconds: __, ...parted } = await runMarket({ bars: inParts(cutAt(rows)), config, shards, chunk });
        expect(parted).toEqual(whole);
      }),
    );
  });
});
