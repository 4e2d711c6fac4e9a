/**
 * 1. What is read is what was written, in the order in which it was asked.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  COMPARISONS,
  epochMs,
  firstRefusal,
  GATE_UNITS,
  item,
  signalId,
  ticker,
  type Denial,
  type GateFigure,
} from '@aitrader/model';
import { ContractError, decodeDenials, encodeDenials } from './index.ts';
import { bytesOf } from '../testing/codec-of.ts';

const T = epochMs(60_000);
const IBM = ticker('IBM');

/** Lists of gates that leave out some of one list, as those of signals and operators do. */
const someLists = fc
  .uniqueArray(
    fc.record({ gate: fc.string(), unit: fc.constantFrom(...GATE_UNITS), comparison: fc.constantFrom(...COMPARISONS) }),
    { selector: ({ gate }) => gate, minLength: 1, maxLength: 12 },
  )
  .chain((gates) =>
    fc
      .array(
        fc.array(fc.option(fc.tuple(fc.maxSafeInteger(), fc.maxSafeInteger())), {
          minLength: gates.length,
          maxLength: gates.length,
        }),
        { maxLength: 6 },
      )
      .map((rows) =>
        rows.map((row) =>
          row.flatMap((figure, i): GateFigure[] =>
            figure === null ? [] : [{ ...item(gates, i), value: figure[0] + 0, limit: figure[1] + 0 }],
          ),
        ),
      ),
  );
const denialOf = (gates: readonly GateFigure[]): Denial => ({
  t: T,
  symbol: IBM,
  signalId: signalId(T, IBM, 'breakout'),
  trip: '',
  ...(firstRefusal(gates) ?? { gate: '', value: 0, limit: 0, unit: 'flags', comparison: 'refused' }),
  gates,
});
const saidOf = (denials: Denial[]): string => encodeDenials({ t: T, denials });

describe('gates in columns', () => {
  it('1. are read as they were written, whatever each list leaves out', () => {
    let left = 0;
    fc.assert(
      fc.property(someLists, (lists) => {
        const denials = lists.map(denialOf);
        const wire = saidOf(denials);
        left += new Set(lists.map(({ length }) => length)).size > 1 ? 1 : 0;
        expect(decodeDenials(bytesOf(wire)).denials).toEqual(denials);
      }),
      { numRuns: 300 },
    );
    expect(left).toBeGreaterThan(50);
  });

  it('1. are not written where one stands before another in one list and behind it in the next', () => {
    const one = { gate: 'A', value: 1, limit: 0, unit: 'count', comparison: 'at-most' } as const;
    const other = { ...one, gate: 'B' };
    expect(() => saidOf([denialOf([one, other]), denialOf([other, one])])).toThrow(ContractError);
  });

  it('are refused where a column is not as long as there are gates', () => {
    const wire = saidOf([denialOf([{ gate: 'A', value: 1, limit: 0, unit: 'count', comparison: 'at-most' }])]);
    for (const name of ['values', 'limits'])
      expect(() => decodeDenials(bytesOf(wire.replace(`"${name}":[`, `"${name}":[7,`)))).toThrow(
        `denials message: denials.0.${name} has 2 figures for 1 gates`,
      );
  });
});
