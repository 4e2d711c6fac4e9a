import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { item } from '@aitrader/model';
import { referencePath, withReference } from '../../../../tools/testing/reference-data.ts';
import {
  annualGrowth,
  annualVolatility,
  calmarRatio,
  cornishFisherVar,
  deflatedSharpe,
  downsideDeviation,
  expectedMaximumSharpe,
  gaussianShortfall,
  gaussianVar,
  historicalShortfall,
  historicalVar,
  hitRate,
  logOptimalStake,
  logOptimalWeights,
  longestUnderwater,
  maxDrawdown,
  minimumTrackRecord,
  momentsOf,
  omegaRatio,
  painIndex,
  probabilisticSharpe,
  profitFactor,
  sampleQuantile,
  sampleSd,
  sharpeEstimateOf,
  sharpeRatio,
  sharpeStandardError,
  sortinoRatio,
  stability,
  tailRatio,
  totalReturn,
  ulcerIndex,
  unbiasedKurtosis,
  unbiasedSkewness,
} from './index.ts';

const METRICS = referencePath('numeric/05_metrics');
const KELLY = referencePath('numeric/06_kelly/expected.json');
const INDEX = referencePath('data/daily/vega_SPX_1d.csv.gz');
const YEAR = 252;

type Figures = Readonly<Record<string, number | string | null>>;

const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const cells = (text: string): string[][] =>
  text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));

/** Every figure of a table, by name, within `tolerance` of itself; "inf" is Infinity, null is none. */
function expectFigures(actual: Figures, expected: Figures, tolerance: number): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  const isOff = ([name, value]: readonly [string, number | string | null]): boolean => {
    const figure = actual[name];
    if (value === null || value === 'inf') return figure !== (value === null ? null : Infinity);
    return !(Math.abs(Number(figure) - Number(value)) <= tolerance * Math.abs(Number(value)));
  };
  expect(
    Object.entries(expected)
      .filter(isOff)
      .map(([name, value]) => [name, actual[name], value]),
  ).toEqual([]);
}

function performanceOf(returns: readonly number[]): Figures {
  const moments = momentsOf(returns);
  const drawdown = maxDrawdown(returns);
  const sharpe = sharpeEstimateOf(returns, 0);
  return {
    n: moments.count,
    total_return: totalReturn(returns),
    cagr_252: annualGrowth(returns, YEAR),
    mean: moments.mean,
    stdev_ddof1: sampleSd(returns),
    ann_vol: annualVolatility(returns, YEAR),
    sharpe_rf0: sharpeRatio(returns, 0, YEAR),
    'downside_dev_period (MAR 0, n denominator)': downsideDeviation(returns, 0),
    downside_risk_ann: downsideDeviation(returns, 0) * Math.sqrt(YEAR),
    sortino: sortinoRatio(returns, 0, YEAR),
    max_drawdown: drawdown.depth,
    'mdd_peak_index (0=start, i=after return i)': drawdown.peak,
    mdd_trough_index: drawdown.trough,
    mdd_recovery_index: drawdown.recovery,
    longest_underwater_periods: longestUnderwater(returns),
    calmar: calmarRatio(returns, YEAR),
    ulcer_index: ulcerIndex(returns),
    pain_index: painIndex(returns),
    omega_thr0: omegaRatio(returns, 0),
    var95_hist_type7: historicalVar(returns, 0.05),
    'cvar95_hist (mean of r<=VaR)': historicalShortfall(returns, 0.05),
    var99_hist_type7: historicalVar(returns, 0.01),
    // the mean of whole returns, 13 of 1 260, where a hundredth of them are 12.6
    cvar99_hist: historicalShortfall(returns, 13 / 1260),
    var95_gauss: gaussianVar(returns, 0.05),
    es95_gauss: gaussianShortfall(returns, 0.05),
    var95_cornish_fisher: cornishFisherVar(returns, 0.05),
    skew_population: moments.skewness,
    kurtosis_population: moments.kurtosis,
    skew_unbiased: unbiasedSkewness(moments),
    kurtosis_unbiased: unbiasedKurtosis(moments),
    hit_rate: hitRate(returns),
    'profit_factor (same as omega0)': profitFactor(returns),
    tail_ratio_95_5: tailRatio(returns),
    best: sampleQuantile(returns, 1),
    worst: sampleQuantile(returns, 0),
    psr_0: probabilisticSharpe(sharpe, 0),
    mintrl_95_periods: minimumTrackRecord(sharpe, 0, 0.95),
  };
}

const percent = (...values: readonly number[]): number[] => values.map((value) => value / 100);
const estimate = (sharpe: number, observations: number, skewness: number, kurtosis: number) => ({
  sharpe,
  observations,
  skewness,
  kurtosis,
});

function expectPerformance(): void {
  const { spx_2007_2011, deflated_sharpe } = json(path.join(METRICS, 'expected.json'));
  const returns = cells(readFileSync(path.join(METRICS, 'data_spx_simple_returns.csv'), 'utf8')).map((row) => Number(row[1]));
  expectFigures(performanceOf(returns), spx_2007_2011.values, 1e-10);

  const variance = deflated_sharpe.inputs['V[SR] annualised'] / 250;
  const sharpe = estimate(2.5 / Math.sqrt(250), 1250, -3, 10);
  expectFigures(
    { SR0: expectedMaximumSharpe(100, variance), DSR: deflatedSharpe(sharpe, 100, variance) },
    { SR0: deflated_sharpe.SR0_per_period, DSR: deflated_sharpe.DSR },
    1e-10,
  );
}

function expectSharpePapers(): void {
  const { psr_papers } = json(path.join(METRICS, 'expected.json'));
  const rows = Object.fromEntries(Object.entries(psr_papers).filter(([name]) => name !== 'source'));
  const first = estimate(0.7079, 134, -0.225, 2.957);
  const second = estimate(0.8183, 134, -1.4455, 7.0497);
  const actual: Figures = {
    'psr n=24 sr=0.458 skew 0 kurt 3': probabilisticSharpe(estimate(0.458, 24, 0, 3), 0),
    'psr n=24 sr=0.458 skew -2.448 kurt 10.164': probabilisticSharpe(estimate(0.458, 24, -2.448, 10.164), 0),
    'sr_std n=134 sr=.7079 skew=-.2250 kurt=2.9570': sharpeStandardError(first),
    'sr_std n=134 sr=.8183 skew=-1.4455 kurt=7.0497': sharpeStandardError(second),
    'minTRL years .7079': minimumTrackRecord(first, 0, 0.95) / 12,
    'minTRL years .8183': minimumTrackRecord(second, 0, 0.95) / 12,
  };
  const figures = Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, Object(row).value]));
  expectFigures(actual, figures, 1e-10);
  for (const [name, row] of Object.entries(rows)) {
    const digits = String(Object(row).published).split('.')[1] ?? '';
    expect(Number(Number(actual[name]).toFixed(digits.length))).toBe(Object(row).published);
  }
}

/** empyrical leaves a NaN out of means and deviations, but counts its day, on which the capital stands still. */
function expectEmpyrical(): void {
  const { mixed_returns, expected, ...tests } = json(path.join(METRICS, 'expected.json')).empyrical_tests;
  const counted: number[] = mixed_returns.map((value: number | null) => value ?? 0);
  const known = counted.slice(1);
  const { 'tail_ratio (1dp)': tail, cum_final: total, ...exact } = expected;
  expect(Math.abs(tailRatio(known) - tail)).toBeLessThan(0.05);
  expect(Number(totalReturn(known).toFixed(5))).toBe(total);
  expectFigures(
    {
      max_drawdown: maxDrawdown(known).depth,
      'annual_return_daily (9 rows counted)': annualGrowth(counted, YEAR),
      annual_volatility: annualVolatility(known, YEAR),
      sharpe: sharpeRatio(known, 0, YEAR),
      sortino: sortinoRatio(known, 0, YEAR),
      calmar: calmarRatio(counted, YEAR),
      downside_risk_mar0: downsideDeviation(known, 0) * Math.sqrt(YEAR),
      'downside_risk_mar0.1': downsideDeviation(known, 0.1) * Math.sqrt(YEAR),
      'omega_required_annual_10 (i.e. 1000%)': omegaRatio(known, 11 ** (1 / YEAR) - 1),
      stability_of_timeseries: stability(known),
    },
    exact,
    1e-10,
  );

  const mixed = percent(0, 1, 10, -4, 2, 3, 2, 1, -10);
  const yearly = (periods: number): Figures => ({
    annual_return: annualGrowth(mixed, periods),
    annual_volatility: annualVolatility(mixed, periods),
    calmar: calmarRatio(mixed, periods),
    sortino: sortinoRatio(mixed, 0, periods),
    downside_risk: downsideDeviation(mixed, 0) * Math.sqrt(periods),
  });
  expectFigures(yearly(52), tests['weekly [0,1,10,-4,2,3,2,1,-10]% annualised 52'], 1e-10);
  expectFigures(yearly(12), tests['monthly same annualised 12'], 1e-10);

  const ratios = (returns: readonly number[]) => ({
    sharpe: sharpeRatio(returns, 0, YEAR),
    sortino: sortinoRatio(returns, 0, YEAR),
  });
  const positive = percent(1, 2, 1, 1, 1, 1, 1, 1, 1);
  const positiveFigures = { ...ratios(positive), max_drawdown: maxDrawdown(positive).depth };
  expectFigures(positiveFigures, tests['positive [1,2,1,1,1,1,1,1,1]%'], 1e-10);
  const negative = percent(0, -6, -7, -1, -9, -2, -6, -8, -5);
  const { cum_final, ...negativeRatios } = tests['negative [0,-6,-7,-1,-9,-2,-6,-8,-5]%'];
  expectFigures(ratios(negative), negativeRatios, 1e-10);
  expect(Number(totalReturn(negative).toFixed(4))).toBe(cum_final);
  expectFigures({ sharpe: sharpeRatio(percent(...counted.map(() => 1)), 0, YEAR) }, tests['flat 1% x9'], 0);

  const six = [1, 81, 82, 83, 84, 85];
  const quantiles = {
    '[1,2] cutoff .3': historicalVar([1, 2], 0.3),
    '[1,81,82,83,84,85] cutoff .1': historicalVar(six, 0.1),
    'cutoff .2': historicalVar(six, 0.2),
    'cutoff .3': historicalVar(six, 0.3),
  };
  expectFigures(quantiles, tests.value_at_risk, 1e-10);
}

/** Simple returns of the index on the days of a window, from close to close. */
function indexReturns([from, to]: readonly [string, string]): number[] {
  const rows = cells(gunzipSync(readFileSync(INDEX)).toString('utf8'));
  const closes = rows.map((row) => Number(item(row, 5)));
  return rows.flatMap((row, i) => {
    const date = item(row, 8);
    return i > 0 && date >= from && date <= to ? [item(closes, i) / item(closes, i - 1) - 1] : [];
  });
}

function expectEmpiricalKelly(): void {
  const { rows } = json(KELLY).empirical;
  expect(rows).toHaveLength(2);
  for (const { window, n, ...figures } of rows) {
    const returns = indexReturns(window);
    expect(returns).toHaveLength(n);
    const { stake, growth } = logOptimalStake(returns);
    const { mean, variance } = momentsOf(returns);
    expect(Math.abs(stake - figures['argmax E log(1+f r)'])).toBeLessThan(1e-5);
    expectFigures(
      { growth, variance: mean / variance, square: mean / (variance + mean * mean) },
      {
        growth: figures.growth_per_day,
        variance: figures['mean/var(ddof0) approximation'],
        square: figures['mean/E[r^2]'],
      },
      1e-9,
    );
  }
}

function expectPortfolioKelly(): void {
  const { C, M, r, F_star, g, half_kelly_g, "S2 = (M-r)'C^-1(M-r)": squaredSharpe } = json(KELLY).multi_asset;
  const excess: number[] = M.map((mean: number) => mean - r);
  const weights = logOptimalWeights(C, excess);
  weights.forEach((weight, i) => expect(Math.abs(weight / F_star[i] - 1)).toBeLessThan(1e-9));
  const gain = weights.reduce((sum, weight, i) => sum + weight * item(excess, i), 0);
  // at a fraction c of the best weights, c (2 − c) of the best growth is left
  expectFigures(
    { g: r + gain / 2, half: r + (0.75 * gain) / 2, squaredSharpe: gain },
    { g, half: half_kelly_g, squaredSharpe },
    1e-9,
  );
}

withReference(METRICS, 'reproduces the reference figures of performance', () => {
  describe('the reference figures', () => {
    it('of the S&P 500 from 2007 to 2011 and of the deflated Sharpe ratio', expectPerformance);
    it('of the papers on the probabilistic Sharpe ratio', expectSharpePapers);
    it("of empyrical's own tests", expectEmpyrical);
    it('of the stakes at which the S&P 500 would have grown fastest', expectEmpiricalKelly);
    it("of Thorp's portfolio of several assets", expectPortfolioKelly);
  });
});
