import { describe, expect, it } from '@jest/globals';
import { type HiddenMarkovModel, hmmStep, hmmStepParameters } from '@aitrader/core-estimation';
import { CALIBRATED_PROBABILITY as CONFIG, item, read, REGIMES, ticker } from '@aitrader/model';
import { studentTQuantile } from '@aitrader/core-numeric';
import { sessionsBetween } from '@aitrader/core-sessions';
import type { Series } from '../test/real-series.ts';
import { runStage } from '../test/run-stage.ts';
import { type RegimeFigures, regimeFigures } from './regime-figures.ts';
import { newRegimeModel } from './regime.ts';
import { REGIME } from './memory.ts';

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

  it('brings a filter of the estimation library to the probabilities that the stage has', () => {
    const known = new Map(figures.times.map((t, i) => [t, i]));
    const step = hmmStepParameters(CHAIN);
    const law = new Float64Array(3);
    let compared = 0;
    runStage(series, CONFIG, (_row, i, { memory }) => {
      const ours = memory.regimes.subarray(REGIME.law, REGIME.law + 3);
      const at = known.get(item(series.times, i));
      if (at === undefined) {
        law.set(ours);
        return;
      }
      hmmStep(step, law, Float64Array.of(read(figures.innovations, at), read(figures.lnVariances, at)));
      law.forEach((p, k) => expect(Math.abs(p - read(ours, k))).toBeLessThan(1e-9));
      compared++;
    });
    expect(compared).toBe(series.times.length - CONFIG.warmUpBars + 1);
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

  it('begins when the states are no longer warming up, and not among the seeds however short that is', () => {
    expect(figures.times[0]).toBe(series.times[CONFIG.warmUpBars - 1]);
    expect(figuresOf(series, { ...CONFIG, warmUpBars: 1 }).times[0]).toBe(series.times[11]);
    expect(figuresOf({ ...series, times: series.times.slice(0, 59) }).times).toEqual([]);
  });

  it('leaves out a bar while it waits to be confirmed, believed in the end or not', () => {
    const day = 400;
    const held = series.times[day];
    const broken = figuresOf(withPrint(series, day, 3));
    const shifted = figuresOf({ ...series, closes: series.closes.map((close, i) => (i < day ? close : close / 2)) });
    for (const { times } of [broken, shifted]) {
      expect(times).toEqual(figures.times.filter((t) => t !== held));
      expect(times).not.toContain(held);
    }
  });

  it('depends on the bars before alone', () => {
    const first = figuresOf({ ...series, times: series.times.slice(0, 500) });
    const n = first.times.length;
    expect(n).toBeGreaterThan(400);
    expect(first.times).toEqual(figures.times.slice(0, n));
    expect(first.innovations).toEqual(figures.innovations.slice(0, n));
    expect(first.lnVariances).toEqual(figures.lnVariances.slice(0, n));
  });

  it('refuses a close that is no price', () => {
    expect(() => figuresOf(withPrint(series, 3, 0))).toThrow('close of X must be a positive number, got 0');
  });
});
