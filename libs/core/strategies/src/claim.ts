/*
 * What a strategy says about the log return over its horizon: the law of the symbol's returns over it, moved by the claim. A claim is an
 * assumption, to be held against what came of such claims.
 *
 * 1. Every figure is a safe integer; the quantiles never fall from one level to the next.
 */
import { dofOf, type HorizonLaw } from '@aitrader/core-horizon';
import { toFixedPoint } from '@aitrader/core-numeric';
import { read, type ReturnDistribution } from '@aitrader/model';

const DOF_UNITS_PER_ONE = 1000;

/** A law around a claimed mean, both in e8; undefined when a figure is missing. */
export function forwardReturn(mean: number, { sd, quantiles }: HorizonLaw): ReturnDistribution | undefined {
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
