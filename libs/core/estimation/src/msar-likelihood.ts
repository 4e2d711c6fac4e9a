import { item, read } from '@aitrader/model';
import { chainOf, powerOf } from './hmm-chain.ts';
import { chainTerms, stationaryJets, total } from './hmm-jet.ts';
import { affine, blend, expOf, lnOf, minus, reciprocal, ratio, squared, times, type Jet, type JetSpace } from './jet.ts';
import type { LikelihoodModel } from './maximum-likelihood.ts';
import { digitsOf, type MarkovSwitchingModel } from './msar-model.ts';
import { freeSlots, parameterSlots, slotJets, type ParameterGroup, type ParameterSlot } from './parameter-slots.ts';

/*
 * The likelihood of a Markov-switching autoregression in jets.
 *
 * 1. Its values are those of the filter.
 */

const HALF_LN_2PI = 0.9189385332046727;
/** Transitions rarer than this lie on the edge of their range, where the likelihood has no quadratic. */
const EDGE = 1e-7;

/**
 * The parameters of a model by their names: mu_k for each regime, phi_1 … phi_p, sigma or sigma_k for each regime, then p_ij row
 * by row.
 */
export function msarSlots({ means, coefficients, sds, transition }: MarkovSwitchingModel): ParameterSlot[] {
  const free = (name: string, value: number): ParameterGroup => ({ kind: 'free', parameters: [{ name, value, isKnown: false }] });
  return parameterSlots([
    ...means.map((mean, k) => free(`mu_${k}`, mean)),
    ...coefficients.map((phi, i) => free(`phi_${i + 1}`, phi)),
    ...sds.map((sd, k) => free(sds.length > 1 ? `sigma_${k}` : 'sigma', sd)),
    ...transition.map((row, i): ParameterGroup => ({
      kind: 'law',
      parameters: row.map((p, j) => ({ name: `p_${i}${j}`, value: p, isKnown: p < EDGE })),
    })),
  ]);
}

/** How many regimes, lags and sds: what names the parameters' places. */
export interface MsarShape {
  readonly regimes: number;
  readonly order: number;
  readonly variance: 'common' | 'switching';
}

export const shapeOf = ({ means, coefficients, sds }: MarkovSwitchingModel): MsarShape => ({
  regimes: means.length,
  order: coefficients.length,
  variance: sds.length > 1 ? 'switching' : 'common',
});

/** All parameters in their groups. */
interface Parts<T> {
  readonly means: readonly T[];
  readonly coefficients: readonly T[];
  readonly sds: readonly T[];
  /** free cells in the order of the rows, or all of them */
  readonly cells: readonly T[];
}

export function partsOf<T>({ regimes, order, variance }: MsarShape, parameters: readonly T[]): Parts<T> {
  const sds = regimes + order;
  const cells = sds + (variance === 'switching' ? regimes : 1);
  return {
    means: parameters.slice(0, regimes),
    coefficients: parameters.slice(regimes, sds),
    sds: parameters.slice(sds, cells),
    cells: parameters.slice(cells),
  };
}

/** The ergodic law of the states (sₜ, …, sₜ₋ₚ). */
function ergodicJets(space: JetSpace, cells: readonly Jet[], { regimes, order }: MsarShape): Jet[] {
  const atRest = stationaryJets(space, cells, regimes);
  return Array.from({ length: powerOf(regimes, order + 1) }, (_, state) => {
    const digits = digitsOf(state, regimes, order);
    let p = item(atRest, item(digits, order));
    for (let lag = order; lag > 0; lag--) p = times(space, p, item(cells, item(digits, lag) * regimes + item(digits, lag - 1)));
    return p;
  });
}

/** The errors of the value at `t` in all states: the differences for the current regime, then one lag after the other. */
function errorsAt(space: JetSpace, { means, coefficients }: Parts<Jet>, values: Float64Array, t: number): Jet[] {
  const off = (lag: number): Jet[] => means.map((mean) => affine(space, mean, -1, read(values, t - lag)));
  return coefficients.reduce((errors, phi, i) => {
    const explained = off(i + 1).map((one) => times(space, phi, one));
    return errors.flatMap((error) => explained.map((one) => minus(space, error, one)));
  }, off(0));
}

/** The likelihood of models of one shape on a series, as a function of the free ones of these slots. */
export function msarLikelihood(
  shape: MsarShape,
  values: Float64Array,
  slots: readonly ParameterSlot[],
  search: Pick<LikelihoodModel, 'bounded' | 'starts'>,
): LikelihoodModel {
  const { regimes, order } = shape;
  const chain = chainOf(regimes, order);
  const pasts = powerOf(regimes, order);
  const steps = values.length - order;
  const terms: LikelihoodModel['terms'] = (space, free, term) => {
    const parts = partsOf(shape, slotJets(space, slots, free));
    const precisions = parts.sds.map((sd) => squared(space, reciprocal(space, sd)));
    const factors = parts.sds.map((sd) => affine(space, lnOf(space, sd), -1, -HALF_LN_2PI));
    const lnDensities = (step: number): Jet[] =>
      errorsAt(space, parts, values, step + order).map((error, state) => {
        const k = parts.sds.length > 1 ? Math.floor(state / pasts) : 0;
        return blend(space, 1, item(factors, k), -0.5, times(space, item(precisions, k), squared(space, error)));
      });
    const start = ergodicJets(space, parts.cells, shape);
    chainTerms(space, { chain, transition: parts.cells, start, steps, lnDensities }, term);
  };
  const parameters = freeSlots(slots).map(({ name }) => name);
  return { name: msarName(shape), parameters, n: steps, terms, ...search };
}

export const msarName = ({ regimes, order, variance }: MsarShape): string =>
  `Markov-switching autoregression of order ${order}, ${regimes} regimes, ${variance} variance`;

/** Free parameters from unbounded ones: sds above `sdMin`, and of each row's transitions all but the last. */
export function boundedMsar(space: JetSpace, shape: MsarShape, sdMin: number, unbounded: readonly Jet[]): Jet[] {
  const { means, coefficients, sds, cells } = partsOf(shape, unbounded);
  const perRow = shape.regimes - 1;
  const rows = Array.from({ length: shape.regimes }, (_, i) => cells.slice(i * perRow, (i + 1) * perRow));
  return [
    ...means,
    ...coefficients,
    ...sds.map((sd) => affine(space, expOf(space, sd), 1, sdMin)),
    ...rows.flatMap((row) => lawFromLogits(space, row)),
  ];
}

/** eˣ / (1 + Σ eˣ): a law without its last cell, from as many logarithms of odds. */
function lawFromLogits(space: JetSpace, logits: readonly Jet[]): Jet[] {
  if (logits.length === 0) return [];
  const odds = logits.map((one) => expOf(space, one));
  const sum = affine(space, total(space, odds), 1, 1);
  return odds.map((one) => ratio(space, one, sum));
}
