import { AT, PPM, read, readInt32, STATE_FLAG, STATE_WIDTH } from '@aitrader/model';
import { ln, normalCdf, toFixedPoint } from '@aitrader/core-numeric';
import { effectiveDof } from './bank.ts';
import { BAR, BAR_WIDTH, type BarMoment, type Batch } from './batch.ts';
import {
  BANK,
  BANK_WIDTH,
  CALIBRATION,
  CALIBRATION_WIDTH,
  FILTER,
  FILTER_WIDTH,
  FORECAST,
  FORECAST_WIDTH,
  type Memory,
  REGIME,
  REGIME_WIDTH,
} from './memory.ts';
import { ADAPTED, EXPERTS, FITTED_TRACKS_MAX, QUANTILES, SESSIONS_SCORED, SHAPES } from './sizes.ts';

/*
 * Where the floats of the memory become the integers of a state.
 *
 * 1. Every figure is a safe integer, never −0; one that had to be cut says SATURATED.
 * 2. Quantiles never fall from one level to the next.
 * 3. The regimes that are named add up to at most one million; the rest is normal.
 */

/** `e8` units per basis point, `1e-6 bp²` units per squared one, nats and sd in their units. */
const E8_PER_BP = 10_000;
const VARIANCE_UNITS = 1e6;
const Z_UNITS = 1000;
/** Degrees of freedom are said to a tenth, in units of 1e-3: they are known no better, and strategies tabulate quantiles by them. */
const DOF_TENTHS = 10;
const UNITS_PER_TENTH = 100;
/** One over the logarithm of how many experts there are, by the number of fitted tracks. */
const PER_LN_EXPERTS = Float64Array.from({ length: FITTED_TRACKS_MAX + 1 }, (_, fitted) => 1 / ln(EXPERTS + fitted * SHAPES));

const { concentration: CONCENTRATION, shapes: SHAPES_AT, fittedTracks: FITTED_TRACKS } = BANK;
const { level: LEVEL, velocity: VELOCITY, levelVariance: P11, covariance: P12, velocityVariance: P22 } = FILTER;
const { base: BASE, raw: RAW } = FORECAST;
const { law: LAW, label: LABEL } = REGIME;
const { coverage95: COVERAGE95, scored: SCORED } = CALIBRATION;
const { z: Z } = BAR;
const { SATURATED } = STATE_FLAG;
const [PER_BAR, PER_BANK, PER_FILTER, PER_FORECAST, PER_REGIME] = [
  BAR_WIDTH,
  BANK_WIDTH,
  FILTER_WIDTH,
  FORECAST_WIDTH,
  REGIME_WIDTH,
];
const [PER_SESSION, PER_ROW] = [CALIBRATION_WIDTH, STATE_WIDTH];
const PER_SYMBOL = SESSIONS_SCORED * CALIBRATION_WIDTH;
const ALL_QUANTILES = QUANTILES + ADAPTED;
const MILLION = PPM;
const TO = AT;

/** Writes the states of a batch's symbols into their rows of a slice. SATURATED joins the flags of a row when a figure had to be cut. */
export function emitBars(rows: Float64Array, moment: BarMoment, memory: Memory, batch: Batch): void {
  const { count, slot, row, bars, flags } = batch;
  const perMinute = 1 / moment.minutesPerStep;
  for (let i = 0; i < count; i++) {
    const s = readInt32(slot, i);
    const to = readInt32(row, i) * PER_ROW;
    putFilter(rows, to, memory.filter, s * PER_FILTER, perMinute);
    putQuantiles(rows, to, memory.forecasts, s * PER_FORECAST + RAW);
    putBank(rows, to, memory.bank, s * PER_BANK, read(memory.forecasts, s * PER_FORECAST + BASE) * perMinute);
    putRegimes(rows, to, memory.regimes, s * PER_REGIME);
    rows[to + TO.z] = toFixedPoint(read(bars, i * PER_BAR + Z), Z_UNITS);
    const c = s * PER_SYMBOL + moment.scoredAs * PER_SESSION;
    rows[to + TO.coverage95] = toFixedPoint(read(memory.calibration, c + COVERAGE95), MILLION);
    rows[to + TO.scored] = read(memory.calibration, c + SCORED);
    rows[to + TO.flags] = readInt32(flags, i) | (isCut(rows, to) ? SATURATED : 0);
  }
}

function putFilter(rows: Float64Array, to: number, filter: Float64Array, f: number, perMinute: number): void {
  const velocity = read(filter, f + VELOCITY);
  const velocityVariance = read(filter, f + P22);
  rows[to + TO.level] = toFixedPoint(read(filter, f + LEVEL), E8_PER_BP);
  rows[to + TO.velocity] = toFixedPoint(velocity * perMinute, E8_PER_BP);
  rows[to + TO.levelVariance] = toFixedPoint(read(filter, f + P11), VARIANCE_UNITS);
  rows[to + TO.levelVelocityCovariance] = toFixedPoint(read(filter, f + P12) * perMinute, VARIANCE_UNITS);
  rows[to + TO.velocityVariance] = toFixedPoint(velocityVariance * perMinute * perMinute, VARIANCE_UNITS);
  rows[to + TO.velocityUp] = toFixedPoint(normalCdf(velocity / Math.sqrt(velocityVariance)), MILLION);
}

/** Raw and adapted quantiles, which are integers already, stand side by side here and there. */
function putQuantiles(rows: Float64Array, to: number, forecasts: Float64Array, q: number): void {
  for (let k = 0; k < ALL_QUANTILES; k++) rows[to + TO.q005 + k] = read(forecasts, q + k);
}

/** `variance` is that of a minute. */
function putBank(rows: Float64Array, to: number, bank: Float64Array, b: number, variance: number): void {
  const shapes = b + SHAPES_AT;
  const dof = effectiveDof(read(bank, shapes), read(bank, shapes + 1), read(bank, shapes + 2));
  const entropy = -ln(read(bank, b + CONCENTRATION)) * read(PER_LN_EXPERTS, read(bank, b + FITTED_TRACKS));
  rows[to + TO.predictiveDof] = toFixedPoint(dof, DOF_TENTHS) * UNITS_PER_TENTH;
  rows[to + TO.volatility] = toFixedPoint(Math.sqrt(variance), E8_PER_BP);
  rows[to + TO.expertEntropy] = toFixedPoint(entropy < 0 ? 0 : entropy, MILLION);
}

/** What the rounding of the two leaves is normal. */
function putRegimes(rows: Float64Array, to: number, regimes: Float64Array, r: number): void {
  const calm = toFixedPoint(read(regimes, r + LAW), MILLION);
  const turbulent = toFixedPoint(read(regimes, r + LAW + 2), MILLION);
  rows[to + TO.calm] = calm;
  rows[to + TO.turbulent] = turbulent > MILLION - calm ? MILLION - calm : turbulent;
  rows[to + TO.regime] = read(regimes, r + LABEL);
}

/** Figures that may leave their unit; the outermost quantiles stand for the others. */
const UNBOUNDED = [
  ...(['level', 'velocity', 'levelVariance', 'levelVelocityCovariance', 'velocityVariance', 'volatility', 'z'] as const),
  ...(['q005', 'q995', 'a005', 'a995'] as const),
];

/** Whether a figure of a row stands at the end of the safe integers. */
function isCut(rows: Float64Array, to: number): boolean {
  const variances = read(rows, to + TO.levelVariance) + read(rows, to + TO.velocityVariance);
  const spread = read(rows, to + TO.q995) - read(rows, to + TO.q005) + read(rows, to + TO.a995) - read(rows, to + TO.a005);
  const others = Math.abs(read(rows, to + TO.level)) + Math.abs(read(rows, to + TO.velocity)) + Math.abs(read(rows, to + TO.z));
  const all =
    variances + spread + others + Math.abs(read(rows, to + TO.levelVelocityCovariance)) + read(rows, to + TO.volatility);
  if (all < Number.MAX_SAFE_INTEGER) return false;
  return UNBOUNDED.some((name) => Math.abs(read(rows, to + AT[name])) >= Number.MAX_SAFE_INTEGER);
}
