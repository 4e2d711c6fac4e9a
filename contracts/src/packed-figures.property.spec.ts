/**
 * 1. A slice has one encoding: every column takes the fewest bytes that hold all of its numbers.
 * 2. What is read is what was written, and what is malformed is refused by the name of its column.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AT, STATE_COLUMNS, STATE_WIDTH, type StateColumn } from '@aitrader/model';
import { MEASURED_FROM, packFigures, unpackFigures } from './packed-figures.ts';
import { ContractError } from './validation.ts';
import { someFigures } from '../testing/arbitrary-messages.ts';

const someRows = fc.nat({ max: 4 }).chain((count) => someFigures(count));
const pack = (rows: readonly (readonly number[])[]): Buffer =>
  Buffer.from(packFigures(Float64Array.from(rows.flat()), rows.length));
function unpack(bytes: Buffer, count: number, wanted?: ReadonlySet<StateColumn>): Float64Array {
  const rows = new Float64Array(count * STATE_WIDTH);
  unpackFigures(bytes, count, rows, wanted);
  return rows;
}
const withoutMinusZero = (rows: readonly (readonly number[])[]): Float64Array =>
  Float64Array.from(rows.flat(), (figure) => figure + 0);

describe('packed figures', () => {
  it('2. are read as they were written, −0 as 0', () => {
    fc.assert(fc.property(someRows, (rows) => expect(unpack(pack(rows), rows.length)).toEqual(withoutMinusZero(rows))));
  });

  it('2. are read in the columns that are wanted as in all', () => {
    const someNames = fc.subarray(STATE_COLUMNS.map(({ name }) => name));
    fc.assert(
      fc.property(someRows, someNames, (rows, names) => {
        const [all, some] = [unpack(pack(rows), rows.length), unpack(pack(rows), rows.length, new Set(names))];
        for (let i = 0; i < rows.length; i++)
          for (const name of names) expect(some[i * STATE_WIDTH + AT[name]]).toBe(all[i * STATE_WIDTH + AT[name]]);
      }),
    );
  });

  it('1. that are altered anywhere are refused, or are those of other figures', () => {
    fc.assert(
      fc.property(someRows, fc.nat(), fc.integer({ min: 1, max: 255 }), fc.nat({ max: 2 }), (rows, place, by, cut) => {
        const bytes = pack(rows);
        fc.pre(bytes.length > 0);
        const at = place % bytes.length;
        const altered = Buffer.concat([
          bytes.subarray(0, at),
          Buffer.of(((bytes[at] ?? NaN) + by) % 256),
          bytes.subarray(at + 1 + cut),
        ]);
        try {
          const read = unpack(altered, rows.length);
          expect(Buffer.from(packFigures(read, rows.length)).equals(altered)).toBe(true);
          expect(read).not.toEqual(withoutMinusZero(rows));
        } catch (error) {
          expect(error).toBeInstanceOf(ContractError);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('1. of numbers that lie close together take few bytes, however far from 0 the quantiles are', () => {
    const row = STATE_COLUMNS.map(({ name }) => (MEASURED_FROM[name] === undefined && name !== 'q500' ? 0 : 1_000_000));
    // q500 takes three bytes, every other column none
    expect(pack([row, row])).toHaveLength(STATE_WIDTH + 2 * 3);
  });

  it('measures every quantile but the median from one that lies nearer to it, or from the raw one of its level', () => {
    for (const { name } of STATE_COLUMNS) {
      const base = MEASURED_FROM[name];
      if (!/^[qa]\d/.test(name) || name === 'q500') expect(base).toBeUndefined();
      else if (name.startsWith('a')) expect(base).toBe(name.replace('a', 'q'));
      else expect(Math.abs(AT[base ?? name] - AT.q500)).toBe(Math.abs(AT[name] - AT.q500) - 1);
    }
  });
});
