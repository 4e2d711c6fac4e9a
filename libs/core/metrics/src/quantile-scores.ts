import { item } from '@aitrader/model';
import { requireFinite, requireInside, requireSeries, type Series } from './series.ts';

/*
 * Scores of forecasts that are no formula: quantiles, intervals, and ensembles of equally likely values.
 *
 * 1. All are at least 0, and proper for what they score.
 * 2. n ordered values at the levels (i − ½) / n score as the ensemble of these values.
 */

/**
 * Pinball loss of a quantile forecast: (1{y < quantile} − level) (quantile − y). Its mean is least at the true quantile. Source:
 * Koenker and Bassett (1978), "Regression quantiles", Econometrica 46. @throws RangeError for a level outside 0 … 1
 */
export function pinballLoss(quantile: number, level: number, y: number): number {
  requireInside('quantile level', level);
  requireFinite('quantile', quantile);
  requireFinite('outcome', y);
  return y < quantile ? (1 - level) * (quantile - y) : level * (y - quantile);
}

/**
 * Interval score of a central interval of nominal coverage `level`: its width, plus 2 / (1 − level) times how far outside the outcome
 * lies. Source: Gneiting and Raftery (2007), eq. 43. @throws RangeError for a level outside 0 … 1, or lower > upper
 */
export function intervalScore(lower: number, upper: number, level: number, y: number): number {
  requireInside('coverage level', level);
  requireFinite('outcome', y);
  if (!(upper - lower >= 0 && upper - lower < Infinity)) throw new RangeError(`no interval from ${lower} to ${upper}`);
  return upper - lower + (2 / (1 - level)) * (Math.max(lower - y, 0) + Math.max(y - upper, 0));
}

/**
 * CRPS of a forecast known by its quantiles: 2 Σ v_i · pinball, v_i the share of 0 … 1 that is nearest to level i, the midpoint
 * rule for CRPS = 2 ∫ pinball d level. It is proper for the quantiles given; against the whole distribution it errs by what they
 * leave out: with the levels of a state and a normal forecast it is 3 % low on average, 13 % for an outcome at the median. Source:
 * Gneiting and Ranjan (2011), "Comparing density forecasts using threshold- and quantile-weighted scoring rules", J. Bus. Econ.
 * Stat. 29. @throws RangeError for levels that do not rise inside 0 … 1, quantiles that fall, other lengths, or what is not finite
 */
export function crpsOfQuantiles(levels: readonly number[], quantiles: Series, y: number): number {
  requireSeries('quantiles', quantiles);
  if (levels.length !== quantiles.length) throw new RangeError(`${levels.length} levels for ${quantiles.length} quantiles`);
  let score = 0;
  let from = 0;
  levels.forEach((level, i) => {
    const quantile = quantiles[i] ?? NaN;
    const next = i + 1 < levels.length ? item(levels, i + 1) : undefined;
    if (next !== undefined && !(next > level)) throw new RangeError(`levels must rise, got ${level} before ${next}`);
    if (quantile > (quantiles[i + 1] ?? Infinity)) throw new RangeError(`quantiles must not fall, got ${quantile} at ${level}`);
    const to = next === undefined ? 1 : (level + next) / 2;
    score += 2 * (to - from) * pinballLoss(quantile, level, y);
    from = to;
  });
  return score;
}

/** Mean distance of the members from y, and half the sum of the distances of all pairs (each pair once). */
function ensembleDistances(members: Series, y: number): readonly [toOutcome: number, betweenPairs: number] {
  requireFinite('outcome', y);
  const sorted = Float64Array.from(members).sort();
  let [toOutcome, betweenPairs] = [0, 0];
  sorted.forEach((value, i) => {
    toOutcome += Math.abs(value - y);
    betweenPairs += (2 * i + 1 - sorted.length) * value;
  });
  return [toOutcome / sorted.length, betweenPairs];
}

/**
 * CRPS of the distribution that gives every member of an ensemble the same probability: mean |x_i − y| − Σ Σ |x_i − x_j| / (2 n²).
 * Source: Gneiting and Raftery (2007), eq. 21. @throws RangeError for no members or what is not finite
 */
export function crpsOfEnsemble(members: Series, y: number): number {
  requireSeries('members', members);
  const [toOutcome, betweenPairs] = ensembleDistances(members, y);
  return toOutcome - betweenPairs / (members.length * members.length);
}

/**
 * CRPS of the distribution that an ensemble was drawn from, without bias: n (n − 1) in place of n²; it may be below 0. Source: Ferro
 * (2014), "Fair scores for ensemble forecasts", Q. J. R. Meteorol. Soc. 140. @throws RangeError for fewer than two members
 */
export function fairCrpsOfEnsemble(members: Series, y: number): number {
  requireSeries('members', members, 2);
  const [toOutcome, betweenPairs] = ensembleDistances(members, y);
  return toOutcome - betweenPairs / (members.length * (members.length - 1));
}
