import { item, read } from '@aitrader/model';
import { PLAIN_STEP, type HmmPrior } from './hmm-em.ts';
import { emissionParameters, type Emission } from './hmm-emission.ts';
import { chainTerms, total } from './hmm-jet.ts';
import { hiddenSteps, observedChain, type HiddenMarkovModel } from './hmm-model.ts';
import {
  affine,
  blend,
  composed,
  constant,
  lnGammaRatioOf,
  lnOf,
  log1pOf,
  plus,
  reciprocal,
  squared,
  times,
  valueOf,
  type Jet,
  type JetSpace,
} from './jet.ts';
import type { ParameterEstimate } from './fit-result.ts';
import { likelihoodDerivatives, type LikelihoodModel } from './maximum-likelihood.ts';
import {
  freeSlots,
  parameterSlots,
  slotEstimates,
  slotJets,
  type ParameterGroup,
  type ParameterSlot,
} from './parameter-slots.ts';
import { covariances } from './standard-errors.ts';

/*
 * Standard errors of a hidden Markov model in its own parameters.
 *
 * 1. They are those of the likelihood of the observations at the model, whatever prior led there.
 * 2. The start law counts as known: a series tells of it once. So does what stands at a floor, a bound, 0 or 1.
 */

const HALF_LN_2PI = 0.9189385332046727;
const HALF_LN_PI = 0.5723649429247001;
/** Probabilities below this lie on the edge of their range, where the likelihood has no quadratic. */
const EDGE = 1e-8;
/** A value within this part of its bound stands at it. */
const AT_BOUND = 1e-9;

const atMost = (value: number, bound: number): boolean => value <= bound * (1 + AT_BOUND);
const atLeast = (value: number, bound: number): boolean => value >= bound * (1 - AT_BOUND);

/** The parameters of one regime's emission in one column. */
function emissionGroup(
  emission: Emission,
  suffix: string,
  { sdMin, dofMin, dofMax }: HmmPrior['emissions'],
  column: number,
): ParameterGroup {
  const parameters = emissionParameters(emission).map(([name, value]) => {
    const isHeld =
      (name === 'sd' && atMost(value, sdMin[column] ?? 0)) ||
      (name === 'nu' && (atMost(value, dofMin) || atLeast(value, dofMax))) ||
      (emission.family === 'discrete' && value < EDGE);
    return { name: `${name}_${suffix}`, value, isKnown: isHeld };
  });
  return { kind: emission.family === 'discrete' ? 'law' : 'free', parameters };
}

/**
 * The parameters of a model by their names: for each regime k mu_k, sd_k, nu_k (Student), bs_k (probability of the symbol s), and
 * with several columns c mu_k_c and so on; then p_ij row by row.
 */
function hmmSlots({ emissions, transition }: HiddenMarkovModel, prior: HmmPrior): ParameterSlot[] {
  const emitted = emissions.flatMap((columns, regime) =>
    columns.map((emission, column) =>
      emissionGroup(emission, columns.length > 1 ? `${regime}_${column}` : `${regime}`, prior.emissions, column),
    ),
  );
  const moved = transition.map((row, i): ParameterGroup => {
    const isAtEdge = (p: number): boolean => p < EDGE || atMost(p, prior.transitionFloor);
    return { kind: 'law', parameters: row.map((p, j) => ({ name: `p_${i}${j}`, value: p, isKnown: isAtEdge(p) })) };
  });
  return parameterSlots([...emitted, ...moved]);
}

/** ln density of a value as a jet. */
type JetDensity = (value: number) => Jet;

/** 1 / sd² */
const precisionOf = (space: JetSpace, sd: Jet): Jet => squared(space, reciprocal(space, sd));

function gaussianDensity(space: JetSpace, mu: Jet, sd: Jet): JetDensity {
  const precision = precisionOf(space, sd);
  const factor = affine(space, lnOf(space, sd), -1, -HALF_LN_2PI);
  return (value) => blend(space, 1, factor, -0.5, times(space, precision, distance(space, mu, value)));
}

/** (value − mu)² */
function distance(space: JetSpace, mu: Jet, value: number): Jet {
  const off = value - valueOf(mu);
  return composed(space, mu, off * off, -2 * off, 2);
}

function studentDensity(space: JetSpace, mu: Jet, sd: Jet, nu: Jet): JetDensity {
  const gammas = lnGammaRatioOf(space, nu);
  const scale = blend(space, -0.5, lnOf(space, nu), -1, lnOf(space, sd));
  const factor = affine(space, plus(space, gammas, scale), 1, -HALF_LN_PI);
  const power = affine(space, nu, -0.5, -0.5);
  const precision = times(space, precisionOf(space, sd), reciprocal(space, nu));
  return (value) => plus(space, factor, times(space, power, log1pOf(space, times(space, precision, distance(space, mu, value)))));
}

/** ln density of one column in one regime, from the jets of its parameters. */
function densityOf(space: JetSpace, emission: Emission, parameters: readonly Jet[]): JetDensity {
  switch (emission.family) {
    case 'gaussian':
      return gaussianDensity(space, item(parameters, 0), item(parameters, 1));
    case 'student':
      return studentDensity(space, item(parameters, 0), item(parameters, 1), item(parameters, 2));
    case 'discrete': {
      const logs = parameters.map((p) => (valueOf(p) > 0 ? lnOf(space, p) : constant(space, -Infinity)));
      return (symbol) => item(logs, symbol);
    }
  }
}

/** The likelihood of a model on its observations as a function of its free parameters. */
function hmmLikelihood(model: HiddenMarkovModel, observations: Float64Array, slots: readonly ParameterSlot[]): LikelihoodModel {
  const { chain, steps } = observedChain(model, observations);
  const columns = item(model.emissions, 0).length;
  const hidden = hiddenSteps(model);
  const terms: LikelihoodModel['terms'] = (space, free, term) => {
    const parameters = slotJets(space, slots, free);
    let next = 0;
    const densities = model.emissions.map((emitted) =>
      emitted.map((emission) => {
        const first = next;
        next += emissionParameters(emission).length;
        return densityOf(space, emission, parameters.slice(first, next));
      }),
    );
    const lnDensities = (step: number): Jet[] | undefined => {
      const values = observations.subarray((step - hidden) * columns, (step - hidden + 1) * columns);
      const seen = [...values.keys()].filter((column) => !Number.isNaN(read(values, column)));
      if (step < hidden || seen.length === 0) return undefined;
      return densities.map((density) =>
        total(
          space,
          seen.map((column) => item(density, column)(read(values, column))),
        ),
      );
    };
    const start = model.start.map((p) => constant(space, p));
    let step = 0;
    chainTerms(space, { chain, transition: parameters.slice(next), start, steps, lnDensities }, (one) => {
      if (step >= hidden) term(one);
      step++;
    });
  };
  const names = freeSlots(slots).map(({ name }) => name);
  return { name: 'hidden Markov model', parameters: names, n: steps - hidden, bounded: (_, jets) => jets, terms, starts: [] };
}

/**
 * The parameters of a model by name, each with the standard errors that its observations give it (rows of columns; NaN is
 * missing). What stands at a bound of `prior` counts as known. @throws EstimationError as the filter
 */
export function hmmEstimates(
  model: HiddenMarkovModel,
  observations: Float64Array,
  prior: HmmPrior = PLAIN_STEP,
): ParameterEstimate[] {
  const slots = hmmSlots(model, prior);
  const likelihood = hmmLikelihood(model, observations, slots);
  const values = Float64Array.from(freeSlots(slots), ({ value }) => value);
  const { scores, information } = likelihoodDerivatives(likelihood, values);
  return slotEstimates(slots, covariances(information, scores));
}
