import { describe, expect, it } from '@jest/globals';
import { newOrderManager, takeAccount } from '@aitrader/core-execution';
import { cash, epochMs, quantityFromShares, requestIdOf, ticker, type AccountWord } from '@aitrader/model';
import { ALPACA_PAPER, ORDER_HANDLING } from '@aitrader/runtime-configuration';
import { reconcileAccount } from './reconciliation.ts';

const [A, B] = [ticker('A'), ticker('B')];
const { reconciliation } = ALPACA_PAPER;
const word = (more: Partial<AccountWord> = {}): AccountWord => ({
  ...{
    kind: 'account',
    t: epochMs(Date.parse('2026-01-05T15:00:00Z')),
    word: 'asked',
    cash: cash(1_000_000_000),
    equity: cash(0),
  },
  ...{ positions: [], orders: [], ...more },
});

describe('a recording beside an account', () => {
  it('tells positions, orders and cash that it does not know, and takes what was there at the start for what it is', () => {
    const manager = newOrderManager({ ...ORDER_HANDLING, requestPrefix: '', needsArming: false, reconciliation });
    const foreign = [{ symbol: B, quantity: quantityFromShares(7) }];
    takeAccount(manager, word({ positions: foreign }));
    expect(reconcileAccount(manager, word({ positions: foreign }))).toEqual({
      known: { positions: [], foreign, requests: [], cashFlow: 0, cash: 1_000_000_000 },
      differences: [],
    });
    const positions = [{ symbol: A, quantity: quantityFromShares(-3) }, ...foreign];
    const orders = [{ brokerId: 'b9', symbol: A, request: requestIdOf('of somebody else') }];
    expect(reconcileAccount(manager, word({ positions, orders })).differences).toMatchObject([
      { kind: 'position', symbol: A, amount: -3e9, told: -3e9 },
      { kind: 'stranger', symbol: A, about: 'b9' },
    ]);
    expect(reconcileAccount(manager, word({ positions: foreign, cash: cash(2_000_000_000) })).differences).toMatchObject([
      { kind: 'cash', amount: 1_000_000_000, told: 2_000_000_000 },
    ]);
  });

  it('takes no position for one that was passed, which the broker would tell again by a look of before', () => {
    const manager = newOrderManager({ ...ORDER_HANDLING, requestPrefix: '', needsArming: false, reconciliation });
    takeAccount(manager, word());
    manager.account.passed.set(A, new Set([5e9]));
    const later = word({ positions: [{ symbol: A, quantity: quantityFromShares(5) }] });
    expect(reconcileAccount(manager, later).differences).toMatchObject([{ kind: 'position', symbol: A, amount: 5e9 }]);
    expect(manager.account.passed.get(A)).toEqual(new Set([5e9]));
  });
});
