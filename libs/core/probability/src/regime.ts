import { exp, ln } from '@aitrader/core-numeric';
import { item, type PerRegime, type ProbabilityConfig, read, readInt32, REGIMES } from '@aitrader/model';
import { boundedVariance, SEED_BARS } from './bank.ts';
import { BAR, BAR_WIDTH, type Batch, type Rows } from './batch.ts';
import { filterFittedRegimes } from './fitted-regimes.ts';
import { type Memory, PAST, PAST_WIDTH, REGIME, REGIME_WIDTH } from './memory.ts';
import { learnReversion, startReversion } from './reversion.ts';
import { REGIME_COUNT } from './sizes.ts';

/*
 * The regimes of one symbol: a hidden Markov chain over calm, normal and turbulent, filtered forwards. It sees two figures per bar: the
 * innovation in sd of the symbol's own long past (season removed), a t with four degrees of freedom in each regime, and the logarithm
 * of the variance of the last bars over what it was on average, normal in each. A symbol that regimes were fitted to has those instead, see fitted-regimes.ts. Regimes name the market and scale risk; intervals
 * know them by how they fared in each, see trackers.ts.
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

export function startRegimes({ regimes }: Memory, slot: number, variance: number): void {
  const r = slot * REGIME_WIDTH;
  for (let k = 0; k < REGIME_COUNT; k++) regimes[r + REGIME.law + k] = item(FIRST_LAW, k);
  regimes[r + REGIME.fastVariance] = variance;
  regimes[r + REGIME.slowLnVariance] = ln(variance);
  regimes[r + REGIME.label] = FIRST_LABEL;
  regimes[r + REGIME.candidate] = FIRST_LABEL;
  regimes[r + REGIME.candidateBars] = 0;
  startReversion(regimes, r);
}

const { judged: JUDGED, observed: OBSERVED, square: SQUARE } = BAR;
const SEEDS = SEED_BARS;
const PER_BAR = BAR_WIDTH;
const { bars: SEEN } = PAST;
const PER_PAST = PAST_WIDTH;
const { law: LAW, surprise: SURPRISE, unusual: UNUSUAL, fastVariance: FAST, slowLnVariance: SLOW, isFitted: IS_FITTED } = REGIME;
const { label: LABEL, candidate: CANDIDATE, candidateBars: CANDIDATE_BARS } = REGIME;
const PER_REGIME = REGIME_WIDTH;

/** Learns from the judged innovations of some bars. */
export function learnRegimes(model: RegimeModel, memory: Memory, { slot, bars }: Batch, rows: Rows): void {
  const { past, regimes } = memory;
  const { slowGain } = model;
  for (let n = 0; n < rows.count; n++) {
    const i = readInt32(rows.at, n);
    const s = readInt32(slot, i);
    const r = s * PER_REGIME;
    const before = read(past, s * PER_PAST + SEEN) - 1;
    const early = 1 / before;
    if (before > SEEDS) learnReversion(regimes, r, read(bars, i * PER_BAR + SQUARE));
    const observed = read(bars, i * PER_BAR + OBSERVED);
    const variance = read(regimes, r + FAST);
    const fast = boundedVariance(variance + (early > FAST_GAIN ? early : FAST_GAIN) * (observed - variance));
    // of logarithms, so that one wild year does not make all others calm
    const usual = read(regimes, r + SLOW);
    const unusual = ln(fast) - usual;
    regimes[r + FAST] = fast;
    regimes[r + SLOW] = usual + (early > slowGain ? early : slowGain) * unusual;
    regimes[r + SURPRISE] = observed * exp(-usual);
    regimes[r + UNUSUAL] = unusual;
    if (read(regimes, r + IS_FITTED) !== 0) filterFittedRegimes(memory, s, read(bars, i * PER_BAR + JUDGED) < 0);
    else if (before > 1) filterRegimes(model, regimes, r);
    announce(model, regimes, r);
  }
}

/**
 * One step of the forward filter over the law in the row at `r`, and over the two figures there that it sees. Densities are taken over
 * the largest normal one, so that not all of them vanish.
 */
export function filterRegimes(model: RegimeModel, regimes: Float64Array, r: number): void {
  const { transition } = model;
  const square = read(regimes, r + SURPRISE);
  const lnVariance = read(regimes, r + UNUSUAL);
  const calm = read(regimes, r + LAW);
  const normal = read(regimes, r + LAW + 1);
  const turbulent = read(regimes, r + LAW + 2);
  const far0 = distance(model, 0, lnVariance);
  const far1 = distance(model, 1, lnVariance);
  const far2 = distance(model, 2, lnVariance);
  const least = Math.min(far0, far1, far2);
  const prior0 = calm * read(transition, 0) + normal * read(transition, 3) + turbulent * read(transition, 6);
  const prior1 = calm * read(transition, 1) + normal * read(transition, 4) + turbulent * read(transition, 7);
  const prior2 = calm * read(transition, 2) + normal * read(transition, 5) + turbulent * read(transition, 8);
  // one division instead of three
  const b0 = 1 + square * read(model.perSquare, 0);
  const b1 = 1 + square * read(model.perSquare, 1);
  const b2 = 1 + square * read(model.perSquare, 2);
  const inverse = 1 / (b0 * b1 * b2);
  const joint0 = prior0 * likelihood(least - far0) * density(inverse * b1 * b2) * read(model.fronts, 0);
  const joint1 = prior1 * likelihood(least - far1) * density(inverse * b0 * b2) * read(model.fronts, 1);
  const joint2 = prior2 * likelihood(least - far2) * density(inverse * b0 * b1) * read(model.fronts, 2);
  const perTotal = 1 / (joint0 + joint1 + joint2);
  regimes[r + LAW] = joint0 * perTotal;
  regimes[r + LAW + 1] = joint1 * perTotal;
  regimes[r + LAW + 2] = joint2 * perTotal;
}

/** Half the squared distance from a regime's mean, in its sd. */
function distance(model: RegimeModel, k: number, lnVariance: number): number {
  const d = (lnVariance - read(model.varianceMeans, k)) * read(model.perVarianceSd, k);
  return 0.5 * d * d;
}

/** exp(x); of the three distances one is the least, and needs no exponential. */
const likelihood = (x: number): number => (x === 0 ? 1 : exp(x));

/** t₄ of an innovation up to a factor, by a = 1 / (1 + t²/4). */
const density = (a: number): number => a * a * Math.sqrt(a);

/** Announces a regime once it has been likely for long enough. */
function announce({ labelProbabilityMin, labelBars }: RegimeModel, regimes: Float64Array, r: number): void {
  const current = read(regimes, r + LABEL);
  const likely =
    read(regimes, r + LAW + 2) > labelProbabilityMin
      ? 2
      : read(regimes, r + LAW + 1) > labelProbabilityMin
        ? 1
        : read(regimes, r + LAW) > labelProbabilityMin
          ? 0
          : current;
  const bars = likely === read(regimes, r + CANDIDATE) ? read(regimes, r + CANDIDATE_BARS) + 1 : 1;
  const isAnnounced = likely !== current && bars >= labelBars;
  regimes[r + CANDIDATE] = likely;
  regimes[r + CANDIDATE_BARS] = likely === current || isAnnounced ? 0 : bars;
  if (isAnnounced) regimes[r + LABEL] = likely;
}
