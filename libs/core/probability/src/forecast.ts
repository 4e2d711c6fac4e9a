import { isRoundable, nearestInteger, toFixedPoint } from '@aitrader/core-numeric';
import { ADAPTED_LEVELS, QUANTILE_LEVELS, read, readInt32 } from '@aitrader/model';
import { multipleOf } from './bank.ts';
import { ADAPTED, MEDIAN, QUANTILES, SLOT } from './slot.ts';
import { T4_QUANTILES } from './student-four.ts';

/*
 * The quantiles of the next close's log return, in e8: q_k = q_50 + sd · c_k · m_k, with m_k the bank's multiple and c_k the raw
 * factor, and the adapted ones with a factor more.
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
/** The raw quantile of the same level. */
const RAW_OF_ADAPTED = Int32Array.from(ADAPTED_LEVELS, (level) => QUANTILE_LEVELS.indexOf(level));
const ADAPTED_GAPS = Float64Array.from({ length: ADAPTED }, (_, j) => {
  if (j < ADAPTED_HALF) return 0;
  return gapBetween(j === ADAPTED_HALF ? MEDIAN : readInt32(RAW_OF_ADAPTED, j - 1), readInt32(RAW_OF_ADAPTED, j));
});

/** Writes the quantiles of the forecast whose mean and variance are in the slot. */
export function writeQuantiles(slots: Float64Array, at: number): void {
  const unit = Math.sqrt(read(slots, at + SLOT.forecastVariance)) * E8_PER_BP;
  slots[at + SLOT.unit] = unit;
  slots[at + SLOT.centre] = read(slots, at + SLOT.forecastMean) * E8_PER_BP + read(slots, at + SLOT.rawFactors + MEDIAN) * unit;
  slots[at + SLOT.raw + MEDIAN] = 0;
  for (let k = MEDIAN + 1; k < QUANTILES; k++) slots[at + SLOT.raw + k] = multipleOf(slots, at, k);
  spreadRaw(slots, at);
  spreadAdapted(slots, at);
  place(slots, at, at + SLOT.raw, MEDIAN, QUANTILES);
  place(slots, at, at + SLOT.adapted, ADAPTED_HALF, ADAPTED);
}

/** Turns distances from the median into quantiles: those before `half` lie below it. */
function place(slots: Float64Array, at: number, from: number, half: number, width: number): void {
  const centre = read(slots, at + SLOT.centre);
  const unit = read(slots, at + SLOT.unit);
  const reach = Math.max(read(slots, from), read(slots, from + width - 1));
  if (isRoundable(Math.abs(centre) + unit * reach)) {
    for (let i = 0; i < half; i++) slots[from + i] = nearestInteger(centre - unit * read(slots, from + i));
    for (let i = half; i < width; i++) slots[from + i] = nearestInteger(centre + unit * read(slots, from + i));
  } else {
    for (let i = 0; i < half; i++) slots[from + i] = toFixedPoint(centre - unit * read(slots, from + i), 1);
    for (let i = half; i < width; i++) slots[from + i] = toFixedPoint(centre + unit * read(slots, from + i), 1);
  }
}

/** `Math.max` without its care for −0 and NaN, which costs in a loop. */
const larger = (a: number, b: number): number => (a < b ? b : a);

/** From the multiples, which stand where the upper quantiles will be, to distances from the median in sd, on both sides. */
function spreadRaw(slots: Float64Array, at: number): void {
  let up = 0;
  let down = 0;
  for (let k = MEDIAN + 1; k < QUANTILES; k++) {
    const mirror = QUANTILES - 1 - k;
    const multiple = read(slots, at + SLOT.raw + k);
    up = larger(up + read(GAPS, k), read(slots, at + SLOT.rawFactors + k) * multiple);
    down = larger(down + read(GAPS, k), read(slots, at + SLOT.rawFactors + mirror) * multiple);
    slots[at + SLOT.raw + k] = up;
    slots[at + SLOT.raw + mirror] = down;
  }
}

/** The same for the adapted quantiles, from the distances of the raw ones. */
function spreadAdapted(slots: Float64Array, at: number): void {
  let up = 0;
  let down = 0;
  for (let j = ADAPTED_HALF; j < ADAPTED; j++) {
    const mirror = ADAPTED - 1 - j;
    const k = readInt32(RAW_OF_ADAPTED, j);
    const gap = read(ADAPTED_GAPS, j);
    up = larger(up + gap, read(slots, at + SLOT.adaptedFactors + j) * read(slots, at + SLOT.raw + k));
    down = larger(down + gap, read(slots, at + SLOT.adaptedFactors + mirror) * read(slots, at + SLOT.raw + QUANTILES - 1 - k));
    slots[at + SLOT.adapted + j] = up;
    slots[at + SLOT.adapted + mirror] = down;
  }
}
