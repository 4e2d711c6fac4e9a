import type { Command } from 'commander';
import { ACTIONS_OPTION, integer, PARAMETERS_OPTION } from '../bar-options.ts';
import { busOptions, type BusOptions } from '../bus-options.ts';
import { openMarket } from '../load-market.ts';
import { printJson, printText } from '../print.ts';
import { workOnQueue } from '../sweep-queue.ts';
import { count, terminal } from '../terminal.ts';

interface WorkerOptions extends BusOptions {
  readonly workers: number;
  readonly bars?: readonly string[];
  readonly parameters?: string;
  readonly actions?: string;
  readonly untilEmpty: boolean;
  readonly json: boolean;
}

const WORKERS_MAX = 256;

export function addSweepWorker(sweep: Command): void {
  const command = sweep
    .command('worker')
    .summary('run trials of sweeps that were begun with --queue')
    .description(
      'Takes parts of sweeps from the queue of the bus, here or on another machine, and runs them, until it is stopped: what it has in hand then goes back to the queue. A part whose worker died is taken again by another one.',
    )
    .option('--workers <n>', 'threads, each with a part of its own', integer(1, WORKERS_MAX), 1)
    .option('--bars <files...>', 'where the bars are on this machine, if not where they are at the command that sweeps')
    .option(...PARAMETERS_OPTION)
    .option(...ACTIONS_OPTION)
    .option('--until-empty', 'end when there is nothing left on the queue', false)
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async ({ workers, bars, parameters, actions, untilEmpty, json, ...options }: WorkerOptions) => {
    const places = { bars, parameters, actions };
    const done = await workOnQueue({ workers, places, untilEmpty, open: openMarket, listener: terminal }, options);
    if (json) printJson(done);
    else printText(`ran ${count(done.trials)} trials in ${count(done.parts)} parts`);
  });
}
