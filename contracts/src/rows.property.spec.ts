/**
 * 1. The bytes depend on the rows and their order only, never on where the buffer was flushed.
 * 2. Two rows of a kind that differ in anything differ in bytes; −0 and 0 are the same number.
 * 3. What a row cannot say exactly is refused: NaN, infinity, half a surrogate pair, text beyond its bound.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { item } from '@aitrader/model';
import { someMessage } from '../testing/arbitrary-messages.ts';
import { bytesOf } from '../testing/codec-of.ts';
import { KINDS, KIND_NAMES, written, type Kind, type Row } from '../testing/rows-of.ts';

const someRows = (kind: Kind): fc.Arbitrary<Row[]> =>
  someMessage(kind).map((message) => KINDS[kind](bytesOf(JSON.stringify(message))));

describe.each(KIND_NAMES)('rows of %s, whatever they say', (kind) => {
  it('1. have the bytes that they have one by one, wherever the buffer was flushed', () => {
    fc.assert(
      fc.property(someRows(kind), fc.integer({ min: 1, max: 40 }), fc.infiniteStream(fc.boolean()), (rows, times, flushes) => {
        const many = Array.from({ length: times }, () => rows).flat();
        const apart = many.map((row) => written([row])).join('');
        expect(written(many) === apart).toBe(true);
        expect(written(many, () => flushes.next().value === true) === apart).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('2. differ in bytes when they differ in anything', () => {
    fc.assert(
      fc.property(someRows(kind), someRows(kind), (some, others) => {
        const rows = [...some, ...others];
        const bytes = rows.map((row) => written([row]));
        for (const [i, one] of rows.entries()) {
          for (const [j, other] of rows.entries()) expect(item(bytes, i) === item(bytes, j)).toBe(one.says === other.says);
        }
      }),
    );
  });

  it('2. can be told apart in a sequence: none begins as another whole one does', () => {
    fc.assert(
      fc.property(someRows(kind), someRows(kind), (some, others) => {
        for (const one of some.map((row) => written([row]))) {
          for (const other of others.map((row) => written([row]))) if (one !== other) expect(other.startsWith(one)).toBe(false);
        }
      }),
    );
  });
});

describe('texts side by side', () => {
  const someEdge = fc.string({ unit: fc.constantFrom('a', 'b', '\0', 'é', '\u{1f514}'), maxLength: 18 });
  const write = (signalId: string, gate: string): string => {
    const denials = `{"t":1,"gates":[{"gate":${JSON.stringify(gate)},"unit":"cash","comparison":"at-most"}],"denials":[{"t":1,"symbol":"BRK.B","signalId":${JSON.stringify(signalId)},"trip":"","values":[1],"limits":[2]}]}`;
    return written(KINDS.denials(bytesOf(denials)));
  };

  it('2. are another row when the boundary between them moves', () => {
    fc.assert(
      fc.property(someEdge, fc.nat({ max: 18 }), fc.nat({ max: 18 }), (text, one, other) => {
        const characters = Array.from(`x${text}`);
        const split = (at: number): [string, string] => [characters.slice(0, at + 1).join(''), characters.slice(at + 1).join('')];
        const same = split(one)[0] === split(other)[0];
        expect(write(...split(one)) === write(...split(other))).toBe(same);
      }),
    );
  });

  it('2. are another row when zeros stand where the padding would', () => {
    expect(new Set(['a', 'a\0', 'a\0\0', 'a\0\0\0\0\0\0\0', 'a\0\0\0\0\0\0\0\0'].map((text) => write('s', text))).size).toBe(5);
  });
});
