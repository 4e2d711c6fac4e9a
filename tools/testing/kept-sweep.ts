import { createHash } from 'node:crypto';
import type { SweepReport, TrialReport } from '@aitrader/application-sweep';

/** A SHA-256 for each word. */
export const hashOfWord = (word: string): string => createHash('sha256').update(word).digest('hex');

const DATES = ['2024-07-02', '2024-07-03', '2024-07-05'];

/** What a trial came to: made up, each figure another one. */
export function trialNumbered(trial: number, config = `configuration ${trial}`, came = `run ${trial}`): TrialReport {
  return {
    ...{ trial, configHash: hashOfWord(config), digest: hashOfWord(came) },
    sets: { 'risk.kellyFraction': trial / 10, 'strategies.breakout.kind': `a "kind" of ${trial} \\` },
    counts: { signals: 40 + trial, orders: 20 + trial, denials: 10 + trial, fills: 30 + trial },
    equity: { start: 100_000, end: 100_064.184_321 + trial },
    ...{ maxDrawdown: 0.0002 * trial, totalReturn: 0.1 / 3 / trial, sharpe: -9.17 / trial },
    ...{ probabilistic: 0.848, deflated: trial === 1 ? null : 0.5, trackRecordMin: trial === 1 ? null : 6.4 },
    returns: [0, 0.1 / 3 / trial, -1e-17],
  };
}

/** A sweep of made-up trials. */
export function sweepOfTrials(trials: readonly TrialReport[]): SweepReport {
  return {
    ...{ market: hashOfWord('market'), code: hashOfWord('code'), dates: DATES, trials },
    choice: {
      overfitting: { probability: 0.76, lossProbability: 0.7, slope: -0.8, splits: 12_870, blocks: 16 },
      superiority: {
        ...{ realityCheck: 0.92, superiorAbility: { lower: 0.78, consistent: 0.8, upper: 0.86 } },
        ...{ meanBlock: 1, samples: 2_000 },
      },
    },
    ...{
      digest: hashOfWord(trials.map(({ configHash, digest }) => `${configHash} ${digest}\n`).join('')),
      seconds: 4.1,
      resumed: 0,
    },
  };
}

/** A sweep of as many trials. */
export const sweepOf = (count: number): SweepReport =>
  sweepOfTrials(Array.from({ length: count }, (_, at) => trialNumbered(at + 1)));
