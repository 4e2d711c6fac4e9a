import { describe, expect, it } from '@jest/globals';
import {
  cashFromDollars,
  ENTRY_LIMITS_BEFORE_KEYS,
  item,
  priceFromDollars,
  quantityFromShares,
  sharesOf,
  ticker,
  type AccountDoubt,
  type EntryLimits,
  type GateFigure,
  type RiskDecision,
  type RiskRules,
  type SimulationConfig,
} from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { eventOf, fillOf, FREE, givenRisk, MONDAY, type Belief, type Desk, type Minute } from '../test/given-risk.ts';

const given = (limits: Partial<EntryLimits>, rules: Partial<RiskRules> = {}): Desk =>
  givenRisk({ ...rules, entryLimits: { ...ENTRY_LIMITS_BEFORE_KEYS, ...limits } });
const closes = { AAPL: 100 };
const dollars = cashFromDollars;
/** What is recorded of a figure that nobody knows. */
const UNKNOWN = Number.MAX_SAFE_INTEGER;

/** What a gate found of the one signal of AAPL, whether that passed it, and the shares that were approved. */
function found(gate: string, desk: Desk, minute: Minute = {}, belief: Partial<Belief> = {}): unknown {
  return told(gate, desk.minute({ closes, ...minute, signals: [{ of: 'AAPL', ...belief }] }));
}
function told(gate: string, { orders, denials }: RiskDecision): unknown {
  const answer = item([...orders, ...denials], 0);
  const figure = answer.gates.find((one: GateFigure) => one.gate === gate);
  const [order] = orders;
  return [figure?.value, figure?.limit, order === undefined ? item(denials, 0).gate : sharesOf(order.quantity)];
}

describe('KILL_SWITCH', () => {
  it('names the command that stops the entries, until a resume', () => {
    const desk = given({});
    desk.minute({ commands: ['halt'] });
    const since = newYorkInstant(MONDAY, 600);
    expect(found('KILL_SWITCH', desk)).toEqual([since, 0, 'TRADING_STATE']);
    desk.minute({ commands: ['reduce-only'] });
    expect(found('KILL_SWITCH', desk)).toEqual([since, 0, 'TRADING_STATE']);
    expect(found('KILL_SWITCH', desk, { commands: ['resume'] })).toEqual([0, 0, 200]);
  });
});

describe('BARS_LATE', () => {
  it('refuses what rests on bars that were known too late', () => {
    expect(found('BARS_LATE', given({ barsLateMsMax: 500 }), { lateMs: 500 })).toEqual([500, 500, 200]);
    expect(found('BARS_LATE', given({ barsLateMsMax: 500 }), { lateMs: 501 })).toEqual([501, 500, 'BARS_LATE']);
  });
});

describe('FLEET_VERSIONS', () => {
  it('refuses signals of two models in one interval', () => {
    const of = (models: readonly string[]): unknown => {
      const signals = models.map((model, i) => ({ of: ['AAPL', 'IBM'][i] ?? '', model }));
      return given({})
        .minute({ closes: { AAPL: 100, IBM: 100 }, signals })
        .denials.map(({ gate, value }) => [gate, value]);
    };
    expect(of(['a/1', 'a/1'])).toEqual([]);
    expect(of(['a/1', 'a/2'])).toEqual([
      ['FLEET_VERSIONS', 2],
      ['FLEET_VERSIONS', 2],
    ]);
  });
});

describe('SESSION_PART', () => {
  const parts = { openMinutes: 15, closeMinutes: 30 };
  const entering = (at: number, on = 0): unknown => {
    const perSessionPartMax = { PRE: on, OPEN: 1, MIDDAY: 2, CLOSE: 3, POST: on, OVERNIGHT: on };
    return found('SESSION_PART', given({ ...parts, perSessionPartMax }), { at });
  };
  it('has a limit for each part of a session', () => {
    expect(entering(9 * 60 + 45)).toEqual([1, 1, 200]);
    expect(entering(9 * 60 + 46)).toEqual([1, 2, 200]);
    expect(entering(15 * 60 + 30)).toEqual([1, 2, 200]);
    expect(entering(15 * 60 + 31)).toEqual([1, 3, 200]);
    expect(entering(9 * 60 + 30)).toEqual([1, 0, 'SESSION']);
  });
  it('counts entries, and anew in the next part', () => {
    const perSessionPartMax = { ...ENTRY_LIMITS_BEFORE_KEYS.perSessionPartMax, OPEN: 1 };
    const desk = given({ ...parts, perSessionPartMax });
    const enter = (of: string, at: number): unknown =>
      told('SESSION_PART', desk.minute({ at, closes: { [of]: 100 }, signals: [{ of }] }));
    expect(enter('IBM', 580)).toEqual([1, 1, 200]);
    expect(enter('KO', 581)).toEqual([2, 1, 'SESSION_PART']);
    expect(enter('KO', 590)).toMatchObject([1, expect.any(Number), 200]);
  });
});

describe('SYMBOL_HALTED', () => {
  it('refuses a symbol that the exchange has halted, until it is heard again', () => {
    const desk = given({}, { stalenessMinutesMax: 10 });
    desk.minute({ closes });
    desk.minute({ closes: {}, halted: ['AAPL'] });
    expect(found('SYMBOL_HALTED', desk, { closes: {} })).toEqual([1, 0, 'SYMBOL_HALTED']);
    expect(found('SYMBOL_HALTED', desk)).toEqual([0, 0, 200]);
  });
});

describe('RESTRICTED', () => {
  it('refuses the symbols that are never entered', () => {
    expect(found('RESTRICTED', given({ restricted: ['IBM', 'AAPL'] }))).toEqual([2, 0, 'RESTRICTED']);
    expect(found('RESTRICTED', given({ restricted: ['IBM'] }))).toEqual([0, 0, 200]);
  });
});

describe('BORROW_RATE', () => {
  const short = { direction: -1 } as const;
  const at = (rate: number | undefined, most: number | null, belief: Partial<Belief> = short): unknown => {
    const { borrowRatePerYear: _, ...others } = FREE;
    const costs = rate === undefined ? others : { ...others, borrowRatePerYear: rate };
    return found('BORROW_RATE', given({ borrowRateMax: most }, { costs: costs as SimulationConfig }), {}, belief);
  };

  it('lets a short pass whose shares cost no more a year than the limit to borrow', () => {
    expect(at(0.07, 0.07)).toEqual([70_000, 70_000, 200]);
    expect(at(0.0157, 0.0157)).toEqual([15_700, 15_700, 200]);
    expect(at(0, 0)).toEqual([0, 0, 200]);
  });
  it('refuses one whose shares cost more, whatever is left of its edge after what they cost today', () => {
    expect(at(0.070001, 0.07)).toEqual([70_001, 70_000, 'BORROW_RATE']);
    expect(at(100, 0.07)).toEqual([100_000_000, 70_000, 'BORROW_RATE']);
  });
  it('refuses one whose rate nobody knows', () => {
    expect(at(undefined, 0.07)).toEqual([UNKNOWN, 70_000, 'BORROW_RATE']);
    expect(() => at(NaN, 0.07)).toThrow('risk limits must be finite and not negative: borrowRatePerYear,NaN');
  });
  it('lets a long pass, which borrows none, and all where nothing is limited', () => {
    expect(at(undefined, 0.07, {})).toEqual([0, 70_000, 200]);
    expect(at(0.5, null)).toEqual([0, 0, 200]);
  });
  it("holds an operator's short against the limit, too", () => {
    const desk = given({ borrowRateMax: 0.1 }, { costs: { ...FREE, borrowRatePerYear: 0.3 } });
    const asked = [{ of: 'AAPL', side: 'sell', stop: priceFromDollars(101), target: priceFromDollars(98) }] as const;
    expect(told('BORROW_RATE', desk.minute({ closes, asked }))).toEqual([300_000, 100_000, 'BORROW_RATE']);
    expect(told('BORROW_RATE', desk.minute({ closes, asked: [{ of: 'AAPL', id: 'long' }] }))).toEqual([0, 100_000, 100]);
  });
});

describe('QUARANTINED', () => {
  it('refuses on a bar that is not believed', () => {
    const desk = given({});
    desk.minute({ closes });
    expect(found('QUARANTINED', desk, { closes: {}, misprints: { AAPL: 150 } })).toEqual([1, 0, 'PRICE_SANITY']);
    expect(found('QUARANTINED', desk)).toEqual([0, 0, 200]);
  });
});

describe('DUPLICATE_INTENT', () => {
  it('refuses a signal that was approved before, also when its order is over', () => {
    const desk = given({}, { stalenessMinutesMax: 10 });
    const order = item(desk.minute({ closes, signals: [{ of: 'AAPL' }] }).orders, 0);
    desk.minute({ events: [eventOf(order, 'entry', 'canceled')] });
    expect(found('DUPLICATE_INTENT', desk, {}, { id: order.signalId, t: order.t })).toEqual([1, 0, 'DUPLICATE_INTENT']);
    expect(found('DUPLICATE_INTENT', desk)).toEqual([0, 0, 200]);
  });
});

describe('UNKNOWN_ORDERS', () => {
  it('refuses while the broker has not told of an order, and lets pass once it has', () => {
    const desk = given({ unknownOrdersMax: 0 });
    const order = item(desk.minute({ closes: { IBM: 100 }, signals: [{ of: 'IBM' }] }).orders, 0);
    desk.minute({ events: [eventOf(order, 'entry', 'unknown', 200)] });
    expect(found('UNKNOWN_ORDERS', desk)).toEqual([1, 0, 'UNKNOWN_ORDERS']);
    desk.minute({ events: [eventOf(order, 'entry', 'accepted', 200)] });
    expect(found('UNKNOWN_ORDERS', desk)).toEqual([0, 0, 200]);
  });

  it('refuses while execution does not know of one, though the same leg of another child of its order was told of', () => {
    const desk = given({ unknownOrdersMax: 0 });
    const order = item(desk.minute({ closes: { IBM: 100 }, signals: [{ of: 'IBM' }] }).orders, 0);
    desk.minute({ events: [eventOf(order, 'entry', 'unknown', 200), eventOf(order, 'entry', 'accepted', 200)] });
    const unknownIn = (symbols: readonly string[]): AccountDoubt => ({
      ...{ standing: 'known', since: null, breaks: [] },
      holds: [{ cause: 'fate-unknown', symbols: symbols.map(ticker) }],
    });
    expect(found('UNKNOWN_ORDERS', desk, { doubt: unknownIn(['IBM']) })).toEqual([1, 0, 'UNKNOWN_ORDERS']);
    expect(found('UNKNOWN_ORDERS', desk, { doubt: unknownIn(['IBM', 'KO']) })).toEqual([2, 0, 'UNKNOWN_ORDERS']);
    expect(found('UNKNOWN_ORDERS', desk)).toEqual([0, 0, 200]);
  });
});

describe('INTERVAL_ENTRIES', () => {
  it('lets so many entries pass in one interval, and in the next again', () => {
    const desk = given({ perIntervalMax: 1 });
    const both = { AAPL: 100, IBM: 100 };
    const { orders, denials } = desk.minute({ closes: both, signals: [{ of: 'AAPL' }, { of: 'IBM' }] });
    expect(orders.map(({ symbol }) => symbol)).toEqual(['AAPL']);
    expect(denials).toMatchObject([{ symbol: 'IBM', gate: 'INTERVAL_ENTRIES', value: 2, limit: 1 }]);
    expect(desk.minute({ closes: both, signals: [{ of: 'IBM' }] }).orders).toHaveLength(1);
  });
});

describe('REPEATED_ENTRIES', () => {
  /** Enters AAPL, and has the order refused by the broker. */
  const again = (desk: Desk, minute: Minute = {}): unknown => {
    const { orders, denials } = desk.minute({ closes, ...minute, signals: [{ of: 'AAPL' }] });
    const at = minute.at === undefined ? {} : { at: minute.at + 1 };
    const on = minute.on === undefined ? {} : { on: minute.on };
    desk.minute({ ...on, ...at, events: orders.map((order) => eventOf(order, 'entry', 'canceled')) });
    return orders.length > 0 ? 'approved' : [denials[0]?.gate, denials[0]?.value];
  };
  it('latches a symbol and strategy that were approved too often, until an operator resumes', () => {
    const desk = given({ repeatedMax: 2 });
    expect([again(desk), again(desk), again(desk)]).toEqual(['approved', 'approved', ['REPEATED_ENTRIES', 3]]);
    expect(again(desk, { on: '2025-01-07', at: 600 })).toEqual(['REPEATED_ENTRIES', 3]);
    expect(again(desk, { on: '2025-01-07', at: 610, commands: ['resume'] })).toBe('approved');
  });
  it('forgives, with a new session, whoever was below the limit', () => {
    const desk = given({ repeatedMax: 2 });
    expect(again(desk)).toBe('approved');
    expect([again(desk, { on: '2025-01-07', at: 600 }), again(desk, { on: '2025-01-07', at: 610 })]).toEqual([
      'approved',
      'approved',
    ]);
  });
});

describe('NET_NOTIONAL', () => {
  it('counts what is held on the same side, and reservations on either', () => {
    const desk = given({ netNotionalFractionMax: 0.3 });
    const order = item(desk.minute({ closes: { IBM: 100 }, signals: [{ of: 'IBM' }] }).orders, 0);
    const told = { fills: [fillOf(order, 100)], events: [eventOf(order, 'entry', 'filled')] };
    desk.minute({ closes: { IBM: 100 }, ...told });
    expect(found('NET_NOTIONAL', desk)).toEqual([dollars(10_000), dollars(104), 96]);
    // 20,000 held long and 96 shares reserved at 104
    const short = desk.minute({ closes: { KO: 100 }, signals: [{ of: 'KO', direction: -1 }] });
    expect(short.orders[0]?.gates.find(({ gate }) => gate === 'NET_NOTIONAL')?.value).toBe(dollars(50_000 - 96 * 104));
  });
  it('refuses when nothing is left', () => {
    expect(found('NET_NOTIONAL', given({ netNotionalFractionMax: 0.001 }))).toEqual([dollars(100), dollars(104), 'NET_NOTIONAL']);
  });
});

describe('SECTOR_NOTIONAL', () => {
  const sectors = [{ name: 'computers', symbols: ['AAPL', 'IBM'] }];
  it('counts what is held and on order in the same sector alone, symbols of none being one', () => {
    const desk = given({ sectors, sectorNotionalFractionMax: 0.25 }, { openOrdersMax: 20 });
    desk.minute({ closes: { IBM: 100, KO: 100 }, signals: [{ of: 'IBM' }, { of: 'KO' }] });
    expect(found('SECTOR_NOTIONAL', desk)).toEqual([dollars(4_200), dollars(104), 40]);
    const other = desk.minute({ closes: { PEP: 100 }, signals: [{ of: 'PEP' }] });
    expect(told('SECTOR_NOTIONAL', other)).toEqual([dollars(4_200), dollars(104), 40]);
  });
  it('refuses when the sector is full', () => {
    const desk = given({ sectors, sectorNotionalFractionMax: 0.2085 });
    desk.minute({ closes: { IBM: 100 }, signals: [{ of: 'IBM' }] });
    expect(found('SECTOR_NOTIONAL', desk)).toEqual([dollars(50), dollars(104), 'SECTOR_NOTIONAL']);
  });
});

describe('DAY_VOLUME and BAR_VOLUME', () => {
  const shares = quantityFromShares;
  it('cut an order to its share of the volume of the last bar', () => {
    expect(found('BAR_VOLUME', given({ barVolumeFractionMax: 0.1 }), { volume: 199 })).toEqual([shares(19), shares(1), 19]);
    expect(found('BAR_VOLUME', given({ barVolumeFractionMax: 0.1 }), { volume: 9 })).toEqual([0, shares(1), 'BAR_VOLUME']);
  });
  it('cut it to its share of the mean day, which is what traded so far before one was heard whole', () => {
    const desk = given({ dayVolumeFractionMax: 0.01 });
    desk.minute({ at: 600, closes, volume: 1_000 });
    expect(found('DAY_VOLUME', given({ dayVolumeFractionMax: 0.01 }), { volume: 99 })).toEqual([0, shares(1), 'DAY_VOLUME']);
    desk.minute({ at: 601, closes, volume: 1_000 });
    desk.minute({ on: '2025-01-07', at: 600, closes, volume: 6_000 });
    expect(found('DAY_VOLUME', desk, { on: '2025-01-08', at: 600, volume: 5 })).toEqual([shares(40), shares(1), 40]);
  });
  it('refuse a symbol of which nothing was heard', () => {
    const desk = given({ dayVolumeFractionMax: 0.01 });
    expect(found('DAY_VOLUME', desk, { closes: {} })).toEqual([Number.MIN_SAFE_INTEGER, shares(1), 'STALENESS']);
  });
});

describe('ORDER_SHARES_MAX', () => {
  it('cuts an order to so many shares, and refuses where there may be none', () => {
    expect(found('ORDER_SHARES_MAX', given({ orderSharesMax: 7 }))).toEqual([7e9, 1e9, 7]);
    expect(found('ORDER_SHARES_MAX', given({ orderSharesMax: 0 }))).toEqual([0, 1e9, 'ORDER_SHARES_MAX']);
  });
});
