import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { AT, type ProbabilityConfig, read, type StateColumn } from '@aitrader/model';
import { baselinesOf, returnsOf } from '../test/gaussian-baselines.ts';
import { CONFIG } from '../test/config.ts';
import { DATA, readSeries, type Series, seriesFiles } from '../test/real-series.ts';
import { runStage } from '../test/run-stage.ts';

/*
 * The promises of the forecasts, on every real series of 3,000 bars or more, all bars after the first 500 counted: splits, crashes and
 * bad prints too. The parameters were chosen on these series; the optima are flat, and a change that breaks a target here is a change
 * for the worse.
 */

const BURN_IN = 500;
const BARS_MIN = 3000;
const LEVELS = [50, 80, 90, 95, 99] as const;
/** Points of coverage that each interval may be off. */
const RAW_OFF_MAX = [1.5, 1.5, 1.5, 1.5, 0.8];
const ADAPTED_OFF_MAX = [0.5, 0.5, 0.5, 0.5, 0.3];
const ENDS: readonly (readonly [low: StateColumn, high: StateColumn])[] = [
  ['q250', 'q750'],
  ['q100', 'q900'],
  ['q050', 'q950'],
  ['q025', 'q975'],
  ['q005', 'q995'],
];
const ADAPTED_ENDS: typeof ENDS = [
  ['a250', 'a750'],
  ['a100', 'a900'],
  ['a050', 'a950'],
  ['a025', 'a975'],
  ['a005', 'a995'],
];

/** Changes of VIX hardly cluster from day to day: EWMA itself is only 0.6 % under the expanding normal law, where stocks have 6 to 60. */
const HARDLY_CLUSTERS = 'cboe_VIX';

interface Measured {
  readonly raw: readonly number[];
  readonly adapted: readonly number[];
  /** mean, in per cent */
  readonly crps: number;
}

function measure(series: Series, config: ProbabilityConfig): Measured {
  const returns = returnsOf(series.closes);
  const raw = LEVELS.map(() => 0);
  const adapted = LEVELS.map(() => 0);
  const before = new Float64Array(Object.keys(AT).length);
  let crps = 0;
  let n = 0;
  const count = (ends: typeof ENDS, hits: number[], y: number): void =>
    ends.forEach(([low, high], k) => {
      if (y >= read(before, AT[low]) && y <= read(before, AT[high])) hits[k] = (hits[k] ?? 0) + 1;
    });
  runStage(series, config, (row, i) => {
    if (i > BURN_IN) {
      const y = Math.round(read(returns, i - 1) * 1e6);
      count(ENDS, raw, y);
      count(ADAPTED_ENDS, adapted, y);
      crps += read(row, AT.crps) / 1e6;
      n++;
    }
    before.set(row);
  });
  const percent = (hits: number[]): number[] => hits.map((hit) => (100 * hit) / n);
  return { raw: percent(raw), adapted: percent(adapted), crps: crps / n };
}

const offTargets = (covered: readonly number[], offMax: readonly number[]): string[] =>
  LEVELS.flatMap((level, k) => {
    const off = (covered[k] ?? NaN) - level;
    return Math.abs(off) <= (offMax[k] ?? NaN) ? [] : [`${level} % holds ${covered[k]?.toFixed(2)}`];
  });

const costOf = (series: Series, velocityGain: number): number =>
  measure(series, { ...CONFIG, velocityGain }).crps / measure(series, { ...CONFIG, velocityGain: 0 }).crps - 1;

if (!existsSync(DATA)) {
  it('keeps its promises on real bars (left out: they are not on this machine)', () => {
    console.warn(`left out, for want of ${DATA}`);
    expect(process.env['CI']).not.toBe('true');
  });
} else {
  const long = seriesFiles()
    .map(readSeries)
    .filter(({ closes }) => closes.length >= BARS_MIN);

  describe.each(long.map((series) => [series.name, series] as const))('%s', (name, series) => {
    const { raw, adapted, crps } = measure(series, CONFIG);
    const { expanding, ewma } = baselinesOf(returnsOf(series.closes), BURN_IN);

    it('covers what its intervals promise, the raw ones and the adapted ones', () => {
      expect(offTargets(raw, RAW_OFF_MAX)).toEqual([]);
      expect(offTargets(adapted, ADAPTED_OFF_MAX)).toEqual([]);
    });

    it('is sharper than a normal law, and never worse than an exponentially weighted one', () => {
      expect(crps).toBeLessThan(ewma);
      const promised = series.timeframe === '1d' && !name.includes(HARDLY_CLUSTERS) ? 0.94 : 1;
      expect(crps).toBeLessThan(promised * expanding);
    });
  });

  describe('the velocity', () => {
    const daily = long.filter(({ timeframe }) => timeframe === '1d');

    it('costs at most 0.1 % of CRPS', () => {
      for (const series of daily) expect(costOf(series, CONFIG.velocityGain)).toBeLessThan(0.001);
    });

    it('would cost more with twice the gain', () => {
      expect(Math.max(...daily.map((series) => costOf(series, 0.1)))).toBeGreaterThan(0.001);
    });
  });
}
