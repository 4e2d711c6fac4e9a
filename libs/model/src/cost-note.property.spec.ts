/** 1. What is written is read back as it was; of any other reason nothing is read. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { feesUnknownIn, spreadNote, spreadNoteOf, unknownFeesNote } from './index.ts';

const someNote = fc.record({
  halfSpreadBp: fc.oneof(
    fc.nat({ max: 100_000 }).map((hundredths) => hundredths / 100),
    fc.double({ min: 0, max: 1e5, noNaN: true }),
  ),
  from: fc.constantFrom('bars' as const, 'configured' as const),
  pairs: fc.nat(),
});

describe('what an execution is said to have been priced by', () => {
  it('1. is read back, alone and beside what is said of fees', () => {
    fc.assert(
      fc.property(someNote, (note) => {
        // what is below zero by its sign alone reads as zero
        const expected = { ...note, halfSpreadBp: note.halfSpreadBp + 0 };
        expect(spreadNoteOf(spreadNote(note))).toEqual(expected);
        const both = `${spreadNote(note)}; ${unknownFeesNote('after 2025-12-31')}`;
        expect([spreadNoteOf(both), feesUnknownIn(both)]).toEqual([expected, true]);
        expect(feesUnknownIn(spreadNote(note))).toBe(false);
      }),
    );
    expect(spreadNote({ halfSpreadBp: 5.99, from: 'bars', pairs: 1556 })).toBe('half-spread 5.99 bp told by 1556 pairs of bars');
  });

  it.each(['', 'gap', 'exit-began', 'a half-spread 3 bp told by 4 pairs of bars', 'half-spread bp'])(
    '1. is not read of %j',
    (reason) => {
      expect([spreadNoteOf(reason), feesUnknownIn(reason)]).toEqual([undefined, false]);
    },
  );
});
