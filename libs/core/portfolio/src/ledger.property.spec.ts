/**
 * 1. Conserved: after every fill, cash + Σ cost − realised + fees equals the starting cash, to the unit.
 * 2. A position is the signed sum of its symbol's fills; a flat symbol has no position.
 * 3. Equity is cash + Σ market value; market value and gross are kept as positions move, never recomputed.
 * 4. A bust leaves the ledger as if the busted fill had never been; a correction, as if it had always read so.
 * 5. What cannot be folded throws and changes nothing: a repeated id, an amendment of a fill that is not known.
 */
import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cash, epochMs, ids, notional, price, quantity, ticker, type Fill, type Ticker } from '@aitrader/model';
import { applyFill, equityOf, markToMarket, newLedger, unrealisedOf, type Ledger } from './index.ts';

const SYMBOLS = ['A', 'BRK.B', 'C'].map(ticker);
const START = cash(1_000_000_000_007);

interface Step {
  readonly kind: Fill['kind'] | 'mark';
  readonly symbol: Ticker;
  readonly side: Fill['side'];
  readonly quantity: number;
  readonly price: number;
  readonly fee: number;
  readonly pick: number;
  readonly minutes: number;
}

const someQuantity = fc.oneof(
  fc.integer({ min: 1, max: 3_000_000_000 }),
  fc.integer({ min: 1, max: 40 }).map((shares) => shares * 1_000_000_000),
  fc.constant(5_000_000_000),
);
const someStep: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom<Step['kind'][]>('execution', 'execution', 'execution', 'bust', 'correction', 'mark'),
  symbol: fc.constantFrom(...SYMBOLS),
  side: fc.constantFrom<Fill['side'][]>('buy', 'sell'),
  quantity: someQuantity,
  price: fc.integer({ min: 1, max: 9_999_999 }),
  fee: fc.integer({ min: -50, max: 5_000 }),
  pick: fc.nat(),
  minutes: fc.oneof(fc.constant(1), fc.constant(1), fc.integer({ min: 0, max: 3_000 })),
});

const fillOf = (n: number, t: number, step: Step, amends: Fill | undefined): Fill => ({
  id: ids.fill(`f${n}`),
  t: epochMs(t),
  orderId: ids.order('o'),
  symbol: amends?.symbol ?? step.symbol,
  leg: 'entry',
  side: step.side,
  quantity: quantity(step.quantity),
  price: price(step.price),
  fee: cash(step.fee),
  kind: amends === undefined ? 'execution' : step.kind === 'bust' ? 'bust' : 'correction',
  amends: amends?.id ?? null,
  pessimistic: false,
});

/** Runs the steps; `truth` is what the fills read once every amendment is taken into account, in their first order. */
function run(steps: readonly Step[], seen: (ledger: Ledger, truth: readonly Fill[]) => Ledger | void): Ledger {
  let ledger = newLedger(START);
  const truth: Fill[] = [];
  let t = 0;
  steps.forEach((step, n) => {
    t += step.minutes * 60_000;
    if (step.kind === 'mark') markToMarket(ledger, step.symbol, price(step.price));
    else {
      const candidates = step.kind === 'execution' ? [] : truth.filter((one) => t - one.t < 86_400_000);
      const amends = candidates[step.pick % candidates.length];
      const fill = fillOf(n, amends?.t ?? t, step, amends);
      applyFill(ledger, fill);
      if (amends === undefined) truth.push(fill);
      else truth.splice(truth.indexOf(amends), 1, ...(fill.kind === 'bust' ? [] : [fill]));
    }
    ledger = seen(ledger, truth) ?? ledger;
  });
  return ledger;
}

const someSteps = fc.array(someStep, { maxLength: 60, size: 'max' });
const values = <T, K extends keyof T>(all: Iterable<T>, key: K): bigint => {
  let sum = 0n;
  for (const one of all) sum += BigInt(Number(one[key]));
  return sum;
};

describe('the ledger, whatever fills come', () => {
  it('1. conserves cash to the unit after every fill', () => {
    fc.assert(
      fc.property(someSteps, (steps) => {
        run(steps, (ledger) => {
          const cost = values(ledger.positions.values(), 'cost');
          expect(BigInt(ledger.cash) + cost - BigInt(ledger.realised) + BigInt(ledger.fees)).toBe(BigInt(START));
          expect(BigInt(ledger.cost)).toBe(cost);
        });
      }),
    );
  });

  it('1. ends a flat account with its starting cash, what it realised and what it paid in fees', () => {
    fc.assert(
      fc.property(someSteps, (steps) => {
        const ledger = run(steps, () => undefined);
        let n = 0;
        for (const { symbol, quantity: held } of [...ledger.positions.values()]) {
          const side = held > 0 ? 'sell' : 'buy';
          const closing = { ...steps[0], symbol, side, quantity: Math.abs(held), price: 77, fee: 0, kind: 'execution' } as Step;
          applyFill(ledger, fillOf(1000 + n++, 1e12, closing, undefined));
        }
        expect(ledger.cash).toBe(START + ledger.realised - ledger.fees);
        expect(ledger).toMatchObject({ cost: 0, marketValue: 0, gross: 0 });
      }),
    );
  });

  it('2. holds the signed sum of the fills, and nothing of a flat symbol', () => {
    fc.assert(
      fc.property(someSteps, (steps) => {
        run(steps, (ledger, truth) => {
          for (const symbol of SYMBOLS) {
            const signed = truth
              .filter((one) => one.symbol === symbol)
              .map((one) => (one.side === 'buy' ? 1 : -1) * one.quantity);
            const sum = signed.reduce((a, b) => a + b, 0);
            expect(ledger.positions.get(symbol)?.quantity).toBe(sum === 0 ? undefined : sum);
          }
        });
      }),
    );
  });

  it('3. keeps market value, gross, equity and the unrealised in step with the positions', () => {
    fc.assert(
      fc.property(someSteps, (steps) => {
        run(steps, (ledger) => {
          const held = [...ledger.positions.values()];
          for (const one of held) expect(one.marketValue).toBe(notional(one.mark, one.quantity));
          expect(BigInt(ledger.marketValue)).toBe(values(held, 'marketValue'));
          expect(ledger.gross).toBe(held.reduce((sum, one) => sum + Math.abs(one.marketValue), 0));
          expect(BigInt(equityOf(ledger))).toBe(BigInt(ledger.cash) + values(held, 'marketValue'));
          expect(BigInt(unrealisedOf(ledger))).toBe(values(held, 'marketValue') - values(held, 'cost'));
          expect(BigInt(equityOf(ledger))).toBe(
            BigInt(START) + BigInt(ledger.realised) - BigInt(ledger.fees) + BigInt(unrealisedOf(ledger)),
          );
        });
      }),
    );
  });

  it('3. marks a position at its last mark, or at its last fill when it has none', () => {
    fc.assert(
      fc.property(someSteps, (steps) => {
        run(steps, (ledger, truth) => {
          for (const { symbol, mark, marked } of ledger.positions.values()) {
            if (!marked) expect(mark).toBe(truth.findLast((one) => one.symbol === symbol)?.price);
          }
        });
      }),
    );
  });

  it('4. equals the ledger that folds from scratch what the fills finally read', () => {
    fc.assert(
      fc.property(someSteps, (steps) => {
        run(steps, (ledger, truth) => {
          const scratch = newLedger(START);
          for (const one of truth) applyFill(scratch, { ...one, kind: 'execution', amends: null });
          const sums = ({ cash: c, realised, fees, cost }: Ledger): unknown => ({ c, realised, fees, cost });
          expect(sums(ledger)).toEqual(sums(scratch));
          for (const [symbol, { quantity: held, cost }] of scratch.positions) {
            expect(ledger.positions.get(symbol)).toMatchObject({ quantity: held, cost });
          }
          expect(ledger.positions.size).toBe(scratch.positions.size);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('5. changes nothing when it refuses a fill', () => {
    fc.assert(
      fc.property(someSteps, fc.constantFrom<Fill['kind'][]>('bust', 'correction'), (steps, kind) => {
        const ledger = run(steps, () => undefined);
        const before = serialize(ledger);
        const wrong: Fill = {
          ...fillOf(5000, 0, { ...someOne, kind }, undefined),
          kind,
          amends: ids.fill('nobody'),
        };
        expect(() => applyFill(ledger, wrong)).toThrow('FILL_UNKNOWN');
        expect(serialize(ledger).equals(before)).toBe(true);
      }),
    );
  });

  it('goes on after a restore as if nothing had happened', () => {
    fc.assert(
      fc.property(someSteps, (steps) => {
        const straight = run(steps, () => undefined);
        const restored = run(steps, (ledger) => deserialize(serialize(ledger)) as Ledger);
        expect(restored).toEqual(straight);
      }),
      { numRuns: 50 },
    );
  });
});

const someOne: Step = {
  kind: 'execution',
  symbol: SYMBOLS[0] as Ticker,
  side: 'buy',
  quantity: 1,
  price: 1,
  fee: 0,
  pick: 0,
  minutes: 0,
};
