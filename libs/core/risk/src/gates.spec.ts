import { describe, expect, it } from '@jest/globals';
import {
  cashFromDollars as dollars,
  epochMs,
  passesGate,
  priceFromDollars,
  STATE_FLAG,
  type GateFigure,
  type RiskRules,
} from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { answer, given, passes, refuses } from '../test/gate-answer.ts';
import { eventOf, fillOf, MONDAY, type Belief, type Minute } from '../test/given-risk.ts';

const WORST = Number.MAX_SAFE_INTEGER;

describe('the gates', () => {
  it('are all passed by an order, in their fixed order', () => {
    const { orders } = given().minute({ closes: { AAPL: 100 }, signals: [{ of: 'AAPL' }] });
    expect(orders[0]?.gates.map(({ gate }) => gate)).toEqual([
      'TRADING_STATE',
      'KILL_SWITCH',
      'DAILY_LOSS',
      'DRAWDOWN',
      'RECONCILED',
      'BROKER_STREAM',
      'DATA_LEVEL',
      'BARS_LATE',
      'FLEET_VERSIONS',
      'MARKS_AGE',
      'SESSION',
      'SESSION_PART',
      'ORDER_TYPE',
      'SYMBOL_HALTED',
      'RESTRICTED',
      'OPEN_BREAK',
      'HELD_BACK',
      'WATCHLIST',
      'STATE_FLAGS',
      'STALENESS',
      'PRICE_SANITY',
      'PRICE_COLLAR',
      'STOP_DISTANCE',
      'PRICE_TICK',
      'QUARANTINED',
      ...['SHORT_ALLOWED', 'BORROW_RATE', 'SHORT_SALE'],
      'DAY_TRADES',
      'OPEN_EXPOSURE',
      'OPEN_ORDERS',
      'UNKNOWN_ORDERS',
      'INTERVAL_ENTRIES',
      'REPEATED_ENTRIES',
      'SYMBOL_MESSAGES',
      'DUPLICATE_INTENT',
      'SIGNAL_BAR',
      'SIGNAL_FIGURES',
      'CALIBRATION_BARS',
      'CALIBRATION',
      ...['EDGE_OUTCOMES', 'EDGE_ERROR', 'EDGE', 'EDGE_NET'],
      'KELLY',
      'NETTING',
      'CORRELATION',
      'SYMBOL_NOTIONAL',
      'GROSS_NOTIONAL',
      'NET_NOTIONAL',
      'SECTOR_NOTIONAL',
      'BUYING_POWER',
      'INTRADAY_MARGIN',
      'SETTLED_CASH',
      'DAY_VOLUME',
      'BAR_VOLUME',
      'EXIT_VOLUME',
      'ORDER_SHARES_MAX',
      'EXPECTED_SHORTFALL',
      'ORDER_NOTIONAL_MAX',
      'DRAWDOWN_SIZE',
      'ORDER_NOTIONAL_MIN',
    ]);
  });

  it('report the first refusal of several', () => {
    const desk = given({ openOrdersMax: 0, shortAllowed: false });
    expect(answer('SHORT_ALLOWED', desk, { direction: -1 })).toEqual(refuses(1, 0, 'flags'));
  });

  it('are all asked, and recorded, whatever the first ones say', () => {
    const { orders } = given().minute({ closes: { AAPL: 100 }, signals: [{ of: 'AAPL' }] });
    const minute: Minute = { closes: { AAPL: 100 }, commands: ['halt'], signals: [{ of: 'AAPL', stateFlags: 1, mean: -1 }] };
    const { denials } = given({ openOrdersMax: 0 }).minute(minute);
    const names = (gates: readonly GateFigure[] = []): string[] => gates.map(({ gate }) => gate);
    expect(names(denials[0]?.gates)).toEqual(names(orders[0]?.gates));
    expect(names(denials[0]?.gates.filter((gate) => !passesGate(gate)))).toEqual([
      'TRADING_STATE',
      'KILL_SWITCH',
      'STATE_FLAGS',
      'OPEN_ORDERS',
      'EDGE_NET',
      'KELLY',
      'NETTING',
      'CORRELATION',
      'ORDER_NOTIONAL_MIN',
    ]);
  });

  it('see one share at least behind one that leaves none, and what the others left behind any other refusal', () => {
    const refusedAt = (limits: Partial<RiskRules>, belief: Partial<Belief>): unknown => {
      const { denials } = given({ ...limits, orderNotionalMin: dollars(1) }).minute({
        closes: { AAPL: 100 },
        signals: [{ of: 'AAPL', ...belief }],
      });
      return denials[0]?.gates.find(({ gate }) => gate === 'ORDER_NOTIONAL_MIN')?.value;
    };
    expect(refusedAt({}, { mean: -1 })).toBe(dollars(100));
    expect(refusedAt({}, { stateFlags: 1 })).toBe(dollars(20_000));
    expect(refusedAt({ symbolNotionalFractionMax: 0.0005 }, {})).toBe(dollars(100));
  });
});

describe('TRADING_STATE', () => {
  it('passes while entries are allowed', () => expect(answer('TRADING_STATE', given())).toEqual(passes(0, 0, 'flags', 200)));
  it('refuses while halted', () => {
    const minute: Minute = { closes: { AAPL: 100 }, commands: ['halt'] };
    expect(answer('TRADING_STATE', given(), {}, minute)).toEqual(refuses(1, 0, 'flags'));
  });
  it('refuses while the account may only be made smaller, and says so', () => {
    const minute: Minute = { closes: { AAPL: 100 }, commands: ['reduce-only'] };
    expect(answer('TRADING_STATE', given(), {}, minute)).toEqual(refuses(2, 0, 'flags'));
    const halted: Minute = { closes: { AAPL: 100 }, commands: ['reduce-only', 'halt'] };
    expect(answer('TRADING_STATE', given(), {}, halted)).toEqual(refuses(1, 0, 'flags'));
  });
});

describe('STATE_FLAGS', () => {
  it('passes a state without flags, and one after a gap', () => {
    expect(answer('STATE_FLAGS', given(), { stateFlags: 0 })).toEqual(passes(0, 0, 'flags', 200));
    expect(answer('STATE_FLAGS', given(), { stateFlags: STATE_FLAG.GAP })).toEqual(passes(0, 0, 'flags', 200));
  });
  it('refuses a state that is warming up, suspect, saturated, or flagged in a way not known yet', () => {
    const { WARMING_UP, SUSPECT, SATURATED, GAP, REFUSED_FIT } = STATE_FLAG;
    for (const stateFlags of [WARMING_UP, SUSPECT, SATURATED, GAP | SUSPECT, REFUSED_FIT, 1024]) {
      expect(answer('STATE_FLAGS', given(), { stateFlags })).toEqual(refuses(stateFlags, 0, 'flags'));
    }
  });
});

describe('STALENESS', () => {
  it('passes a price of this very minute', () => expect(answer('STALENESS', given())).toEqual(passes(0, 2, 'minutes', 200)));
  it('counts from the last bar of the symbol', () => {
    const firstAfter = (minutes: number): unknown => {
      const desk = given();
      desk.minute({ closes: { AAPL: 100 } });
      const { denials } = desk.minute({ at: 600 + minutes, signals: [{ of: 'AAPL' }] });
      return [denials[0]?.gate, denials[0]?.gates.find(({ gate }) => gate === 'STALENESS')?.value];
    };
    expect(firstAfter(2)).toEqual(['SIGNAL_BAR', 2]);
    expect(firstAfter(3)).toEqual(['STALENESS', 3]);
  });
  it('refuses a symbol that never had a bar', () => {
    expect(answer('STALENESS', given(), {}, {})).toEqual(refuses(WORST, 2, 'minutes'));
  });
  it('refuses an old signal, and one from the future', () => {
    const raised = (minuteOfDay: number): Partial<Belief> => ({ t: newYorkInstant(MONDAY, minuteOfDay) });
    expect(answer('STALENESS', given(), raised(597))).toEqual(refuses(3, 2, 'minutes'));
    expect(answer('STALENESS', given(), raised(601))).toEqual(refuses(WORST, 2, 'minutes'));
  });
});

describe('PRICE_SANITY and STOP_DISTANCE', () => {
  const prices = (reference: number, stop: number, target: number): Partial<Belief> => ({
    reference: priceFromDollars(reference),
    stop: priceFromDollars(stop),
    target: priceFromDollars(target),
  });

  it('passes a bracket around the last close', () => {
    expect(answer('STOP_DISTANCE', given(), prices(100, 98, 103))).toEqual(passes(20_000, 50_000, 'price', 200));
    expect(answer('PRICE_SANITY', given(), { ...prices(100, 102, 97), direction: -1 })).toMatchObject({ shares: 200 });
  });
  it('forgives the rounding of the reference, and no more', () => {
    expect(answer('PRICE_SANITY', given(), prices(100.0001, 98, 103))).toMatchObject({ shares: 199 });
    expect(answer('PRICE_SANITY', given(), prices(100.0002, 98, 103))).toEqual(refuses(2, 1, 'price'));
  });
  it('refuses a stop or a target on the wrong side, or on the reference itself', () => {
    for (const [stop, target] of [
      [101, 103],
      [100, 103],
      [98, 99],
      [98, 100],
    ] as const) {
      expect(answer('STOP_DISTANCE', given(), prices(100, stop, target))).toEqual(refuses(WORST, 50_000, 'price'));
    }
    expect(answer('STOP_DISTANCE', given(), { ...prices(100, 98, 103), direction: -1 })).toEqual(refuses(WORST, 50_000, 'price'));
  });
  it('refuses a stop too far away to protect', () => {
    expect(answer('STOP_DISTANCE', given(), prices(100, 95, 103))).toEqual(passes(50_000, 50_000, 'price', 200));
    expect(answer('STOP_DISTANCE', given(), prices(100, 94.9999, 103))).toEqual(refuses(50_001, 50_000, 'price'));
  });
  it('refuses a signal raised on a print that the tape does not believe', () => {
    const desk = given();
    desk.minute({ closes: { AAPL: 100 } });
    expect(answer('PRICE_SANITY', desk, {}, { misprints: { AAPL: 150 } })).toEqual(refuses(500_000, 1, 'price'));
  });
});

describe('SHORT_ALLOWED', () => {
  it('passes a long, always', () => {
    expect(answer('SHORT_ALLOWED', given({ shortAllowed: false }))).toEqual(passes(0, 0, 'flags', 200));
  });
  it('passes a short where shorts are allowed, and sells', () => {
    const desk = given();
    const { orders } = desk.minute({ closes: { AAPL: 100 }, signals: [{ of: 'AAPL', direction: -1 }] });
    expect(orders).toMatchObject([{ side: 'sell', stop: 1_010_000, target: 980_000 }]);
  });
  it('refuses a short where they are not', () => {
    expect(answer('SHORT_ALLOWED', given({ shortAllowed: false }), { direction: -1 })).toEqual(refuses(1, 0, 'flags'));
  });
});

describe('OPEN_EXPOSURE', () => {
  it('passes a symbol without position and order', () => {
    const desk = given();
    desk.minute({ closes: { MSFT: 50 }, signals: [{ of: 'MSFT' }] });
    expect(answer('OPEN_EXPOSURE', desk)).toEqual(passes(0, 0, 'count', 200));
  });
  it('refuses while an order of the symbol is open', () => {
    const desk = given();
    answer('OPEN_EXPOSURE', desk);
    expect(answer('OPEN_EXPOSURE', desk)).toEqual(refuses(1, 0, 'count'));
  });
  it('refuses while the symbol holds a position', () => {
    const desk = given();
    const { orders } = desk.minute({ closes: { AAPL: 100 }, signals: [{ of: 'AAPL' }] });
    const fills = orders.map((order) => fillOf(order, 100));
    expect(answer('OPEN_EXPOSURE', desk, {}, { closes: { AAPL: 100 }, fills })).toEqual(refuses(2, 0, 'count'));
  });
  it('refuses the second of two strategies that speak of one symbol', () => {
    const signals = [{ of: 'AAPL', strategy: 'reversion' }, { of: 'AAPL' }];
    const { orders, denials } = given().minute({ closes: { AAPL: 100 }, signals });
    expect(orders.map(({ signalId }) => signalId)).toEqual([expect.stringContaining('breakout')]);
    expect(denials).toMatchObject([{ gate: 'OPEN_EXPOSURE', value: 1, limit: 0 }]);
  });
});

describe('OPEN_ORDERS', () => {
  it('passes the last order there is room for, and refuses the next', () => {
    const desk = given({ openOrdersMax: 2 });
    const signals = [{ of: 'AAPL' }, { of: 'IBM' }, { of: 'MSFT' }];
    const { orders, denials } = desk.minute({ closes: { AAPL: 100, IBM: 100, MSFT: 100 }, signals });
    expect(orders.map((order) => order.gates.find(({ gate }) => gate === 'OPEN_ORDERS')?.value)).toEqual([1, 2]);
    expect(denials).toMatchObject([{ symbol: 'MSFT', gate: 'OPEN_ORDERS', value: 3, limit: 2, unit: 'count' }]);
  });
});

describe('CALIBRATION_BARS', () => {
  it('lets through a model that was put to the test often enough', () => {
    expect(answer('CALIBRATION_BARS', given(), { scored: 60 })).toMatchObject({ passed: [60, 60, 'count'] });
    expect(answer('CALIBRATION_BARS', given(), { scored: 59 })).toEqual(refuses(59, 60, 'count'));
  });
  it('refuses a count that is not known', () => {
    expect(answer('CALIBRATION_BARS', given(), { scored: NaN })).toEqual(refuses(Number.MIN_SAFE_INTEGER, 60, 'count'));
  });
});

describe('CALIBRATION', () => {
  it('refuses a symbol whose intervals do not hold what they claim', () => {
    expect(answer('CALIBRATION', given(), { coverage95Ppm: 880_000 })).toMatchObject({ passed: [880_000, 880_000, 'ppm'] });
    expect(answer('CALIBRATION', given(), { coverage95Ppm: 879_999 })).toEqual(refuses(879_999, 880_000, 'ppm'));
    expect(answer('CALIBRATION', given(), { coverage95Ppm: NaN })).toEqual(refuses(Number.MIN_SAFE_INTEGER, 880_000, 'ppm'));
  });
});

describe('KELLY', () => {
  it('stakes less in turbulence, and less when the intervals hold less than they claim', () => {
    const limits = { symbolNotionalFractionMax: 100, grossNotionalFractionMax: 100, buyingPowerMultiple: 100 };
    const stake = (belief: Partial<Belief>): unknown => answer('KELLY', given(limits), { mean: 10_000, sd: 100_000, ...belief });
    const full = 1_250_000;
    expect(stake({ regime: 1 })).toMatchObject({ passed: [dollars(0.6 * full), dollars(100), 'cash'] });
    expect(stake({ regime: 2 })).toMatchObject({ passed: [dollars(0.25 * full), dollars(100), 'cash'] });
    expect(stake({ coverage95Ppm: 930_000 })).toMatchObject({ passed: [dollars(full), dollars(100), 'cash'] });
    expect(stake({ coverage95Ppm: 929_999 })).toMatchObject({ passed: [dollars(0.5 * full), dollars(100), 'cash'] });
    expect(stake({ regime: 2, coverage95Ppm: 900_000 })).toMatchObject({ passed: [dollars(0.125 * full), dollars(100), 'cash'] });
  });
  it('refuses a regime that it does not know', () => {
    for (const regime of [3, -1, NaN])
      expect(answer('KELLY', given(), { regime })).toEqual(refuses(Number.MIN_SAFE_INTEGER, dollars(100), 'cash'));
  });
  // μ = 1 bp and σ = 10 bp: k* = 0.01 / (0.01 + 0.01), f = 0.25 · 0.5 · 100 = 12.5 of 100,000 dollars.
  it('stakes a fraction of the equity that the edge and its doubt are worth', () => {
    const desk = given({ symbolNotionalFractionMax: 100, grossNotionalFractionMax: 100, buyingPowerMultiple: 100 });
    const figures = answer('KELLY', desk, { mean: 10_000, sd: 100_000 });
    expect(figures).toEqual(passes(dollars(1_250_000), dollars(100), 'cash', 500));
  });
  it('sizes an order by itself when no cap binds', () => {
    // f = 0.25 · 0.5 · 0.1 = 0.0125: 1,250 dollars
    expect(answer('KELLY', given(), { mean: 10_000_000, sd: 100_000_000 })).toEqual(
      passes(dollars(1_250), dollars(100), 'cash', 12),
    );
  });
  it('refuses a stake that does not pay for one share', () => {
    // f = 0.25 · 0.0001 / 0.0101 · 0.01 = 0.0000248: 2.48 dollars
    expect(answer('KELLY', given(), { mean: 1_000_000, sd: 100_000_000 })).toEqual(refuses(2_475_247, dollars(100), 'cash'));
  });
});

describe('SYMBOL_NOTIONAL', () => {
  it('cuts an order to what the symbol may hold, in whole shares', () => {
    const desk = given({ symbolNotionalFractionMax: 0.0129 });
    expect(answer('SYMBOL_NOTIONAL', desk)).toEqual(passes(dollars(1_290), dollars(100), 'cash', 12));
  });
  it('refuses when less than one share is left', () => {
    const desk = given({ symbolNotionalFractionMax: 0.000999 });
    expect(answer('SYMBOL_NOTIONAL', desk)).toEqual(refuses(dollars(99.9), dollars(100), 'cash'));
  });
});

describe('GROSS_NOTIONAL', () => {
  it('cuts an order so that it fits even when it fills at the slippage reckoned with', () => {
    const desk = given({ grossNotionalFractionMax: 0.0208 });
    expect(answer('GROSS_NOTIONAL', desk)).toEqual(passes(dollars(2_080), dollars(104), 'cash', 20));
  });
  it('counts positions and reservations against the cap', () => {
    const desk = given({ grossNotionalFractionMax: 0.46 });
    const { orders } = desk.minute({ closes: { IBM: 100 }, signals: [{ of: 'IBM' }] });
    const fills = orders.map((order) => fillOf(order, 100, { shares: 50 }));
    const events = orders.map((order) => eventOf(order, 'entry', 'filled', 150));
    desk.minute({ closes: { IBM: 100, MSFT: 100 }, fills, events, signals: [{ of: 'MSFT' }] });
    // 46,000 dollars less 50 shares held, 150 and 200 on order at 104
    expect(answer('GROSS_NOTIONAL', desk)).toEqual(passes(dollars(4_600), dollars(104), 'cash', 44));
  });
  it('refuses when nothing is left', () => {
    expect(answer('GROSS_NOTIONAL', given({ grossNotionalFractionMax: 0.001039 }))).toEqual(
      refuses(dollars(103.9), dollars(104), 'cash'),
    );
  });
});

describe('BUYING_POWER', () => {
  it('cuts an order to the buying power that is not reserved', () => {
    const desk = given({ buyingPowerMultiple: 0.3 });
    desk.minute({ closes: { IBM: 100 }, signals: [{ of: 'IBM' }] });
    expect(answer('BUYING_POWER', desk)).toEqual(passes(dollars(9_200), dollars(104), 'cash', 88));
  });
  it('refuses when it is used up', () => {
    const desk = given({ buyingPowerMultiple: 0.2089 });
    desk.minute({ closes: { IBM: 100 }, signals: [{ of: 'IBM' }] });
    expect(answer('BUYING_POWER', desk)).toEqual(refuses(dollars(90), dollars(104), 'cash'));
  });
});

describe('ORDER_NOTIONAL_MIN', () => {
  const tiny = { symbolNotionalFractionMax: 0.005 };
  it('passes an order of just the minimum', () => {
    expect(answer('ORDER_NOTIONAL_MIN', given(tiny))).toEqual(passes(dollars(500), dollars(500), 'cash', 5));
  });
  it('refuses what the caps have left when it is too small to be worth its costs', () => {
    const desk = given({ ...tiny, orderNotionalMin: dollars(501) });
    expect(answer('ORDER_NOTIONAL_MIN', desk)).toEqual(refuses(dollars(500), dollars(501), 'cash'));
  });
});

describe('ORDER_NOTIONAL_MAX', () => {
  it('cuts an order to the maximum', () => {
    const desk = given({ orderNotionalMax: dollars(1_999) });
    expect(answer('ORDER_NOTIONAL_MAX', desk)).toEqual(passes(dollars(1_999), dollars(100), 'cash', 19));
  });
  it('refuses when the maximum leaves no share, or less than the minimum', () => {
    expect(answer('ORDER_NOTIONAL_MAX', given({ orderNotionalMin: dollars(0), orderNotionalMax: dollars(99) }))).toEqual(
      refuses(dollars(99), dollars(100), 'cash'),
    );
    expect(answer('ORDER_NOTIONAL_MIN', given({ orderNotionalMin: dollars(950), orderNotionalMax: dollars(949) }))).toEqual(
      refuses(dollars(900), dollars(950), 'cash'),
    );
  });
});

describe('an order', () => {
  it('is derived from its signal, and says all that execution needs', () => {
    const desk = given();
    const { orders } = desk.minute({ closes: { AAPL: 100 }, signals: [{ of: 'AAPL' }] });
    const t = newYorkInstant(MONDAY, 600);
    expect(orders).toEqual([
      {
        id: `o.${t}.AAPL.breakout`,
        t: epochMs(t),
        symbol: 'AAPL',
        side: 'buy',
        quantity: 200_000_000_000,
        type: 'market',
        timeInForce: 'day',
        reference: 1_000_000,
        stop: 990_000,
        target: 1_020_000,
        exitAt: newYorkInstant(MONDAY, 955),
        signalId: `${t}.AAPL.breakout`,
        gates: expect.any(Array),
      },
    ]);
  });
});
