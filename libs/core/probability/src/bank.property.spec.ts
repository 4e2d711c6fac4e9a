import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { read } from '@aitrader/model';
import { studentTPdf } from '@aitrader/core-numeric';
import { judge, oneSymbol, type OneSymbol } from '../test/one-symbol.ts';
import { effectiveDof, learnVariances, multipleOf, startBank, VARIANCE_MAX, VARIANCE_MIN, weightOf } from './bank.ts';
import { BANK, PAST } from './memory.ts';
import { EXPERTS, QUANTILES, SHAPES, TRACKS } from './sizes.ts';

function newBank(prior = 25): OneSymbol {
  const symbol = oneSymbol();
  startBank(symbol.memory, 0, prior);
  symbol.memory.past[PAST.bars] = 1;
  return symbol;
}

const varianceOf = ({ memory }: OneSymbol): number => read(memory.bank, BANK.variance);

function learn(symbol: OneSymbol, square: number, falls = false, expertShare = 0.02): void {
  judge(symbol, square, varianceOf(symbol), falls);
  learnVariances(symbol.memory, symbol.batch, symbol.batch.learned, { expertShare });
}

const weightsOf = ({ memory }: OneSymbol): number[] => Array.from({ length: EXPERTS }, (_, i) => weightOf(memory, 0, i));
const tracksOf = ({ memory }: OneSymbol): Float64Array => memory.bank.slice(BANK.tracks, BANK.tracks + TRACKS);
const shapesOf = ({ memory }: OneSymbol): [number, number, number] => {
  const [shape3 = NaN, shape4 = NaN, shape8 = NaN] = memory.bank.slice(BANK.shapes, BANK.shapes + SHAPES);
  return [shape3, shape4, shape8];
};

describe('bank of variances', () => {
  it('keeps its weights positive and adding up to 1, its variances in bounds and its multiples rising, whatever happens', () => {
    const surprise = fc.tuple(fc.oneof(fc.double({ noNaN: true, min: 0, max: 16 }), fc.constantFrom(0, 1e12)), fc.boolean());
    fc.assert(
      fc.property(
        fc.array(surprise, { minLength: 1, maxLength: 60 }),
        fc.double({ noNaN: true, min: 1e-9, max: 0.5 }),
        (all, share) => {
          const symbol = newBank();
          for (const [square, falls] of all) {
            learn(symbol, square, falls, share);
            const weights = weightsOf(symbol);
            expect(weights.every((w) => w > 0)).toBe(true);
            const squared = weights.reduce((sum, w) => sum + w * w, 0);
            expect(Math.abs(read(symbol.memory.bank, BANK.concentration) / squared - 1)).toBeLessThan(1e-12);
            const mixed = weights.reduce((sum, w, i) => sum + w * read(tracksOf(symbol), Math.floor(i / SHAPES)), 0);
            expect(Math.abs(varianceOf(symbol) / mixed - 1)).toBeLessThan(1e-12);
            expect(Math.abs(weights.reduce((a, b) => a + b) - 1)).toBeLessThan(1e-12);
            expect(tracksOf(symbol).every((v) => v >= VARIANCE_MIN && v <= VARIANCE_MAX)).toBe(true);
            for (let k = 1; k < QUANTILES; k++)
              expect(multipleOf(...shapesOf(symbol), k)).toBeGreaterThan(multipleOf(...shapesOf(symbol), k - 1));
            expect(effectiveDof(...shapesOf(symbol))).toBeGreaterThanOrEqual(3);
            expect(effectiveDof(...shapesOf(symbol))).toBeLessThanOrEqual(8);
          }
        },
      ),
    );
  });

  it('weighs by the density of a Student t of its variance and degrees of freedom', () => {
    const symbol = newBank(9);
    symbol.memory.bank.set([4, 9, 16, 25, 1, 2, 9, 100], BANK.tracks);
    const tracks = tracksOf(symbol);
    // an innovation of 2.5 standard deviations of the bank's 3 bp
    learn(symbol, 6.25, false, 0);
    const densities = Array.from(tracks).flatMap((variance) =>
      [3, 4, 8].map((dof) => {
        const scale = Math.sqrt((variance * (dof - 2)) / dof);
        return studentTPdf(7.5 / scale, dof) / scale;
      }),
    );
    const total = densities.reduce((a, b) => a + b);
    weightsOf(symbol).forEach((weight, i) => expect(Math.abs(weight - (densities[i] ?? NaN) / total)).toBeLessThan(1e-12));
  });

  it('raises its variance more after a fall than after a rise of the same size', () => {
    const after = (falls: boolean): number => {
      const symbol = newBank();
      for (let i = 0; i < 200; i++) learn(symbol, i % 3, i % 2 === 0);
      learn(symbol, 9, falls);
      return varianceOf(symbol);
    };
    expect(after(true)).toBeGreaterThan(after(false));
  });

  it('finds the variance of a steady market, and trusts the shape that fits', () => {
    const symbol = newBank(1);
    for (let i = 0; i < 2000; i++) learn(symbol, 25 / varianceOf(symbol), i % 2 === 0);
    expect(Math.abs(varianceOf(symbol) / 25 - 1)).toBeLessThan(0.05);
    const shapes = shapesOf(symbol);
    expect(shapes.indexOf(Math.max(...shapes))).toBe(2);
  });
});
