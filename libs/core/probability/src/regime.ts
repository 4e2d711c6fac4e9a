import { exp, ln } from '@aitrader/core-numeric';
import { item, type PerRegime, type ProbabilityConfig, read, REGIMES } from '@aitrader/model';
import { boundedVariance } from './bank.ts';
import { filterFittedRegimes } from './fitted-regimes.ts';
import { REGIME_COUNT, SLOT } from './slot.ts';

/*
 * The regimes of one symbol: a hidden Markov chain over calm, normal and turbulent, filtered forwards. It sees two figures per bar: the
 * innovation in sd of the symbol's own long past (season removed), a t with four degrees of freedom in each regime, and the logarithm
 * of the variance of the last bars over what it was on average, normal in each. A symbol that regimes were fitted to has those instead, see fitted-regimes.ts. Regimes name the market and scale risk; they never
 * widen an interval, which would count the same uncertainty twice.
 *
 * 1. Probabilities are in 0 … 1 and add up to 1 within rounding, for any innovation.
 * 2. The label changes only to a regime whose probability has been above the threshold for as many bars in a row as asked for.
 */

/** What `newRegimeModel` makes of the configuration. Rows of `transition` add up to 1. */
export interface RegimeModel {
  readonly transition: Float64Array;
  /** one over four squared scales of the innovation's t₄ */
  readonly perSquare: Float64Array;
  readonly varianceMeans: Float64Array;
  readonly perVarianceSd: Float64Array;
  /** what both densities have in front of them */
  readonly fronts: Float64Array;
  readonly slowGain: number;
  readonly labelProbabilityMin: number;
  readonly labelBars: number;
}

/** From calm to turbulent or back within one bar: what fits gave, 0.0001. Nothing is ever impossible. */
const LEAP = 1e-4;
/** Weight of a bar in the variance of the last bars: about a month of days, or half an hour of minutes. */
const FAST_GAIN = 0.06;
const T4_PER_SCALE = 4;

const columnOf = (figures: PerRegime): Float64Array => Float64Array.from(REGIMES, (regime) => figures[regime]);

export function newRegimeModel(config: ProbabilityConfig): RegimeModel {
  const { calmStay, normalToCalm, normalToTurbulent, turbulentStay } = config;
  const scales = columnOf(config.regimeReturnScales);
  const sds = columnOf(config.regimeVarianceSds);
  return {
    transition: Float64Array.of(
      ...[calmStay, 1 - calmStay - LEAP, LEAP],
      ...[normalToCalm, 1 - normalToCalm - normalToTurbulent, normalToTurbulent],
      ...[LEAP, 1 - turbulentStay - LEAP, turbulentStay],
    ),
    perSquare: scales.map((scale) => 1 / (T4_PER_SCALE * scale * scale)),
    varianceMeans: columnOf(config.regimeVarianceMeans),
    perVarianceSd: sds.map((sd) => 1 / sd),
    fronts: scales.map((scale, k) => 1 / (scale * read(sds, k))),
    slowGain: 1 / config.regimeMemoryBars,
    labelProbabilityMin: config.labelProbabilityMin,
    labelBars: config.labelBars,
  };
}

/** Before the first bar: normal. */
const FIRST_LABEL = 1;
const FIRST_LAW: readonly number[] = [0.25, 0.5, 0.25];

export function startRegimes(slots: Float64Array, at: number, variance: number): void {
  for (let k = 0; k < REGIME_COUNT; k++) slots[at + SLOT.regimes + k] = item(FIRST_LAW, k);
  slots[at + SLOT.fastVariance] = variance;
  slots[at + SLOT.slowLnVariance] = ln(variance);
  slots[at + SLOT.label] = FIRST_LABEL;
  slots[at + SLOT.candidate] = FIRST_LABEL;
  slots[at + SLOT.candidateBars] = 0;
}

/** Learns from the innovation whose cut square is in the slot, a fall or a rise. */
export function learnRegime(model: RegimeModel, slots: Float64Array, at: number, falls: boolean): void {
  const bars = read(slots, at + SLOT.bars);
  const early = 1 / bars;
  // bp² of one pinned step
  const observed = read(slots, at + SLOT.forecastBase) * read(slots, at + SLOT.square);
  const variance = read(slots, at + SLOT.fastVariance);
  const fast = boundedVariance(variance + Math.max(FAST_GAIN, early) * (observed - variance));
  // of logarithms, so that one wild year does not make all others calm
  const usual = read(slots, at + SLOT.slowLnVariance);
  const unusual = ln(fast) - usual;
  slots[at + SLOT.fastVariance] = fast;
  slots[at + SLOT.slowLnVariance] = usual + Math.max(model.slowGain, early) * unusual;
  slots[at + SLOT.surprise] = observed * exp(-usual);
  slots[at + SLOT.unusual] = unusual;
  if (read(slots, at + SLOT.hasFittedRegimes) !== 0) filterFittedRegimes(slots, at, falls);
  else if (bars > 1) filterRegimes(model, slots, at + SLOT.regimes);
  label(model, slots, at);
}

/**
 * One step of the forward filter over the law at `p`, behind which the two figures stand that it sees. Densities are taken over the
 * largest normal one, so that not all of them vanish.
 */
export function filterRegimes(model: RegimeModel, slots: Float64Array, p: number): void {
  const { transition } = model;
  const square = read(slots, p + REGIME_COUNT);
  const lnVariance = read(slots, p + REGIME_COUNT + 1);
  const calm = read(slots, p);
  const normal = read(slots, p + 1);
  const turbulent = read(slots, p + 2);
  const far0 = distance(model, 0, lnVariance);
  const far1 = distance(model, 1, lnVariance);
  const far2 = distance(model, 2, lnVariance);
  const least = Math.min(far0, far1, far2);
  const prior0 = calm * read(transition, 0) + normal * read(transition, 3) + turbulent * read(transition, 6);
  const prior1 = calm * read(transition, 1) + normal * read(transition, 4) + turbulent * read(transition, 7);
  const prior2 = calm * read(transition, 2) + normal * read(transition, 5) + turbulent * read(transition, 8);
  const joint0 = prior0 * exp(least - far0) * density(model, 0, square);
  const joint1 = prior1 * exp(least - far1) * density(model, 1, square);
  const joint2 = prior2 * exp(least - far2) * density(model, 2, square);
  const perTotal = 1 / (joint0 + joint1 + joint2);
  slots[p] = joint0 * perTotal;
  slots[p + 1] = joint1 * perTotal;
  slots[p + 2] = joint2 * perTotal;
}

/** Half the squared distance from a regime's mean, in its sd. */
function distance(model: RegimeModel, k: number, lnVariance: number): number {
  const d = (lnVariance - read(model.varianceMeans, k)) * read(model.perVarianceSd, k);
  return 0.5 * d * d;
}

/** The rest of a regime's density, up to a common factor: t₄ of the innovation, and the normal's 1/sd. */
function density(model: RegimeModel, k: number, square: number): number {
  const a = 1 / (1 + square * read(model.perSquare, k));
  return a * a * Math.sqrt(a) * read(model.fronts, k);
}

function label(model: RegimeModel, slots: Float64Array, at: number): void {
  const current = read(slots, at + SLOT.label);
  let likely = current;
  for (let k = 0; k < REGIME_COUNT; k++) if (read(slots, at + SLOT.regimes + k) > model.labelProbabilityMin) likely = k;
  const bars = likely === read(slots, at + SLOT.candidate) ? read(slots, at + SLOT.candidateBars) + 1 : 1;
  slots[at + SLOT.candidate] = likely;
  slots[at + SLOT.candidateBars] = likely === current ? 0 : bars;
  if (likely === current || bars < model.labelBars) return;
  slots[at + SLOT.label] = likely;
  slots[at + SLOT.candidateBars] = 0;
}
