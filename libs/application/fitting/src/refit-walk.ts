import { recordOf, type FitResult, type FittableModel, type ParameterRecord } from '@aitrader/core-estimation';
import { sessionEnds, weekEnds } from '@aitrader/core-sessions';
import { item, type EpochMs } from '@aitrader/model';
import { stretchOf, type BarSeries } from './bar-series.ts';
import type { FitSeries } from './fit-series.ts';

/*
 * One fit after the other, as of the end of every session or week.
 *
 * 1. A fit uses nothing of the bars after the one that it is fitted to: without them it is the same, bit for bit.
 * 2. Every fit starts from the parameters of the last one that converged. Where that leads nowhere, and with the first fit of every
 *    week, it starts from the model's own starts, too, and the likelier of the two is taken: a walk that only ever goes on from where
 *    it was stays on a lesser summit for good. On unadjusted daily bars, splits and all, it lost up to forty nats.
 */

export const REFITS = ['nightly', 'weekly'] as const;
export type RefitEvery = (typeof REFITS)[number];

/** What ln L must gain to leave a summit for another. */
const GAIN_MIN = 1e-6;

/** When to fit, and to how many of the last observations. */
export interface RefitPlan {
  readonly every: RefitEvery;
  readonly window: number;
}

/** A fit to be made: to the observations before `end`, which are those of the bars up to `fittedTo`. */
export interface RefitPoint {
  readonly end: number;
  readonly fittedTo: EpochMs;
  readonly isFirstOfWeek: boolean;
}

/** One of the fits. */
export interface Refit {
  readonly of: FitSeries;
  readonly fittedTo: EpochMs;
  readonly outcome: { readonly fit: FitResult } | { readonly error: Error };
}

/** The ends of sessions or weeks from the moment that the window is full. */
export function refitPoints({ closes, knownAt }: BarSeries, { every, window }: RefitPlan): RefitPoint[] {
  let end = 0;
  const weeks = new Set(weekEnds(closes));
  const nights = sessionEnds(closes);
  const points = nights.flatMap((index, i): RefitPoint[] => {
    const fittedTo = item(closes, index);
    while (end < knownAt.length && item(knownAt, end) <= fittedTo) end++;
    if (every === 'nightly') return [{ end, fittedTo, isFirstOfWeek: i === 0 || weeks.has(item(nights, i - 1)) }];
    return weeks.has(index) ? [{ end, fittedTo, isFirstOfWeek: true }] : [];
  });
  return points.filter((point) => point.end >= window);
}

export interface RefitSearch {
  /** where the first fit starts */
  readonly init: ParameterRecord | undefined;
  readonly iterationsMax: number | undefined;
}

/** Fits at all points, the earliest first. Every fit is made when it is asked for. */
export function* refits(
  series: BarSeries,
  model: FittableModel,
  points: readonly RefitPoint[],
  window: number,
  { init, iterationsMax }: RefitSearch,
): Generator<Refit> {
  let before = init;
  for (const { end, fittedTo, isFirstOfWeek } of points) {
    const of = stretchOf(series, end - window, end, fittedTo);
    const outcome = refit(of, model, before, isFirstOfWeek, iterationsMax);
    if (isConverged(outcome)) before = recordOf(outcome.fit.parameters);
    yield { of, fittedTo, outcome };
  }
}

/** Whether a fit can be believed. */
export const isConverged = (outcome: Refit['outcome']): outcome is { readonly fit: FitResult } =>
  'fit' in outcome && outcome.fit.converged;

function refit(
  { series }: FitSeries,
  model: FittableModel,
  before: ParameterRecord | undefined,
  isFirstOfWeek: boolean,
  iterationsMax: number | undefined,
): Refit['outcome'] {
  const from = (init: ParameterRecord | undefined): Refit['outcome'] => {
    try {
      return { fit: model.fit(series, { init, iterationsMax }) };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return { error };
    }
  };
  if (before === undefined) return from(undefined);
  const warm = from(before);
  return isConverged(warm) && !isFirstOfWeek ? warm : better(warm, from(undefined));
}

/** The one that converged; of two the likelier, the first one where rounding decides. */
function better(warm: Refit['outcome'], cold: Refit['outcome']): Refit['outcome'] {
  if (!isConverged(cold)) return warm;
  if (!isConverged(warm)) return cold;
  return cold.fit.logLikelihood > warm.fit.logLikelihood + GAIN_MIN ? cold : warm;
}
