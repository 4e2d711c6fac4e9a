import { describe, expect, it } from '@jest/globals';
import { cash, price, ticker } from '@aitrader/model';
import { ToldExchange } from '../test/told-exchange.ts';
import { accountFigures, heldForOrders, replaceOrder } from './index.ts';

const still = [100, 100, 100, 100] as const;
const dollars = (amount: number) => cash(amount * 1_000_000);

describe('the account', () => {
  it('has four times its equity to buy with, less what it holds and has ordered', () => {
    const exchange = new ToldExchange(10);
    expect(accountFigures(exchange.state)).toMatchObject({ multiplier: 4, buyingPower: dollars(400_000), shortingEnabled: true });
    exchange.order({ qty: '500' });
    exchange.minute(still);
    exchange.order({ qty: '100', type: 'limit', limitPrice: '90' });
    exchange.minute([110, 110, 110, 110]);
    // equity 105,000 of which 55,000 are held; 9,000 are ordered
    expect(accountFigures(exchange.state)).toEqual({
      equity: dollars(105_000),
      cash: dollars(50_000),
      longValue: dollars(55_000),
      shortValue: dollars(0),
      initialMargin: dollars(27_500),
      maintenanceMargin: dollars(16_500),
      multiplier: 4,
      buyingPower: dollars(4 * 105_000 - 55_000 - 9_000),
      regtBuyingPower: dollars(2 * 105_000 - 55_000 - 9_000),
      nonMarginable: dollars(105_000 - 55_000 - 9_000),
      shortingEnabled: true,
    });
  });

  it('owes what it sold short, and holds 103 % of a short sale', () => {
    const exchange = new ToldExchange(10);
    exchange.order({ side: 'sell', qty: '100' });
    expect(exchange.state.reserved).toBe(dollars(10_300));
    exchange.minute(still);
    exchange.minute([90, 90, 90, 90]);
    expect(accountFigures(exchange.state)).toMatchObject({
      equity: dollars(101_000),
      cash: dollars(110_000),
      shortValue: dollars(-9_000),
      maintenanceMargin: dollars(2_700),
    });
  });

  it('holds as much of a short sale that replaces another one as of a new one', () => {
    const exchange = new ToldExchange(10);
    const { id } = exchange.taken({ side: 'sell', qty: '100', type: 'limit', limitPrice: '110' });
    expect(exchange.state.reserved).toBe(dollars(11_000));
    replaceOrder(exchange.state, id, { limitPrice: '101' }, []);
    expect(exchange.state.reserved).toBe(dollars(10_300));
  });

  it('holds more than the price for a market order, less in percent for a dear share', () => {
    const exchange = new ToldExchange(10);
    exchange.order({ qty: '1' });
    expect(exchange.state.reserved).toBe(dollars(102.5));
    exchange.minute([40, 40, 40, 40]);
    exchange.order({ qty: '1' });
    expect(exchange.state.reserved).toBe(dollars(41.6));
  });

  it('has no margin and sells nothing short below 2,000 dollars', () => {
    const exchange = new ToldExchange(10);
    exchange.order({ qty: '3900' });
    exchange.minute([...still, 10_000]);
    exchange.minute([74.7, 74.7, 74.7, 74.7]);
    const { equity, multiplier, shortingEnabled } = accountFigures(exchange.state);
    expect({ equity, multiplier, shortingEnabled }).toEqual({ equity: dollars(1_330), multiplier: 1, shortingEnabled: false });
  });

  it('compares today with the last prices of the trade date before', () => {
    const exchange = new ToldExchange(15);
    exchange.order();
    exchange.minute(still);
    exchange.until(19, 0, [104, 104, 104, 104]);
    expect(exchange.state.lastDayPrice.size).toBe(0);
    exchange.until(4, 1, [105, 105, 105, 105], '2026-01-06');
    expect(exchange.state.lastDayPrice.get(ticker('A'))).toBe(price(1_040_000));
    expect(exchange.state.lastEquity).toBe(dollars(100_040));
  });

  it('counts the shares that orders are to close once for a pair of exits', () => {
    const exchange = new ToldExchange(10);
    exchange.order();
    exchange.minute(still);
    const exits = { takeProfit: { limitPrice: '110' }, stopLoss: { stopPrice: '90' } };
    exchange.order({ side: 'sell', qty: '6', type: 'limit', orderClass: 'oco', ...exits });
    exchange.order({ side: 'sell', qty: '3', type: 'limit', limitPrice: '120' });
    expect(heldForOrders(exchange.state, ticker('A')).quantity).toBe(9e9);
  });
});
