import { read } from '@aitrader/model';
import { REGIME } from './memory.ts';

/*
 * Exponentially weighted variances do not return to what is usual, markets do: forecasts after calm bars were too narrow, those after wild
 * ones too wide. So a forecast has v (1 + κ d) in place of the bank's v, with d the distance to what is usual, in ln; and κ is learned of each
 * symbol by the score of a t with four degrees of freedom, in steps of its information: a regression, online, of what came on what was
 * expected. κ ends at 0.05 of days, at 0.2 of minutes.
 *
 * 1. κ stays inside 0 … REVERSION_MAX, d inside DISTANCE_MIN … DISTANCE_MAX: a positive variance stays positive.
 */

/** Where κ begins, and how much is needed to move it: 100 … 1000 score alike within 0.0002 nats. */
const REVERSION_START = 0.1;
const PRIOR_EVIDENCE = 300;
/** What counts at most of what came long ago: about ten thousand bars. */
const EVIDENCE_MAX = 1000;
const REVERSION_MAX = 0.4;
/** Up from a variance far above the usual one, a crash, days are not drawn back any further: 2 loses 0.004 nats of a short series. */
const DISTANCE_MIN = -1;
const DISTANCE_MAX = 1.5;
/** Fisher's information of ln of the variance in a t of ν degrees of freedom: ν / (2 (ν + 3)). */
const DOF = 4;
const INFORMATION = DOF / (2 * (DOF + 3));

const { reversion: REVERSION, evidence: EVIDENCE, unusual: UNUSUAL } = REGIME;

export function startReversion(regimes: Float64Array, r: number): void {
  regimes[r + UNUSUAL] = 0;
  regimes[r + REVERSION] = REVERSION_START;
  regimes[r + EVIDENCE] = 0;
}

/** From ln of the variance over the usual one. */
const distanceOf = (unusual: number): number =>
  unusual > -DISTANCE_MIN ? DISTANCE_MIN : unusual < -DISTANCE_MAX ? DISTANCE_MAX : -unusual;

/** The bank's variance on its way back to what is usual of the symbol at `r`. */
export const drawnBack = (regimes: Float64Array, r: number, variance: number): number =>
  variance * (1 + read(regimes, r + REVERSION) * distanceOf(read(regimes, r + UNUSUAL)));

/** Learns from a cut square, in squared sd of the forecast, before the regimes do. */
export function learnReversion(regimes: Float64Array, r: number, square: number): void {
  const distance = distanceOf(read(regimes, r + UNUSUAL));
  const evidence = read(regimes, r + EVIDENCE) + INFORMATION * distance * distance;
  // d ln f / d ln v = (ν + 1) x / (2 (ν − 2 + x)) − ½ = (2 x − 1) / (2 + x), of the squared sd x; d ln v / d κ is about d
  const step = ((2 * square - 1) * distance) / ((2 + square) * (evidence + PRIOR_EVIDENCE));
  const next = read(regimes, r + REVERSION) + step;
  regimes[r + EVIDENCE] = evidence > EVIDENCE_MAX ? EVIDENCE_MAX : evidence;
  regimes[r + REVERSION] = next < 0 ? 0 : next > REVERSION_MAX ? REVERSION_MAX : next;
}
