import { ln, pow } from '@aitrader/core-numeric';
import { item, read } from '@aitrader/model';
import type { FitResult } from './fit-result.ts';
import { likelihoodDerivatives, likeliest, requireSeries, type Search } from './maximum-likelihood.ts';
import { boundedMsar, msarLikelihood, msarName, msarSlots, partsOf, shapeOf, type MsarShape } from './msar-likelihood.ts';
import { requireShape, smoothMsar, sortedByMean, type MarkovSwitchingModel } from './msar-model.ts';
import { freeSlots, slotEstimates } from './parameter-slots.ts';
import { covariances } from './standard-errors.ts';

/*
 * Maximum likelihood fit of a Markov-switching autoregression.
 *
 * 1. The same series and shape give the same result, bit for bit.
 * 2. Regimes come out by their means, the lowest first.
 * 3. No sd lies below SD_FLOOR_SHARE of the series': with switching variances the likelihood is infinite at a single value.
 */

/** A fitted model. */
export interface MsarFit extends FitResult {
  readonly msar: MarkovSwitchingModel;
}

/** Fewer values than this for each parameter say too little of it. */
const VALUES_PER_PARAMETER_MIN = 3;
/** The fewest values that a model can be fitted to. */
export function valuesMinOf({ regimes, order, variance }: MsarShape): number {
  const parameters = regimes * regimes + order + (variance === 'switching' ? regimes : 1);
  return order + VALUES_PER_PARAMETER_MIN * parameters;
}
/** Smallest sd of a regime, as a share of the series' sd. */
const SD_FLOOR_SHARE = 0.02;
/** A start gives every transition at least this, so that the search can leave the edge. */
const EDGE = 1e-6;
/** How likely regimes stay, in the starts. */
const STAYS = [0.95, 0.75] as const;
/** Shares of the values that fall to the lowest regime in the starts, when there are two of them. */
const SPLITS = [0.25, 0.5, 0.75] as const;

function momentsOf(values: ArrayLike<number>): { readonly mean: number; readonly sd: number } {
  const list = Array.from(values);
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  return { mean, sd: Math.sqrt(list.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / list.length) };
}

/** Autocorrelation at lag 1. */
function persistenceOf(values: Float64Array): number {
  const { mean, sd } = momentsOf(values);
  let sum = 0;
  for (let t = 1; t < values.length; t++) sum += (read(values, t) - mean) * (read(values, t - 1) - mean);
  return sum / (values.length * sd * sd);
}

/** The values by rank in K groups: the lowest has `lowest` of them if there are two, and all are as large if there are more. */
function rankedGroups(values: Float64Array, regimes: number, lowest: number): Float64Array[] {
  const ranked = Float64Array.from(values).sort();
  const cut = (k: number): number => Math.round(values.length * (regimes === 2 && k === 1 ? lowest : k / regimes));
  return Array.from({ length: regimes }, (_, k) => ranked.subarray(cut(k), cut(k + 1)));
}

/** Starts as models: the values in groups by level or, where variances switch, around one mean. */
function startModels({ regimes, order, variance }: MsarShape, values: Float64Array): MarkovSwitchingModel[] {
  const whole = momentsOf(values);
  const persistence = persistenceOf(values);
  const phis = order > 0 ? [0, persistence] : [0];
  const levels = (regimes > 1 ? SPLITS : [0.5 as const]).map((lowest) => {
    const groups = rankedGroups(values, regimes, lowest).map(momentsOf);
    const within = Math.sqrt(groups.reduce((sum, { sd }) => sum + sd * sd, 0) / regimes);
    return { means: groups.map(({ mean }) => mean), sds: groups.map(() => Math.max(within, whole.sd / 2)) };
  });
  const ladders = variance === 'switching' ? [1, -1].map((sign) => ladder(whole, regimes, sign)) : [];
  return [...levels, ...ladders].flatMap(({ means, sds }) =>
    STAYS.flatMap((stay) =>
      phis.map((phi): MarkovSwitchingModel => ({
        means,
        coefficients: Array.from({ length: order }, (_, i) => (i === 0 ? phi : 0)),
        sds: variance === 'switching' ? sds : [momentsOf(sds).mean],
        transition: sticky(regimes, stay),
      })),
    ),
  );
}

/** Regimes that differ in their sds by factors of two, and a little in their means, up or down with them. */
function ladder(
  { mean, sd }: { readonly mean: number; readonly sd: number },
  regimes: number,
  sign: number,
): Pick<MarkovSwitchingModel, 'means' | 'sds'> {
  const middle = (regimes - 1) / 2;
  const steps = Array.from({ length: regimes }, (_, k) => k - middle);
  return { means: steps.map((step) => mean + 0.1 * sd * step), sds: steps.map((step) => sd * pow(2, sign * step)) };
}

function sticky(regimes: number, stay: number): number[][] {
  const leave = regimes > 1 ? (1 - stay) / (regimes - 1) : 0;
  return Array.from({ length: regimes }, (_, i) =>
    Array.from({ length: regimes }, (_, j) => (i === j ? 1 - leave * (regimes - 1) : leave)),
  );
}

/** The unbounded point of a model: logarithms of the sds above their floor, and of the odds against a row's last regime. */
function unboundedPoint({ means, coefficients, sds, transition }: MarkovSwitchingModel): Float64Array {
  const inside = (p: number): number => Math.max(p, EDGE);
  const odds = transition.flatMap((row) => row.slice(0, -1).map((p) => ln(inside(p) / inside(item(row, row.length - 1)))));
  return Float64Array.from([
    ...means,
    ...coefficients,
    ...sds.map((sd) => ln(Math.max(sd - SD_FLOOR_SHARE, SD_FLOOR_SHARE))),
    ...odds,
  ]);
}

/** A model of the values in units of `scale` around `origin`. */
const rescaled = (model: MarkovSwitchingModel, origin: number, scale: number): MarkovSwitchingModel => ({
  ...model,
  means: model.means.map((mu) => (mu - origin) / scale),
  sds: model.sds.map((sigma) => sigma / scale),
});

/** The model of free parameters: all but the last transition of each row. */
function modelOf(shape: MsarShape, free: Float64Array): MarkovSwitchingModel {
  const { means, coefficients, sds, cells } = partsOf(shape, [...free]);
  const perRow = shape.regimes - 1;
  const transition = means.map((_, i) => {
    const row = cells.slice(i * perRow, (i + 1) * perRow);
    return [
      ...row,
      Math.max(
        0,
        row.reduce((rest, p) => rest - p, 1),
      ),
    ];
  });
  return { means, coefficients, sds, transition };
}

/** The parameters of a model by name, each with the standard errors that the series gives it. @throws as the filter */
export function msarEstimates(model: MarkovSwitchingModel, values: Float64Array): FitResult['parameters'] {
  const slots = msarSlots(model);
  const likelihood = msarLikelihood(shapeOf(model), values, slots, { bounded: (_, jets) => jets, starts: [] });
  const free = Float64Array.from(freeSlots(slots), ({ value }) => value);
  const { scores, information } = likelihoodDerivatives(likelihood, free);
  return slotEstimates(slots, covariances(information, scores));
}

/**
 * Maximum likelihood fit to a series without gaps. Parameters: mu_k, phi_i, sigma (or sigma_k), p_ij; standard errors are null for
 * transitions at the edge of their range. @throws EstimationError for a shape that makes no sense, or values that are too few,
 * constant or not finite. The search starts from the model `from`, if it is given.
 */
export function fitMsar(
  values: Float64Array,
  shape: MsarShape,
  { from, ...search }: Omit<Search, 'from'> & { readonly from?: MarkovSwitchingModel | undefined } = {},
): MsarFit {
  requireShape(shape.regimes, shape.order);
  requireSeries('values', values, valuesMinOf(shape));
  // the search is done in units of the series' sd around its mean, so that the unit of measurement does not matter
  const { mean, sd } = momentsOf(values);
  const standardised = values.map((value) => (value - mean) / sd);
  const models = startModels(shape, standardised);
  const likelihood = msarLikelihood(shape, standardised, msarSlots(item(models, 0)), {
    bounded: (space, unbounded) => boundedMsar(space, shape, SD_FLOOR_SHARE, unbounded),
    starts: models.map(unboundedPoint),
  });
  const {
    values: free,
    converged,
    iterations,
  } = likeliest(likelihood, {
    ...search,
    from: from && unboundedPoint(rescaled(from, mean, sd)),
  });
  const msar = sortedByMean(rescaled(modelOf(shape, free), -mean / sd, 1 / sd));
  return {
    model: msarName(shape),
    n: likelihood.n,
    parameters: msarEstimates(msar, values),
    logLikelihood: smoothMsar(msar, values).logLikelihood,
    converged,
    iterations,
    msar,
  };
}
