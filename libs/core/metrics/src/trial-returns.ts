import { read } from '@aitrader/model';
import { mean, sampleVariance } from './moments.ts';
import { requireCount, requireFinite } from './series.ts';

/*
 * What many trials earned over the same periods: the rules, parameters or models that were tried before one of them was chosen. All of
 * them belong here, the bad ones as well: what is left out is what makes a chosen one look better than it is.
 */

/** Returns of equal periods, a row of `periods` numbers for each trial, one after the other: trial k in period t at k · periods + t. */
export interface TrialReturns {
  readonly trials: number;
  readonly periods: number;
  readonly returns: Float64Array;
}

/** The returns of one trial, not copied. @throws RangeError for a trial that is none */
export function returnsOf({ trials, periods, returns }: TrialReturns, trial: number): Float64Array {
  if (!(Number.isSafeInteger(trial) && trial >= 0 && trial < trials))
    throw new RangeError(`there is no trial ${trial} among ${trials}, counted from 0`);
  return returns.subarray(trial * periods, (trial + 1) * periods);
}

/** @throws RangeError for fewer trials or periods than these, another number of returns, or the first one that is not finite */
export function requireTrials({ trials, periods, returns }: TrialReturns, trialsMin: number, periodsMin: number): void {
  requireCount('number of trials', trials, trialsMin);
  requireCount('number of periods', periods, periodsMin);
  if (returns.length !== trials * periods)
    throw new RangeError(`${trials} trials of ${periods} periods have ${trials * periods} returns, not ${returns.length}`);
  for (let i = 0; i < returns.length; i++)
    if (!Number.isFinite(read(returns, i)))
      requireFinite(`return of trial ${Math.floor(i / periods)} in period ${i % periods}`, read(returns, i));
}

/** A Sharpe ratio per period from its mean and variance; 0 where nothing was earned and nothing ventured. */
export function ratioOf(mean: number, variance: number): number {
  if (variance > 0) return mean / Math.sqrt(variance);
  return mean === 0 ? 0 : Math.sign(mean) * Infinity;
}

/** The Sharpe ratio per period of every trial: their sampleVariance is what deflatedSharpe asks for. @throws RangeError below two periods */
export function sharpeRatiosOf(trials: TrialReturns): Float64Array {
  requireTrials(trials, 1, 2);
  return Float64Array.from({ length: trials.trials }, (_, k) => {
    const row = returnsOf(trials, k);
    return ratioOf(mean(row), sampleVariance(row));
  });
}
