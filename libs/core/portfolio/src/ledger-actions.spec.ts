import { describe, expect, it } from '@jest/globals';
import {
  cash,
  cashFromDollars,
  epochMs,
  ids,
  priceFromDollars,
  quantityFromShares,
  ticker,
  type CorporateAction,
  type Fill,
} from '@aitrader/model';
import { applyAction, applyFill, equityOf, markToMarket, newLedger, payDividends, type Ledger } from './index.ts';

const [A, B] = [ticker('A'), ticker('B')];
const START = cashFromDollars(100_000);

/** An account with one position, marked at its price. */
function holding(shares: number, dollars: number): Ledger {
  const ledger = newLedger(START);
  const fill: Fill = {
    ...{ id: ids.fill('f'), t: epochMs(0), orderId: ids.order('o'), symbol: A, leg: 'entry', side: shares > 0 ? 'buy' : 'sell' },
    ...{ quantity: quantityFromShares(Math.abs(shares)), price: priceFromDollars(dollars), fee: cash(0), kind: 'execution' },
    ...{ amends: null, pessimistic: false },
  };
  applyFill(ledger, fill);
  markToMarket(ledger, A, priceFromDollars(dollars));
  return ledger;
}

const action = (kind: CorporateAction['kind'], more: Partial<CorporateAction> = {}): CorporateAction => ({
  ...{ id: 'x', kind, symbol: A, exAt: epochMs(10), payAt: epochMs(10), newShares: 1, oldShares: 1, cash: cash(0), other: A },
  ...more,
});

const shares = (ledger: Ledger, symbol = A): number | undefined => ledger.positions.get(symbol)?.quantity;

describe('a split', () => {
  it.each([100, -100])('makes seven shares of one of %i, and leaves cost and equity alone', (held) => {
    const ledger = holding(held, 645.57);
    const before = equityOf(ledger);
    applyAction(ledger, action('split', { newShares: 7 }));
    expect(shares(ledger)).toBe(quantityFromShares(held * 7));
    expect(ledger.positions.get(A)).toMatchObject({ mark: priceFromDollars(92.2243), cost: cashFromDollars(held * 645.57) });
    expect(equityOf(ledger)).toBe(before);
  });

  it.each([
    [25, 2, 5],
    [-25, -2, -5],
  ])('in reverse settles in cash what of %i is no whole share', (held, whole, over) => {
    const ledger = holding(held, 3);
    const before = equityOf(ledger);
    applyAction(ledger, action('split', { newShares: 1, oldShares: 10 }));
    expect(shares(ledger)).toBe(quantityFromShares(whole));
    expect(ledger.cash).toBe(START - cashFromDollars(held * 3) + cashFromDollars(over * 3));
    expect(equityOf(ledger)).toBe(before);
  });

  it('of too few shares for a whole one ends the position in cash', () => {
    const ledger = holding(9, 3);
    applyAction(ledger, action('split', { newShares: 1, oldShares: 10 }));
    expect(ledger).toMatchObject({ cash: START, realised: 0, gross: 0, marketValue: 0, cost: 0 });
    expect(ledger.positions.size).toBe(0);
  });
});

describe('a dividend', () => {
  it.each([
    ['is owed to who holds', 100],
    ['is owed by who is short', -100],
  ])('%s at the ex-date, and is cash when it is paid', (_, held) => {
    const ledger = holding(held, 50);
    applyAction(ledger, action('cash-dividend', { cash: cashFromDollars(0.25), payAt: epochMs(20) }));
    expect(ledger).toMatchObject({ due: cashFromDollars(held * 0.25), cash: START - cashFromDollars(held * 50) });
    expect(equityOf(ledger)).toBe(START);
    markToMarket(ledger, A, priceFromDollars(49.75));
    expect(equityOf(ledger)).toBe(START);
    payDividends(ledger, epochMs(20));
    expect(ledger.due).toBe(held * 250_000);
    payDividends(ledger, epochMs(21));
    expect(ledger).toMatchObject({ due: 0, cash: START - cashFromDollars(held * 49.75) });
  });

  it('goes to who held at the ex-date, whoever holds when it is paid', () => {
    const ledger = holding(100, 50);
    applyAction(ledger, action('cash-dividend', { cash: cashFromDollars(1), payAt: epochMs(20) }));
    applyFill(ledger, {
      ...{ id: ids.fill('g'), t: epochMs(11), orderId: ids.order('o'), symbol: A, leg: 'time', side: 'sell', fee: cash(0) },
      ...{ quantity: quantityFromShares(100), price: priceFromDollars(49), kind: 'execution', amends: null, pessimistic: false },
    });
    payDividends(ledger, epochMs(21));
    expect(ledger).toMatchObject({ cash: START, due: 0, income: cashFromDollars(100) });
  });
});

describe('a spin-off of 1231 for 1000', () => {
  it.each([1_000, -1_000])('is worth, with its parent of %i, what the parent was', (held) => {
    const ledger = holding(held, 70);
    applyAction(ledger, action('spin-off', { newShares: 1231, oldShares: 1000, other: B, cash: cashFromDollars(12.31) }));
    expect(shares(ledger, B)).toBe(quantityFromShares((held * 1231) / 1000));
    expect(ledger.positions.get(B)).toMatchObject({ mark: priceFromDollars(10), cost: cashFromDollars(held * 12.31) });
    expect(equityOf(ledger)).toBe(START);
    markToMarket(ledger, A, priceFromDollars(57.69));
    markToMarket(ledger, B, priceFromDollars(10));
    expect(equityOf(ledger)).toBe(START);
  });

  it('of unknown worth takes what its parent lost by the first price after it, and then its own price', () => {
    const ledger = holding(1_000, 70);
    applyAction(ledger, action('spin-off', { newShares: 1231, oldShares: 1000, other: B }));
    expect(equityOf(ledger)).toBe(START);
    markToMarket(ledger, A, priceFromDollars(57.69));
    expect(equityOf(ledger)).toBe(START);
    expect(ledger.positions.get(B)).toMatchObject({ cost: cashFromDollars(12_310), marketValue: cashFromDollars(12_310) });
    markToMarket(ledger, B, priceFromDollars(11));
    expect(equityOf(ledger)).toBe(START + cashFromDollars(1_231));
  });

  it('of unknown worth that is traded before its parent is not counted twice', () => {
    const ledger = holding(1_000, 70);
    applyAction(ledger, action('spin-off', { newShares: 1231, oldShares: 1000, other: B }));
    markToMarket(ledger, B, priceFromDollars(10));
    expect(equityOf(ledger)).toBe(START);
    markToMarket(ledger, A, priceFromDollars(58));
    expect(equityOf(ledger)).toBe(START + cashFromDollars(310));
  });
});

describe('a symbol', () => {
  it('that changes takes its position and its dividends along', () => {
    const ledger = holding(100, 50);
    applyAction(ledger, action('cash-dividend', { cash: cashFromDollars(1), payAt: epochMs(20) }));
    applyAction(ledger, action('symbol-change', { other: B }));
    expect(shares(ledger)).toBeUndefined();
    expect(shares(ledger, B)).toBe(quantityFromShares(100));
    expect(equityOf(ledger)).toBe(START);
    payDividends(ledger, epochMs(21));
    expect(ledger.cash).toBe(START - cashFromDollars(4_900));
  });

  it('that is taken by another company closes what is held of the earlier one at its mark', () => {
    const ledger = holding(100, 50);
    applyFill(ledger, {
      ...{ id: ids.fill('s'), t: epochMs(1), orderId: ids.order('p'), symbol: B, leg: 'entry', side: 'sell', fee: cash(0) },
      ...{ quantity: quantityFromShares(100), price: priceFromDollars(285), kind: 'execution', amends: null, pessimistic: false },
    });
    applyAction(ledger, action('symbol-change', { other: B }));
    expect(shares(ledger, B)).toBe(quantityFromShares(100));
    expect(ledger.positions.get(B)).toMatchObject({ mark: priceFromDollars(50), cost: cashFromDollars(5_000) });
    expect(equityOf(ledger)).toBe(START);
  });

  it('that is taken by a company of which nothing is held closes what is held of the earlier one, too', () => {
    const ledger = holding(100, 50);
    applyAction(ledger, action('symbol-change', { symbol: B, other: A }));
    expect(ledger.positions.size).toBe(0);
    expect(equityOf(ledger)).toBe(START);
  });

  it.each([
    ['leaves nothing to its holders', 100, -5_000],
    ['leaves a short with what it owed', -100, 0],
  ])('that goes to another company %s', (_, held, lost) => {
    const ledger = holding(held, 50);
    applyAction(ledger, action('new-listing'));
    expect(ledger.positions.size).toBe(0);
    expect(equityOf(ledger)).toBe(START + cashFromDollars(lost));
    markToMarket(ledger, A, priceFromDollars(500));
    expect(equityOf(ledger)).toBe(START + cashFromDollars(lost));
  });
});

it('refuses to amend a fill of before an action', () => {
  const ledger = holding(100, 50);
  applyAction(ledger, action('split', { newShares: 2 }));
  const bust: Fill = {
    ...{ id: ids.fill('b'), t: epochMs(11), orderId: ids.order('o'), symbol: A, leg: 'entry', side: 'buy', fee: cash(0) },
    ...{
      quantity: quantityFromShares(100),
      price: priceFromDollars(50),
      kind: 'bust',
      amends: ids.fill('f'),
      pessimistic: false,
    },
  };
  expect(() => applyFill(ledger, bust)).toThrow('FILL_UNKNOWN');
});
