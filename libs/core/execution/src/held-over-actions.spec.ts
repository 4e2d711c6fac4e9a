import { describe, expect, it } from '@jest/globals';
import { cash, epochMs, quantityFromShares, requestIdOf, ticker, type CorporateAction, type Ticker } from '@aitrader/model';
import { tradeDateStart } from '@aitrader/core-market';
import { A, account, at, given, RULES, shares, tellReport, traded, word, type Given } from '../test/given-manager.ts';
import { entryBlock, openBreaks, positionOf, takeAccount } from './index.ts';

const B = ticker('B');
const NEXT = '2026-01-06';
const action = (more: Partial<CorporateAction> & Pick<CorporateAction, 'kind'>): CorporateAction => ({
  id: 'x',
  symbol: A,
  exAt: tradeDateStart(NEXT),
  payAt: tradeDateStart(NEXT),
  newShares: 1,
  oldShares: 1,
  cash: cash(0),
  other: A,
  ...more,
});
const SPLIT = action({ kind: 'split', newShares: 2 });
const RENAMED = action({ kind: 'symbol-change', other: B });
const position = (manager: Given, symbol: Ticker = A): number => shares(positionOf(manager.state(), symbol));

/** Holds 100 shares over the night before the actions are in force; its exits ended with the day. */
function overNight(...actions: readonly CorporateAction[]): Given {
  const manager = given({ reconciliation: RULES });
  manager.account('19:00', { positions: [{ symbol: ticker('F'), quantity: quantityFromShares(3) }] });
  manager.control('corporate-actions', '19:00', { actions });
  manager.take({ t: at('19:30'), exitAt: at('15:00', NEXT) });
  manager.hear(0, undefined, 'execution', { t: at('19:31'), ...traded('e1', 100, 100) });
  manager.bar('20:00', { open: 100 });
  manager.hear(1, undefined, 'expired');
  return manager;
}

describe('an order over a night with a corporate action', () => {
  it('works nothing: all that is asked for is good for its day', () => {
    const manager = overNight(SPLIT);
    expect(manager.asked.map((request) => (request.kind === 'submit' ? request.timeInForce : ''))).toEqual(['day', 'day']);
    expect(
      [...manager.state().orders.values()].flatMap(({ groups }) =>
        groups.flatMap(({ tickets }) => tickets.map(({ open }) => open)),
      ),
    ).toEqual([0, 0]);
  });

  it('holds what a split makes of it, under exits at the prices of after it', () => {
    const manager = overNight(SPLIT);
    expect(position(manager)).toBe(100);
    expect(manager.pass('04:01', NEXT)).toEqual(['target sell 200 @ 52 simple extended']);
    expect(position(manager)).toBe(200);
    manager.restart();
    // the stop is watched at 49
    expect(manager.passAt(epochMs(at('04:02', NEXT)), { open: 49.5 }).events).toHaveLength(0);
    manager.passAt(epochMs(at('04:03', NEXT)), { open: 48.9 });
    expect(manager.said(-1)).toEqual(['cancel o.target.2 as ?']);
    manager.hear(2, undefined, 'canceled');
    manager.hear(3, undefined, 'execution', traded('x1', 200, 48.8));
    expect(position(manager)).toBe(0);
  });

  it('goes on under the new symbol, and so does what was not said yet', () => {
    const manager = overNight(RENAMED);
    expect(manager.pass('04:01', NEXT)).toEqual(['target sell 100 @ 104 simple extended']);
    expect(manager.asked.at(-1)?.symbol).toBe(B);
    expect(manager.told.events.map(({ symbol }) => symbol)).toEqual(['B', 'B']);
    expect(tellReport(manager.told)).toEqual(['target expired 0', 'target submitted 100 (simple)']);
    expect([position(manager), position(manager, B)]).toEqual([0, 100]);
  });

  it('holds nothing any more of a company whose symbol another one takes', () => {
    const other = action({ kind: 'symbol-change', symbol: B, other: A });
    for (const taken of [other, action({ kind: 'new-listing' })]) {
      const manager = overNight(taken);
      expect(manager.pass('04:01', NEXT)).toEqual([]);
      expect(position(manager)).toBe(0);
    }
  });

  it('has lower exits after a dividend', () => {
    const manager = overNight(action({ kind: 'cash-dividend', cash: cash(1_000_000) }));
    expect(manager.pass('04:01', NEXT)).toEqual(['target sell 100 @ 103 simple extended']);
  });

  it('is held against an account that has followed the action too, what is beside our orders as well', () => {
    const F = ticker('F');
    const manager = overNight(SPLIT, action({ id: 'y', kind: 'split', newShares: 3, symbol: F, other: F }));
    manager.pass('04:01', NEXT);
    const positions = [
      { symbol: A, quantity: quantityFromShares(200) },
      { symbol: F, quantity: quantityFromShares(9) },
    ];
    const orders = [{ brokerId: 'b2', symbol: A, request: requestIdOf('o.target.2') }];
    manager.hear(2, undefined, 'accepted');
    for (const minute of [2, 3])
      takeAccount(
        manager.state(),
        account(epochMs(at('04:00', NEXT) + minute * 60_000), { cash: cash(-10_000e6), positions, orders }),
      );
    expect(openBreaks(manager.state())).toEqual([]);
    expect([entryBlock(manager.state(), A), entryBlock(manager.state(), F)]).toEqual([undefined, 'foreign-position']);
  });

  it('calls off an entry that would go on', () => {
    const manager = given();
    manager.control('corporate-actions', '19:00', { actions: [SPLIT] });
    manager.take({ t: at('19:59'), exitAt: at('15:00', NEXT) });
    manager.report(word('new', { request: requestIdOf('o.entry.0'), brokerId: 'b0' }));
    expect(manager.pass('04:01', NEXT)).toEqual(['cancel o.entry.0 as b0']);
  });
});
