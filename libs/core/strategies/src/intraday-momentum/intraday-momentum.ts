/*
 * Intraday momentum: the return from the close before to half an hour after the open goes on in the last half-hour.
 *
 * Gao, Han, Li and Zhou, "Market intraday momentum", Journal of Financial Economics 129 (2018): of SPY from 1993 to 2013 the first half-hour predicts
 * the last one with an R² of 1.6 %, more on volatile days. That is an index; single stocks were not their matter.
 *
 * 1. By minutes alone, once a session, half an hour before its close, which half days have earlier.
 */
import { sessionReturnKind } from '../session-return-kind.ts';

const HALF_HOUR = 30;
/** Correlation of score and outcome that is claimed, per standard deviation: the root of an R² of 1.6 % is 0.13, of a market. */
const INFORMATION_COEFFICIENT = 0.05;
const SCORE_MAX = 3;

export const INTRADAY_MOMENTUM = sessionReturnKind({
  what: "first half-hour's return",
  usual: { sessionsMin: 20, zMin: 0.5, horizonMinutes: HALF_HOUR, stopAtr: 6, targetAtr: 12 },
  sense: 'with',
  ...{ toMinutes: HALF_HOUR, atMinutes: -HALF_HOUR },
  claim: (z) => INFORMATION_COEFFICIENT * Math.max(-SCORE_MAX, Math.min(SCORE_MAX, z)),
});
