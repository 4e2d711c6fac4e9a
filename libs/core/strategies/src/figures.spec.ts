import { describe, expect, it } from '@jest/globals';
import { sessionsBetween } from '@aitrader/core-sessions';
import { item, newSignalSlice, ticker, type StrategyParameters, type Timeframe } from '@aitrader/model';
import { interval, MINUTE, type Print } from '../test/market.ts';
import { findingsAt, strategiesStage, STRATEGY_CATALOGUE } from './index.ts';

/** Of each bar of AAPL, the figure that a kind of strategy makes of it; NaN where it makes none. */
function figuresOf(
  kind: string,
  given: StrategyParameters,
  bars: readonly (Print & { readonly t: number })[],
  timeframe: Timeframe = '1m',
): readonly number[] {
  const usual = Object.fromEntries(Object.entries(STRATEGY_CATALOGUE[kind] ?? {}).map(([name, rule]) => [name, rule.usual]));
  const state = strategiesStage.initial([{ name: kind, kind, parameters: { ...usual, ...given } }]);
  return bars.map(({ t, ...print }) => {
    const input = interval(t, { AAPL: print }, timeframe);
    const [found] = findingsAt(structuredClone(state), input, ticker('AAPL')) ?? [];
    strategiesStage.apply(state, input, newSignalSlice(0));
    return found?.figure.value ?? NaN;
  });
}

const SESSIONS = sessionsBetween('2024-03-04', '2024-03-14');
const closeAt = (t: number, close: number, more: Partial<Print> = {}): Print & { readonly t: number } => ({
  ...{ t, open: close, high: close * 1.001, low: close * 0.999, close },
  ...more,
});
/** Minutes of a session from its open on, at these closes. */
const minutes = (session: number, closes: readonly number[], more: Partial<Print> = {}) =>
  closes.map((close, i) => closeAt(item(SESSIONS, session).open + (i + 1) * MINUTE, close, more));

describe('momentum', () => {
  const VOLATILITY = 50_000;
  const LIVES = [5, 15, 60] as const;
  const correlation = (a: number, b: number): number => (2 * Math.sqrt(a * b)) / (a + b);
  const sdOfSum = Math.sqrt(3 + 2 * (correlation(5, 15) + correlation(15, 60) + correlation(5, 60)));
  /** As it is defined: faded returns of the session over what those of a random walk of its minutes would be. */
  function scoreOf(closes: readonly number[], at: readonly number[]): number {
    const now = item(at, at.length - 1);
    const zs = LIVES.map((life) => {
      let sum = 0;
      for (let i = 1; i < closes.length; i++)
        sum += Math.log(item(closes, i) / item(closes, i - 1)) * Math.exp(-(now - item(at, i)) / life);
      const variance = (life / 2) * (1 - Math.exp((-2 * (now - item(at, 0))) / life));
      return (1e8 * sum) / (VOLATILITY * Math.sqrt(variance));
    });
    return zs.reduce((total, z) => total + z, 0) / sdOfSum;
  }

  it('is the velocity over three lives in standard deviations, through gaps, and anew each session', () => {
    const closes = [100, 100.1, 100.05, 100.2, 100.3, 100.25, 100.5];
    const at = [1, 2, 3, 4, 8, 9, 20];
    const bars = (session: number) =>
      closes.map((close, i) =>
        closeAt(item(SESSIONS, session).open + item(at, i) * MINUTE, close, { state: { volatility: VOLATILITY } }),
      );
    const found = figuresOf('momentum', {}, [...bars(0), ...bars(1)]);
    const expected = closes.map((_, i) => (i === 0 ? NaN : scoreOf(closes.slice(0, i + 1), at.slice(0, i + 1))));
    for (const [i, value] of [...expected, ...expected].entries()) {
      if (Number.isNaN(value)) expect(found[i]).toBeNaN();
      else expect(found[i]).toBeCloseTo(value, 9);
    }
    expect(Math.abs(expected.at(-1) ?? NaN)).toBeGreaterThan(0.5);
  });
});

describe('mean reversion', () => {
  it('is the distance from the moving level in its own root mean square', () => {
    const closes = [100, 100.4, 100.2, 101, 100.9, 99.5];
    const found = figuresOf('mean-reversion', { levelMinutes: 3, scaleBars: 1_000 }, minutes(0, closes));
    const kept = Math.exp(-1 / 3);
    let level = Math.log(100);
    const squares: number[] = [];
    closes.slice(1).forEach((close, i) => {
      level = kept * level + (1 - kept) * Math.log(close);
      const residual = Math.log(close) - level;
      squares.push(residual * residual);
      const scale = Math.sqrt(squares.reduce((total, one) => total + one, 0) / squares.length);
      expect(found[i + 1]).toBeCloseTo(residual / scale, 9);
    });
  });
});

/** The root of the mean square of figures, each new one of which weighs at least `gain`. */
function scaleOf(figures: readonly number[], gain: number): number {
  let square = 0;
  figures.forEach((value, i) => {
    square += Math.max(gain, 1 / (i + 1)) * (value * value - square);
  });
  return Math.sqrt(square);
}

describe('returns that a session has one of', () => {
  const NIGHTS = [0.01, -0.02, 0.005, 0.03, -0.01];
  const PARAMETERS = { sessionsMin: 3, centreSessions: 2 };
  /** Sessions that open so far from the close before, and close where they opened; bars at the minutes. */
  function sessions(at: readonly number[]) {
    let close = 100;
    return [0, ...NIGHTS].flatMap((night, session) => {
      close *= Math.exp(night);
      return at.map((minute) => closeAt(item(SESSIONS, session).open + minute * MINUTE, close));
    });
  }

  it("of the night is looked at with the first bar, by past nights' own scale, once there are enough of them", () => {
    const found = figuresOf('overnight-reversal', PARAMETERS, sessions([1, 200]));
    for (const [n, night] of NIGHTS.entries()) {
      const [first, later] = [found[2 * (n + 1)], found[2 * (n + 1) + 1]];
      expect(later).toBeNaN();
      if (n < 3) expect(first).toBeNaN();
      else expect(first).toBeCloseTo(night / scaleOf(NIGHTS.slice(0, n), 1 / 3), 9);
    }
  });

  it('of the first half-hour reaches from the close before to its end, and is looked at half an hour before the close', () => {
    const found = figuresOf('intraday-momentum', PARAMETERS, sessions([1, 30, 31, 200, 360, 390]));
    const of = (session: number): readonly number[] => found.slice(6 * session, 6 * (session + 1));
    expect(of(4).map(Number.isNaN)).toEqual([true, true, true, true, false, true]);
    expect(of(4)[4]).toBeCloseTo(item(NIGHTS, 3) / scaleOf(NIGHTS.slice(0, 3), 1 / 3), 9);
    // a session without a bar before it: a return over two nights is none
    const skipped = sessions([1, 30, 31, 200, 360, 390]).filter(
      ({ t }) => t < item(SESSIONS, 3).open || t > item(SESSIONS, 3).close,
    );
    expect(figuresOf('intraday-momentum', PARAMETERS, skipped).slice(18, 24).every(Number.isNaN)).toBe(true);
  });
});

describe('returns over daily bars', () => {
  it.each(['time-series-momentum', 'short-term-reversal'])('%s: so many bars in their standard deviation', (kind) => {
    const closes = [100, 102, 101, 104, 103, 99, 100];
    const days = sessionsBetween('2024-03-04', '2024-03-12');
    const bars = closes.map((close, i) => closeAt(item(days, i).close, close));
    const found = figuresOf(kind, { lookbackBars: 3, centreBars: 2 }, bars, '1d');
    const changes = closes.slice(1).map((close, i) => Math.log(close / item(closes, i)));
    closes.forEach((close, i) => {
      if (i < 3) expect(found[i]).toBeNaN();
      else {
        const sd = scaleOf(changes.slice(0, i), 1 / 3);
        expect(found[i]).toBeCloseTo(Math.log(close / item(closes, i - 3)) / (sd * Math.sqrt(3)), 9);
      }
    });
  });
});
