/**
 * 1. A verdict follows from the figures it records: who reads `value` and `limit` comes to the same answer.
 * 2. What is not an integer inside the safe ones is recorded as the worst there is, and refuses: not knowing never passes.
 * 3. A verdict caps the size. Nothing in it could raise one.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { affordable, atLeast, atMost, SHARES_MAX, type Verdict } from './verdict.ts';

const anyNumber = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(NaN, -0, Infinity),
);
const perShare = fc.integer({ min: 1, max: 100_000_000_000 });
const passes = ({ sharesMax }: Verdict): boolean => sharesMax >= 1;

describe('a verdict', () => {
  it('1. follows from its figures', () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, perShare, (value, limit, cost) => {
        const most = atMost('G', 'count', value, limit);
        expect(passes(most)).toBe(most.figure.value <= most.figure.limit);
        const least = atLeast('G', 'count', value, limit);
        expect(passes(least)).toBe(least.figure.value >= least.figure.limit);
        const paid = affordable('G', value, limit, cost);
        expect(passes(paid)).toBe(paid.figure.limit >= cost);
        expect(BigInt(paid.sharesMax) * BigInt(cost) <= BigInt(Math.max(0, paid.figure.limit))).toBe(true);
        expect(BigInt(paid.sharesMax + 1) * BigInt(cost) > BigInt(Math.max(0, paid.figure.limit))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('2. refuses what is not known, and records safe integers whatever it is given', () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, perShare, (value, limit, cost) => {
        for (const verdict of [
          atMost('G', 'count', value, limit),
          atLeast('G', 'count', value, limit),
          affordable('G', value, limit, cost),
        ]) {
          const { figure } = verdict;
          for (const one of [figure.value, figure.limit]) expect(Number.isSafeInteger(one) && !Object.is(one, -0)).toBe(true);
          if (!Number.isSafeInteger(limit)) expect(passes(verdict)).toBe(false);
        }
        if (Number.isSafeInteger(value)) return;
        expect(passes(atMost('G', 'count', value, limit))).toBe(false);
        expect(passes(atLeast('G', 'count', value, limit))).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('2. refuses a count, an age or a distance below zero', () => {
    fc.assert(
      fc.property(fc.integer({ max: -1 }), fc.nat(), (value, limit) => {
        expect(passes(atMost('G', 'count', value, limit))).toBe(false);
      }),
    );
  });

  it('3. caps the size at no more than a quantity can hold', () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, (value, limit) => {
        for (const verdict of [atMost('G', 'count', value, limit), atLeast('G', 'count', value, limit)]) {
          expect([0, SHARES_MAX]).toContain(verdict.sharesMax);
        }
      }),
    );
  });
});
