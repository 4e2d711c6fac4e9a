import { exp, ln } from '@aitrader/core-numeric';
import { ADAPTED_LEVELS, QUANTILE_LEVELS, read } from '@aitrader/model';
import { ADAPTED, MEDIAN, QUANTILES, SLOT } from './slot.ts';

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

export function startTrackers(slots: Float64Array, at: number): void {
  slots.fill(RAW_START, at + SLOT.rawFactors, at + SLOT.rawFactors + QUANTILES);
  slots[at + SLOT.rawFactors + MEDIAN] = 0;
  slots.fill(1, at + SLOT.adaptedFactors, at + SLOT.adaptedFactors + ADAPTED);
}

/** Follows the outcome in the slot under the last forecast. */
export function follow(rates: TrackerRates, slots: Float64Array, at: number): void {
  const y = read(slots, at + SLOT.outcome);
  const row = Math.min(read(slots, at + SLOT.bars), rates.rawGains.length - 1);
  followRaw(rates.raw, row * RATES_WIDTH, slots, at, y);
  followAdapted(rates.adapted, slots, at, y);
  const median = read(slots, at + SLOT.raw + MEDIAN);
  const side = y > median ? 1 : y < median ? -1 : 0;
  const offset = read(slots, at + SLOT.rawFactors + MEDIAN) + side * MEDIAN_STEP * read(rates.rawGains, row);
  slots[at + SLOT.rawFactors + MEDIAN] = Math.min(OFFSET_MAX, Math.max(-OFFSET_MAX, offset));
}

/** `Math.max` without its care for −0 and NaN, which costs in a loop. */
const atLeast = (least: number, value: number): number => (value < least ? least : value);

/** All factors shrink; those of the quantiles beyond which `y` lies, counted from the middle, grow instead. */
function followRaw(rates: Float64Array, row: number, slots: Float64Array, at: number, y: number): void {
  const c = at + SLOT.rawFactors;
  const q = at + SLOT.raw;
  const offset = read(slots, c + MEDIAN);
  for (let k = 0; k < QUANTILES; k++) slots[c + k] = atLeast(FACTOR_MIN, read(slots, c + k) * read(rates, row + QUANTILES + k));
  slots[c + MEDIAN] = offset;
  for (let k = MEDIAN - 1; k >= 0 && y < read(slots, q + k); k--)
    slots[c + k] = Math.min(FACTOR_MAX, read(slots, c + k) * read(rates, row + k));
  for (let k = MEDIAN + 1; k < QUANTILES && y > read(slots, q + k); k++)
    slots[c + k] = Math.min(FACTOR_MAX, read(slots, c + k) * read(rates, row + k));
}

function followAdapted(rates: Float64Array, slots: Float64Array, at: number, y: number): void {
  const a = at + SLOT.adaptedFactors;
  const q = at + SLOT.adapted;
  for (let k = 0; k < ADAPTED; k++) slots[a + k] = atLeast(FACTOR_MIN, read(slots, a + k) * read(rates, ADAPTED + k));
  for (let k = ADAPTED_HALF - 1; k >= 0 && y < read(slots, q + k); k--)
    slots[a + k] = Math.min(FACTOR_MAX, read(slots, a + k) * read(rates, k));
  for (let k = ADAPTED_HALF; k < ADAPTED && y > read(slots, q + k); k++)
    slots[a + k] = Math.min(FACTOR_MAX, read(slots, a + k) * read(rates, k));
}
