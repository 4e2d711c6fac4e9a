import { read } from '@aitrader/model';
import { EstimationError } from './estimation-error.ts';

/*
 * Finite Markov chains: which state may follow which, and with what probability.
 *
 * 1. Every state of a chain has as many edges out as there are regimes, and the probabilities on them sum to one.
 * 2. An edge's probability is a cell of the regimes' transition matrix: chains of states that remember past regimes have many
 *    edges and few cells.
 */

/** The edges of a chain, sorted by the state they lead to. */
export interface Chain {
  readonly states: number;
  /** Regimes: the transition matrix has regimes² cells, row by row, row i holding the law of what follows regime i. */
  readonly regimes: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** For each edge the cell with its probability. */
  readonly cell: Int32Array;
}

/** How far a law's sum may be from one. */
const SUM_TOLERANCE = 1e-9;

/**
 * The chain of states (sₜ, sₜ₋₁, …, sₜ₋ₗ) of K regimes with l lags: Kˡ⁺¹ states, the current regime being the most significant
 * digit. With no lags the states are the regimes. Source: Hamilton (1989), Econometrica 57, (A.1).
 */
export function chainOf(regimes: number, lags: number): Chain {
  const pasts = powerOf(regimes, lags);
  const states = regimes * pasts;
  const edges = states * regimes;
  const chain = { states, regimes, from: new Int32Array(edges), to: new Int32Array(edges), cell: new Int32Array(edges) };
  for (let to = 0, e = 0; to < states; to++) {
    // (s', sₜ, …, sₜ₋ₗ₊₁) follows every (sₜ, …, sₜ₋ₗ₊₁, forgotten); without lags it is all of sₜ that is forgotten
    const entered = Math.floor(to / pasts);
    const kept = (to % pasts) * regimes;
    for (let forgotten = 0; forgotten < regimes; forgotten++, e++) {
      const from = kept + forgotten;
      chain.from[e] = from;
      chain.to[e] = to;
      chain.cell[e] = regimeOf(from, pasts) * regimes + entered;
    }
  }
  return chain;
}

/** The current regime of a state whose past has `pasts` possible values. */
export const regimeOf = (state: number, pasts: number): number => Math.floor(state / pasts);

/** base to a whole power, exact as long as it is a safe integer */
export function powerOf(base: number, exponent: number): number {
  let product = 1;
  for (let i = 0; i < exponent; i++) product *= base;
  return product;
}

/** Whether numbers are probabilities that sum to one within rounding. @throws EstimationError that names the first wrong one */
export function requireLaw(law: ArrayLike<number>, what: string): void {
  let sum = 0;
  for (let i = 0; i < law.length; i++) {
    const p = law[i] ?? NaN;
    if (!(p >= 0 && p <= 1 + SUM_TOLERANCE)) throw new EstimationError(`${what} has no probability at ${i}: ${p}`);
    sum += p;
  }
  if (!(Math.abs(sum - 1) <= SUM_TOLERANCE)) throw new EstimationError(`${what} sums to ${sum} instead of 1`);
}

/** The cells of a transition matrix row by row. @throws EstimationError when it is not square or a row is no law */
export function cellsOf(transition: readonly (readonly number[])[]): Float64Array {
  transition.forEach((row, i) => {
    if (row.length !== transition.length)
      throw new EstimationError(`row ${i} of a transition matrix of ${transition.length} rows has ${row.length} cells`);
    requireLaw(row, `row ${i} of the transition matrix`);
  });
  return Float64Array.from(transition.flat());
}

/**
 * The law π with π P = π, by elimination of one state after another without any subtraction, so that small probabilities keep
 * all their digits. Source: Grassmann, Taksar and Heyman (1985), Operations Research 33.
 * @throws EstimationError when a state that is never left again makes it ambiguous, or P is no transition matrix
 */
export function stationaryLaw(transition: readonly (readonly number[])[]): number[] {
  const cells = cellsOf(transition);
  const size = transition.length;
  const at = (i: number, j: number): number => read(cells, i * size + j);
  for (let last = size - 1; last > 0; last--) {
    let out = 0;
    for (let j = 0; j < last; j++) out += at(last, j);
    if (!(out > 0)) throw new EstimationError(`no way leads from regime ${last} to those before it: no single stationary law`);
    for (let i = 0; i < last; i++) cells[i * size + last] = at(i, last) / out;
    for (let i = 0; i < last; i++) for (let j = 0; j < last; j++) cells[i * size + j] = at(i, j) + at(i, last) * at(last, j);
  }
  const law = [1];
  for (let n = 1; n < size; n++) law.push(law.reduce((sum, p, i) => sum + p * at(i, n), 0));
  const total = law.reduce((sum, p) => sum + p, 0);
  return law.map((p) => p / total);
}
