import type { EdgeConfig } from '@aitrader/model';

/*
 * What the claims of a strategy have come to: the posterior of the slope of outcome on claim, in the hope that the stake may rest on it.
 *
 *     outcome = slope · claim + noise        both in standard deviations of the law that the signal states
 *
 * Bayesian regression through the origin with a normal prior of the slope around `slope` with an sd of `slopeError` (Gelman et al. 2013,
 * Bayesian Data Analysis, 14.2): precision Λ = 1/slopeError² + Σ w x², mean (slope/slopeError² + Σ w x y) / Λ, error s/√Λ. Evidence halves every
 * `halfLifeSessions`. A slope of 1 is what the strategy claims, 0 an edge that is none; the prior 0 says that nobody has an edge who has
 * shown none.
 *
 * s, in the error alone, is what outcomes against the claims spread, if that is more than the law says: from those alone, so that a better outcome never makes
 * it larger. Outcomes are cut, which makes no single one worth much. Claims whose horizons overlap tell less than as many that do not: w.
 *
 * An edge may end. Beside all evidence the last outcomes have a posterior of their own, of evidence that halves every `halfLifeOutcomes`: the
 * slope is the smaller of both means.
 *
 * A cell, a regime in a part of the session, has a slope of its own, drawn to that of all the others by how much cells differ (`CELL_SPREAD`
 * of the prior's sd): a normal prior with the mean and the error of the others, whose own evidence is not counted twice.
 *
 * 1. A posterior is what all outcomes together, each with what it still weighs, would give at once.
 * 2. A worse outcome raises no posterior mean and lowers no error and no spread; more of either never makes a stake larger.
 * 3. The order of what settles in one interval is canonical; shards change nothing.
 */

/** Weighted sums over outcomes. Plain data. */
export interface Evidence {
  /** Σ w, Σ w x², Σ w x y, and Σ w y² of outcomes against their claims */
  weight: number;
  xx: number;
  xy: number;
  against: number;
}

/** What a strategy's claims have come to. Plain data. */
export interface StrategyEdge {
  readonly whole: Evidence;
  readonly recent: Evidence;
  /** by cell, see `cellOf` */
  readonly cells: Evidence[];
  /** outcomes in all its time, whatever they still weigh */
  scored: number;
}

/**
 * A posterior: of the slope, its standard error, and how much wider than stated outcomes are to be taken for. Written with `error` first: an object of four
 * fields that began with `slope`, as a configuration's edge does, would change the hidden class of every configuration that has been read, and V8 would
 * compile whatever reads one anew, again and again (a sweep of 100 trials took 1.7 times the processor time).
 */
export interface Edge {
  readonly error: number;
  readonly slope: number;
  readonly spread: number;
  readonly scored: number;
}

/** Claims at face value. */
const BELIEVED: Edge = { error: 0, slope: 1, spread: 1, scored: 0 };

/** What an outcome counts at most, in standard deviations. */
export const OUTCOME_MAX = 4;
/** Outcomes that the law's own spread weighs. */
const SPREAD_PRIOR = 20;
/** How much slopes of cells differ, as a share of the prior's sd. */
const CELL_SPREAD = 0.5;
/** How much less each overlapping claim lets one tell: about the correlation of hours of different stocks, halved for partial overlap. */
const OVERLAP = 0.15;
const PARTS = 4;
const REGIMES = 3;
export const CELLS = PARTS * REGIMES;

const newEvidence = (): Evidence => ({ weight: 0, xx: 0, xy: 0, against: 0 });

/** A strategy of which nothing is known. */
export const newStrategyEdge = (): StrategyEdge => ({
  whole: newEvidence(),
  recent: newEvidence(),
  cells: Array.from({ length: CELLS }, newEvidence),
  scored: 0,
});

/** The cell of a regime, by its index, in a part of the session: the first minutes, midday, the last ones, or outside regular hours. */
export function cellOf(regime: number, part: string | null): number {
  const time = part === 'OPEN' ? 0 : part === 'MIDDAY' ? 1 : part === 'CLOSE' ? 2 : 3;
  return regime >= 0 && regime < REGIMES ? time * REGIMES + regime : -1;
}

/** What a claim tells beside so many others whose horizons it overlaps. */
export const weightBeside = (others: number): number => 1 / (1 + OVERLAP * others);

/** What a claim came to: both in standard deviations of the law, and what that tells. */
export interface Outcome {
  readonly claim: number;
  readonly outcome: number;
  readonly weight: number;
}

/** Takes in an outcome; `kept` is what recent evidence keeps of its weight by it. */
export function learnClaim(edge: StrategyEdge, cell: number, { claim, outcome, weight }: Outcome, kept: number): void {
  const y = Math.max(-OUTCOME_MAX, Math.min(OUTCOME_MAX, outcome));
  const own = edge.cells[cell];
  edge.scored++;
  fadeEvidence(edge.recent, kept);
  for (const evidence of own === undefined ? [edge.whole, edge.recent] : [edge.whole, edge.recent, own]) {
    evidence.weight += weight;
    evidence.xx += weight * claim * claim;
    evidence.xy += weight * claim * y;
    if (claim * y < 0) evidence.against += weight * y * y;
  }
}

/** Lets evidence fade to a share of what it weighed. */
export function fade({ whole, cells }: StrategyEdge, kept: number): void {
  for (const evidence of [whole, ...cells]) fadeEvidence(evidence, kept);
}

function fadeEvidence(evidence: Evidence, kept: number): void {
  evidence.weight *= kept;
  evidence.xx *= kept;
  evidence.xy *= kept;
  evidence.against *= kept;
}

/** What a prior of history may tell at most, as a share of the sd that there is without one: an edge that ended since is to be noticed. */
const LEAST_PRIOR_ERROR = 0.5;

/**
 * The prior of a strategy at a time: what was learned of it on bars that are over by then, else that of the configuration. What history showed
 * counts among its outcomes.
 */
export function priorOf(
  config: EdgeConfig,
  strategy: string,
  t: number,
): Pick<EdgeConfig, 'slope' | 'slopeError'> & { readonly outcomes: number } {
  // a configuration that is not known says nothing, and a stake rests on nothing then
  if (!Number.isFinite(config.slopeError)) return { slope: NaN, slopeError: NaN, outcomes: 0 };
  const { slope, slopeError, priors } = config;
  const learned = priors.find((prior) => prior.strategy === strategy && prior.until < t);
  if (learned === undefined || slopeError === 0) return { slope, slopeError, outcomes: 0 };
  return {
    slope: learned.slope,
    slopeError: Math.max(learned.slopeError, LEAST_PRIOR_ERROR * slopeError),
    outcomes: learned.outcomes,
  };
}

/** The posterior of a strategy over all cells, of all its evidence: what history showed of it. */
export function edgeOverall(config: Pick<EdgeConfig, 'slope' | 'slopeError'>, { whole, scored }: StrategyEdge): Edge {
  const spread = spreadOf(whole);
  const prior = 1 / (config.slopeError * config.slopeError);
  const precision = prior + whole.xx;
  return { error: spread * Math.sqrt(1 / precision), slope: (config.slope * prior + whole.xy) / precision, spread, scored };
}

const spreadOf = ({ weight, against }: Evidence): number =>
  Math.sqrt(Math.max(1, (SPREAD_PRIOR + 2 * against) / (SPREAD_PRIOR + weight)));

/** The posterior in a cell; without a configuration claims are believed as they are stated, by one that is not known not at all. */
export function edgeIn(
  config: Pick<EdgeConfig, 'slope' | 'slopeError'> | null | undefined,
  edge: StrategyEdge | undefined,
  cell: number,
): Edge {
  if (config === null) return BELIEVED;
  const { slope = NaN, slopeError = NaN }: Partial<Pick<EdgeConfig, 'slope' | 'slopeError'>> = config ?? {};
  const { whole, recent, cells, scored } = edge ?? newStrategyEdge();
  const own = cells[cell] ?? newEvidence();
  const spread = spreadOf(whole);
  if (slopeError === 0) return { error: 0, slope, spread, scored };
  const prior = 1 / (slopeError * slopeError);
  const others = prior + Math.max(0, whole.xx - own.xx);
  const mean = (slope * prior + whole.xy - own.xy) / others;
  const between = CELL_SPREAD * slopeError;
  const variance = 1 / others + between * between;
  const precision = 1 / variance + own.xx;
  const inCell = (mean / variance + own.xy) / precision;
  const ofLate = (slope * prior + recent.xy) / (prior + recent.xx);
  return { error: spread * Math.sqrt(1 / precision), slope: Math.min(inCell, ofLate), spread, scored };
}
