import { newRandomStream, nextBell } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';
import type { TrialReturns } from '../src/index.ts';

/** Rows of returns as trials. */
export const trialsOf = (rows: readonly ArrayLike<number>[]): TrialReturns => ({
  trials: rows.length,
  periods: rows[0]?.length ?? 0,
  returns: Float64Array.from(rows.flatMap((row) => Array.from(row))),
});

/** Rules that are long or short by luck in a market whose days are noise of 1 %: none of them knows anything. */
export function noisyRules(seed: number, trials: number, periods: number): TrialReturns {
  const stream = newRandomStream(seed);
  const market = Float64Array.from({ length: periods }, () => 0.01 * nextBell(stream));
  const returns = new Float64Array(trials * periods);
  for (let i = 0; i < returns.length; i++) {
    const moved = read(market, i % periods);
    returns[i] = nextBell(stream) < 0 ? -moved : moved;
  }
  return { trials, periods, returns };
}

/** Noise of 1 % a day, of each trial its own: no two are ever equal. */
export function differentMarkets(seed: number, trials: number, periods: number): TrialReturns {
  const stream = newRandomStream(seed);
  return { trials, periods, returns: Float64Array.from({ length: trials * periods }, () => 0.01 * nextBell(stream)) };
}

/** The same with one that earns more by `sharpe` standard deviations a day than luck gives it. */
export function withEdge({ trials, periods, returns }: TrialReturns, trial: number, sharpe: number): TrialReturns {
  const better = returns.map((value, i) => (Math.floor(i / periods) === trial ? value + 0.01 * sharpe : value));
  return { trials, periods, returns: better };
}

/**
 * Twelve trials of 250 periods from Lehmer's generator, in exact arithmetic but for a few sums: autoregressions of rising memory, of
 * three sizes and five means, the last one with an edge. The references in the specs are of this table.
 */
export function referenceTrials(): TrialReturns {
  let state = 2024;
  const bell = (): number => {
    let sum = -2;
    for (let k = 0; k < 4; k++) {
      state = (state * 16_807) % 2_147_483_647;
      sum += state / 2_147_483_647;
    }
    return sum;
  };
  const rows = Array.from({ length: 12 }, (_, k) => {
    let last = 0;
    return Float64Array.from({ length: 250 }, () => {
      last = 0.06 * k * last + bell();
      return 0.01 * last * (1 + (k % 3)) + 0.0004 * ((k % 5) - 2) + (k === 11 ? 0.0018 : 0);
    });
  });
  return trialsOf(rows);
}
