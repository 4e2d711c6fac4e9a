import { describe, expect, it } from '@jest/globals';
import { item, read } from '@aitrader/model';
import { PLAIN, emStep } from './hmm-em.ts';
import type { Emission } from './hmm-emission.ts';
import { EstimationError } from './estimation-error.ts';
import { decodeHmm, filterHmm, smoothHmm, sortedByVariance, type HiddenMarkovModel } from './hmm-model.ts';
import { hmmEstimates } from './hmm-standard-errors.ts';
import { hmmFirstStep, hmmStep, hmmStepParameters } from './hmm-step.ts';

const START = [0.5, 0.3, 0.2];
const TRANSITION = [
  [0.96, 0.03, 0.01],
  [0.04, 0.93, 0.03],
  [0.02, 0.08, 0.9],
];
const MEANS = [0.08, 0, -0.2];
const SDS = [0.6, 1.2, 2.8];
const gaussian = (mean: number, sd: number): Emission => ({ family: 'gaussian', mean, sd });
const student = (location: number, scale: number, dof: number): Emission => ({ family: 'student', location, scale, dof });

const three: HiddenMarkovModel = {
  start: START,
  startsAt: 'first-observation',
  transition: TRANSITION,
  emissions: MEANS.map((mean, i) => [gaussian(mean, item(SDS, i))]),
};

/** 600 values of three regimes: Knuth's congruential generator, logistic noise of variance 1. */
export function threeRegimes(): Float64Array {
  let seed = 12345;
  const uniform = (): number => {
    seed = (seed * 1664525 + 1013904223) % 4294967296;
    return (seed + 0.5) / 4294967296;
  };
  let regime = 0;
  return new Float64Array(600).map((_, t) => {
    const [u, p] = [uniform(), uniform()];
    const [first = 0, second = 0] = item(TRANSITION, regime);
    if (t > 0) regime = u <= first ? 0 : u <= first + second ? 1 : 2;
    return item(MEANS, regime) + (item(SDS, regime) * Math.sqrt(3) * Math.log(p / (1 - p))) / Math.PI;
  });
}

const series = threeRegimes();
/** With a second column that depends on the first. */
const rows = Float64Array.from({ length: 1200 }, (_, i) => {
  const t = Math.floor(i / 2);
  return i % 2 === 0 ? read(series, t) : Math.sin(t * 0.7) * 0.8 + (Math.abs(read(series, t)) - 1) * 0.4;
});
const twoColumns: HiddenMarkovModel = {
  start: [0.6, 0.4],
  startsAt: 'first-observation',
  transition: [
    [0.95, 0.05],
    [0.06, 0.94],
  ],
  emissions: [
    [student(0.05, 0.7, 6), gaussian(-0.3, 0.6)],
    [student(-0.1, 1.8, 4), gaussian(0.3, 0.9)],
  ],
};

// Reference: hmmlearn 0.3.3, GaussianHMM with these parameters, score_samples and decode.
describe('three regimes of a known series', () => {
  it('have the likelihood, the probabilities and the path that an independent implementation finds', () => {
    const { smoothed, logLikelihood } = smoothHmm(three, series);
    expect(Math.abs(logLikelihood - -1020.1882917870454)).toBeLessThan(1e-9);
    const expected = [
      [0, 0.3531397794673001, 0.5968507895903407, 0.05000943094233606],
      [1, 0.3827406734938169, 0.5953962214084649, 0.021863105097774664],
      [299, 0.034018904535941766, 0.9357027528347214, 0.030278342629388957],
      [598, 4.172549050909058e-34, 1.304142331106778e-7, 0.9999998695857442],
      [599, 0.007204795189846767, 0.10308600130798658, 0.8897092035021424],
    ];
    for (const [t = 0, ...law] of expected)
      law.forEach((p, i) => expect(Math.abs(read(smoothed, 3 * t + i) - p)).toBeLessThan(1e-12));
    const { path, logDensity } = decodeHmm(three, series);
    expect(Math.abs(logDensity - -1063.346678651978)).toBeLessThan(1e-9);
    expect([0, 1, 2].map((regime) => path.filter((one) => one === regime).length)).toEqual([244, 221, 135]);
    expect(path.filter((one, t) => t > 0 && one !== path[t - 1]).length).toBe(26);
  });

  it('are filtered step by step as they are at once, gaps included', () => {
    for (const [model, observations] of [
      [three, series],
      [{ ...three, startsAt: 'step-before' }, series],
      [twoColumns, rows],
    ] satisfies [HiddenMarkovModel, Float64Array][]) {
      const columns = item(model.emissions, 0).length;
      const regimes = model.emissions.length;
      const gappy = observations.map((y, i) => (i % 7 === 3 ? NaN : y));
      const { filtered, logLikelihoods, n } = filterHmm(model, gappy);
      const parameters = hmmStepParameters(model);
      const probabilities = new Float64Array(regimes);
      for (let t = 0; t < n; t++) {
        const row = gappy.slice(t * columns, (t + 1) * columns);
        const step = t === 0 ? hmmFirstStep : hmmStep;
        const likelihood = step(parameters, probabilities, row);
        expect(Math.abs(likelihood - read(logLikelihoods, t))).toBeLessThan(1e-13);
        probabilities.forEach((p, i) => expect(Math.abs(p - read(filtered, t * regimes + i))).toBeLessThan(1e-14));
      }
    }
  });
});

/** Standard errors by Hessian, outer products and sandwich: of the names in order. */
function expectErrors(model: HiddenMarkovModel, observations: Float64Array, expected: Record<string, (number | null)[]>): void {
  const found = hmmEstimates(model, observations, PLAIN);
  expect(found.map(({ name }) => name)).toEqual(Object.keys(expected));
  for (const { name, seHessian, seOpg, seSandwich } of found)
    [seHessian, seOpg, seSandwich].forEach((error, i) => {
      const reference = expected[name]?.[i] ?? null;
      if (error === null || reference === null) expect(error).toBe(reference);
      else expect(Math.abs(error - reference)).toBeLessThan(2e-8 * Math.max(1, reference));
    });
}

// Reference: numpy and scipy, scores by complex steps of 1e-30, the Hessian by extrapolated differences of the exact scores.
describe('standard errors', () => {
  it('are those of independent derivatives for Student and normal columns together', () => {
    expect(Math.abs(filterHmm(twoColumns, rows).logLikelihood - -1649.8724890366198)).toBeLessThan(1e-9);
    expectErrors(twoColumns, rows, {
      mu_0_0: [0.0429482161, 0.0465836286, 0.0435141664],
      sd_0_0: [0.0468771471, 0.0556049999, 0.0582656765],
      nu_0_0: [1.3320653109, 3.0675529588, 0.6333752559],
      mu_0_1: [0.0402477642, 0.0363576513, 0.0624814633],
      sd_0_1: [0.0252139955, 0.0420359646, 0.0211329895],
      mu_1_0: [0.1624874941, 0.1370590177, 0.1970948956],
      sd_1_0: [0.1980194064, 0.196095785, 0.2553306187],
      nu_1_0: [1.578351662, 2.2105352376, 2.0415563254],
      mu_1_1: [0.0909565234, 0.0993288682, 0.1395685738],
      sd_1_1: [0.0632852016, 0.0744316629, 0.1079651668],
      p_00: [0.0149382883, 0.0142340611, 0.0227655264],
      p_01: [0.0149382883, 0.0142340611, 0.0227655264],
      p_10: [0.0191353005, 0.0208426074, 0.0250637157],
      p_11: [0.0191353005, 0.0208426074, 0.0250637157],
    });
  });
});
