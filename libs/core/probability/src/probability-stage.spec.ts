import { describe, expect, it } from '@jest/globals';
import {
  CALIBRATED_PROBABILITY as SHIPPED,
  AT,
  BAR_FLAG,
  type BarSlice,
  E8,
  epochMs,
  newBarSlice,
  newStateSlice,
  PPM,
  type ProbabilityConfig,
  REGIMES,
  read,
  STATE_FLAG,
  STATE_WIDTH,
  ticker,
  type Timeframe,
} from '@aitrader/model';
import { newYorkInstant, sessionsBetween } from '@aitrader/core-sessions';
import { figuresOf, newFigureWalk, PROBABILITY_MODEL, probabilityStage, walkFigures } from './index.ts';

const CONFIG: ProbabilityConfig = { ...SHIPPED, warmUpBars: 30 };
const OPEN = newYorkInstant('2024-03-04', 570);
const MINUTE = 60_000;

/** Any figure of a state, carried or not. */
type Row = (figure: string) => number;

/** Feeds one symbol's bars, as [minutes after the open, close, flags], and gives back the state after each. */
function feed(
  bars: readonly (readonly [minute: number, close: number, flags?: number])[],
  timeframe: Timeframe = '1m',
  config: Partial<ProbabilityConfig> = {},
): Row[] {
  const state = probabilityStage.initial({ ...CONFIG, ...config });
  const slice = newBarSlice(3, timeframe, 1);
  const emit = newStateSlice(0, 1);
  const walk = newFigureWalk(config.calibrationHalfLifeBars ?? CONFIG.calibrationHalfLifeBars);
  const symbol = ticker('AAPL');
  slice.count = 1;
  slice.symbols = [symbol];
  return bars.map(([minute, close, flags = 0]) => {
    slice.t = epochMs(OPEN + minute * MINUTE);
    slice.close[0] = close;
    slice.flags[0] = flags;
    probabilityStage.apply(state, { bars: slice, control: [] }, emit);
    walkFigures(walk, slice, emit);
    const figures = figuresOf(walk, slice, emit, symbol);
    return (figure) => figures[figure] ?? NaN;
  });
}

/** Minutes 1 … count at about 100 dollars, one basis point up and down in turn. */
const quiet = (count: number): [number, number][] => Array.from({ length: count }, (_, i) => [i + 1, i % 2 === 0 ? 100 : 100.01]);
const last = (rows: readonly Row[]): Row => rows.at(-1) ?? (() => NaN);
const returnE8 = (from: number, to: number): number => Math.log(to / from) * E8;

describe('probability stage', () => {
  it('says what it is about: time, shard, model and symbols of the slice', () => {
    const state = probabilityStage.initial(CONFIG);
    const emit = newStateSlice(0, 0);
    const bars: BarSlice = newBarSlice(3, '1m', 2);
    bars.t = epochMs(OPEN + MINUTE);
    bars.count = 2;
    bars.symbols = [ticker('AAPL'), ticker('MSFT')];
    bars.close.set([100, 400]);
    probabilityStage.apply(state, { bars, control: [] }, emit);
    expect(emit).toMatchObject({ t: OPEN + MINUTE, shard: 3, model: PROBABILITY_MODEL, count: 2, symbols: ['AAPL', 'MSFT'] });
    expect(read(emit.rows, AT.level)).toBe(Math.round(Math.log(100) * E8));
    expect(read(emit.rows, STATE_WIDTH + AT.level)).toBe(Math.round(Math.log(400) * E8));

    Object.assign(bars, { t: epochMs(OPEN + 2 * MINUTE), count: 0, symbols: [] });
    probabilityStage.apply(state, { bars, control: [] }, emit);
    expect(emit).toMatchObject({ t: OPEN + 2 * MINUTE, count: 0, symbols: [] });
  });

  it('begins at the first close, at rest, with the prior’s uncertainty', () => {
    const [row = () => NaN] = feed([[1, 100]]);
    expect(row('velocity')).toBe(0);
    expect(row('velocityUp')).toBe(PPM / 2);
    expect(row('predictiveMean')).toBe(0);
    expect(row('volatility')).toBe(5 * 10_000);
    // one close with noise of 2 % of a minute's variance and of a one-cent tick
    expect(row('levelVariance')).toBe(Math.round(1e6 * (0.02 * 25 + 1 / 12)));
    // (5 % of 5 bp per minute)²
    expect(row('velocityVariance')).toBe(62_500);
  });

  it('believes in a rise after a rise, and in a fall after a fall', () => {
    const trend = (factor: number): Row => last(feed(Array.from({ length: 60 }, (_, i) => [i + 1, 100 * factor ** i])));
    expect(trend(1.0005)('velocity')).toBeGreaterThan(0);
    expect(trend(1.0005)('velocityUp')).toBeGreaterThan(0.8 * PPM);
    expect(trend(1 / 1.0005)('velocityUp')).toBeLessThan(0.2 * PPM);
  });

  it('scores nothing at the first bar, and every later bar under the forecast before it', () => {
    // just after noon, where the prior is what it says
    const rows = feed([
      [151, 100],
      [152, 100],
      [153, 100.05],
    ]);
    const [first = () => NaN, second = () => NaN, third = () => NaN] = rows;
    expect(first('flags') & STATE_FLAG.UNSCORED).not.toBe(0);
    expect([first('scored'), second('scored'), third('scored')]).toEqual([0, 1, 2]);
    expect([second('coverage50'), third('coverage50'), third('coverage95')]).toEqual([PPM, PPM / 2, PPM]);
    expect(second('z')).toBe(0);
    expect(second('pit')).toBe(PPM / 2);
    // five basis points up, when about five were expected
    expect(third('z')).toBeGreaterThan(800);
    expect(third('pit')).toBeGreaterThan(0.75 * PPM);
    expect(third('crps')).toBeGreaterThan(second('crps'));
    expect(third('meanCrps')).toBe(Math.round((second('crps') + third('crps')) / 2));
  });

  it('keeps the calibration of each session apart', () => {
    // 09:25 to 09:35: five minutes before the open, five after it
    const rows = feed(Array.from({ length: 10 }, (_, i) => [i - 4, 100 + 0.01 * (i % 2)]));
    expect(rows.map((row) => row('scored'))).toEqual([0, 1, 2, 3, 4, 1, 2, 3, 4, 5]);
  });

  it('follows the market’s noise up and down', () => {
    const swing =
      (size: number) =>
      (_: unknown, i: number): [number, number] => [i + 1, 100 * (i % 2 === 0 ? 1 : 1 + size)];
    const calm = Array.from({ length: 200 }, swing(0.0005));
    const wild = Array.from({ length: 200 }, swing(0.005)).map(([minute, close]): [number, number] => [minute + 200, close]);
    const rows = feed([...calm, ...wild], '1m', { suspectZ: 100 });
    expect(rows[399]?.('volatility')).toBeGreaterThan(5 * (rows[199]?.('volatility') ?? NaN));
  });

  it('names the regime of a market that moves by more than it used to, after three bars', () => {
    const days = sessionsBetween('2023-01-03', '2023-12-29').map(({ close }) => (close - OPEN) / MINUTE);
    let price = 100;
    const rows = feed(
      days.map((minute, i) => {
        price *= (i % 2 === 0 ? 1 : -1) * (i % 3) * (i < 200 ? 0.005 : 0.02) + 1;
        return [minute, price];
      }),
      '1d',
    );
    expect(REGIMES[rows[199]?.('regime') ?? NaN]).toBe('normal');
    expect(REGIMES[rows[201]?.('regime') ?? NaN]).toBe('normal');
    expect(REGIMES[rows[215]?.('regime') ?? NaN]).toBe('turbulent');
    expect(rows[215]?.('turbulent')).toBeGreaterThan(0.9 * PPM);
  });

  it('warms up until it has seen enough bars', () => {
    const rows = feed(quiet(31));
    expect(rows[0]?.('flags')).toBe(STATE_FLAG.WARMING_UP | STATE_FLAG.UNSCORED);
    expect(rows[28]?.('flags')).toBe(STATE_FLAG.WARMING_UP);
    expect(rows[29]?.('flags')).toBe(0);
    expect(rows[30]?.('flags')).toBe(0);
  });

  it('takes a flagged bar for suspect, unless the flags say only when it printed and when it was known', () => {
    const flagsOf = (flags: number): number => last(feed([...quiet(40), [41, 100, flags]]))('flags');
    const innocent = BAR_FLAG.OFF_SESSION | BAR_FLAG.BACKFILLED;
    expect(flagsOf(innocent)).toBe(0);
    for (const flag of Object.values(BAR_FLAG).filter((value) => (value & innocent) === 0)) {
      expect(flagsOf(flag)).toBe(STATE_FLAG.SUSPECT);
      expect(flagsOf(flag | innocent)).toBe(STATE_FLAG.SUSPECT);
    }
  });
});

describe('time between bars', () => {
  it('is a gap when trading minutes are missing', () => {
    const flagsAt = (minute: number): number => last(feed([...quiet(40), [minute, 100]]))('flags');
    expect(flagsAt(41)).toBe(0);
    expect(flagsAt(42)).toBe(STATE_FLAG.GAP);
  });

  it('is no gap from the last minute of one day to the first of the next', () => {
    // 20:00 is 630 minutes after the open; 04:01 of the next day is 1111
    const late = quiet(40).map(([minute, close]): [number, number] => [minute + 590, close]);
    expect(last(feed([...late, [1111, 100]]))('flags')).toBe(0);
    expect(last(feed([...late, [1112, 100]]))('flags')).toBe(STATE_FLAG.GAP);
  });

  it('is measured in steps of the timeframe', () => {
    const fives = quiet(40).map(([minute, close]): [number, number] => [5 * minute, close]);
    expect(last(feed([...fives, [205, 100]], '5m'))('flags')).toBe(0);
    expect(last(feed([...fives, [210, 100]], '5m'))('flags')).toBe(STATE_FLAG.GAP);
    expect(last(feed(fives, '5m'))('predictiveSd')).toBeGreaterThan(last(feed(fives, '1m'))('predictiveSd'));
  });

  it('expects more of a night than of a minute, and learns how much', () => {
    // ten days of quiet minutes around the close, each night one per cent away
    const sessions = sessionsBetween('2024-03-04', '2024-03-15');
    const bars = sessions.flatMap(({ close }, day) =>
      Array.from({ length: 11 }, (_, i): [number, number] => [
        (close - OPEN) / MINUTE - 10 + i,
        100 * 1.01 ** day + (i % 2) * 0.01,
      ]),
    );
    const rows = feed(bars);
    const [minute, night] = [rows.at(-2), rows.at(-1)];
    expect(night?.('predictiveSd')).toBeGreaterThan(5 * (minute?.('predictiveSd') ?? NaN));
    expect(rows.slice(1).filter((row) => row('flags') & STATE_FLAG.SUSPECT).length).toBeLessThanOrEqual(1);
  });

  it('may be a session: daily bars at the close', () => {
    const sessions = sessionsBetween('2024-01-02', '2024-06-28');
    const days = sessions.map(({ close }, i): [number, number] => [(close - OPEN) / MINUTE, i % 2 === 0 ? 100 : 101]);
    const rows = feed(days, '1d');
    expect(new Set(rows.slice(30).map((row) => row('flags')))).toEqual(new Set([0]));
    // a day moves by one per cent: the next day's forecast says so
    expect(last(rows)('predictiveSd') / E8).toBeGreaterThan(0.005);
    expect(last(rows)('predictiveSd') / E8).toBeLessThan(0.02);
    expect(last(feed([...days.slice(0, 60), ...days.slice(61, 62)], '1d'))('flags')).toBe(STATE_FLAG.GAP);
  });

  it('goes on outside the sessions, where trading minutes stand still', () => {
    // 20:30 and 20:31, after the last session minute
    const rows = feed([...quiet(40), [660, 100, BAR_FLAG.OFF_SESSION], [661, 100.02, BAR_FLAG.OFF_SESSION]]);
    expect(last(rows)('flags')).toBe(0);
    expect(last(rows)('predictiveSd')).toBeGreaterThan(0);
  });

  it('never goes back', () => {
    expect(() =>
      feed([
        [2, 100],
        [1, 100],
      ]),
    ).toThrow(RangeError);
  });

  it('lies inside the trading calendar', () => {
    expect(() => feed([[-60 * 24 * 366 * 30, 100]])).toThrow(RangeError);
  });
});

describe('a bar far from all expectation', () => {
  const crash: [number, number][] = [...quiet(60), [61, 48]];

  it('is suspect and waits; the next bar confirms it, and the level is there', () => {
    const rows = feed([...crash, [62, 48.01], [63, 48]]);
    const [before, hit, confirmed, after] = [rows[59], rows[60], rows[61], rows[62]];
    expect(hit?.('flags')).toBe(STATE_FLAG.SUSPECT);
    expect(Math.abs((hit?.('level') ?? NaN) - (before?.('level') ?? NaN))).toBeLessThan(returnE8(100, 100.01));
    // the forecast is about the price that was printed
    expect(Math.abs(hit?.('predictiveMean') ?? NaN)).toBeLessThan(hit?.('predictiveSd') ?? NaN);
    expect(confirmed?.('flags')).toBe(0);
    expect(Math.abs((confirmed?.('level') ?? NaN) - Math.log(48.01) * E8)).toBeLessThan(returnE8(48, 48.02));
    expect(Math.abs(after?.('predictiveMean') ?? NaN)).toBeLessThan(after?.('predictiveSd') ?? NaN);
    // it was learned, but as four standard deviations
    expect(confirmed?.('volatility')).toBeGreaterThan(before?.('volatility') ?? NaN);
    expect(confirmed?.('volatility')).toBeLessThan(3 * (before?.('volatility') ?? NaN));
  });

  it('may be a split of seven to one', () => {
    const rows = feed([...quiet(60), [61, 100 / 7], [62, 100.01 / 7], [63, 100 / 7]]);
    expect(rows.slice(60).map((row) => row('flags'))).toEqual([STATE_FLAG.SUSPECT, 0, 0]);
    expect(Math.abs(last(rows)('level') - Math.log(100 / 7) * E8)).toBeLessThan(returnE8(100, 100.1));
  });

  it('is forgotten when the next bar is back', () => {
    const rows = feed([...crash, [62, 100.01], [63, 100]]);
    expect(rows[61]?.('flags')).toBe(0);
    expect(Math.abs(last(rows)('level') - Math.log(100) * E8)).toBeLessThan(returnE8(100, 100.1));
    expect(Math.abs(last(rows)('volatility') / (rows[59]?.('volatility') ?? NaN) - 1)).toBeLessThan(0.1);
  });

  it('does not make a single tick after hours of standing still a miracle', () => {
    const still = Array.from({ length: 380 }, (_, i): [number, number] => [i + 1, 100]);
    const row = last(feed([...still, [381, 100.01]]));
    expect(row('flags')).toBe(0);
  });
});

describe('a close that no market prints', () => {
  it.each([0, -1, NaN, Infinity])('is refused by name: %d', (close) => {
    expect(() =>
      feed([
        [1, 100],
        [2, close],
      ]),
    ).toThrow(new RangeError(`close of AAPL must be a positive number, got ${close}`));
  });
});
