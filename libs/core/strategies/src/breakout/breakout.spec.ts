import { describe, expect, it } from '@jest/globals';
import { BAR_FLAG, epochMs, newSignalSlice, type Signal, STATE_FLAG, type StrategyParameters, ticker } from '@aitrader/model';
import {
  breakoutBy,
  CONFIG,
  FALLING,
  interval,
  MINUTE,
  MONDAY_OPEN,
  newStrategy,
  type Print,
  quiet,
  RISING,
  slump,
  surge,
  TUESDAY_OPEN,
} from '../../test/market.ts';
import { strategiesStage } from '../index.ts';

/** A strategy that has seen five quiet minutes of the day: warmed up, with an opening range and a channel of 99.5 to 100.5. */
function afterQuietOpening(config: StrategyParameters = {}) {
  const strategy = newStrategy(config);
  strategy.quietMinutes(1, 5);
  return strategy;
}

describe('a breakout', () => {
  it('upwards raises a long with its stop and target measured in true ranges from the close', () => {
    const signal = afterQuietOpening().minute(6, surge);
    const t = MONDAY_OPEN + 6 * MINUTE;
    expect(signal).toMatchObject({
      id: `${t}.AAPL.breakout`,
      t,
      symbol: 'AAPL',
      strategy: 'breakout',
      direction: 1,
      reference: 1_020_000,
      stop: 990_000, // the ATR is 1.50: the mean of 1.00 before and 2.00 now
      target: 1_065_000,
      horizonMinutes: 100,
      velocityUpPpm: 800_000,
      volatilityE8: 10_000,
      regimePpm: [900_000, 0, 100_000],
      regime: 0,
      coverage95Ppm: 950_000,
      scored: 500,
      model: 'test-model',
      stateFlags: 0,
    });
  });

  it('downwards raises a short with stop above and target below', () => {
    expect(afterQuietOpening().minute(6, slump)).toMatchObject({
      direction: -1,
      reference: 980_000,
      stop: 1_010_000,
      target: 935_000,
      velocityUpPpm: 200_000,
    });
  });

  it('has a stop that no lone misprint before it put further away', () => {
    const stopAfter = (print: Print): number | undefined => {
      const strategy = afterQuietOpening();
      strategy.minute(6, print);
      strategy.quietMinutes(7, 9);
      return strategy.minute(10, surge)?.stop;
    };
    const misprint = { high: 100.5, low: 92, close: 100, flags: BAR_FLAG.WIDE_RANGE };
    expect(stopAfter(quiet)).toBe(990_000);
    expect(stopAfter(misprint)).toBe(990_000);
    expect(stopAfter({ ...misprint, flags: BAR_FLAG.WIDE_RANGE | BAR_FLAG.CONFIRMED })).toBeLessThan(990_000);
  });

  it('carries the forward return that the state implies', () => {
    const forward = afterQuietOpening().minute(6, surge)?.forward;
    // six tenths of the score of a certain rise, of a tenth of the deviation
    expect(forward?.meanE8).toBe(Math.round(0.06 * (forward?.sdE8 ?? NaN)));
    expect(forward?.quantilesE8).toHaveLength(13);
    expect(forward?.quantilesE8[6]).toBe(forward?.meanE8);
  });

  it('keeps the flags of a state that came after a gap, which is no reason to doubt it', () => {
    const print = { ...surge, state: { ...RISING, flags: STATE_FLAG.GAP } };
    expect(afterQuietOpening().minute(6, print)?.stateFlags).toBe(STATE_FLAG.GAP);
  });

  it('is raised for each symbol, in the order of the slice', () => {
    const strategy = newStrategy();
    for (let minute = 1; minute <= 5; minute++) {
      strategy.at(MONDAY_OPEN + minute * MINUTE, { AAPL: quiet, IBM: quiet, SPY: quiet });
    }
    const signals = strategy.at(MONDAY_OPEN + 6 * MINUTE, { SPY: surge, AAPL: slump, IBM: quiet });
    expect(signals.map(({ symbol, direction }) => [symbol, direction])).toEqual([
      ['AAPL', -1],
      ['SPY', 1],
    ]);
  });
});

describe('no breakout is seen', () => {
  const surgeWith = (state: NonNullable<Print['state']>): Print => ({ ...surge, state: { ...RISING, ...state } });
  const unsound = [STATE_FLAG.WARMING_UP, STATE_FLAG.SUSPECT, STATE_FLAG.SATURATED];
  const refused: readonly (readonly [string, Print])[] = [
    ['when the close only touches the channel', { ...surge, close: 100.5 }],
    ['when only the high leaves the channel', { high: 105, low: 100, close: 100.4, state: RISING }],
    ['when the velocity is not sure enough to be up', surgeWith({ velocityUp: 599_999 })],
    ['when the velocity is not sure enough to be down', { ...slump, state: { velocityUp: 400_001 } }],
    ['when the velocity points the other way', { ...surge, state: FALLING }],
    ['in a turbulent market', surgeWith({ turbulent: 300_001 })],
    ...unsound.map((flags): [string, Print] => [`on a state flagged ${flags}`, surgeWith({ flags })]),
    ...Object.entries(BAR_FLAG).map(([name, flags]): [string, Print] => [`on a bar flagged ${name}`, { ...surge, flags }]),
    ['when the volatility is unknown', surgeWith({ volatility: 0 })],
    ['when the volatility is no number', surgeWith({ volatility: NaN })],
    ['when the volatility is infinite', surgeWith({ volatility: Infinity })],
    ['when P(velocity > 0) is missing', surgeWith({ velocityUp: NaN })],
    ['when P(turbulent) is missing', surgeWith({ turbulent: NaN })],
    ['when the flags of the state are missing', surgeWith({ flags: NaN })],
    ['on a bar without prices', { ...surge, close: NaN }],
    ['on a price of zero', { high: 100, low: 0, close: 0, state: FALLING }],
    ['on an infinite price', { ...surge, high: Infinity }],
  ];
  it.each(refused)('%s', (_, print) => {
    expect(afterQuietOpening().minute(6, print)).toBeUndefined();
  });

  it('exactly at the limits of the gates, it is', () => {
    expect(afterQuietOpening().minute(6, surgeWith({ velocityUp: 600_000, turbulent: 300_000 }))).toBeDefined();
    expect(afterQuietOpening().minute(6, { ...slump, state: { velocityUp: 400_000 } })).toBeDefined();
  });

  it('during the warm-up', () => {
    expect(afterQuietOpening({ warmUpBars: 6 }).minute(6, surge)).toBeUndefined();
    expect(afterQuietOpening({ warmUpBars: 5 }).minute(6, surge)).toBeDefined();
  });

  it('before the channel is full', () => {
    expect(afterQuietOpening({ donchianBars: 6 }).minute(6, surge)).toBeUndefined();
    expect(afterQuietOpening({ donchianBars: 5 }).minute(6, surge)).toBeDefined();
  });

  it('before the true range is known', () => {
    expect(afterQuietOpening({ atrBars: 6 }).minute(6, surge)).toBeUndefined();
    expect(afterQuietOpening({ atrBars: 5 }).minute(6, surge)).toBeDefined();
  });

  it('inside the opening range, however far outside the channel', () => {
    const strategy = newStrategy({ donchianBars: 2 });
    strategy.minute(1, { high: 110, low: 90, close: 100 });
    strategy.quietMinutes(2, 5);
    expect(strategy.minute(6, surge)).toBeUndefined();
    expect(strategy.minute(7, { high: 111, low: 102, close: 111, state: RISING })).toBeDefined();
  });

  it('on a day without a bar in the opening range', () => {
    const strategy = newStrategy();
    strategy.quietMinutes(4, 9);
    expect(strategy.minute(10, surge)).toBeUndefined();
  });

  it('while the opening range is forming', () => {
    const strategy = newStrategy({ openingRangeMinutes: 10 });
    strategy.quietMinutes(1, 8);
    expect(strategy.minute(9, surge)).toBeUndefined();
  });

  it('before the open and after the close', () => {
    const strategy = newStrategy();
    strategy.quietMinutes(-10, -1);
    expect(strategy.minute(0, surge)).toBeUndefined();
    strategy.quietMinutes(1, 389);
    expect(strategy.minute(391, surge)).toBeUndefined();
  });

  it('when the stop of a cheap stock would not be a price', () => {
    const penny = (cents: number, state?: Print['state']): Print => {
      const print = { high: (cents + 1) / 100, low: (cents - 1) / 100, close: cents / 100 };
      return state === undefined ? print : { ...print, state };
    };
    const strategy = newStrategy({ stopAtr: 10 });
    for (let minute = 1; minute <= 5; minute++) strategy.minute(minute, penny(5));
    expect(strategy.minute(6, penny(8, RISING))).toBeUndefined();
  });

  it('when the stop would round onto the close', () => {
    expect(afterQuietOpening({ stopAtr: 0.00001 }).minute(6, surge)).toBeUndefined();
  });
});

describe('after a signal', () => {
  const higher = (dollars: number): Print => ({ high: dollars, low: dollars - 1, close: dollars, state: RISING });

  it('the same direction waits for a close inside the channel', () => {
    const strategy = afterQuietOpening();
    expect(strategy.minute(6, surge)).toBeDefined();
    expect(strategy.minute(7, higher(103))).toBeUndefined();
    expect(strategy.minute(8, higher(104))).toBeUndefined();
    expect(strategy.minute(9, { high: 104, low: 103, close: 103 })).toBeUndefined();
    expect(strategy.minute(10, higher(105))).toBeDefined();
  });

  it('a close inside on a flagged bar does not re-arm it', () => {
    const strategy = afterQuietOpening();
    strategy.minute(6, surge);
    strategy.minute(7, { high: 102, low: 101, close: 101, flags: BAR_FLAG.PRICE_JUMP });
    expect(strategy.minute(8, higher(105))).toBeUndefined();
  });

  it('the other direction is still armed', () => {
    const strategy = afterQuietOpening();
    strategy.minute(6, surge);
    expect(strategy.minute(7, { high: 100, low: 97, close: 97, state: FALLING })?.direction).toBe(-1);
  });

  it('another day arms it anew', () => {
    const strategy = afterQuietOpening({ openingRangeMinutes: 1 });
    strategy.minute(6, surge);
    expect(strategy.minute(7, higher(103))).toBeUndefined();
    expect(strategy.minute(1, higher(104), TUESDAY_OPEN)).toBeUndefined();
    expect(strategy.minute(2, higher(105), TUESDAY_OPEN)).toBeDefined();
  });

  it('a breakout that a gate refused has not spent it', () => {
    const strategy = afterQuietOpening();
    expect(strategy.minute(6, { ...surge, state: {} })).toBeUndefined();
    expect(strategy.minute(7, higher(103))).toBeDefined();
  });
});

describe('other timeframes', () => {
  it('five-minute bars have an opening range by the clock', () => {
    const strategy = newStrategy({ openingRangeMinutes: 15, warmUpBars: 0, donchianBars: 2 }, '5m');
    for (const minute of [5, 10]) strategy.minute(minute, quiet);
    expect(strategy.minute(15, surge)).toBeUndefined();
    expect(strategy.minute(20, { high: 103, low: 102, close: 103, state: RISING })).toBeDefined();
  });

  it('daily bars have none and need none; there, only a close inside the channel re-arms', () => {
    const strategy = newStrategy({}, '1d');
    const close = (day: number, print: Print): Signal | undefined => strategy.at(Date.UTC(2024, 2, day, 21), { AAPL: print })[0];
    for (const day of [4, 5, 6, 7, 8]) expect(close(day, quiet)).toBeUndefined();
    const summer = Date.UTC(2024, 2, 11, 20); // the clocks went forward at the weekend
    expect(strategy.at(summer, { AAPL: surge })[0]).toMatchObject({ direction: 1, reference: 1_020_000 });
    expect(strategy.at(Date.UTC(2024, 2, 12, 20), { AAPL: { ...surge, high: 104, close: 104 } })).toEqual([]);
  });
});

describe('the horizon', () => {
  const daily = (horizonMinutes: number): Signal | undefined => {
    const strategy = newStrategy({ horizonMinutes }, '1d');
    for (const day of [4, 5, 6, 7, 8]) strategy.at(Date.UTC(2024, 2, day, 21), { AAPL: quiet });
    return strategy.at(Date.UTC(2024, 2, 11, 20), { AAPL: surge })[0];
  };

  it('by minutes is the configured one, by daily bars as many whole sessions as it has', () => {
    expect(afterQuietOpening().minute(7, surge)?.horizonMinutes).toBe(CONFIG.horizonMinutes);
    expect([1, 100, 960, 961, 9_600].map((minutes) => daily(minutes)?.horizonMinutes)).toEqual([960, 960, 960, 1_920, 9_600]);
  });

  it('of daily bars is the one that the forward return speaks of', () => {
    const sds = [100, 960, 3_840].map((minutes) => daily(minutes)?.forward.sdE8 ?? NaN);
    expect(sds[1]).toBe(sds[0]);
    // four sessions have twice the deviation of one, and a little more where the quiet days before were learned by the shorter one alone
    expect((sds[2] ?? NaN) / (sds[1] ?? NaN)).toBeGreaterThan(1.95);
    expect((sds[2] ?? NaN) / (sds[1] ?? NaN)).toBeLessThan(2.15);
  });
});

describe('no night', () => {
  it('raises a signal: the phases of the strategy are those of the exchanges', () => {
    const strategy = newStrategy({ warmUpBars: 0 });
    const night = Date.UTC(2026, 10, 2, 2); // 21:00 of a Sunday
    for (const minute of [1, 2, 3, 4, 5]) strategy.minute(minute, quiet, night);
    expect(strategy.minute(6, surge, night)).toBeUndefined();
  });
});

describe('the stage', () => {
  it('overwrites what it emits, and says so when there is nothing to say', () => {
    const state = strategiesStage.initial(breakoutBy());
    const emit = newSignalSlice(7);
    const stale = afterQuietOpening().minute(6, surge);
    if (stale !== undefined) emit.signals.push(stale);
    emit.exits.push({ t: epochMs(1), symbol: ticker('AAPL'), strategy: 'breakout', direction: 1, reason: 'stale' });
    strategiesStage.apply(state, interval(MONDAY_OPEN, {}), emit);
    expect(emit).toEqual({ t: MONDAY_OPEN, shard: 0, signals: [], exits: [] });
  });

  it('makes room for any number of symbols, and speaks for each', () => {
    const strategy = newStrategy();
    const symbols = Array.from({ length: 50 }, (_, i) => `S${String(i).padStart(2, '0')}`);
    const all = (print: Print): Record<string, Print> => Object.fromEntries(symbols.map((symbol) => [symbol, print]));
    for (let minute = 1; minute <= 5; minute++) strategy.at(MONDAY_OPEN + minute * MINUTE, all(quiet));
    const signals = strategy.at(MONDAY_OPEN + 6 * MINUTE, all(surge));
    expect(signals.map(({ symbol, stop }) => [symbol, stop])).toEqual(symbols.map((symbol) => [symbol, 990_000]));
  });

  it('passes over a bar without prices as if it had not been there', () => {
    const strategy = afterQuietOpening();
    strategy.minute(6, { high: NaN, low: NaN, close: NaN });
    expect(strategy.minute(7, surge)).toMatchObject({ stop: 990_000, target: 1_065_000 });
  });

  it('refuses states that are not those of the bars', () => {
    const state = strategiesStage.initial(breakoutBy());
    const t = MONDAY_OPEN + MINUTE;
    const { bars } = interval(t, { AAPL: quiet });
    const others = [interval(t, { IBM: quiet }), interval(t, {}), interval(t + MINUTE, { AAPL: quiet })];
    for (const { states } of others) {
      expect(() => strategiesStage.apply(state, { bars, states, control: [] }, newSignalSlice(0))).toThrow(RangeError);
    }
    expect(bars.t).toBe(epochMs(t));
  });

  it.each([
    ['openingRangeMinutes', 0],
    ['donchianBars', 0],
    ['atrBars', 1.5],
    ['stopAtr', 0],
    ['targetAtr', NaN],
    ['velocityUpMin', 1.1],
    ['turbulentMax', -0.1],
    ['horizonMinutes', 0],
    ['warmUpBars', -1],
  ])('refuses a configuration whose %s is %d', (name, value) => {
    expect(() => strategiesStage.initial(breakoutBy({ ...CONFIG, [name]: value }))).toThrow(RangeError);
  });
});
