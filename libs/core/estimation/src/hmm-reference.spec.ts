import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { item, read } from '@aitrader/model';
import { referencePath, withReference } from '../../../../tools/testing/reference-data.ts';
import { stationaryLaw } from './hmm-chain.ts';
import { baumWelchStep } from './hmm-em.ts';
import type { GaussianEmission } from './hmm-emission.ts';
import { decodeHmm, filterHmm, smoothHmm, type HiddenMarkovModel } from './hmm-model.ts';

const REFERENCE = referencePath('numeric/04_regime');

function csv(name: string): string[][] {
  const lines = readFileSync(path.join(REFERENCE, name), 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => line.split(','));
}

const gaussian = (model: HiddenMarkovModel, regime: number): GaussianEmission => {
  const emission = item(item(model.emissions, regime), 0);
  if (emission.family !== 'gaussian') throw new Error(`regime ${regime} is ${emission.family}`);
  return emission;
};

/** The largest distance of numbers from those expected of them. */
const worst = (found: Iterable<number>, expected: readonly number[]): number =>
  [...found].reduce((most, x, i) => Math.max(most, Math.abs(x - (expected[i] ?? NaN))), 0);

/** Column `k` of rows of two. */
const column = (rows: Float64Array, k: number): Float64Array => rows.filter((_, i) => i % 2 === k);

withReference(REFERENCE, 'reproduces the regimes of the S&P 500', () => {
  const cases = JSON.parse(readFileSync(path.join(REFERENCE, 'expected.json'), 'utf8'));

  describe('two Gaussian regimes of the S&P 500', () => {
    const expected = cases.gaussian_hmm['2state'];
    const rows = csv('expected_hmm_2state.csv').map((row) => row.map(Number));
    const returns = Float64Array.from(csv('data_spx_returns_2007_2011.csv'), (row) => Number(row[1]));
    const model: HiddenMarkovModel = {
      start: expected.pi,
      startsAt: 'first-observation',
      transition: expected['A (row i = from i)'],
      emissions: [0, 1].map((i) => [{ family: 'gaussian', mean: expected.mu[i], sd: expected.sd[i] }]),
    };
    const expectedOf = (k: number): number[] => rows.map((row) => item(row, k));

    it('have the predicted, filtered and smoothed probabilities of the reference', () => {
      const { predicted, filtered, smoothed, logLikelihoods, logLikelihood } = smoothHmm(model, returns);
      [predicted, filtered, smoothed].forEach((law, i) => {
        expect(worst(column(law, 0), expectedOf(1 + 2 * i))).toBeLessThan(1e-12);
        expect(worst(column(law, 1), expectedOf(2 + 2 * i))).toBeLessThan(1e-12);
      });
      expect(worst(logLikelihoods, expectedOf(8))).toBeLessThan(1e-12);
      expect(Math.abs(logLikelihood - expected.loglik)).toBeLessThan(1e-10);
    });

    it('have its likeliest path', () => {
      const { path: found, logDensity } = decodeHmm(model, returns);
      expect([...found]).toEqual(expectedOf(7));
      expect(Math.abs(logDensity - expected.viterbi_loglik)).toBeLessThan(1e-10);
      expect([0, 1].map((regime) => found.filter((one) => one === regime).length)).toEqual(expected.viterbi_counts);
      expect(found.filter((one, t) => t > 0 && one !== found[t - 1]).length).toBe(expected.viterbi_switches);
    });

    it('have its stationary law and the likelihood that starts from it', () => {
      const start = stationaryLaw(model.transition);
      expect(worst(start, expected.stationary_pi)).toBeLessThan(1e-15);
      const { logLikelihood } = filterHmm({ ...model, start }, returns);
      expect(Math.abs(logLikelihood - expected['loglik_with_stationary_pi (own == statsmodels)'])).toBeLessThan(1e-10);
    });

    it('move by one step of expectation maximisation as the reference does', () => {
      const { next } = baumWelchStep(model, returns);
      const step = expected.one_baum_welch_step;
      expect(worst(next.start, step.pi)).toBeLessThan(1e-12);
      expect(worst(next.transition.flat(), step.A.flat())).toBeLessThan(1e-12);
      const emissions = [0, 1].map((regime) => gaussian(next, regime));
      expect(
        worst(
          emissions.map(({ mean }) => mean),
          step.mu,
        ),
      ).toBeLessThan(1e-12);
      expect(
        worst(
          emissions.map(({ sd }) => sd),
          step.sd,
        ),
      ).toBeLessThan(1e-12);
      expect(Math.abs(filterHmm(next, returns).logLikelihood - step.loglik_after)).toBeLessThan(1e-10);
    });

    it('climb as the reference does, and end where it ends after 200 steps', () => {
      let climbing = model;
      const history: number[] = [];
      for (let step = 0; step < 200; step++) {
        const { next, logLikelihood } = baumWelchStep(climbing, returns);
        if (history.length > 0) expect(logLikelihood).toBeGreaterThan(item(history, history.length - 1) - 1e-9);
        history.push(logLikelihood);
        climbing = next;
      }
      expect(worst(history.slice(0, 10), expected.em_loglik_history_first10)).toBeLessThan(1e-9);
      const end = expected.after_200_em_steps;
      expect(Math.abs(filterHmm(climbing, returns).logLikelihood - end.loglik)).toBeLessThan(1e-7);
      expect(worst(climbing.transition.flat(), end.A.flat())).toBeLessThan(1e-6);
      const emissions = [0, 1].map((regime) => gaussian(climbing, regime));
      expect(
        worst(
          emissions.map(({ mean }) => mean),
          end.mu,
        ),
      ).toBeLessThan(1e-6);
      expect(
        worst(
          emissions.map(({ sd }) => sd),
          end.sd,
        ),
      ).toBeLessThan(1e-6);
    });
  });

  it('reproduces the umbrella, whose chain starts a step before the first observation', () => {
    const { prior, filtered, smoothed, 'obs (0=umbrella)': symbols } = cases.umbrella;
    const model: HiddenMarkovModel = {
      start: prior,
      startsAt: 'step-before',
      transition: [
        [0.7, 0.3],
        [0.3, 0.7],
      ],
      emissions: [[{ family: 'discrete', probabilities: [0.9, 0.1] }], [{ family: 'discrete', probabilities: [0.2, 0.8] }]],
    };
    const found = smoothHmm(model, Float64Array.from(symbols));
    expect(found.n).toBe(5);
    expect(found.pairs.length).toBe(16);
    expect(Math.abs(read(found.predicted, 0) - 0.5)).toBeLessThan(1e-15);
    expect(worst(column(found.filtered, 0), filtered)).toBeLessThan(1e-15);
    expect(worst(column(found.smoothed, 0), smoothed)).toBeLessThan(1e-15);
  });
});
