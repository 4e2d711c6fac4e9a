/**
 * 1. Every gate is asked of every signal, also behind one that has refused; there is no switch that leaves one out.
 * 2. A gate sees the size that the gates before it left, and can only lower it. Behind a refusal it sees one share at least.
 * 3. Missing, unknown, NaN, out of range: a refusal.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  cashFromDollars,
  firstRefusal,
  item,
  passesGate,
  sharesLeftBy,
  sharesOf,
  type RiskConfig,
  type Signal,
} from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { givenRisk, inputOf, LIMITS, MONDAY, newRiskDecision, type Belief, type Desk } from '../test/given-risk.ts';
import { prospectsOf } from './prospects.ts';
import { ENTRY_GATES, figureOf, riskStage, SHARES_MAX, situationOf } from './index.ts';

const closes = { AAPL: 100 };
const someFraction = fc.constantFrom(0, 0.0005, 0.05, 0.1, 0.2, 0.5);
const someLimits: fc.Arbitrary<Partial<RiskConfig>> = fc.record({
  kellyFraction: someFraction,
  symbolNotionalFractionMax: someFraction,
  grossNotionalFractionMax: someFraction,
  buyingPowerMultiple: someFraction,
  orderNotionalMin: fc.constantFrom(0, 1_000, 8_000).map(cashFromDollars),
  orderNotionalMax: fc.constantFrom(50, 2_000, 50_000).map(cashFromDollars),
});
const someBelief = fc.record({
  of: fc.constant('AAPL'),
  mean: fc.integer({ min: 50_000, max: 400_000 }),
  sd: fc.integer({ min: 300_000, max: 3_000_000 }),
});

/** A desk that has heard the close and decided nothing, and the signal raised on that close. */
function quietDesk(limits: Partial<RiskConfig>, belief: Belief): { desk: Desk; signal: Signal } {
  const desk = givenRisk(limits);
  desk.minute({ closes });
  const input = inputOf(desk.state.t, { closes, signals: [belief] });
  return { desk, signal: item(item(input.signals, 0).signals, 0) };
}

describe('the gates, whatever the limits', () => {
  it('1. are all asked, and the first to refuse is the reason', () => {
    fc.assert(
      fc.property(someLimits, someBelief, (limits, belief) => {
        const { orders, denials } = givenRisk(limits).minute({ closes, signals: [belief] });
        expect(orders.length + denials.length).toBe(1);
        for (const { gates } of [...orders, ...denials])
          expect(gates.map(({ gate }) => gate)).toEqual(ENTRY_GATES.map(({ gate }) => gate));
        for (const { gates } of orders) expect(gates.every(passesGate)).toBe(true);
        for (const denial of denials) expect(denial).toMatchObject(firstRefusal(denial.gates) ?? { gate: 'none' });
      }),
    );
  });

  it('2. leave the size that the tightest of them allows, as their figures say', () => {
    let approved = 0;
    fc.assert(
      fc.property(someLimits, someBelief, (limits, belief) => {
        const { desk, signal } = quietDesk(limits, belief);
        for (const { quantity, gates } of givenRisk(limits).minute({ closes, signals: [belief] }).orders) {
          const shares = sharesOf(quantity);
          expect(gates.reduce((left, gate) => sharesLeftBy(gate, left), SHARES_MAX)).toBe(shares);
          const on = situationOf(desk.state, prospectsOf(desk.state, [signal], [true]));
          for (const gate of ENTRY_GATES) expect(sharesLeftBy(figureOf(gate, on, signal, shares), shares)).toBe(shares);
          approved++;
        }
      }),
      { numRuns: 500 },
    );
    expect(approved).toBeGreaterThan(20);
  });

  it('3. refuse a signal in which one figure is not known', () => {
    const fields = ['t', 'direction', 'reference', 'stop', 'target', 'stateFlags', 'symbol'] as const;
    const unknown = fc.constantFrom(undefined, null, NaN, Infinity, -Infinity, 'none', 0.5);
    fc.assert(
      fc.property(fc.constantFrom(...fields, 'meanE8' as const, 'sdE8' as const), unknown, (field, value) => {
        const input = inputOf(newYorkInstant(MONDAY, 600), { closes, signals: [{ of: 'AAPL' }] });
        const whole = item(item(input.signals, 0).signals, 0);
        const isForward = field === 'meanE8' || field === 'sdE8';
        fc.pre(!(isForward && value === 0.5));
        const broken = isForward ? { ...whole, forward: { ...whole.forward, [field]: value } } : { ...whole, [field]: value };
        const decision = newRiskDecision();
        const signals = [{ ...item(input.signals, 0), signals: [broken as Signal] }];
        riskStage.apply(riskStage.initial(LIMITS), { ...input, signals }, decision);
        expect(decision.orders).toEqual([]);
        expect(decision.denials).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });
});
