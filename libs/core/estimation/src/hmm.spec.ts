import { describe, expect, it } from '@jest/globals';
import { item, read } from '@aitrader/model';
import { PLAIN_STEP } from './hmm-em.ts';
import type { Emission } from './hmm-emission.ts';
import { decodeHmm, filterHmm, smoothHmm, type HiddenMarkovModel } from './hmm-model.ts';
import { hmmEstimates } from './hmm-standard-errors.ts';
import { MEANS, SDS, threeRegimes, TRANSITION } from '../test/three-regimes.ts';
import { hmmFirstStep, hmmStep, hmmStepParameters } from './hmm-step.ts';

const START = [0.5, 0.3, 0.2];
const gaussian = (mean: number, sd: number): Emission => ({ family: 'gaussian', mean, sd });
const student = (location: number, scale: number, dof: number): Emission => ({ family: 'student', location, scale, dof });

const three: HiddenMarkovModel = {
  start: START,
  startsAt: 'first-observation',
  transition: TRANSITION,
  emissions: MEANS.map((mean, i) => [gaussian(mean, item(SDS, i))]),
};

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
  const found = hmmEstimates(model, observations, PLAIN_STEP);
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

  it('are those of independent derivatives for three regimes, and none for a transition that never happens', () => {
    const model: HiddenMarkovModel = {
      ...three,
      transition: [
        [0.810138, 0.153645, 1 - 0.810138 - 0.153645],
        [0.304433, 0.661659, 1 - 0.304433 - 0.661659],
        [0, 0.116311, 1 - 0.116311],
      ],
      emissions: [[gaussian(0.0384131, 0.563425)], [gaussian(-0.0803171, 1.42117)], [gaussian(-0.580428, 3.05725)]],
    };
    expect(Math.abs(filterHmm(model, series).logLikelihood - -1010.7010803849585)).toBeLessThan(1e-9);
    expectErrors(model, series, {
      mu_0: [0.0448065436, 0.0453491265, 0.0457743918],
      sd_0: [0.0625403047, 0.0535462269, 0.0809341869],
      mu_1: [0.1662420213, 0.138908858, 0.2404879469],
      sd_1: [0.2016934429, 0.2051179754, 0.2196429124],
      mu_2: [0.2797681455, 0.284674465, 0.2849425733],
      sd_2: [0.2889461494, 0.2166943872, 0.4390454949],
      p_00: [0.0901025388, 0.0640863086, 0.1460357055],
      p_01: [0.0776747044, 0.0689618052, 0.1014363115],
      p_02: [0.0426345163, 0.0372425008, 0.0657033441],
      p_10: [0.1729138642, 0.115792941, 0.2971745218],
      p_11: [0.1363334121, 0.1220300189, 0.1871306861],
      p_12: [0.0873513562, 0.0661303047, 0.1418848572],
      p_20: [null, null, null],
      p_21: [0.0660950339, 0.049819297, 0.1033860698],
      p_22: [0.0660950339, 0.049819297, 0.1033860698],
    });
  });
});
