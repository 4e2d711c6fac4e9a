import { describe, expect, it } from '@jest/globals';
import { evenly, fittableHmm, recordOf, type HmmForm, type ParameterRecord } from './index.ts';

const JOINT: HmmForm = {
  regimes: 3,
  observed: 'innovation-and-variance',
  emissions: 'gaussian',
  startsAt: 'first-observation',
  isPlain: false,
};
const TRUTH: ParameterRecord = {
  ...{ mu_0: 0.1, sd_0: 0.6, muVariance_0: -0.8, sdVariance_0: 0.3 },
  ...{ mu_1: 0, sd_1: 1, muVariance_1: 0.1, sdVariance_1: 0.25 },
  ...{ mu_2: -0.3, sd_2: 2, muVariance_2: 1.1, sdVariance_2: 0.5 },
  ...{ p_00: 0.96, p_01: 0.03, p_02: 0.01, p_10: 0.04, p_11: 0.93, p_12: 0.03, p_20: 0.02, p_21: 0.08, p_22: 0.9 },
};
const truth = (name: string): number => TRUTH[name] ?? NaN;

/** Rows of an innovation and a log variance from the chain of TRUTH, the same on every host. */
function simulated(n: number): Float64Array {
  let seed = 12345;
  const uniform = (): number => {
    seed = (seed * 1664525 + 1013904223) % 4294967296;
    return (seed + 0.5) / 4294967296;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  let regime = 0;
  return Float64Array.from(
    Array.from({ length: n }, () => {
      const u = uniform();
      const first = truth(`p_${regime}0`);
      const row = [
        truth(`mu_${regime}`) + truth(`sd_${regime}`) * normal(),
        truth(`muVariance_${regime}`) + truth(`sdVariance_${regime}`) * normal(),
      ];
      regime = u <= first ? 0 : u <= first + truth(`p_${regime}1`) ? 1 : 2;
      return row;
    }).flat(),
  );
}

const columnOf = (rows: Float64Array, column: number): Float64Array => rows.filter((_, i) => i % 2 === column);

describe('a hidden Markov model of an innovation and a log variance', () => {
  const rows = simulated(3000);
  const model = fittableHmm(JOINT);
  const fit = model.fit(evenly(rows), {});

  it('finds the chain that its observations came from, the calmest regime first', () => {
    expect(fit).toMatchObject({ converged: true, n: 3000, model: 'hidden Markov model of 3 regimes of innovation and variance' });
    for (const [name, value] of Object.entries(TRUTH)) {
      const found = fit.parameters.find((parameter) => parameter.name === name);
      // three in a thousand lie beyond three standard errors: of twenty-one parameters, four are hardly ever needed
      expect(Math.abs((found?.value ?? NaN) - value)).toBeLessThan(4 * (found?.seHessian ?? NaN));
    }
  });

  it('orders its regimes by the mean of the log variance, whatever the innovations do', () => {
    const swapped = rows.map((value, i) => (i % 2 === 1 ? -value : value));
    const { parameters } = model.fit(evenly(swapped), {});
    const { muVariance_0: a = NaN, muVariance_1: b = NaN, muVariance_2: c = NaN, ...others } = recordOf(parameters);
    expect([a, b, c]).toEqual([a, b, c].toSorted((x, y) => x - y));
    expect(others['sd_0']).toBeGreaterThan(others['sd_2'] ?? NaN);
  });

  it('names its parameters as they are taken in', () => {
    const student = fittableHmm({ ...JOINT, regimes: 1, emissions: 'student' });
    expect(student.parameterNames).toEqual(['mu_0', 'sd_0', 'nu_0', 'muVariance_0', 'sdVariance_0', 'p_00', 'start_0']);
    expect(model.columns).toEqual(['innovation', 'variance']);
    expect(model.freeCount(TRUTH)).toBe(20);
    const again = model.evaluate(evenly(rows), TRUTH).parameters.filter(({ name }) => Object.hasOwn(TRUTH, name));
    expect(recordOf(again)).toEqual(TRUTH);
  });

  it('says of one regime what two independent columns say', () => {
    const one = { ...JOINT, regimes: 1 };
    const [innovations, variances] = [columnOf(rows, 0), columnOf(rows, 1)];
    const single = fittableHmm({ ...one, observed: 'one-column' });
    const law = { p_00: 1, start_0: 1 };
    const both = fittableHmm(one).evaluate(evenly(rows), { mu_0: 0.2, sd_0: 1.1, muVariance_0: 0.1, sdVariance_0: 0.9, ...law });
    const first = single.evaluate(evenly(innovations), { mu_0: 0.2, sd_0: 1.1, ...law });
    const second = single.evaluate(evenly(variances), { mu_0: 0.1, sd_0: 0.9, ...law });
    expect(Math.abs(both.logLikelihood - first.logLikelihood - second.logLikelihood)).toBeLessThan(1e-9);
    const errorOf = (fit: typeof both, name: string) => fit.parameters.find((one) => one.name === name)?.seHessian ?? NaN;
    expect(errorOf(both, 'mu_0') / errorOf(first, 'mu_0')).toBeCloseTo(1, 9);
    expect(errorOf(both, 'sdVariance_0') / errorOf(second, 'sd_0')).toBeCloseTo(1, 9);
  });

  it('learns nothing of the regimes from a log variance that is the same in all of them', () => {
    const same = {
      muVariance_0: 0.3,
      sdVariance_0: 0.7,
      muVariance_1: 0.3,
      sdVariance_1: 0.7,
      muVariance_2: 0.3,
      sdVariance_2: 0.7,
    };
    const chain = Object.fromEntries(Object.entries(TRUTH).filter(([name]) => !name.includes('Variance')));
    const both = model.evaluate(evenly(rows), { ...chain, ...same });
    const first = fittableHmm({ ...JOINT, observed: 'one-column' }).evaluate(evenly(columnOf(rows, 0)), chain);
    const lnDensities = columnOf(rows, 1).reduce((sum, y) => {
      const z = (y - 0.3) / 0.7;
      return sum - 0.5 * z * z - Math.log(0.7 * Math.sqrt(2 * Math.PI));
    }, 0);
    expect(Math.abs(both.logLikelihood - first.logLikelihood - lnDensities)).toBeLessThan(1e-7);
  });

  it('has a path row for each observation', () => {
    const paths = model.paths(evenly(rows), TRUTH);
    for (const { values } of paths) expect(values).toHaveLength(3000);
    expect(paths.map(({ name }) => name)).toContain('smooth_2');
  });

  it('counts an observation of which one column is missing', () => {
    const gapped = rows.map((value, i) => (i === 7 || i === 20 || i === 21 ? NaN : value));
    expect(model.evaluate(evenly(gapped), TRUTH).n).toBe(2999);
  });

  it('is fitted from parameters given, and goes on from where it was', () => {
    const again = model.fit(evenly(rows), { init: recordOf(fit.parameters) });
    expect(again.converged).toBe(true);
    expect(again.iterations).toBeLessThanOrEqual(fit.iterations);
    expect(Math.abs(again.logLikelihood - fit.logLikelihood)).toBeLessThan(1e-4);
  });

  it.each<[says: string, act: () => unknown]>([
    ['innovation has 29 values, fewer than the 30 it takes', () => model.fit(evenly(rows.slice(0, 58)), {})],
    ['variance is 1 at every index', () => model.fit(evenly(rows.map((value, i) => (i % 2 === 0 ? value : 1))), {})],
    ['innovation is 0 at every index', () => model.fit(evenly(rows.map((value, i) => (i % 2 === 0 ? 0 : value))), {})],
    ['variance[2] is Infinity', () => model.fit(evenly(rows.map((value, i) => (i === 5 ? Infinity : value))), {})],
    ['sdVariance_1 is 0: it must be positive', () => model.evaluate(evenly(rows), { ...TRUTH, sdVariance_1: 0 })],
    ['there is no parameter "nu_0"', () => model.evaluate(evenly(rows), { ...TRUTH, nu_0: 4 })],
    ['discrete emissions are of one column', () => fittableHmm({ ...JOINT, emissions: 'discrete' })],
    ['at least one regime, got 0', () => fittableHmm({ ...JOINT, regimes: 0 })],
  ])('is refused: %s', (says, act) => {
    expect(act).toThrow(says);
  });

  it('needs as many observations as it says', () => {
    expect(model.observationsMin).toBe(30);
    expect(model.fit(evenly(rows.slice(0, 60)), { iterationsMax: 1 }).n).toBe(30);
  });
});
