import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cashIn, decimalOf, isExact, priceIn, quantityIn, scaled } from './decimals.ts';

describe('a decimal in our units', () => {
  it('is taken over digit by digit, and said again as it was', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 9 }), (units, places) => {
        const text = decimalOf(units, places);
        expect(scaled(text, places)).toBe(units + 0);
        expect(isExact(text, places)).toBe(true);
        expect(Number(text)).toBeCloseTo(units / 10 ** places, 6);
      }),
    );
  });

  it('is rounded to the nearest unit, half away from zero, where it is finer, and says so', () => {
    expect(priceIn('190.12345')).toBe(1_901_235);
    expect(priceIn('190.12344999')).toBe(1_901_234);
    expect(cashIn('-0.0000005')).toBe(-1);
    expect(cashIn('122011.09751111286868')).toBe(122_011_097_511);
    expect([isExact('190.1234', 4), isExact('190.123400', 4), isExact('190.12345', 4), isExact('190', 4)]).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });

  it('never is a negative zero', () => {
    expect(Object.is(cashIn('-0'), 0)).toBe(true);
    expect(Object.is(cashIn('-0.0000001'), 0)).toBe(true);
  });

  it.each(['', ' 1', '1e3', 'NaN', 'Infinity', '1,000', '.5', '1.', '0x10', '--1', '9007199254740993', 'null'])(
    'is none: "%s"',
    (text) => {
      expect(quantityIn(text)).toBeUndefined();
    },
  );

  it('is no price below zero', () => {
    expect(priceIn('-0.01')).toBeUndefined();
    expect(cashIn('-0.01')).toBe(-10_000);
  });
});
