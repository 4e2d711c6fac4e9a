import { describe, expect, it } from '@jest/globals';
import { madeReturns } from '../test/made-returns.ts';
import {
  type EgarchForm,
  egarchFrom,
  egarchLikelihood,
  egarchParameterNames,
  egarchVariances,
  EstimationError,
  estimateOf,
  evenly,
  fitEgarch,
  fittableEgarch,
  likelihoodDerivatives,
  recordOf,
} from './index.ts';

const RETURNS = madeReturns(1200, 12345);
/** How many of them the slower tests take. */
const COUNT = 100;
const form = (
  shocks: EgarchForm['shocks'],
  presample: EgarchForm['presample'] = 'sample',
  mean: EgarchForm['mean'] = 'constant',
): EgarchForm => ({ mean, shocks, presample });
const FORMS = (['normal', 'student'] as const).flatMap((shocks) =>
  (['sample', 'backcast'] as const).flatMap((presample) =>
    (['constant', 'zero'] as const).map((mean) => form(shocks, presample, mean)),
  ),
);
const nameOf = ({ shocks, presample, mean }: EgarchForm) => `${shocks}, ${presample}, mean ${mean}`;

interface Reference {
  readonly form: EgarchForm;
  readonly logLikelihood: number;
  readonly value: readonly number[];
  readonly hessian: readonly number[];
  readonly opg: readonly number[];
  readonly sandwich: readonly number[];
}

// Computed independently on this series: a likelihood of 50 digits in mpmath, maximised by Newton's method, with derivatives by central
// differences. Python's arch 8.0.0, which has the backcast, comes to the same estimates within 1e-6 and the same ln L within 1e-10. The
// summit of the first is a kink: μ is one of the returns, and derivatives are those of a rise there.
const REFERENCES: readonly Reference[] = [
  {
    form: form('normal', 'sample'),
    logLikelihood: -1557.702305997647,
    value: [0.007242241365, -0.006493154387, 0.1763517253, -0.04764627477, 0.9247152969],
    hessian: [0.02477597552, 0.008342200834, 0.03941942633, 0.02038417831, 0.02800282321],
    opg: [0.02402736241, 0.004633937728, 0.02694097202, 0.01197347925, 0.01580306131],
    sandwich: [0.02616557713, 0.01600395012, 0.06002992458, 0.03656134128, 0.05462616125],
  },
  {
    form: form('student', 'backcast'),
    logLikelihood: -1497.392294593448,
    value: [0.02486508913, -0.009659510651, 0.2185254811, -0.04964364242, 0.9106082179, 5.041822951],
    hessian: [0.02202209297, 0.01446684032, 0.04914402036, 0.0295632565, 0.03446167682, 0.6659049731],
    opg: [0.02180797544, 0.01399108117, 0.05157372858, 0.02922842963, 0.03489951098, 0.6818685892],
    sandwich: [0.02233836559, 0.0149872124, 0.04730990686, 0.02999372576, 0.03438972806, 0.6611696847],
  },
];

describe.each(REFERENCES.map((reference) => [nameOf(reference.form), reference] as const))(
  'the fit of EGARCH with %s',
  (_, reference) => {
    const fit = fitEgarch(reference.form, RETURNS);

    it('is that computed independently, with all three standard errors', () => {
      expect(fit.converged).toBe(true);
      expect(fit.parameters.map(({ name }) => name)).toEqual(egarchParameterNames(reference.form));
      expect(Math.abs(fit.logLikelihood - reference.logLikelihood)).toBeLessThan(1e-8);
      fit.parameters.forEach(({ value, seHessian, seOpg, seSandwich }, i) => {
        const pairs = [
          [value, reference.value[i]],
          [seHessian, reference.hessian[i]],
          [seOpg, reference.opg[i]],
          [seSandwich, reference.sandwich[i]],
        ] as const;
        for (const [actual, expected = NaN] of pairs) expect(Math.abs((actual ?? NaN) / expected - 1)).toBeLessThan(1e-7);
      });
    });

    it('is the same in another unit, but for ω, which is one of a logarithm', () => {
      const small = fitEgarch(
        reference.form,
        RETURNS.map((value) => value / 100),
      );
      const shift = (1 - estimateOf(fit, 'beta')) * 2 * Math.log(100);
      fit.parameters.forEach(({ name, value }) => {
        const expected = name === 'mu' ? value / 100 : name === 'omega' ? value - shift : value;
        expect(Math.abs(estimateOf(small, name) / expected - 1)).toBeLessThan(1e-6);
      });
      expect(small.logLikelihood).toBeCloseTo(fit.logLikelihood + RETURNS.length * Math.log(100), 7);
    });
  },
);

/** ln L of normal shocks as the formulas have it, without jets and without this library's functions. */
function plainLogLikelihood({ mean, presample }: EgarchForm, returns: Float64Array, values: readonly number[]): number {
  const [mu = NaN, omega = NaN, alpha = NaN, gamma = NaN, beta = NaN] = mean === 'zero' ? [0, ...values] : values;
  const average = mean === 'zero' ? 0 : returns.reduce((sum, y) => sum + y, 0) / returns.length;
  const weights = Array.from(returns.subarray(0, 75), (_, i) => 0.94 ** i);
  const before =
    presample === 'sample'
      ? returns.reduce((sum, y) => sum + (y - mu) ** 2, 0) / returns.length
      : weights.reduce((sum, weight, i) => sum + weight * ((returns[i] ?? NaN) - average) ** 2, 0) /
        weights.reduce((sum, weight) => sum + weight, 0);
  let lnVariance = omega + beta * Math.log(before);
  let total = 0;
  for (const y of returns) {
    const z = (y - mu) / Math.exp(lnVariance / 2);
    total -= (Math.log(2 * Math.PI) + lnVariance + z * z) / 2;
    lnVariance = omega + alpha * (Math.abs(z) - Math.sqrt(2 / Math.PI)) + gamma * z + beta * lnVariance;
  }
  return total;
}

describe.each(FORMS.map((one) => [nameOf(one), one] as const))('the likelihood of EGARCH with %s', (_, one) => {
  const returns = RETURNS.subarray(0, COUNT);
  const model = egarchLikelihood(one, returns);
  const natural: Readonly<Record<string, number>> = { mu: 0.05, omega: -0.02, alpha: 0.17, gamma: -0.08, beta: 0.93, nu: 6.5 };
  const point = Float64Array.from(model.parameters, (name) => natural[name] ?? NaN);
  const size = point.length;
  const totalScore = (scores: Float64Array, j: number) =>
    scores.reduce((sum, score, k) => (k % size === j ? sum + score : sum), 0);
  /** Richardson's combination of central differences, given a quantity at one to three steps to both sides. */
  const difference = (at: (steps: number) => number, step: number) =>
    [1.5, -0.6, 0.1].reduce((sum, weight, k) => sum + (weight * (at(k + 1) - at(-k - 1))) / (2 * (k + 1) * step), 0);

  it('has the scores and the information that differences approach', () => {
    const { scores, information } = likelihoodDerivatives(model, point);
    expect(scores).toHaveLength(COUNT * size);
    for (let i = 0; i < size; i++) {
      const step = 1e-3 * Math.abs(point[i] ?? NaN);
      const moved = new Map(
        [-3, -2, -1, 1, 2, 3].map((steps) => [
          steps,
          likelihoodDerivatives(
            model,
            point.map((value, k) => (k === i ? value + steps * step : value)),
          ),
        ]),
      );
      const slope = difference((steps) => moved.get(steps)?.logLikelihood ?? NaN, step);
      expect(Math.abs(slope - totalScore(scores, i))).toBeLessThan(1e-7 * (10 + Math.abs(slope)));
      for (let j = 0; j < size; j++) {
        const exact = -(information.entries[i * size + j] ?? NaN);
        const curvature = difference((steps) => totalScore(moved.get(steps)?.scores ?? new Float64Array(), j), step);
        expect(Math.abs(curvature - exact)).toBeLessThan(1e-7 * (100 + Math.abs(exact)));
      }
    }
  });

  it('is that of the formulas, and of the variance path', () => {
    const record = Object.fromEntries(model.parameters.map((name, i) => [name, point[i] ?? NaN]));
    const parameters = egarchFrom(one, record);
    const path = egarchVariances(one, parameters, returns);
    expect(path).toHaveLength(COUNT + 1);
    if (one.shocks === 'student') return;
    const { logLikelihood } = likelihoodDerivatives(model, point);
    expect(logLikelihood).toBeCloseTo(plainLogLikelihood(one, returns, [...point]), 9);
    const ofPath = returns.reduce((sum, y, i) => {
      const variance = path[i] ?? NaN;
      return sum - (Math.log(2 * Math.PI * variance) + (y - parameters.mu) ** 2 / variance) / 2;
    }, 0);
    expect(logLikelihood).toBeCloseTo(ofPath, 9);
  });
});

describe('EGARCH', () => {
  /** A series of the model itself, by shocks of variance 1 whose tails are thinner than normal ones. */
  function simulated(count: number, seed: number): Float64Array {
    let state = seed;
    const uniform = () => (state = (state * 16807) % 2147483647) / 2147483647;
    let lnVariance = 0.5;
    return Float64Array.from({ length: count }, () => {
      const z = (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3);
      const value = 0.02 + z * Math.exp(lnVariance / 2);
      lnVariance = 0.01 + 0.2 * (Math.abs(z) - Math.sqrt(2 / Math.PI)) - 0.1 * z + 0.95 * lnVariance;
      return value;
    });
  }

  it('finds the parameters that made a long series, within four standard errors', () => {
    const made: Readonly<Record<string, number>> = { mu: 0.02, omega: 0.01, alpha: 0.2, gamma: -0.1, beta: 0.95 };
    const fit = fitEgarch(form('normal'), simulated(6000, 99));
    expect(fit.converged).toBe(true);
    fit.parameters.forEach(({ name, value, seSandwich }) => {
      // E|z| of these shocks is 0.004 above that of normal ones, which ω takes up
      expect(Math.abs(value - (made[name] ?? NaN))).toBeLessThan(4 * (seSandwich ?? NaN));
    });
  });

  it.each([
    ['between two kinks', 87_109, 250, false],
    ['on a kink', 150_461, 250, true],
    ['on the kink at the other end', 285_084, 250, true],
    ['between two kinks further up', 572_976_931, 200, false],
    ['between two kinks further down', 717_401_008, 600, false],
    ['on a kink further down', 593_514_104, 600, true],
  ])('is at a summit, %s: no step of any parameter gains anything', (_, seed, count, isOnKink) => {
    const returns = madeReturns(count, seed);
    const fit = fitEgarch(form('normal'), returns);
    expect(fit.converged).toBe(true);
    expect(returns.includes(estimateOf(fit, 'mu'))).toBe(isOnKink);
    const values = Float64Array.from(fit.parameters, ({ value }) => value);
    const model = egarchLikelihood(form('normal'), returns);
    for (let i = 0; i < values.length; i++)
      for (const step of [-1e-3, -1e-5, 1e-5, 1e-3]) {
        const moved = values.map((value, k) => (k === i ? value + step : value));
        expect(likelihoodDerivatives(model, moved).logLikelihood).toBeLessThanOrEqual(fit.logLikelihood + 1e-9);
      }
  });

  it('stays inside its bounds where larger shocks would calm, or h be a random walk', () => {
    const [calmed, walking] = [134_623, 293_003].map((seed) => fitEgarch(form('normal'), madeReturns(250, seed)));
    for (const fit of [calmed, walking]) {
      expect(fit?.converged).toBe(true);
      expect(fit && estimateOf(fit, 'alpha')).toBeGreaterThanOrEqual(0);
      expect(fit && estimateOf(fit, 'alpha')).toBeLessThan(1e-9);
    }
    expect(walking && estimateOf(walking, 'beta')).toBeGreaterThan(0.999999);
    expect(walking && estimateOf(walking, 'beta')).toBeLessThan(1);
  });

  it('has no mean to estimate when it is zero', () => {
    const fit = fitEgarch(form('normal', 'sample', 'zero'), RETURNS);
    expect(fit.parameters.map(({ name }) => name)).toEqual(['omega', 'alpha', 'gamma', 'beta']);
    expect(fit.converged).toBe(true);
    expect(egarchFrom(form('normal', 'sample', 'zero'), recordOf(fit.parameters))).toMatchObject({ mu: 0, nu: Infinity });
  });

  it('is all but the normal one where tails are thin', () => {
    const returns = simulated(600, 5);
    const fit = fitEgarch(form('student'), returns);
    expect(fit.converged).toBe(true);
    expect(estimateOf(fit, 'nu')).toBeGreaterThan(9000);
    expect(Math.abs(fit.logLikelihood - fitEgarch(form('normal'), returns).logLikelihood)).toBeLessThan(0.01);
  });

  it('is found again from its own parameters, in fewer steps', () => {
    const model = fittableEgarch(form('student'));
    const fit = model.fit(evenly(RETURNS), {});
    const again = model.fit(evenly(RETURNS), { init: recordOf(fit.parameters) });
    expect(again.converged).toBe(true);
    expect(again.iterations).toBeLessThan(fit.iterations);
    expect(again.logLikelihood).toBeCloseTo(fit.logLikelihood, 8);
  });

  it('refuses returns that say nothing, and parameters that make no model', () => {
    const refused = (values: Float64Array) => () => fitEgarch(form('normal'), values);
    expect(refused(RETURNS.map((value, i) => (i === 17 ? NaN : value)))).toThrow(new EstimationError('returns[17] is NaN'));
    expect(refused(RETURNS.subarray(0, 12))).toThrow('returns has 12 values, fewer than the 30 it takes');
    expect(refused(new Float64Array(100))).toThrow('returns is 0 at every index');
    const given = { mu: 0, omega: -0.1, alpha: 0.1, gamma: -0.1, beta: 0.9, nu: 5 };
    const wrong = (record: Readonly<Record<string, number>>) => () => egarchFrom(form('student'), record);
    expect(wrong(given)).not.toThrow();
    expect(wrong({ ...given, beta: 1 })).toThrow('beta is 1: the variance is stationary between −1 and 1 only');
    expect(wrong({ ...given, beta: -1.5 })).toThrow('beta is -1.5');
    expect(wrong({ ...given, nu: 2 })).toThrow('nu is 2: the variance is finite above 2 only');
    expect(wrong({ ...given, delta: 1 })).toThrow('there is no parameter "delta": egarch(1,1)-student has mu, omega');
    expect(wrong({ mu: 0, omega: 0, alpha: 0, gamma: 0, nu: 5 })).toThrow('parameter beta is missing');
  });
});
