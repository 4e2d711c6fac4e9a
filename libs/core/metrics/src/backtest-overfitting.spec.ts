import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { item } from '@aitrader/model';
import { differentMarkets, noisyRules, referenceTrials, trialsOf, withEdge } from '../test/made-trials.ts';
import {
  backtestOverfitting,
  deflatedSharpe,
  mean,
  returnsOf,
  sampleSd,
  sampleVariance,
  sharpeEstimateOf,
  sharpeRatiosOf,
  type TrialReturns,
} from './index.ts';

/** The paper's steps to the letter: matrices of the rows of each half, Sharpe ratios, ranks and logits, for all subsets. */
function byDefinition({ trials, periods, returns }: TrialReturns, blocks: number) {
  const length = Math.floor(periods / blocks);
  const skipped = periods - blocks * length;
  const logits: number[] = [];
  const [inside, outside]: [number[], number[]] = [[], []];
  for (let subset = 0; subset < 2 ** blocks; subset++) {
    const isIn = (block: number): boolean => Math.floor(subset / 2 ** block) % 2 === 1;
    const chosen = Array.from({ length: blocks }, (_, block) => block).filter(isIn);
    if (chosen.length !== blocks / 2) continue;
    const ratios = (wanted: boolean): number[] =>
      Array.from({ length: trials }, (_, k) => {
        const rows = Array.from({ length: blocks * length }, (_unused, t) => t).filter(
          (t) => isIn(Math.floor(t / length)) === wanted,
        );
        const half = rows.map((t) => returns[k * periods + skipped + t] ?? NaN);
        return mean(half) / sampleSd(half);
      });
    const [first, second] = [ratios(true), ratios(false)];
    const best = first.indexOf(Math.max(...first));
    const rank = second.filter((ratio) => ratio <= item(second, best)).length;
    logits.push(Math.log(rank / (trials + 1) / (1 - rank / (trials + 1))));
    inside.push(item(first, best));
    outside.push(item(second, best));
  }
  return { logits, inside, outside };
}

const sorted = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b);
const expectNear = (actual: readonly number[], expected: readonly number[]): void => {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => expect(Math.abs(value - item(expected, i))).toBeLessThan(1e-9));
};

describe('the probability of backtest overfitting', () => {
  const rows = fc.record({ trials: fc.integer({ min: 2, max: 6 }), periods: fc.integer({ min: 12, max: 30 }), seed: fc.nat() });

  it('is what the paper defines, of whole blocks and with periods left over', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(2, 4, 6), ({ trials, periods, seed }, blocks) => {
        const made = differentMarkets(seed, trials, periods);
        const { logits, inside, outside } = byDefinition(made, blocks);
        const found = backtestOverfitting(made, blocks);
        expectNear(sorted(found.logits), sorted(logits));
        expectNear(sorted(found.inSample), sorted(inside));
        expectNear(sorted(found.outOfSample), sorted(outside));
        expect(found.probability).toBeCloseTo(logits.filter((logit) => logit <= 1e-12).length / logits.length, 12);
        expect(found.lossProbability).toBeCloseTo(outside.filter((ratio) => ratio < 0).length / outside.length, 12);
      }),
      { numRuns: 60 },
    );
  });

  // numpy 2.4.6 and scipy 1.17.1 (itertools.combinations, rankdata, logit, linregress) on the reference trials
  it.each([
    [6, { splits: 20, probability: 0.15, logit: 0.8333120101583479, slope: -0.35112806069134456, loss: 0.15 }],
    [
      10,
      {
        splits: 252,
        probability: 0.3055555555555556,
        logit: 0.6353315871696459,
        slope: -0.4784599619825471,
        loss: 0.2698412698412698,
      },
    ],
  ])('of the reference trials in %s blocks is what numpy finds', (blocks, expected) => {
    const { probability, logits, slope, lossProbability } = backtestOverfitting(referenceTrials(), blocks);
    expect(logits).toHaveLength(expected.splits);
    expect(probability).toBeCloseTo(expected.probability, 12);
    expect(mean(logits)).toBeCloseTo(expected.logit, 11);
    expect(slope).toBeCloseTo(expected.slope, 10);
    expect(lossProbability).toBeCloseTo(expected.loss, 12);
  });

  // the vignette of the R package pbo 1.3.5: 100 trials of 2 400 days of noise, brought to one mean and one standard deviation,
  // 3 % a year taken off, in 8 blocks: p_bo 1, p_loss 1
  it('is 1 where all trials are the same over the whole: the better in one half, the worse in the other', () => {
    const noise = noisyRules(765, 100, 2400);
    const alike = Array.from({ length: 100 }, (_, k) => {
      const row = returnsOf(noise, k);
      const [centre, sd] = [mean(row), sampleSd(row)];
      return row.map((value) => (value - centre) / sd / Math.sqrt(252) - 0.03 / 252);
    });
    const { probability, lossProbability, slope } = backtestOverfitting(trialsOf(alike), 8);
    expect([probability, lossProbability]).toEqual([1, 1]);
    expect(slope).toBeLessThan(-0.9);
  });

  it('knows neither leverage, nor the order of the trials, nor of the blocks', () => {
    fc.assert(
      fc.property(rows, ({ trials, seed }) => {
        const made = differentMarkets(seed, trials, 24);
        const all = Array.from({ length: trials }, (_, k) => returnsOf(made, k));
        const found = backtestOverfitting(made, 4);
        const same = (other: readonly Float64Array[]): void => {
          const changed = backtestOverfitting(trialsOf(other), 4);
          expectNear(sorted(changed.logits), sorted(found.logits));
          expect(changed.probability).toBe(found.probability);
        };
        same(all.map((row) => row.map((value) => 2 * value)));
        same(all.toReversed());
        same(all.map((row) => Float64Array.from([...row.subarray(12), ...row.subarray(0, 12)])));
      }),
      { numRuns: 40 },
    );
  });

  it('takes a rule that never trades for one without risk or return', () => {
    const still = new Float64Array(16);
    const up = Float64Array.from({ length: 16 }, (_, t) => 0.01 + 0.001 * (t % 3));
    const down = up.map((value) => -value);
    const { probability, inSample, logits } = backtestOverfitting(trialsOf([still, up, down]), 4);
    expect(probability).toBe(0);
    expect(Math.min(...inSample)).toBeGreaterThan(1);
    expectNear(
      sorted(logits),
      Array.from({ length: 6 }, () => Math.log(3)),
    );
    // the still one chosen over losers only, and in the middle of two others
    expect(backtestOverfitting(trialsOf([still, down]), 4).outOfSample).toEqual(new Float64Array(6));
    expect(backtestOverfitting(trialsOf([still, still, still]), 4).probability).toBe(1);
  });

  it('refuses what is no set of trials, and blocks that do not halve', () => {
    const made = noisyRules(1, 3, 40);
    for (const blocks of [0, 3, 24, 2.5, NaN])
      expect(() => backtestOverfitting(made, blocks)).toThrow(`the number of blocks must be even and in 2 … 22, got ${blocks}`);
    expect(() => backtestOverfitting(noisyRules(1, 1, 40), 4)).toThrow('number of trials must be an integer from 2 on, got 1');
    expect(() => backtestOverfitting(noisyRules(1, 2, 7), 8)).toThrow('number of periods must be an integer from 8 on, got 7');
    expect(() => returnsOf(made, 3)).toThrow('there is no trial 3 among 3');
  });
});

describe('the best of a thousand rules', () => {
  const deflatedOf = (trials: TrialReturns, trial: number): number =>
    deflatedSharpe(sharpeEstimateOf(returnsOf(trials, trial), 0), trials.trials, sampleVariance(sharpeRatiosOf(trials)));
  const bestOf = (trials: TrialReturns): number => {
    const ratios = sharpeRatiosOf(trials);
    return ratios.indexOf(Math.max(...ratios));
  };

  it('is as good as luck by both measures where all are noise, and certain by neither', () => {
    const seeds = [0, 1, 2, 3];
    const found = seeds.map((seed) => {
      const noise = noisyRules(seed, 1000, 500);
      const best = bestOf(noise);
      // alone it would be all but certain: above 1.8 a year
      expect(sharpeEstimateOf(returnsOf(noise, best), 0).sharpe * Math.sqrt(252)).toBeGreaterThan(1.8);
      return { deflated: deflatedOf(noise, best), overfit: backtestOverfitting(noise, 8).probability };
    });
    // about one half each, in the mean: a single set of trials is one draw
    const meanOf = (of: 'deflated' | 'overfit'): number => mean(found.map((one) => one[of]));
    expect(found[0]?.deflated).toBeLessThan(0.5);
    expect(found[0]?.overfit).toBeGreaterThan(0.5);
    expect(Math.abs(meanOf('deflated') - 0.5)).toBeLessThan(0.1);
    expect(Math.abs(meanOf('overfit') - 0.5)).toBeLessThan(0.15);
    expect(Math.max(...found.map(({ deflated }) => deflated))).toBeLessThan(0.95);
    expect(Math.min(...found.map(({ overfit }) => overfit))).toBeGreaterThan(0.25);
  });

  it('is found to be real where one is', () => {
    const real = withEdge(noisyRules(1, 1000, 1000), 77, 0.3);
    expect(bestOf(real)).toBe(77);
    expect(deflatedOf(real, 77)).toBeGreaterThan(0.95);
    expect(backtestOverfitting(real, 8).probability).toBeLessThan(0.05);
  });
});
