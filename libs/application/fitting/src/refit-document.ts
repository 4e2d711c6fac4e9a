import type { FitResult } from '@aitrader/core-estimation';
import type { EpochMs } from '@aitrader/model';
import type { RefitPlan } from './refit-walk.ts';

/** What became of one fit. `version` is that of the parameters in force after it, null while there are none. */
export interface RefitRecord {
  readonly symbol: string;
  readonly fittedTo: EpochMs;
  readonly version: string | null;
  /** the parameters before stay in force */
  readonly isKept: boolean;
  readonly outcome: { readonly fit: FitResult } | { readonly error: Error };
}

/** What became of one symbol: its fits in order, or why there are none. */
export interface RefitSymbol {
  readonly symbol: string;
  readonly records: readonly RefitRecord[];
  readonly error: Error | undefined;
}

const recordDocument = ({ symbol, fittedTo, version, isKept, outcome }: RefitRecord): object => {
  const kept = isKept ? { kept: true } : {};
  if ('error' in outcome) return { symbol, fittedTo, error: outcome.error.message, version, ...kept };
  const { converged, logLikelihood, iterations } = outcome.fit;
  return { symbol, fittedTo, converged, logLikelihood, iterations, version, ...kept };
};

/** All fits as one document, symbol by symbol in order of time; a symbol that could not be fitted has an `error` alone. */
export const refitDocument = (model: string, { every, window }: RefitPlan, symbols: readonly RefitSymbol[]): object => ({
  model,
  refit: every,
  window,
  fits: symbols.flatMap(({ symbol, records, error }) => [
    ...records.map(recordDocument),
    ...(error === undefined ? [] : [{ symbol, error: error.message }]),
  ]),
});
