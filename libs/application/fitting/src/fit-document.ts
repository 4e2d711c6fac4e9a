import type { FitResult } from '@aitrader/core-estimation';

/** A fit, or what a series says at given parameters: then it is null whether it converged. */
export type Estimates = Omit<FitResult, 'converged'> & { readonly converged: boolean | null };

/** Parameters by name, as the document of `fit` has them. */
interface ParameterDocument {
  readonly value: number;
  readonly seHessian: number | null;
  readonly seOpg: number | null;
  readonly seSandwich: number | null;
}

export interface FitDocument {
  readonly model: string;
  readonly n: number;
  readonly parameters: Readonly<Record<string, ParameterDocument>>;
  readonly logLikelihood: number;
  readonly converged: boolean | null;
  readonly iterations: number;
  /** the parameters file was left as it is, because the fit did not converge */
  readonly kept?: true;
}

export function fitDocument(model: string, estimates: Estimates, isKept: boolean): FitDocument {
  const { n, parameters, logLikelihood, converged, iterations } = estimates;
  return {
    model,
    n,
    parameters: Object.fromEntries(
      parameters.map(({ name, value, seHessian, seOpg, seSandwich }) => [name, { value, seHessian, seOpg, seSandwich }]),
    ),
    logLikelihood,
    converged,
    iterations,
    ...(isKept ? { kept: true } : {}),
  };
}
