/**
 * 1. What is read here, JSON.parse reads as the same numbers; what is laid out otherwise is given up.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readColumn, skip, type ColumnCursor } from './column-text.ts';
import { bytesOf } from '../testing/codec-of.ts';

/** The numbers of a text that begins behind an opening bracket, or that it was given up. */
function readBack(text: string, count: number): number[] | 'given up' {
  const cursor: ColumnCursor = { bytes: bytesOf(text), at: 0 };
  const into = new Float64Array(count);
  readColumn(cursor, count, into, 0);
  return cursor.at < 0 ? 'given up' : [...into];
}

const cents = fc.integer({ min: -1e9, max: 1e9 }).map((n) => n / 100);
const tenThousandths = fc.integer({ min: 0, max: 1e13 }).map((n) => n / 1e4);
/** JSON has no −0: what is written of it is 0. */
const some = fc
  .oneof(cents, tenThousandths, fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((value) => value + 0);
const digitsOf = (value: number): number => JSON.stringify(value).replace(/\D/g, '').length;
const isPlain = (value: number): boolean => digitsOf(value) <= 15 && !JSON.stringify(value).includes('e');

describe('a column as text', () => {
  it('1. gives the numbers that JSON.parse gives, when all are plain', () => {
    fc.assert(
      fc.property(fc.array(some), (values) => {
        const text = JSON.stringify(values).slice(1);
        const expected = values.every(isPlain) ? values : 'given up';
        expect(readBack(text, values.length)).toEqual(expected);
      }),
    );
  });

  it('1. a text that is altered anywhere is given up, or is what JSON.parse makes of it', () => {
    const noise = fc.constantFrom(...Array.from('0123456789.,-+eE]["{} tn\u0000é'));
    const edits = fc.array(fc.tuple(fc.nat(), noise, fc.boolean()), { minLength: 1, maxLength: 3 });
    let agreed = 0;
    fc.assert(
      fc.property(fc.array(fc.oneof(cents, fc.integer()), { minLength: 1, maxLength: 6 }), edits, (values, changes) => {
        let text = JSON.stringify(values).slice(1);
        for (const [at, character, insert] of changes) {
          const place = at % text.length;
          text = text.slice(0, place) + character + text.slice(insert ? place : place + 1);
        }
        const result = readBack(text, values.length);
        if (result === 'given up') return;
        agreed += 1;
        const end = text.indexOf(']') + 1;
        expect(JSON.parse(`[${text.slice(0, end)}`)).toEqual(result);
      }),
      { numRuns: 2_000 },
    );
    expect(agreed).toBeGreaterThan(100);
  });

  it('1. moves past what is expected, or gives up for good', () => {
    const cursor: ColumnCursor = { bytes: bytesOf('abc1]'), at: 0 };
    skip(cursor, bytesOf('abc'));
    expect(cursor.at).toBe(3);
    skip(cursor, bytesOf('2'));
    expect(cursor.at).toBe(-1);
    readColumn(cursor, 1, new Float64Array(1), 0);
    expect(cursor.at).toBe(-1);
  });
});
