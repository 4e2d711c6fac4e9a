import { InvalidArgumentError, type Command } from 'commander';
import { scanMarket, loadConfiguration } from '@aitrader/application-pipeline';
import { newYorkDate } from '@aitrader/core-sessions';
import { SIMULATED_SCANNER } from '@aitrader/runtime-configuration';
import {
  ACTIONS_OPTION,
  AS_OF_OPTION,
  BARS_FLAGS,
  BARS_TEXT,
  CONFIG_OPTION,
  integer,
  PARAMETERS_OPTION,
  requireInOrder,
  selectionOptions,
  sourceOf,
  type BarOptions,
} from '../bar-options.ts';
import { openMarket } from '../load-market.ts';
import { readingOptions } from '../reading-options.ts';
import { printJson, printText } from '../print.ts';
import { listDocument, scanText } from '../scan-text.ts';
import { progressBar } from '../terminal.ts';

interface ScanOptions extends BarOptions {
  readonly config?: string;
  readonly at?: readonly number[];
  readonly top?: number;
  readonly json: boolean;
}

/** A scanner looks while the exchanges trade: the bounds of `scanner.times`. */
const FIRST_MINUTE = 241;
const LAST_MINUTE = 960;
const LIST_MAX = 1000;

export function addScan(program: Command): void {
  const command = program
    .command('scan')
    .summary('make the lists of a scanner over bars, and run nothing else')
    .description(
      'Makes the lists that a run with a scanner would trade from: at each time of a scan the symbols that are worth a look, the best first, with the figures that put them there. The configuration says when and by what; without a scanner in it, the defaults do.',
    )
    .requiredOption(BARS_FLAGS, BARS_TEXT)
    .option('--at <time>', 'scan at this time in New York, HH:MM, in place of the configured ones; may be given again', timeOfDay)
    .option('--top <n>', 'symbols on a list', integer(1, LIST_MAX))
    .option(...CONFIG_OPTION)
    .option(...PARAMETERS_OPTION)
    .option(...ACTIONS_OPTION)
    .option(...AS_OF_OPTION)
    .option('--json', 'print one JSON document on standard output', false);
  readingOptions(selectionOptions(command)).action(async ({ at, top, json, from, ...options }: ScanOptions) => {
    requireInOrder({ ...options, ...(from === undefined ? {} : { from }) });
    const { probability, scanner: configured } = await loadConfiguration(options.config);
    const base = configured ?? SIMULATED_SCANNER;
    const scanner = { ...base, ...(at === undefined ? {} : { times: at }), ...(top === undefined ? {} : { top }) };
    const { bars, parameters, actions } = await openMarket(sourceOf(options));
    const progress = progressBar('scanning');
    const scan = { bars, probability, scanner, shards: 1, parameters, onProgress: progress.at };
    const all = await scanMarket({ ...scan, ...(actions === undefined ? {} : { actions }) }).finally(progress.done);
    // What came before is what a list rests on, so that it is read all the same.
    const lists = all.filter(({ t }) => from === undefined || newYorkDate(t) >= from);
    if (json) printJson({ timeframe: bars.timeframe, symbols: bars.symbols.length, lists: lists.map(listDocument) });
    else printText(scanText(lists, { symbols: bars.symbols.length, volumeDaysMin: scanner.volumeDaysMin }));
  });
}

/** Times in their order, each once. */
function timeOfDay(text: string, before: readonly number[] = []): readonly number[] {
  const [, hours = '', minutes = ''] = /^(\d{1,2}):([0-5]\d)$/.exec(text) ?? [];
  const minute = hours === '' ? Number.NaN : Number(hours) * 60 + Number(minutes);
  if (!(minute >= FIRST_MINUTE && minute <= LAST_MINUTE))
    throw new InvalidArgumentError('must be a time from 04:01 to 16:00, such as 09:25');
  return [...new Set([...before, minute])].sort((a, b) => a - b);
}
