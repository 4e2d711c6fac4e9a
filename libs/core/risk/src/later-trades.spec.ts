import { describe, expect, it } from '@jest/globals';
import { cashFromDollars, epochMs, item, notional, priceFromDollars, quantityFromShares, ticker } from '@aitrader/model';
import { fillOf, givenRisk, type Desk } from '../test/given-risk.ts';
import { applyFill } from '@aitrader/core-portfolio';
import { forgetBefore, gainedSince, loseTrack, noteEntries, noteFills, type LaterTrades } from './later-trades.ts';

const CLOSES = { KO: 100, PG: 50 };
const entryLimits = { ...givenRisk().state.config.entryLimits, netNotionalFractionMax: 4 };

/** KO is entered in the first minute and PG in the second. */
function given(): Desk & { readonly trades: LaterTrades; readonly fill: (of: 'KO' | 'PG', at: number, exit?: number) => void } {
  const desk = givenRisk({ entryLimits });
  const trades: LaterTrades = new Map();
  const orders = (['KO', 'PG'] as const).map((of) => {
    const [order] = desk.minute({ closes: CLOSES, signals: [{ of }] }).orders;
    if (order === undefined) throw new Error(`no order in ${of}`);
    return order;
  });
  noteEntries(trades, orders);
  const fill = (of: 'KO' | 'PG', at: number, exit?: number): void => {
    const order = orders.find(({ symbol }) => symbol === of);
    if (order === undefined) throw new Error(of);
    const made = fillOf(order, at, exit === undefined ? {} : { leg: 'target', n: exit });
    applyFill(desk.state.ledger, made);
    noteFills(trades, [made]);
  };
  return { ...desk, trades, fill };
}
const at = (trades: LaterTrades, symbol: string): number =>
  [...trades.values()].find((one) => one.symbol === symbol)?.since ?? NaN;
const from = (t: number) => epochMs(t);

describe('what was entered later', () => {
  it('has gained what its fills brought and what is held of it is worth, each from its own order on', () => {
    const { trades, fill, state } = given();
    fill('KO', 100);
    fill('PG', 50);
    const [ko, pg] = [state.ledger.positions.get(ticker('KO')), state.ledger.positions.get(ticker('PG'))];
    if (ko === undefined || pg === undefined) throw new Error('nothing is held');
    fill('PG', 52, 1);
    const gained = notional(priceFromDollars(2), pg.quantity);
    expect(gainedSince(trades, state.ledger, from(at(trades, 'PG')))).toBe(gained);
    Object.assign(ko, { mark: priceFromDollars(99) });
    expect(gainedSince(trades, state.ledger, from(at(trades, 'KO')))).toBe(gained - notional(priceFromDollars(1), ko.quantity));
    expect(gainedSince(trades, state.ledger, from(at(trades, 'PG') + 1))).toBe(0);
    forgetBefore(trades, at(trades, 'PG'));
    expect([...trades.values()].map(({ symbol }) => symbol)).toEqual(['PG']);
  });

  it('has paid the fees of its fills, on the way in and on the way out', () => {
    const { trades, fill, state } = given();
    fill('KO', 100);
    const paid = (exit: number): void => {
      const [id, { symbol }] = item([...trades], 0);
      const order = { id, symbol, side: 'buy', quantity: quantityFromShares(1), t: state.t } as never;
      noteFills(trades, [{ ...fillOf(order, 100, exit === 0 ? {} : { leg: 'target', n: exit }), fee: cashFromDollars(3) }]);
    };
    const before = gainedSince(trades, state.ledger, from(at(trades, 'KO')));
    paid(0);
    paid(1);
    expect(gainedSince(trades, state.ledger, from(at(trades, 'KO')))).toBe(before - cashFromDollars(6));
  });

  it('is not known where a fill was amended, shares were restated, or what is held has no mark', () => {
    const cases: ((desk: ReturnType<typeof given>) => void)[] = [
      ({ trades }) => loseTrack(trades, ticker('PG')),
      ({ state }) => void state.ledger.positions.delete(ticker('PG')),
      ({ trades, state }) => {
        const [id] = [...trades].find(([, { symbol }]) => symbol === 'PG') ?? [];
        if (id === undefined) throw new Error('no order');
        const bust = {
          ...fillOf({ id, symbol: ticker('PG'), side: 'buy', quantity: quantityFromShares(1), t: state.t } as never, 50),
        };
        noteFills(trades, [{ ...bust, kind: 'bust' }]);
      },
    ];
    for (const change of cases) {
      const desk = given();
      desk.fill('KO', 100);
      desk.fill('PG', 50);
      const { trades, state } = desk;
      expect(gainedSince(trades, state.ledger, from(at(trades, 'PG')))).toBe(0);
      change(desk);
      expect(gainedSince(trades, state.ledger, from(at(trades, 'PG')))).toBeNaN();
    }
  });
});
