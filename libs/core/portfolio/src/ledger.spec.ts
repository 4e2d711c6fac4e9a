import { describe, expect, it } from '@jest/globals';
import { cash, cashFromDollars, epochMs, ids, priceFromDollars, quantityFromShares, ticker, type Fill } from '@aitrader/model';
import {
  AMENDABLE_FILLS_MAX,
  AMENDABLE_MS_MAX,
  LedgerError,
  applyFill,
  equityOf,
  markToMarket,
  newLedger,
  unrealisedOf,
  writeOff,
  type Ledger,
} from './index.ts';

const A = ticker('A');
const START = cashFromDollars(10_000);
let next = 0;

const fill = (side: Fill['side'], shares: number, dollars: number, more: Partial<Fill> = {}): Fill => ({
  id: ids.fill(`f${next++}`),
  t: epochMs(0),
  orderId: ids.order('o'),
  symbol: A,
  leg: 'entry',
  side,
  quantity: quantityFromShares(shares),
  price: priceFromDollars(dollars),
  fee: cash(0),
  kind: 'execution',
  amends: null,
  pessimistic: false,
  ...more,
});

const ledgerOf = (...fills: Fill[]): Ledger => {
  const ledger = newLedger(START);
  for (const one of fills) applyFill(ledger, one);
  return ledger;
};

describe('a ledger', () => {
  it('pays for what it buys and marks it at the fill until a bar comes', () => {
    const ledger = ledgerOf(fill('buy', 10, 100, { fee: cashFromDollars(1) }));
    expect(ledger.cash).toBe(cashFromDollars(8_999));
    expect(ledger.positions.get(A)).toMatchObject({ quantity: quantityFromShares(10), cost: cashFromDollars(1_000) });
    expect(ledger.marketValue).toBe(cashFromDollars(1_000));
    expect(equityOf(ledger)).toBe(cashFromDollars(9_999));
  });

  it('follows the mark, and keeps it when more is bought', () => {
    const ledger = ledgerOf(fill('buy', 10, 100));
    markToMarket(ledger, A, priceFromDollars(101));
    applyFill(ledger, fill('buy', 10, 102));
    expect(ledger.marketValue).toBe(cashFromDollars(2_020));
    expect(unrealisedOf(ledger)).toBe(cashFromDollars(0));
  });

  it('ignores the mark of a symbol that it does not hold', () => {
    const ledger = ledgerOf(fill('buy', 10, 100), fill('sell', 10, 100));
    markToMarket(ledger, A, priceFromDollars(500));
    expect(ledger).toMatchObject({ cash: START, marketValue: 0, gross: 0 });
    expect(ledger.positions.size).toBe(0);
  });

  it('realises a third of the cost when a third is sold', () => {
    const ledger = ledgerOf(fill('buy', 3, 100), fill('sell', 1, 130));
    expect(ledger.realised).toBe(cashFromDollars(30));
    expect(ledger.positions.get(A)?.cost).toBe(cashFromDollars(200));
  });

  it('goes through zero: closes at the fill price, and opens the rest at it', () => {
    const ledger = ledgerOf(fill('buy', 10, 100), fill('sell', 15, 110));
    expect(ledger.realised).toBe(cashFromDollars(100));
    expect(ledger.positions.get(A)).toMatchObject({ quantity: quantityFromShares(-5), cost: cashFromDollars(-550) });
    expect(ledger.gross).toBe(cashFromDollars(550));
    expect(ledger.marketValue).toBe(cashFromDollars(-550));
  });

  it('gains on a short when the price falls', () => {
    const ledger = ledgerOf(fill('sell', 10, 100));
    markToMarket(ledger, A, priceFromDollars(90));
    expect(unrealisedOf(ledger)).toBe(cashFromDollars(100));
    expect(equityOf(ledger)).toBe(START + cashFromDollars(100));
  });

  it('takes a bust back as if the fill had never been, fee included', () => {
    const busted = fill('sell', 15, 110, { fee: cash(7) });
    const ledger = ledgerOf(fill('buy', 10, 100), busted, fill('buy', 1, 105));
    applyFill(ledger, fill('sell', 1, 1, { kind: 'bust', amends: busted.id }));
    expect(ledger).toMatchObject({ realised: 0, fees: 0, cash: START - cashFromDollars(1_105) });
    expect(ledger.positions.get(A)?.quantity).toBe(quantityFromShares(11));
  });

  it('opens a closed position again when its exit is busted', () => {
    const exit = fill('sell', 10, 120);
    const ledger = ledgerOf(fill('buy', 10, 100), exit);
    applyFill(ledger, fill('sell', 10, 120, { kind: 'bust', amends: exit.id }));
    expect(ledger.positions.get(A)).toMatchObject({ quantity: quantityFromShares(10), mark: priceFromDollars(100) });
  });

  it('restates a fill, and restates it once more by either of its ids', () => {
    const first = fill('buy', 10, 100);
    const second = fill('buy', 10, 99, { kind: 'correction', amends: first.id });
    const ledger = ledgerOf(first, second);
    expect(ledger.cash).toBe(START - cashFromDollars(990));
    applyFill(ledger, fill('buy', 10, 98, { kind: 'correction', amends: second.id }));
    applyFill(ledger, fill('buy', 9, 98, { kind: 'correction', amends: first.id }));
    expect(ledger.cash).toBe(START - cashFromDollars(882));
    expect(ledger.positions.get(A)?.quantity).toBe(quantityFromShares(9));
  });

  it.each([
    ['an amendment of a fill it does not know', 'FILL_UNKNOWN', fill('buy', 1, 1, { kind: 'bust', amends: ids.fill('none') })],
    ['an amendment that names nothing', 'FILL_UNKNOWN', fill('buy', 1, 1, { kind: 'correction' })],
    ['a fill of nothing', 'FILL_MALFORMED', fill('buy', 0, 1)],
    ['an execution it has already', 'FILL_REPEATED', fill('buy', 1, 1, { id: ids.fill('twice') })],
  ])('refuses %s and stays as it was', (_, code, wrong) => {
    const ledger = ledgerOf(fill('buy', 10, 100, { id: ids.fill('twice') }));
    const before = JSON.stringify([...ledger.positions, ledger.cash]);
    expect(() => applyFill(ledger, wrong)).toThrow(LedgerError);
    expect(() => applyFill(ledger, wrong)).toThrow(code);
    expect(JSON.stringify([...ledger.positions, ledger.cash])).toBe(before);
  });

  it('refuses a bust of a fill that was busted before', () => {
    const busted = fill('buy', 10, 100);
    const ledger = ledgerOf(busted, fill('buy', 10, 100, { kind: 'bust', amends: busted.id }));
    expect(() => applyFill(ledger, fill('buy', 10, 100, { kind: 'bust', amends: busted.id }))).toThrow('FILL_UNKNOWN');
  });

  it.each([
    ['of what was bought, for nothing', fill('buy', 100, 50), 40, 0, -2_000],
    ['of what was bought, at a price', fill('buy', 100, 50), 40, 52, 80],
    ['of what was sold short, bought back at a price', fill('sell', 100, 50), -40, 51, -40],
  ])('takes shares off the books: %s', (_, first, shares, dollars, realised) => {
    const ledger = ledgerOf(first);
    const off = { id: 'position.A.1', t: epochMs(1), symbol: A };
    writeOff(ledger, { ...off, quantity: quantityFromShares(shares), price: priceFromDollars(dollars) });
    expect(ledger.positions.get(A)?.quantity).toBe(quantityFromShares(first.side === 'buy' ? 60 : -60));
    expect(ledger.realised).toBe(cashFromDollars(realised));
    expect(ledger.cash + ledger.cost - ledger.realised).toBe(START);
    // what was traded before can be undone still, and leaves what was written off
    applyFill(ledger, fill(first.side, 100, 50, { kind: 'bust', amends: first.id }));
    expect(ledger.positions.get(A)?.quantity).toBe(quantityFromShares(-shares));
    applyFill(ledger, fill(first.side, Math.abs(shares), 50));
    expect(ledger.positions.has(A)).toBe(false);
  });

  it('settles fills that are too old to amend, and keeps a bounded number of the rest', () => {
    const old = fill('buy', 1, 100);
    const ledger = ledgerOf(old, fill('buy', 1, 100, { t: epochMs(AMENDABLE_MS_MAX + 1) }));
    expect(() => applyFill(ledger, fill('buy', 1, 1, { kind: 'bust', amends: old.id }))).toThrow('FILL_UNKNOWN');
    for (let i = 0; i < AMENDABLE_FILLS_MAX + 10; i++)
      applyFill(ledger, fill('buy', 1, 100, { t: epochMs(AMENDABLE_MS_MAX + 2) }));
    expect(ledger.books.get(A)?.kept.size).toBe(AMENDABLE_FILLS_MAX);
    expect(ledger.positions.get(A)?.quantity).toBe(quantityFromShares(AMENDABLE_FILLS_MAX + 12));
  });
});
