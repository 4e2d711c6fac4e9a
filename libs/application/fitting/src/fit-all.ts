import type { FittableModel } from '@aitrader/core-estimation';
import type { Listener } from '@aitrader/runtime-telemetry';
import type { Estimates } from './fit-document.ts';
import type { FitSeries } from './fit-series.ts';
import type { ParametersOf } from './parameter-text.ts';
import { entryOf, merged, readParametersFile, writeParametersFile, type Taken } from './parameters-file.ts';

/** One series and what became of it. */
export interface Fitted {
  readonly of: FitSeries;
  readonly outcome: { readonly estimates: Estimates } | { readonly error: Error };
}

/** Told of the steps of a search whose end is not known. */
export interface StepCounter {
  readonly begin: (label: string) => void;
  readonly step: () => void;
  readonly done: () => void;
}

/** What is fitted, and how. */
export interface FitPlan {
  readonly model: FittableModel;
  readonly iterationsMax: number | undefined;
  /** evaluate at these instead of fitting */
  readonly given: ParametersOf | undefined;
  /** start the search there */
  readonly init: ParametersOf | undefined;
  readonly counter: StepCounter;
  readonly listener: Listener;
}

/** Fits, or evaluates, a model on every series; one that fails does not keep the others from it. */
export function fitAll(all: readonly FitSeries[], plan: FitPlan): Fitted[] {
  const { model, given, counter } = plan;
  try {
    return all.map((of, i) => {
      counter.begin(`fitting ${of.name}${all.length > 1 ? ` (${i + 1} of ${all.length})` : ''}`);
      const gap = gapError(of, model, given !== undefined);
      if (gap) return { of, outcome: { error: gap } };
      try {
        return { of, outcome: { estimates: estimatesOf(of, plan) } };
      } catch (cause) {
        if (!(cause instanceof Error)) throw cause;
        return { of, outcome: { error: new Error(`${of.name}: ${cause.message}`, { cause: cause.cause }) } };
      }
    });
  } finally {
    counter.done();
  }
}

/** What is wrong with a missing observation, where the model takes none. */
function gapError({ series, columns, place }: FitSeries, { gaps }: FittableModel, isEvaluated: boolean): Error | undefined {
  const gap = series.values.findIndex(Number.isNaN);
  const mayMiss = gaps === 'always' || (gaps === 'when evaluated' && isEvaluated);
  return gap < 0 || mayMiss
    ? undefined
    : new Error(`${place(Math.floor(gap / columns.length))} is missing, and the model takes no series with gaps`);
}

function estimatesOf(
  { symbol, name, series }: FitSeries,
  { model, iterationsMax, given, init, counter, listener }: FitPlan,
): Estimates {
  if (given === undefined) {
    const start = init?.(symbol);
    if (init && start === undefined) listener.remark(`${name}: --init has no parameters of it, so its fit starts by itself`);
    return model.fit(series, { init: start, iterationsMax, onStep: counter.step });
  }
  const parameters = given(symbol);
  if (parameters === undefined) throw new Error('--params has no parameters of it');
  return { ...model.evaluate(series, parameters), converged: null, iterations: 0 };
}

/** Those that could be fitted. */
export const successes = (fitted: readonly Fitted[]): { readonly of: FitSeries; readonly estimates: Estimates }[] =>
  fitted.flatMap(({ of, outcome }) => ('estimates' in outcome ? [{ of, estimates: outcome.estimates }] : []));

/** Takes the fits up into the file and says what became of each. */
export async function storeInto(
  file: string,
  fitted: readonly Fitted[],
  model: string,
  { remark, warn }: Listener,
): Promise<readonly Taken[]> {
  const fits = successes(fitted).map(({ of, estimates }) => entryOf(of, model, estimates));
  const { entries, taken } = merged(await readParametersFile(file), fits);
  if (taken.some(({ isKept }) => !isKept)) await writeParametersFile(file, entries);
  for (const { entry, before, replaced, isKept } of taken) {
    const what = `${entry.symbol} ${model}`;
    const old = before === undefined ? 'there is none from before' : `those from before stay (${before.version})`;
    if (isKept) warn(`${what}: the fit did not converge, so ${file} does not take its parameters; ${old}`);
    else if (replaced === undefined) remark(`${what}: new in ${file} (${entry.version})`);
    else remark(`${what}: ${entry.version} replaces ${replaced.version} in ${file}`);
  }
  return taken;
}
