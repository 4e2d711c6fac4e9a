/**
 * 1. A verdict follows from the figures it records: who reads `value`, `limit` and how they compare comes to the same answer.
 * 2. What is not an integer inside the safe ones is recorded as the worst there is, and refuses: not knowing never passes.
 * 3. A gate caps the size. Nothing in it could raise one.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gateVerdict, passesGate, sharesLeftBy, type GateFigure } from '@aitrader/model';
import { givenRisk } from '../test/given-risk.ts';
import { situationOf } from './situation.ts';
import { atLeast, atMost, figureOf, SHARES_MAX, sizes } from './verdict.ts';

const anyNumber = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(NaN, -0, Infinity),
);
const MAKERS = { atMost, atLeast, sizes };
const desk = givenRisk();
desk.minute();
const on = situationOf(desk.state, new Map());
const found = (kind: keyof typeof MAKERS, value: number, limit: number): GateFigure =>
  figureOf(
    MAKERS[kind]('G', 'count', () => ({ value, limit })),
    on,
    null,
    1,
  );
const isExact = (n: number): boolean => Number.isSafeInteger(n) && !Object.is(n, -0);
const isKnown = (n: number): boolean => Number.isSafeInteger(n) && Math.abs(n) < Number.MAX_SAFE_INTEGER;

describe('a verdict', () => {
  it('1. is that of the numbers compared, where all of them are known', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (value, limit) => {
        expect(passesGate(found('atMost', value, limit))).toBe(value >= 0 && value <= limit);
        expect(passesGate(found('atLeast', value, limit))).toBe(value >= limit);
        expect(passesGate(found('sizes', value, limit))).toBe(limit >= 1 && value >= limit);
      }),
      { numRuns: 1000 },
    );
  });

  it('1. leaves the whole shares that the value pays for', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 100_000_000_000 }), (value, cost) => {
        fc.pre(isKnown(value));
        const left = sharesLeftBy(found('sizes', value, cost), SHARES_MAX);
        expect(BigInt(left) * BigInt(cost) <= BigInt(value)).toBe(true);
        expect(left === SHARES_MAX || BigInt(left + 1) * BigInt(cost) > BigInt(value)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('2. refuses what is not known, says so, and records safe integers whatever it is given', () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, fc.constantFrom('atMost', 'atLeast', 'sizes'), (value, limit, kind) => {
        const figure = found(kind, value, limit);
        expect([figure.value, figure.limit].every(isExact)).toBe(true);
        if (isKnown(value) && isKnown(limit)) return;
        expect(gateVerdict(figure)).toBe('unknown');
      }),
      { numRuns: 1000 },
    );
  });

  it('2. refuses a count, an age or a distance below zero, and shares that cost nothing', () => {
    fc.assert(
      fc.property(fc.integer({ max: -1 }), fc.nat(), (below, other) => {
        expect(gateVerdict(found('atMost', below, other))).toBe('unknown');
        expect(gateVerdict(found('sizes', other, below))).toBe('unknown');
        expect(gateVerdict(found('sizes', other, 0))).toBe('unknown');
      }),
    );
  });

  it('3. never leaves more than there was', () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, fc.nat({ max: 1_000 }), (value, limit, shares) => {
        for (const kind of ['atMost', 'atLeast'] as const)
          expect([0, shares]).toContain(sharesLeftBy(found(kind, value, limit), shares));
        expect(sharesLeftBy(found('sizes', value, limit), shares)).toBeLessThanOrEqual(shares);
      }),
    );
  });
});
