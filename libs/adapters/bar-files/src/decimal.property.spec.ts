import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDecimal, parseWhole } from './decimal.ts';

// Invariant: for every text of a decimal number, `parseDecimal` gives the very double that `Number(text)` gives.

const parse = (text: string): number => {
  const bytes = Buffer.from(`9${text}9`, 'latin1');
  return parseDecimal(bytes, 1, bytes.length - 1);
};
const digits = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'), maxLength });
const sign = fc.constantFrom('', '-', '+');

describe('parseDecimal', () => {
  it('gives the double that Number gives, for decimals of any length', () => {
    fc.assert(
      fc.property(sign, digits(25), digits(30), (minus, whole, fraction) => {
        fc.pre(whole.length + fraction.length > 0);
        for (const text of [`${minus}${whole}.${fraction}`, `${minus}${whole}${fraction}`]) {
          expect(Object.is(parse(text), Number(text))).toBe(true);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('gives the double that Number gives, for prices and volumes as vendors print them', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000_000), fc.integer({ min: 0, max: 10 }), (units, places) => {
        const text = (units / 10 ** places).toFixed(places);
        expect(Object.is(parse(text), Number(text))).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('gives back every double from its shortest text, exponents included', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        for (const text of [String(value), value.toExponential(), value.toPrecision(21)]) {
          expect(Object.is(parse(text), Number(text))).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('gives NaN for what is no decimal, also where Number would make one of it', () => {
    for (const text of [
      '',
      ' ',
      '.',
      '-',
      '+',
      '-.',
      '1.2.3',
      '1,5',
      '1 ',
      ' 1',
      '0x10',
      '0b1',
      '1_000',
      'NaN',
      'Infinity',
      '-Infinity',
      '1e',
      'e5',
      '--1',
      '1-',
      'abc',
      '１',
    ]) {
      expect([text, parse(text)]).toEqual([text, Number.NaN]);
    }
  });

  it('gives infinity on overflow', () => {
    expect(parse('1e999')).toBe(Infinity);
    expect(parse(`-${'9'.repeat(400)}`)).toBe(-Infinity);
  });
});

describe('parseWhole', () => {
  it('takes digits only', () => {
    const whole = (text: string) => parseWhole(Buffer.from(text), 0, text.length);
    fc.assert(fc.property(fc.nat(999_999_999_999_999), (value) => expect(whole(String(value))).toBe(value)));
    for (const text of ['', '1.0', '-1', '+1', '1e3', ' 1', '1'.repeat(20)]) expect(whole(text)).toBeNaN();
  });
});
