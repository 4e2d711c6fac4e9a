import type { Command } from 'commander';
import { learnEdges, loadConfiguration, type EdgeStep } from '@aitrader/application-pipeline';
import { fixed } from '@aitrader/application-wording';
import { newYorkDate } from '@aitrader/core-sessions';
import { learnedEdgesText, playedConfig } from '@aitrader/runtime-configuration';
import { requireWritable, writeAtomically } from '@aitrader/runtime-storage';
import {
  ACTIONS_OPTION,
  AS_OF_OPTION,
  BARS_FLAGS,
  BARS_TEXT,
  CONFIG_OPTION,
  PARAMETERS_OPTION,
  selectionOptions,
  sourceOf,
  type BarOptions,
} from '../bar-options.ts';
import { loadMarket } from '../load-market.ts';
import { printJson, printText } from '../print.ts';
import { readingOptions } from '../reading-options.ts';
import { progressBar, remark } from '../terminal.ts';

interface EdgeOptions extends BarOptions {
  readonly config?: string;
  readonly into?: string;
  readonly json: boolean;
}

export function addEdge(program: Command): void {
  const command = program
    .command('edge')
    .summary('learn from history what the claims of strategies come to')
    .description(
      'Walks bars with the strategies of a configuration, holds every claim against what came, and says month by month what was known of each by then. With --into it writes what was known in the end, which "backtest" and "paper" begin with by --edges, on later bars.',
    )
    .requiredOption(BARS_FLAGS, BARS_TEXT)
    .option(...CONFIG_OPTION)
    .option(...PARAMETERS_OPTION)
    .option(...ACTIONS_OPTION)
    .option(...AS_OF_OPTION)
    .option('--into <file>', 'write what was known in the end to this file')
    .option('--json', 'print one JSON document on standard output', false);
  readingOptions(selectionOptions(command)).action(async (options: EdgeOptions) => {
    const { into } = options;
    const config = playedConfig(await loadConfiguration(options.config));
    if (into !== undefined) await requireWritable(into);
    const { table, parameters, actions = [] } = await loadMarket(sourceOf(options));
    const progress = progressBar('walking');
    const learned = await learnEdges({ table, parameters, actions, config, shards: 1, onProgress: progress.at }).finally(
      progress.done,
    );
    if (into !== undefined) {
      if (learned.edges.length === 0) throw new Error('no claim came to an end: there is nothing to be written');
      await writeAtomically(into, learnedEdgesText(learned.edges));
      remark(`wrote ${into}`);
    }
    if (options.json) printJson(learned);
    else printText(walkText(learned.walk));
  });
}

const NAME_WIDTH = 24;
const OUTCOMES_WIDTH = 9;
const DIGITS = 2;

/** A line for each strategy and month. */
function walkText(walk: readonly EdgeStep[]): string {
  if (walk.length === 0) return 'no claim came to an end';
  return walk
    .map(({ t, strategy, slope, error, outcomes }) => {
      const claims = outcomes.toLocaleString('en-US').padStart(OUTCOMES_WIDTH);
      return `${newYorkDate(t)}  ${strategy.padEnd(NAME_WIDTH)}${claims} claims came to ${fixed(slope, DIGITS)} ± ${fixed(error, DIGITS)} of what they claimed`;
    })
    .join('\n');
}
