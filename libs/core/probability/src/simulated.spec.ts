import { describe, expect, it } from '@jest/globals';
import { CALIBRATED_PROBABILITY as CONFIG, AT, epochMs, item, PPM, read, STATE_WIDTH } from '@aitrader/model';
import { studentTQuantile } from '@aitrader/core-numeric';
import { sessionsBetween } from '@aitrader/core-sessions';
import type { Series } from '../test/real-series.ts';
import { runStage } from '../test/run-stage.ts';
import { figuresOf, newFigureWalk, returnE8, scoreUnderState, type StateFigures, walkFigures } from './index.ts';

const BURN_IN = 500;
/** Sd of a return. */
const SD = 0.012;

/** Daily closes whose log returns are independent, Student's t with `dof` degrees of freedom. */
function studentWalk(dof: number, seed: number): Series {
  let state = seed;
  const uniform = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const sessions = sessionsBetween('1999-01-04', '2026-12-31');
  const scale = SD * Math.sqrt((dof - 2) / dof);
  let logPrice = Math.log(100);
  const closes = sessions.map(() => {
    logPrice += scale * studentTQuantile(uniform(), dof);
    return Math.exp(logPrice);
  });
  return { name: 'simulated', timeframe: '1d', times: sessions.map(({ close }) => close), dates: [], closes };
}

/** Return of bar `i` in e8. */
const returnAt = ({ closes }: Series, i: number): number => returnE8(item(closes, i - 1), item(closes, i));

/** Largest distance of the sample's distribution from the uniform one. */
function kolmogorov(sample: number[]): number {
  const sorted = sample.toSorted((a, b) => a - b);
  return Math.max(...sorted.map((u, i) => Math.max((i + 1) / sorted.length - u, u - i / sorted.length)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('on returns that are independent Student t', () => {
  it.each([
    [4, 7],
    [6, 8],
    [30, 9],
  ])('with %d degrees of freedom: PIT is uniform and does not lean on the one before', (dof, seed) => {
    const pits: number[] = [];
    const walk = studentWalk(dof, seed);
    let forecast = new Float64Array(STATE_WIDTH);
    runStage(walk, CONFIG, (row, i) => {
      if (i > BURN_IN) pits.push(scoreUnderState(forecast, 0, returnAt(walk, i)).pit);
      forecast = row.slice();
    });
    // at 5 % the distance of 6,500 uniforms stays below 0.0169
    expect(kolmogorov(pits)).toBeLessThan(0.0169);
    const products = pits.slice(1).map((pit, i) => (pit - 0.5) * ((pits[i] ?? NaN) - 0.5));
    // 0.08 is the product's sd: three standard errors
    expect(Math.abs(mean(products))).toBeLessThan((3 * 0.0833) / Math.sqrt(products.length));
  });

  it('tells the truth about itself: running coverage and sd are those of the returns', () => {
    const walk = newFigureWalk(CONFIG.calibrationHalfLifeBars);
    let last: StateFigures = {};
    runStage(studentWalk(5, 3), CONFIG, (_row, _i, _state, { bars, states }) => {
      walkFigures(walk, bars, states);
      last = figuresOf(walk, bars, states, item(bars.symbols, 0));
    });
    const of = (name: string): number => last[name] ?? NaN;
    // three standard errors of a mean with a half-life of 500
    expect(Math.abs(of('coverage80') / PPM - 0.8)).toBeLessThan(0.032);
    expect(Math.abs(of('coverage95') / PPM - 0.95)).toBeLessThan(0.018);
    expect(Math.abs(of('predictiveSd') / 1e8 / SD - 1)).toBeLessThan(0.35);
    expect(of('scored')).toBe(sessionsBetween('1999-01-04', '2026-12-31').length - 1);
  });
});

describe('a market that waits', () => {
  it('makes no difference to what is known when bars are missing at its end', () => {
    const walk = studentWalk(5, 4);
    const upTo = (n: number): Series => ({ ...walk, times: walk.times.slice(0, n), closes: walk.closes.slice(0, n) });
    const rows = [0, 5].map((missing) => {
      let [forecast, last] = [new Float64Array(0), new Float64Array(0)];
      const series = upTo(1000);
      const times = series.times.map((t, i) => (i < 999 ? t : epochMs(walk.times[999 + missing] ?? NaN)));
      runStage({ ...series, times }, CONFIG, (row) => {
        forecast = last;
        last = row.slice();
      });
      return { z: read(last, AT.z), ...scoreUnderState(forecast, 0, returnAt(series, 999)) };
    });
    const [near, far] = rows;
    if (near === undefined || far === undefined) throw new Error('two runs');
    // the scores are of a forecast that did not know when the next bar would come
    expect(far).toEqual(near);
  });
});
