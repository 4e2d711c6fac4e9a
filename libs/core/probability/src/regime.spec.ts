import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type HiddenMarkovModel, hmmStep, hmmStepParameters, LABEL_SETTINGS, nextLabel } from '@aitrader/core-estimation';
import { CALIBRATED_PROBABILITY as CONFIG, read, REGIMES } from '@aitrader/model';
import { judge, oneSymbol, type OneSymbol } from '../test/one-symbol.ts';
import { PAST, REGIME, REGIME_WIDTH } from './memory.ts';
import { filterRegimes, learnRegimes, newRegimeModel, startRegimes } from './regime.ts';

const MODEL = newRegimeModel(CONFIG);
const rows = [0, 3, 6].map((from) => Array.from(MODEL.transition.subarray(from, from + 3)));
const AS_ESTIMATED: HiddenMarkovModel = {
  start: [0.25, 0.5, 0.25],
  startsAt: 'step-before',
  transition: rows,
  emissions: REGIMES.map((regime) => [
    { family: 'student', location: 0, scale: CONFIG.regimeReturnScales[regime], dof: 4 },
    { family: 'gaussian', mean: CONFIG.regimeVarianceMeans[regime], sd: CONFIG.regimeVarianceSds[regime] },
  ]),
};

/** A symbol's next bar, whose squared innovation was `observed` bp². */
function learn(symbol: OneSymbol, observed: number): void {
  judge(symbol, observed, 1, false);
  learnRegimes(MODEL, symbol.memory, symbol.batch, symbol.batch.learned);
}

/** A symbol before its second bar, whose variance has been 25 bp². */
function newSymbol(): OneSymbol {
  const symbol = oneSymbol();
  startRegimes(symbol.memory, 0, 25);
  symbol.memory.past[PAST.bars] = 1;
  return symbol;
}

const square = fc.oneof(fc.double({ noNaN: true, min: 0, max: 16 }), fc.double({ noNaN: true, min: 0, max: 1e12 }));
const lnVariance = fc.double({ noNaN: true, min: -27, max: 27 });

describe('regimes', () => {
  it('are filtered as the estimation library does', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(square, lnVariance), { maxLength: 40 }), (observations) => {
        const step = hmmStepParameters(AS_ESTIMATED);
        const ours = new Float64Array(REGIME_WIDTH);
        ours.set([0.25, 0.5, 0.25], REGIME.law);
        const theirs = ours.slice(0, 3);
        for (const [squared, ratio] of observations) {
          ours[REGIME.surprise] = squared;
          ours[REGIME.unusual] = ratio;
          filterRegimes(MODEL, ours, 0);
          hmmStep(step, theirs, Float64Array.of(Math.sqrt(squared), ratio));
          theirs.forEach((p, k) => expect(Math.abs(p - read(ours, k))).toBeLessThan(1e-9));
        }
      }),
    );
  });

  it('are a law for any surprise', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(square, lnVariance), { minLength: 1, maxLength: 40 }), (observations) => {
        const figures = new Float64Array(REGIME_WIDTH);
        const law = figures.subarray(REGIME.law, REGIME.law + 3);
        law[0] = 1;
        for (const [squared, ratio] of observations) {
          figures[REGIME.surprise] = squared;
          figures[REGIME.unusual] = ratio;
          filterRegimes(MODEL, figures, 0);
          expect(law.every((p) => p >= 0 && p <= 1)).toBe(true);
          expect(Math.abs(law.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-12);
        }
      }),
    );
  });

  it('are announced as the estimation library does: above the threshold for three bars in a row', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: 0, max: 400 }), { maxLength: 200 }), (observed) => {
        const symbol = newSymbol();
        const { regimes } = symbol.memory;
        let label = { label: 1, candidate: null, bars: 0 } as ReturnType<typeof nextLabel>;
        observed.forEach((x) => {
          learn(symbol, x);
          label = nextLabel(label, regimes.slice(REGIME.law, REGIME.law + 3), LABEL_SETTINGS);
          expect(read(regimes, REGIME.label)).toBe(label.label);
        });
      }),
    );
  });

  it('call a market turbulent when it moves three times as much, and calm when half as much', () => {
    const after = (factor: number): number => {
      const symbol = newSymbol();
      for (let i = 0; i < 1000; i++) learn(symbol, 25 * (i % 3));
      for (let i = 0; i < 40; i++) learn(symbol, 25 * factor ** 2 * (i % 3));
      return read(symbol.memory.regimes, REGIME.label);
    };
    expect([after(0.4), after(1), after(3)]).toEqual([0, 1, 2]);
  });
});
