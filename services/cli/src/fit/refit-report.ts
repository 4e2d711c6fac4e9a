import type { FitResult } from '@aitrader/core-estimation';
import { newYorkDate } from '@aitrader/core-sessions';
import { item, type EpochMs } from '@aitrader/model';
import { count } from '../terminal.ts';
import { aligned, number } from './fit-report.ts';
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

/** The fits of a symbol for people: how many there were, and where its parameters went. */
export function refitText({ symbol, records }: RefitSymbol, { every, window }: RefitPlan): string {
  const fits = records.flatMap(({ outcome, isKept }) => ('fit' in outcome && !isKept ? [outcome.fit] : []));
  const [first] = fits;
  const last = fits.at(-1);
  if (first === undefined || last === undefined) return `${symbol}: no fit converged`;
  const dates = [item(records, 0), item(records, records.length - 1)].map(({ fittedTo }) => newYorkDate(fittedTo));
  const rows = first.parameters.map(({ name, value }, i) => {
    const values = fits.map(({ parameters }) => item(parameters, i).value);
    return [
      name,
      number(value),
      number(item(values, values.length - 1)),
      number(Math.min(...values)),
      number(Math.max(...values)),
    ];
  });
  const kept = records.length - fits.length;
  return [
    `${last.model} — ${symbol}, ${every} on the last ${count(window)} observations`,
    ...aligned([['parameter', 'first', 'last', 'least', 'most'], ...rows]).map((line) => `  ${line}`),
    `  ${count(fits.length)} fits converged from ${dates.join(' to ')}${kept === 0 ? '' : `, ${count(kept)} did not`}`,
  ].join('\n');
}
