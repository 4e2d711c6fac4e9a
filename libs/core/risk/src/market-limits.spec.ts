/** Gates on prices, marks, the hour and what trades, each of which lets pass at its limit and refuses behind it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ENTRY_LIMITS_BEFORE_KEYS,
  item,
  priceFromDollars,
  sharesOf,
  type EntryLimits,
  type GateFigure,
  type RiskDecision,
  type RiskRules,
} from '@aitrader/model';
import { deserialize, serialize } from 'node:v8';
import { eventOf, fillOf, givenRisk, LIMITS, type Belief, type Desk, type Minute } from '../test/given-risk.ts';
import { riskStage, type RiskState } from './index.ts';

const UNKNOWN = Number.MAX_SAFE_INTEGER;
const given = (limits: Partial<EntryLimits>, rules: Partial<RiskRules> = {}): Desk =>
  givenRisk({ ...rules, entryLimits: { ...ENTRY_LIMITS_BEFORE_KEYS, ...limits } });

/** What a gate found of the one signal of AAPL, and the shares that were approved, or the gate that refused it. */
function found(gate: string, desk: Desk, minute: Minute = {}, belief: Partial<Belief> = {}): unknown {
  const { orders, denials } = desk.minute({ closes: { AAPL: 100 }, ...minute, signals: [{ of: 'AAPL', ...belief }] });
  return told(gate, orders, denials);
}
function told(gate: string, orders: RiskDecision['orders'], denials: RiskDecision['denials']): unknown {
  const figure = item([...orders, ...denials], 0).gates.find((one: GateFigure) => one.gate === gate);
  const [order] = orders;
  return [figure?.value, figure?.limit, order === undefined ? item(denials, 0).gate : sharesOf(order.quantity)];
}
const prices = (stop: number, target: number): Partial<Belief> => ({
  stop: priceFromDollars(stop),
  target: priceFromDollars(target),
});

describe('PRICE_COLLAR', () => {
  const after = (close: number, limits: Partial<EntryLimits> = { collarFractionMax: 0.02 }): unknown => {
    const desk = given(limits);
    desk.minute({ closes: { AAPL: 100 } });
    return found('PRICE_COLLAR', desk, { closes: { AAPL: close } });
  };
  it('passes a close within the collar of the one before, up or down, and refuses one outside of it', () => {
    expect(after(102)).toEqual([20_000, 20_000, 196]);
    expect(after(98)).toEqual([20_000, 20_000, 204]);
    expect(after(102.01)).toEqual([20_100, 20_000, 'PRICE_COLLAR']);
    expect(after(97.99)).toEqual([20_100, 20_000, 'PRICE_COLLAR']);
    expect(after(150, {})).toEqual([0, 0, 133]);
  });
  it('refuses a first close, with nothing to compare, and a state of before there was a close before', () => {
    expect(found('PRICE_COLLAR', given({ collarFractionMax: 0.02 }))).toEqual([UNKNOWN, 20_000, 'PRICE_COLLAR']);
    const desk = given({ collarFractionMax: 0.02 });
    desk.minute({ closes: { AAPL: 100 } });
    const { before: _, ...tape } = desk.state.tape;
    desk.state = riskStage.goOn(desk.state.config, [{ ...desk.state, tape } as RiskState], () => true);
    expect(found('PRICE_COLLAR', desk)).toEqual([0, 20_000, 200]);
  });
});

describe('PRICE_TICK', () => {
  it('wants both exits a step of the grid away once they are moved towards the entry', () => {
    expect(found('PRICE_TICK', given({}), {}, prices(99.99, 100.01))).toEqual([1, 1, 200]);
    expect(found('PRICE_TICK', given({}), {}, prices(99.985, 102))).toEqual([1, 1, 200]);
    expect(found('PRICE_TICK', given({}), {}, prices(99.995, 102))).toEqual([0, 1, 'PRICE_TICK']);
    expect(found('PRICE_TICK', given({}), {}, prices(99, 100.0099))).toEqual([0, 1, 'PRICE_TICK']);
    expect(found('PRICE_TICK', given({}), {}, { direction: -1, ...prices(100.01, 99.99) })).toEqual([1, 1, 200]);
    expect(found('PRICE_TICK', given({}), {}, { direction: -1, ...prices(100.005, 99) })).toEqual([0, 1, 'PRICE_TICK']);
  });
  it('counts in hundredths of cents below a dollar', () => {
    const cheap = { closes: { AAPL: 0.5 } };
    expect(found('PRICE_TICK', given({}), cheap, prices(0.4999, 0.5001))).toEqual([1, 1, 40_000]);
  });
  it('never lets pass what is on the wrong side, whatever the prices', () => {
    const some = fc.integer({ min: 1, max: 40_000 });
    fc.assert(
      fc.property(some, some, some, fc.constantFrom(1 as const, -1 as const), (reference, stop, target, direction) => {
        const desk = given({});
        const minute = { closes: { AAPL: reference / 10_000 } };
        const wanted = { direction, ...prices(stop / 10_000, target / 10_000) };
        const [value] = found('PRICE_TICK', desk, minute, wanted) as [number];
        const step = (price: number): number => (price >= 10_000 ? 100 : 1);
        const inner = (price: number, sign: number): number =>
          (sign > 0 ? Math.floor(price / step(price)) : Math.ceil(price / step(price))) * step(price);
        const isAsked = direction * (inner(target, direction) - reference) >= step(target);
        const isHeld = direction * (reference - inner(stop, -direction)) >= step(stop);
        expect(value >= 1).toBe(isAsked && isHeld);
      }),
    );
  });
});

describe('MARKS_AGE', () => {
  const holding = (limits: Partial<EntryLimits>): Desk => {
    const desk = given(limits);
    const order = item(desk.minute({ closes: { IBM: 100 }, signals: [{ of: 'IBM' }] }).orders, 0);
    desk.minute({ closes: { IBM: 100 }, fills: [fillOf(order, 100)], events: [eventOf(order, 'entry', 'filled')] });
    return desk;
  };
  it('refuses when the mark of anything held is too old, and passes when it is not, or nothing is held', () => {
    expect(found('MARKS_AGE', holding({ marksMinutesMax: 5 }), { at: 606 })).toEqual([5, 5, 200]);
    expect(found('MARKS_AGE', holding({ marksMinutesMax: 5 }), { at: 607 })).toEqual([6, 5, 'MARKS_AGE']);
    expect(found('MARKS_AGE', holding({}), { at: 660 })).toEqual([0, 0, 200]);
    expect(found('MARKS_AGE', given({ marksMinutesMax: 5 }))).toEqual([0, 5, 200]);
  });
  it('refuses when something is held that no price is known of', () => {
    const desk = holding({ marksMinutesMax: 5 });
    desk.state.tape.index.slots.delete('IBM' as never);
    expect(found('MARKS_AGE', desk)).toEqual([UNKNOWN, 5, 'MARKS_AGE']);
  });
});

describe('ORDER_TYPE', () => {
  type Hours = RiskRules['entryHours'];
  const inHours = (entryHours: Hours): unknown => found('ORDER_TYPE', given({}, { entryHours }));
  const after = (entryHours: Hours): unknown => found('ORDER_TYPE', given({}, { entryHours }), { at: 18 * 60 });
  const night = (entryHours: Hours): unknown =>
    found('ORDER_TYPE', given({}, { overnightAllowed: true, entryHours }), {
      on: '2026-11-01',
      at: 23 * 60,
      feed: 'alpaca/boats',
    });

  it('passes in regular hours', () => {
    expect(inHours('regular-hours')).toEqual([0, 0, 200]);
    expect(inHours('extended-hours')).toEqual([0, 1, 200]);
  });

  it('lets limits be before and after them, where there is something to trade in, and nothing at market', () => {
    expect(after('extended-hours')).toEqual([1, 1, 'SESSION']);
    expect(after('regular-hours')).toEqual([1, 0, 'SESSION']);
  });

  it('refuses at night where there is a broker', () => {
    expect(night('extended-hours')).toEqual([2, 1, 'ORDER_TYPE']);
    expect(night('any-hour')).toEqual([2, 2, 200]);
  });
});
describe('SYMBOL_MESSAGES', () => {
  it('counts orders and their events of a symbol within an hour, restored or not, and lets go after it', () => {
    const desk = given({ symbolMessagesMax: 4 });
    const order = item(desk.minute({ closes: { AAPL: 100 }, signals: [{ of: 'AAPL' }] }).orders, 0);
    desk.minute({ events: [eventOf(order, 'entry', 'submitted'), eventOf(order, 'entry', 'canceled')] });
    desk.state = deserialize(serialize(desk.state)) as RiskState;
    expect(found('SYMBOL_MESSAGES', desk)).toEqual([4, 4, 200]);
    const again = item(Array.from(desk.state.orders.keys()), 0);
    desk.minute({ events: [eventOf({ ...order, id: again }, 'entry', 'canceled')] });
    expect(found('SYMBOL_MESSAGES', desk)).toEqual([6, 4, 'SYMBOL_MESSAGES']);
    expect(found('SYMBOL_MESSAGES', desk, { at: 661 })).toEqual([3, 4, 200]);
  });
  it('is another count for each symbol', () => {
    const desk = given({ symbolMessagesMax: 1 });
    desk.minute({ closes: { IBM: 100 }, signals: [{ of: 'IBM' }] });
    expect(found('SYMBOL_MESSAGES', desk)).toEqual([1, 1, 200]);
  });
});

describe('EXIT_VOLUME', () => {
  const rules = { flattenMinutesBeforeClose: 5 };
  it('lets in what can leave in the minutes before the close, by the mean of a day', () => {
    const sized = (volume: number): unknown =>
      found('EXIT_VOLUME', given({ exitVolumeFractionMax: 0.5 }, rules), { closes: { AAPL: 100 }, volume });
    // half of five minutes of 390
    expect(sized(15_600)).toEqual([100e9, 1e9, 100]);
    expect(sized(156)).toEqual([1e9, 1e9, 'ORDER_NOTIONAL_MIN']);
    expect(sized(155)).toEqual([0, 1e9, 'EXIT_VOLUME']);
  });
  it('passes whatever trades where nothing is asked', () => {
    expect(found('EXIT_VOLUME', given({}, rules), { volume: 0 })).toEqual([UNKNOWN - 1, 1e9, 200]);
  });
});

describe('an account of before these were counted', () => {
  it('is gone on with, and counts from now on', () => {
    const { messages: _, ...pace } = givenRisk().state.pace;
    const state = riskStage.goOn(LIMITS, [{ ...givenRisk().state, pace } as RiskState], () => true);
    expect(state.pace.messages).toEqual(new Map());
  });
});
