import { describe, expect, it } from '@jest/globals';
import { inOnePart, inSharedMemory, type MarketBars, type PartedBars } from '@aitrader/application-markets';
import { runInMemory } from '@aitrader/application-pipeline';
import { sampleMarket } from '@aitrader/core-market';
import { newYorkInstant } from '@aitrader/core-sessions';
import { cash, epochMs, item, newControl, read, type CorporateAction } from '@aitrader/model';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { trialsOf } from './grid.ts';
import { runTrials } from './run-trials.ts';

const table = sampleMarket();

/** The table in parts that end with an interval, near every so many rows. */
function inParts(whole: MarketBars, rows: number): PartedBars {
  const ends = Array.from({ length: Math.floor(whole.count / rows) }, (_, i) => {
    let end = (i + 1) * rows;
    while (end < whole.count && read(whole.t, end) === read(whole.t, end - 1)) end += 1;
    return end;
  });
  return {
    ...inOnePart(whole),
    parts: async function* () {
      let from = 0;
      for (const to of [...ends, whole.count]) {
        const rest = (column: Float64Array): Float64Array => column.slice(from, to);
        const { timeframe, symbols, t, open, high, low, close, volume } = whole;
        if (to > from)
          yield {
            ...{ timeframe, symbols, count: to - from, t: rest(t), symbol: whole.symbol.slice(from, to) },
            ...{ open: rest(open), high: rest(high), low: rest(low), close: rest(close), volume: rest(volume) },
          };
        from = to;
      }
    },
  };
}

/** What differs in stages behind strategies, in strategies, and in stages that others do not have. */
const GRID = [
  { risk: { kellyFraction: 0.1 } },
  { strategies: [{ name: 'breakout', parameters: { donchianBars: 30 } }, { name: 'momentum' }], risk: { kellyFraction: 0.2 } },
  { risk: { kellyFraction: 0.2 }, scanner: { volumeDaysMin: 1 } },
  { risk: { kellyFraction: 0.2 }, broker: {} },
];

const NOON = 12 * 60;
const HALF_PAST_TEN = 10 * 60 + 30;
const FOUR = 4 * 60;
const symbol = item(table.symbols, 0);

/** What is told beside the bars: that all is to be closed, that one symbol's are not to be traded on from a time on, and that its shares are divided. */
const levels = [
  newControl('flatten', epochMs(newYorkInstant('2024-07-03', NOON)), 'operator', 'test'),
  newControl('resume', epochMs(newYorkInstant('2024-07-03', NOON) + 60_000), 'operator', 'test'),
  newControl('data-level', epochMs(newYorkInstant('2024-07-05', HALF_PAST_TEN)), 'ingest', 'test', {
    data: [{ level: 3, symbols: [symbol], causes: [], feed: 'one/feed', clockBehindMs: 0 }],
  }),
];
const exAt = epochMs(newYorkInstant('2024-07-05', FOUR));
const actions: readonly CorporateAction[] = [
  { id: 'split', kind: 'split', symbol, exAt, payAt: exAt, newShares: 2, oldShares: 1, cash: cash(0), other: symbol },
];

describe('many trials over one market', () => {
  it('are each the backtest of their configuration, whatever parts the bars come in', async () => {
    const trials = trialsOf(GRID, 'the grid', SIMULATED_DEFAULTS);
    const market = { bars: inParts(table, 5_000), parameters: [], levels, actions };
    const outcomes = await runTrials({ market, configs: trials.map(({ config }) => config) });
    expect(outcomes).toHaveLength(4);
    for (const { config, index } of trials) {
      const { digest, counts, equity, maxDrawdown } = await runInMemory({ table, config, shards: 1, levels, actions });
      const outcome = item(outcomes, index);
      expect(outcome).toMatchObject({ digest: digest.all, counts, equity, maxDrawdown });
      expect(outcome.returns.reduce((wealth, each) => wealth * (1 + each), equity.start)).toBeCloseTo(equity.end, 6);
      expect(counts.fills).toBeGreaterThan(0);
    }
    expect(new Set(outcomes.map(({ digest }) => digest)).size).toBe(4);
    expect(item(outcomes, 0).dates).toEqual(['2024-07-02', '2024-07-03', '2024-07-05']);
  });

  it('are the same over bars that threads share', async () => {
    const configs = trialsOf(GRID.slice(0, 1), 'the grid', SIMULATED_DEFAULTS).map(({ config }) => config);
    const shared = inSharedMemory(table);
    expect(shared.close.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(shared).toEqual(table);
    const [own, theirs] = await Promise.all(
      [table, shared].map((bars) => runTrials({ market: { bars: inOnePart(bars), parameters: [] }, configs })),
    );
    expect(theirs).toEqual(own);
  });

  it('that differ in their probability stage are refused', async () => {
    const trials = trialsOf({ 'probability.warmUpBars': [5, 6] }, 'the grid', SIMULATED_DEFAULTS);
    const run = runTrials({ market: { bars: inOnePart(table), parameters: [] }, configs: trials.map(({ config }) => config) });
    await expect(run).rejects.toThrow('trials have one probability stage');
  });
});
