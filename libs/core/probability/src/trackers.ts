import { exp, ln } from '@aitrader/core-numeric';
import { ADAPTED_LEVELS, QUANTILE_LEVELS, read, readInt32 } from '@aitrader/model';
import { BAR, BAR_WIDTH, type Batch } from './batch.ts';
import { FACTOR, FACTOR_WIDTH, FORECAST, FORECAST_WIDTH, type Memory, PAST, PAST_WIDTH } from './memory.ts';
import { ADAPTED, MEDIAN, QUANTILES } from './sizes.ts';

/*
 * Each quantile has a factor that follows its own misses: beyond the quantile of tail p, it grows by u = 1 + η (1 − p), else it
 * shrinks by u^(−p/(1−p)), with η = gain / √p. It stands still when misses are exactly p of all bars, whatever the series does: what
 * keeps the intervals' promise. The raw factors are slow and make the law; the adapted ones are fast and correct what is left.
 * Uncorrected steps 1 + η (miss − p) were biased by −0.06 points at 99 % and −0.3 at 50 %, the logarithm being concave.
 *
 * 1. Factors stay inside FACTOR_MIN … FACTOR_MAX, the median's offset inside ±OFFSET_MAX.
 */

/** A fifth and five of the bank's own quantile: guards that no daily or minute series reached. */
const FACTOR_MIN = 0.2;
const FACTOR_MAX = 5;
/** In standard deviations of the forecast. */
const OFFSET_MAX = 0.35;
/** The median moves by half a gain in scales of t₄, whose sd is √2 of them. */
const MEDIAN_STEP = 0.5 * Math.SQRT1_2;
/** Start of the raw factors: the mean of where they end. 1 or 1.15 cost 0.4 points at 50 % after 500 bars. */
const RAW_START = 1.07;
/** The raw gain begins as 0.3 / (bars + 20): half of it and twice of it cost up to 0.2 points after 500 bars. */
const EARLY_GAIN = 0.3;
const EARLY_BARS = 20;
/** Bars that have rates of their own: 130 with the default gain; later ones have the steady rates, however small the gain. */
const EARLY_ROWS_MAX = 512;

const SIDES = 2;
const RATES_WIDTH = SIDES * QUANTILES;
const ADAPTED_HALF = ADAPTED / 2;

/** Growth and shrinkage per quantile: rows of RATES_WIDTH, one per early bar of the raw factors and the steady one last. */
export interface TrackerRates {
  readonly raw: Float64Array;
  readonly rawGains: Float64Array;
  readonly adapted: Float64Array;
}

const tailOf = (level: number): number => Math.min(level, 1 - level);

/** Writes what a miss multiplies by beyond the shrinkage, and the shrinkage. */
function writeRates(into: Float64Array, at: number, levels: readonly number[], gain: number): void {
  levels.forEach((level, k) => {
    const tail = tailOf(level);
    const growth = level === 0.5 ? 0 : ln(1 + (gain / Math.sqrt(tail)) * (1 - tail));
    into[at + k] = exp(growth / (1 - tail));
    into[at + levels.length + k] = exp((-growth * tail) / (1 - tail));
  });
}

/** The rates of two gains, both in 0 … 1. */
export function newTrackerRates(rawGain: number, adaptedGain: number): TrackerRates {
  const rows = Math.max(1, Math.min(EARLY_ROWS_MAX, Math.ceil(EARLY_GAIN / rawGain) - EARLY_BARS) + 1);
  const rawGains = Float64Array.from({ length: rows }, (_, bars) =>
    bars === rows - 1 ? rawGain : Math.max(rawGain, EARLY_GAIN / (bars + EARLY_BARS)),
  );
  const raw = new Float64Array(rows * RATES_WIDTH);
  rawGains.forEach((gain, row) => writeRates(raw, row * RATES_WIDTH, QUANTILE_LEVELS, gain));
  const adapted = new Float64Array(SIDES * ADAPTED);
  writeRates(adapted, 0, ADAPTED_LEVELS, adaptedGain);
  return { raw, rawGains, adapted };
}

export function startTrackers({ factors }: Memory, slot: number): void {
  const f = slot * FACTOR_WIDTH;
  factors.fill(RAW_START, f + FACTOR.raw, f + FACTOR.raw + QUANTILES);
  factors[f + FACTOR.raw + MEDIAN] = 0;
  factors.fill(1, f + FACTOR.adapted, f + FACTOR.adapted + ADAPTED);
}

const { raw: RAW, adapted: ADAPTED_AT } = FORECAST;
const PER_FORECAST = FORECAST_WIDTH;
const { adapted: ADAPTED_FACTOR } = FACTOR;
const PER_FACTOR = FACTOR_WIDTH;
const { bars: SEEN } = PAST;
const PER_PAST = PAST_WIDTH;
const { outcome: OUTCOME } = BAR;
const PER_BAR = BAR_WIDTH;
const MIDDLE = MEDIAN;
const ALL = QUANTILES;
const ALL_ADAPTED = ADAPTED;

const atLeast = (least: number, value: number): number => (value < least ? least : value);
const atMost = (most: number, value: number): number => (value > most ? most : value);

/** All factors shrink; those of the quantiles beyond which the outcome lies, counted from the middle, grow instead. */
export function follow({ raw, rawGains, adapted }: TrackerRates, memory: Memory, { count, slot, bars }: Batch): void {
  const { forecasts, factors, past } = memory;
  const steady = rawGains.length - 1;
  for (let i = 0; i < count; i++) {
    const s = readInt32(slot, i);
    const y = read(bars, i * PER_BAR + OUTCOME);
    const early = read(past, s * PER_PAST + SEEN) - 1;
    const age = early < steady ? early : steady;
    const f = s * PER_FACTOR;
    const q = s * PER_FORECAST + RAW;
    // what stands at the median is no factor
    const offset = read(factors, f + MIDDLE);
    followRaw(raw, age * RATES_WIDTH, factors, f, forecasts, q, y);
    followAdapted(adapted, factors, f + ADAPTED_FACTOR, forecasts, s * PER_FORECAST + ADAPTED_AT, y);
    const median = read(forecasts, q + MIDDLE);
    const side = y > median ? MEDIAN_STEP : y < median ? -MEDIAN_STEP : 0;
    factors[f + MIDDLE] = atMost(OFFSET_MAX, atLeast(-OFFSET_MAX, offset + side * read(rawGains, age)));
  }
}

/** Those of the raw quantiles, from `f` on, under the quantiles from `q` on. */
function followRaw(
  rates: Float64Array,
  row: number,
  factors: Float64Array,
  f: number,
  quantiles: Float64Array,
  q: number,
  y: number,
): void {
  for (let k = 0; k < ALL; k++) factors[f + k] = atLeast(FACTOR_MIN, read(factors, f + k) * read(rates, row + ALL + k));
  for (let k = MIDDLE - 1; k >= 0 && y < read(quantiles, q + k); k--)
    factors[f + k] = atMost(FACTOR_MAX, read(factors, f + k) * read(rates, row + k));
  for (let k = MIDDLE + 1; k < ALL && y > read(quantiles, q + k); k++)
    factors[f + k] = atMost(FACTOR_MAX, read(factors, f + k) * read(rates, row + k));
}

/** Those of the adapted quantiles. */
function followAdapted(
  rates: Float64Array,
  factors: Float64Array,
  f: number,
  quantiles: Float64Array,
  q: number,
  y: number,
): void {
  for (let k = 0; k < ALL_ADAPTED; k++) factors[f + k] = atLeast(FACTOR_MIN, read(factors, f + k) * read(rates, ALL_ADAPTED + k));
  for (let k = ADAPTED_HALF - 1; k >= 0 && y < read(quantiles, q + k); k--)
    factors[f + k] = atMost(FACTOR_MAX, read(factors, f + k) * read(rates, k));
  for (let k = ADAPTED_HALF; k < ALL_ADAPTED && y > read(quantiles, q + k); k++)
    factors[f + k] = atMost(FACTOR_MAX, read(factors, f + k) * read(rates, k));
}
