import { describe, expect, it } from '@jest/globals';
import { deserialize, serialize } from 'node:v8';
import {
  cashFromDollars,
  item,
  newControl,
  sharesOf,
  type Order,
  type RiskDecision,
  type RiskRules,
  type Trip,
} from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { eventOf, fillOf, givenRisk, LIMITS, MONDAY, type Desk } from '../test/given-risk.ts';
import { riskStage, type RiskState } from './index.ts';

const TUESDAY = '2025-01-07';
const OPEN = 9 * 60 + 31;

/** A desk that holds 200 shares of AAPL, bought at 100 dollars, of 100,000: a dollar a share is 0.2 %. */
function givenAPosition(limits: Partial<RiskRules> = {}): { desk: Desk; order: Order } {
  const desk = givenRisk({ drawdownFractionHalt: 0.5, ...limits });
  const order = item(desk.minute({ closes: { AAPL: 100 }, signals: [{ of: 'AAPL' }] }).orders, 0);
  desk.minute({ closes: { AAPL: 100 }, fills: [fillOf(order, 100)], events: [eventOf(order, 'entry', 'filled')] });
  return { desk, order };
}
const ids = ({ trips }: RiskDecision): readonly string[] => trips.map(({ id }) => id);
const at = (minute: number, date = MONDAY): number => newYorkInstant(date, minute);

describe('a trip', () => {
  it('of an operator is on record with who, why and since when, and every denial names it', () => {
    const desk = givenRisk();
    desk.minute({ closes: { AAPL: 100 } });
    const halt = newControl('halt', desk.state.t, 'ada', 'news');
    const halted = desk.minute({ closes: { AAPL: 100 }, commands: [halt], signals: [{ of: 'AAPL' }] });
    const id = `halt.${at(601)}.1`;
    expect(halted.trips).toEqual([{ id, kind: 'halt', t: at(601), by: 'ada', reason: 'news', value: 0, limit: 0 }]);
    expect(halted.denials).toMatchObject([{ gate: 'TRADING_STATE', trip: id }]);
    expect(desk.minute({ closes: { AAPL: 100 }, signals: [{ of: 'AAPL' }] }).denials).toMatchObject([{ trip: id }]);
  });

  it('of a kind that stands already is the first one, and of another kind one more', () => {
    const desk = givenRisk();
    expect(ids(desk.minute({ commands: ['halt'] }))).toEqual([`halt.${at(600)}.1`]);
    expect(ids(desk.minute({ commands: ['halt', 'reduce-only'] }))).toEqual([`halt.${at(600)}.1`, `reduce-only.${at(601)}.2`]);
  });

  it('is named once for ever: the same command after a resume is another trip', () => {
    const desk = givenRisk();
    expect(ids(desk.minute({ commands: ['halt', 'resume', 'halt'] }))).toEqual([`halt.${at(600)}.2`]);
    expect(ids(desk.minute({ commands: ['resume'] }))).toEqual([]);
  });

  it('names no denial that it did not cause', () => {
    const desk = givenRisk();
    const { denials } = desk.minute({ closes: { AAPL: 100 }, signals: [{ of: 'AAPL', mean: -1 }] });
    expect(denials).toMatchObject([{ gate: 'EDGE_NET', trip: '' }]);
  });

  it('survives being stored and restored, and the run after it, with its id, until it is resumed from', () => {
    const { desk } = givenAPosition({ drawdownFractionHalt: 0.02 });
    const tripped = desk.minute({ closes: { AAPL: 90 } });
    const id = `drawdown.${at(602)}.1`;
    expect(tripped.trips).toMatchObject([{ id, kind: 'drawdown', by: 'risk', value: 20_000, limit: 20_000 }]);
    desk.state = deserialize(serialize(desk.state)) as RiskState;
    desk.state = riskStage.goOn({ ...LIMITS, drawdownFractionHalt: 0.5 }, [desk.state], () => true);
    const next = desk.minute({ on: TUESDAY, at: OPEN, closes: { IBM: 100 }, signals: [{ of: 'IBM' }] });
    expect(next).toMatchObject({ orders: [], denials: [{ gate: 'TRADING_STATE', trip: id }], trips: tripped.trips });
    const resumed = desk.minute({ on: TUESDAY, closes: { IBM: 100 }, commands: ['resume'], signals: [{ of: 'IBM' }] });
    expect(resumed).toMatchObject({ trips: [], orders: [{ symbol: 'IBM' }] });
  });

  it('goes over from an account of before trips had ids', () => {
    const { trips: _, tripped: __, ...before } = givenRisk().state;
    const follow = (halt: string | null, haltedBy: unknown): readonly Trip[] =>
      riskStage.goOn(LIMITS, [{ ...before, halt, haltedBy } as unknown as RiskState], () => true).trips;
    expect(follow('drawdown', null)).toMatchObject([{ id: 'drawdown.0.1', kind: 'drawdown', by: 'risk' }]);
    expect(follow('operator', { t: 5, kind: 'halt', actor: 'ada' })).toMatchObject([{ id: 'halt.0.1', kind: 'halt', by: 'ada' }]);
    expect(follow(null, null)).toEqual([]);
  });
});

describe('the loss of a day', () => {
  const limits: Partial<RiskRules> = { dailyLossFractionHalt: 0.01 };

  it('halts at its limit of the equity that the date began with, not before', () => {
    const { desk } = givenAPosition(limits);
    expect(desk.minute({ closes: { AAPL: 95.01 } }).trips).toEqual([]);
    const { trips } = desk.minute({ closes: { AAPL: 95 } });
    const id = `daily-loss.${at(603)}.1`;
    expect(trips).toEqual([{ id, kind: 'daily-loss', t: at(603), by: 'risk', reason: '', value: 10_000, limit: 10_000 }]);
  });

  it('is counted from the end of the date before, the gap overnight with it', () => {
    const { desk } = givenAPosition(limits);
    desk.minute({ closes: { AAPL: 96 } });
    // 0.8 % was lost yesterday; of 99,200 dollars 1 % is 4.96 a share
    expect(desk.minute({ on: TUESDAY, at: OPEN, closes: { AAPL: 91.05 } }).trips).toEqual([]);
    expect(desk.minute({ on: TUESDAY, closes: { AAPL: 91.04 } }).trips).toMatchObject([{ kind: 'daily-loss', value: 10_000 }]);
  });

  it('stays halted on the next date, and is forgiven by a resume: it is counted from then on', () => {
    const { desk } = givenAPosition(limits);
    const [id] = ids(desk.minute({ closes: { AAPL: 95 } }));
    const next = desk.minute({ on: TUESDAY, at: OPEN, closes: { AAPL: 95, IBM: 100 }, signals: [{ of: 'IBM' }] });
    expect(next).toMatchObject({ orders: [], denials: [{ trip: id }] });
    expect(ids(desk.minute({ on: TUESDAY, closes: { AAPL: 91 }, commands: ['resume'] }))).toEqual([]);
    expect(ids(desk.minute({ on: TUESDAY, closes: { AAPL: 90 } }))).toEqual([`daily-loss.${at(OPEN + 2, TUESDAY)}.2`]);
  });

  it('is over with the next date only where that is configured', () => {
    const { desk } = givenAPosition({ ...limits, dailyLossUntil: 'next-date' });
    expect(desk.minute({ closes: { AAPL: 95 } }).trips).toHaveLength(1);
    expect(desk.minute({ closes: { AAPL: 96 } }).trips).toHaveLength(1);
    expect(desk.minute({ on: TUESDAY, at: OPEN, closes: { AAPL: 96 } }).trips).toEqual([]);
  });

  it('is nothing where there is no limit', () => {
    const { desk } = givenAPosition({ drawdownFractionHalt: 1 });
    expect(desk.minute({ closes: { AAPL: 1 } }).trips).toEqual([]);
  });
});

describe('a drawdown between its two limits', () => {
  const sizedAt = (close: number, drawdownFractionSoft: number | null): number => {
    const { desk } = givenAPosition({ drawdownFractionSoft, drawdownFractionHalt: 0.03 });
    const { orders } = desk.minute({ closes: { AAPL: close, IBM: 100 }, signals: [{ of: 'IBM' }] });
    return orders[0] === undefined ? 0 : sharesOf(orders[0].quantity);
  };

  it('cuts sizes in proportion to what is left up to the one that halts', () => {
    // 1 % is 5 dollars a share; what a symbol may take is 20 % of the equity
    expect(sizedAt(95, 0.01)).toBe(198);
    expect(sizedAt(90, 0.01)).toBe(98);
    expect(sizedAt(86, 0.01)).toBe(19);
    expect(sizedAt(85, 0.01)).toBe(0);
    expect(sizedAt(90, null)).toBe(196);
  });

  it('is on record at every order with what is left of its size', () => {
    const { desk } = givenAPosition({ drawdownFractionSoft: 0.01, drawdownFractionHalt: 0.03 });
    const { orders } = desk.minute({ closes: { AAPL: 90, IBM: 100 }, signals: [{ of: 'IBM' }] });
    const figures = orders[0]?.gates.filter(({ gate }) => ['DAILY_LOSS', 'DRAWDOWN', 'DRAWDOWN_SIZE'].includes(gate));
    expect(figures?.map(({ value, limit }) => [value, limit])).toEqual([
      [20_000, Number.MAX_SAFE_INTEGER - 2],
      [20_000, 29_999],
      [98e9, 1e9],
    ]);
    expect(orders[0]?.quantity).toBe(98e9);
  });
});

describe('what halts entries', () => {
  it('never halts an exit: what is held is booked out, and the loss is taken', () => {
    const { desk, order } = givenAPosition({ dailyLossFractionHalt: 0.01 });
    expect(desk.minute({ closes: { AAPL: 95 }, commands: ['halt'] }).trips).toHaveLength(2);
    const fills = [fillOf(order, 95, { leg: 'stop' })];
    const { account } = desk.minute({ fills, events: [eventOf(order, 'stop', 'filled')] });
    expect(account).toMatchObject({ gross: 0, realised: cashFromDollars(-1_000) });
  });
});
