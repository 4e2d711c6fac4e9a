import { describe, expect, it } from '@jest/globals';
import { cash, COSTS_BEFORE_KEYS, ids, newExecutionReport, type OrderId, type RiskDecision } from '@aitrader/model';
import { A, at, filledBracket, given, order, sliceOf, tellReport, traded } from '../test/given-manager.ts';
import { isSettled, simulatedExecutionStage } from './index.ts';

describe('an order that is left before its time', () => {
  it('has its exits called off, and what they were for closed once they have ended', () => {
    const manager = filledBracket();
    expect(manager.leave('o')).toEqual(['cancel o.entry.0 as b0.target']);
    manager.restart();
    manager.hear(0, 'target', 'canceled');
    expect(manager.hear(0, 'stop', 'canceled')).toEqual(['time sell 100 @ 99.9 simple']);
    expect(manager.leave('o')).toEqual([]);
    manager.hear(1, undefined, 'execution', traded('x1', 100, 99.95));
    manager.bar('10:01', { open: 100 });
    expect([...manager.state().orders.values()].every(isSettled)).toBe(true);
    expect(manager.leave('o')).toEqual([]);
  });

  it('is entered no more, and what of it fills all the same is closed', () => {
    const manager = given();
    manager.take();
    manager.hear(0, undefined, 'new');
    expect(manager.leave('o')).toEqual(['cancel o.entry.0 as b0']);
    manager.hear(0, undefined, 'execution', traded('e1', 40, 100));
    expect(manager.hear(0, undefined, 'canceled')).toEqual(['time sell 40 @ 99.9 simple']);
  });

  it('leaves others alone, and enters nothing where it is not known', () => {
    const manager = filledBracket();
    manager.take({ id: ids.order('p') });
    const before = structuredClone(manager.state());
    expect(manager.leave('q')).toEqual([]);
    expect(manager.state()).toEqual(before);
    expect(manager.leave('p')).toEqual(['cancel p.entry.0 as ?']);
  });

  it('is left though a halt stands', () => {
    const manager = filledBracket();
    manager.control('halt', '10:00');
    expect(manager.leave('o')).toEqual(['cancel o.entry.0 as b0.target']);
  });
});

const NONE = cash(0);
const NOTHING_DECIDED: RiskDecision = {
  ...{ t: at('10:00'), trips: [], orders: [], exits: [], denials: [], forecast: null },
  account: {
    ...{ cash: NONE, equity: NONE, gross: NONE, reserved: NONE, realised: NONE, equityPeak: NONE },
    ...{ drawdownPpm: 0, tradingState: 'active' },
  },
};

describe('with the simulated broker', () => {
  const FREE = { halfSpreadBpRegular: 0, halfSpreadBpExtended: 0, impactBp: 0, participationMax: 1, feePerShareDollars: 0 };

  /** What is told of an order that is approved at 10:00 and may be left by a word of risk's at 10:02, with a bar of each minute or none. */
  function toldBy(opens: readonly (number | undefined)[], left: OrderId | undefined): readonly string[][] {
    const state = simulatedExecutionStage.initial({ ...FREE, ...COSTS_BEFORE_KEYS });
    return opens.map((open, i) => {
      const [t, before] = [at(`10:0${i + 1}`), at(`10:0${i}`)];
      const exits = left !== undefined && i >= 2 ? [{ t: before, orderId: left, symbol: A, reason: 'velocity gone' }] : [];
      const decision: RiskDecision = { ...NOTHING_DECIDED, t: before, orders: i === 0 ? [order()] : [], exits };
      const report = newExecutionReport();
      const bars = [sliceOf(t, open === undefined ? undefined : { open })];
      simulatedExecutionStage.apply(state, { t, bars, decision, control: [] }, report);
      return tellReport(report);
    });
  }

  it('what is held is closed at the next open, its other exits end, and the reason is told', () => {
    const [, quiet, left, after] = toldBy([100, 101, 101, 101], order().id);
    expect(quiet).toEqual([]);
    expect(left?.[0]).toBe('time submitted 100 (velocity gone)');
    expect(left).toContain('time execution sell 100 @ 101');
    // over it may be said again
    expect(after).toEqual([]);
    expect(toldBy([100, 101, 101, 101], ids.order('another')).flat()).toEqual(toldBy([100, 101, 101, 101], undefined).flat());
  });

  it('what has not entered is called off', () => {
    const said = toldBy([undefined, undefined, 100, 101], order().id);
    expect(said.slice(2)).toEqual([['entry canceled 0 (velocity gone)'], []]);
  });
});
