import { describe, expect, it } from '@jest/globals';
import type { BrokerAccount, BrokerOrder, BrokerPosition } from '@aitrader/application-broker-accounts';
import { cashFromDollars, priceFromDollars, quantityFromShares } from '@aitrader/model';
import { accountText, ordersText, positionsText } from './broker-text.ts';

const ACCOUNT: BrokerAccount = {
  ...{ id: 'a', number: 'PA1', status: 'ACTIVE', currency: 'USD', multiplier: 4, shortingEnabled: true, blocks: [] },
  ...{ cash: cashFromDollars(-10.5), equity: cashFromDollars(100_000), lastEquity: cashFromDollars(99_000.1) },
  ...{ buyingPower: cashFromDollars(400_000), regtBuyingPower: null, longMarketValue: cashFromDollars(100_010.5) },
  ...{ shortMarketValue: cashFromDollars(0), initialMargin: cashFromDollars(1), maintenanceMargin: cashFromDollars(0.3) },
};
const POSITION: BrokerPosition = {
  ...{
    symbol: 'AAPL',
    assetClass: 'us_equity',
    quantity: quantityFromShares(-12),
    available: null,
    averageEntryPrice: '190.123456',
  },
  ...{ costBasis: cashFromDollars(-2_281.48), currentPrice: null, marketValue: null, unrealised: null },
};
const ORDER: BrokerOrder = {
  ...{
    id: 'o',
    clientOrderId: 'ours-1',
    symbol: 'AAPL',
    assetClass: 'us_equity',
    side: 'buy',
    type: 'limit',
    orderClass: 'bracket',
  },
  ...{
    timeInForce: 'day',
    extendedHours: true,
    status: 'pondering',
    quantity: quantityFromShares(10),
    filled: quantityFromShares(4),
  },
  ...{ averageFillPrice: '190.05', limit: priceFromDollars(190.1), stop: null, replaces: null, replacedBy: null },
  ...{ submittedAt: '2026-11-27T14:31:00Z', updatedAt: null, legs: [] },
};

describe('an account in words', () => {
  it('has its amounts to the cent, and says what keeps it from trading', () => {
    expect(accountText('Alpaca, LIVE', ACCOUNT)).toContain('Alpaca, LIVE: account PA1, ACTIVE\n');
    expect(accountText('x', ACCOUNT)).toMatch(/cash +−\$10\.50\n.*buying power +\$400,000\.00, 4 × margin/s);
    expect(accountText('x', ACCOUNT)).not.toContain('does not trade');
    expect(accountText('x', { ...ACCOUNT, blocks: ['trading_blocked'] })).toMatch(/does not trade +trading_blocked$/);
  });

  it('has positions with their sign, and makes up nothing that is not said', () => {
    expect(positionsText('x', [])).toBe('x: no positions');
    expect(positionsText('x', [POSITION])).toBe('x: 1 position\n  AAPL            -12 at 190.123456, now –');
  });

  it('has orders with their exits below them, in the words of the broker', () => {
    expect(ordersText('x', 'open', [])).toBe('x: no open orders');
    const leg = {
      ...ORDER,
      side: 'sell',
      type: 'stop',
      limit: null,
      stop: priceFromDollars(180),
      filled: quantityFromShares(0),
      status: 'held',
    };
    expect(ordersText('x', 'open', [{ ...ORDER, legs: [leg] }]).split('\n')).toEqual([
      'x: 1 order',
      '  buy 10 AAPL limit $190.10, day, extended hours: pondering, 4 filled at 190.05  2026-11-27T14:31:00Z  ours-1',
      '    sell 10 AAPL stop $180.00, day, extended hours: held  2026-11-27T14:31:00Z  ours-1',
    ]);
  });
});
