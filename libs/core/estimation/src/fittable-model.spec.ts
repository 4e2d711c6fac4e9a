import { describe, expect, it } from '@jest/globals';
import { threeRegimes } from '../test/three-regimes.ts';
import {
  EstimationError,
  evenly,
  fittableEgarch,
  fittableGarch,
  fittableHmm,
  fittableMsar,
  fittableStateSpace,
  localLevel,
  localLinearTrend,
  logPricesBp,
  percentReturns,
  recordOf,
  revertingVelocity,
  type FittableModel,
  type ParameterRecord,
} from './index.ts';

const values = threeRegimes().slice(0, 300);
const series = evenly(values);
/** A walk with noise around it, at steps of 1, 2 and 3. */
const walk = values.reduce<number[]>((levels, step) => [...levels, (levels.at(-1) ?? 0) + step], []);
const timed = {
  values: Float64Array.from(walk, (level, i) => (i % 17 === 5 ? NaN : level + (values[(i * 7) % 300] ?? 0))),
  steps: Float64Array.from({ length: 299 }, (_, i) => 1 + (i % 3)),
};

/** An innovation and a log variance that follows its size. */
const pairs = evenly(Float64Array.from(Array.from(values, (y, i) => [y, Math.log(0.2 + y * y) + Math.sin(i)]).flat()));

const garch = { mean: 'constant', presample: 'sample', asymmetry: 'none', shocks: 'normal' } as const;
const hmm = { regimes: 2, observed: 'one-column', emissions: 'gaussian', startsAt: 'first-observation', isPlain: false } as const;

const models: readonly (readonly [name: string, model: FittableModel, of: typeof series, free: number])[] = [
  ['GARCH', fittableGarch(garch), series, 4],
  [
    'GJR with Student shocks and backcast',
    fittableGarch({ mean: 'zero', presample: 'backcast', asymmetry: 'gjr', shocks: 'student' }),
    series,
    5,
  ],
  ['EGARCH', fittableEgarch({ mean: 'constant', presample: 'sample', shocks: 'normal' }), series, 5],
  ['EGARCH with Student shocks', fittableEgarch({ mean: 'zero', presample: 'backcast', shocks: 'student' }), series, 5],
  ['the local level', fittableStateSpace(localLevel('diffuse'), 'dropped'), timed, 2],
  ['the local linear trend', fittableStateSpace(localLinearTrend('diffuse', 'continuous'), 'kept'), timed, 3],
  ['the reverting velocity', fittableStateSpace(revertingVelocity('diffuse'), 'dropped'), timed, 4],
  ['the hidden Markov model', fittableHmm(hmm), series, 7],
  ['the plain one of Student regimes', fittableHmm({ ...hmm, emissions: 'student', isPlain: true }), series, 9],
  ['the joint one of innovation and variance', fittableHmm({ ...hmm, observed: 'innovation-and-variance' }), pairs, 11],
  ['the one that starts a step before', fittableHmm({ ...hmm, startsAt: 'step-before' }), series, 7],
  ['the switching autoregression', fittableMsar({ regimes: 2, order: 1, variance: 'common' }), series, 6],
  ['the one of switching variance', fittableMsar({ regimes: 2, order: 0, variance: 'switching' }), series, 6],
];

describe.each(models)('%s', (_, model, of, free) => {
  const fit = model.fit(of, {});
  const record = recordOf(fit.parameters);

  it('names its parameters in the order of its fit', () => {
    expect(fit.parameters.map(({ name }) => name)).toEqual(model.parameterNames);
    expect(model.freeCount(record)).toBe(free);
  });

  it('says at the parameters of its fit what the fit says', () => {
    const at = model.evaluate(of, record);
    expect(at.model).toBe(fit.model);
    expect(at.n).toBe(fit.n);
    expect(Math.abs(at.logLikelihood - fit.logLikelihood)).toBeLessThan(1e-9);
    at.parameters.forEach(({ name, value, seHessian, seOpg }, i) => {
      const other = fit.parameters[i];
      expect(name).toBe(other?.name);
      expect(value).toBe(other?.value);
      expect(seHessian === null).toBe(other?.seHessian === null);
      if (seOpg !== null) expect(Math.abs(seOpg / (other?.seOpg ?? NaN) - 1)).toBeLessThan(1e-9);
    });
  });

  it('is fitted from those parameters where it was fitted before', () => {
    const again = model.fit(of, { init: record });
    expect(again.converged).toBe(true);
    // with a prior the search climbs past where the likelihood alone is flat
    expect(Math.abs(again.logLikelihood - fit.logLikelihood)).toBeLessThan(1e-4);
    expect(again.iterations).toBeLessThanOrEqual(fit.iterations);
  });

  it('stops where it is told to', () => {
    const cut = model.fit(of, { iterationsMax: 1 });
    expect(cut.converged).toBe(false);
    expect(cut.logLikelihood).toBeLessThan(fit.logLikelihood);
  });

  it('has paths as long as the series whose ln L add up', () => {
    const paths = model.paths(of, record);
    for (const { values: column } of paths) expect(column).toHaveLength(of.values.length / model.columns.length);
    const terms = Array.from(paths.find(({ name }) => name === 'loglik')?.values ?? []).filter((term) => !Number.isNaN(term));
    expect(Math.abs(terms.reduce((sum, term) => sum + term, 0) - fit.logLikelihood)).toBeLessThan(1e-8);
  });
});

describe('parameters by name', () => {
  const given: ParameterRecord = { mu: 0, omega: 0.1, alpha: 0.1, beta: 0.8 };
  const regimes: ParameterRecord = { mu_0: 0, mu_1: 1, sd_0: 1, sd_1: 2, p_00: 0.9, p_11: 0.8 };
  const autoregression: ParameterRecord = { mu_0: -1, mu_1: 1, phi_1: 0.1, sigma: 1, p_00: 0.9, p_10: 0.2 };

  it('may leave out one cell of a law, which is the rest, and the start law, which is the stationary one then', () => {
    const { parameters } = fittableHmm(hmm).evaluate(series, regimes);
    const full = recordOf(parameters);
    expect(full['p_01']).toBeCloseTo(0.1, 15);
    expect(full['p_10']).toBeCloseTo(0.2, 15);
    expect(full['start_0']).toBeCloseTo(2 / 3, 15);
    const half = fittableHmm(hmm).evaluate(series, { ...regimes, start_0: 0.5 });
    expect(recordOf(half.parameters)).toMatchObject({ start_0: 0.5, start_1: 0.5 });
    expect(
      recordOf(fittableMsar({ regimes: 2, order: 1, variance: 'common' }).evaluate(series, autoregression).parameters),
    ).toMatchObject({ p_01: expect.closeTo(0.1, 15), p_11: 0.8 });
  });

  it('may be symbols when they are only evaluated', () => {
    const symbols = evenly(Float64Array.of(0, 0, 1, NaN, 2));
    const model = fittableHmm({ ...hmm, emissions: 'discrete' });
    const record = { b0_0: 0.7, b1_0: 0.2, b0_1: 0.1, b2_1: 0.8, p_00: 0.7, p_11: 0.7, b2_0: 0.1, b1_1: 0.1 };
    expect(model.freeCount(record)).toBe(7);
    const at = model.evaluate(symbols, record);
    expect(at.n).toBe(4);
    expect(Math.exp(at.logLikelihood)).toBeLessThan(1);
    expect(() => model.fit(symbols, {})).toThrow('discrete emissions');
  });

  const refused: readonly (readonly [says: string, model: FittableModel, record: ParameterRecord])[] = [
    ['there is no parameter "gamma": garch(1,1)-normal has mu, omega, alpha, beta', fittableGarch(garch), { ...given, gamma: 0 }],
    ['alpha + gamma / 2 + beta is 1', fittableGarch(garch), { ...given, beta: 0.9 }],
    ['omega is 0', fittableGarch(garch), { ...given, omega: 0 }],
    ['mu is NaN', fittableGarch(garch), { ...given, mu: NaN }],
    ['parameter alpha is missing', fittableGarch(garch), { mu: 0, omega: 1, beta: 0 }],
    ['level is -1', fittableStateSpace(localLevel('diffuse'), 'dropped'), { level: -1, observation: 1 }],
    ['ln L of local-level is', fittableStateSpace(localLevel('diffuse'), 'dropped'), { level: 0, observation: 0 }],
    ['sums to 1.1 instead of 1: p_00 = 0.9, p_01 = 0.2', fittableHmm(hmm), { ...regimes, p_01: 0.2 }],
    ['p_00 of the row of transitions from regime 0 is 1.5', fittableHmm(hmm), { ...regimes, p_00: 1.5 }],
    ['p_10 and p_11 are missing', fittableHmm(hmm), { mu_0: 0, mu_1: 1, sd_0: 1, sd_1: 2, p_00: 0.9 }],
    ['sd_1 is 0', fittableHmm(hmm), { ...regimes, sd_1: 0 }],
    ['sigma is -1', fittableMsar({ regimes: 2, order: 1, variance: 'common' }), { ...autoregression, sigma: -1 }],
  ];
  it.each(refused)('are refused where they make no model: %s', (says, model, record) => {
    expect(() => model.evaluate(series, record)).toThrow(EstimationError);
    expect(() => model.evaluate(series, record)).toThrow(says);
  });
});

describe('prices', () => {
  it('become log returns in per cent and log prices in basis points', () => {
    expect(percentReturns(Float64Array.of(1, Math.E, 1)).map((x) => Math.round(x * 1e9) / 1e9)).toEqual(
      Float64Array.of(100, -100),
    );
    expect(percentReturns(new Float64Array(1).fill(5))).toHaveLength(0);
    expect(logPricesBp(Float64Array.of(1, Math.E)).map((x) => Math.round(x * 1e6) / 1e6)).toEqual(Float64Array.of(0, 10_000));
  });
});
