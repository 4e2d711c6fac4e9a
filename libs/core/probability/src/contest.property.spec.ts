import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { studentTPdf } from '@aitrader/core-numeric';
import { epochMs, type ModelParameters, read, ticker } from '@aitrader/model';
import { judge, oneSymbol, type OneSymbol } from '../test/one-symbol.ts';
import { learnVariances, startBank, VARIANCE_MAX, VARIANCE_MIN, weightOf } from './bank.ts';
import { contend, contenderWeight } from './contest.ts';
import { takeUp } from './fitted-parameters.ts';
import { BANK, CONTENDER, CONTENDER_WIDTH, FITTED, PAST, REGIME } from './memory.ts';
import { drawnBack } from './reversion.ts';
import { CONTENDERS_MAX, EXPERTS, SHAPES, SHARE_RATES } from './sizes.ts';

const EXPERT_SHARE = 0.02;
const SHARES = [0.02, 0.002, 0.0002];
const RATE_SHARE = 0.001;
const DOFS = [3, 4, 8];

const FITS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  garch: { omega: 1e-4, alpha: 0.1, beta: 0.85 },
  gjr: { omega: 1e-4, alpha: 0.02, gamma: 0.1, beta: 0.9 },
  egarch: { omega: -0.3, alpha: 0.2, gamma: -0.1, beta: 0.95 },
};
const MODELS = Object.keys(FITS);

const fitted = (model: string): ModelParameters => ({
  symbol: ticker('AAA'),
  model,
  version: `${model}/0`,
  timeframe: '1d',
  fittedTo: epochMs(0),
  values: Object.entries(FITS[model] ?? {}).map(([name, value]) => ({ name, value })),
});

function withFits(models: readonly string[]): OneSymbol {
  const symbol = oneSymbol();
  startBank(symbol.memory, 0, 25);
  symbol.memory.past[PAST.bars] = 1;
  for (const model of models) takeUp(symbol.memory, 0, fitted(model));
  return symbol;
}

const bankOf = ({ memory }: OneSymbol, place: number): number => read(memory.bank, place);
/** A figure of a contender: of the bank, which is number 0, or of a fitted track. */
const contenderOf = ({ memory }: OneSymbol, contender: number, place: number): number =>
  read(memory.fitted, FITTED.contenders + contender * CONTENDER_WIDTH + place);
const trackOf = (symbol: OneSymbol, track: number, place: number): number => contenderOf(symbol, track + 1, place);

/** A bar whose cut square is `square` times the last forecast's variance, which is the bank's where nothing draws it back. */
function learn(symbol: OneSymbol, square: number, falls: boolean, base = bankOf(symbol, BANK.variance)): void {
  const { memory, batch } = symbol;
  judge(symbol, square, base, falls);
  learnVariances(memory, batch, batch.learned, { expertShare: EXPERT_SHARE });
  contend(memory, batch, batch.learned, { expertShare: EXPERT_SHARE });
}

const bars = fc.array(fc.tuple(fc.oneof(fc.double({ noNaN: true, min: 0, max: 16 }), fc.constantFrom(0, 1e12)), fc.boolean()), {
  minLength: 1,
  maxLength: 60,
});
const weightsOf = ({ memory }: OneSymbol, tracks: number): number[] =>
  Array.from({ length: tracks + 1 }, (_, c) => contenderWeight(memory, 0, c));
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe('fitted variances beside a bank', () => {
  it('keep weights positive and adding up to 1, and variances in bounds, whatever happens', () => {
    fc.assert(
      fc.property(bars, fc.shuffledSubarray(MODELS, { minLength: 1 }), (all, models) => {
        const symbol = withFits(models);
        for (const [square, falls] of all) {
          learn(symbol, square, falls);
          const weights = weightsOf(symbol, models.length);
          expect(weights.every((weight) => weight > 0)).toBe(true);
          expect(Math.abs(sum(weights) - 1)).toBeLessThan(1e-12);
          const rates = Array.from(symbol.memory.fitted.subarray(FITTED.rates, FITTED.rates + SHARE_RATES));
          expect(rates.every((weight) => weight > 0)).toBe(true);
          expect(Math.abs(sum(rates) - 1)).toBeLessThan(1e-12);
          models.forEach((_, track) => {
            const variance = trackOf(symbol, track, CONTENDER.variance);
            expect(variance >= VARIANCE_MIN && variance <= VARIANCE_MAX).toBe(true);
          });
          const shapes = Array.from(symbol.memory.bank.subarray(BANK.shapes, BANK.shapes + SHAPES));
          expect(Math.abs(sum(shapes) - 1)).toBeLessThan(1e-12);
        }
      }),
    );
  });

  it('are mixed by their weights, and leave the bank as it is', () => {
    fc.assert(
      fc.property(bars, fc.shuffledSubarray(MODELS, { minLength: 1 }), (all, models) => {
        const [symbol, alone] = [withFits(models), withFits([])];
        for (const [square, falls] of all) {
          const base = bankOf(symbol, BANK.variance);
          learn(symbol, square, falls, base);
          learn(alone, square, falls, base);
        }
        expect(symbol.memory.bank.subarray(BANK.keep)).toEqual(alone.memory.bank.subarray(BANK.keep));
        const [bank = NaN, ...weights] = weightsOf(symbol, models.length);
        const part = sum(weights.map((weight, track) => weight * trackOf(symbol, track, CONTENDER.variance)));
        expect(Math.abs(bankOf(symbol, BANK.fittedPart) / part - 1)).toBeLessThan(1e-12);
        const variance = bank * bankOf(alone, BANK.variance) + part;
        expect(Math.abs(bankOf(symbol, BANK.variance) / variance - 1)).toBeLessThan(1e-12);
        const experts = [
          ...Array.from({ length: EXPERTS }, (_, i) => bank * weightOf(alone.memory, 0, i)),
          ...weights.flatMap((weight, track) => DOFS.map((_, k) => weight * trackOf(symbol, track, CONTENDER.shapes + k))),
        ];
        for (let k = 0; k < SHAPES; k++) {
          const shape = sum(experts.filter((_, i) => i % SHAPES === k));
          expect(Math.abs(bankOf(symbol, BANK.shapes + k) / shape - 1)).toBeLessThan(1e-11);
        }
        const squares = sum(experts.map((weight) => weight * weight));
        expect(Math.abs(bankOf(symbol, BANK.concentration) / squares - 1)).toBeLessThan(1e-11);
      }),
    );
  });

  /** Density of a t of a variance at an innovation. */
  const densityOf = (innovation: number, variance: number, dof: number): number => {
    const scale = Math.sqrt((variance * (dof - 2)) / dof);
    return studentTPdf(innovation / scale, dof) / scale;
  };

  it('are weighed by what their densities gave, at each rate, the bank drawn back, and the rates by what their mixtures gave', () => {
    const models = ['garch', 'egarch'];
    const symbol = withFits(models);
    symbol.memory.regimes[REGIME.reversion] = 0.2;
    symbol.memory.regimes[REGIME.unusual] = 0.7;
    let rates = SHARES.map(() => 1 / SHARES.length);
    let weights = SHARES.map(() => [1 / 3, 1 / 3, 1 / 3]);
    let shapes = models.map(() => DOFS.map(() => 1 / SHAPES));
    const spread = (all: readonly number[], share: number): number[] =>
      all.map((one) => ((1 - share) * one) / sum(all) + share / all.length);
    const alone = withFits([]);
    for (const [n, square] of [0.2, 3.1, 0.01, 7.7, 0, 1.2, 16, 0.5, 0.4, 2.2].entries()) {
      const base = bankOf(symbol, BANK.variance);
      const innovation = Math.sqrt(square * base);
      const gave = (variance: number, of: readonly number[]): number[] =>
        DOFS.map((dof, k) => (of[k] ?? NaN) * densityOf(innovation, variance, dof));
      const own = gave(
        drawnBack(symbol.memory.regimes, 0, bankOf(alone, BANK.variance)),
        DOFS.map((_, k) => bankOf(alone, BANK.shapes + k)),
      );
      const theirs = shapes.map((of, track) => gave(trackOf(symbol, track, CONTENDER.variance), of));
      const likelihoods = [sum(own), ...theirs.map(sum)];
      shapes = theirs.map((all) => spread(all, EXPERT_SHARE));
      const joint = weights.map((of) => of.map((weight, c) => weight * (likelihoods[c] ?? NaN)));
      rates = spread(
        rates.map((rate, r) => rate * sum(joint[r] ?? [])),
        RATE_SHARE,
      );
      weights = joint.map((all, r) => spread(all, SHARES[r] ?? NaN));
      learn(symbol, square, n % 3 === 0);
      learn(alone, square, n % 3 === 0, base);
      weightsOf(symbol, 2).forEach((weight, c) => {
        const expected = sum(rates.map((rate, r) => rate * (weights[r]?.[c] ?? NaN)));
        expect(Math.abs(weight / expected - 1)).toBeLessThan(1e-9);
      });
      rates.forEach((rate, r) => expect(Math.abs(read(symbol.memory.fitted, FITTED.rates + r) / rate - 1)).toBeLessThan(1e-9));
    }
    expect(CONTENDERS_MAX).toBe(1 + MODELS.length);
  });

  /**
   * The weight of a GJR fit after each bar of its own process, by shocks of variance 1 from Lehmer's generator; from bar `still` on the market
   * is stiller than that process ever is.
   */
  function weightsOverBars(count: number, still: number): number[] {
    const symbol = withFits(['gjr']);
    let state = 4711;
    const uniform = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
    let variance = 25;
    return Array.from({ length: count }, (_, bar) => {
      const z = (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3);
      learn(symbol, (z * z * (bar < still ? variance : 1)) / bankOf(symbol, BANK.variance), z < 0);
      variance = 1 + (0.02 + (z < 0 ? 0.1 : 0)) * z * z * variance + 0.9 * variance;
      return contenderWeight(symbol.memory, 0, 1);
    });
  }

  it('come to nearly all weight where a fit is right, and lose it within fifty bars once it is wrong', () => {
    const weights = weightsOverBars(3100, 3000);
    expect(sum(weights.slice(1500, 3000)) / 1500).toBeGreaterThan(0.8);
    expect(sum(weights.slice(3050)) / 50).toBeLessThan(0.1);
  });
});
