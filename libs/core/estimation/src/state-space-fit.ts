import { ln } from '@aitrader/core-numeric';
import { item, read } from '@aitrader/model';
import { type FitResult } from './fit-result.ts';
import { affine, expOf } from './jet.ts';
import { runKalman, type DiffuseConstant } from './kalman-recursion.ts';
import { maximumLikelihood, requireSeries, type LikelihoodModel, type Search } from './maximum-likelihood.ts';
import { fromFirstKnown, requireSteps, type StateSpaceModel, type TimedSeries } from './state-space-model.ts';

/*
 * 1. Estimates are positive; one that the data drive to 0 comes out as close to 0 as makes no difference to ln L.
 * 2. A series in another unit gives the same fit in that unit.
 * 3. A series that is all higher or lower by the same gives the same fit, bit for bit where the sums are exact.
 */

/** Observations beyond the states and parameters that a fit takes at least. */
const SPARE_MIN = 5;

/** The fewest observations that a model can be fitted to. */
export const observationsMinOf = ({ size, parameters }: StateSpaceModel): number => size + parameters.length + SPARE_MIN;

/** The smallest value of a parameter, in units of its first guess: no data tell it from 0, and the search has somewhere to end. */
const FLOOR = 1e-20;

/** Mean squared change per unit of time between neighbouring known observations, and their mean distance in time. */
function changes({ values, steps }: TimedSeries): { readonly change: number; readonly meanStep: number } {
  let count = 0;
  let squares = 0;
  let total = 0;
  let last = NaN;
  let time = 0;
  values.forEach((value, i) => {
    if (i > 0) time += read(steps, i - 1);
    if (Number.isNaN(value)) return;
    if (!Number.isNaN(last)) {
      count++;
      squares += ((value - last) * (value - last)) / time;
      total += time;
    }
    last = value;
    time = 0;
  });
  return { change: squares / count, meanStep: total / count };
}

/**
 * The likelihood of a state space model on a series, over the logarithms of its parameters. The filter behind it runs on differences
 * from the first known observation: at a level of 46 000 its means are rounded by more than what tells two points near the maximum
 * apart, and searches took a hundred times as long.
 */
export function stateSpaceLikelihood(
  given: StateSpaceModel,
  observed: TimedSeries,
  convention: DiffuseConstant,
): LikelihoodModel {
  const { model, series } = fromFirstKnown(given, observed);
  const { change, meanStep } = changes(series);
  const guesses = model.guesses(change, meanStep);
  const scale = item(guesses, 0);
  return {
    name: model.name,
    parameters: model.parameters,
    n: series.values.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0),
    bounded: (space, unbounded) =>
      unbounded.map((jet, i) => affine(space, expOf(space, jet), read(scale, i), FLOOR * read(scale, i))),
    terms: (space, parameters, term) =>
      runKalman(space, model, parameters, series, convention, {
        after: (_, update) => {
          if (update) term(update.logLikelihood);
        },
      }),
    starts: guesses.map((guess) => guess.map((value, i) => ln(value / read(scale, i)))),
  };
}

/**
 * Maximum likelihood fit of a state space model's parameters. @throws EstimationError for a series that is infinite anywhere,
 * constant or too short, or for a wrong step
 */
export function fitStateSpace(
  model: StateSpaceModel,
  series: TimedSeries,
  convention: DiffuseConstant,
  search?: Search,
): FitResult {
  requireSteps(series);
  requireSeries('observations', series.values, observationsMinOf(model), 'gaps');
  return maximumLikelihood(stateSpaceLikelihood(model, series, convention), search);
}
