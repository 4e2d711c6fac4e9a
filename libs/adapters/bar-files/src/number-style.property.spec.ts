import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { numberStyle, styledNumber, type NumberStyle } from './number-style.ts';

const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const digits = fc.bigInt({ min: 0n, max: 999_999_999_999n }).map(String);
const fraction = fc.option(fc.stringMatching(/^\d{1,8}$/), { nil: undefined });

/** A number with marks between its thousands. */
const grouped = (whole: string, mark: string): string => whole.replaceAll(/\B(?=(?:\d{3})+$)/g, mark);

describe('numbers in a style', () => {
  const styles: readonly [NumberStyle, string, string][] = [
    ['point', ',', '.'],
    ['comma', '.', ','],
  ];

  it('are the very double that Number makes of them without marks', () => {
    fc.assert(
      fc.property(digits, fraction, fc.constantFrom(...styles), fc.boolean(), (whole, part, [style, mark, point], isGrouped) => {
        const text = `${isGrouped ? grouped(whole, mark) : whole}${part === undefined ? '' : `${point}${part}`}`;
        expect(styledNumber(text, style)).toBe(Number(`${whole}.${part ?? '0'}`));
      }),
      { numRuns: 2000 },
    );
  });

  it.each<[NumberStyle, string]>([
    ['plain', '1,234'],
    ['point', '1,23'],
    ['point', '12,34,567'],
    ['point', '1234,567'],
    ['point', '1,234,'],
    ['point', '1.234.567'],
    ['comma', '187.15'],
    ['comma', '1.234,5,6'],
    ['comma', '1,234.5'],
    ['comma', ''],
    ['point', ''],
    ['point', '.'],
    ['point', 'NaN'],
    ['comma', 'Infinity'],
    ['point', '0x10'],
  ])('are none in %s: %j', (style, text) => expect(styledNumber(text, style)).toBeNaN());
});

describe('the style of a table', () => {
  it.each<[string, number, readonly string[], NumberStyle]>([
    ['quoted thousands', COMMA, ['187.15', '1,234,567'], 'point'],
    ['quoted thousands without a fraction', COMMA, ['187', '104,233'], 'point'],
    ['quoted decimal commas', COMMA, ['187,15', '104233'], 'comma'],
    ['quoted decimal commas of three places beside others', COMMA, ['187,150', '187,15'], 'comma'],
    ['what is neither', COMMA, ['187,15,1', '104233'], 'point'],
    ['semicolons and points', SEMICOLON, ['187.15', '104233'], 'plain'],
    ['semicolons and commas', SEMICOLON, ['187,15', '104233'], 'comma'],
    ['semicolons and commas of three places', SEMICOLON, ['187,150', '104.233'], 'comma'],
    ['semicolons, points and commas between thousands', SEMICOLON, ['187.15', '104,233'], 'point'],
  ])('with %s', (_, delimiter, cells, style) => expect(numberStyle(cells, delimiter)).toBe(style));
});
