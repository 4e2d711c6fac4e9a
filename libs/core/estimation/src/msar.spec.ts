import { describe, expect, it } from '@jest/globals';
import { item, read } from '@aitrader/model';
import { threeRegimes } from '../test/three-regimes.ts';
import { EstimationError } from './estimation-error.ts';
import { estimateOf } from './fit-result.ts';
import { filterHmm } from './hmm-model.ts';
import { stationaryLaw } from './hmm-chain.ts';
import { fitMsar, msarEstimates } from './msar-fit.ts';
import { smoothMsar, sortedByMean, type MarkovSwitchingModel } from './msar-model.ts';

const values = threeRegimes().slice(0, 200);

/** At the maximum, to six digits. */
const switching: MarkovSwitchingModel = {
  means: [-0.653903, 0.113114],
  coefficients: [0.0766039],
  sds: [2.52656, 0.466945],
  transition: [
    [0.963004, 1 - 0.963004],
    [0.0644958, 1 - 0.0644958],
  ],
};

const threeLevels: Omit<MarkovSwitchingModel, 'sds'> = {
  means: [-0.4, 0.05, 0.3],
  coefficients: [0.2, -0.1],
  transition: [
    [0.9, 0.07, 0.03],
    [0.05, 0.9, 0.05],
    [0.02, 0.08, 0.9],
  ],
};

// Reference: statsmodels 0.15.0, MarkovAutoregression(switching_ar=False); switching_variance=True for two regimes.
describe('a Markov-switching autoregression', () => {
  it('of three regimes and order 2 has the likelihood and probabilities of an independent implementation', () => {
    const { n, filtered, smoothed, logLikelihood } = smoothMsar({ ...threeLevels, sds: [1.3] }, values);
    expect(n).toBe(198);
    expect(Math.abs(logLikelihood - -504.0494243262315)).toBeLessThan(1e-10);
    const expected: [number, number[], number[]][] = [
      [
        0,
        [0.31537190156416584, 0.4252476139205475, 0.25938048451528667],
        [0.2402379992467365, 0.46369416798688307, 0.29606783276638027],
      ],
      [
        100,
        [0.2704467676260863, 0.4489552931404146, 0.28059793923349907],
        [0.18651386437267667, 0.46859771111662996, 0.34488842451069307],
      ],
      [
        197,
        [0.395840348579458, 0.398018396249168, 0.20614125517137394],
        [0.395840348579458, 0.398018396249168, 0.20614125517137394],
      ],
    ];
    for (const [t, now, all] of expected)
      for (let k = 0; k < 3; k++) {
        expect(Math.abs(read(filtered, 3 * t + k) - item(now, k))).toBeLessThan(1e-12);
        expect(Math.abs(read(smoothed, 3 * t + k) - item(all, k))).toBeLessThan(1e-12);
      }
  });

  // Reference: the filter over tuples of regimes written out in numpy; from order 2 on statsmodels 0.15.0 takes the sd of the
  // regime before, not of the present one.
  it('of switching variance has the sd of the present regime', () => {
    const { logLikelihood } = smoothMsar({ ...threeLevels, sds: [2.5, 0.7, 1.1] }, values);
    expect(Math.abs(logLikelihood - -394.0060025779274)).toBeLessThan(1e-10);
  });

  // Reference: scores of statsmodels' filter by complex steps of 1e-30, the Hessian by extrapolated differences of these.
  it('has the three standard errors of independent derivatives', () => {
    expect(Math.abs(smoothMsar(switching, values).logLikelihood - -384.6942964095748)).toBeLessThan(1e-10);
    const expected: Record<string, number[]> = {
      mu_0: [0.2355896279, 0.2519337042, 0.2373965048],
      mu_1: [0.0703324147, 0.0709151578, 0.0800916307],
      phi_1: [0.0720443508, 0.0602228211, 0.0873500725],
      sigma_0: [0.1593607696, 0.1180022164, 0.2370639216],
      sigma_1: [0.0515809543, 0.0591743748, 0.0557426012],
      p_00: [0.0224455475, 0.0162749117, 0.0335734672],
      p_01: [0.0224455475, 0.0162749117, 0.0335734672],
      p_10: [0.0415864157, 0.0365174803, 0.0549476758],
      p_11: [0.0415864157, 0.0365174803, 0.0549476758],
    };
    const found = msarEstimates(switching, values);
    expect(found.map(({ name }) => name)).toEqual(Object.keys(expected));
    for (const { name, seHessian, seOpg, seSandwich } of found)
      [seHessian, seOpg, seSandwich].forEach((error, i) => {
        expect(Math.abs((error ?? NaN) - (expected[name]?.[i] ?? NaN))).toBeLessThan(1e-8);
      });
  });

  it('is fitted where the independent fit ends, from starts of its own', () => {
    const fit = fitMsar(values, { regimes: 2, order: 1, variance: 'switching' });
    expect(fit.converged).toBe(true);
    expect(Math.abs(fit.logLikelihood - -384.694296409)).toBeLessThan(1e-7);
    expect(fit.n).toBe(199);
    const names = ['mu_0', 'mu_1', 'phi_1', 'sigma_0', 'sigma_1', 'p_00', 'p_11'];
    const expected = [-0.653903, 0.113114, 0.0766039, 2.52656, 0.466945, 0.963004, 1 - 0.0644958];
    names.forEach((name, i) => expect(Math.abs(estimateOf(fit, name) - item(expected, i))).toBeLessThan(1e-5));
  });

  it('is fitted alike in any unit', () => {
    const shape = { regimes: 2, order: 0, variance: 'switching' } as const;
    const [fit, small] = [
      fitMsar(values, shape),
      fitMsar(
        values.map((y) => 1e-6 * y + 2e-5),
        shape,
      ),
    ];
    expect(Math.abs(small.logLikelihood - fit.logLikelihood - 200 * Math.log(1e6))).toBeLessThan(1e-7);
    fit.parameters.forEach(({ name, value }) => {
      const expected = name.startsWith('mu') ? 1e-6 * value + 2e-5 : name.startsWith('sigma') ? 1e-6 * value : value;
      expect(Math.abs(estimateOf(small, name) / expected - 1)).toBeLessThan(1e-6);
    });
  });

  it('of order 0 is a hidden Markov model that starts at rest', () => {
    const { means, sds, transition } = switching;
    const { logLikelihood } = smoothMsar({ ...switching, coefficients: [] }, values);
    const hidden = filterHmm(
      {
        start: stationaryLaw(transition),
        startsAt: 'first-observation',
        transition,
        emissions: means.map((mean, k) => [{ family: 'gaussian', mean, sd: item(sds, k) }]),
      },
      values,
    );
    expect(Math.abs(logLikelihood - hidden.logLikelihood)).toBeLessThan(1e-10);
  });

  it('of one regime is an autoregression around its mean', () => {
    const fit = fitMsar(values, { regimes: 1, order: 1, variance: 'common' });
    const error = (t: number): number =>
      read(values, t) - estimateOf(fit, 'mu_0') - estimateOf(fit, 'phi_1') * (read(values, t - 1) - estimateOf(fit, 'mu_0'));
    const errors = Array.from({ length: 199 }, (_, i) => error(i + 1));
    expect(Math.abs(errors.reduce((a, b) => a + b, 0))).toBeLessThan(1e-6);
    expect(Math.abs(errors.reduce((sum, e, i) => sum + e * read(values, i), 0))).toBeLessThan(1e-5);
    expect(fit.parameters.at(-1)).toMatchObject({ name: 'p_00', value: 1, seHessian: null });
  });

  it('is the same whatever its regimes are called', () => {
    const renamed: MarkovSwitchingModel = {
      ...switching,
      means: switching.means.toReversed(),
      sds: switching.sds.toReversed(),
      transition: switching.transition.toReversed().map((row) => row.toReversed()),
    };
    expect(sortedByMean(renamed)).toEqual(switching);
    const [one, other] = [smoothMsar(switching, values), smoothMsar(renamed, values)];
    expect(Math.abs(one.logLikelihood - other.logLikelihood)).toBeLessThan(1e-10);
    expect(Math.abs(read(one.smoothed, 40) - read(other.smoothed, 41))).toBeLessThan(1e-12);
  });

  it('refuses what makes no model, and series that say nothing', () => {
    const shape = { regimes: 2, order: 1, variance: 'common' } as const;
    const refused: [() => unknown, string][] = [
      [() => smoothMsar({ ...switching, sds: [1, -1] }, values), 'sd 1 must be positive and finite: -1'],
      [
        () =>
          smoothMsar(
            {
              ...switching,
              transition: [
                [1, 0],
                [0.5, 0.6],
              ],
            },
            values,
          ),
        'row 1 of the transition matrix sums to 1.1',
      ],
      [() => smoothMsar({ ...switching, coefficients: [NaN] }, values), 'coefficient 0 is NaN'],
      [
        () =>
          smoothMsar(
            {
              ...switching,
              transition: [
                [1, 0],
                [0, 1],
              ],
            },
            values,
          ),
        'no single stationary law',
      ],
      [() => smoothMsar(switching, Float64Array.of(1, NaN, 2)), 'value 1 is NaN'],
      [() => smoothMsar(switching, Float64Array.of(1)), '1 values leave none'],
      [() => fitMsar(values.slice(0, 15), shape), '15 values'],
      [
        () =>
          fitMsar(
            values.map(() => 3),
            shape,
          ),
        'values is 3 at every index',
      ],
      [
        () =>
          fitMsar(
            values.map((y, t) => (t === 7 ? Infinity : y)),
            shape,
          ),
        'values[7] is Infinity',
      ],
      [() => fitMsar(values, { ...shape, order: 20 }), '2 regimes of order 20 make 2097152 states'],
    ];
    for (const [call, message] of refused) {
      expect(call).toThrow(EstimationError);
      expect(call).toThrow(message);
    }
  });
});
