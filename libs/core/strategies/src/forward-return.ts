/*
 * What a breakout strategy says about the log return over its horizon: the law of the symbol's returns over it, moved by the claim.
 *
 *   claim = v · k + IC · (2P − 1) · sd          k = τ · (1 − exp(−h/τ))
 *
 * with h the horizon, v and P the state's velocity and P(v > 0), and sd that of the law. The first term is the filter's own drift: a
 * velocity that fades with a mean life of τ, integrated over the horizon. The state does not say how fast its velocity fades, so τ is an
 * assumption, at the short end of the lives that such filters are given, which keeps the drift small. The second term is the belief in
 * continuation, in the form of Grinold, "Alpha is volatility times IC times score" (1994): 2P − 1 is the score (−1 certain fall, +1
 * certain rise), and IC the correlation of score and outcome that the strategy claims. A claim is an assumption, to be held against what
 * came of such claims. It takes its sign from the state, never from the direction of the trade: when the two disagree, whoever sizes the
 * signal sees it.
 *
 * Invariants
 * 1. Every figure is a safe integer; the quantiles never fall from one level to the next.
 * 2. The distribution depends on the row, the law and the horizon alone.
 */
import { dofOf, type HorizonLaw } from '@aitrader/core-horizon';
import { exp, toFixedPoint } from '@aitrader/core-numeric';
import { AT, PPM, read, type ReturnDistribution } from '@aitrader/model';

/** The correlation of score and outcome that the strategy claims: 0.1 is about the best that forecasts of returns sustain. */
const INFORMATION_COEFFICIENT = 0.1;
/** Mean life of a velocity, trading minutes: a half-life of 21. */
const VELOCITY_LIFE_MINUTES = 30;
const DOF_UNITS_PER_ONE = 1000;

/** What turns a state into a claim over one horizon. Plain data. */
export interface Outlook {
  readonly horizonMinutes: number;
  /** the k above: minutes that a velocity is worth over the horizon */
  readonly velocityMinutes: number;
}

/** The outlook over a horizon in trading minutes. */
export function newOutlook(horizonMinutes: number): Outlook {
  return { horizonMinutes, velocityMinutes: VELOCITY_LIFE_MINUTES * (1 - exp(-horizonMinutes / VELOCITY_LIFE_MINUTES)) };
}

/** The forward return that the state's row at `offset` and the law imply, in e8; undefined when a figure is missing. */
export function forwardReturn(
  { velocityMinutes }: Outlook,
  { sd, quantiles }: HorizonLaw,
  rows: Float64Array,
  offset: number,
): ReturnDistribution | undefined {
  const score = (2 * read(rows, offset + AT.velocityUp)) / PPM - 1;
  const mean = read(rows, offset + AT.velocity) * velocityMinutes + INFORMATION_COEFFICIENT * score * sd;
  if (!Number.isFinite(mean) || !(sd > 0 && sd < Infinity)) return undefined;
  const quantilesE8: number[] = [];
  for (let k = 0; k < quantiles.length; k++) quantilesE8.push(toFixedPoint(mean + read(quantiles, k), 1));
  return {
    meanE8: toFixedPoint(mean, 1),
    sdE8: toFixedPoint(sd, 1),
    dofMilli: toFixedPoint(dofOf(quantiles), DOF_UNITS_PER_ONE),
    quantilesE8,
  };
}
