import { describe, expect, it } from '@jest/globals';
import { madeReturns } from '../test/made-returns.ts';
import {
  EstimationError,
  estimateOf,
  evenly,
  fitGarch,
  firstVariance,
  fittableGarch,
  garchForecast,
  garchLikelihood,
  garchParameterNames,
  garchParameters,
  garchVariances,
  likelihoodDerivatives,
  nextVariance,
  recordOf,
} from './index.ts';
import { type GarchForm } from './index.ts';

/** How many of them the slower tests take. */
const COUNT = 100;
const RETURNS = madeReturns(1200, 12345);
const form = (
  asymmetry: GarchForm['asymmetry'],
  shocks: GarchForm['shocks'],
  presample: GarchForm['presample'] = 'sample',
  mean: GarchForm['mean'] = 'constant',
): GarchForm => ({ mean, asymmetry, shocks, presample });
const FORMS = (['none', 'gjr'] as const).flatMap((asymmetry) =>
  (['normal', 'student'] as const).flatMap((shocks) =>
    (['sample', 'backcast'] as const).map((pre) => form(asymmetry, shocks, pre)),
  ),
);
const nameOf = ({ asymmetry, shocks, presample }: GarchForm) => `asymmetry ${asymmetry}, ${shocks}, ${presample}`;

interface Reference {
  readonly form: GarchForm;
  readonly logLikelihood: number;
  readonly value: readonly number[];
  readonly hessian: readonly number[];
  readonly opg: readonly number[];
  readonly sandwich: readonly number[];
}

// Computed independently on this series: an 80-bit likelihood in numpy, maximised by Newton's method from the estimate of Python's
// arch 8.0.0, with derivatives by Richardson's differences of sixth order. With the backcast the estimates of arch itself agree
// with these to 1e-6 and its ln L to 1e-9.
const REFERENCES: readonly Reference[] = [
  {
    form: form('none', 'normal', 'sample'),
    logLikelihood: -1554.420990296652,
    value: [0.03327451768, 0.06058197453, 0.08163092428, 0.8472282728],
    hessian: [0.02425406653, 0.01769032973, 0.01979716591, 0.03405047073],
    opg: [0.02390592692, 0.0106757458, 0.0141358984, 0.02217563953],
    sandwich: [0.02470385837, 0.03029477598, 0.02778130777, 0.05427128832],
  },
  {
    form: form('gjr', 'normal', 'backcast'),
    logLikelihood: -1547.76821535008,
    value: [0.0183106913, 0.03896518587, 0.02547089694, 0.08114007735, 0.8903838522],
    hessian: [0.02453454856, 0.01358252923, 0.01389320484, 0.02227826758, 0.02783643541],
    opg: [0.02474339863, 0.008051790793, 0.008703156738, 0.01390534048, 0.01713576302],
    sandwich: [0.02448527151, 0.02356649968, 0.02240530182, 0.03652819809, 0.04647067985],
  },
  {
    form: form('none', 'student', 'backcast'),
    logLikelihood: -1496.537544597689,
    value: [0.03676210021, 0.07307251978, 0.09614849488, 0.818028154, 5.080093723],
    hessian: [0.0219147643, 0.02707938315, 0.02697570049, 0.04845113013, 0.6764742445],
    opg: [0.0217631674, 0.02726944728, 0.02885258345, 0.05030091389, 0.7014650237],
    sandwich: [0.02209843983, 0.02705504086, 0.02524653873, 0.0469930555, 0.6619877715],
  },
  {
    form: form('gjr', 'student', 'sample'),
    logLikelihood: -1493.8712005925438,
    value: [0.03067142379, 0.05809896508, 0.04571484528, 0.08268810055, 0.8455234277, 5.204768368],
    hessian: [0.02210914987, 0.02400185566, 0.02451691208, 0.03566647733, 0.04569352129, 0.7079507025],
    opg: [0.02197464198, 0.02295719678, 0.02435235158, 0.03646604377, 0.04346442368, 0.7326187814],
    sandwich: [0.0222908985, 0.02523020297, 0.02477319805, 0.03496254641, 0.04840480001, 0.6962734606],
  },
];

describe.each(REFERENCES.map((reference) => [nameOf(reference.form), reference] as const))(
  'the fit of GARCH with %s',
  (_, reference) => {
    const fit = fitGarch(reference.form, RETURNS);

    it('is that computed independently, with all three standard errors', () => {
      expect(fit.converged).toBe(true);
      expect(fit.parameters.map(({ name }) => name)).toEqual(garchParameterNames(reference.form));
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

    it('is the same in another unit', () => {
      const small = fitGarch(
        reference.form,
        RETURNS.map((value) => value / 100),
      );
      fit.parameters.forEach(({ name, value }) => {
        const unit = { mu: 1e-2, omega: 1e-4 }[name] ?? 1;
        expect(Math.abs(estimateOf(small, name) / (value * unit) - 1)).toBeLessThan(1e-6);
      });
      expect(small.logLikelihood).toBeCloseTo(fit.logLikelihood + RETURNS.length * Math.log(100), 7);
    });
  },
);

describe.each(FORMS.map((one) => [nameOf(one), one] as const))('the likelihood of GARCH with %s', (_, one) => {
  const returns = RETURNS.subarray(0, COUNT);
  const model = garchLikelihood(one, returns);
  const natural: Readonly<Record<string, number>> = { mu: 0.05, omega: 0.06, alpha: 0.07, gamma: 0.05, beta: 0.8, nu: 6.5 };
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

  it('is that of the variance path', () => {
    const named = garchParameters(one, {
      model: 'garch',
      n: COUNT,
      parameters: model.parameters.map((name, i) => ({
        name,
        value: point[i] ?? NaN,
        seHessian: null,
        seOpg: null,
        seSandwich: null,
      })),
      logLikelihood: 0,
      converged: true,
      iterations: 0,
    });
    const path = garchVariances(one, named, returns);
    expect(path).toHaveLength(COUNT + 1);
    let variance = firstVariance(one, named, returns);
    path.forEach((expected, i) => {
      expect(variance).toBe(expected);
      variance = nextVariance(named, variance, RETURNS[i] ?? NaN);
    });
    if (one.shocks === 'normal') {
      const logLikelihood = path
        .subarray(0, COUNT)
        .reduce((sum, h, i) => sum - (Math.log(2 * Math.PI * h) + ((RETURNS[i] ?? NaN) - named.mu) ** 2 / h) / 2, 0);
      expect(logLikelihood).toBeCloseTo(likelihoodDerivatives(model, point).logLikelihood, 9);
    }
  });
});

describe('GARCH', () => {
  it('finds the parameters that made a long series, within four standard errors', () => {
    const made: Readonly<Record<string, number>> = { mu: 0.03, omega: 0.05, alpha: 0.04, gamma: 0.1, beta: 0.85 };
    const fit = fitGarch(form('gjr', 'normal'), madeReturns(6000, 99));
    // the shocks have variance 1.06, which ω, α and γ would take up: well inside the errors
    fit.parameters.forEach(({ name, value, seSandwich }) => {
      const expected = made[name] ?? NaN;
      expect(Math.abs(value - expected)).toBeLessThan(4 * (seSandwich ?? NaN));
    });
  });

  it('stays inside its bounds where falls do all the work', () => {
    let variance = 1;
    const shocks = madeReturns(800, 5).map((value) => value - 0.03);
    const returns = shocks.map((shock) => {
      const value = Math.sqrt(variance) * shock;
      variance = 0.05 + (value < 0 ? 0.25 : 0) * value * value + 0.8 * Math.min(variance, 9);
      return value;
    });
    const { alpha, gamma, beta, omega } = garchParameters(form('gjr', 'normal'), fitGarch(form('gjr', 'normal'), returns));
    expect(Math.min(alpha, alpha + gamma, beta, omega)).toBeGreaterThanOrEqual(0);
    expect(alpha + gamma / 2 + beta).toBeLessThanOrEqual(1);
  });

  /** Sums of four uniforms: tails thinner than normal, for which no t is thin enough. */
  const thin = (): Float64Array => {
    let state = 777;
    const uniform = () => (state = (state * 16807) % 2147483647) / 2147483647;
    return Float64Array.from({ length: 400 }, () => (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3));
  };

  it.each(['none', 'gjr'] as const)(
    'is all but the normal one where tails are thin, and found as soon (asymmetry %s)',
    (asymmetry) => {
      let passes = 0;
      const fit = fitGarch(form(asymmetry, 'student'), thin(), { onStep: () => passes++ });
      const normal = fitGarch(form(asymmetry, 'normal'), thin());
      expect(fit.converged).toBe(true);
      expect(passes).toBeLessThan(1500);
      expect(estimateOf(fit, 'nu')).toBeGreaterThan(9000);
      expect(estimateOf(fit, 'nu')).toBeLessThanOrEqual(10_002 + 1e-6);
      expect(Math.abs(fit.logLikelihood - normal.logLikelihood)).toBeLessThan(0.01);
      // a start beyond the range is one near its end
      const again = fittableGarch(form(asymmetry, 'student')).fit(evenly(thin()), {
        init: { ...recordOf(fit.parameters), nu: 1e12 },
      });
      expect(again.logLikelihood).toBeCloseTo(fit.logLikelihood, 3);
    },
  );

  it('is the same of returns that are all higher by the same, but for the mean', () => {
    for (const shocks of ['normal', 'student'] as const) {
      const [near, far] = [RETURNS, RETURNS.map((value) => value + 1024)].map((values) => fitGarch(form('gjr', shocks), values));
      expect(Math.abs((near?.logLikelihood ?? NaN) - (far?.logLikelihood ?? NaN))).toBeLessThan(1e-8);
      for (const { name, value } of near?.parameters ?? []) {
        const moved = far ? estimateOf(far, name) - (name === 'mu' ? 1024 : 0) : NaN;
        expect(Math.abs(moved - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)));
      }
    }
  });

  it('has no mean to estimate when it is zero', () => {
    const fit = fitGarch(form('none', 'normal', 'sample', 'zero'), RETURNS);
    expect(fit.parameters.map(({ name }) => name)).toEqual(['omega', 'alpha', 'beta']);
    expect(fit.converged).toBe(true);
    expect(garchParameters(form('none', 'normal', 'sample', 'zero'), fit)).toMatchObject({ mu: 0, gamma: 0, nu: Infinity });
  });

  it('forecasts variances that approach the unconditional one', () => {
    const parameters = { mu: 0, omega: 0.1, alpha: 0.05, gamma: 0.1, beta: 0.8, nu: Infinity };
    const forecast = garchForecast(parameters, 4, 300);
    expect(forecast[0]).toBe(4);
    expect(forecast[1]).toBeCloseTo(0.1 + 0.9 * 4, 12);
    expect(forecast[299]).toBeCloseTo(0.1 / (1 - 0.9), 10);
  });

  it('refuses returns that say nothing', () => {
    const refused = (values: Float64Array) => () => fitGarch(form('none', 'normal'), values);
    expect(refused(RETURNS.map((value, i) => (i === 17 ? NaN : value)))).toThrow(new EstimationError('returns[17] is NaN'));
    expect(refused(RETURNS.map((value, i) => (i === 3 ? -Infinity : value)))).toThrow('returns[3] is -Infinity');
    expect(refused(RETURNS.subarray(0, 12))).toThrow('returns has 12 values, fewer than the 30 it takes');
    expect(refused(new Float64Array(100))).toThrow('returns is 0 at every index');
  });
});
