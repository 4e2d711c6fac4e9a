/**
 * 1. A trial beside any others has the facts that a backtest with its configuration has, byte for byte: whatever they share, and whatever of the
 *    market they pass over.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inOnePart, selectBars } from '@aitrader/application-markets';
import { runInMemory, type RunResult } from '@aitrader/application-pipeline';
import { sampleMarket } from '@aitrader/core-market';
import { item, type RunConfig } from '@aitrader/model';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { trialsOf, type Trial } from './grid.ts';
import { runTrials } from './run-trials.ts';

const whole = sampleMarket();
/** Some of the symbols: what is shared is there in few of them too. */
const table = selectBars('the sample', whole, { symbols: whole.symbols.slice(0, 5) });

const STRATEGIES = [
  [{ name: 'breakout' }],
  [{ name: 'breakout', parameters: { donchianBars: 30 } }],
  [{ name: 'momentum' }, { name: 'breakout', parameters: { donchianBars: 30 } }],
  [{ name: 'mean-reversion' }],
];
/** What claims are believed by: as they are stated, by what they have come to, and by that as it fades faster. */
const EDGES = [null, {}, { halfLifeOutcomes: 20 }, { slope: 1, outcomesMin: 0 }];

/** Parts of configurations, of which some trade, and some trade nothing for days. */
const somePart = fc.record({
  strategies: fc.constantFrom(...STRATEGIES),
  risk: fc.record({
    kellyFraction: fc.constantFrom(0.05, 0.5),
    edge: fc.constantFrom(...EDGES),
    entryLimits: fc.record({ openMinutes: fc.constantFrom(5, 60) }, { noNullPrototype: true }),
    forecastMinutes: fc.constantFrom(30, 60, null),
  }),
  simulation: fc.record({ spread: fc.constantFrom('fixed', 'fixed', 'estimated'), impactBp: fc.constantFrom(0, 20) }),
  scanner: fc.constantFrom(null, null, { volumeDaysMin: 1 }),
});

const known = new Map<string, Promise<RunResult>>();
/** A backtest of a configuration, run once. */
function alone({ configHash, config }: Trial): Promise<RunResult> {
  const run = known.get(configHash) ?? runInMemory({ table, config, shards: 1 });
  known.set(configHash, run);
  return run;
}

describe('trials over one market', () => {
  it('1. are each a backtest of its configuration', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(somePart, { minLength: 2, maxLength: 4, selector: (part) => JSON.stringify(part) }),
        async (parts) => {
          const trials = trialsOf(parts, 'the grid', SIMULATED_DEFAULTS);
          const configs: readonly RunConfig[] = trials.map(({ config }) => config);
          const outcomes = await runTrials({ market: { bars: inOnePart(table), parameters: [] }, configs });
          for (const trial of trials) {
            const { digest, counts, equity, maxDrawdown } = await alone(trial);
            expect(item(outcomes, trial.index)).toMatchObject({ digest: digest.all, counts, equity, maxDrawdown });
          }
        },
      ),
      { numRuns: 4, endOnFailure: true },
    );
  });
});
