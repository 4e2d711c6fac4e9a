import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type HiddenMarkovModel, hmmStep, hmmStepParameters, LABEL_SETTINGS, nextLabel } from '@aitrader/core-estimation';
import { CALIBRATED_PROBABILITY as CONFIG, read, REGIMES } from '@aitrader/model';
import { filterRegimes, learnRegime, newRegimeModel, startRegimes } from './regime.ts';
import { SLOT, SLOT_WIDTH } from './slot.ts';

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
function learn(slot: Float64Array, observed: number): void {
  slot[SLOT.bars] = read(slot, SLOT.bars) + 1;
  slot[SLOT.forecastBase] = 1;
  slot[SLOT.square] = observed;
  learnRegime(MODEL, slot, 0, false);
}

const square = fc.oneof(fc.double({ noNaN: true, min: 0, max: 16 }), fc.double({ noNaN: true, min: 0, max: 1e12 }));
const lnVariance = fc.double({ noNaN: true, min: -27, max: 27 });

describe('regimes', () => {
  it('are filtered as the estimation library does', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(square, lnVariance), { maxLength: 40 }), (observations) => {
        const step = hmmStepParameters(AS_ESTIMATED);
        const ours = Float64Array.of(0.25, 0.5, 0.25, 0, 0);
        const theirs = ours.slice(0, 3);
        for (const [squared, ratio] of observations) {
          ours.set([squared, ratio], 3);
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
        const figures = Float64Array.of(1, 0, 0, 0, 0);
        const law = figures.subarray(0, 3);
        for (const [squared, ratio] of observations) {
          figures.set([squared, ratio], 3);
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
        const slot = new Float64Array(SLOT_WIDTH);
        startRegimes(slot, 0, 25);
        let label = { label: 1, candidate: null, bars: 0 } as ReturnType<typeof nextLabel>;
        observed.forEach((x) => {
          learn(slot, x);
          label = nextLabel(label, slot.slice(SLOT.regimes, SLOT.regimes + 3), LABEL_SETTINGS);
          expect(read(slot, SLOT.label)).toBe(label.label);
        });
      }),
    );
  });

  it('call a market turbulent when it moves three times as much, and calm when half as much', () => {
    const after = (factor: number): number => {
      const slot = new Float64Array(SLOT_WIDTH);
      startRegimes(slot, 0, 25);
      for (let i = 0; i < 1000; i++) learn(slot, 25 * (i % 3));
      for (let i = 0; i < 40; i++) learn(slot, 25 * factor ** 2 * (i % 3));
      return read(slot, SLOT.label);
    };
    expect([after(0.4), after(1), after(3)]).toEqual([0, 1, 2]);
  });
});
