import { describe, expect, it } from '@jest/globals';
import { type HiddenMarkovModel, hmmStep, hmmStepParameters } from '@aitrader/core-estimation';
import { CALIBRATED_PROBABILITY as CONFIG, type EpochMs, item, read, REGIMES, ticker } from '@aitrader/model';
import { studentTQuantile } from '@aitrader/core-numeric';
import { sessionsBetween } from '@aitrader/core-sessions';
import type { Series } from '../test/real-series.ts';
import { runStage } from '../test/run-stage.ts';
import { type RegimeFigures, regimeFigures } from './regime-figures.ts';
import { newRegimeModel } from './regime.ts';
import { FORECAST, REGIME } from './memory.ts';

const { transition } = newRegimeModel(CONFIG);
/** The filter of regimes as the estimation library has it. */
const CHAIN: HiddenMarkovModel = {
  start: [0.25, 0.5, 0.25],
  startsAt: 'step-before',
  transition: [0, 3, 6].map((from) => Array.from(transition.subarray(from, from + 3))),
  emissions: REGIMES.map((regime) => [
    { family: 'student', location: 0, scale: CONFIG.regimeReturnScales[regime], dof: 4 },
    { family: 'gaussian', mean: CONFIG.regimeVarianceMeans[regime], sd: CONFIG.regimeVarianceSds[regime] },
  ]),
};

/** Daily closes that are wild for sixty days of every two hundred; none lies far enough out to be held back. */
function walk(): Series {
  let seed = 5;
  const uniform = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const sessions = sessionsBetween('2019-01-02', '2022-12-30');
  let logPrice = Math.log(100);
  const closes = sessions.map((_, i) => {
    logPrice += (i % 200 < 60 ? 0.02 : 0.008) * studentTQuantile(uniform(), 12);
    return Math.exp(logPrice);
  });
  return { name: 'walk', timeframe: '1d', times: sessions.map(({ close }) => close), dates: [], closes };
}

const figuresOf = ({ timeframe, times, closes }: Series, config = CONFIG): RegimeFigures =>
  regimeFigures(config, { symbol: ticker('X'), timeframe, times, closes: Float64Array.from(closes) });

/** The walk with the close of one day multiplied. */
const withPrint = (series: Series, day: number, factor: number): Series => ({
  ...series,
  closes: series.closes.map((close, i) => (i === day ? close * factor : close)),
});

describe('what the filter of regimes sees', () => {
  const series = walk();
  const figures = figuresOf(series);

  /**
   * Steps the estimation library's filter over the figures as they become known, from the stage's own law where there are none yet,
   * and returns how many there were.
   */
  function expectTheLawOf(walked: Series): number {
    const seen = figuresOf(walked);
    const step = hmmStepParameters(CHAIN);
    const law = new Float64Array(3);
    let next = 0;
    runStage(walked, CONFIG, (_row, i, { memory }) => {
      const ours = memory.regimes.subarray(REGIME.law, REGIME.law + 3);
      const t = item(walked.times, i);
      for (; next < seen.times.length && item(seen.knownAt, next) <= t; next++) {
        expect([t, item(walked.times, i - 1)]).toContain(seen.times[next]);
        hmmStep(step, law, Float64Array.of(read(seen.innovations, next), read(seen.lnVariances, next)));
      }
      if (next === 0) law.set(ours);
      else law.forEach((p, k) => expect(Math.abs(p - read(ours, k))).toBeLessThan(1e-9));
    });
    expect(next).toBe(seen.times.length);
    return next;
  }

  it('brings a filter of the estimation library to the probabilities that the stage has', () => {
    expect(expectTheLawOf(series)).toBe(series.times.length - CONFIG.warmUpBars + 1);
  });

  it.each<[string, (close: number, day: number) => number, missing: number]>([
    ['a bar that the next one confirms', (close, day) => (day < 400 ? close : close / 2), 0],
    ['a bar that the next one belies', (close, day) => (day === 400 ? 3 * close : close), 1],
    [
      'bars that each confirm the one before, and wait themselves',
      (close, day) => close / 2 ** Math.max(0, Math.min(3, day - 399)),
      0,
    ],
    ['a bar that was confirmed as the warm-up ended', (close, day) => (day < CONFIG.warmUpBars - 1 ? close : close / 2), 0],
  ])('does so over %s', (_, at, missing) => {
    const walked = { ...series, closes: series.closes.map(at) };
    expect(expectTheLawOf(walked)).toBe(figures.times.length - missing);
  });

  it('rises and falls with the price, in sd of the long past', () => {
    const index = new Map(series.times.map((t, i) => [t, i]));
    const signs = figures.times.map((t, i) => {
      const at = index.get(t) ?? NaN;
      return Math.sign(read(figures.innovations, i)) === Math.sign(item(series.closes, at) - item(series.closes, at - 1));
    });
    // the forecast's mean is a small drift: only the smallest moves may lie on the other side of it
    expect(signs.filter(Boolean).length / signs.length).toBeGreaterThan(0.9);
    const meanSquare = figures.innovations.reduce((sum, x) => sum + x * x, 0) / signs.length;
    expect(meanSquare).toBeGreaterThan(0.5);
    expect(meanSquare).toBeLessThan(3);
  });

  it('has the innovations as fitted variances learn from them: less the season, cut, in per cent of a pinned step', () => {
    const seen = new Map(figures.times.map((t, i) => [t, read(figures.percents, i)]));
    let before = { mean: NaN, variance: NaN, base: NaN };
    let cut = 0;
    runStage(series, CONFIG, (_row, i, { memory: { forecasts } }) => {
      const percent = seen.get(item(series.times, i));
      if (percent !== undefined) {
        const innovation = 1e4 * Math.log(item(series.closes, i) / item(series.closes, i - 1)) - before.mean;
        const square = (innovation * innovation) / before.variance;
        if (square > CONFIG.winsorZ ** 2) cut++;
        const size = Math.sqrt(before.base * Math.min(square, CONFIG.winsorZ ** 2)) / 100;
        expect(Math.abs(percent / (Math.sign(innovation) * size) - 1)).toBeLessThan(1e-9);
      }
      const [mean, variance, base] = [FORECAST.mean, FORECAST.variance, FORECAST.base].map((place) => read(forecasts, place));
      before = { mean: mean ?? NaN, variance: variance ?? NaN, base: base ?? NaN };
    });
    expect(cut).toBeGreaterThan(0);
  });

  it('begins when the states are no longer warming up, and not among the seeds however short that is', () => {
    expect(figures.times[0]).toBe(series.times[CONFIG.warmUpBars - 1]);
    expect(figuresOf(series, { ...CONFIG, warmUpBars: 1 }).times[0]).toBe(series.times[11]);
    expect(figuresOf({ ...series, times: series.times.slice(0, 59) }).times).toEqual([]);
    const early = CONFIG.warmUpBars - 2;
    const lateConfirmed = series.closes.map((close, i) => (i < early ? close : close / 2));
    expect(figuresOf({ ...series, closes: lateConfirmed }).times).toEqual(figures.times);
  });

  it('leaves out a bar while it waits to be confirmed, and has it once it is', () => {
    const day = 400;
    const [held, confirming] = [item(series.times, day), item(series.times, day + 1)];
    const broken = figuresOf(withPrint(series, day, 3));
    expect(broken.times).toEqual(figures.times.filter((t) => t !== held));
    expect(broken.knownAt).toEqual(broken.times);

    const shifted = { ...series, closes: series.closes.map((close, i) => (i < day ? close : close / 2)) };
    const { times, knownAt, innovations } = figuresOf(shifted);
    expect(times).toEqual(figures.times);
    expect(times.filter((t, i) => knownAt[i] !== t)).toEqual([held]);
    expect(knownAt[times.indexOf(held)]).toBe(confirming);
    // its own sign, whatever the bar that confirmed it did
    expect(read(innovations, times.indexOf(held))).toBeLessThan(-2);
    const doubled = figuresOf({ ...series, closes: series.closes.map((close, i) => (i < day ? close : close * 2)) });
    expect(read(doubled.innovations, doubled.times.indexOf(held))).toBeGreaterThan(2);
    const upTo = (n: number): readonly EpochMs[] => figuresOf({ ...shifted, times: series.times.slice(0, n) }).times;
    expect(upTo(day + 1).at(-1)).toBe(series.times[day - 1]);
    expect(upTo(day + 2).slice(-2)).toEqual([held, confirming]);
  });

  it('depends on the bars before alone', () => {
    const first = figuresOf({ ...series, times: series.times.slice(0, 500) });
    const n = first.times.length;
    expect(n).toBeGreaterThan(400);
    expect(first.times).toEqual(figures.times.slice(0, n));
    expect(first.innovations).toEqual(figures.innovations.slice(0, n));
    expect(first.percents).toEqual(figures.percents.slice(0, n));
    expect(first.lnVariances).toEqual(figures.lnVariances.slice(0, n));
  });

  it('refuses a close that is no price', () => {
    expect(() => figuresOf(withPrint(series, 3, 0))).toThrow('close of X must be a positive number, got 0');
  });
});
