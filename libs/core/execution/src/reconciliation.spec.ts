import { describe, expect, it } from '@jest/globals';
import {
  cash,
  ids,
  LOOK_AT_CLOSE,
  priceFromDollars,
  quantity,
  quantityFromShares,
  requestIdOf,
  sharesOf,
  ticker,
  type AccountWord,
  type BreakEvent,
} from '@aitrader/model';
import { A, at, given, RULES, traded, type Given } from '../test/given-manager.ts';
import { entryBlock, openBreaks, positionOf } from './index.ts';

const B = ticker('B');
const dollars = (amount: number) => cash(amount * 1e6);
const holding = (shares: number, amount = 0): Partial<AccountWord> => ({
  cash: dollars(amount),
  positions: shares === 0 ? [] : [{ symbol: A, quantity: quantityFromShares(shares) }],
});
const block = (manager: Given, symbol = A) => entryBlock(manager.state(), symbol);
const open = (manager: Given) => openBreaks(manager.state()).map(({ id }) => id);
const tell = ({ kind, break: { id, quantity, cash: off } }: BreakEvent) => `${kind} ${id} ${sharesOf(quantity)} ${off / 1e6}`;

/** A manager that is held against its account. */
const reconciled = (more: Partial<AccountWord> = {}): Given => {
  const manager = given({ reconciliation: RULES });
  manager.account('09:00', more);
  return manager;
};
/** It holds 100 shares that it bought at 100 dollars in extended hours, under no exit that is known at the broker. */
const bought = (): Given => {
  const manager = reconciled();
  manager.take({ t: at('09:01') });
  manager.hear(0, undefined, 'execution', traded('e1', 100, 100));
  manager.hear(1, undefined, 'accepted');
  return manager;
};
const RESTING = [{ brokerId: 'b1', symbol: A, request: requestIdOf('o.target.1') }];

describe('an account', () => {
  it('has to be heard of before anything is entered', () => {
    const manager = given({ reconciliation: RULES });
    expect(manager.take({ t: at('09:01') })).toEqual([]);
    expect(block(manager)).toBe('account-unheard');
    manager.account('09:02');
    expect(block(manager)).toBeUndefined();
    expect(manager.take({ id: ids.order('p'), t: at('09:02') })).toHaveLength(1);
  });

  it('that cannot be heard lets nothing be entered until the next word on it, and exits be asked for', () => {
    const manager = reconciled();
    manager.take({ t: at('09:01') });
    manager.disconnect('09:01');
    expect(block(manager, B)).toBe('disconnected');
    expect(manager.hear(0, undefined, 'execution', traded('e1', 100, 100))).toEqual(['target sell 100 @ 104 simple extended']);
    manager.account('09:03', holding(100, -10_000));
    expect(block(manager, B)).toBeUndefined();
  });

  it('that holds something from before keeps it, in a symbol that is not entered', () => {
    const manager = reconciled(holding(-7));
    manager.account('09:01', holding(-7));
    manager.account('09:02', holding(-7));
    expect([block(manager), block(manager, B)]).toEqual(['foreign-position', undefined]);
    expect(open(manager)).toEqual([]);
    // somebody else trades it
    manager.account('09:03', holding(-8));
    manager.account('09:04', holding(-8));
    expect(open(manager)).toEqual(['position.A.1']);
  });

  it('is believed of what is from before at the first word alone', () => {
    const manager = given();
    manager.take({ t: at('09:01') });
    manager.hear(0, undefined, 'execution', traded('e1', 100, 100));
    const late = given({ reconciliation: RULES });
    late.state().byRequest.set(requestIdOf('x'), null);
    late.account('09:02', holding(5));
    expect(block(late)).toBe('account-differs');
  });
});

describe('a difference of positions', () => {
  it('blocks its symbol at once, is a break by the second word that says the same, and ends when the trade is told', () => {
    const manager = bought();
    manager.account('09:05', { ...holding(60, -6_000), orders: RESTING });
    expect([block(manager), block(manager, B), open(manager)]).toEqual(['account-differs', undefined, []]);
    manager.account('09:06', { ...holding(60, -6_000), orders: RESTING });
    expect([block(manager), block(manager, B), open(manager)]).toEqual(['break position.A.1', undefined, ['position.A.1']]);
    manager.restart();
    manager.hear(1, undefined, 'execution', traded('x1', 40, 100));
    manager.account('09:07', { ...holding(60, -6_000), orders: RESTING });
    expect(open(manager)).toEqual(['position.A.1']);
    manager.account('09:08', { ...holding(60, -6_000), orders: RESTING });
    expect([block(manager), open(manager)]).toEqual([undefined, []]);
    manager.bar('09:09');
    expect(manager.breaks.map(tell)).toEqual(['opened position.A.1 -40 4000', 'agreed position.A.1 -40 4000']);
    // the next one is another
    manager.account('09:10', { ...holding(61, -6_000), orders: RESTING });
    manager.account('09:11', { ...holding(61, -6_000), orders: RESTING });
    expect(open(manager)).toEqual(['position.A.2']);
  });

  it('is a break at once by the word at the close, and ends at once by the next one', () => {
    const manager = bought();
    manager.account('16:00', { word: LOOK_AT_CLOSE, ...holding(60, -6_000), orders: RESTING });
    expect(open(manager)).toEqual(['position.A.1']);
    manager.hear(1, undefined, 'execution', traded('x1', 40, 100));
    manager.account('17:00', { word: LOOK_AT_CLOSE, ...holding(60, -6_000), orders: RESTING });
    expect([block(manager), open(manager)]).toEqual([undefined, []]);
  });

  it('is a break by the word at the close though words kept coming on the symbol', () => {
    const manager = bought();
    manager.account('15:59', { ...holding(60, -6_000), orders: RESTING });
    manager.hear(1, undefined, 'filled');
    manager.account('16:00', { word: LOOK_AT_CLOSE, ...holding(70, -7_000), orders: RESTING });
    expect(open(manager)).toContain('position.A.1');
  });

  it('is written off by an operator: what is held is what the account has, under exits for just that', () => {
    const manager = bought();
    manager.hear(1, undefined, 'new');
    const gone = { ...holding(60, -6_000), orders: RESTING };
    manager.account('09:05', gone);
    manager.account('09:06', gone);
    const off = { symbol: A, quantity: quantityFromShares(40), price: priceFromDollars(0) };
    const word = { about: 'position.A.1', writeOffs: [off] };
    expect(manager.control('close-break', '09:06', word)).toEqual(['cancel o.target.1 as b1']);
    expect([block(manager), open(manager), sharesOf(quantity(positionOf(manager.state(), A)))]).toEqual([undefined, [], 60]);
    // said again it takes nothing more
    expect(manager.control('close-break', '09:06', word)).toEqual([]);
    manager.restart();
    expect(manager.hear(1, undefined, 'canceled')).toEqual(['target sell 60 @ 104 simple extended']);
    manager.hear(2, undefined, 'new');
    const rest = { ...holding(60, -6_000), orders: [{ brokerId: 'b2', symbol: A, request: null }] };
    manager.account('09:07', rest);
    manager.account('09:08', rest);
    expect([block(manager), open(manager)]).toEqual([undefined, []]);
    manager.bar('09:09');
    expect(manager.breaks.map(tell)).toEqual(['opened position.A.1 -40 4000', 'closed position.A.1 -40 4000']);
  });

  it('is none when the trade was under way', () => {
    const manager = bought();
    manager.account('09:05', { ...holding(60, -6_000), orders: RESTING });
    manager.hear(1, undefined, 'execution', traded('x1', 10, 100));
    expect(block(manager)).toBe('account-differs');
    manager.hear(1, undefined, 'execution', traded('x2', 30, 100));
    expect(block(manager)).toBeUndefined();
    manager.bar('09:06');
    expect(manager.breaks).toEqual([]);
  });

  it('is none when the account was looked at before a trade that is told before it', () => {
    const manager = bought();
    manager.hear(1, undefined, 'execution', traded('x1', 10, 100));
    manager.account('09:05', { ...holding(100, -10_000), orders: RESTING });
    expect(block(manager)).toBeUndefined();
    manager.account('09:06', { ...holding(100, -10_000), orders: RESTING });
    expect(block(manager)).toBe('account-differs');
  });

  it('is no break while words keep coming on the symbol, until its time is up', () => {
    const manager = bought();
    for (const clock of ['09:05', '09:06', '09:07', '09:08', '09:09']) {
      manager.account(clock, { ...holding(60, -6_000), orders: RESTING });
      manager.hear(1, undefined, 'filled');
    }
    expect(open(manager)).toEqual([]);
    manager.account('09:10', { ...holding(60, -6_000), orders: RESTING });
    expect(openBreaks(manager.state())).toMatchObject([{ id: 'position.A.1', since: at('09:05'), deadline: at('09:10') }]);
    manager.bar('09:11');
    manager.bar('09:12');
    expect(manager.breaks.map(tell)).toEqual(['opened position.A.1 -40 4000', 'overdue position.A.1 -40 4000']);
  });

  it('stays the same break when it becomes another amount', () => {
    const manager = bought();
    for (const [clock, shares] of [
      ['09:05', 60],
      ['09:06', 60],
      ['09:07', 50],
      ['09:08', 50],
    ] as const)
      manager.account(clock, { ...holding(shares), orders: RESTING });
    manager.bar('09:09');
    expect(manager.breaks.map(tell)).toEqual(['opened position.A.1 -40 10000', 'changed position.A.1 -50 10000']);
  });

  it('lets nothing be sold that the broker does not have, and leaves exits at work', () => {
    const manager = bought();
    manager.account('09:05', { ...holding(60, -6_000), orders: RESTING });
    manager.account('09:06', { ...holding(60, -6_000), orders: RESTING });
    expect(manager.bar('09:07', { open: 100 })).toEqual([]);
    expect(manager.hear(1, undefined, 'canceled')).toEqual(['target sell 60 @ 104 simple extended']);
    expect(manager.hear(2, undefined, 'canceled')).toEqual(['target sell 60 @ 104 simple extended']);
    expect(manager.bar('09:08', { open: 97 })).toEqual(['cancel o.target.3 as ?']);
    expect(manager.hear(3, undefined, 'canceled')).toEqual(['stop sell 60 @ 96.52 simple extended']);
  });
});

describe('orders at the broker', () => {
  it('that are not ours are a break when they are seen twice', () => {
    const manager = reconciled();
    const orders = [{ brokerId: 'z9', symbol: A, request: null }];
    manager.account('09:01', { orders });
    expect([block(manager), block(manager, B)]).toEqual(['account-differs', undefined]);
    manager.account('09:02', { orders });
    expect(openBreaks(manager.state())).toMatchObject([{ id: 'stranger.A.1', about: 'z9', quantity: 0, cash: 0 }]);
    manager.account('09:03');
    manager.account('09:04');
    expect(open(manager)).toEqual([]);
  });

  it('that are ours and unknown yet are not', () => {
    const manager = reconciled();
    manager.take({ t: at('09:01') });
    const orders = [{ brokerId: 'b0', symbol: A, request: requestIdOf('o.entry.0') }];
    manager.account('09:02', { orders });
    manager.account('09:03', { orders });
    expect(open(manager)).toEqual([]);
    // and it was refused, for all that we know
    manager.hear(0, undefined, 'refused', { brokerId: null });
    manager.account('09:04', { orders });
    manager.account('09:05', { orders });
    expect(open(manager)).toEqual(['stranger.A.1']);
  });

  it('that should be there and are not are a break, until what became of them is told', () => {
    const manager = bought();
    manager.account('09:05', holding(100, -10_000));
    manager.account('09:06', holding(100, -10_000));
    expect(openBreaks(manager.state())).toMatchObject([{ id: 'missing.A.1', about: 'b1', quantity: quantityFromShares(100) }]);
    manager.hear(1, undefined, 'canceled');
    manager.hear(2, undefined, 'accepted');
    const orders = [{ brokerId: 'b2', symbol: A, request: requestIdOf('o.target.2') }];
    manager.account('09:07', { ...holding(100, -10_000), orders });
    manager.account('09:08', { ...holding(100, -10_000), orders });
    expect(open(manager)).toEqual([]);
  });
});

describe('an operator', () => {
  const close = (manager: Given, about: string) => manager.control('close-break', '09:20', { about });

  it('lets a symbol be entered beside what is held there from before', () => {
    const manager = reconciled({
      positions: [
        { symbol: A, quantity: quantityFromShares(5) },
        { symbol: B, quantity: quantityFromShares(6) },
      ],
    });
    manager.control('adopt', '09:01', { symbols: [B] });
    expect([block(manager), block(manager, B)]).toEqual(['foreign-position', undefined]);
    manager.control('adopt', '09:02');
    expect(block(manager)).toBeUndefined();
    // and what is adopted is not touched
    expect(manager.control('flatten', '09:03')).toEqual([]);
  });

  it('takes a difference of shares, and the cash that came with it, as they stand', () => {
    const manager = bought();
    for (const clock of ['09:05', '09:06']) manager.account(clock, { ...holding(160, -16_000), orders: RESTING });
    expect(open(manager)).toEqual(['position.A.1']);
    close(manager, 'position.A.2');
    expect(open(manager)).toEqual(['position.A.1']);
    close(manager, 'position.A.1');
    manager.bar('09:21', { open: 100 });
    expect(manager.breaks.at(-1)).toMatchObject({ kind: 'closed', actor: 'x', reason: 'y' });
    for (const clock of ['09:22', '09:23', '09:24']) manager.account(clock, { ...holding(160, -16_000), orders: RESTING });
    expect([open(manager), block(manager), block(manager, B)]).toEqual([[], 'foreign-position', undefined]);
    manager.control('adopt', '09:25', { symbols: [A] });
    expect(block(manager)).toBeUndefined();
  });

  it('says that shares are gone, which are not sold then', () => {
    const manager = bought();
    for (const clock of ['09:05', '09:06']) manager.account(clock, { ...holding(60, -6_000), orders: RESTING });
    close(manager, 'position.A.1');
    manager.account('09:21', { ...holding(60, -6_000), orders: RESTING });
    expect(open(manager)).toEqual([]);
    expect(manager.hear(1, undefined, 'canceled')).toEqual(['target sell 60 @ 104 simple extended']);
  });

  it('lets cash and a stranger be, and a missing order be over', () => {
    const manager = bought();
    const orders = [{ brokerId: 'z9', symbol: B, request: null }];
    for (const clock of ['09:05', '09:06']) manager.account(clock, { ...holding(100, -9_999), orders });
    expect(open(manager)).toEqual(['stranger.B.1', 'missing.A.1', 'cash.1']);
    close(manager, 'stranger.B.1');
    close(manager, 'cash.1');
    expect(close(manager, 'missing.A.1')).toEqual(['target sell 100 @ 104 simple extended']);
    manager.hear(2, undefined, 'accepted');
    const listed = [...orders, { brokerId: 'b2', symbol: A, request: requestIdOf('o.target.2') }];
    for (const clock of ['09:21', '09:22']) manager.account(clock, { ...holding(100, -9_999), orders: listed });
    expect([open(manager), block(manager), block(manager, B)]).toEqual([[], undefined, undefined]);
    // a stranger that went and came is another
    for (const clock of ['09:23', '09:24', '09:25'])
      manager.account(clock, { ...holding(100, -9_999), orders: clock === '09:23' ? listed.slice(1) : listed });
    expect(open(manager)).toEqual(['stranger.B.2']);
    // and the order that was missing was there
    expect(manager.hear(1, undefined, 'new')).toEqual(['cancel o.target.2 as b2']);
  });
});

describe('a difference of cash', () => {
  it('beyond what is let pass is a break that blocks every entry', () => {
    const manager = given({ reconciliation: { ...RULES, cashDriftMax: dollars(1), cashDriftBp: 2 } });
    manager.account('09:00', { cash: dollars(50_000) });
    manager.take({ t: at('09:01') });
    manager.hear(0, undefined, 'execution', traded('e1', 100, 100));
    manager.hear(1, undefined, 'accepted');
    // a dollar, and 2 bp of 10,000 dollars: three
    manager.account('09:05', { ...holding(100, 39_997), orders: RESTING });
    manager.account('09:06', { ...holding(100, 39_997), orders: RESTING });
    expect(open(manager)).toEqual([]);
    manager.account('09:07', { ...holding(100, 39_996.99), orders: RESTING });
    expect(block(manager, B)).toBeUndefined();
    manager.account('09:08', { ...holding(100, 39_996.99), orders: RESTING });
    expect([open(manager), block(manager, B)]).toEqual([['cash.1'], 'break cash.1']);
    manager.bar('09:09');
    expect(manager.breaks.map(tell)).toEqual(['opened cash.1 0 -3.01']);
  });

  it('is held against shorts, fees, corrections and busts too', () => {
    const manager = reconciled();
    const exits = { stop: priceFromDollars(102), target: priceFromDollars(96) };
    manager.take({ t: at('09:01'), side: 'sell', ...exits });
    const fee = { fee: cash(500_000) };
    const executed = (told: ReturnType<typeof traded>) => ({
      execution: told.execution === null ? null : { ...told.execution, ...fee },
    });
    manager.hear(0, undefined, 'execution', executed(traded('e1', 60, 100)));
    manager.hear(0, undefined, 'execution', executed(traded('e2', 40, 100)));
    manager.hear(0, undefined, 'correction', executed(traded('e3', 60, 101, 'e1')));
    manager.hear(0, undefined, 'bust', traded('e4', 40, 100, 'e2'));
    for (const clock of ['09:02', '09:03']) manager.account(clock, holding(-60, 60 * 101 - 0.5));
    expect(open(manager).filter((id) => !id.startsWith('missing'))).toEqual([]);
  });
});
