/**
 * 1. It does not matter which of the two bars is named first.
 * 2. A bar agrees with itself, and with one of some of the trades it is made of.
 * 3. Two vendors' bars are nothing apart when they are the same, or when one is the tape's and the other of some of its trades.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { apartOf, disagreementOf, type ComparedBar } from './bar-agreement.ts';

/** Prices and sizes of trades, in order. */
const someTrades = fc.array(fc.tuple(fc.double({ min: 90, max: 110, noNaN: true }), fc.integer({ min: 1, max: 500 })), {
  minLength: 1,
  maxLength: 30,
});
function barOf(trades: readonly (readonly [number, number])[]): ComparedBar {
  const prices = trades.map(([price]) => price);
  const volume = trades.reduce((sum, [, size]) => sum + size, 0);
  return { open: prices[0] ?? NaN, high: Math.max(...prices), low: Math.min(...prices), close: prices.at(-1) ?? NaN, volume };
}
const bar = (low: number, high: number, volume: number): ComparedBar => ({ open: low, high, low, close: high, volume });

describe('two sources of a bar', () => {
  it('1. disagree alike whichever is named first', () => {
    fc.assert(
      fc.property(someTrades, someTrades, (a, b) => {
        expect(disagreementOf(barOf(a), barOf(b))).toBe(disagreementOf(barOf(b), barOf(a)));
      }),
    );
  });

  it('2. agree when one is of a fraction of the trades of the other, as IEX of the tape', () => {
    fc.assert(
      fc.property(someTrades, fc.nat(), (trades, place) => {
        const fraction = trades.slice(place % trades.length, (place % trades.length) + 1);
        const whole = [...trades, ...trades, ...trades];
        expect(disagreementOf(barOf(whole), barOf(fraction))).toBeUndefined();
        expect(disagreementOf(barOf(trades), barOf(trades))).toBeUndefined();
      }),
    );
  });

  it('disagree when they have no price in common', () => {
    expect(disagreementOf(bar(100, 101, 500), bar(50, 50.5, 500))).toBe('apart');
    expect(disagreementOf(bar(100, 101, 10_000), bar(102, 103, 100))).toBe('apart');
    expect(disagreementOf(bar(101, 101.1, 500), bar(101.3, 102, 10_000))).toBeUndefined();
  });

  it('disagree when that of fewer trades has a price that the other has not, and not the other way round', () => {
    expect(disagreementOf(bar(80, 101, 100), bar(100, 101, 10_000))).toBe('outside');
    expect(disagreementOf(bar(80, 101, 10_000), bar(100, 101, 100))).toBeUndefined();
    expect(disagreementOf(bar(80, 101, 1_100), bar(100, 101, 1_000))).toBe('outside');
  });

  it('are not known to agree where a price is missing', () => {
    expect(disagreementOf(bar(NaN, 101, 100), bar(100, 101, 100))).toBe('apart');
  });

  it('3. are nothing apart when they are the same, or when one is the tape and the other a part of it', () => {
    fc.assert(
      fc.property(someTrades, fc.nat(), fc.nat(), (trades, from, count) => {
        const start = from % trades.length;
        const part = trades.slice(start, start + 1 + (count % trades.length));
        expect(apartOf(barOf(trades), barOf(part), 'tape', 'part')).toBe(0);
        expect(apartOf(barOf(part), barOf(trades), 'part', 'tape')).toBe(0);
        for (const made of ['tape', 'part'] as const) expect(apartOf(barOf(trades), barOf(trades), made, made)).toBe(0);
      }),
    );
  });

  it('are apart by what is between them, but for the cent that rounding makes', () => {
    const of = (a: ComparedBar, b: ComparedBar, ...coverages: ['tape' | 'part', 'tape' | 'part']): number =>
      Math.round(apartOf(a, b, ...coverages) * 1e6) / 1e6;
    const [low, high] = [bar(99, 100, 500), bar(101, 102, 500)];
    expect(of(low, high, 'part', 'part')).toBe(0.0099);
    expect(of(low, high, 'tape', 'tape')).toBe(0.0199);
    // the last trade of the part, 102, beside the range of the tape, which ends at 100
    expect(of(low, high, 'tape', 'part')).toBe(0.0199);
    expect(of(high, low, 'tape', 'part')).toBe(0.0099);
    expect(of(bar(0.5, 0.5, 1), bar(0.51, 0.51, 1), 'tape', 'tape')).toBe(0);
    expect(apartOf(low, { ...high, close: NaN }, 'tape', 'tape')).toBeNaN();
  });
});
