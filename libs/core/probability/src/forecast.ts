import { isRoundable, nearestInteger, toFixedPoint } from '@aitrader/core-numeric';
import { ADAPTED_LEVELS, QUANTILE_LEVELS, read, readInt32 } from '@aitrader/model';
import { multipleOf } from './bank.ts';
import { BAR, BAR_WIDTH, type BarMoment, type Batch } from './batch.ts';
import type { FilterModel } from './filter.ts';
import {
  BANK,
  BANK_WIDTH,
  FACTOR,
  FACTOR_WIDTH,
  FILTER,
  FILTER_WIDTH,
  FORECAST,
  FORECAST_WIDTH,
  type Memory,
  PAST,
  PAST_WIDTH,
  REGIME_WIDTH,
  SEASON,
  SEASON_WIDTH,
} from './memory.ts';
import { drawnBack } from './reversion.ts';
import { ADAPTED, MEDIAN, QUANTILES } from './sizes.ts';
import { T4_QUANTILES } from './student-four.ts';
import { ONE_STEP, TRANSITION } from './transition.ts';

/*
 * The quantiles of the next close's log return, in e8: q_k = q_50 + sd · c_k · m_k, with m_k the bank's multiple and c_k the raw
 * factor, and the adapted ones with a factor more; sd is that of the forecast times the scale of its group. Where closes have an atom at
 * zero, they are drawn to it afterwards, see unchanged.ts.
 *
 * 1. Quantiles are safe integers that never fall from one level to the next, whatever the factors are.
 */

const E8_PER_BP = 10_000;
/** Least distance between two quantiles, in that of t₄: at most four times its density. 0.1 and 0.5 make no difference. */
const LEAST_GAP = 0.25;
/** Quantiles that lie so far apart from each other, in sd: each from the one nearer to the median, upper half. */
const gapBetween = (near: number, far: number): number =>
  LEAST_GAP * Math.SQRT1_2 * (read(T4_QUANTILES, far) - read(T4_QUANTILES, near));
const GAPS = Float64Array.from({ length: QUANTILES }, (_, k) => (k > MEDIAN ? gapBetween(k - 1, k) : 0));

const ADAPTED_HALF = ADAPTED / 2;
/** The raw quantile of the same level, and the adapted one, −1 where there is none. */
const RAW_OF_ADAPTED = Int32Array.from(ADAPTED_LEVELS, (level) => QUANTILE_LEVELS.indexOf(level));
const ADAPTED_OF_RAW = Int32Array.from(QUANTILE_LEVELS, (level) => ADAPTED_LEVELS.findIndex((other) => other === level));
const ADAPTED_GAPS = Float64Array.from({ length: ADAPTED }, (_, j) => {
  if (j < ADAPTED_HALF) return 0;
  return gapBetween(j === ADAPTED_HALF ? MEDIAN : readInt32(RAW_OF_ADAPTED, j - 1), readInt32(RAW_OF_ADAPTED, j));
});

const { closeBp: CLOSE, tick: TICK } = BAR;
const PER_BAR = BAR_WIDTH;
const { variance: BANK_VARIANCE, fittedPart: FITTED_PART, shapes: SHAPES_AT } = BANK;
const PER_BANK = BANK_WIDTH;
const { adapted: ADAPTED_FACTOR, scale: SCALE } = FACTOR;
const PER_FACTOR = FACTOR_WIDTH;
const PER_REGIME = REGIME_WIDTH;
const { level: LEVEL, velocity: VELOCITY, levelVariance: P11, covariance: P12, velocityVariance: P22 } = FILTER;
const PER_FILTER = FILTER_WIDTH;
const { mean: MEAN, variance: VARIANCE, base: BASE, bucket: BUCKET, raw: RAW, adapted: ADAPTED_AT } = FORECAST;
const PER_FORECAST = FORECAST_WIDTH;
const { held: HELD } = PAST;
const PER_PAST = PAST_WIDTH;
const { factors: FACTORS } = SEASON;
const PER_SEASON = SEASON_WIDTH;
const MIDDLE = MEDIAN;
const LAST = QUANTILES - 1;
const LAST_ADAPTED = ADAPTED - 1;

/** Forecasts the next closes of a batch's symbols, one step on, whenever they may come. */
export function forecastBars(model: FilterModel, moment: BarMoment, memory: Memory, batch: Batch): void {
  const { bank, filter, forecasts, past, regimes, season } = memory;
  const { transitions, observationNoise } = model;
  const { count, slot, bars } = batch;
  const { bucket } = moment;
  const drift = read(transitions, ONE_STEP + TRANSITION.drift);
  const levelNoise = read(transitions, ONE_STEP + TRANSITION.levelNoise);
  for (let i = 0; i < count; i++) {
    const s = readInt32(slot, i);
    const f = s * PER_FILTER;
    const q = s * PER_FORECAST;
    // fitted variances go back to what is usual by themselves
    const fittedPart = read(bank, s * PER_BANK + FITTED_PART);
    const ownPart = read(bank, s * PER_BANK + BANK_VARIANCE) - fittedPart;
    const base = drawnBack(regimes, s * PER_REGIME, ownPart) + fittedPart;
    const factor = read(season, s * PER_SEASON + FACTORS + bucket);
    const noise = observationNoise * base + read(bars, i * PER_BAR + TICK);
    // while a bar waits for confirmation its close is taken for the level
    const isHeld = read(past, s * PER_PAST + HELD) !== 0;
    const moved = read(filter, f + P11) + drift * (2 * read(filter, f + P12) + drift * read(filter, f + P22));
    const expected = read(filter, f + LEVEL) + drift * read(filter, f + VELOCITY) - read(bars, i * PER_BAR + CLOSE);
    const mean = isHeld ? 0 : expected;
    const variance = (isHeld ? base * factor + noise : moved + base * (levelNoise + factor)) + noise;
    forecasts[q + MEAN] = mean;
    forecasts[q + VARIANCE] = variance;
    forecasts[q + BASE] = base;
    forecasts[q + BUCKET] = bucket;
    const sd = Math.sqrt(variance) * E8_PER_BP;
    if (!writeQuantiles(memory, s, mean * E8_PER_BP, sd, ROUND)) writeQuantiles(memory, s, mean * E8_PER_BP, sd, CUT);
  }
}

/** `Math.max` without its care for −0 and NaN, which costs in a loop. */
const larger = (a: number, b: number): number => (a < b ? b : a);

type Rounding = (x: number) => number;
/** How quantiles of ordinary size become integers, and those beyond all size. */
const ROUND: Rounding = nearestInteger;
const CUT: Rounding = (x) => toFixedPoint(x, 1);

/**
 * Writes the quantiles of a forecast with this mean and sd in e8, from the median outwards. Returns whether all are of ordinary size.
 * @throws RangeError by CUT for a mean or an sd that is no number
 */
function writeQuantiles(
  { bank, factors, forecasts }: Memory,
  s: number,
  mean: number,
  plainSd: number,
  round: Rounding,
): boolean {
  const shape3 = read(bank, s * PER_BANK + SHAPES_AT);
  const shape4 = read(bank, s * PER_BANK + SHAPES_AT + 1);
  const shape8 = read(bank, s * PER_BANK + SHAPES_AT + 2);
  const forecast = s * PER_FORECAST;
  const q = forecast + RAW;
  const r = forecast + ADAPTED_AT;
  const f = s * PER_FACTOR;
  const a = f + ADAPTED_FACTOR;
  const sd = plainSd * read(factors, f + SCALE);
  const centre = mean + read(factors, f + MIDDLE) * sd;
  forecasts[q + MIDDLE] = round(centre);
  let up = 0;
  let down = 0;
  let adaptedUp = 0;
  let adaptedDown = 0;
  for (let k = MIDDLE + 1; k <= LAST; k++) {
    const multiple = multipleOf(shape3, shape4, shape8, k);
    const gap = read(GAPS, k);
    up = larger(up + gap, read(factors, f + k) * multiple);
    down = larger(down + gap, read(factors, f + LAST - k) * multiple);
    forecasts[q + k] = round(centre + sd * up);
    forecasts[q + LAST - k] = round(centre - sd * down);
    const j = readInt32(ADAPTED_OF_RAW, k);
    if (j < 0) continue;
    const adaptedGap = read(ADAPTED_GAPS, j);
    adaptedUp = larger(adaptedUp + adaptedGap, read(factors, a + j) * up);
    adaptedDown = larger(adaptedDown + adaptedGap, read(factors, a + LAST_ADAPTED - j) * down);
    forecasts[r + j] = round(centre + sd * adaptedUp);
    forecasts[r + LAST_ADAPTED - j] = round(centre - sd * adaptedDown);
  }
  const reach = larger(larger(up, down), larger(adaptedUp, adaptedDown));
  return isRoundable(Math.abs(centre) + sd * reach);
}
