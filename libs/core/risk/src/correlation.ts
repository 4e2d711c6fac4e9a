/*
 * How much symbols move together, estimated from their innovations and shrunk towards what they have in common.
 *
 *     R = (1 − δ) · S + δ · F        S: sample correlations;  F: one correlation for every pair, the mean of them
 *
 * The target is that of Ledoit and Wolf (2004), "Honey, I shrunk the sample covariance matrix". The share δ of it is estimated as the
 * variances of the sample correlations over their distances from it, as in Schäfer and Strimmer (2005), "A shrinkage approach to large-scale
 * covariance matrix estimation", section 2.4, where the target is taken as known. The mean itself is held against a prior of so many blocks.
 *
 * 1. No pair is looked at alone: what a book has in common with a symbol is a product of two rows of `BLOCKS` figures.
 * 2. A symbol of which little is known has with every other one what all have in common.
 * 3. The order in which symbols were first seen changes nothing.
 */
import { item, read } from '@aitrader/model';
import { BLOCKS, type Innovations } from './innovations.ts';

/** Fewer blocks say nothing of a symbol. */
const BLOCKS_MIN = 8;
/** Correlation of two stocks of which nothing is known, and how many blocks that is worth: US stocks have 0.2 to 0.4 with one another. */
const PRIOR = 0.3;
const PRIOR_BLOCKS = 8;

/** What was estimated at the last block. Plain data. */
export interface Correlations {
  /** the one of every pair in the target */
  common: number;
  /** δ: the share of the target */
  shrinkage: number;
  /** length of each slot's row of innovations; 0 where too little is known */
  norm: Float64Array;
}

export const newCorrelations = (): Correlations => ({ common: PRIOR, shrinkage: 1, norm: new Float64Array(0) });

/** Estimates anew from the closed blocks. O(symbols · BLOCKS²), once a block. */
export function estimateCorrelations(correlations: Correlations, book: Innovations): void {
  const known = lengthsOf(correlations, book);
  const blocks = Math.min(book.closed, BLOCKS);
  const n = known.length;
  correlations.common = PRIOR;
  correlations.shrinkage = 1;
  if (n < 2) return;
  const { sumOfSquares, squaresOfSums, spread } = momentsOf(known, correlations, book, blocks);
  const pairs = n * (n - 1);
  const mean = (squaresOfSums - n) / pairs;
  // ‖S‖² less its diagonal, and less what the mean explains of it
  const distance = sumOfSquares - n - pairs * mean * mean;
  const noise = (spread - (sumOfSquares - n)) / (blocks - 1);
  correlations.shrinkage = distance > 0 ? Math.max(0, Math.min(noise / distance, 1)) : 1;
  correlations.common = Math.max(0, (blocks * mean + PRIOR_BLOCKS * PRIOR) / (blocks + PRIOR_BLOCKS));
}

/** Takes the length of every row, and tells the slots that are known, in canonical order. */
function lengthsOf(correlations: Correlations, { order, rows }: Innovations): number[] {
  const norm = new Float64Array(order.length);
  const known: number[] = [];
  for (const slot of order) {
    let [squares, heard] = [0, 0];
    for (let k = slot * BLOCKS; k < (slot + 1) * BLOCKS; k++) {
      const z = read(rows, k);
      squares += z * z;
      if (z !== 0) heard++;
    }
    if (heard < BLOCKS_MIN) continue;
    norm[slot] = Math.sqrt(squares);
    known.push(slot);
  }
  correlations.norm = norm;
  return known;
}

interface Moments {
  /** ‖S‖², the sum of all squared correlations */
  readonly sumOfSquares: number;
  /** the sum of all correlations */
  readonly squaresOfSums: number;
  /** Σ over pairs i ≠ j of the mean of (x_i x_j)², for rows x of variance 1 */
  readonly spread: number;
}

/** With x = row · √blocks / length: S = X Xᵀ / blocks, whose squared norm is also that of Xᵀ X / blocks, where that is the smaller one. */
function momentsOf(known: readonly number[], { norm }: Correlations, { rows }: Innovations, blocks: number): Moments {
  const x = new Float64Array(known.length * blocks);
  const [sums, energies] = [new Float64Array(blocks), new Float64Array(blocks)];
  let own = 0;
  for (let n = 0; n < known.length; n++) {
    const slot = item(known, n);
    const scale = Math.sqrt(blocks) / read(norm, slot);
    for (let k = 0; k < blocks; k++) {
      const value = read(rows, slot * BLOCKS + k) * scale;
      x[k * known.length + n] = value;
      sums[k] = read(sums, k) + value;
      energies[k] = read(energies, k) + value * value;
      own += value * value * value * value;
    }
  }
  let [squaresOfSums, spread] = [0, 0];
  for (let k = 0; k < blocks; k++) {
    squaresOfSums += (read(sums, k) * read(sums, k)) / blocks;
    spread += (read(energies, k) * read(energies, k)) / blocks;
  }
  const symbols = known.length;
  const squares = symbols < blocks ? gramSquares(x, symbols, blocks, 1, symbols) : gramSquares(x, blocks, symbols, symbols, 1);
  return { sumOfSquares: squares / (blocks * blocks), squaresOfSums, spread: spread - own / blocks };
}

/** Σ over pairs of `lines` of their squared products: a line has `length` figures, each `step` behind the one before, and begins `stride` behind it. */
function gramSquares(x: Float64Array, lines: number, length: number, stride: number, step: number): number {
  let squares = 0;
  for (let a = 0; a < lines; a++) {
    for (let b = 0; b <= a; b++) {
      let product = 0;
      for (let n = 0, i = a * stride, j = b * stride; n < length; n++, i += step, j += step) product += read(x, i) * read(x, j);
      squares += (a === b ? 1 : 2) * product * product;
    }
  }
  return squares;
}

/** What is at stake, as the sum of what symbols contribute: what another symbol has in common with it is one product. */
export interface Exposure {
  all: number;
  /** that of symbols which are known, and their rows of innovations, of length 1, times it; none while there are no such symbols */
  known: number;
  row: Float64Array | undefined;
}

export const newExposure = (): Exposure => ({ all: 0, known: 0, row: undefined });

/** Adds `amount` standard deviations of a slot's symbol, −1 for one without a slot. O(BLOCKS). */
export function addExposure(
  exposure: Exposure,
  { norm }: Correlations,
  { rows }: Innovations,
  slot: number,
  amount: number,
): void {
  exposure.all += amount;
  const length = lengthOf(norm, slot);
  if (length === 0) return;
  exposure.known += amount;
  const row = (exposure.row ??= new Float64Array(BLOCKS));
  for (let k = 0; k < BLOCKS; k++) row[k] = read(row, k) + (read(rows, slot * BLOCKS + k) / length) * amount;
}

/** Covariance of one standard deviation of a slot's symbol with an exposure in which it is not itself. O(BLOCKS). */
export function commonWith(
  exposure: Exposure,
  { norm, common, shrinkage }: Correlations,
  book: Innovations,
  slot: number,
): number {
  const length = lengthOf(norm, slot);
  if (length === 0) return common * exposure.all;
  const { row } = exposure;
  let together = 0;
  if (row !== undefined) for (let k = 0; k < BLOCKS; k++) together += read(book.rows, slot * BLOCKS + k) * read(row, k);
  return common * exposure.all + (1 - shrinkage) * (together / length - common * exposure.known);
}

/** What `commonWith` makes of one standard deviation of a symbol in an exposure when the symbol itself is asked for. */
export const ownShare = ({ norm, common, shrinkage }: Correlations, slot: number): number =>
  lengthOf(norm, slot) === 0 ? common : common + (1 - shrinkage) * (1 - common);

const lengthOf = (norm: Float64Array, slot: number): number => (slot >= 0 && slot < norm.length ? read(norm, slot) : 0);

/** Correlation of two slots' symbols, −1 for one without a slot; 1 of one with itself. */
export function correlationOf(correlations: Correlations, book: Innovations, a: number, b: number): number {
  if (a === b && a >= 0) return 1;
  const exposure = newExposure();
  addExposure(exposure, correlations, book, a, 1);
  return commonWith(exposure, correlations, book, b);
}
