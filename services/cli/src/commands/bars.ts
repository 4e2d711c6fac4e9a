import type { Command } from 'commander';
import {
  aggregateBars,
  loadBars,
  loadSample,
  requireBarFileName,
  selectBars,
  writeBars,
  type MarketBars,
} from '@aitrader/application-markets';
import { manifestOrFail } from '@aitrader/application-recordings';
import { withHome } from '@aitrader/application-supervision';
import { newYorkDate } from '@aitrader/core-sessions';
import { epochMs, read } from '@aitrader/model';
import { requireNew, requireWritable } from '@aitrader/runtime-storage';
import { requireInOrder, selectionOptions, type SelectionOptions } from '../bar-options.ts';
import { busOptions, homeOptions, refuseBusOptions, type BusOptions } from '../bus-options.ts';
import { printJson, printText } from '../print.ts';
import { count, progressBar, remark } from '../terminal.ts';
import { addArchiveCommands } from './bars-archive.ts';
import { addBarsFetch } from './bars-fetch.ts';

interface ExportOptions extends SelectionOptions, BusOptions {
  readonly into: string;
  readonly force: boolean;
  readonly json: boolean;
}

const SAMPLE = 'sample';

export function addBars(program: Command): void {
  const bars = program
    .command('bars')
    .summary('fetch bars, keep them in an archive, look at them, write them to a file')
    .description('Fetches bars, keeps them in archives that --bars takes, and writes them to files that it takes, too.')
    .helpCommand(false);
  const command = bars
    .command('export')
    .summary('write the built-in market, or the bars of a recording, as CSV')
    .description(
      'Writes the bars of the built-in market or of a recording as a file that --bars takes. It gives the same digest.',
    )
    .argument('<source>', '"sample" for the built-in synthetic market, or a recording, as "aitrader runs" lists it')
    .requiredOption('--into <file>', 'the file, its name ending in .csv or .csv.gz')
    .option('--force', 'replace the file if it is there', false)
    .option('--json', 'print one JSON document on standard output', false);
  selectionOptions(command, { timeframe: 'longer bars, made of those that there are (5m, 15m or 1d)' });
  busOptions(command).action(async (source: string, options: ExportOptions) => {
    const { into, force } = options;
    requireInOrder(options);
    requireBarFileName(into);
    if (!force) await requireNew(into, 'it is there already, and --force replaces it');
    await requireWritable(into);
    if (source === SAMPLE) refuseBusOptions(command, 'a recording');
    const table = source === SAMPLE ? loadSample(options).table : await recordedBars(source, options);
    const written = options.timeframe === undefined ? table : aggregateBars(table, options.timeframe);
    await writeBars(into, written);
    report(into, written, options.json);
  });
  addArchiveCommands(bars);
  addBarsFetch(bars);
}

/** The bars of a recording that are wanted. */
async function recordedBars(run: string, options: ExportOptions): Promise<MarketBars> {
  const table = await withHome(homeOptions(options), async ({ bus }) => {
    await manifestOrFail(bus, run);
    const progress = progressBar('loading');
    const market = await loadBars({ kind: 'recording', run }, () => Promise.resolve(bus), progress.at).finally(progress.done);
    return market.table;
  });
  return selectBars(`recording ${run}`, table, options);
}

function report(file: string, { count: bars, symbols, timeframe, t }: MarketBars, json: boolean): void {
  const [from, to] = [0, bars - 1].map((row) => newYorkDate(epochMs(read(t, row))));
  if (json) {
    printJson({ file, bars, symbols: symbols.length, timeframe, from, to });
    return;
  }
  printText(
    `${file}: ${count(bars)} ${timeframe} bars of ${count(symbols.length)} symbol${symbols.length === 1 ? '' : 's'}, from ${from} to ${to}`,
  );
  remark(`npx aitrader backtest --bars ${file}   runs them through the stages`);
}
