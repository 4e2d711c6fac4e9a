import { describe, expect, it } from '@jest/globals';
import {
  cash,
  epochMs,
  ids,
  newExecutionReport,
  price,
  quantity,
  ticker,
  type Fill,
  type Leg,
  type Order,
} from '@aitrader/model';
import type { BrokerEvent } from '@aitrader/core-simulation';
import { applyBrokerEvent, heldBy, isOver, newWorkingOrder, noteOwn } from './index.ts';

const T = epochMs(1_767_000_000_000);
const A = ticker('A');
const ORDER: Order = {
  id: ids.order('o'),
  t: T,
  symbol: A,
  side: 'buy',
  quantity: quantity(100),
  type: 'market',
  timeInForce: 'day',
  reference: price(100),
  stop: price(90),
  target: price(110),
  exitAt: epochMs(T + 60_000),
  signalId: ids.signal('s'),
  gates: [],
};

const changed = (
  leg: Leg,
  kind: Exclude<BrokerEvent['kind'], 'executed' | 'filled' | 'busted' | 'corrected'>,
  left = 0,
): BrokerEvent => ({
  kind,
  t: T,
  orderId: ORDER.id,
  symbol: A,
  leg,
  remaining: quantity(left),
  reason: '',
});

function traded(
  id: string,
  leg: Leg,
  kind: 'executed' | 'filled' | 'busted' | 'corrected',
  of: number,
  left = 0,
  amends?: string,
): BrokerEvent {
  const fill: Fill = {
    id: ids.fill(id),
    t: T,
    orderId: ORDER.id,
    symbol: A,
    leg,
    side: leg === 'entry' ? 'buy' : 'sell',
    quantity: quantity(of),
    price: price(100),
    fee: cash(0),
    kind: kind === 'busted' ? 'bust' : kind === 'corrected' ? 'correction' : 'execution',
    amends: amends === undefined ? null : ids.fill(amends),
    pessimistic: false,
  };
  return { kind, t: T, orderId: ORDER.id, symbol: A, leg, remaining: quantity(left), reason: '', fill };
}

/** An order at work that was submitted and then heard these words; none of them may be refused. */
function after(...events: BrokerEvent[]) {
  const working = newWorkingOrder(ORDER);
  const report = newExecutionReport();
  expect(
    noteOwn(working, { t: T, leg: 'entry', kind: 'submitted', remaining: ORDER.quantity, reason: '' }, report),
  ).toBeUndefined();
  for (const event of events) expect(applyBrokerEvent(working, event, report)).toBeUndefined();
  return { working, report, told: report.events.map(({ leg, kind, remaining }) => `${leg} ${kind} ${remaining}`) };
}

describe('an order at work', () => {
  it('tells what was done to it, and every trade twice: as an event and as a fill', () => {
    const { working, report, told } = after(
      changed('entry', 'accepted', 100),
      traded('f1', 'entry', 'executed', 40, 60),
      traded('f2', 'entry', 'filled', 60),
    );
    expect(told).toEqual(['entry submitted 100', 'entry accepted 100', 'entry filled 60', 'entry filled 0']);
    expect(report.fills.map(({ id }) => id)).toEqual(['f1', 'f2']);
    expect(working.legs.entry).toEqual({ status: 'filled', filled: 100, remaining: 0 });
  });

  it('is over when it holds nothing and none of its legs is open', () => {
    const entered = [changed('entry', 'accepted', 100), traded('f1', 'entry', 'filled', 100), changed('stop', 'accepted', 100)];
    expect(isOver(after(...entered).working)).toBe(false);
    const exited = [...entered, changed('target', 'accepted', 100), traded('f2', 'target', 'filled', 100)];
    expect(isOver(after(...exited).working)).toBe(false);
    expect(isOver(after(...exited, changed('stop', 'canceled')).working)).toBe(true);
    expect(isOver(after(changed('entry', 'rejected')).working)).toBe(true);
  });

  it('counts an execution once, however often it is told', () => {
    const f1 = traded('f1', 'entry', 'executed', 40, 60);
    const { working, report } = after(changed('entry', 'accepted', 100), f1, f1);
    expect(heldBy(working)).toBe(40);
    expect(report.fills).toHaveLength(1);
  });

  it('reports no word twice, and takes nothing for open that is over', () => {
    const accepted = changed('entry', 'accepted', 100);
    const { working, told } = after(accepted, accepted, changed('entry', 'canceled'), accepted, changed('entry', 'canceled'));
    expect(told).toEqual(['entry submitted 100', 'entry accepted 100', 'entry canceled 0']);
    expect(working.legs.entry).toEqual({ status: 'canceled', filled: 0, remaining: 0 });
  });

  it('counts a trade that came before its order was accepted', () => {
    expect(after(traded('f1', 'entry', 'executed', 40, 60)).working.legs.entry).toEqual({
      status: 'accepted',
      filled: 40,
      remaining: 60,
    });
  });

  it('counts a trade that crossed a cancellation', () => {
    const { working } = after(changed('entry', 'canceled'), traded('f1', 'entry', 'executed', 40, 0));
    expect(working.legs.entry).toEqual({ status: 'canceled', filled: 40, remaining: 0 });
    expect(isOver(working)).toBe(false);
  });

  it('counts a trade of an order that seemed rejected, and takes it for alive', () => {
    const { working } = after(changed('entry', 'rejected'), traded('f1', 'entry', 'executed', 40, 60));
    expect(working.legs.entry).toEqual({ status: 'accepted', filled: 40, remaining: 60 });
  });

  it('puts trades that came in the wrong order together', () => {
    const { working } = after(traded('f2', 'entry', 'filled', 60), traded('f1', 'entry', 'executed', 40, 60));
    expect(working.legs.entry).toEqual({ status: 'filled', filled: 100, remaining: 0 });
  });

  it('holds nothing of a busted fill, and does not know whether the rest works again', () => {
    const { working, report, told } = after(
      traded('f1', 'entry', 'filled', 100),
      traded('b1', 'entry', 'busted', 100, 100, 'f1'),
    );
    expect(working.legs.entry).toEqual({ status: 'unknown', filled: 0, remaining: 100 });
    expect(told.at(-1)).toBe('entry unknown 100');
    expect(report.fills.at(-1)).toMatchObject({ kind: 'bust', amends: 'f1' });
  });

  it('does not count a busted execution again when it is told once more', () => {
    const f1 = traded('f1', 'entry', 'executed', 40, 60);
    const bust = traded('b1', 'entry', 'busted', 40, 60, 'f1');
    expect(heldBy(after(f1, bust, f1, bust).working)).toBe(0);
  });

  it('restates a corrected fill, by any of its ids', () => {
    const events = [
      traded('f1', 'entry', 'executed', 40, 60),
      traded('c1', 'entry', 'corrected', 30, 60, 'f1'),
      traded('c2', 'entry', 'corrected', 20, 60, 'c1'),
      traded('c3', 'entry', 'corrected', 10, 60, 'f1'),
    ];
    expect(heldBy(after(...events).working)).toBe(10);
  });

  it('refuses what cannot be, and stays as it was', () => {
    const { working, report } = after(changed('entry', 'accepted', 100), traded('f1', 'entry', 'executed', 40, 60));
    const before = JSON.stringify([working.legs, [...working.executions], [...working.heard], report]);
    expect(applyBrokerEvent(working, changed('target', 'replaced'), report)).toEqual({
      error: 'ILLEGAL_TRANSITION',
      status: 'new',
      event: 'replaced',
    });
    expect(applyBrokerEvent(working, traded('b1', 'entry', 'busted', 1, 0, 'f9'), report)).toEqual({
      error: 'EXECUTION_UNKNOWN',
      fill: 'b1',
      amends: 'f9',
    });
    expect(JSON.stringify([working.legs, [...working.executions], [...working.heard], report])).toBe(before);
  });

  it('stays at work while its fate is not known', () => {
    const working = newWorkingOrder(ORDER);
    const report = newExecutionReport();
    noteOwn(working, { t: T, leg: 'entry', kind: 'submitted', remaining: ORDER.quantity, reason: '' }, report);
    noteOwn(working, { t: T, leg: 'entry', kind: 'unknown', remaining: ORDER.quantity, reason: '' }, report);
    expect(isOver(working)).toBe(false);
    expect(report.events.at(-1)).toMatchObject({ kind: 'unknown', remaining: 100 });
  });
});
