import { describe, expect, it } from '@jest/globals';
import { read } from '@aitrader/model';
import { threeRegimes } from '../test/three-regimes.ts';
import { EstimationError } from './estimation-error.ts';
import { estimateOf } from './fit-result.ts';
import { fitHmm, HMM_FIT_SETTINGS, type HmmFitSettings } from './hmm-fit.ts';
import { filterHmm, type HiddenMarkovModel } from './hmm-model.ts';

const series = threeRegimes();
const two: HmmFitSettings = { ...HMM_FIT_SETTINGS, regimes: 2, families: ['gaussian'] };
const quick = { ...HMM_FIT_SETTINGS, trialSteps: 5, stepsMax: 60 };
/** Nothing but the data. */
const unguarded = { stickiness: 0, transitionFloor: 0, startFloor: 0, sdFloorShare: 0 };

describe('the fit of a hidden Markov model', () => {
  // Reference: hmmlearn 0.3.3, GaussianHMM(2, 'diag', min_covar 0, covars_prior 0), best of 20 seeds, tol 1e-12.
  it('ends where an independent one ends when nothing guards it', () => {
    const fit = fitHmm(series, { ...two, ...unguarded });
    expect(fit.converged).toBe(true);
    expect(Math.abs(fit.logLikelihood - -1019.3423044554806)).toBeLessThan(1e-6);
    const expected = {
      mu_0: 0.02969266,
      sd_0: 0.71319312,
      mu_1: -0.43776817,
      sd_1: 2.67426191,
      p_00: 0.92709916,
      p_11: 0.87110179,
    };
    for (const [name, value] of Object.entries(expected)) expect(Math.abs(estimateOf(fit, name) - value)).toBeLessThan(1e-4);
  });

  it('sorts regimes by variance, names parameters and keeps every floor', () => {
    const fit = fitHmm(series.slice(0, 300), { ...quick, regimes: 3, families: ['student'], transitionFloor: 0.01 });
    expect(fit.parameters.map(({ name }) => name)).toEqual(
      'mu_0 sd_0 nu_0 mu_1 sd_1 nu_1 mu_2 sd_2 nu_2 p_00 p_01 p_02 p_10 p_11 p_12 p_20 p_21 p_22'.split(' '),
    );
    for (const p of fit.hmm.transition.flat()) expect(p).toBeGreaterThanOrEqual(0.01 * (1 - 1e-12));
    for (const p of fit.hmm.start) expect(p).toBeGreaterThanOrEqual(1e-3 * (1 - 1e-12));
    for (const { name, value, seHessian } of fit.parameters)
      if (name.startsWith('p_') && value < 0.01 * (1 + 1e-9)) expect(seHessian).toBeNull();
    expect(fit.n).toBe(300);
  });

  it('takes several columns, and says nothing new the next night', () => {
    const rows = Float64Array.from({ length: 600 }, (_, i) => {
      const y = read(series, Math.floor(i / 2));
      return i % 2 === 0 ? y : Math.log(0.05 + y * y);
    });
    const settings: HmmFitSettings = { ...quick, regimes: 2, families: ['student', 'gaussian'] };
    const fit = fitHmm(rows, settings);
    expect(estimateOf(fit, 'mu_0_1')).toBeLessThan(estimateOf(fit, 'mu_1_1'));
    const again = fitHmm(rows, settings, fit.hmm);
    expect(again.logLikelihood).toBeGreaterThanOrEqual(fit.logLikelihood);
    expect(again.logLikelihood).toBeLessThan(fit.logLikelihood + 0.01);
  });

  it('keeps the old model when the likelihood would fall', () => {
    const best = fitHmm(series, { ...two, ...unguarded }).hmm;
    const fit = fitHmm(series, { ...two, stickiness: 500 }, best);
    expect(fit.isOldModel).toBe(true);
    expect(fit.hmm).toEqual(best);
    expect(fit.logLikelihood).toBe(filterHmm(best, series).logLikelihood);
  });

  it('is not led astray by an old model that is beyond the floors', () => {
    const old: HiddenMarkovModel = {
      start: [1, 0],
      startsAt: 'first-observation',
      transition: [
        [1, 0],
        [0, 1],
      ],
      emissions: [[{ family: 'gaussian', mean: 0, sd: 0.5 }], [{ family: 'gaussian', mean: 0, sd: 3 }]],
    };
    const fit = fitHmm(series, two, old);
    expect(Math.abs(fit.logLikelihood - fitHmm(series, two).logLikelihood)).toBeLessThan(1e-3);
  });

  it('refuses what cannot be fitted', () => {
    const refused: [() => unknown, string][] = [
      [() => fitHmm(series.slice(0, 12), two), '12 values'],
      [
        () =>
          fitHmm(
            series.map(() => 2),
            two,
          ),
        'observations is 2 at every index',
      ],
      [
        () =>
          fitHmm(
            series.map((y, t) => (t === 9 ? NaN : y)),
            two,
          ),
        'observations[9] is NaN',
      ],
      [() => fitHmm(series, { ...two, transitionFloor: 0.6 }), 'transitionFloor must lie in 0 … 0.5: 0.6'],
      [() => fitHmm(series, { ...two, regimes: 1.5 }), 'got 1.5'],
      [
        () => fitHmm(series, { ...two, families: ['student', 'student', 'student', 'student', 'student', 'student', 'student'] }),
        '600 values',
      ],
      [() => fitHmm(series, two, fitHmm(series, { ...two, regimes: 1 }).hmm), 'the old model has 1 regimes'],
    ];
    for (const [call, message] of refused) {
      expect(call).toThrow(EstimationError);
      expect(call).toThrow(message);
    }
  });
});
