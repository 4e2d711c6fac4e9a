import { describe, expect, it } from '@jest/globals';
import { exampleBars, exampleTrack } from '../test/example-track.ts';
import { byLawAndLevel, isHit } from './intervals.ts';
import { groupName, seriesReportOf } from './series-report.ts';
import { levelsOff, targetsOf } from './targets.ts';

const track = exampleTrack(exampleBars(6000, 3), 500);
const report = seriesReportOf(track, '1m');

describe('the report on a series', () => {
  it('says in per cent how many outcomes each interval held', () => {
    const held = track.hits.reduce((sum, hit) => sum + (isHit(hit, 'raw', 80) ? 1 : 0), 0);
    expect(report.n).toBe(5500);
    expect(report.coverage.raw[80]).toBeCloseTo((100 * held) / 5500, 5);
    expect(Math.abs(report.coverage.raw[80] - 80)).toBeLessThan(3 * 100 * Math.sqrt(0.16 / 5500));
    expect(report.coverage.adapted[50]).toBeGreaterThan(report.coverage.raw[50]);
  });

  it('splits the bars into sessions and into regimes, each bar once', () => {
    const total = (groups: Readonly<Record<string, { readonly n: number }>>): number =>
      Object.values(groups).reduce((sum, { n }) => sum + n, 0);
    expect([total(report.bySession), total(report.byRegime)]).toEqual([5500, 5500]);
    expect(report.bySession).toMatchObject({ PRE: { n: 0, coverage: null }, RTH: { n: 5500, coverage: report.coverage } });
    const weighted = Object.values(report.byRegime).reduce((sum, { n, coverage }) => sum + n * (coverage?.raw[95] ?? 0), 0);
    expect(weighted / 5500).toBeCloseTo(report.coverage.raw[95], 4);
  });

  it('tells forecasts by what is known when they are made, parts of the day each with its regimes first', () => {
    const named = new Map(report.groups.map((group) => [groupName(group), group]));
    expect([...named.keys()]).toEqual([
      ...['RTH', 'RTH calm', 'RTH normal', 'RTH turbulent'],
      ...['CLOSE', 'CLOSE calm', 'CLOSE normal', 'CLOSE turbulent', 'calm', 'normal', 'turbulent'],
    ]);
    const sizes = [...named].flatMap(([name, { n }]) => (name === 'RTH' || name === 'CLOSE' ? [n] : []));
    expect(sizes).toEqual([4950, 550]);
    for (const { n, coverage, off } of report.groups) {
      // the law is the true one, adapted quantiles are a tenth too wide
      expect(off.filter(({ law }) => law === 'raw')).toEqual([]);
      if (n > 4000) expect(off).toContainEqual({ law: 'adapted', level: 50 });
      expect(Math.abs((coverage?.raw[80] ?? NaN) - 80)).toBeLessThan(Math.max(2, (3 * 100 * 0.4) / Math.sqrt(n)));
    }
  });

  it('calls a level off by more than two points and three standard errors', () => {
    const coverage = byLawAndLevel((law, level) => (law === 'raw' && level === 50 ? 47 : level));
    expect(levelsOff(coverage, 10_000)).toEqual([{ law: 'raw', level: 50 }]);
    expect(levelsOff(coverage, 1000)).toEqual([]);
    expect(
      levelsOff(
        byLawAndLevel((_, level) => level + 1.9),
        1_000_000,
      ),
    ).toEqual([]);
  });

  it('tests the misses: as many as they should be, and independent', () => {
    for (const level of [95, 99] as const) {
      const { independence, conditionalCoverage } = report.christoffersen.raw[level];
      expect(conditionalCoverage.statistic).toBeCloseTo(report.kupiec.raw[level].statistic + independence.statistic, 5);
      for (const { pValue } of [report.kupiec.raw[level], independence, conditionalCoverage])
        expect(pValue).toBeGreaterThan(0.001);
    }
    // intervals a tenth too wide are found out
    expect(report.kupiec.adapted[50].pValue).toBeLessThan(0.001);
    expect(report.pitHistogram.reduce((sum, count) => sum + count, 0)).toBe(5500);
    expect(report.pitKs).toBeLessThan(0.025);
  });
});

describe('targets', () => {
  const levels = (by: number) => ({ 50: 50 + by, 80: 80 + by, 90: 90 + by, 95: 95 + by, 99: 99 + by });
  const figures = (raw: number, adapted: number, crps: number, gain: number, n = 3000) => ({
    n,
    coverage: { raw: levels(raw), adapted: levels(adapted) },
    crps: { model: crps, expandingGaussian: 1, ewma94: 0.95 },
    logScore: { model: 1, expandingGaussian: 2, ewma94: 1 + gain },
  });
  const missed = (...args: Parameters<typeof figures>): string[] =>
    targetsOf(figures(...args), '1d')
      .checks.filter(({ met }) => !met)
      .map(({ name }) => name);

  it('are met up to their very bounds', () => {
    expect(missed(0.8, 0.3, 0.94, 0.04)).toEqual([]);
    expect(targetsOf(figures(0, 0, 0.94, 0.04), '1d')).toMatchObject({ met: 12, of: 12, applicable: true });
  });

  it('name what misses them', () => {
    expect(missed(0.9, 0, 0.9, 0.04)).toEqual(['raw coverage of 99 %']);
    expect(missed(-2, 0, 0.9, 0.04)).toEqual(['raw coverage of 95 %', 'raw coverage of 99 %']);
    expect(missed(0, -0.4, 0.9, 0.04)).toEqual(['adapted coverage of 99 %']);
    expect(missed(0, 0, 0.945, 0.04)).toEqual(['CRPS against expanding Gaussian, %']);
    expect(missed(0, 0, 0.96, 0.01)).toEqual([
      'CRPS against expanding Gaussian, %',
      'CRPS against EWMA, %',
      'log score gained on EWMA, nats',
    ]);
  });

  it('of bars shorter than a day ask nothing against the expanding Gaussian, and of few bars nothing at all', () => {
    expect(targetsOf(figures(0, 0, 0.95, 0.04), '1m')).toMatchObject({ met: 11, of: 11 });
    expect(targetsOf(figures(0, 0, 0.94, 0.04, 2999), '1d').applicable).toBe(false);
  });
});
