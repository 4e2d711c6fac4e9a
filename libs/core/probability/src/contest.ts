import { exp, ln } from '@aitrader/core-numeric';
import { item, read, readInt32 } from '@aitrader/model';
import { boundedVariance, NORMS, type BankModel } from './bank.ts';
import { BAR, BAR_WIDTH, type Batch, type Rows } from './batch.ts';
import {
  BANK,
  BANK_WIDTH,
  CONTENDER,
  CONTENDER_WIDTH,
  FITTED,
  FITTED_VARIANCE,
  FITTED_VARIANCE_WIDTH,
  FITTED_WIDTH,
  FORECAST,
  FORECAST_WIDTH,
  type Memory,
  REGIME_WIDTH,
} from './memory.ts';
import { drawnBack } from './reversion.ts';
import { CONTENDERS_MAX, SHAPES, SHARE_RATES } from './sizes.ts';

/*
 * Variances that were fitted to a symbol contend with its bank, all by the density that they gave to what happened: the bank as it would have
 * forecast by itself, drawn back to what is usual. How fast weight should
 * change hands differs from symbol to symbol and is learned, too: fixed shares are kept at three rates, each of which counts as much as what
 * its mixture gave to what happened.
 * Sources: Herbster and Warmuth (1998), "Tracking the best expert", Machine Learning 32; Monteleoni and Jaakkola (2003), "Online learning of
 * non-stationary sequences", NIPS 16 (Learn-α).
 *
 * 1. Weights are positive and add up to 1, over rates and at each rate; variances stay inside VARIANCE_MIN … VARIANCE_MAX.
 * 2. A symbol without fitted variances is forecast by its bank, to the last bit.
 */

/**
 * Weight that is spread evenly over the contenders at every bar. On sixteen daily series 0.02 alone costs 0.004 of QLIKE, 0.0002 alone 0.006 on
 * one whose company changed.
 */
const SHARES = [0.02, 0.002, 0.0002] as const;
/** And over the rates: 1e-5 … 1e-2 score alike within 0.0005. */
const RATE_SHARE = 0.001;

/** Which model a fitted variance is of, by its code. */
export const VARIANCE_MODELS: readonly string[] = ['garch', 'gjr', 'egarch'];
const EGARCH = VARIANCE_MODELS.indexOf('egarch');

const [NORM3 = NaN, NORM4 = NaN, NORM8 = NaN] = NORMS;
/** E|z| of a normal shock, √(2/π), as the fit has it. */
const MEAN_SIZE = Math.sqrt(2 / Math.PI);

const parametersAt = (slot: number, track: number): number =>
  slot * FITTED_WIDTH + FITTED.variances + track * FITTED_VARIANCE_WIDTH;
/** Where a contender stands: the bank is number 0, the first fitted track number 1. */
const contenderAt = (slot: number, contender: number): number =>
  slot * FITTED_WIDTH + FITTED.contenders + contender * CONTENDER_WIDTH;
const weightsAt = (slot: number, rate: number): number => slot * FITTED_WIDTH + FITTED.weights + rate * CONTENDERS_MAX;

/** Adds a track, at the variance of the last forecast and with as much weight as an even share; its parameters are in the memory. */
export function addFittedTrack({ bank, fitted }: Memory, slot: number): void {
  const b = slot * BANK_WIDTH;
  const contenders = 1 + read(bank, b + BANK.fittedTracks);
  if (contenders === 1) noteBank({ bank, fitted }, slot);
  const at = contenderAt(slot, contenders);
  fitted[at + CONTENDER.variance] = read(bank, b + BANK.variance);
  fitted.fill(1 / SHAPES, at + CONTENDER.shapes, at + CONTENDER.shapes + SHAPES);
  const share = 1 / (contenders + 1);
  for (let rate = 0; rate < SHARE_RATES; rate++) {
    const w = weightsAt(slot, rate);
    if (contenders === 1) {
      fitted[slot * FITTED_WIDTH + FITTED.rates + rate] = 1 / SHARE_RATES;
      fitted[w] = 1;
    }
    for (let c = 0; c < contenders; c++) fitted[w + c] = read(fitted, w + c) * (1 - share);
    fitted[w + contenders] = share;
  }
  bank[b + BANK.fittedTracks] = contenders;
}

/** Notes what the bank has come to by itself, before it is mixed with others. */
function noteBank({ bank, fitted }: Pick<Memory, 'bank' | 'fitted'>, slot: number): void {
  const b = slot * BANK_WIDTH;
  const at = contenderAt(slot, 0);
  fitted[at + CONTENDER.variance] = read(bank, b + BANK.variance);
  for (let k = 0; k < SHAPES; k++) fitted[at + CONTENDER.shapes + k] = read(bank, b + BANK.shapes + k);
}

/** Gives contenders these weights, the bank first, at every rate. */
export function setContenderWeights({ fitted }: Memory, slot: number, weights: readonly number[]): void {
  for (let rate = 0; rate < SHARE_RATES; rate++) fitted.set(weights, weightsAt(slot, rate));
}

/** The weight of a contender over all rates: of the bank, which is number 0, or of a fitted track. */
export function contenderWeight({ fitted }: Memory, slot: number, contender: number): number {
  let weight = 0;
  for (let rate = 0; rate < SHARE_RATES; rate++)
    weight += read(fitted, slot * FITTED_WIDTH + FITTED.rates + rate) * read(fitted, weightsAt(slot, rate) + contender);
  return weight;
}

const PER_BANK = BANK_WIDTH;
const { fittedTracks: FITTED_TRACKS } = BANK;
const PER_BAR = BAR_WIDTH;

/** After the bank has learned from the judged innovations of some bars: lets the symbols' fitted variances learn, and contend with it. */
export function contend(memory: Memory, { slot, bars }: Batch, rows: Rows, { expertShare }: BankModel): void {
  const { bank, fitted, forecasts, regimes } = memory;
  for (let n = 0; n < rows.count; n++) {
    const i = readInt32(rows.at, n);
    const s = readInt32(slot, i);
    const tracks = read(bank, s * PER_BANK + FITTED_TRACKS);
    if (tracks === 0) continue;
    const bar = i * PER_BAR;
    const base = read(forecasts, s * FORECAST_WIDTH + FORECAST.base);
    const falls = read(bars, bar + BAR.judged) < 0;
    const x = read(bars, bar + BAR.square);
    const ownVariance = drawnBack(regimes, s * REGIME_WIDTH, read(fitted, contenderAt(s, 0) + CONTENDER.variance));
    meet(fitted, contenderAt(s, 0), ownVariance / base, x, 0);
    for (let track = 0; track < tracks; track++) {
      const at = contenderAt(s, track + 1);
      const variance = read(fitted, at + CONTENDER.variance);
      meet(fitted, at, variance / base, x, expertShare);
      const next = nextFitted(fitted, parametersAt(s, track), variance, read(bars, bar + BAR.observed), falls);
      fitted[at + CONTENDER.variance] = next;
    }
    weigh(memory, s, tracks);
    noteBank(memory, s);
    mix(memory, s, tracks);
  }
}

/**
 * Holds a contender against a cut square `x`, both over the forecast's variance: notes the likelihood that it had, see `learnVariances`, and
 * weighs its shapes.
 */
function meet(fitted: Float64Array, at: number, v: number, x: number, share: number): void {
  const shapes = at + CONTENDER.shapes;
  const u3 = v + x;
  const u4 = v + x / 2;
  const u8 = v + x / 6;
  const d3 = (read(fitted, shapes) * NORM3 * v * Math.sqrt(v)) / (u3 * u3);
  const d4 = (read(fitted, shapes + 1) * NORM4 * v * v) / (u4 * u4 * Math.sqrt(u4));
  const d8 = (read(fitted, shapes + 2) * NORM8 * v * v * v * v) / (u8 * u8 * u8 * u8 * Math.sqrt(u8));
  const likelihood = d3 + d4 + d8;
  const keep = (1 - share) / likelihood;
  fitted[shapes] = d3 * keep + share / SHAPES;
  fitted[shapes + 1] = d4 * keep + share / SHAPES;
  fitted[shapes + 2] = d8 * keep + share / SHAPES;
  fitted[at + CONTENDER.likelihood] = likelihood;
}

/**
 * A fitted variance after a squared innovation in bp²: ω + (α + γ after a fall) ε² + β σ², or of EGARCH
 * exp(ω + α (|z| − √(2/π)) + γ z + β ln σ²) with z = ε / σ.
 * Sources: Bollerslev (1986); Glosten, Jagannathan and Runkle (1993); Nelson (1991).
 */
function nextFitted(fitted: Float64Array, at: number, variance: number, observed: number, falls: boolean): number {
  const omega = read(fitted, at + FITTED_VARIANCE.omega);
  const alpha = read(fitted, at + FITTED_VARIANCE.alpha);
  const gamma = read(fitted, at + FITTED_VARIANCE.gamma);
  const beta = read(fitted, at + FITTED_VARIANCE.beta);
  if (read(fitted, at + FITTED_VARIANCE.model) !== EGARCH)
    return boundedVariance(omega + (falls ? alpha + gamma : alpha) * observed + beta * variance);
  const size = Math.sqrt(observed / variance);
  return boundedVariance(exp(omega + alpha * (size - MEAN_SIZE) + (falls ? -gamma : gamma) * size + beta * ln(variance)));
}

/** Weighs the contenders at every rate, and the rates, by the likelihoods of the last bar. */
function weigh({ fitted }: Memory, s: number, tracks: number): void {
  const rates = s * FITTED_WIDTH + FITTED.rates;
  let total = 0;
  for (let rate = 0; rate < SHARE_RATES; rate++) {
    const w = weightsAt(s, rate);
    let likelihood = 0;
    for (let c = 0; c <= tracks; c++) {
      const joint = read(fitted, w + c) * read(fitted, contenderAt(s, c) + CONTENDER.likelihood);
      fitted[w + c] = joint;
      likelihood += joint;
    }
    const share = item(SHARES, rate);
    for (let c = 0; c <= tracks; c++) fitted[w + c] = (read(fitted, w + c) * (1 - share)) / likelihood + share / (1 + tracks);
    const joint = read(fitted, rates + rate) * likelihood;
    fitted[rates + rate] = joint;
    total += joint;
  }
  for (let rate = 0; rate < SHARE_RATES; rate++)
    fitted[rates + rate] = (read(fitted, rates + rate) * (1 - RATE_SHARE)) / total + RATE_SHARE / SHARE_RATES;
}

/** Mixes the fitted variances and shapes into those that the bank came to. */
function mix(memory: Memory, s: number, tracks: number): void {
  const { bank, fitted } = memory;
  const b = s * BANK_WIDTH;
  const own = contenderWeight(memory, s, 0);
  let concentration = own * own * read(bank, b + BANK.concentration);
  let fittedPart = 0;
  for (let k = 0; k < SHAPES; k++) bank[b + BANK.shapes + k] = own * read(bank, b + BANK.shapes + k);
  for (let track = 0; track < tracks; track++) {
    const at = contenderAt(s, track + 1);
    const weight = contenderWeight(memory, s, track + 1);
    fittedPart += weight * read(fitted, at + CONTENDER.variance);
    for (let k = 0; k < SHAPES; k++) {
      const expert = weight * read(fitted, at + CONTENDER.shapes + k);
      bank[b + BANK.shapes + k] = read(bank, b + BANK.shapes + k) + expert;
      concentration += expert * expert;
    }
  }
  bank[b + BANK.variance] = own * read(bank, b + BANK.variance) + fittedPart;
  bank[b + BANK.fittedPart] = fittedPart;
  bank[b + BANK.concentration] = concentration;
}
