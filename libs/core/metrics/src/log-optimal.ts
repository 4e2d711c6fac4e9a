import { item } from '@aitrader/model';
import { log1p } from '@aitrader/core-numeric';
import { meanOf } from './moments.ts';
import { requireFinite, requireReturns, type Series } from './series.ts';

/*
 * The stakes at which capital would have grown fastest, found on returns rather than assumed of them.
 *
 * 1. No other stake grows faster on the same returns.
 * 2. Wealth stays positive at the stake found, whichever of the returns comes next.
 */

const STEPS_MAX = 200;
const CLOSE_ENOUGH = 1e-14;

export interface LogOptimalStake {
  /** share of the capital at stake; below 0 is a short position */
  readonly stake: number;
  /** mean of ln(1 + stake · r) per period */
  readonly growth: number;
}

/** Mean of r / (1 + stake · r), which falls as the stake rises, and minus its slope. */
const slopeAt = (returns: Series, stake: number): readonly [slope: number, curvature: number] => [
  meanOf(returns, (r) => r / (1 + stake * r)),
  meanOf(returns, (r) => (r / (1 + stake * r)) * (r / (1 + stake * r))),
];

/**
 * The stake that maximises mean ln(1 + stake · r) over simple returns r, by Newton's steps inside a bracket: exact within 1e-12.
 * Infinitely much when no return is a loss, and the other way round: that throws. Source: Kelly (1956), "A new interpretation of
 * information rate"; Thorp (2006), section 7. @throws RangeError for bad returns, or ones that are not both above and below 0
 */
export function logOptimalStake(returns: Series): LogOptimalStake {
  requireReturns(returns);
  const values = Array.from(returns);
  const best = values.reduce((most, value) => Math.max(most, value), -Infinity);
  const worst = values.reduce((least, value) => Math.min(least, value), Infinity);
  if (!(best > 0 && worst < 0)) throw new RangeError(`returns from ${worst} to ${best} have no best stake`);
  let [low, high] = [-1 / best, -1 / worst];
  let stake = 0;
  for (let i = 0; i < STEPS_MAX; i++) {
    const [slope, curvature] = slopeAt(returns, stake);
    if (slope > 0) low = stake;
    else high = stake;
    const newton = stake + slope / curvature;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    const isSettled = Math.abs(next - stake) <= CLOSE_ENOUGH * Math.max(Math.abs(next), CLOSE_ENOUGH);
    stake = next;
    if (isSettled) break;
  }
  return { stake, growth: meanOf(returns, (r) => log1p(stake * r)) };
}

/** The lower triangle L of a symmetric positive definite matrix L Lᵀ, row by row. */
function cholesky(matrix: readonly (readonly number[])[]): number[][] {
  const factor: number[][] = [];
  matrix.forEach((cells, i) => {
    const row: number[] = [];
    for (let j = 0; j <= i; j++) {
      const other = j === i ? row : item(factor, j);
      const rest = row.reduce((sum, value, k) => (k < j ? sum - value * item(other, k) : sum), item(cells, j));
      if (j === i && !(rest > 0)) throw new RangeError(`the covariance is not positive definite at asset ${i}: ${rest}`);
      row.push(j === i ? Math.sqrt(rest) : rest / item(other, j));
    }
    factor.push(row);
  });
  return factor;
}

/**
 * The weights F = C⁻¹ (M − r) of the assets at which capital grows fastest, for excess returns M − r with covariance C (rows of
 * equal length, symmetric), all per the same unit of time; the growth above r is then F · (M − r) / 2. Source: Thorp (2006), section 8.4.
 * @throws RangeError for other shapes, what is not finite, or a covariance that is not positive definite
 */
export function logOptimalWeights(covariance: readonly (readonly number[])[], excess: readonly number[]): number[] {
  const size = excess.length;
  if (covariance.length !== size || covariance.some((row) => row.length !== size))
    throw new RangeError(`${size} returns need a covariance of ${size} rows and columns`);
  for (const value of [...excess, ...covariance.flat()]) requireFinite('covariances and returns', value);
  const factor = cholesky(covariance);
  const forward: number[] = [];
  factor.forEach((row, i) => {
    const rest = forward.reduce((sum, value, k) => sum - item(row, k) * value, item(excess, i));
    forward.push(rest / item(row, i));
  });
  const weights = [...forward];
  for (let i = size - 1; i >= 0; i--) {
    let rest = item(forward, i);
    for (let k = i + 1; k < size; k++) rest -= item(item(factor, k), i) * item(weights, k);
    weights[i] = rest / item(item(factor, i), i);
  }
  return weights;
}
