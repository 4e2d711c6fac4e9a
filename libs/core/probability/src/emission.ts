import { AT, PPM, read, STATE_FLAG, STATE_WIDTH } from '@aitrader/model';
import { isRoundable, ln, nearestInteger, normalCdf, toFixedPoint } from '@aitrader/core-numeric';
import { effectiveDof } from './bank.ts';
import {
  ADAPTED,
  CALIBRATION,
  CALIBRATION_WIDTH,
  COVERAGES,
  EXPERTS,
  FITTED_TRACKS_MAX,
  QUANTILES,
  SHAPES,
  SLOT,
} from './slot.ts';

/*
 * Where the floats of a slot become the integers of a state.
 *
 * 1. Every figure is a safe integer, never −0; one that had to be cut says SATURATED.
 * 2. Quantiles never fall from one level to the next.
 * 3. The regimes add up to exactly one million.
 */

/** `e8` units per basis point, `1e-6 bp²` units per squared one, nats and sd in their units. */
const E8_PER_BP = 10_000;
const VARIANCE_UNITS = 1e6;
const NAT_UNITS = 1e6;
const Z_UNITS = 1000;
/** Degrees of freedom are said to a tenth, in units of 1e-3: they are known no better, and strategies tabulate quantiles by them. */
const DOF_TENTHS = 10;
const UNITS_PER_TENTH = 100;
/** By the number of fitted tracks. */
const LN_EXPERTS = Float64Array.from({ length: FITTED_TRACKS_MAX + 1 }, (_, fitted) => ln(EXPERTS + fitted * SHAPES));

/** What is emitted of a bar beside its slot. */
export interface RowContext {
  /** flags known so far */
  flags: number;
  /** trading minutes of one step */
  stepMinutes: number;
  /** session whose calibration is emitted */
  scoredAs: number;
}

/** Writes row `index` of a state slice from the slot at `at`. SATURATED joins the flags when a figure had to be cut. */
export function emitRow(rows: Float64Array, index: number, slots: Float64Array, at: number, context: RowContext): void {
  const row = index * STATE_WIDTH;
  putFilter(rows, row, slots, at, context.stepMinutes);
  putPredictive(rows, row, slots, at);
  putScores(rows, row, slots, at, (context.flags & STATE_FLAG.UNSCORED) === 0);
  putCalibration(rows, row, slots, at + SLOT.calibrations + context.scoredAs * CALIBRATION_WIDTH);
  const concentration = read(slots, at + SLOT.concentration);
  const lnExperts = read(LN_EXPERTS, read(slots, at + SLOT.fittedTracks));
  rows[row + AT.expertEntropy] = Math.max(0, -ln(concentration) / lnExperts) * PPM;
  putRegimes(rows, row, slots, at);
  const furthest = Math.max(
    roundFigures(rows, row, row + AT.q005),
    roundFigures(rows, row + AT.velocityUp, row + AT.calm),
    roundFigures(rows, row + AT.z, row + AT.flags),
    // quantiles are integers already, and these the outermost
    Math.abs(read(rows, row + AT.q005)),
    Math.abs(read(rows, row + AT.q995)),
    Math.abs(read(rows, row + AT.a005)),
    Math.abs(read(rows, row + AT.a995)),
  );
  rows[row + AT.flags] = context.flags | (furthest >= Number.MAX_SAFE_INTEGER ? STATE_FLAG.SATURATED : 0);
}

function putFilter(rows: Float64Array, row: number, slots: Float64Array, at: number, stepMinutes: number): void {
  const velocity = read(slots, at + SLOT.velocity);
  const velocityVariance = read(slots, at + SLOT.velocityVariance);
  const perMinute = 1 / stepMinutes;
  rows[row + AT.level] = read(slots, at + SLOT.level) * E8_PER_BP;
  rows[row + AT.velocity] = velocity * E8_PER_BP * perMinute;
  rows[row + AT.levelVariance] = read(slots, at + SLOT.levelVariance) * VARIANCE_UNITS;
  rows[row + AT.levelVelocityCovariance] = read(slots, at + SLOT.covariance) * VARIANCE_UNITS * perMinute;
  rows[row + AT.velocityVariance] = velocityVariance * VARIANCE_UNITS * perMinute * perMinute;
  rows[row + AT.velocityUp] = normalCdf(velocity / Math.sqrt(velocityVariance)) * PPM;
  rows[row + AT.volatility] = Math.sqrt(read(slots, at + SLOT.variance) * perMinute) * E8_PER_BP;
}

function putPredictive(rows: Float64Array, row: number, slots: Float64Array, at: number): void {
  rows[row + AT.predictiveMean] = read(slots, at + SLOT.lawMean);
  rows[row + AT.predictiveSd] = Math.sqrt(read(slots, at + SLOT.lawVariance));
  rows[row + AT.predictiveDof] = toFixedPoint(effectiveDof(slots, at), DOF_TENTHS) * UNITS_PER_TENTH;
  for (let k = 0; k < QUANTILES; k++) rows[row + AT.q005 + k] = read(slots, at + SLOT.raw + k);
  for (let k = 0; k < ADAPTED; k++) rows[row + AT.a005 + k] = read(slots, at + SLOT.adapted + k);
}

function putScores(rows: Float64Array, row: number, slots: Float64Array, at: number, isScored: boolean): void {
  rows[row + AT.z] = isScored ? read(slots, at + SLOT.z) * Z_UNITS : 0;
  rows[row + AT.pit] = isScored ? read(slots, at + SLOT.pit) * PPM : 0;
  rows[row + AT.logScore] = isScored ? read(slots, at + SLOT.logScore) * NAT_UNITS : 0;
  rows[row + AT.crps] = isScored ? read(slots, at + SLOT.crps) : 0;
}

function putCalibration(rows: Float64Array, row: number, slots: Float64Array, means: number): void {
  for (let i = 0; i < COVERAGES; i++) rows[row + AT.coverage50 + i] = read(slots, means + i) * PPM;
  rows[row + AT.meanPit] = read(slots, means + CALIBRATION.pit) * PPM;
  rows[row + AT.meanCrps] = read(slots, means + CALIBRATION.crps);
  rows[row + AT.meanLogScore] = read(slots, means + CALIBRATION.logScore) * NAT_UNITS;
  rows[row + AT.scored] = read(slots, means + CALIBRATION.scored);
}

/** Turns the scaled figures of a row into integers. Returns the largest size, 0 when all are of ordinary size. */
function roundFigures(rows: Float64Array, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const figure = read(rows, i);
    if (!isRoundable(Math.abs(figure))) return roundLarge(rows, i, to);
    rows[i] = nearestInteger(figure);
  }
  return 0;
}

function roundLarge(rows: Float64Array, from: number, to: number): number {
  let furthest = 0;
  for (let i = from; i < to; i++) {
    const figure = read(rows, i);
    furthest = Math.max(furthest, Math.abs(figure));
    rows[i] = toFixedPoint(figure, 1);
  }
  return furthest;
}

/** Normal takes what the rounding of the other two leaves. */
function putRegimes(rows: Float64Array, row: number, slots: Float64Array, at: number): void {
  const calm = toFixedPoint(read(slots, at + SLOT.regimes), PPM);
  const turbulent = Math.min(PPM - calm, toFixedPoint(read(slots, at + SLOT.regimes + 2), PPM));
  rows[row + AT.calm] = calm;
  rows[row + AT.turbulent] = turbulent;
  rows[row + AT.normal] = PPM - calm - turbulent;
  rows[row + AT.regime] = read(slots, at + SLOT.label);
}
