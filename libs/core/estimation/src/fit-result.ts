import { type StandardErrors } from './standard-errors.ts';

/** One estimated parameter with its three standard errors; null where the matrix to invert is not positive definite. */
export interface ParameterEstimate extends StandardErrors {
  readonly name: string;
  readonly value: number;
}

/** What a maximum likelihood fit found: plain data. */
export interface FitResult {
  readonly model: string;
  /** observations that contribute to the likelihood */
  readonly n: number;
  /** in the model's order */
  readonly parameters: readonly ParameterEstimate[];
  readonly logLikelihood: number;
  readonly converged: boolean;
  readonly iterations: number;
}

/** The value of a parameter by its name. @throws RangeError for a name the model does not have */
export function estimateOf(fit: FitResult, name: string): number {
  const found = fit.parameters.find((parameter) => parameter.name === name);
  if (!found) throw new RangeError(`${fit.model} has no parameter ${name}`);
  return found.value;
}
