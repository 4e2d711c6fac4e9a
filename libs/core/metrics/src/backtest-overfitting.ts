import { ln } from '@aitrader/core-numeric';
import { item, read } from '@aitrader/model';
import { mean } from './moments.ts';
import { ratioOf, requireTrials, type TrialReturns } from './trial-returns.ts';

/*
 * Whether choosing the best of many trials chooses anything, by combinatorially symmetric cross-validation (CSCV): the periods are cut
 * into blocks; for every choice of half of them the trial that did best there is held against all trials in the other half.
 *
 * 1. Every half is once in sample and once out of it, so that a fall from one to the other is not of the time but of the choice.
 * 2. The order of the trials makes no difference but among equals, nor the order of whole blocks of time, nor leverage.
 *
 * Source: Bailey, Borwein, López de Prado and Zhu (2017), "The probability of backtest overfitting", J. Computational Finance 20(4).
 */

/** How the trial that did best in sample did out of it. Sharpe ratios are per period, n − 1 in their variance. */
export interface BacktestOverfitting {
  /** PBO, the share of splits in which it did no better than the median of all trials: where logits are at most 0 */
  readonly probability: number;
  /** ln(ω / (1 − ω)) of each split, ω its rank out of sample, the worst being 1, over the number of trials + 1; equal ones share ranks */
  readonly logits: Float64Array;
  /** its Sharpe ratio in sample and out of it, of each split */
  readonly inSample: Float64Array;
  readonly outOfSample: Float64Array;
  /** the share of splits in which it lost out of sample */
  readonly lossProbability: number;
  /** slope of the line through these Sharpe ratios, out of sample over in sample: 1 keeps, 0 says nothing, below 0 turns over */
  readonly slope: number;
}

/** Beyond it there are more than a million splits. */
const BLOCKS_MAX = 22;

/**
 * The probability of backtest overfitting. `blocks` is even, 16 in the paper: 12 870 splits. Blocks are of equal length: the first
 * periods are left out when they do not divide them. O(splits · trials · blocks). @throws RangeError for fewer than two trials, an odd
 * number of blocks or one outside 2 … 22, fewer periods than two for each half, or a return that is not finite
 */
export function backtestOverfitting(trials: TrialReturns, blocks: number): BacktestOverfitting {
  if (!(blocks >= 2 && blocks <= BLOCKS_MAX && blocks % 2 === 0))
    throw new RangeError(`the number of blocks must be even and in 2 … ${BLOCKS_MAX}, got ${blocks}`);
  requireTrials(trials, 2, Math.max(4, blocks));
  const splits = halvesOf(blocks);
  const sums = blockSums(trials, blocks);
  const found: Found = {
    logits: new Float64Array(2 * splits.length),
    inSample: new Float64Array(2 * splits.length),
    outOfSample: new Float64Array(2 * splits.length),
  };
  const ratios: readonly [Float64Array, Float64Array] = [new Float64Array(trials.trials), new Float64Array(trials.trials)];
  splits.forEach((split, i) => {
    fillRatios(sums, split, ratios[0]);
    fillRatios(sums, complementOf(split, blocks), ratios[1]);
    note(found, 2 * i, ratios[0], ratios[1]);
    note(found, 2 * i + 1, ratios[1], ratios[0]);
  });
  const shareOf = (values: Float64Array, counts: (value: number) => boolean): number =>
    values.filter(counts).length / values.length;
  return {
    probability: shareOf(found.logits, (logit) => logit <= 0),
    ...found,
    lossProbability: shareOf(found.outOfSample, (ratio) => ratio < 0),
    slope: slopeOf(found.inSample, found.outOfSample),
  };
}

interface Found {
  readonly logits: Float64Array;
  readonly inSample: Float64Array;
  readonly outOfSample: Float64Array;
}

/** The choices of half the blocks that hold the first one, in order; their complements are the other half of all. */
function halvesOf(blocks: number): number[][] {
  const halves: number[][] = [];
  const choose = (chosen: readonly number[], from: number): void => {
    if (chosen.length === blocks / 2) {
      halves.push([...chosen]);
      return;
    }
    const missing = blocks / 2 - chosen.length;
    for (let block = from; block <= blocks - missing; block++) choose([...chosen, block], block + 1);
  };
  choose([0], 1);
  return halves;
}

const complementOf = (split: readonly number[], blocks: number): number[] =>
  Array.from({ length: blocks }, (_, block) => block).filter((block) => !split.includes(block));

/** Sums of returns and of their squares, a row of all trials for each block. */
interface BlockSums {
  readonly trials: number;
  /** periods of a block */
  readonly length: number;
  readonly first: readonly Float64Array[];
  readonly second: readonly Float64Array[];
}

function blockSums({ trials, periods, returns }: TrialReturns, blocks: number): BlockSums {
  const length = Math.floor(periods / blocks);
  const skipped = periods - length * blocks;
  const rows = (): Float64Array[] => Array.from({ length: blocks }, () => new Float64Array(trials));
  const sums = { trials, length, first: rows(), second: rows() };
  for (let k = 0; k < trials; k++)
    for (let block = 0; block < blocks; block++) {
      const from = k * periods + skipped + block * length;
      let [first, second] = [0, 0];
      for (let t = from; t < from + length; t++) {
        const value = read(returns, t);
        first += value;
        second += value * value;
      }
      item(sums.first, block)[k] = first;
      item(sums.second, block)[k] = second;
    }
  return sums;
}

/** The Sharpe ratio of every trial over some blocks together. */
function fillRatios({ trials, length, first, second }: BlockSums, blocks: readonly number[], ratios: Float64Array): void {
  const n = blocks.length * length;
  for (let k = 0; k < trials; k++) {
    let [sum, squares] = [0, 0];
    for (const block of blocks) {
      sum += read(item(first, block), k);
      squares += read(item(second, block), k);
    }
    ratios[k] = ratioOf(sum / n, (squares - (sum * sum) / n) / (n - 1));
  }
}

/** Notes how the best of one half did in the other one. */
function note({ logits, inSample, outOfSample }: Found, at: number, inside: Float64Array, outside: Float64Array): void {
  let best = 0;
  for (let k = 1; k < inside.length; k++) if (read(inside, k) > read(inside, best)) best = k;
  const own = read(outside, best);
  let [below, equal] = [0, 0];
  for (let k = 0; k < outside.length; k++) {
    if (read(outside, k) < own) below++;
    else if (read(outside, k) === own) equal++;
  }
  const rank = below + (equal + 1) / 2;
  logits[at] = ln(rank / (outside.length + 1 - rank));
  inSample[at] = read(inside, best);
  outOfSample[at] = own;
}

/** Slope of the least squares line; NaN where x does not vary. */
function slopeOf(x: Float64Array, y: Float64Array): number {
  const [centreX, centreY] = [mean(x), mean(y)];
  let [both, squares] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    both += (read(x, i) - centreX) * (read(y, i) - centreY);
    squares += (read(x, i) - centreX) * (read(x, i) - centreX);
  }
  return both / squares;
}
