/*
 * What each of an interval's signals is worth beside all the others and beside what is held.
 *
 *     Σ f·edge − Σ cost·f^1.5 / √trust − Σ f²·sd²·(1/trust − 1) / 2c − |f|² / 2c
 *
 * with |f|² the variance of all stakes together with the book and c the share of Kelly's stake, is made as large as it gets with 0 ≤ f ≤ what each is worth alone, one stake after the other in canonical order, again and again. Each step
 * makes it larger, and it has one summit only where variances are those of correlations, so that is where the steps lead. Source of the sum:
 * Thorp (2006), "The Kelly criterion …", section 8.4, for several assets; with the cost that `bestStake` knows, and a doubt in each edge that makes a stake which
 * comes alone smaller by the factor `trust`, and takes nothing from the others.
 *
 * 1. No stake is larger than the signal is worth alone: what hedges the book is not punished for it, and gets nothing extra.
 * 2. What has more in common with the book never gets more.
 * 3. It takes O(signals · BLOCKS), and the order in which signals come changes nothing where the caller sorts them.
 */
import { item, type Direction } from '@aitrader/model';
import { addExposure, commonWith, newExposure, ownShare, type Correlations, type Exposure } from './correlation.ts';
import type { Innovations } from './innovations.ts';
import { bestStake } from './stake.ts';

/** A signal as a stake sees it. Stakes are shares of equity. */
export interface Candidate {
  /** of its innovations; −1 where none were heard */
  readonly slot: number;
  readonly direction: Direction;
  /** of its forward return, after costs that do not depend on the size */
  readonly edge: number;
  /** what is left of the stake since the edge may be wrong: above 0, at most 1 */
  readonly trust: number;
  /** of its forward return, and how many of the book's unit of time that is: the root of its horizon */
  readonly sd: number;
  readonly horizon: number;
  /** of an impact, per stake^1.5 */
  readonly cost: number;
  /** what it is worth alone */
  readonly alone: number;
}

/** What correlations are taken from, the book's exposure in standard deviations of a unit of time, and the share of Kelly's stake. */
export interface Company {
  readonly innovations: Innovations;
  readonly correlations: Correlations;
  readonly book: Exposure;
  readonly kellyFraction: number;
}

/** Rounds of steps: a dozen comes within a thousandth of the summit, and each makes it better. */
const ROUNDS_MAX = 12;
/** A step that matters to nobody: a hundredth of a cent of 100,000 dollars. */
const STEP_MIN = 1e-9;

/** The stake of a candidate beside the book alone. */
export const stakeInCompany = (candidate: Candidate, company: Company): number =>
  stakeBeside(candidate, commonWithBook(candidate, company), company);

const commonWithBook = ({ slot, direction, sd, horizon }: Candidate, { innovations, correlations, book }: Company): number =>
  direction * sd * horizon * commonWith(book, correlations, innovations, slot);

/** The stake of each candidate, in the order given. */
export function allocate(candidates: readonly Candidate[], company: Company): number[] {
  const fixed = candidates.map((candidate) => commonWithBook(candidate, company));
  const stakes = startingStakes(candidates, fixed, company);
  const taken = newExposure();
  candidates.forEach((candidate, i) => addStake(taken, candidate, item(stakes, i), company));
  for (let round = 0; round < ROUNDS_MAX; round++) {
    let largest = 0;
    candidates.forEach((candidate, i) => {
      const before = item(stakes, i);
      const stake = stakeBeside(candidate, item(fixed, i) + commonWithOthers(taken, candidate, before, company), company);
      if (stake === before) return;
      stakes[i] = stake;
      addStake(taken, candidate, stake - before, company);
      largest = Math.max(largest, Math.abs(stake - before));
    });
    if (largest < STEP_MIN) break;
  }
  return stakes;
}

const addStake = (
  taken: Exposure,
  { slot, direction, sd }: Candidate,
  stake: number,
  { correlations, innovations }: Company,
): void => addExposure(taken, correlations, innovations, slot, direction * sd * stake);

/** Covariance of a candidate with the stakes of all others. */
function commonWithOthers(taken: Exposure, { slot, direction, sd }: Candidate, stake: number, company: Company): number {
  const all = commonWith(taken, company.correlations, company.innovations, slot);
  return direction * sd * (all - ownShare(company.correlations, slot) * direction * sd * stake);
}

/** The best stake where so much covariance is there already. What hedges is taken as if it did not. */
function stakeBeside({ edge, trust, sd, cost, alone }: Candidate, covariance: number, { kellyFraction }: Company): number {
  if (alone === 0) return 0;
  return Math.min(alone, trust * bestStake(edge - covariance / kellyFraction, (sd * sd) / kellyFraction, cost));
}

/** All stakes alone, made smaller alike until they are best: so many signals that say the same begin as equals. */
function startingStakes(candidates: readonly Candidate[], fixed: readonly number[], company: Company): number[] {
  const all = newExposure();
  for (const candidate of candidates) addStake(all, candidate, candidate.alone, company);
  let [edge, variance, cost] = [0, 0, 0];
  candidates.forEach((candidate, i) => {
    const { alone, sd } = candidate;
    edge += alone * (candidate.edge - item(fixed, i) / company.kellyFraction);
    if (alone === 0) return;
    variance += alone * (commonWithOthers(all, candidate, alone, company) + (sd * sd * alone) / candidate.trust);
    cost += candidate.cost * alone * Math.sqrt(alone / candidate.trust);
  });
  const scale = variance > 0 ? Math.min(1, bestStake(edge, variance / company.kellyFraction, cost)) : 1;
  return candidates.map(({ alone }) => scale * alone);
}
