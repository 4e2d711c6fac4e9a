import { assertTrialsTradable, loadTrials, runSweep, writeSweep, type SweepReport } from '@aitrader/application-sweep';
import type { Command } from 'commander';
import {
  ACTIONS_OPTION,
  AS_OF_OPTION,
  BARS_FLAGS,
  BARS_TEXT,
  CONFIG_OPTION,
  EDGES_OPTION,
  integer,
  PARAMETERS_OPTION,
  selectionOptions,
  sourceOf,
  type BarOptions,
} from '../bar-options.ts';
import { configured } from '../configured.ts';
import { openMarket } from '../load-market.ts';
import { printJson, printText } from '../print.ts';
import { readingOptions } from '../reading-options.ts';
import { sweepText } from '../sweep-text.ts';
import { terminal } from '../terminal.ts';

const WORKERS_MAX = 256;

export interface GridOptions extends BarOptions {
  readonly grid: string;
  readonly config?: string;
  readonly edges?: string;
  readonly workers: number;
  readonly into?: string;
  readonly json: boolean;
}

/** Options of the commands that try the configurations of a grid. */
export const gridOptions = (command: Command): Command =>
  readingOptions(
    selectionOptions(
      command
        .requiredOption(
          '--grid <file>',
          'JSON of the values that each path of the configuration takes, or a list of parts of configurations',
        )
        .requiredOption(BARS_FLAGS, BARS_TEXT)
        .option(...CONFIG_OPTION)
        .option(...EDGES_OPTION)
        .option('--workers <n>', 'threads that share the trials', integer(1, WORKERS_MAX), 1)
        .option('--into <folder>', 'keep results there as they come, and go on from those that are there')
        .option(...PARAMETERS_OPTION)
        .option(...ACTIONS_OPTION)
        .option(...AS_OF_OPTION)
        .option('--json', 'print one JSON document on standard output', false),
    ),
  );

export function addSweep(program: Command): void {
  const command = program
    .command('sweep')
    .summary('backtest every configuration of a grid, and test how far the best can be believed')
    .description(
      'Runs the bars through every configuration of a grid, each as a backtest would, with what they have in common done once; then says how likely the best one is the luckiest one.',
    );
  gridOptions(command).action(async (options: GridOptions) => {
    const report = await sweepOf(options);
    if (options.json) printJson(report);
    else printText(sweepText(report));
  });
}

/** Runs the sweep that the options ask for, and writes it where they say. @throws Error and its like for what is wrong with them */
export async function sweepOf({ grid, workers, into, ...options }: GridOptions): Promise<SweepReport> {
  const source = sourceOf(options);
  const trials = await loadTrials(grid, await configured(options));
  const market = await openMarket(source);
  assertTrialsTradable(trials, market.bars.timeframe, grid);
  const report = await runSweep({ market, source, trials, workers, into, listener: terminal });
  if (into !== undefined) await writeSweep(into, report);
  return report;
}
