/*
 * Overnight reversal: what opens far from where it closed goes some of the way back during the session.
 *
 * Berkman, Koch, Tuttle and Zhang, "Paying attention: overnight returns and the hidden cost of buying at the open", Journal of Financial and
 * Quantitative Analysis 47 (2012): stocks that individuals buy at the open have high overnight returns that reverse during the day. Lou, Polk and
 * Skouras, "A tug of war", Journal of Financial Economics 134 (2019): overnight and intraday returns of a stock are of opposite signs, for years.
 *
 * 1. By minutes alone, once a session, at its first bar. A night that follows a session without a bar is none.
 */
import { sessionReturnKind } from '../session-return-kind.ts';

/** Correlation of score and outcome that is claimed, per standard deviation of the night's return. */
const INFORMATION_COEFFICIENT = 0.03;
const SCORE_MAX = 3;

export const OVERNIGHT_REVERSAL = sessionReturnKind({
  what: "night's return",
  usual: { sessionsMin: 20, zMin: 1, horizonMinutes: 360, stopAtr: 20, targetAtr: 20 },
  sense: 'against',
  ...{ toMinutes: 0, atMinutes: 0 },
  claim: (z) => -INFORMATION_COEFFICIENT * Math.max(-SCORE_MAX, Math.min(SCORE_MAX, z)),
});
