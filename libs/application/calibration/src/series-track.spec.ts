import { describe, expect, it } from '@jest/globals';
import { AT, read, STATE_FLAG } from '@aitrader/model';
import { crpsOfGaussian, logScoreOfGaussian, mean, momentsOf } from '@aitrader/core-metrics';
import { returnE8, scoreFigures, scoreUnderState } from '@aitrader/core-probability';
import { exampleBars, exampleTrack } from '../test/example-track.ts';
import { INTERVALS, isHit, LAWS } from './intervals.ts';
import { WINDOW_BARS } from './series-track.ts';

const BURN_IN = 60;
const bars = exampleBars(900);
const returns = bars.slice(1).map(({ close }, i) => returnE8(bars[i]?.close ?? NaN, close));

describe('a series', () => {
  it('counts every bar after the burn-in against the state emitted with the bar before', () => {
    const track = exampleTrack(bars, BURN_IN);
    expect([track.scored, track.unscored, track.seen]).toEqual([bars.length - BURN_IN, 0, bars.length]);
    for (const law of LAWS)
      for (const { level, lower, upper } of INTERVALS[law]) {
        let held = 0;
        for (let i = BURN_IN; i < bars.length; i++) {
          const y = Math.round(1e8 * Math.log((bars[i]?.close ?? NaN) / (bars[i - 1]?.close ?? NaN)));
          const row = bars[i - 1]?.row ?? new Float64Array();
          if (y >= read(row, lower) && y <= read(row, upper)) held++;
        }
        expect(track.hits.reduce((sum, hit) => sum + (isHit(hit, law, level) ? 1 : 0), 0)).toBe(held);
      }
    expect(track.t[0]).toBe(bars[BURN_IN]?.t);
    expect(Array.from(track.regime.slice(0, 3))).toEqual([59, 60, 61].map((i) => Math.floor(i / 40) % 3));
  });

  it('leaves out the bars that the stage had no forecast for', () => {
    const some = exampleBars(900);
    for (const i of [100, 200]) some[i]?.row.fill(STATE_FLAG.UNSCORED, AT.flags, AT.flags + 1);
    const track = exampleTrack(some, BURN_IN);
    expect([track.scored, track.unscored]).toEqual([bars.length - BURN_IN - 2, 2]);
  });

  it('scores the baselines on the very returns before each bar, in per cent', () => {
    const track = exampleTrack(bars, BURN_IN);
    const percent = returns.map((y) => y / 1e6);
    const forecasts = percent.map((y, i) => {
      const { mean: centre, variance } = momentsOf(i === 0 ? [0, 1] : percent.slice(0, i));
      return { y, forecast: { mean: centre, sd: Math.sqrt(variance) } };
    });
    const scored = forecasts.slice(BURN_IN - 1);
    expect(track.expanding.crps / track.scored).toBeCloseTo(
      mean(scored.map(({ y, forecast }) => crpsOfGaussian(forecast, y))),
      9,
    );
    expect(track.expanding.logScore / track.scored).toBeCloseTo(
      mean(scored.map(({ y, forecast }) => logScoreOfGaussian(forecast, y))),
      9,
    );
  });

  it('scores the model under the law of the state before each bar, in whole units, as returns in per cent', () => {
    const track = exampleTrack(bars, BURN_IN);
    const scores = returns.map((y, i) => scoreFigures(scoreUnderState(bars[i]?.row ?? new Float64Array(), 0, y)));
    const scored = scores.slice(BURN_IN - 1);
    expect(track.model.crps / track.scored).toBeCloseTo(mean(scored.map(({ crps }) => crps / 1e6)), 9);
    expect(track.model.logScore / track.scored).toBeCloseTo(mean(scored.map(({ logScore }) => logScore / 1e6)), 9);
    // the forecasts are the law that the returns are drawn from: no baseline does better
    expect(track.model.crps).toBeLessThan(Math.min(track.expanding.crps, track.ewma.crps));
  });

  it('does not change with what comes later, and is the same each time', () => {
    const whole = exampleTrack(bars, BURN_IN);
    const part = exampleTrack(bars.slice(0, 500), BURN_IN);
    expect(whole.hits.slice(0, part.scored)).toEqual(part.hits);
    expect(whole.pits.slice(0, part.scored)).toEqual(part.pits);
    expect(exampleTrack(bars, BURN_IN)).toEqual(whole);
  });

  it('spreads the PIT of a return over its tick: those of true forecasts are uniform, exact zeros included', () => {
    const long = exampleTrack(exampleBars(20_000, 5), BURN_IN);
    expect(mean(long.pits)).toBeCloseTo(0.5, 1);
    expect(momentsOf(long.pits).variance).toBeCloseTo(1 / 12, 2);
    expect(new Set(long.pits).size).toBe(long.scored);
  });

  it('keeps the last bars whole', () => {
    const { drawn } = exampleTrack(bars, BURN_IN);
    expect(drawn).toHaveLength(WINDOW_BARS);
    expect(drawn.at(-1)).toMatchObject({ t: bars.at(-1)?.t, close: bars.at(-1)?.close, closeBefore: bars.at(-2)?.close });
    expect(drawn.at(-1)?.forecast).toEqual(bars.at(-2)?.row);
  });
});
