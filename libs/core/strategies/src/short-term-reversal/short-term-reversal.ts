/*
 * Short-term reversal: what has fallen over a week rises over the next, and what has risen falls.
 *
 *   z = ln(close / close `lookbackBars` before) / (sd √lookbackBars)
 *
 * Lehmann, "Fads, martingales, and market efficiency", Quarterly Journal of Economics 105 (1990), and Jegadeesh, "Evidence of predictable
 * behavior of security returns", Journal of Finance 45 (1990): returns of single stocks over a week or a month reverse. Most of it was paid for by
 * bounces between bid and ask and went with narrower spreads (Avramov, Chordia and Goyal 2006), so that costs decide.
 *
 * 1. By daily bars alone.
 */
import { dailyReturnKind } from '../daily-return-kind.ts';
import { NEVER_LEFT } from '../leaving.ts';

/** Correlation of score and outcome that is claimed, per standard deviation of the past return. */
const INFORMATION_COEFFICIENT = 0.03;
const SCORE_MAX = 3;

export const SHORT_TERM_REVERSAL = dailyReturnKind({
  usual: { lookbackBars: 5, zMin: 1.5, zExit: NEVER_LEFT, horizonSessions: 5, stopAtr: 3, targetAtr: 3 },
  sense: 'against',
  claim: (z) => -INFORMATION_COEFFICIENT * Math.max(-SCORE_MAX, Math.min(SCORE_MAX, z)),
});
