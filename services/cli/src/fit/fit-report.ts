import type { FitResult } from '@aitrader/core-estimation';
import { count } from '../terminal.ts';

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

const DIGITS = 6;
/** A figure for people; a dash where there is none. */
export const number = (value: number | null): string => (value === null ? '–' : String(Number(value.toPrecision(DIGITS))));
const ratio = (value: number, error: number | null): string => (error === null || error === 0 ? '–' : (value / error).toFixed(2));

/** Lines of cells under one another: the first column to the left, the others to the right. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function ending({ converged, iterations }: Estimates, iterationsMax: number | undefined): string {
  const took = `${count(iterations)} iteration${iterations === 1 ? '' : 's'}`;
  if (converged === null) return 'evaluated at the given parameters, nothing was fitted';
  if (converged) return `converged after ${took}`;
  const why =
    iterationsMax !== undefined && iterations >= iterationsMax
      ? 'that was all it was given (--iterations)'
      : 'the search could not go on before the likelihood was flat (another start with --init may do)';
  return `not converged after ${took}: ${why}`;
}

/** A fit for people. `freeCount` is how many parameters were free. */
export function fitText(name: string, estimates: Estimates, freeCount: number, iterationsMax: number | undefined): string {
  const { model, n, parameters, logLikelihood } = estimates;
  const aic = 2 * freeCount - 2 * logLikelihood;
  const bic = freeCount * Math.log(n) - 2 * logLikelihood;
  const table = [
    ['parameter', 'value', 'se Hessian', 'se OPG', 'se sandwich', 'z'],
    ...parameters.map(({ name: parameter, value, seHessian, seOpg, seSandwich }) => [
      parameter,
      number(value),
      number(seHessian),
      number(seOpg),
      number(seSandwich),
      ratio(value, seHessian),
    ]),
  ];
  return [
    `${model} — ${name}`,
    ...aligned(table).map((line) => `  ${line}`),
    `  ln L ${logLikelihood.toFixed(4)}, AIC ${aic.toFixed(2)}, BIC ${bic.toFixed(2)}, ${count(n)} observations`,
    `  ${ending(estimates, iterationsMax)}`,
  ].join('\n');
}
