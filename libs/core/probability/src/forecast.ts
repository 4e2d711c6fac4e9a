import { toFixedPoint } from '@aitrader/core-numeric';
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
/** Least distance from the quantile before, counted from the median, in sd. */
const GAPS = Float64Array.from({ length: QUANTILES }, (_, k) =>
  k === 0 ? 0 : LEAST_GAP * Math.SQRT1_2 * (read(T4_QUANTILES, k) - read(T4_QUANTILES, k - 1)),
);
/** The adapted quantile of a raw one in the upper half, or −1. */
const ADAPTED_OF = Int32Array.from(QUANTILE_LEVELS, (level) => ADAPTED_LEVELS.findIndex((adapted) => adapted === level));

/** Writes the quantiles of a forecast with mean `mean` and standard deviation `sd`, both in bp. */
export function writeQuantiles(slots: Float64Array, at: number, mean: number, sd: number): void {
  const unit = sd * E8_PER_BP;
  const centre = mean * E8_PER_BP + read(slots, at + SLOT.rawFactors + MEDIAN) * unit;
  slots[at + SLOT.raw + MEDIAN] = toFixedPoint(centre, 1);
  let up = 0;
  let down = 0;
  let adaptedUp = 0;
  let adaptedDown = 0;
  let adaptedGap = 0;
  for (let k = MEDIAN + 1; k < QUANTILES; k++) {
    const mirror = QUANTILES - 1 - k;
    const multiple = multipleOf(slots, at, k);
    const gap = read(GAPS, k);
    up = Math.max(up + gap, read(slots, at + SLOT.rawFactors + k) * multiple);
    down = Math.max(down + gap, read(slots, at + SLOT.rawFactors + mirror) * multiple);
    slots[at + SLOT.raw + k] = toFixedPoint(centre + unit * up, 1);
    slots[at + SLOT.raw + mirror] = toFixedPoint(centre - unit * down, 1);
    const j = readInt32(ADAPTED_OF, k);
    adaptedGap += gap;
    if (j < 0) continue;
    adaptedUp = Math.max(adaptedUp + adaptedGap, read(slots, at + SLOT.adaptedFactors + j) * up);
    adaptedDown = Math.max(adaptedDown + adaptedGap, read(slots, at + SLOT.adaptedFactors + ADAPTED - 1 - j) * down);
    adaptedGap = 0;
    slots[at + SLOT.adapted + j] = toFixedPoint(centre + unit * adaptedUp, 1);
    slots[at + SLOT.adapted + ADAPTED - 1 - j] = toFixedPoint(centre - unit * adaptedDown, 1);
  }
}
