import { describe, expect, it } from '@jest/globals';
import type { BarRow, FillRow, SignalRow, SymbolForecast } from '@aitrader/application-console';
import { fanOf, marksOf } from './symbol-points.ts';

const forecast = (median: number, isWarmingUp = false): SymbolForecast => ({
  ...{
    median,
    low50: median - 1,
    high50: median + 1,
    low80: median - 2,
    high80: median + 2,
    low95: median - 3,
    high95: median + 3,
  },
  ...{ velocityUp: 0.5, regime: 'calm', isWarmingUp },
});
const bar = (t: number, of: SymbolForecast | null): BarRow => ({
  ...{ t, open: 1, high: 1, low: 1, close: 1, volume: 1, quarantined: false, forecast: of },
});

describe('a fan', () => {
  it('stands at the bars that it is of: each the one after', () => {
    const fan = fanOf([bar(60, forecast(10)), bar(120, forecast(20)), bar(180, null)]);
    expect(fan.map(({ t, median }) => [t, median])).toEqual([
      [120, 10],
      [180, 20],
    ]);
    expect(fan[0]?.bands).toEqual([
      [7, 13],
      [8, 12],
      [9, 11],
    ]);
  });

  it('goes a step beyond the last bar', () => {
    expect(fanOf([bar(60, null), bar(120, forecast(5))]).map(({ t }) => t)).toEqual([180]);
  });

  it('leaves out what a filter says that is warming up', () => {
    expect(fanOf([bar(60, forecast(1, true)), bar(120, null)])).toEqual([]);
  });
});

describe('marks', () => {
  it('are the symbol’s own of the span, in the order of time', () => {
    const signals = [{ symbol: 'A', t: 70, direction: 1, answer: 'approved' }] as SignalRow[];
    const fills = [
      { symbol: 'A', t: 65, side: 'sell', shares: 3, leg: 'stop' },
      { symbol: 'B', t: 65, side: 'sell', shares: 3, leg: 'stop' },
      { symbol: 'A', t: 500, side: 'buy', shares: 3, leg: 'entry' },
    ] as FillRow[];
    expect(marksOf('A', { from: 60, to: 120 }, signals, fills)).toEqual([
      { t: 65, shape: 'sell', up: false, words: 'stop 3' },
      { t: 70, shape: 'signal', up: true, words: '' },
    ]);
  });
});
