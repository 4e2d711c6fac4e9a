import { describe, expect, it } from '@jest/globals';
import { cash, newControl, priceFromDollars, ticker, type CorporateAction, type Order } from '@aitrader/model';
import { tradeDateStart } from '@aitrader/core-market';
import { equityOf } from '@aitrader/core-portfolio';
import { eventOf, fillOf, givenRisk, type Desk } from '../test/given-risk.ts';
import { lastClose } from './tape.ts';
import { lastVolume } from './volumes.ts';

const TUESDAY = '2025-01-07';
const OPEN = 9 * 60 + 31;
const [A, B] = [ticker('AAPL'), ticker('B')];
const action = (more: Partial<CorporateAction> & Pick<CorporateAction, 'kind'>): CorporateAction => ({
  ...{ id: 'x', symbol: A, exAt: tradeDateStart(TUESDAY), payAt: tradeDateStart(TUESDAY) },
  ...{ newShares: 1, oldShares: 1, cash: cash(0), other: A },
  ...more,
});

/** Holds AAPL from Monday on, at 100 dollars, with another entry of it still at work; the actions are told on Monday. */
function overNight(actions: readonly CorporateAction[]): {
  readonly desk: Desk;
  readonly held: Order;
  readonly atWork: Order;
} {
  const desk = givenRisk({ regulation: 'none' });
  const [held] = desk.minute({ closes: { AAPL: 100 }, signals: [{ of: 'AAPL' }] }).orders;
  const [atWork] = desk.minute({ closes: { AAPL: 100, IBM: 50 }, signals: [{ of: 'IBM' }] }).orders;
  if (held === undefined || atWork === undefined) throw new Error('nothing was approved');
  desk.minute({ closes: { AAPL: 100 }, fills: [fillOf(held, 100)], events: [eventOf(held, 'entry', 'filled')] });
  desk.minute({ closes: { AAPL: 100 }, commands: [newControl('corporate-actions', desk.state.t, 'ingest', '', { actions })] });
  return { desk, held, atWork };
}
const shares = (desk: Desk, symbol: typeof A): number => (desk.state.ledger.positions.get(symbol)?.quantity ?? 0) / 1e9;

describe('what companies do to their shares', () => {
  it('is in force from its date on: of a split as many more shares are held, for what they were worth', () => {
    const { desk, held } = overNight([action({ kind: 'split', newShares: 4 })]);
    const before = [shares(desk, A), equityOf(desk.state.ledger)];
    expect(before[0]).toBe(held.quantity / 1e9);
    desk.minute({ on: TUESDAY, at: OPEN });
    expect([shares(desk, A), equityOf(desk.state.ledger)]).toEqual([4 * (before[0] ?? NaN), before[1]]);
    expect(desk.state.ledger.positions.get(A)?.mark).toBe(priceFromDollars(25));
    expect(lastClose(desk.state.tape, A)).toBe(priceFromDollars(25));
  });

  it('brings a dividend when it is paid, and the shares are worth less from its date on', () => {
    const paid = tradeDateStart('2025-01-08');
    const { desk } = overNight([action({ kind: 'cash-dividend', cash: cash(2e6), payAt: paid })]);
    const [held, had] = [shares(desk, A), desk.state.ledger.cash];
    desk.minute({ on: TUESDAY, at: OPEN });
    expect(desk.state.ledger.cash).toBe(had);
    desk.minute({ on: '2025-01-08', at: OPEN });
    expect(desk.state.ledger.cash).toBe(had + held * 2e6);
  });

  it('gives a position its new name, under which it blocks its symbol', () => {
    const { desk, held } = overNight([action({ kind: 'symbol-change', other: B })]);
    const before = shares(desk, A);
    const { denials, orders } = desk.minute({
      on: TUESDAY,
      at: OPEN,
      closes: { AAPL: 70, B: 100 },
      signals: [{ of: 'AAPL' }, { of: 'B' }],
    });
    expect([shares(desk, A), shares(desk, B)]).toEqual([0, before]);
    expect(desk.state.orders.get(held.id)?.symbol).toBe(B);
    expect(denials.map(({ symbol, gate }) => [symbol, gate])).toContainEqual([B, 'OPEN_EXPOSURE']);
    expect([...orders, ...denials.filter(({ gate }) => gate === 'OPEN_EXPOSURE')].map(({ symbol }) => symbol).sort()).toEqual([
      A,
      B,
    ]);
    // its exits are told under the new name, too
    const out = [fillOf({ ...held, symbol: B }, 100, { leg: 'target' })];
    desk.minute({ on: TUESDAY, fills: out, events: [eventOf({ ...held, symbol: B }, 'target', 'filled')] });
    expect(shares(desk, B)).toBe(0);
  });

  it('calls off what has not entered: nothing is held back for it any more', () => {
    const { desk, atWork } = overNight([action({ kind: 'split', symbol: ticker('IBM'), newShares: 2, other: ticker('IBM') })]);
    expect(desk.state.orders.get(atWork.id)?.reserved).toBeGreaterThan(0);
    desk.minute({ on: TUESDAY, at: OPEN });
    expect(desk.state.orders.get(atWork.id)).toMatchObject({ unfilled: 0, reserved: 0 });
  });

  it('has volumes of before forgotten: they count other shares', () => {
    const volumeAfter = (...actions: readonly CorporateAction[]): number => {
      const { desk } = overNight(actions);
      const { volumes, tape } = desk.state;
      volumes.last[tape.index.slots.get(A) ?? -1] = 500;
      desk.minute({ on: TUESDAY, at: OPEN, closes: { IBM: 50 } });
      return lastVolume(volumes, tape.index, A);
    };
    expect(volumeAfter()).toBe(500);
    // nothing of what trades now is known: no share of it may be entered
    expect(volumeAfter(action({ kind: 'split', newShares: 4 }))).toBe(0);
  });
});
