import { exp, lnGammaHalfStep, studentTQuantile } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';
import { EXPERTS, FITTED_VARIANCE, FITTED_VARIANCE_WIDTH, SHAPES, SLOT, TRACKS } from './slot.ts';
import { mirrored } from './student-four.ts';

/*
 * The bank of variances: eight exponentially weighted ones, and those of models that were fitted to the symbol, each with three shapes
 * of Student's t. An expert's weight grows with the density that it gave to what happened; the fixed share keeps all of them in play.
 * Source: Herbster and Warmuth (1998), "Tracking the best expert", Machine Learning 32.
 *
 * 1. Weights are positive and add up to 1; variances stay inside VARIANCE_MIN … VARIANCE_MAX, whatever is observed.
 * 2. One observation counts as at most `winsorZ` standard deviations, but for the first bars.
 */

/** bp² per step: a hundredth of a basis point, and a factor of e. Never reached on real daily and minute bars. */
export const VARIANCE_MIN = 1e-4;
export const VARIANCE_MAX = 1e8;
/** Bars whose squares the bank merely averages, without cutting and without suspicion. */
export const SEED_BARS = 10;

/**
 * Weight of the past per bar, and leverage γ: a fall weighs 1 + γ, a rise 1 − γ. Against four plain decays, the four with leverage
 * are worth 0.007 nats and 0.3 % of CRPS on eleven daily series, and a little on fourteen of minutes; γ = 0.6 … 1 score alike.
 */
const DECAYS: readonly number[] = [0.9, 0.95, 0.98, 0.995, 0.9, 0.94, 0.97, 0.99];
const GAIN = Float64Array.from(DECAYS, (decay) => 1 - decay);
const LEVERAGE = Float64Array.of(0, 0, 0, 0, 0.9, 0.9, 0.9, 0.9);

/**
 * Degrees of freedom of the shapes. On the 25 series 3, 4 and 8 beat 4 alone by 0.0007 nats and 0.02 % of CRPS; with 30 among them
 * the 50 % interval of one series was 1.1 points off after 500 bars, since weights then drag the shape faster than factors follow.
 */
const DOFS = [3, 4, 8] as const;
const [DOF3, DOF4, DOF8] = DOFS;

/** Normalising constant of a t of unit variance: Γ((ν + 1)/2) / (Γ(ν/2) √(π (ν − 2))). */
const normOf = (dof: number): number => exp(lnGammaHalfStep(dof / 2)) / Math.sqrt(Math.PI * (dof - 2));
const NORM3 = normOf(DOF3);
const NORM4 = normOf(DOF4);
const NORM8 = normOf(DOF8);

/** Quantiles of a t of unit variance. */
const multiplesOf = (dof: number): Float64Array => mirrored((level) => Math.sqrt((dof - 2) / dof) * studentTQuantile(level, dof));
const MULTIPLES3 = multiplesOf(DOF3);
const MULTIPLES4 = multiplesOf(DOF4);
const MULTIPLES8 = multiplesOf(DOF8);

/** Multiple of the sd at which the bank's law has its quantile `k`: the shapes' own, averaged. It never falls with the level. */
export function multipleOf(slots: Float64Array, at: number, k: number): number {
  const shapes = at + SLOT.shapes;
  const heavy = read(slots, shapes) * read(MULTIPLES3, k) + read(slots, shapes + 1) * read(MULTIPLES4, k);
  return heavy + read(slots, shapes + 2) * read(MULTIPLES8, k);
}

/** Degrees of freedom whose inverse is the weighted mean of the shapes' inverses. */
export function effectiveDof(slots: Float64Array, at: number): number {
  const shapes = at + SLOT.shapes;
  return 1 / (read(slots, shapes) / DOF3 + read(slots, shapes + 1) / DOF4 + read(slots, shapes + 2) / DOF8);
}

export const boundedVariance = (variance: number): number => Math.min(VARIANCE_MAX, Math.max(VARIANCE_MIN, variance));

/** The bank before the first bar: all at the prior, all alike. */
export function startBank(slots: Float64Array, at: number, prior: number): void {
  slots.fill(prior, at + SLOT.tracks, at + SLOT.tracks + TRACKS);
  slots.fill(1 / EXPERTS, at + SLOT.weights, at + SLOT.weights + EXPERTS);
  slots.fill(1 / SHAPES, at + SLOT.shapes, at + SLOT.shapes + SHAPES);
  slots[at + SLOT.variance] = prior;
  slots[at + SLOT.concentration] = 1 / EXPERTS;
}

export interface BankModel {
  /** weight that is spread evenly at every bar */
  readonly expertShare: number;
}

/** Variances in play: the bank's own, and the fitted ones behind them. */
const tracksOf = (slots: Float64Array, at: number): number => TRACKS + read(slots, at + SLOT.fittedTracks);

/** Adds a track, at the bank's own variance and with as much weight as an even share; its parameters are in the slot. */
export function addFittedTrack(slots: Float64Array, at: number): void {
  const tracks = tracksOf(slots, at);
  const even = 1 / (SHAPES * (tracks + 1));
  const w = at + SLOT.weights;
  for (let i = 0; i < SHAPES * tracks; i++) slots[w + i] = read(slots, w + i) * (1 - SHAPES * even);
  slots.fill(even, w + SHAPES * tracks, w + SHAPES * (tracks + 1));
  slots[at + SLOT.tracks + tracks] = read(slots, at + SLOT.variance);
  slots[at + SLOT.fittedTracks] = tracks + 1 - TRACKS;
}

/**
 * The fitted tracks after a squared innovation: ω + (α + γ after a fall) ε² + β σ².
 * Source: Bollerslev (1986); Glosten, Jagannathan and Runkle (1993).
 */
function learnFitted(slots: Float64Array, at: number, square: number, falls: boolean): void {
  const count = read(slots, at + SLOT.fittedTracks);
  for (let i = 0; i < count; i++) {
    const fitted = at + SLOT.fittedVariances + i * FITTED_VARIANCE_WIDTH;
    const variance = read(slots, at + SLOT.tracks + TRACKS + i);
    const asymmetry = falls ? read(slots, fitted + FITTED_VARIANCE.gamma) : 0;
    const alpha = read(slots, fitted + FITTED_VARIANCE.alpha) + asymmetry;
    const next =
      read(slots, fitted + FITTED_VARIANCE.omega) + alpha * square + read(slots, fitted + FITTED_VARIANCE.beta) * variance;
    slots[at + SLOT.tracks + TRACKS + i] = boundedVariance(next);
  }
}

/**
 * Weighs every expert by its density of the cut square in the slot, and leaves the sum of the weights in the slot.
 * With u = v + x/(ν − 2) the density is ∝ v^(ν/2) / u^((ν+1)/2); variances are taken over the bank's own, which keeps the numbers near 1.
 */
function weigh(slots: Float64Array, at: number): void {
  const square = read(slots, at + SLOT.square);
  const perBase = 1 / read(slots, at + SLOT.forecastBase);
  const tracks = tracksOf(slots, at);
  let sum = 0;
  let w = at + SLOT.weights;
  for (let i = 0; i < tracks; i++) {
    const v = read(slots, at + SLOT.tracks + i) * perBase;
    const v2 = v * v;
    const a3 = v + square;
    const a4 = v + square / 2;
    const a8 = v + square / 6;
    // one division instead of three
    const inverse = 1 / (a3 * a4 * a8);
    const u3 = inverse * a4 * a8;
    const u4 = inverse * a3 * a8;
    const u8 = inverse * a3 * a4;
    const u44 = u4 * u4;
    const u88 = u8 * u8;
    const d3 = read(slots, w) * NORM3 * v * Math.sqrt(v) * u3 * u3;
    const d4 = read(slots, w + 1) * NORM4 * v2 * u44 * Math.sqrt(u4);
    const d8 = read(slots, w + 2) * NORM8 * v2 * v2 * u88 * u88 * Math.sqrt(u8);
    slots[w] = d3;
    slots[w + 1] = d4;
    slots[w + 2] = d8;
    sum += d3 + d4 + d8;
    w += SHAPES;
  }
  slots[at + SLOT.weightSum] = sum;
}

/** Learns from the innovation whose cut square is in the slot, a fall or a rise. */
export function learnVariance(slots: Float64Array, at: number, falls: boolean, { expertShare }: BankModel): void {
  weigh(slots, at);
  const observed = read(slots, at + SLOT.forecastBase) * read(slots, at + SLOT.square);
  const early = 1 / (read(slots, at + SLOT.bars) + 1);
  const side = falls ? 1 : -1;
  for (let i = 0; i < TRACKS; i++) {
    const gain = Math.max(read(GAIN, i), early);
    const v = read(slots, at + SLOT.tracks + i);
    slots[at + SLOT.tracks + i] = boundedVariance(v + gain * (observed * (1 + side * read(LEVERAGE, i)) - v));
  }
  if (read(slots, at + SLOT.fittedTracks) > 0) learnFitted(slots, at, observed, falls);
  mix(slots, at, expertShare);
}

/** Makes the weights add up to 1, a share of them spread evenly, and leaves what they make of the variances in the slot. */
function mix(slots: Float64Array, at: number, expertShare: number): void {
  const tracks = tracksOf(slots, at);
  const keep = (1 - expertShare) / read(slots, at + SLOT.weightSum);
  const even = expertShare / (SHAPES * tracks);
  let shape3 = 0;
  let shape4 = 0;
  let shape8 = 0;
  let mixed = 0;
  let concentration = 0;
  let w = at + SLOT.weights;
  for (let i = 0; i < tracks; i++) {
    const w3 = read(slots, w) * keep + even;
    const w4 = read(slots, w + 1) * keep + even;
    const w8 = read(slots, w + 2) * keep + even;
    slots[w] = w3;
    slots[w + 1] = w4;
    slots[w + 2] = w8;
    w += SHAPES;
    shape3 += w3;
    shape4 += w4;
    shape8 += w8;
    concentration += w3 * w3 + w4 * w4 + w8 * w8;
    mixed += (w3 + w4 + w8) * read(slots, at + SLOT.tracks + i);
  }
  slots[at + SLOT.shapes] = shape3;
  slots[at + SLOT.shapes + 1] = shape4;
  slots[at + SLOT.shapes + 2] = shape8;
  slots[at + SLOT.concentration] = concentration;
  slots[at + SLOT.variance] = mixed;
}
