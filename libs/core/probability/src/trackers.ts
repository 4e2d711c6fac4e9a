import { exp, ln } from '@aitrader/core-numeric';
import { ADAPTED_LEVELS, QUANTILE_LEVELS, read, readInt32 } from '@aitrader/model';
import { BAR, BAR_WIDTH, type Batch } from './batch.ts';
import { DAYPART } from './bucket.ts';
import {
  ADAPTATION,
  ADAPTATION_WIDTH,
  FACTOR,
  FACTOR_WIDTH,
  FORECAST,
  FORECAST_WIDTH,
  type Memory,
  REGIME,
  REGIME_WIDTH,
  SHAPE,
  SHAPE_WIDTH,
} from './memory.ts';
import { ADAPTED, DAYPARTS, GROUPS, MEDIAN, QUANTILES, REGIME_COUNT } from './sizes.ts';
import { T4_QUANTILES, t4Pdf } from './student-four.ts';
import { learnUnchanged, shapeAt, startUnchanged } from './unchanged.ts';

/*
 * Each quantile has a factor that follows its own misses: beyond the quantile of tail p, it grows by u = 1 + η (1 − p), else it
 * shrinks by u^(−p/(1−p)), with η = gain / √p. It stands still when misses are exactly p of all bars, whatever the series does: what
 * keeps the intervals' promise. The raw factors are slow and make the law; the adapted ones are fast and correct what is left.
 * Uncorrected steps 1 + η (miss − p) were biased by −0.06 points at 99 % and −0.3 at 50 %, the logarithm being concave.
 *
 * A shape is that of a part of the day: raw factors follow the misses of forecasts made in it. A group is a part of the day and a regime:
 * it has a scale of the raw law, drawn to 1 while it knows little, and adapted factors, the product of its own and the whole's, so that
 * both keep their promise. The factors of a symbol's group in force lie together; those of others wait where they were left.
 *
 * 1. Factors stay inside FACTOR_MIN … FACTOR_MAX, the median's offset inside ±OFFSET_MAX, a group's scale inside
 *    SCALE_MIN … SCALE_MAX.
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

/**
 * Outside of regular hours forecasts are few, and unlike those that their shape began from: it goes on learning fast eight times as long, and
 * its groups' scales begin with less weight. On twelve stocks that is worth 0.001 nats of all their bars.
 */
const VISITS_PER_AGE_OUTSIDE = 8;
/** Forecasts that a group's scale of 1 weighs, and how many the learned ones weigh at most. 100 … 1000 score alike within 0.0003 nats. */
const PRIOR_TIMES = 200;
const PRIOR_TIMES_OUTSIDE = 100;
const TIMES_MAX = 3000;
const SCALE_MIN = 0.5;
const SCALE_MAX = 2;
/** Of how many quantiles an outcome lies beyond, when all hold what they promise: the mean, and what it loses by ln of the scale in a t₄. */
const BEYOND = sumOverTails((tail) => tail);
const BEYOND_PER_LN_SCALE = sumOverTails((_, t) => -t * t4Pdf(t));

function sumOverTails(of: (tail: number, t: number) => number): number {
  return QUANTILE_LEVELS.reduce((sum, level, k) => (k < MEDIAN ? sum + 2 * of(level, read(T4_QUANTILES, k)) : sum), 0);
}

const SIDES = 2;
const RATES_WIDTH = SIDES * QUANTILES;
const ADAPTED_HALF = ADAPTED / 2;

/** What adapted factors move by, over the gain: half of it is the group's, half the whole's. 1 … 2 cover alike. */
const STEP = 1.4;

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
  writeRates(adapted, 0, ADAPTED_LEVELS, STEP * adaptedGain);
  return { raw, rawGains, adapted };
}

/** The factors before the first bar, in the group of number 0; those of no other group were left anywhere yet. */
export function startTrackers({ factors, forecasts, shapes, adaptations }: Memory, slot: number): void {
  forecasts[slot * FORECAST_WIDTH + FORECAST.group] = 0;
  const f = slot * FACTOR_WIDTH;
  factors.fill(RAW_START, f, f + QUANTILES);
  factors[f + MEDIAN] = 0;
  factors.fill(1, f + FACTOR.adapted, f + FACTOR.scale + 1);
  factors.fill(0, f + FACTOR.visits, f + FACTOR_WIDTH);
  for (let daypart = 0; daypart < DAYPARTS; daypart++) {
    const c = (slot * DAYPARTS + daypart) * SHAPE_WIDTH;
    shapes[c + SHAPE.visits] = 0;
    startUnchanged(shapes, c, daypart);
  }
  for (let group = 0; group <= GROUPS; group++) {
    const a = adaptationAt(slot, group);
    adaptations.fill(1, a, a + ADAPTATION.times);
    adaptations[a + ADAPTATION.times] = 0;
  }
}

/** Lets the forecasts to come be of the groups that a batch's symbols are in now. */
export function enterGroups(daypart: number, memory: Memory, { count, slot }: Batch): void {
  const { forecasts, regimes } = memory;
  for (let i = 0; i < count; i++) {
    const s = readInt32(slot, i);
    const group = daypart * REGIMES_EACH + read(regimes, s * PER_REGIME + LABEL);
    if (group !== read(forecasts, s * PER_FORECAST + GROUP)) enterGroup(memory, s, group);
  }
}

/** Leaves the factors of a symbol's group where they wait, and takes those of another. */
function enterGroup(memory: Memory, s: number, group: number): void {
  const at = s * FORECAST_WIDTH + FORECAST.group;
  const from = read(memory.forecasts, at);
  const [last, next] = [Math.floor(from / REGIME_COUNT), Math.floor(group / REGIME_COUNT)];
  if (last !== next) enterShape(memory, s * FACTOR_WIDTH, shapeAt(s, last), shapeAt(s, next));
  enterAdaptation(memory, s * FACTOR_WIDTH, adaptationAt(s, from), adaptationAt(s, group), adaptationAt(s, GROUPS));
  memory.forecasts[at] = group;
}

/** Where the adaptation of a group stands; that of number GROUPS is the whole's. */
const adaptationAt = (s: number, group: number): number => (s * (GROUPS + 1) + group) * ADAPTATION_WIDTH;

/** A shape without forecasts of its own begins as the last one is. */
function enterShape({ factors, shapes }: Memory, f: number, last: number, next: number): void {
  shapes.set(factors.subarray(f, f + QUANTILES), last);
  shapes[last + SHAPE.visits] = read(factors, f + FACTOR.visits);
  const visits = read(shapes, next + SHAPE.visits);
  if (visits > 0) factors.set(shapes.subarray(next, next + QUANTILES), f);
  factors[f + FACTOR.visits] = visits;
}

/** Of what adapted factors moved by in a group, half of the logarithm was the group's, half the whole's. */
function enterAdaptation({ factors, adaptations }: Memory, f: number, last: number, next: number, whole: number): void {
  for (let j = 0; j < ADAPTED; j++) {
    const at = f + FACTOR.adapted + j;
    const before = read(adaptations, whole + j);
    const now = read(factors, at);
    const moved = Math.sqrt(now / (before * read(adaptations, last + j)));
    adaptations[whole + j] = before * moved;
    adaptations[last + j] = now / (before * moved);
    factors[at] = atMost(FACTOR_MAX, atLeast(FACTOR_MIN, before * moved * read(adaptations, next + j)));
  }
  adaptations[last + ADAPTATION.scale] = read(factors, f + FACTOR.scale);
  adaptations[last + ADAPTATION.times] = read(factors, f + FACTOR.times);
  factors[f + FACTOR.scale] = read(adaptations, next + ADAPTATION.scale);
  factors[f + FACTOR.times] = read(adaptations, next + ADAPTATION.times);
}

const { raw: RAW, adapted: ADAPTED_AT, group: GROUP, variance: VARIANCE } = FORECAST;
const PER_FORECAST = FORECAST_WIDTH;
const { adapted: ADAPTED_FACTOR, scale: SCALE, visits: VISITS, times: TIMES } = FACTOR;
const PER_FACTOR = FACTOR_WIDTH;
const { label: LABEL } = REGIME;
const PER_REGIME = REGIME_WIDTH;
const REGIMES_EACH = REGIME_COUNT;
const FIRST_REGULAR = DAYPART.regular * REGIME_COUNT;
const LAST_REGULAR = FIRST_REGULAR + REGIME_COUNT - 1;
const { outcome: OUTCOME, tick: TICK, beyond: BEYOND_AT } = BAR;
const PER_BAR = BAR_WIDTH;
const MIDDLE = MEDIAN;
const ALL = QUANTILES;
const ALL_ADAPTED = ADAPTED;

const atLeast = (least: number, value: number): number => (value < least ? least : value);
const atMost = (most: number, value: number): number => (value > most ? most : value);

/**
 * All factors of the forecast's group shrink; those of the quantiles beyond which the outcome lies, counted from the middle, grow instead.
 * The group's scale follows how many those were.
 */
export function follow({ raw, rawGains, adapted }: TrackerRates, memory: Memory, { count, slot, bars }: Batch): void {
  const { forecasts, factors } = memory;
  const steady = rawGains.length - 1;
  for (let i = 0; i < count; i++) {
    const s = readInt32(slot, i);
    const y = read(bars, i * PER_BAR + OUTCOME);
    const f = s * PER_FACTOR;
    const forecast = s * PER_FORECAST;
    const q = forecast + RAW;
    const group = read(forecasts, forecast + GROUP);
    const isRegular = group >= FIRST_REGULAR && group <= LAST_REGULAR;
    const visits = read(factors, f + VISITS);
    const early = isRegular ? visits : Math.floor(visits / VISITS_PER_AGE_OUTSIDE);
    const age = early < steady ? early : steady;
    // what stands at the median is no factor
    const offset = read(factors, f + MIDDLE);
    bars[i * PER_BAR + BEYOND_AT] = followRaw(raw, age * RATES_WIDTH, factors, f, forecasts, q, y);
    followAdapted(adapted, factors, f + ADAPTED_FACTOR, forecasts, forecast + ADAPTED_AT, y);
    const median = read(forecasts, q + MIDDLE);
    const side = y > median ? MEDIAN_STEP : y < median ? -MEDIAN_STEP : 0;
    factors[f + MIDDLE] = atMost(OFFSET_MAX, atLeast(-OFFSET_MAX, offset + side * read(rawGains, age)));
    factors[f + VISITS] = visits + 1;
  }
}

/** The second half of it: scales, and unchanged closes. */
export function followScales({ forecasts, factors, shapes }: Memory, { count, slot, bars }: Batch): void {
  for (let i = 0; i < count; i++) {
    const s = readInt32(slot, i);
    const bar = i * PER_BAR;
    const group = read(forecasts, s * PER_FORECAST + GROUP);
    const isRegular = group >= FIRST_REGULAR && group <= LAST_REGULAR;
    followScale(factors, s * PER_FACTOR, read(bars, bar + BEYOND_AT), isRegular ? PRIOR_TIMES : PRIOR_TIMES_OUTSIDE);
    if (isRegular) continue;
    const variance = read(forecasts, s * PER_FORECAST + VARIANCE);
    learnUnchanged(
      shapes,
      shapeAt(s, Math.floor(group / REGIMES_EACH)),
      read(bars, bar + OUTCOME),
      variance,
      read(bars, bar + TICK),
    );
  }
}

/** The scale of a group grows with the quantiles that were not enough, in steps of one over the forecasts that it learned from. */
function followScale(factors: Float64Array, f: number, beyond: number, prior: number): void {
  const times = read(factors, f + TIMES) + 1;
  const weight = prior + (times < TIMES_MAX ? times : TIMES_MAX);
  const scale = read(factors, f + SCALE) * (1 + (beyond - BEYOND) / (BEYOND_PER_LN_SCALE * weight));
  factors[f + SCALE] = atMost(SCALE_MAX, atLeast(SCALE_MIN, scale));
  factors[f + TIMES] = times;
}

/** Those of the raw quantiles, from `f` on, under the quantiles from `q` on. Returns beyond how many the outcome lies. */
function followRaw(
  rates: Float64Array,
  row: number,
  factors: Float64Array,
  f: number,
  quantiles: Float64Array,
  q: number,
  y: number,
): number {
  for (let k = 0; k < ALL; k++) factors[f + k] = atLeast(FACTOR_MIN, read(factors, f + k) * read(rates, row + ALL + k));
  let k = MIDDLE - 1;
  for (; k >= 0 && y < read(quantiles, q + k); k--)
    factors[f + k] = atMost(FACTOR_MAX, read(factors, f + k) * read(rates, row + k));
  if (k < MIDDLE - 1) return MIDDLE - 1 - k;
  for (k = MIDDLE + 1; k < ALL && y > read(quantiles, q + k); k++)
    factors[f + k] = atMost(FACTOR_MAX, read(factors, f + k) * read(rates, row + k));
  return k - MIDDLE - 1;
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
