import path from 'node:path';
import { CHOSEN_BY, WALK_FORWARD_FILE, walkForward, type ChosenBy } from '@aitrader/application-sweep';
import { writeAtomically } from '@aitrader/runtime-storage';
import { Option, type Command } from 'commander';
import { BARS_FLAGS, BARS_TEXT, integer } from '../bar-options.ts';
import { printJson, printText } from '../print.ts';
import { walkForwardText } from '../walk-forward-text.ts';
import { GRID_OPTION, gridOptions, journaled, sweepOf, type GridOptions } from './sweep.ts';

const FOLDS_MAX = 1_000;
const EMBARGO_MAX = 2_520;

interface WalkForwardOptions extends GridOptions {
  readonly folds: number;
  readonly embargo: number;
  readonly by: ChosenBy;
}

export function addWalkForward(program: Command): void {
  const command = program
    .command('walk-forward')
    .summary('choose among the configurations of a grid by the past alone, test by test')
    .description(
      'Sweeps a grid, cuts the time into tests, and follows in each the configuration that did best before it: what choosing would have earned.',
    )
    .requiredOption(...GRID_OPTION)
    .requiredOption(BARS_FLAGS, BARS_TEXT)
    .requiredOption('--folds <n>', 'tests; as much time again comes before the first one', integer(1, FOLDS_MAX))
    .option('--embargo <n>', 'trade dates before each test that nothing is chosen by', integer(0, EMBARGO_MAX), 0)
    .addOption(new Option('--by <score>', 'what is chosen by').choices(CHOSEN_BY).default('sharpe'));
  gridOptions(command).action(async ({ folds, embargo, by, ...options }: WalkForwardOptions) => {
    const sweep = await sweepOf(options, command);
    const report = walkForward(sweep, { folds, embargo, by });
    if (options.into !== undefined)
      await writeAtomically(path.join(options.into, WALK_FORWARD_FILE), `${JSON.stringify(report, null, 2)}\n`);
    if (options.json) printJson(report);
    else printText(walkForwardText(report, sweep));
    await journaled(sweep, options);
  });
}
