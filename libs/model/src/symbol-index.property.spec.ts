import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addSlot, findSlot, newSymbolIndex, ticker } from './index.ts';

const NAMES = ['A', 'AA', 'B', 'BRK.B', 'C', 'D', 'E', 'F', 'G', 'ZZ'].map(ticker);

describe('an index of symbols', () => {
  it('finds each symbol where it was put, wherever it is looked for first, and no other', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...NAMES)),
        fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.integer({ min: 0, max: 12 }))),
        (seen, sought) => {
          const index = newSymbolIndex();
          expect(seen.map((symbol) => addSlot(index, symbol))).toEqual(seen.map((_, slot) => slot));
          for (const [symbol, likely] of sought) expect(findSlot(index, symbol, likely)).toBe(seen.indexOf(symbol));
        },
      ),
    );
  });
});
