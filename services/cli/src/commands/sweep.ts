import path from 'node:path';
import {
  assertTrialsTradable,
  loadTrials,
  runSweep,
  SWEEP_FILE,
  writeSweep,
  type SweepReport,
} from '@aitrader/application-sweep';
import type { Command } from 'commander';
import { sweepOnQueue } from '../sweep-queue.ts';
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
import { busOptions, refuseBusOptions, type BusOptions } from '../bus-options.ts';
import { configured } from '../configured.ts';
import { openMarket } from '../load-market.ts';
import { JOURNAL_OPTION, keepReadSweep } from '../kept-tables.ts';
import { printJson, printText } from '../print.ts';
import { readingOptions } from '../reading-options.ts';
import { sweepText } from '../sweep-text.ts';
import { remark, terminal } from '../terminal.ts';
import { addSweepWorker } from './sweep-worker.ts';

const WORKERS_MAX = 256;

export interface GridOptions extends BarOptions, BusOptions {
  readonly grid: string;
  readonly config?: string;
  readonly edges?: string;
  readonly workers: number;
  readonly queue: boolean;
  readonly into?: string;
  readonly journal: boolean;
  readonly json: boolean;
}

/** Options of the commands that try the configurations of a grid, beside the grid and the bars. */
export const gridOptions = (command: Command): Command =>
  busOptions(
    readingOptions(
      selectionOptions(
        command
          .option(...CONFIG_OPTION)
          .option(...EDGES_OPTION)
          .option(
            '--workers <n>',
            'threads that share the trials; with --queue those of this process, none also',
            integer(0, WORKERS_MAX),
            1,
          )
          .option('--queue', 'put the trials on a queue of the bus, for "aitrader sweep worker" on any machine to take', false)
          .option('--into <folder>', 'keep results there as they come, and go on from those that are there')
          .option(...PARAMETERS_OPTION)
          .option(...ACTIONS_OPTION)
          .option(...AS_OF_OPTION)
          .option(...JOURNAL_OPTION)
          .option('--json', 'print one JSON document on standard output', false),
      ),
    ),
  );

export const GRID_OPTION = [
  '--grid <file>',
  'JSON of the values that each path of the configuration takes, or a list of parts of configurations',
] as const;

/** Required, but for the command below it: commander would ask that for them, too. */
const REQUIRED = ['grid', 'bars'];

export function addSweep(program: Command): void {
  const command = program
    .command('sweep')
    .summary('backtest every configuration of a grid, and test how far the best can be believed')
    .description(
      'Runs the bars through every configuration of a grid, each as a backtest would, with what they have in common done once; then says how likely the best one is the luckiest one.',
    )
    .usage('--grid <file> --bars <files...> [options]')
    .option(...GRID_OPTION)
    .option(BARS_FLAGS, BARS_TEXT)
    .enablePositionalOptions();
  gridOptions(command).action(async (options: GridOptions) => {
    for (const { flags } of command.options.filter((option) => isMissing(command, option.attributeName())))
      command.error(`error: required option '${flags}' not specified`);
    const report = await sweepOf(options, command);
    if (options.json) printJson(report);
    else printText(sweepText(report));
    await journaled(report, options);
  });
  addSweepWorker(command);
}

/** Last, so that a database that fails costs nobody the report. */
export async function journaled(sweep: SweepReport, { into, journal }: GridOptions): Promise<void> {
  if (!journal) return;
  const file = into === undefined ? undefined : path.resolve(into, SWEEP_FILE);
  remark((await keepReadSweep({ file, sweep })).text);
}

const isMissing = (command: Command, name: string): boolean =>
  REQUIRED.includes(name) && command.getOptionValue(name) === undefined;

/** Runs the sweep that the options ask for, and writes it where they say. @throws Error and its like for what is wrong with them */
export async function sweepOf(options: GridOptions, command: Command): Promise<SweepReport> {
  const { grid, workers, into, queue } = options;
  if (!queue) refuseBusOptions(command, '--queue');
  if (workers === 0 && !queue) throw new Error('--workers 0 is for --queue alone: without, nobody would run the trials');
  const source = sourceOf(options);
  const trials = await loadTrials(grid, await configured(options));
  const market = await openMarket(source);
  assertTrialsTradable(trials, market.bars.timeframe, grid);
  const request = { market, source, trials, workers, into, listener: terminal };
  const report = queue ? await sweepOnQueue(request, options) : await runSweep(request);
  if (into !== undefined) await writeSweep(into, report);
  return report;
}
