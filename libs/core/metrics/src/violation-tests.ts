import { chiSquareSurvival, ln } from '@aitrader/core-numeric';
import { requireCount, requireInside } from './series.ts';
import type { TestResult } from './significance.ts';

/*
 * Likelihood-ratio tests of the days on which a loss was beyond its value at risk. Sources: Kupiec (1995), "Techniques for verifying
 * the accuracy of risk measurement models", J. Derivatives 3; Christoffersen (1998), "Evaluating interval forecasts", Int. Econ. Rev. 39.
 *
 * 1. A statistic is at least 0, and 0 when the shares observed are those expected.
 * 2. The conditional statistic is the sum of the two others.
 */

/** k ln p, which is 0 for k = 0 whatever p. */
const lnPower = (p: number, k: number): number => (k === 0 ? 0 : k * ln(p));
/** ln of the likelihood of `hits` in `trials` with probability p each. */
const lnLikelihood = (hits: number, trials: number, p: number): number => lnPower(p, hits) + lnPower(1 - p, trials - hits);
const ratioTest = (ratio: number, dof: number): TestResult => {
  const statistic = Math.max(0, ratio);
  return { statistic, pValue: chiSquareSurvival(statistic, dof) };
};

/**
 * Kupiec's test of unconditional coverage: whether `violations` of `days` are as many as probability `tail` makes likely,
 * 2 ln (L(violations / days) / L(tail)) ~ χ²(1). @throws RangeError for counts that are none, or a tail outside 0 … 1
 */
export function kupiecTest(violations: number, days: number, tail: number): TestResult {
  requireCount('number of days', days, 1);
  requireCount('number of violations', violations, 0);
  if (violations > days) throw new RangeError(`${violations} violations in ${days} days`);
  requireInside('tail', tail);
  const observed = lnLikelihood(violations, days, violations / days);
  return ratioTest(2 * (observed - lnLikelihood(violations, days, tail)), 1);
}

/** How often a day without (row 0) or with a violation (row 1) was followed by one without or with. */
export type TransitionCounts = readonly [readonly [number, number], readonly [number, number]];

/** @throws RangeError for fewer than two days */
export function violationTransitions(violations: readonly boolean[]): TransitionCounts {
  requireCount('number of days', violations.length, 2);
  const counts: [[number, number], [number, number]] = [
    [0, 0],
    [0, 0],
  ];
  violations.slice(1).forEach((isViolation, day) => {
    counts[violations[day] === true ? 1 : 0][isViolation ? 1 : 0] += 1;
  });
  return counts;
}

/**
 * Christoffersen's test of independence: whether a violation is as likely after one as after none, against a first-order Markov
 * chain; ~ χ²(1). A kind of day that never comes before another says nothing. @throws RangeError for fewer than two days
 */
export function independenceTest(violations: readonly boolean[]): TestResult {
  const [[quietQuiet, quietHit], [hitQuiet, hitHit]] = violationTransitions(violations);
  const afterQuiet = quietQuiet + quietHit;
  const afterHit = hitQuiet + hitHit;
  const free =
    lnLikelihood(quietHit, afterQuiet, quietHit / Math.max(1, afterQuiet)) +
    lnLikelihood(hitHit, afterHit, hitHit / Math.max(1, afterHit));
  const hits = quietHit + hitHit;
  const followed = afterQuiet + afterHit;
  return ratioTest(2 * (free - lnLikelihood(hits, followed, hits / followed)), 1);
}

/**
 * Christoffersen's test of conditional coverage: the sum of Kupiec's statistic over all days and of the one of independence,
 * ~ χ²(2). @throws RangeError for fewer than two days, or a tail outside 0 … 1
 */
export function conditionalCoverageTest(violations: readonly boolean[], tail: number): TestResult {
  const count = violations.filter(Boolean).length;
  const unconditional = kupiecTest(count, violations.length, tail);
  return ratioTest(unconditional.statistic + independenceTest(violations).statistic, 2);
}
