import { toFixedPoint } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';
import { learnVariance, SEED_BARS, startBank } from './bank.ts';
import { calibrate } from './calibration.ts';
import { observe, predict, predictedLevel, predictedVariance, start } from './filter.ts';
import { writeQuantiles } from './forecast.ts';
import { score, writeMoments } from './law.ts';
import { type ProbabilityParameters } from './probability-state.ts';
import { learnRegime, startRegimes } from './regime.ts';
import { learnFactor, startFactors } from './session-factor.ts';
import { SLOT, SLOT_WIDTH } from './slot.ts';
import { follow, startTrackers } from './trackers.ts';
import { ONE_STEP, transitionOver } from './transition.ts';

/*
 * One bar of one symbol, in this order: the forecast made before it is scored; the quantiles' factors follow the miss; a bar far from
 * all expectation is held back; bank, season and regime learn; the filter moves; the next close is forecast, whenever it may come.
 *
 * 1. A forecast uses nothing of what comes after it, its arrival included.
 * 2. A bar beyond `suspectZ` changes nothing until the next one: it is learned when that lies nearer to it than to the level before,
 *    and forgotten otherwise.
 */

const E8_PER_BP = 10_000;

/** What is known of a bar beside its symbol's past. */
export interface BarMoment {
  /** bp of ln(USD), and the variance in bp² that the tick adds to it */
  closeBp: number;
  tick: number;
  /** where the bar lies: trading minute, session of the calendar, bucket of the forecast made here, session it is scored in */
  minute: number;
  session: number;
  bucket: number;
  scoredAs: number;
  /** trading minutes of a step, NaN where steps are whole sessions */
  stepMinutes: number;
}

/** First sight of a symbol. `prior` is the variance of a step in bp². */
export function begin(parameters: ProbabilityParameters, slots: Float64Array, at: number, bar: BarMoment, prior: number): void {
  slots.fill(0, at, at + SLOT_WIDTH);
  startBank(slots, at, prior);
  startTrackers(slots, at);
  startFactors(slots, at, bar.stepMinutes);
  startRegimes(slots, at, prior);
  place(parameters, slots, at, bar.closeBp, bar);
  slots[at + SLOT.close] = bar.closeBp;
  slots[at + SLOT.bars] = 1;
  slots[at + SLOT.minute] = bar.minute;
  slots[at + SLOT.session] = bar.session;
  forecast(parameters, slots, at, bar);
}

/** A later bar. */
export function advance(parameters: ProbabilityParameters, slots: Float64Array, at: number, bar: BarMoment): void {
  const moved = bar.closeBp - read(slots, at + SLOT.close);
  slots[at + SLOT.outcome] = toFixedPoint(moved, E8_PER_BP);
  slots[at + SLOT.innovation] = moved - read(slots, at + SLOT.forecastMean);
  score(slots, at);
  calibrate(slots, at, bar.scoredAs, parameters);
  follow(parameters.rates, slots, at);
  slots[at + SLOT.close] = bar.closeBp;
  takeIn(parameters, slots, at, bar);
  slots[at + SLOT.bars] = read(slots, at + SLOT.bars) + 1;
  slots[at + SLOT.minute] = bar.minute;
  slots[at + SLOT.session] = bar.session;
  forecast(parameters, slots, at, bar);
}

/** Variance of a close around its level: a share of the price's own per step, and the tick it is rounded to. */
const closeNoise = (parameters: ProbabilityParameters, slots: Float64Array, at: number, bar: BarMoment): number =>
  parameters.observationNoise * read(slots, at + SLOT.variance) + bar.tick;

function place(parameters: ProbabilityParameters, slots: Float64Array, at: number, closeBp: number, bar: BarMoment): void {
  const { gain } = parameters.velocity;
  const velocityVariance = gain * gain * read(slots, at + SLOT.variance);
  start(slots, at, closeBp, closeNoise(parameters, slots, at, bar), velocityVariance);
}

/** Where the three figures of a judgement stand in the slot: an innovation, its forecast's variance and bucket. */
const NOW = { innovation: SLOT.innovation, variance: SLOT.forecastVariance, bucket: SLOT.forecastBucket } as const;
const HELD = { innovation: SLOT.heldInnovation, variance: SLOT.heldVariance, bucket: SLOT.heldBucket } as const;

/** Learns from the innovation in the slot, unless it has to wait for the next bar. */
function takeIn(parameters: ProbabilityParameters, slots: Float64Array, at: number, bar: BarMoment): void {
  if (read(slots, at + SLOT.held) !== 0) {
    if (confirms(slots, at, bar)) settleHeld(parameters, slots, at, bar);
    else slots[at + SLOT.innovation] = bar.closeBp - read(slots, at + SLOT.level);
    slots[at + SLOT.held] = 0;
  }
  const z = read(slots, at + SLOT.innovation) / Math.sqrt(read(slots, at + SLOT.forecastVariance));
  slots[at + SLOT.z] = z;
  const isSuspect = read(slots, at + SLOT.bars) > SEED_BARS && Math.abs(z) > parameters.suspectZ;
  if (isSuspect) hold(slots, at, bar);
  else learn(parameters, slots, at, NOW);
  move(parameters, slots, at, bar);
  if (isSuspect) return;
  slots[at + SLOT.noise] = closeNoise(parameters, slots, at, bar);
  observe(slots, at, parameters);
}

/** Whether a close lies nearer to the one that waits than to the level that it left. */
function confirms(slots: Float64Array, at: number, { closeBp }: BarMoment): boolean {
  const fromHeld = Math.abs(closeBp - read(slots, at + SLOT.heldClose));
  return fromHeld < Math.abs(closeBp - read(slots, at + SLOT.level));
}

/** A level shift: what waited is learned, and the filter starts anew there. */
function settleHeld(parameters: ProbabilityParameters, slots: Float64Array, at: number, bar: BarMoment): void {
  learn(parameters, slots, at, HELD);
  place(parameters, slots, at, read(slots, at + SLOT.heldClose), bar);
}

function hold(slots: Float64Array, at: number, { closeBp }: BarMoment): void {
  slots[at + SLOT.held] = 1;
  slots[at + SLOT.heldClose] = closeBp;
  slots[at + HELD.innovation] = read(slots, at + NOW.innovation);
  slots[at + HELD.variance] = read(slots, at + NOW.variance);
  slots[at + HELD.bucket] = read(slots, at + NOW.bucket);
}

/** Squared sd that an innovation of the first bars counts at most: only a guard against overflow. */
const SEED_SQUARE_MAX = 1e12;

/**
 * Bank, season and regime learn an innovation. The bank's variance is that of the last forecast also for a held one: when a held bar
 * is confirmed, two are judged from one and the same.
 */
function learn(parameters: ProbabilityParameters, slots: Float64Array, at: number, judged: typeof NOW | typeof HELD): void {
  const { winsorZ, regimes } = parameters;
  const isSeed = read(slots, at + SLOT.bars) <= SEED_BARS;
  const innovation = read(slots, at + judged.innovation);
  const square = (innovation * innovation) / read(slots, at + judged.variance);
  slots[at + SLOT.square] = Math.min(square, isSeed ? SEED_SQUARE_MAX : winsorZ * winsorZ);
  learnVariance(slots, at, innovation < 0, parameters);
  if (!isSeed) learnFactor(slots, at, read(slots, at + judged.bucket), parameters);
  learnRegime(regimes, slots, at, innovation < 0);
}

/** Moves the filter over the time since the last bar, in steps; never less than one. */
function move(parameters: ProbabilityParameters, slots: Float64Array, at: number, bar: BarMoment): void {
  const { transitions, velocity } = parameters;
  const elapsed =
    bar.stepMinutes > 0
      ? (bar.minute - read(slots, at + SLOT.minute)) / bar.stepMinutes
      : bar.session - read(slots, at + SLOT.session);
  const steps = Math.max(1, elapsed);
  const factor = read(slots, at + SLOT.sessionFactors + read(slots, at + SLOT.forecastBucket));
  const row = transitionOver(transitions, velocity, steps);
  slots[at + SLOT.noiseSteps] = factor * steps;
  predict(slots, at, transitions, row);
}

/** Forecasts the next close, one step on. While a bar waits for confirmation its close is taken for the level. */
function forecast(parameters: ProbabilityParameters, slots: Float64Array, at: number, bar: BarMoment): void {
  const { transitions } = parameters;
  const base = read(slots, at + SLOT.variance);
  const factor = read(slots, at + SLOT.sessionFactors + bar.bucket);
  const noise = closeNoise(parameters, slots, at, bar);
  const isHeld = read(slots, at + SLOT.held) !== 0;
  const mean = isHeld ? 0 : predictedLevel(slots, at, transitions, ONE_STEP) - bar.closeBp;
  const carried = isHeld ? base * factor + noise : predictedVariance(slots, at, transitions, ONE_STEP, base, factor);
  const variance = carried + noise;
  slots[at + SLOT.forecastMean] = mean;
  slots[at + SLOT.forecastBase] = base;
  slots[at + SLOT.forecastVariance] = variance;
  slots[at + SLOT.forecastBucket] = bar.bucket;
  writeQuantiles(slots, at);
  writeMoments(slots, at);
}
