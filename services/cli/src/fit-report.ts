import { recordOf, type FittableModel } from '@aitrader/core-estimation';
import { fitDocument, successes, type Estimates, type FitSeries, type Fitted, type Taken } from '@aitrader/application-fitting';
import { failWith } from './failure.ts';
import { fitText } from './fit-text.ts';
import { printJson, printText } from './print.ts';

interface Printed {
  /** what the command line calls the model */
  readonly model: string;
  readonly iterations?: number;
  readonly json: boolean;
}

const freeCountOf = (model: FittableModel, { parameters }: Estimates): number => model.freeCount(recordOf(parameters));

/**
 * Prints all fits, as text or as one document; what could not be fitted is an error, after the rest. @throws Error of the only series
 */
export function printFits(
  fitted: readonly Fitted[],
  model: FittableModel,
  taken: readonly Taken[],
  { model: name, iterations, json }: Printed,
): void {
  const [only] = fitted;
  if (fitted.length === 1 && only !== undefined && 'error' in only.outcome) throw only.outcome.error;
  const kept = new Set(taken.filter(({ isKept }) => isKept).map(({ entry }) => entry.symbol));
  const documentOf = (of: FitSeries, estimates: Estimates): ReturnType<typeof fitDocument> =>
    fitDocument(name, estimates, kept.has(of.key));
  if (!json)
    printText(
      successes(fitted)
        .map(({ of, estimates }) => fitText(of.name, estimates, freeCountOf(model, estimates), iterations))
        .join('\n\n'),
    );
  else if (fitted.length === 1) for (const { of, estimates } of successes(fitted)) printJson(documentOf(of, estimates));
  else {
    const fits = fitted.map(({ of, outcome }) =>
      'error' in outcome
        ? { symbol: of.symbol, error: outcome.error.message }
        : { symbol: of.symbol, ...documentOf(of, outcome.estimates) },
    );
    printJson({ fits });
  }
  for (const { outcome } of fitted) if ('error' in outcome) failWith(outcome.error);
}
