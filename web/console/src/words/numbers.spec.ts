import { describe, expect, it } from '@jest/globals';
import { bytes, dollars, fixed, percent, price, shares, signed, signedDollars } from './numbers.ts';

describe('figures as they are shown', () => {
  it.each([
    [fixed(-1_234.5, 1), '−1,234.5'],
    [fixed(-0.001, 2), '0.00'],
    [fixed(NaN, 2), '–'],
    [signed(0.001, 2), '0.00'],
    [signed(2.5, 1), '+2.5'],
    [dollars(-1_234.567), '−$1,234.57'],
    [dollars(12_345_678.9), '$12,345,679'],
    [signedDollars(0), '$0.00'],
    [signedDollars(3), '+$3.00'],
    [percent(0.0312), '3.12%'],
    [price(0.1234), '0.1234'],
    [price(109), '109.00'],
    [shares(1_200), '1,200'],
    [shares(0.25), '0.25'],
    [bytes(999), '999 B'],
    [bytes(8_300_000), '8.3 MB'],
  ])('%s', (shown, expected) => {
    expect(shown).toBe(expected);
  });
});
