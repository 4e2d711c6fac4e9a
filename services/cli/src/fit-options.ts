import { Option, type Command } from 'commander';
import { REFITS, type RefitEvery } from '@aitrader/application-fitting';
import { ACTIONS_OPTION, AS_OF_OPTION, BARS_FLAGS, integer, selectionOptions, type BarOptions } from './bar-options.ts';
import { MODELS, modelOptions, observedOf, requireApplicable, type ModelOptions } from './model-options.ts';
import { readingOptions } from './reading-options.ts';

/** All that `fit` is told. */
export interface FitOptions extends BarOptions, ModelOptions {
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

/** Adds the options of `fit`: what is fitted, how, and where it goes. */
export function fitOptions(command: Command): Command {
  command.option(BARS_FLAGS, 'files of bars, as for backtest; or "sample"');
  readingOptions(command)
    .option(...ACTIONS_OPTION)
    .option(...AS_OF_OPTION);
  selectionOptions(command, { symbols: 'only these symbols, comma-separated; with --series what --into calls it' })
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
    .option('--config <file>', 'HMM and GARCH of bars: run configuration as JSON, whose probability stage the figures come from')
    .option('--json', 'print one JSON document on standard output', false);
  return modelOptions(command);
}

/** @throws Error for options that contradict one another, or that mean nothing beside the others */
export function requireFitOptions(command: Command, options: FitOptions): void {
  requireApplicable(command, options);
  requireOneSource(command, options);
  requireNoSearch(options);
  requireRefit(command, options);
}

function requireNoSearch(options: FitOptions): void {
  if (options.params === undefined) return;
  for (const name of ['init', 'iterations', 'into', 'refit'] as const)
    if (options[name] !== undefined) throw new Error(`--params evaluates and does not fit: leave out --${name}`);
}

const isGiven = (command: Command, name: string): boolean => command.getOptionValueSource(name) === 'cli';

function requireOneSource(command: Command, options: FitOptions): void {
  const { bars, series, symbols, config } = options;
  if ((bars === undefined) === (series === undefined)) throw new Error('say what to fit: either --bars FILES or --series FILE');
  const others =
    bars === undefined
      ? ['timeframe', 'from', 'to', 'actions', 'asOf', 'observe', 'config', 'refit', 'window']
      : ['column', 'timeColumn'];
  const wrong = command.options.find(
    (option) => others.includes(option.attributeName()) && isGiven(command, option.attributeName()),
  );
  if (wrong !== undefined) throw new Error(`${wrong.long ?? ''} is for ${bars === undefined ? '--bars' : '--series'} only`);
  if (series !== undefined && symbols !== undefined && symbols.length > 1)
    throw new Error(`--series is one series, and --symbols gives it ${symbols.length} names: ${symbols.join(', ')}`);
  if (
    series !== undefined &&
    symbols !== undefined &&
    [options.into, options.params, options.init].every((each) => each === undefined)
  )
    throw new Error('--symbols names a series for --into, --params or --init, and none of them is given');
  if (config !== undefined && observedOf(options) === 'return')
    throw new Error('--config is for --observe innovation-and-variance or innovations: returns are those of the bars');
}

function requireRefit(command: Command, { refit, into, paths }: FitOptions): void {
  if (refit === undefined && isGiven(command, 'window')) throw new Error('--window is for --refit only');
  if (refit === undefined) return;
  if (into === undefined) throw new Error('--refit keeps the parameters of every night: say where with --into FILE');
  if (paths !== undefined) throw new Error('--refit makes many fits, and --paths is of one: leave out --paths');
}
