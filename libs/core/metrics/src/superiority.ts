import { ln, newRandomStream, type RandomStream } from '@aitrader/core-numeric';
import { item, read } from '@aitrader/model';
import { mean, sampleQuantile } from './moments.ts';
import { requireCount } from './series.ts';
import type { TestResult } from './significance.ts';
import { drawCounts, sampleMeanVariance, stationaryBlockLength } from './stationary-bootstrap.ts';
import { requireTrials, returnsOf, type TrialReturns } from './trial-returns.ts';

/*
 * Whether the best of many trials is better than a benchmark, or only the luckiest: how often would samples of the same periods, in
 * which none is better by construction, bring a best one as good?
 *
 * 1. Of the three p-values of the SPA test the lower is the least and the upper the largest.
 * 2. Neither leverage nor the order of the trials changes a p-value.
 * 3. The same trials, plan and seed give the same figures.
 *
 * Sources: White (2000), "A reality check for data snooping", Econometrica 68; Hansen (2005), "A test for superior predictive
 * ability", J. Business & Economic Statistics 23, whose notation is in brackets.
 */

/** How periods are sampled. */
export interface Resampling {
  /**
   * mean length of a block, in periods, from 1 on; or the median of what the trials' own returns ask for, see stationaryBlockLength
   */
  readonly meanBlock: number | 'by-returns';
  readonly samples: number;
  /** of the random stream: its low 32 bits count */
  readonly seed: number;
}

/** Both tests of the same samples. A p-value of 0 is one below 1 / samples. */
export interface SuperiorityTests {
  /** the trial that earned most, counted from 0, and its t statistic, √n d̄ / ω; 0 for one that never differs from the benchmark */
  readonly best: number;
  readonly bestStudentized: number;
  readonly meanBlock: number;
  /** White's: largest √n d̄, against the same of samples around their own means; trials that vary much drown the others */
  readonly realityCheck: TestResult;
  /**
   * Hansen's: the largest √n d̄ / ω or 0. `consistent` leaves out trials that are worse by more than √(2 ln ln n) standard errors,
   * `lower` all that are worse at all, `upper` none.
   */
  readonly superiorAbility: {
    readonly statistic: number;
    readonly lower: number;
    readonly consistent: number;
    readonly upper: number;
  };
}

const MEDIAN = 0.5;
/** ln ln n has to be positive, and three blocks to fit. */
const PERIODS_MIN = 9;
/** Samples that pass over the trials together: four sums keep the processor busy where one would wait for itself. */
const TOGETHER = 4;

/**
 * White's reality check and Hansen's test of superior predictive ability. `excess` is what each trial earned above the benchmark in
 * each period [d]. O(samples · trials · periods). @throws RangeError for no trial, fewer than 9 periods, a mean block below 1 or
 * longer than the series, no sample, a return that is not finite, or a trial that is the same above the benchmark in every period
 */
export function superiorityTests(excess: TrialReturns, { meanBlock: given, samples, seed }: Resampling): SuperiorityTests {
  requireTrials(excess, 1, PERIODS_MIN);
  requireCount('number of samples', samples, 1);
  const rows = Array.from({ length: excess.trials }, (_, k) => returnsOf(excess, k));
  const meanBlock = given === 'by-returns' ? sampleQuantile(rows.map(stationaryBlockLength), MEDIAN) : given;
  if (!(meanBlock >= 1 && meanBlock <= excess.periods))
    throw new RangeError(`the mean block must be in 1 … ${excess.periods} periods, got ${meanBlock}`);
  const contest = contestOf(rows, meanBlock);
  const exceeded = { white: 0, lower: 0, consistent: 0, upper: 0 };
  const best = contest.means.reduce((first, value, k) => (value > read(contest.means, first) ? k : first), 0);
  const plain = read(contest.means, best) * contest.root;
  const studentized = contest.means.reduce((most, value, k) => Math.max(most, value * read(contest.perError, k)), 0);
  sampleMeans(rows, newRandomStream(seed), samples, meanBlock, (means) => {
    const most = mostOf(contest, means);
    if (most.white >= plain) exceeded.white++;
    if (most.lower >= studentized) exceeded.lower++;
    if (most.consistent >= studentized) exceeded.consistent++;
    if (most.upper >= studentized) exceeded.upper++;
  });
  return {
    best,
    bestStudentized: read(contest.means, best) * read(contest.perError, best),
    meanBlock,
    realityCheck: { statistic: plain, pValue: exceeded.white / samples },
    superiorAbility: {
      statistic: studentized,
      lower: exceeded.lower / samples,
      consistent: exceeded.consistent / samples,
      upper: exceeded.upper / samples,
    },
  };
}

/** What samples are held against: means [d̄], √n / ω, and what each null hypothesis takes off the means of samples [g]. */
interface Contest {
  readonly root: number;
  readonly means: Float64Array;
  /** 0 for a trial that never differs from the benchmark */
  readonly perError: Float64Array;
  readonly lower: Float64Array;
  readonly consistent: Float64Array;
}

function contestOf(rows: readonly Float64Array[], meanBlock: number): Contest {
  const n = item(rows, 0).length;
  const root = Math.sqrt(n);
  const means = Float64Array.from(rows, (row) => mean(row));
  const perError = Float64Array.from(rows, (row, k) => {
    const variance = sampleMeanVariance(row, meanBlock);
    if (variance > 0) return root / Math.sqrt(variance);
    if (read(means, k) === 0) return 0;
    throw new RangeError(`trial ${k} is ${read(row, 0)} above the benchmark in every period: there is nothing to test`);
  });
  const worstCounted = -Math.sqrt(2 * ln(ln(n)));
  return {
    root,
    means,
    perError,
    lower: means.map((value) => Math.max(0, value)),
    consistent: means.map((value, k) => (value * read(perError, k) >= worstCounted ? value : 0)),
  };
}

/** The largest of a sample's statistics, each its own way. */
function mostOf({ root, means, perError, lower, consistent }: Contest, sampled: Float64Array) {
  const most = { white: -Infinity, lower: 0, consistent: 0, upper: 0 };
  for (let k = 0; k < sampled.length; k++) {
    const value = read(sampled, k);
    const per = read(perError, k);
    most.white = Math.max(most.white, root * (value - read(means, k)));
    most.lower = Math.max(most.lower, per * (value - read(lower, k)));
    most.consistent = Math.max(most.consistent, per * (value - read(consistent, k)));
    most.upper = Math.max(most.upper, per * (value - read(means, k)));
  }
  return most;
}

/** Shows the trials' means over each sample, the same periods for all of them; the array is overwritten by the next sample. */
function sampleMeans(
  rows: readonly Float64Array[],
  stream: RandomStream,
  samples: number,
  meanBlock: number,
  visit: (means: Float64Array) => void,
): void {
  const n = item(rows, 0).length;
  const counts = Array.from({ length: TOGETHER }, () => new Float64Array(n));
  const means = Array.from({ length: TOGETHER }, () => new Float64Array(rows.length));
  for (let done = 0; done < samples; done += TOGETHER) {
    const now = Math.min(TOGETHER, samples - done);
    for (let i = 0; i < now; i++) drawCounts(stream, item(counts, i), meanBlock);
    rows.forEach((row, k) => fillMeans(row, counts, means, k));
    for (let i = 0; i < now; i++) visit(item(means, i));
  }
}

function fillMeans(row: Float64Array, counts: readonly Float64Array[], means: readonly Float64Array[], k: number): void {
  const [c0, c1, c2, c3] = [item(counts, 0), item(counts, 1), item(counts, 2), item(counts, 3)];
  let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
  for (let t = 0; t < row.length; t++) {
    const value = read(row, t);
    sum0 += value * read(c0, t);
    sum1 += value * read(c1, t);
    sum2 += value * read(c2, t);
    sum3 += value * read(c3, t);
  }
  item(means, 0)[k] = sum0 / row.length;
  item(means, 1)[k] = sum1 / row.length;
  item(means, 2)[k] = sum2 / row.length;
  item(means, 3)[k] = sum3 / row.length;
}
