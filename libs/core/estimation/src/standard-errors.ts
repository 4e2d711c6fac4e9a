import { read } from '@aitrader/model';
import { entry, inversePositive, newMatrix, product, setEntry, type SquareMatrix } from './square-matrix.ts';

/*
 * 1. The three covariances are symmetric and positive semidefinite, or `undefined`.
 * 2. Under a linear change of parameters x = A y they change as A V Aᵀ.
 *
 * Sources: Bollerslev and Wooldridge (1992), Econometric Reviews 11, for the sandwich; the names and definitions are those of
 * McCullough and Renfro (1999), J. Economic and Social Measurement 25. No small-sample factor anywhere.
 */

/** Covariance matrices of the estimate; undefined where the matrix to invert is not positive definite. */
export interface Covariances {
  /** (−∂² ln L)⁻¹ */
  readonly hessian: SquareMatrix | undefined;
  /** (Σ sₜ sₜᵀ)⁻¹ */
  readonly opg: SquareMatrix | undefined;
  /** (−∂² ln L)⁻¹ · Σ sₜ sₜᵀ · (−∂² ln L)⁻¹ */
  readonly sandwich: SquareMatrix | undefined;
}

/** Standard errors of one parameter; null where there are none. */
export interface StandardErrors {
  readonly seHessian: number | null;
  readonly seOpg: number | null;
  readonly seSandwich: number | null;
}

/** Σ sₜ sₜᵀ over the scores of the observations: rows of `size` derivatives of ln Lₜ, one after the other. */
export function outerProducts(scores: Float64Array, size: number): SquareMatrix {
  const sum = newMatrix(size);
  for (let at = 0; at < scores.length; at += size)
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) setEntry(sum, i, j, entry(sum, i, j) + read(scores, at + i) * read(scores, at + j));
  return sum;
}

/** The three covariances from −∂² ln L (`information`, at the estimate) and the scores of the observations there. */
export function covariances(information: SquareMatrix, scores: Float64Array): Covariances {
  const outer = outerProducts(scores, information.size);
  const hessian = inversePositive(information);
  return {
    hessian,
    opg: inversePositive(outer),
    sandwich: hessian && product(product(hessian, outer), hessian),
  };
}

function standardError(covariance: SquareMatrix | undefined, i: number): number | null {
  const variance = covariance ? entry(covariance, i, i) : NaN;
  return variance >= 0 && variance < Infinity ? Math.sqrt(variance) : null;
}

/** The three standard errors of parameter i. */
export const standardErrorsOf = ({ hessian, opg, sandwich }: Covariances, i: number): StandardErrors => ({
  seHessian: standardError(hessian, i),
  seOpg: standardError(opg, i),
  seSandwich: standardError(sandwich, i),
});
