import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anchorOf, type Bar, length, outputsOf, series } from '../test/features-under-test.ts';
import { newBollinger } from './bollinger.ts';
import { newKeltner } from './keltner.ts';
import { newMacd } from './macd.ts';

/** Far above what some dozen roundings make of prices around 10, far below a cent. */
const CLOSE = 1e-9;

const closesOf = (bars: readonly Bar[]): number[] => bars.map(({ close }) => close);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
const deviation = (values: readonly number[]): number => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
const typical = ({ high, low, close }: Bar): number => (high + low + close) / 3;

/** Whether each output is what the definition says of the bars so far; NaN stands for not known. */
function expectDefinition(name: string, define: (bars: readonly Bar[], size: number) => readonly number[]): void {
  fc.assert(
    fc.property(length, series, (size, bars) => {
      const wrong = outputsOf(name, size, bars).filter((values, index) => {
        const expected = define(bars.slice(0, index + 1), size);
        return !values.every((value = -1, i) => {
          const other = expected[i] ?? -2;
          return Number.isNaN(value) ? Number.isNaN(other) : Math.abs(value - other) <= CLOSE * Math.max(1, Math.abs(other));
        });
      });
      expect(wrong).toEqual([]);
    }),
    { numRuns: 60 },
  );
}

/** Wilder's average of a whole series. */
const wilder = (values: readonly number[], size: number): number =>
  values.length < size
    ? NaN
    : values.slice(size).reduce((average, value) => (average * (size - 1) + value) / size, mean(values.slice(0, size)));
const exponential = (values: readonly number[], size: number, seed: number): number =>
  values.length < seed
    ? NaN
    : values.slice(seed).reduce((average, value) => average + (2 / (size + 1)) * (value - average), mean(values.slice(0, seed)));
const changes = (values: readonly number[]): number[] => values.slice(1).map((value, i) => value - (values[i] ?? NaN));
const trueRanges = (bars: readonly Bar[]): number[] =>
  bars.slice(1).map(({ high, low }, i) => {
    const before = bars[i]?.close ?? NaN;
    return Math.max(high, before) - Math.min(low, before);
  });

describe('relative strength index', () => {
  it('1. and 2. is the share of the average gain in the movement, a half where there was none', () => {
    expectDefinition('relative strength index', (bars, size) => {
      const gain = wilder(
        changes(closesOf(bars)).map((change) => Math.max(change, 0)),
        size,
      );
      const loss = wilder(
        changes(closesOf(bars)).map((change) => Math.max(-change, 0)),
        size,
      );
      return [gain + loss === 0 ? 50 : (100 * gain) / (gain + loss)];
    });
  });

  it('2. is 100 when it only rose, 0 when it only fell, and 50 when it never moved', () => {
    const of = (...closes: readonly number[]): number => {
      const bars = closes.map((close): Bar => ({ high: close, low: close, close, volume: 1 }));
      return outputsOf('relative strength index', 3, bars).at(-1)?.[0] ?? NaN;
    };
    expect(of(10, 11, 11, 12, 12)).toBe(100);
    expect(of(10, 9, 9, 8, 8)).toBe(0);
    expect(of(10, 10, 10, 10, 10)).toBe(50);
    expect(of(10, 10, 10)).toBeNaN();
  });

  it('1. lies in 0 … 100', () => {
    fc.assert(
      fc.property(length, series, (size, bars) => {
        const values = outputsOf('relative strength index', size, bars).flat();
        expect(values.slice(size).every((value = NaN) => value >= 0 && value <= 100)).toBe(true);
      }),
    );
  });
});

describe('directional movement', () => {
  it('1. and 2. is known from its time on, and lies in 0 … 100', () => {
    fc.assert(
      fc.property(length, series, (size, bars) => {
        const wrong = outputsOf('directional movement', size, bars).filter(
          ([plus = -1, minus = -1, dx = -1, adx = -1], index) => {
            const inside = [plus, minus, dx, plus + minus].every((value) => value >= 0 && value <= 100 + CLOSE);
            const known = index >= size ? inside : [plus, minus, dx].every(Number.isNaN);
            return !known || (index >= 2 * size - 1 ? !(adx >= 0 && adx <= 100) : !Number.isNaN(adx));
          },
        );
        expect(wrong).toEqual([]);
      }),
    );
  });

  it('is what Wilder defines', () => {
    expectDefinition('directional movement', (bars, size) => {
      const up = changes(bars.map(({ high }) => high));
      const down = changes(bars.map(({ low }) => low)).map((change) => -change);
      const plusMoves = up.map((rise, i) => (rise > (down[i] ?? NaN) ? Math.max(rise, 0) : 0));
      const minusMoves = down.map((fall, i) => (fall > (up[i] ?? NaN) ? Math.max(fall, 0) : 0));
      const at = (count: number): readonly [number, number, number] => {
        const range = wilder(trueRanges(bars).slice(0, count), size);
        const [plus, minus] = [wilder(plusMoves.slice(0, count), size), wilder(minusMoves.slice(0, count), size)];
        const part = (value: number, of: number): number => (of === 0 ? 0 : (100 * value) / of);
        return [part(plus, range), part(minus, range), part(Math.abs(plus - minus), plus + minus)];
      };
      const counts = Array.from({ length: Math.max(0, bars.length - size) }, (_, i) => size + i);
      const last = at(bars.length - 1);
      return [
        ...last,
        wilder(
          counts.map((count) => at(count)[2]),
          size,
        ),
      ];
    });
  });

  it('3. is 0 when nothing moves', () => {
    const still = Array<Bar>(9).fill({ high: 10, low: 10, close: 10, volume: 1 });
    expect(outputsOf('directional movement', 3, still).at(-1)).toEqual([0, 0, 0, 0]);
  });
});

describe('averages', () => {
  it('simple: 1. is the mean of the last inputs', () => {
    expectDefinition('simple moving average', (bars, size) => [bars.length < size ? NaN : mean(closesOf(bars).slice(-size))]);
  });

  it('exponential: 1. begins with the mean of the first inputs', () => {
    expectDefinition('exponential moving average', (bars, size) => [exponential(closesOf(bars), size, size)]);
  });

  it('exponential: 1. begins with the first input when asked to', () => {
    expectDefinition('exponential moving average from the first close', (bars, size) => [exponential(closesOf(bars), size, 1)]);
  });

  it('exponential: 2. lies between the smallest and the largest input', () => {
    fc.assert(
      fc.property(length, series, (size, bars) => {
        const wrong = outputsOf('exponential moving average', size, bars).filter(([value = -1], index) => {
          const seen = closesOf(bars).slice(0, index + 1);
          return index >= size - 1 && !(value >= Math.min(...seen) - CLOSE && value <= Math.max(...seen) + CLOSE);
        });
        expect(wrong).toEqual([]);
      }),
    );
  });

  it('convergence and divergence: 1. and 2. are the differences of averages', () => {
    expectDefinition('MACD', (bars, size) => {
      const closes = closesOf(bars);
      const lineAt = (count: number): number =>
        exponential(closes.slice(0, count), size, size) - exponential(closes.slice(0, count), 2 * size, 2 * size);
      const lines = closes.map((_, i) => lineAt(i + 1)).filter((line) => !Number.isNaN(line));
      const signal = exponential(lines, size, size);
      return [lineAt(closes.length), signal, lineAt(closes.length) - signal];
    });
  });
});

describe('MACD', () => {
  it('refuses a fast average that is not the shorter one', () => {
    expect(() => newMacd(26, 12, 9)).toThrow(RangeError);
    expect(() => newMacd(12, 12, 9)).toThrow(RangeError);
  });
});

describe('bands and channels', () => {
  it('deviation: 1. is the population standard deviation of the last values', () => {
    expectDefinition('rolling deviation', (bars, size) => {
      const last = closesOf(bars).slice(-size);
      return last.length < size ? [NaN, NaN] : [mean(last), deviation(last)];
    });
  });

  it('deviation: 2. is exactly 0 when all values are one, whatever came before', () => {
    fc.assert(
      fc.property(length, series, fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (size, bars, value) => {
        const still = Array<Bar>(size).fill({ high: value, low: value, close: value, volume: 0 });
        expect(outputsOf('rolling deviation', size, [...bars, ...still]).at(-1)).toEqual([value, 0]);
        expect(outputsOf('Bollinger bands', size, [...bars, ...still]).at(-1)).toEqual([value, value, value]);
      }),
    );
  });

  it('Bollinger: 1. and 2. lie two deviations from the mean', () => {
    expectDefinition('Bollinger bands', (bars, size) => {
      const last = closesOf(bars).slice(-size);
      if (last.length < size) return [NaN, NaN, NaN];
      return [mean(last), mean(last) + 2 * deviation(last), mean(last) - 2 * deviation(last)];
    });
  });

  it('Keltner: 1. and 2. lies two average true ranges from the exponential average', () => {
    expectDefinition('Keltner channel', (bars, size) => {
      const middle = exponential(closesOf(bars), size, size);
      const half = 2 * wilder(trueRanges(bars), Math.ceil(size / 2));
      return [middle, middle + half, middle - half];
    });
  });

  it('refuse a multiple that is not positive', () => {
    for (const multiple of [0, -1, NaN, Infinity]) {
      expect(() => newBollinger(20, multiple)).toThrow(RangeError);
      expect(() => newKeltner(20, 10, multiple)).toThrow(RangeError);
    }
  });
});

describe('volume-weighted average price', () => {
  const weighted = (bars: readonly Bar[]): number => {
    const volume = sum(bars.map((one) => one.volume));
    return volume === 0 ? NaN : sum(bars.map((one) => typical(one) * one.volume)) / volume;
  };

  it('1. is that of the bars since the anchor', () => {
    expectDefinition('VWAP', (bars) => {
      const anchor = anchorOf(bars.length - 1);
      return [weighted(bars.filter((_, i) => anchorOf(i) === anchor))];
    });
  });

  it('1. rolling is that of the last bars', () => {
    expectDefinition('rolling VWAP', (bars, size) => [bars.length < size ? NaN : weighted(bars.slice(-size))]);
    expectDefinition('rolling VWAP of what there is', (bars, size) => [weighted(bars.slice(-size))]);
  });

  it('2. lies between the lowest low and the highest high', () => {
    fc.assert(
      fc.property(length, series, (size, bars) => {
        const wrong = outputsOf('rolling VWAP of what there is', size, bars).filter(([value = -1], index) => {
          const last = bars.slice(Math.max(0, index + 1 - size), index + 1);
          const [low, high] = [Math.min(...last.map((one) => one.low)), Math.max(...last.map((one) => one.high))];
          return !Number.isNaN(value) && !(value >= low - CLOSE && value <= high + CLOSE);
        });
        expect(wrong).toEqual([]);
      }),
    );
  });
});
