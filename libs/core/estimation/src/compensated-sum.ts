import { read } from '@aitrader/model';

/*
 * Sums that keep what additions round away, several next to each other.
 *
 * 1. The error of a sum does not grow with the number of its terms, as long as that times 1e-16 is far below 1.
 *
 * Source: Kahan (1965), Communications of the ACM 8, 40; its error bound in Higham (2002), Accuracy and Stability, (4.8).
 */

/** `count` running sums, and behind each of them what it lacks. */
export interface CompensatedSums {
  readonly cells: Float64Array;
}

export const newCompensatedSums = (count: number): CompensatedSums => ({ cells: new Float64Array(2 * count) });

/** Adds a term to sum `index`. */
export function addTerm({ cells }: CompensatedSums, index: number, term: number): void {
  const sum = read(cells, 2 * index);
  const owed = term - read(cells, 2 * index + 1);
  const next = sum + owed;
  cells[2 * index] = next;
  cells[2 * index + 1] = next - sum - owed;
}

/** Sum `index` so far. */
export const sumAt = ({ cells }: CompensatedSums, index: number): number => read(cells, 2 * index);
