import { crpsOfGaussian, logScoreOfGaussian, type Gaussian } from '@aitrader/core-metrics';

/*
 * The two forecasts that a model has to beat, each one step ahead from the returns strictly before, in per cent.
 *
 * 1. A forecast does not change when later returns do.
 * 2. Both have a positive standard deviation at least as large as the resolution of a return.
 */

/** Weight of the past in the exponentially weighted variance: RiskMetrics Technical Document (1996), daily. */
const DECAY = 0.94;
/** Returns whose mean square starts the exponentially weighted variance. */
const SEED_RETURNS = 30;
/** Fewest returns that both baselines need before they say anything. */
export const BASELINE_RETURNS_MIN = SEED_RETURNS;
/** Returns are known to 1e-8 of a log return, 1e-6 per cent: no forecast is surer than that. */
const SD_MIN = 1e-6;

export interface Baselines {
  count: number;
  mean: number;
  /** sum of the squared distances from the mean, by Welford's recurrence */
  squares: number;
  ewmaVariance: number;
}

export const newBaselines = (): Baselines => ({ count: 0, mean: 0, squares: 0, ewmaVariance: 0 });

/** Normal with mean and standard deviation (divisor n) of all returns so far. */
export const expandingGaussian = ({ count, mean, squares }: Baselines): Gaussian => ({
  mean,
  sd: Math.max(SD_MIN, Math.sqrt(squares / Math.max(1, count))),
});

/** RiskMetrics: normal with mean 0 and σ² ← 0.94 σ² + 0.06 y², started at the mean square of the first 30 returns. */
export const ewmaGaussian = ({ ewmaVariance }: Baselines): Gaussian => ({
  mean: 0,
  sd: Math.max(SD_MIN, Math.sqrt(ewmaVariance)),
});

/** Takes in a return, in per cent. */
export function learnReturn(baselines: Baselines, y: number): void {
  const n = ++baselines.count;
  const distance = y - baselines.mean;
  baselines.mean += distance / n;
  baselines.squares += distance * (y - baselines.mean);
  const weight = n <= SEED_RETURNS ? 1 / n : 1 - DECAY;
  baselines.ewmaVariance += weight * (y * y - baselines.ewmaVariance);
}

/** Scores of one forecast, or means of them. `crps` in per cent, `logScore` in nats for a return in per cent. */
export interface Scores {
  readonly crps: number;
  readonly logScore: number;
}

export const scoresOf = (forecast: Gaussian, y: number): Scores => ({
  crps: crpsOfGaussian(forecast, y),
  logScore: logScoreOfGaussian(forecast, y),
});

/** A figure of the model and of both baselines. */
export interface ByForecaster {
  readonly model: number;
  readonly expandingGaussian: number;
  readonly ewma94: number;
}
