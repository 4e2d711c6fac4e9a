import { toFixedPoint } from '@aitrader/core-numeric';
import { read, readInt32, STATE_FLAG } from '@aitrader/model';
import { boundedVariance, learnVariances, SEED_BARS, startBank } from './bank.ts';
import { addRow, BAR, BAR_WIDTH, type BarMoment, type Batch, type Rows } from './batch.ts';
import { calibrate } from './calibration.ts';
import { contend } from './contest.ts';
import { filterBars, start } from './filter.ts';
import { forecastBars } from './forecast.ts';
import { BANK, BANK_WIDTH, FILTER, FILTER_WIDTH, FORECAST, FORECAST_WIDTH, type Memory, PAST, PAST_WIDTH } from './memory.ts';
import type { ProbabilityParameters } from './probability-state.ts';
import { learnRegimes, startRegimes } from './regime.ts';
import { learnFactors, startFactors } from './session-factor.ts';
import { enterGroups, follow, followScales, startTrackers } from './trackers.ts';
import { drawToAtoms } from './unchanged.ts';

/*
 * The way of a bar, which those of a batch go side by side, one step after the other: the forecast made before it is held against it;
 * the quantiles' factors follow the miss; a bar far from all expectation is held back; bank, season and regime learn; the filter moves;
 * the next close is forecast, whenever it may come. A symbol's first bar is only placed and forecast from.
 *
 * 1. A forecast uses nothing of what comes after it, its arrival included.
 * 2. A bar beyond `suspectZ` changes nothing until the next one: it is learned when that lies nearer to it than to the level before,
 *    and forgotten otherwise.
 * 3. What becomes of a bar does not depend on the other bars of its batch.
 */

const E8_PER_BP = 10_000;

const { closeBp: CLOSE, tick: TICK, outcome: OUTCOME, innovation: INNOVATION, z: Z, steps: STEPS } = BAR;
const { judged: JUDGED, judgedVariance: JUDGED_VARIANCE, judgedBucket: JUDGED_BUCKET, square: SQUARE, observed: OBSERVED } = BAR;
const PER_BAR = BAR_WIDTH;
const { closeBp: LAST_CLOSE, bars: SEEN, minute: MINUTE, session: SESSION, held: HELD, refused: REFUSED } = PAST;
const { heldCloseBp: HELD_CLOSE, heldInnovation: HELD_INNOVATION, heldVariance: HELD_VARIANCE, heldBucket: HELD_BUCKET } = PAST;
const PER_PAST = PAST_WIDTH;
const { mean: MEAN, variance: VARIANCE, base: BASE, bucket: BUCKET } = FORECAST;
const PER_FORECAST = FORECAST_WIDTH;
const { level: LEVEL } = FILTER;
const PER_FILTER = FILTER_WIDTH;
const { GAP, REFUSED_FIT, SUSPECT, WARMING_UP } = STATE_FLAG;
const SEEDS = SEED_BARS;

/** What takes in the bars of a batch. */
export type BarSteps = (parameters: ProbabilityParameters, moment: BarMoment, memory: Memory, batch: Batch) => void;

/** Takes in the bars of symbols that were seen before: after it the memory holds the forecasts of their next closes. */
export function takeBars(parameters: ProbabilityParameters, moment: BarMoment, memory: Memory, batch: Batch): void {
  settleBars(parameters, moment, memory, batch);
  learnBars(parameters, moment, memory, batch);
}

/** The first half of it: after it the bars that waited for these are learned or forgotten, those of `confirming` learned. */
export function settleBars(parameters: ProbabilityParameters, moment: BarMoment, memory: Memory, batch: Batch): void {
  meet(parameters, moment, memory, batch);
  calibrate(parameters, moment, memory, batch);
  follow(parameters.rates, memory, batch);
  followScales(memory, batch);
  batch.confirming.count = 0;
  if (batch.waiting.count > 0) settleHeld(parameters, memory, batch);
}

/** The second half of it, which learns the bars themselves. */
export function learnBars(parameters: ProbabilityParameters, moment: BarMoment, memory: Memory, batch: Batch): void {
  judge(parameters, memory, batch);
  learn(parameters, memory, batch, batch.learned);
  filterBars(parameters, memory, batch);
  enterGroups(moment.daypart, memory, batch);
  forecastBars(parameters, moment, memory, batch);
  drawToAtoms(moment.daypart, memory, batch);
}

/** Takes in the first bar of a symbol, the only one of the batch. */
export function beginBar(parameters: ProbabilityParameters, moment: BarMoment, memory: Memory, batch: Batch): void {
  const s = readInt32(batch.slot, 0);
  const prior = boundedVariance(parameters.priorVariance * moment.minutesPerStep);
  startBank(memory, s, prior);
  startTrackers(memory, s);
  startFactors(memory, s, moment.stepMinutes);
  startRegimes(memory, s, prior);
  place(parameters, memory, s, read(batch.bars, CLOSE), read(batch.bars, TICK));
  meet(parameters, moment, memory, batch);
  batch.flags[0] = (readInt32(batch.flags, 0) & ~GAP) | STATE_FLAG.UNSCORED;
  batch.bars[Z] = 0;
  enterGroups(moment.daypart, memory, batch);
  forecastBars(parameters, moment, memory, batch);
  drawToAtoms(moment.daypart, memory, batch);
}

/** Holds the closes against the last ones and against what was expected, notes the bars, and flags what there is to say of them. */
function meet({ warmUpBars }: ProbabilityParameters, moment: BarMoment, memory: Memory, batch: Batch): void {
  const { past, forecasts } = memory;
  const { count, slot, bars, flags, waiting } = batch;
  const { minute, session, stepMinutes } = moment;
  const hasMinutes = stepMinutes > 0;
  waiting.count = 0;
  for (let i = 0; i < count; i++) {
    const s = readInt32(slot, i);
    const p = s * PER_PAST;
    const bar = i * PER_BAR;
    const close = read(bars, bar + CLOSE);
    const moved = close - read(past, p + LAST_CLOSE);
    bars[bar + OUTCOME] = toFixedPoint(moved, E8_PER_BP);
    bars[bar + INNOVATION] = moved - read(forecasts, s * PER_FORECAST + MEAN);
    const elapsed = hasMinutes ? (minute - read(past, p + MINUTE)) / stepMinutes : session - read(past, p + SESSION);
    bars[bar + STEPS] = elapsed > 1 ? elapsed : 1;
    const seen = read(past, p + SEEN) + 1;
    past[p + LAST_CLOSE] = close;
    past[p + SEEN] = seen;
    past[p + MINUTE] = minute;
    past[p + SESSION] = session;
    const gap = elapsed > 1 ? GAP : 0;
    const warming = seen < warmUpBars ? WARMING_UP : 0;
    const unfit = read(past, p + REFUSED) === 0 ? 0 : REFUSED_FIT;
    flags[i] = readInt32(flags, i) | gap | warming | unfit;
    if (read(past, p + HELD) !== 0) addRow(waiting, i);
  }
}

/** Places the filter of a symbol at a close, at rest. */
function place(
  { velocity, observationNoise }: ProbabilityParameters,
  memory: Memory,
  s: number,
  closeBp: number,
  tick: number,
): void {
  const variance = read(memory.bank, s * BANK_WIDTH + BANK.variance);
  start(memory, s, closeBp, observationNoise * variance + tick, velocity.gain * velocity.gain * variance);
}

/**
 * Ends the wait of the bars before. One that this bar confirms, by lying nearer to it than to the level that it left, was a level shift:
 * it is learned, and the filter starts anew there. Any other is forgotten, and this bar is held against the level.
 */
function settleHeld(parameters: ProbabilityParameters, memory: Memory, batch: Batch): void {
  const { past, filter } = memory;
  const { slot, bars, waiting, confirming } = batch;
  for (let n = 0; n < waiting.count; n++) {
    const i = readInt32(waiting.at, n);
    const s = readInt32(slot, i);
    const [p, bar] = [s * PER_PAST, i * PER_BAR];
    const close = read(bars, bar + CLOSE);
    const level = read(filter, s * PER_FILTER + LEVEL);
    past[p + HELD] = 0;
    if (Math.abs(close - read(past, p + HELD_CLOSE)) < Math.abs(close - level)) {
      bars[bar + JUDGED] = read(past, p + HELD_INNOVATION);
      bars[bar + JUDGED_VARIANCE] = read(past, p + HELD_VARIANCE);
      bars[bar + JUDGED_BUCKET] = read(past, p + HELD_BUCKET);
      cutSquare(parameters, memory, batch, i);
      addRow(confirming, i);
    } else bars[bar + INNOVATION] = close - level;
  }
  if (confirming.count === 0) return;
  learn(parameters, memory, batch, confirming);
  for (let n = 0; n < confirming.count; n++) {
    const i = readInt32(confirming.at, n);
    const s = readInt32(slot, i);
    place(parameters, memory, s, read(past, s * PER_PAST + HELD_CLOSE), read(bars, i * PER_BAR + TICK));
  }
}

/** Says how far each bar is from what was expected: too far to be believed, or to be learned. */
function judge(parameters: ProbabilityParameters, memory: Memory, batch: Batch): void {
  const { past, forecasts } = memory;
  const { count, slot, bars, learned } = batch;
  const { suspectZ } = parameters;
  learned.count = 0;
  for (let i = 0; i < count; i++) {
    const s = readInt32(slot, i);
    const bar = i * PER_BAR;
    const innovation = read(bars, bar + INNOVATION);
    const variance = read(forecasts, s * PER_FORECAST + VARIANCE);
    const z = innovation / Math.sqrt(variance);
    bars[bar + Z] = z;
    bars[bar + JUDGED] = innovation;
    bars[bar + JUDGED_VARIANCE] = variance;
    bars[bar + JUDGED_BUCKET] = read(forecasts, s * PER_FORECAST + BUCKET);
    if (Math.abs(z) > suspectZ && read(past, s * PER_PAST + SEEN) > SEEDS + 1) hold(past, s * PER_PAST, batch, i);
    else {
      cutSquare(parameters, memory, batch, i);
      addRow(learned, i);
    }
  }
}

/** Lets a bar wait for the next one. */
function hold(past: Float64Array, p: number, { bars, flags }: Batch, i: number): void {
  past[p + HELD] = 1;
  past[p + HELD_CLOSE] = read(bars, i * PER_BAR + CLOSE);
  past[p + HELD_INNOVATION] = read(bars, i * PER_BAR + JUDGED);
  past[p + HELD_VARIANCE] = read(bars, i * PER_BAR + JUDGED_VARIANCE);
  past[p + HELD_BUCKET] = read(bars, i * PER_BAR + JUDGED_BUCKET);
  flags[i] = readInt32(flags, i) | SUSPECT;
}

/** Squared sd that an innovation of the first bars counts at most: only a guard against overflow. */
const SEED_SQUARE_MAX = 1e12;

/** Works out the square of the judged innovation, cut. The bank's variance behind it is that of the last forecast, also for a held bar:
 * when it is confirmed, two are judged from one and the same. */
function cutSquare({ winsorZ }: ProbabilityParameters, { past, forecasts }: Memory, { slot, bars }: Batch, i: number): void {
  const s = readInt32(slot, i);
  const bar = i * PER_BAR;
  const innovation = read(bars, bar + JUDGED);
  const square = (innovation * innovation) / read(bars, bar + JUDGED_VARIANCE);
  const most = read(past, s * PER_PAST + SEEN) <= SEEDS + 1 ? SEED_SQUARE_MAX : winsorZ * winsorZ;
  const cut = square > most ? most : square;
  bars[bar + SQUARE] = cut;
  bars[bar + OBSERVED] = read(forecasts, s * PER_FORECAST + BASE) * cut;
}

/** Bank, season and regime learn what was judged. */
function learn(parameters: ProbabilityParameters, memory: Memory, batch: Batch, rows: Rows): void {
  learnVariances(memory, batch, rows, parameters);
  contend(memory, batch, rows, parameters);
  learnFactors(memory, batch, rows, parameters);
  learnRegimes(parameters.regimes, memory, batch, rows);
}
