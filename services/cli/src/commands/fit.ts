import { loadConfiguration } from '@aitrader/application-pipeline';
import type { Command } from 'commander';
import { recordOf, type FittableModel } from '@aitrader/core-estimation';
import {
  barSeries,
  fitAll,
  parametersOf,
  plainSeries,
  readParametersFile,
  refitBars,
  refitDocument,
  storeInto,
  successes,
  wholeOf,
  writePaths,
  type BarSeries,
  type FitSeries,
  type Fitted,
  type ParametersOf,
  type RefitEvery,
} from '@aitrader/application-fitting';

import { requireWritable } from '@aitrader/runtime-storage';
import { sourceOf } from '../bar-options.ts';
import { failWith } from '../failure.ts';
import { fitOptions, requireFitOptions, type FitOptions } from '../fit-options.ts';
import { printFits } from '../fit-report.ts';
import { refitText } from '../fit-text.ts';
import { loadMarket } from '../load-market.ts';
import { modelOf, observedOf } from '../model-options.ts';
import { printJson, printText } from '../print.ts';
import { stepCounter, terminal } from '../terminal.ts';

export function addFit(program: Command): void {
  const command = program
    .command('fit')
    .summary('estimate the parameters of a model, or evaluate it at given ones')
    .description(
      "Fits a model to bars or to a plain series by maximum likelihood, and prints its parameters with three standard errors (Hessian, outer product of gradients, sandwich). Bars become log returns in per cent between consecutive closes of a symbol; for the Kalman filter log prices in bp with trading minutes between them; for the hidden Markov model what the probability stage's filter of regimes sees. A series is taken as it is.",
    );
  fitOptions(command).action(async (options: FitOptions) => {
    requireFitOptions(command, options);
    const { model: name, into, paths, iterations, refit } = options;
    const given = options.params === undefined ? undefined : await parametersOf('--params', options.params, name);
    const init = options.init === undefined ? undefined : await parametersOf('--init', options.init, name);
    if (into !== undefined) await readParametersFile(into);
    for (const file of [into, paths]) if (file !== undefined) await requireWritable(file);
    const isBars = options.bars !== undefined;
    const model = modelOf(options, isBars, isBars || options.timeColumn !== undefined);
    if (refit !== undefined) {
      await refitAll(options, refit, model, init);
      return;
    }
    const plan = { model, iterationsMax: iterations, given, init, counter: stepCounter(), listener: terminal };
    const fitted = fitAll(await seriesOf(options), plan);
    const taken = into === undefined ? [] : await storeInto(into, fitted, name, terminal);
    if (paths !== undefined) await writePaths(paths, pathsOf(fitted, model));
    printFits(fitted, model, taken, options);
  });
}

async function seriesOf(options: FitOptions): Promise<FitSeries[]> {
  if (options.series !== undefined)
    return [await plainSeries(options.series, options.column, options.timeColumn, options.symbols?.[0] ?? null)];
  return (await seriesOfBars(options)).map(wholeOf);
}

async function seriesOfBars(options: FitOptions): Promise<BarSeries[]> {
  const config = await loadConfiguration(options.config);
  const { table, actions } = await loadMarket(sourceOf(options));
  return barSeries(table, observedOf(options), config.probability, actions);
}

/** Fits as of every night or week, and prints what happened. */
async function refitAll(
  options: FitOptions,
  every: RefitEvery,
  model: FittableModel,
  init: ParametersOf | undefined,
): Promise<void> {
  const { model: name, window, into = '', iterations } = options;
  const plan = { every, window };
  const run = { name, model, plan, into, init, iterationsMax: iterations, listener: terminal };
  const symbols = await refitBars(await seriesOfBars(options), run);
  const fitted = symbols.filter(({ records }) => records.length > 0);
  if (options.json) printJson(refitDocument(name, plan, symbols));
  else if (fitted.length > 0) printText(fitted.map((one) => refitText(one, plan)).join('\n\n'));
  for (const { error } of symbols) if (error !== undefined) failWith(error);
}

const pathsOf = (fitted: readonly Fitted[], model: FittableModel): Parameters<typeof writePaths>[1] =>
  successes(fitted).map(({ of, estimates }) => ({ of, columns: model.paths(of.series, recordOf(estimates.parameters)) }));
