import { exp, ln } from '@aitrader/core-numeric';
import { read, readInt32 } from '@aitrader/model';
import { BAR, BAR_WIDTH, type BarMoment, type Batch } from './batch.ts';
import { CALIBRATION, CALIBRATION_WIDTH, FORECAST, FORECAST_WIDTH, type Memory } from './memory.ts';
import { MEDIAN, SESSIONS_SCORED } from './sizes.ts';

/*
 * How well the raw 95 % intervals of a symbol have done so far, kept apart by session: what whoever acts on a forecast looks at. All
 * other scores follow from the states and the bars, see figures.ts.
 *
 * 1. The first forecasts weigh alike; later, one of `half-life` bars ago weighs half of the last.
 * 2. The coverage lies in 0 … 1.
 */

/** What a forecast is scored as; bars outside the sessions count as POST, daily bars as RTH. */
export const SCORED_AS = { PRE: 0, RTH: 1, POST: 2, CLOSED: 2, OVERNIGHT: 2 } as const;

export interface CalibrationModel {
  /** weight of the newest forecast in the running means, once it is more than one over their number */
  readonly calibrationGain: number;
}

/** The gain with which a forecast of `bars` ago weighs half of the newest. */
export const gainOfHalfLife = (bars: number): number => 1 - exp(-ln(2) / bars);

const { outcome: OUTCOME } = BAR;
const PER_BAR = BAR_WIDTH;
const { coverage95: COVERAGE95, scored: SCORED } = CALIBRATION;
const PER_SESSION = CALIBRATION_WIDTH;
const PER_SYMBOL = SESSIONS_SCORED * CALIBRATION_WIDTH;
/** The interval reaches four quantiles to each side of the median. */
const LOW = FORECAST.raw + MEDIAN - 4;
const HIGH = FORECAST.raw + MEDIAN + 4;
const PER_FORECAST = FORECAST_WIDTH;

/** Counts the last forecasts of a batch's symbols for the session of its bars. */
export function calibrate(model: CalibrationModel, moment: BarMoment, memory: Memory, { count, slot, bars }: Batch): void {
  const { calibration, forecasts } = memory;
  const session = moment.scoredAs * PER_SESSION;
  for (let i = 0; i < count; i++) {
    const s = readInt32(slot, i);
    const y = read(bars, i * PER_BAR + OUTCOME);
    const q = s * PER_FORECAST;
    const covered = y >= read(forecasts, q + LOW) && y <= read(forecasts, q + HIGH) ? 1 : 0;
    const c = s * PER_SYMBOL + session;
    const scored = read(calibration, c + SCORED) + 1;
    const early = 1 / scored;
    const mean = read(calibration, c + COVERAGE95);
    calibration[c + SCORED] = scored;
    calibration[c + COVERAGE95] = mean + (early > model.calibrationGain ? early : model.calibrationGain) * (covered - mean);
  }
}
