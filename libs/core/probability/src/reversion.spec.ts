import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { read } from '@aitrader/model';
import { REGIME, REGIME_WIDTH } from './memory.ts';
import { drawnBack, learnReversion, startReversion } from './reversion.ts';

/** The reversion of one symbol after some bars, each as ln of its variance over the usual one, and what its square was in squared sd. */
function learned(bars: Iterable<readonly [unusual: number, square: number]>): Float64Array {
  const regimes = new Float64Array(REGIME_WIDTH);
  startReversion(regimes, 0);
  for (const [unusual, square] of bars) {
    regimes[REGIME.unusual] = unusual;
    learnReversion(regimes, 0, square);
  }
  return regimes;
}

/** Squares of a t with four degrees of freedom and a variance of `calm` after calm bars, of `wild` after wild ones: quantiles, in turn. */
function* market(calm: number, wild: number, bars: number): Generator<readonly [number, number]> {
  const squares = [0.0036, 0.033, 0.095, 0.194, 0.341, 0.561, 0.9, 1.49, 2.8, 9.6];
  const mean = squares.reduce((a, b) => a + b) / squares.length;
  for (let i = 0; i < bars; i++) {
    const square = (squares[i % squares.length] ?? NaN) / mean;
    yield Math.floor(i / squares.length) % 2 === 0 ? [-0.8, calm * square] : [0.8, wild * square];
  }
}

describe('the way back to the usual variance', () => {
  it('keeps a positive variance positive, whatever came', () => {
    const bar = fc.tuple(fc.double({ noNaN: true, min: -50, max: 50 }), fc.double({ noNaN: true, min: 0, max: 16 }));
    fc.assert(
      fc.property(fc.array(bar, { maxLength: 300 }), fc.double({ noNaN: true, min: -50, max: 50 }), (bars, unusual) => {
        const regimes = learned(bars);
        regimes[REGIME.unusual] = unusual;
        const factor = drawnBack(regimes, 0, 1);
        expect(factor).toBeGreaterThanOrEqual(0.6);
        expect(factor).toBeLessThanOrEqual(1.6);
      }),
    );
  });

  it('takes more of it where calm bars are followed by larger moves than they say, and wild ones by smaller', () => {
    const slow = read(learned(market(1.3, 0.75, 20_000)), REGIME.reversion);
    expect(slow).toBeGreaterThan(0.25);
    const regimes = learned(market(1.3, 0.75, 20_000));
    regimes[REGIME.unusual] = -0.8;
    expect(drawnBack(regimes, 0, 9)).toBeGreaterThan(9 * 1.2);
    regimes[REGIME.unusual] = 0.8;
    expect(drawnBack(regimes, 0, 9)).toBeLessThan(9 * 0.8);
  });

  it('takes none where the variance says all there is to say, or too little', () => {
    expect(read(learned(market(0.8, 1.25, 20_000)), REGIME.reversion)).toBeLessThan(0.01);
  });

  it('moves little at one bar', () => {
    const before = read(learned([]), REGIME.reversion);
    for (const square of [0, 16])
      expect(Math.abs(read(learned([[-0.8, square]]), REGIME.reversion) - before)).toBeLessThan(0.006);
  });
});
