import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { epochMs, ids, ticker } from '@aitrader/model';
import { referencePath, withReference } from '../../../../tools/testing/reference-data.ts';
import { againstBenchmark, deflatedOf, performanceOf, tradeFiguresOf, type Performance } from './performance.ts';
import type { RoundTrip } from './round-trips.ts';

const EXPECTED = referencePath('numeric/05_metrics/expected.json');
const RETURNS = referencePath('numeric/05_metrics/data_spx_simple_returns.csv');

/** The figures of a report by the names that the reference has for them. */
const NAMES: Partial<Record<keyof Performance, string>> = {
  dates: 'n',
  totalReturn: 'total_return',
  annualGrowth: 'cagr_252',
  annualVolatility: 'ann_vol',
  sharpe: 'sharpe_rf0',
  sortino: 'sortino',
  calmar: 'calmar',
  omega: 'omega_thr0',
  probabilisticSharpe: 'psr_0',
  trackRecordMin: 'mintrl_95_periods',
  maxDrawdown: 'max_drawdown',
  longestUnderwater: 'longest_underwater_periods',
  ulcerIndex: 'ulcer_index',
  painIndex: 'pain_index',
  downsideDeviation: 'downside_dev_period (MAR 0, n denominator)',
  var95: 'var95_hist_type7',
  shortfall95: 'cvar95_hist (mean of r<=VaR)',
  var99: 'var99_hist_type7',
  gaussianVar95: 'var95_gauss',
  gaussianShortfall95: 'es95_gauss',
  cornishFisherVar95: 'var95_cornish_fisher',
  skewness: 'skew_unbiased',
  hitRate: 'hit_rate',
  tailRatio: 'tail_ratio_95_5',
  best: 'best',
  worst: 'worst',
};

withReference(EXPECTED, 'the figures of a report against the reference', () => {
  it('are those of the reference, each to 1e-10', () => {
    const expected = JSON.parse(readFileSync(EXPECTED, 'utf8')).spx_2007_2011.values as Record<string, number>;
    const lines = readFileSync(RETURNS, 'utf8').trim().split('\n').slice(1);
    const performance = performanceOf(lines.map((line) => Number(line.split(',').at(-1))));
    for (const [figure, name] of Object.entries(NAMES) as [keyof Performance, string][]) {
      const wanted = expected[name] ?? NaN;
      expect([figure, Math.abs((performance[figure] ?? NaN) - wanted) <= 1e-10 * Math.abs(wanted)]).toEqual([figure, true]);
    }
    expect(performance.excessKurtosis).toBeCloseTo((expected['kurtosis_unbiased'] ?? NaN) - 3, 9);
  });
});

describe('the figures of a report', () => {
  it('are null where there is too little to take them of, or nothing varies', () => {
    expect(performanceOf([])).toMatchObject({ dates: 0, totalReturn: null, sharpe: null, best: null, worst: null });
    expect(performanceOf([0, 0, 0, 0, 0])).toMatchObject({ totalReturn: 0, sharpe: null, maxDrawdown: 0, skewness: null });
    const falling = performanceOf([-0.01, -0.02, -0.01]);
    expect(falling).toMatchObject({ trackRecordMin: null, best: -0.01, worst: -0.02 });
  });

  it('are believed less the more was tried before, and as much as without trials where nothing was', () => {
    const returns = [0.01, -0.004, 0.012, 0.003, -0.006, 0.009, 0.004, -0.002, 0.011, 0.001];
    const [one = 0, ten = 0, thousand = 0] = [1, 10, 1000].map(
      (trials) => deflatedOf(returns, { trials, sharpeVariance: null }) ?? NaN,
    );
    expect(one).toBe(performanceOf(returns).probabilisticSharpe);
    expect(ten).toBeLessThan(one);
    expect(thousand).toBeLessThan(ten);
    expect(deflatedOf([0, 0, 0], { trials: 10, sharpeVariance: null })).toBeNull();
  });

  it('are believed less the more trials varied, where it is known how they did', () => {
    const returns = [0.01, -0.004, 0.012, 0.003, -0.006, 0.009, 0.004, -0.002, 0.011, 0.001];
    const [alike = 0, apart = 0, further = 0] = [0, 0.01, 0.1].map(
      (sharpeVariance) => deflatedOf(returns, { trials: 20, sharpeVariance }) ?? NaN,
    );
    expect(alike).toBe(performanceOf(returns).probabilisticSharpe);
    expect(apart).toBeLessThan(alike);
    expect(further).toBeLessThan(apart);
  });

  it('beside a benchmark are one and nothing for the benchmark itself, and scale with it', () => {
    const benchmark = [0.01, -0.02, 0.015, 0.003, -0.004];
    expect(againstBenchmark(benchmark, benchmark)).toMatchObject({
      ...{ beta: expect.closeTo(1, 12), alpha: expect.closeTo(0, 12), correlation: expect.closeTo(1, 12) },
      ...{ trackingError: 0, informationRatio: null, upCapture: expect.closeTo(1, 12), downCapture: expect.closeTo(1, 12) },
    });
    const half = againstBenchmark(
      benchmark.map((value) => value / 2 + 0.001),
      benchmark,
    );
    expect(half).toMatchObject({ beta: expect.closeTo(0.5, 12), alpha: expect.closeTo(0.252, 12) });
    expect(againstBenchmark([0.01, 0.02], [0, 0])).toMatchObject({ beta: null, alpha: null, upCapture: null });
    expect(() => againstBenchmark([0.01], [0.01, 0.02])).toThrow('1 returns beside 2');
  });
});

const trip = (profit: number, more: Partial<RoundTrip> = {}): RoundTrip => ({
  ...{ order: ids.order('o'), symbol: ticker('AAPL'), strategy: 'breakout', side: 'buy', decidedAt: epochMs(0) },
  ...{ enteredAt: epochMs(60_000), exitedAt: epochMs(660_000), shares: 10, held: 0, reference: 100, entry: 100 },
  ...{ exit: 100 + profit / 10, exits: ['time'], reason: '', fees: 0.5, profit, return: profit / 1000 },
  ...{ entryCost: 1, worst: 0, best: 0, ...more },
});

describe('the figures of trades', () => {
  it('are of those that are over', () => {
    const open = trip(-1000, { held: 4, exitedAt: null, return: null });
    const figures = tradeFiguresOf([trip(30), trip(10), trip(-20), trip(0), trip(40), open]);
    expect(figures).toMatchObject({
      ...{ trades: 5, open: 1, won: 3, winRate: 0.6, profit: 60, fees: 3, entryCost: 6 },
      ...{ averageWin: expect.closeTo(80 / 3, 9), averageLoss: -20, payoff: expect.closeTo(4 / 3, 9), profitFactor: 4 },
      ...{ expectancy: 12, best: 40, worst: -20, meanMinutes: 10, longestWins: 2, longestLosses: 1 },
    });
    expect(figures.turnover).toBeCloseTo(6 * 1000 + (1030 + 1010 + 980 + 1000 + 1040) + 6 * (100 - 1000 / 10), 6);
  });

  it('of no trade are nothing', () => {
    expect(tradeFiguresOf([])).toMatchObject({ trades: 0, winRate: null, profitFactor: null, expectancy: null, best: null });
  });
});
