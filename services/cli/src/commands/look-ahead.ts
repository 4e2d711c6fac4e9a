import type { Command } from 'commander';
import {
  loadConfiguration,
  lookAhead,
  type LookAheadReport,
  type MovedSignal,
  type StartFinding,
} from '@aitrader/application-pipeline';
import { at } from '@aitrader/application-wording';
import {
  ACTIONS_OPTION,
  AS_OF_OPTION,
  BARS_FLAGS,
  BARS_TEXT,
  CONFIG_OPTION,
  integer,
  PARAMETERS_OPTION,
  selectionOptions,
  sourceOf,
  type BarOptions,
} from '../bar-options.ts';
import { readingOptions } from '../reading-options.ts';
import { loadMarket } from '../load-market.ts';
import { printJson, printText } from '../print.ts';
import { progressBar } from '../terminal.ts';

interface LookAheadOptions extends BarOptions {
  readonly config?: string;
  readonly cuts: number;
  readonly starts: number;
  readonly seed: number;
  readonly json: boolean;
}

const WALKS_MAX = 100;
const count = (figure: number): string => figure.toLocaleString('en-US');

export function addLookAhead(program: Command): void {
  const command = program
    .command('look-ahead')
    .summary('try whether strategies see bars to come, or remember what they do not keep')
    .description(
      'Walks bars whole, up to random cuts, stored and restored there, and from later beginnings on, and names the first signal that moved. Exit code 1 where one did.',
    )
    .requiredOption(BARS_FLAGS, BARS_TEXT)
    .option(...CONFIG_OPTION)
    .option(...PARAMETERS_OPTION)
    .option(...ACTIONS_OPTION)
    .option(...AS_OF_OPTION)
    .option('--cuts <number>', 'cuts that are tried', integer(1, WALKS_MAX), 4)
    .option('--starts <number>', 'later beginnings that are tried', integer(0, WALKS_MAX), 2)
    .option('--seed <number>', 'what cuts and beginnings are drawn by', integer(1, 2 ** 31), 1)
    .option('--json', 'print one JSON document on standard output', false);
  readingOptions(selectionOptions(command)).action(async (options: LookAheadOptions) => {
    const { cuts, starts, seed } = options;
    const config = await loadConfiguration(options.config);
    const { table, parameters, actions = [] } = await loadMarket(sourceOf(options));
    const progress = progressBar('walking');
    const report = await lookAhead({
      ...{ table, parameters, actions, config, cuts, starts, seed },
      onProgress: (walk, walks, share) => progress.at((walk - 1 + share) / walks),
    }).finally(progress.done);
    if (options.json) printJson(report);
    else printText(reportText(report));
    if (report.firstMoved !== null) process.exitCode = 1;
  });
}

const LABEL = 11;

function reportText(report: LookAheadReport): string {
  const { bars, signals, byStrategy, cuts, starts, firstMoved } = report;
  const each = Object.entries(byStrategy).map(([strategy, some]) => `${count(some)} of ${strategy}`);
  return [
    `bars       ${count(bars)}`,
    `signals    ${count(signals)}${each.length === 0 ? '' : `: ${each.join(', ')}`}`,
    ...cuts.map((cut) => {
      const what = cut.kind === 'prefix' ? 'bars up to ' : 'stored and restored at ';
      return `${(cut.moved === null ? 'same' : 'MOVED').padEnd(LABEL)}${count(cut.signals)} signals, ${what}${at(cut.at)}`;
    }),
    ...starts.map(startText),
    firstMoved === null
      ? 'nothing moved: no bar to come is seen, and nothing is remembered outside of the state'
      : `MOVED      first ${movedText(firstMoved)}`,
  ].join('\n');
}

const movedText = ({ strategy, symbol, t, field, whole, other }: MovedSignal): string =>
  `${strategy} ${symbol} at ${at(t)}: ${field} ${JSON.stringify(whole)} in the whole run, ${JSON.stringify(other)} in the other`;

function startText({ at: from, spans, last }: StartFinding): string {
  const parts = spans
    .filter(({ signals }) => signals > 0)
    .map(
      ({ sessions, signals, others }) =>
        `${count(others)} of ${count(signals)} after ${sessions === 0 ? 'the start' : `${sessions} sessions`}`,
    );
  const end = last === null ? '' : `; the last ${last.strategy} ${last.symbol} at ${at(last.t)}`;
  return `from later ${at(from)}: other signals ${parts.length === 0 ? 'none to be held against' : parts.join(', ')}${end}`;
}
