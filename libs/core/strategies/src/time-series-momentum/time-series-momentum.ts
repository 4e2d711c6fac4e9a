/*
 * Time-series momentum: what has risen over a year goes on for a month, and what has fallen, too.
 *
 *   z = ln(close / close `lookbackBars` before) / (sd √lookbackBars)
 *
 * Moskowitz, Ooi and Pedersen, "Time series momentum", Journal of Financial Economics 104 (2012): the sign of the last twelve months' return
 * predicts the return of the next month of 58 liquid futures; sd is of daily returns with a centre of mass of 60 days. For single stocks the
 * evidence is weaker: Goyal and Jegadeesh (2018) find that much of it is a position long in the market.
 *
 * 1. By daily bars alone.
 */
import { dailyReturnKind } from '../daily-return-kind.ts';

/** Correlation of the sign and the next month's return that is claimed: monthly Sharpe ratios of single series are about that. */
const INFORMATION_COEFFICIENT = 0.1;

export const TIME_SERIES_MOMENTUM = dailyReturnKind({
  usual: { lookbackBars: 252, zMin: 0, zExit: 0, horizonSessions: 21, stopAtr: 4, targetAtr: 12 },
  sense: 'with',
  // the sign counts; a return that is next to none counts for less
  claim: (z) => INFORMATION_COEFFICIENT * Math.max(-1, Math.min(1, z)),
});
