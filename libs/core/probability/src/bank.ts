import { exp, lnGammaHalfStep, studentTQuantile } from '@aitrader/core-numeric';
import { read, readInt32 } from '@aitrader/model';
import { BAR, BAR_WIDTH, type Batch, type Rows } from './batch.ts';
import { BANK, BANK_WIDTH, FORECAST, FORECAST_WIDTH, type Memory, PAST, PAST_WIDTH } from './memory.ts';
import { EXPERTS, SHAPES, TRACKS } from './sizes.ts';
import { mirrored } from './student-four.ts';

/*
 * The bank of variances: eight exponentially weighted ones, each with three shapes of Student's t. An expert's weight grows with the
 * density that it gave to what happened; the fixed share keeps all of them in play. Variances that were fitted to the symbol contend with the
 * bank as a whole, see contest.ts.
 * Source: Herbster and Warmuth (1998), "Tracking the best expert", Machine Learning 32.
 *
 * What is remembered of an expert's weight is its share before the last mixing, w = keep · share + even: so that one pass over the bank
 * is enough for a bar.
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
const LEVERAGE: readonly number[] = [0, 0, 0, 0, 0.9, 0.9, 0.9, 0.9];
const AFTER_FALL = Float64Array.from(LEVERAGE, (leverage) => 1 + leverage);
const AFTER_RISE = Float64Array.from(LEVERAGE, (leverage) => 1 - leverage);

/**
 * Degrees of freedom of the shapes. On the 25 series 3, 4 and 8 beat 4 alone by 0.0007 nats and 0.02 % of CRPS; with 30 among them
 * the 50 % interval of one series was 1.1 points off after 500 bars, since weights then drag the shape faster than factors follow.
 */
const DOFS = [3, 4, 8] as const;
const [DOF3, DOF4, DOF8] = DOFS;

/** Normalising constant of a t of unit variance: Γ((ν + 1)/2) / (Γ(ν/2) √(π (ν − 2))). */
const normOf = (dof: number): number => exp(lnGammaHalfStep(dof / 2)) / Math.sqrt(Math.PI * (dof - 2));
/** Those of the shapes. */
export const NORMS = DOFS.map(normOf);
const NORM3 = normOf(DOF3);
const NORM4 = normOf(DOF4);
const NORM8 = normOf(DOF8);

/** Quantiles of a t of unit variance. */
const multiplesOf = (dof: number): Float64Array => mirrored((level) => Math.sqrt((dof - 2) / dof) * studentTQuantile(level, dof));
const MULTIPLES3 = multiplesOf(DOF3);
const MULTIPLES4 = multiplesOf(DOF4);
const MULTIPLES8 = multiplesOf(DOF8);

/** Multiple of the sd at which a law of these shapes' weights has its quantile `k`: the shapes' own, averaged. It never falls. */
export function multipleOf(shape3: number, shape4: number, shape8: number, k: number): number {
  return shape3 * read(MULTIPLES3, k) + shape4 * read(MULTIPLES4, k) + shape8 * read(MULTIPLES8, k);
}

/** Degrees of freedom whose inverse is the weighted mean of the shapes' inverses. */
export const effectiveDof = (shape3: number, shape4: number, shape8: number): number =>
  1 / (shape3 / DOF3 + shape4 / DOF4 + shape8 / DOF8);

/** Inside the bounds; NaN stays what it is. Without the care of `Math.min` for −0, which costs in a loop. */
export const boundedVariance = (variance: number): number =>
  variance < VARIANCE_MIN ? VARIANCE_MIN : variance > VARIANCE_MAX ? VARIANCE_MAX : variance;

/** The bank before the first bar: all at the prior, all alike. */
export function startBank({ bank }: Memory, slot: number, prior: number): void {
  const b = slot * BANK_WIDTH;
  bank.fill(prior, b + BANK.tracks, b + BANK.tracks + TRACKS);
  bank.fill(1 / EXPERTS, b + BANK.experts, b + BANK.experts + EXPERTS);
  bank.fill(1 / SHAPES, b + BANK.shapes, b + BANK.shapes + SHAPES);
  bank[b + BANK.keep] = 1;
  bank[b + BANK.even] = 0;
  bank[b + BANK.variance] = prior;
  bank[b + BANK.concentration] = 1 / EXPERTS;
  bank[b + BANK.fittedPart] = 0;
  bank[b + BANK.fittedTracks] = 0;
}

export interface BankModel {
  /** weight that is spread evenly at every bar */
  readonly expertShare: number;
}

/** The weight of expert `i` of a symbol, by track and then by shape. */
export function weightOf({ bank }: Memory, slot: number, i: number): number {
  const b = slot * BANK_WIDTH;
  return read(bank, b + BANK.experts + i) * read(bank, b + BANK.keep) + read(bank, b + BANK.even);
}

const { keep: KEEP, even: EVEN, tracks: TRACKS_AT, experts: EXPERTS_AT, shapes: SHAPES_AT } = BANK;
const { variance: VARIANCE, concentration: CONCENTRATION } = BANK;
const WIDTH = BANK_WIDTH;
const { base: BASE } = FORECAST;
const PER_FORECAST = FORECAST_WIDTH;
const { bars: SEEN } = PAST;
const PER_PAST = PAST_WIDTH;
const { judged: JUDGED, square: SQUARE, observed: OBSERVED } = BAR;
const PER_BAR = BAR_WIDTH;
const COUNT = TRACKS;
const PER_TRACK = SHAPES;

/**
 * Learns from the judged innovations of some bars. Every expert is weighed by its density of the cut square; then its variance goes on.
 * With u = v + x/(ν − 2) the density is ∝ v^(ν/2) / u^((ν+1)/2); variances are taken over the bank's own, which keeps the numbers near 1.
 */
export function learnVariances(memory: Memory, { slot, bars }: Batch, rows: Rows, { expertShare }: BankModel): void {
  const { bank, forecasts, past } = memory;
  for (let n = 0; n < rows.count; n++) {
    const i = readInt32(rows.at, n);
    const s = readInt32(slot, i);
    const b = s * WIDTH;
    const bar = i * PER_BAR;
    const x = read(bars, bar + SQUARE);
    const x4 = x / 2;
    const x8 = x / 6;
    const perBase = 1 / read(forecasts, s * PER_FORECAST + BASE);
    const observed = read(bars, bar + OBSERVED);
    const falls = read(bars, bar + JUDGED) < 0;
    const early = 1 / read(past, s * PER_PAST + SEEN);
    const keep = read(bank, b + KEEP);
    const even = read(bank, b + EVEN);
    let sum3 = 0;
    let sum4 = 0;
    let sum8 = 0;
    let squares = 0;
    let weighted = 0;
    let plain = 0;
    let e = b + EXPERTS_AT;
    for (let t = 0; t < COUNT; t++) {
      const variance = read(bank, b + TRACKS_AT + t);
      const v = variance * perBase;
      const v2 = v * v;
      const a3 = v + x;
      const a4 = v + x4;
      const a8 = v + x8;
      // one division instead of three
      const a48 = a4 * a8;
      const inverse = 1 / (a3 * a48);
      const u3 = inverse * a48;
      const inverse3 = inverse * a3;
      const u4 = inverse3 * a8;
      const u8 = inverse3 * a4;
      const u88 = u8 * u8;
      const d3 = (read(bank, e) * keep + even) * NORM3 * (v * Math.sqrt(v)) * (u3 * u3);
      const d4 = (read(bank, e + 1) * keep + even) * NORM4 * (v2 * Math.sqrt(u4)) * (u4 * u4);
      const d8 = (read(bank, e + 2) * keep + even) * NORM8 * (v2 * v2 * Math.sqrt(u8)) * (u88 * u88);
      bank[e] = d3;
      bank[e + 1] = d4;
      bank[e + 2] = d8;
      e += PER_TRACK;
      const next = nextVariance(t, variance, observed, falls, early);
      bank[b + TRACKS_AT + t] = next;
      sum3 += d3;
      sum4 += d4;
      sum8 += d8;
      squares += d3 * d3 + d4 * d4 + d8 * d8;
      weighted += (d3 + d4 + d8) * next;
      plain += next;
    }
    const nextKeep = (1 - expertShare) / (sum3 + sum4 + sum8);
    const nextEven = expertShare / (PER_TRACK * COUNT);
    bank[b + KEEP] = nextKeep;
    bank[b + EVEN] = nextEven;
    bank[b + SHAPES_AT] = sum3 * nextKeep + nextEven * COUNT;
    bank[b + SHAPES_AT + 1] = sum4 * nextKeep + nextEven * COUNT;
    bank[b + SHAPES_AT + 2] = sum8 * nextKeep + nextEven * COUNT;
    bank[b + CONCENTRATION] = squares * nextKeep * nextKeep + nextEven * (2 * (1 - expertShare) + expertShare);
    bank[b + VARIANCE] = weighted * nextKeep + plain * PER_TRACK * nextEven;
  }
}

/** One of the variances after a squared innovation in bp²; the first bars are merely averaged. */
function nextVariance(track: number, variance: number, observed: number, falls: boolean, early: number): number {
  const gain = read(GAIN, track);
  const leverage = read(falls ? AFTER_FALL : AFTER_RISE, track);
  return boundedVariance(variance + (gain < early ? early : gain) * (observed * leverage - variance));
}
