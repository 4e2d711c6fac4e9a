/**
 * 1. A split, a dividend, a spin-off and a change of symbol leave the equity as it was, to the unit, long and short.
 * 2. Conserved: cash + due + Σ cost − realised − income + fees stays the starting cash, to the unit.
 * 3. Market value and gross stay the sums over the positions.
 * 4. What is due is the sum of what is to be paid, and is cash once it is paid.
 * 5. A ledger that was stored and restored goes on to the same.
 * 6. An action that would leave more shares than a quantity can tell is refused, and the ledger stays sound.
 */
import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  cash,
  CORPORATE_ACTION_KINDS,
  epochMs,
  ids,
  price,
  QUANTITY_UNITS_PER_SHARE,
  quantityFromShares,
  ticker,
  UnitError,
  type CorporateAction,
  type Fill,
  type Ticker,
} from '@aitrader/model';
import { applyAction, applyFill, equityOf, markToMarket, newLedger, payDividends, type Ledger } from './index.ts';

const WHOLE_SHARE = BigInt(QUANTITY_UNITS_PER_SHARE);
const START = cash(1_000_000_000_007);
const SYMBOLS = ['A', 'BRK.B', 'C'].map(ticker);
const someSymbol = fc.constantFrom(...SYMBOLS);

type Step =
  | {
      readonly kind: 'fill';
      readonly symbol: Ticker;
      readonly side: Fill['side'];
      readonly shares: number;
      readonly price: number;
    }
  | { readonly kind: 'mark'; readonly symbol: Ticker; readonly price: number }
  | { readonly kind: 'pay'; readonly days: number }
  | { readonly kind: 'action'; readonly action: Omit<CorporateAction, 'id' | 'exAt'> };

const somePrice = fc.integer({ min: 10_000, max: 9_999_999 });
const someStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('fill' as const),
    symbol: someSymbol,
    side: fc.constantFrom<Fill['side'][]>('buy', 'sell'),
    shares: fc.integer({ min: 1, max: 400 }),
    price: somePrice,
  }),
  fc.record({ kind: fc.constant('mark' as const), symbol: someSymbol, price: somePrice }),
  fc.record({ kind: fc.constant('pay' as const), days: fc.integer({ min: 0, max: 30 }) }),
  fc.record({
    kind: fc.constant('action' as const),
    action: fc
      .record({
        kind: fc.constantFrom(...CORPORATE_ACTION_KINDS),
        symbol: someSymbol,
        other: someSymbol,
        newShares: fc.integer({ min: 1, max: 1231 }),
        oldShares: fc.integer({ min: 1, max: 1000 }),
        cash: fc.integer({ min: 1, max: 900_000 }).map(cash),
        payAt: fc.integer({ min: 0, max: 30 }).map(epochMs),
      })
      .map((action) => ({
        ...action,
        other: action.other === action.symbol ? ticker('OTHER') : action.other,
        cash: action.kind === 'spin-off' && action.newShares % 2 === 0 ? cash(0) : action.cash,
      })),
  }),
);

const sumOf = (ledger: Ledger, figure: 'cost' | 'marketValue'): number =>
  [...ledger.positions.values()].reduce((sum, position) => sum + position[figure], 0);

function assertSound(ledger: Ledger): void {
  expect(ledger.cash + ledger.due + sumOf(ledger, 'cost') - ledger.realised - ledger.income + ledger.fees).toBe(START);
  expect(ledger.cost).toBe(sumOf(ledger, 'cost'));
  expect(ledger.marketValue).toBe(sumOf(ledger, 'marketValue'));
  expect(ledger.gross).toBe([...ledger.positions.values()].reduce((sum, { marketValue }) => sum + Math.abs(marketValue), 0));
  expect(ledger.due).toBe(ledger.payables.reduce((sum, { amount }) => sum + amount, 0));
  for (const { symbol, quantity } of ledger.positions.values()) {
    expect(quantity).not.toBe(0);
    expect(ledger.books.get(symbol)?.total.quantity).toBe(quantity);
  }
}

const held = (ledger: Ledger, symbol: Ticker): bigint => BigInt(ledger.positions.get(symbol)?.quantity ?? 0);

/** Whether the action leaves more than a quantity can tell: some nine million shares. */
function tooMany(ledger: Ledger, { kind, symbol, other, newShares, oldShares }: Omit<CorporateAction, 'id' | 'exAt'>): boolean {
  if (kind !== 'split' && kind !== 'spin-off') return false;
  const received = (held(ledger, symbol) * BigInt(newShares)) / BigInt(oldShares);
  const after = kind === 'split' ? received - (received % WHOLE_SHARE) : received + held(ledger, other);
  return after > Number.MAX_SAFE_INTEGER || after < -Number.MAX_SAFE_INTEGER;
}

function follow(ledger: Ledger, step: Step, n: number): void {
  if (step.kind === 'mark') return markToMarket(ledger, step.symbol, price(step.price));
  if (step.kind === 'pay') return payDividends(ledger, epochMs(step.days));
  if (step.kind === 'action') {
    const before = equityOf(ledger);
    const action = { ...step.action, id: `a${n}`, exAt: epochMs(0) };
    if (tooMany(ledger, action)) return expect(() => applyAction(ledger, action)).toThrow(UnitError);
    applyAction(ledger, action);
    if (step.action.kind !== 'new-listing') expect(equityOf(ledger)).toBe(before);
    else expect(equityOf(ledger)).toBeLessThanOrEqual(before);
    return;
  }
  applyFill(ledger, {
    ...{ id: ids.fill(`f${n}`), t: epochMs(0), orderId: ids.order('o'), symbol: step.symbol, leg: 'entry', side: step.side },
    ...{ quantity: quantityFromShares(step.shares), price: price(step.price), fee: cash(3), kind: 'execution', amends: null },
    pessimistic: false,
  });
}

const split = (newShares: number): Step => ({
  kind: 'action',
  action: {
    ...{ kind: 'split', symbol: ticker('A'), other: ticker('C') },
    ...{ newShares, oldShares: 1, cash: cash(1), payAt: epochMs(0) },
  },
});
const SPLITS_PAST_A_QUANTITY: Step[] = [
  { kind: 'fill', symbol: ticker('A'), side: 'buy', shares: 13, price: 10_000 },
  split(563),
  split(1231),
];

describe('a ledger over corporate actions', () => {
  it('1. to 4. and 6. keeps its equity, its law of conservation and its sums', () => {
    fc.assert(
      fc.property(fc.array(someStep, { maxLength: 40 }), (steps) => {
        const ledger = newLedger(START);
        for (const [n, step] of steps.entries()) {
          follow(ledger, step, n);
          assertSound(ledger);
        }
        payDividends(ledger, epochMs(31));
        expect(ledger).toMatchObject({ due: 0, payables: [] });
        assertSound(ledger);
      }),
      { numRuns: 400, examples: [[SPLITS_PAST_A_QUANTITY]] },
    );
  });

  it('5. goes on after a restore as if nothing had happened', () => {
    fc.assert(
      fc.property(fc.array(someStep, { maxLength: 30 }), (steps) => {
        const straight = newLedger(START);
        let restored = newLedger(START);
        for (const [n, step] of steps.entries()) {
          follow(straight, step, n);
          restored = deserialize(serialize(restored)) as Ledger;
          follow(restored, step, n);
        }
        expect(restored).toEqual(straight);
      }),
      { numRuns: 60 },
    );
  });
});
