import type { Estimates, RefitPlan, RefitSymbol } from '@aitrader/application-fitting';
import { newYorkDate } from '@aitrader/core-sessions';
import { item } from '@aitrader/model';
import { count } from './terminal.ts';

const DIGITS = 6;
/** A figure for people; a dash where there is none. */
const number = (value: number | null): string => (value === null ? '–' : String(Number(value.toPrecision(DIGITS))));
const ratio = (value: number, error: number | null): string => (error === null || error === 0 ? '–' : (value / error).toFixed(2));

/** Lines of cells under one another: the first column to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
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
