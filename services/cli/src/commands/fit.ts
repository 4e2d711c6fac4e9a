import { Option, type Command } from 'commander';
import { recordOf, type FittableModel } from '@aitrader/core-estimation';
import {
  barSeries,
  fitAll,
  fitDocument,
  parametersOf,
  plainSeries,
  readParametersFile,
  REFITS,
  refitBars,
  refitDocument,
  storeInto,
  successes,
  wholeOf,
  writePaths,
  type BarSeries,
  type Estimates,
  type FitSeries,
  type Fitted,
  type ParametersOf,
  type RefitEvery,
  type Taken,
} from '@aitrader/application-fitting';
import { loadRunConfig } from '@aitrader/runtime-configuration';
import { date, integer, sourceOf, timeframe, type BarOptions } from '../bar-options.ts';
import { failWith } from '../failure.ts';
import { modelOf, modelOptions, MODELS, observedOf, requireApplicable, type ModelOptions } from '../model-options.ts';
import { loadMarket } from '../load-market.ts';
import { fitText, refitText } from '../fit-text.ts';
import { printJson, printText } from '../print.ts';
import { stepCounter, terminal } from '../terminal.ts';

interface FitOptions extends BarOptions, ModelOptions {
  readonly series?: string;
  readonly column?: string;
  readonly timeColumn?: string;
  readonly params?: string;
  readonly init?: string;
  readonly iterations?: number;
  readonly paths?: string;
  readonly into?: string;
  readonly config?: string;
  readonly refit?: RefitEvery;
  readonly window: number;
  readonly json: boolean;
}

const ITERATIONS_MAX = 1_000_000;
/** Eight years of days, or five sessions of minutes. */
const WINDOW_BARS = 2000;

export function addFit(program: Command): void {
  const command = program
    .command('fit')
    .summary('estimate the parameters of a model, or evaluate it at given ones')
    .description(
      "Fits a model to bars or to a plain series by maximum likelihood, and prints its parameters with three standard errors (Hessian, outer product of gradients, sandwich). Bars become log returns in per cent between consecutive closes of a symbol; for the Kalman filter log prices in bp with trading minutes between them; for the hidden Markov model what the probability stage's filter of regimes sees. A series is taken as it is.",
    )
    .option('--bars <files...>', 'CSV or CSV.gz files of bars, as for backtest; or "sample"')
    .option('--timeframe <timeframe>', 'believe this timeframe instead of recognising it', timeframe)
    .option('--from <date>', 'first New York date, YYYY-MM-DD', date)
    .option('--to <date>', 'last New York date, YYYY-MM-DD', date)
    .option('--symbols <list>', 'only these symbols, comma-separated; with --series what --into calls it')
    .option('--series <file>', 'CSV or CSV.gz file with a header; blank, NA and NaN cells are missing')
    .option('--column <name>', 'its column (may be left out when there is only one of numbers beside an index)')
    .option('--time-column <name>', 'Kalman: column of times, numbers or dates (then in days), that rise from row to row')
    .addOption(new Option('--model <model>', 'what to fit').choices(MODELS).makeOptionMandatory())
    .option('--params <values>', 'evaluate at name=value,… or JSON or @file instead of fitting; converged is null then')
    .option('--init <values>', 'start the search there: as --params')
    .option('--iterations <n>', 'let the search take no more', integer(1, ITERATIONS_MAX))
    .option('--paths <file>', 'write a CSV row for each observation: filtered and smoothed states, variances, regimes')
    .option('--into <file>', 'keep the parameters in this file, beside those of other symbols, models and last bars')
    .addOption(
      new Option('--refit <when>', 'fit bars as of the end of every session or week, and keep all parameters (--into)').choices(
        REFITS,
      ),
    )
    .option('--window <bars>', '--refit: how many of the last observations', integer(1), WINDOW_BARS)
    .option('--config <file>', 'HMM of bars: run configuration as JSON, whose probability stage the figures come from')
    .option('--json', 'print one JSON document on standard output', false);
  modelOptions(command).action(async (options: FitOptions) => {
    requireApplicable(command, options.model);
    requireOneSource(command, options);
    requireRefit(command, options);
    const given = options.params === undefined ? undefined : await parametersOf('--params', options.params, options.model);
    const init = options.init === undefined ? undefined : await parametersOf('--init', options.init, options.model);
    if (options.into !== undefined) await readParametersFile(options.into);
    const isBars = options.bars !== undefined;
    const model = modelOf(options, isBars, isBars || options.timeColumn !== undefined);
    if (options.refit !== undefined) {
      await refitAll(options, options.refit, model, init);
      return;
    }
    const fitted = fitAll(await seriesOf(options), {
      model,
      iterationsMax: options.iterations,
      given,
      init,
      counter: stepCounter(),
      listener: terminal,
    });
    const taken = options.into === undefined ? [] : await storeInto(options.into, fitted, options.model, terminal);
    if (options.paths !== undefined) await writePaths(options.paths, pathsOf(fitted, model));
    report(fitted, model, options, taken);
  });
}

function requireOneSource(command: Command, options: FitOptions): void {
  if ((options.bars === undefined) === (options.series === undefined))
    throw new Error('say what to fit: either --bars FILES or --series FILE');
  const others =
    options.bars === undefined ? ['timeframe', 'from', 'to', 'observe', 'config', 'refit', 'window'] : ['column', 'timeColumn'];
  const wrong = command.options.find(
    (option) => others.includes(option.attributeName()) && command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (wrong !== undefined)
    throw new Error(`${wrong.long ?? ''} is for ${options.bars === undefined ? '--bars' : '--series'} only`);
  if (options.config !== undefined && observedOf(options) !== 'innovation-and-variance')
    throw new Error('--config is for --observe innovation-and-variance: returns are those of the bars');
  if (options.params === undefined) return;
  for (const name of ['init', 'iterations', 'into', 'refit'] as const)
    if (options[name] !== undefined) throw new Error(`--params evaluates and does not fit: leave out --${name}`);
}

function requireRefit(command: Command, { refit, into, paths }: FitOptions): void {
  if (refit === undefined && command.getOptionValueSource('window') === 'cli') throw new Error('--window is for --refit only');
  if (refit === undefined) return;
  if (into === undefined) throw new Error('--refit keeps the parameters of every night: say where with --into FILE');
  if (paths !== undefined) throw new Error('--refit makes many fits, and --paths is of one: leave out --paths');
}

async function seriesOf(options: FitOptions): Promise<FitSeries[]> {
  if (options.series !== undefined)
    return [await plainSeries(options.series, options.column, options.timeColumn, options.symbols ?? null)];
  return (await seriesOfBars(options)).map(wholeOf);
}

async function seriesOfBars(options: FitOptions): Promise<BarSeries[]> {
  const config = await loadRunConfig(options.config);
  const { table } = await loadMarket(sourceOf(options));
  return barSeries(table, observedOf(options), options, config.probability);
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
  const symbols = await refitBars(await seriesOfBars(options), {
    name,
    model,
    plan,
    into,
    init,
    iterationsMax: iterations,
    listener: terminal,
  });
  if (options.json) printJson(refitDocument(name, plan, symbols));
  else
    printText(
      symbols
        .filter(({ records }) => records.length > 0)
        .map((one) => refitText(one, plan))
        .join('\n\n'),
    );
  for (const { error } of symbols) if (error !== undefined) failWith(error);
}

const pathsOf = (fitted: readonly Fitted[], model: FittableModel): Parameters<typeof writePaths>[1] =>
  successes(fitted).map(({ of, estimates }) => ({ of, columns: model.paths(of.series, recordOf(estimates.parameters)) }));

const freeCountOf = (model: FittableModel, { parameters }: Estimates): number => model.freeCount(recordOf(parameters));

/** Prints everything; what could not be fitted is an error, after the rest. */
function report(fitted: readonly Fitted[], model: FittableModel, options: FitOptions, taken: readonly Taken[]): void {
  const [only] = fitted;
  if (fitted.length === 1 && only !== undefined && 'error' in only.outcome) throw only.outcome.error;
  const kept = new Set(taken.filter(({ isKept }) => isKept).map(({ entry }) => entry.symbol));
  const documentOf = (of: FitSeries, estimates: Estimates): ReturnType<typeof fitDocument> =>
    fitDocument(options.model, estimates, kept.has(of.key));
  if (!options.json)
    printText(
      successes(fitted)
        .map(({ of, estimates }) => fitText(of.name, estimates, freeCountOf(model, estimates), options.iterations))
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
