import { exp, ln } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';
import { CALIBRATION, CALIBRATION_WIDTH, COVERAGES, MEDIAN, SLOT } from './slot.ts';

/*
 * How well the raw forecasts of a symbol have done so far, kept apart by session: running means of coverage, PIT, CRPS and log score.
 *
 * 1. The first forecasts weigh alike; later, one of `half-life` bars ago weighs half of the last.
 * 2. Coverages lie in 0 … 1, and a wider interval never has the smaller one.
 */

/** What a forecast is scored as; bars outside the sessions count as POST, daily bars as RTH. */
export const SCORED_AS = { PRE: 0, RTH: 1, POST: 2, CLOSED: 2 } as const;

export interface CalibrationModel {
  /** weight of the newest forecast in the running means, once it is more than one over their number */
  readonly calibrationGain: number;
}

/** The gain with which a forecast of `bars` ago weighs half of the newest. */
export const gainOfHalfLife = (bars: number): number => 1 - exp(-ln(2) / bars);

/** The interval of 99 % reaches six quantiles to each side of the median; those of 50, 80, 90 and 95 % one to four. */
const REACH_99 = 6;

/** Counts the scores of the last forecast for one session. */
export function calibrate(slots: Float64Array, at: number, session: number, { calibrationGain }: CalibrationModel): void {
  const y = read(slots, at + SLOT.outcome);
  const means = at + SLOT.calibrations + session * CALIBRATION_WIDTH;
  const scored = read(slots, means + CALIBRATION.scored) + 1;
  const gain = Math.max(calibrationGain, 1 / scored);
  slots[means + CALIBRATION.scored] = scored;
  const median = at + SLOT.raw + MEDIAN;
  for (let i = 0; i < COVERAGES; i++) {
    const reach = i === COVERAGES - 1 ? REACH_99 : i + 1;
    const covered = y >= read(slots, median - reach) && y <= read(slots, median + reach) ? 1 : 0;
    blend(slots, means + i, covered, gain);
  }
  blend(slots, means + CALIBRATION.pit, read(slots, at + SLOT.pit), gain);
  blend(slots, means + CALIBRATION.crps, read(slots, at + SLOT.crps), gain);
  blend(slots, means + CALIBRATION.logScore, read(slots, at + SLOT.logScore), gain);
}

function blend(slots: Float64Array, at: number, value: number, gain: number): void {
  const mean = read(slots, at);
  slots[at] = mean + gain * (value - mean);
}
