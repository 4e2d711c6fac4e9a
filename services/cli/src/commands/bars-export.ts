import { Option, type Command } from 'commander';
import {
  aggregateBars,
  inOnePart,
  isArchive,
  loadBars,
  loadSample,
  isArrowFile,
  requireArrowName,
  requireBarFileName,
  selectBars,
  wholeTable,
  writeArrow,
  writeBars,
  type AsOf,
  type OpenMarket,
} from '@aitrader/application-markets';
import { manifestOrFail } from '@aitrader/application-recordings';
import { withHome } from '@aitrader/application-supervision';
import { adjustedBars, type View } from '@aitrader/core-market';
import { newYorkDate } from '@aitrader/core-sessions';
import { requireNew, requireWritable } from '@aitrader/runtime-storage';
import {
  ACTIONS_OPTION,
  AS_OF_OPTION,
  requireInOrder,
  selectionOptions,
  sourceOf,
  type SelectionOptions,
} from '../bar-options.ts';
import { busOptions, homeOptions, refuseBusOptions, type BusOptions } from '../bus-options.ts';
import { openMarket } from '../load-market.ts';
import { printJson, printText } from '../print.ts';
import { isRecordingName, SAMPLE } from '../recording-name.ts';
import { readingOf, readingOptions, type ReadingFlags } from '../reading-options.ts';
import { count, progressBar, remark } from '../terminal.ts';

interface ExportOptions extends SelectionOptions, BusOptions, ReadingFlags {
  readonly into?: string;
  readonly arrow?: string | true;
  readonly actions?: string;
  readonly asOf?: AsOf;
  readonly adjusted?: View;
  readonly force: boolean;
  readonly json: boolean;
}

const OF_ARCHIVES = '--as-of is about archives: of a recording all is as it was last known, and files have one version';

/** `bars export`: bars out of wherever they are, as CSV or for other languages. */
export function addBarsExport(bars: Command): void {
  const command = bars
    .command('export')
    .summary('write bars of a market, an archive or a recording as CSV or as Arrow')
    .description(
      'Writes bars as a CSV file that --bars takes, which gives the same digest, or as a file of Apache Arrow for research in other languages. An archive goes into Arrow part by part, however long it is.',
    )
    .argument(
      '<source...>',
      '"sample" for the built-in synthetic market, an archive, files, or a recording, as "aitrader runs" lists it',
    )
    .option('--into <file>', 'the file: CSV when its name ends in .csv or .csv.gz, Arrow when it ends in .arrow or .feather')
    .option('--arrow [file]', 'as Arrow: the file, where --into does not name it')
    .option(...ACTIONS_OPTION)
    .option(...AS_OF_OPTION)
    .addOption(
      new Option(
        '--adjusted <what>',
        'a view of raw bars, adjusted back from their end: split, or all (splits, dividends and spin-offs)',
      ).choices(['split', 'all']),
    )
    .option('--force', 'replace the file if it is there', false)
    .option('--json', 'print one JSON document on standard output', false);
  readingOptions(
    selectionOptions(command, {
      timeframe: 'longer bars, made of those that there are (5m, 15m or 1d); of an archive, those of this length',
    }),
  );
  busOptions(command).action(async (named: string[], options: ExportOptions) => {
    const file = await requireTarget(options);
    const isArrow = isArrowFile(file);
    const isRecording = named.length === 1 && named.every(isRecordingName);
    if (!isRecording) refuseBusOptions(command, 'a recording');
    else if (options.asOf !== undefined) throw new Error(OF_ARCHIVES);
    const bars = isRecording ? await recordedMarket(String(named[0]), options) : await namedMarket(named, options);
    const market = options.adjusted === undefined ? bars : await adjustedMarket(bars, options.adjusted);
    const written = isArrow ? await writeAsArrow(file, market) : await writeAsCsv(file, market);
    report(file, written, market, options);
  });
}

/** The file that is to be written. @throws Error where none is said, or it cannot be written */
async function requireTarget({ into, arrow, force, ...selection }: ExportOptions): Promise<string> {
  requireInOrder(selection);
  if (into !== undefined && typeof arrow === 'string')
    throw new Error('--into and --arrow both name a file: one is written at a time');
  const file = typeof arrow === 'string' ? arrow : into;
  if (file === undefined) throw new Error('say what is to be written: --into FILE.csv, or --into FILE.arrow');
  if (arrow !== undefined) requireArrowName(file);
  else if (!isArrowFile(file)) requireBarFileName(file);
  if (!force) await requireNew(file, 'it is there already, and --force replaces it');
  await requireWritable(file);
  return file;
}

/** The bars of an archive as they are, and of all else in the length that is wanted. */
async function namedMarket(named: readonly string[], { timeframe, ...options }: ExportOptions): Promise<OpenMarket> {
  const selection = { from: options.from, to: options.to, symbols: options.symbols };
  const asked = Object.fromEntries(Object.entries(selection).filter(([, value]) => value !== undefined));
  const said = { ...readingOf(options), ...asked, ...(options.actions === undefined ? {} : { actions: options.actions }) };
  const [first = ''] = named;
  const then = options.asOf === undefined ? {} : { asOf: options.asOf };
  if (isArchive(first))
    return openMarket(sourceOf({ bars: named, ...said, ...then, ...(timeframe === undefined ? {} : { timeframe }) }));
  if (options.asOf !== undefined) throw new Error(OF_ARCHIVES);
  if (first === SAMPLE && named.length === 1) {
    const { table, source } = loadSample(asked);
    return inLength({ bars: inOnePart(table), sources: [source], parameters: [] }, timeframe);
  }
  return inLength(await openMarket(sourceOf({ bars: named, ...said })), timeframe);
}

/** A view that is adjusted for what the actions of a market say. @throws Error where there are none to say it */
async function adjustedMarket(market: OpenMarket, view: View): Promise<OpenMarket> {
  const { actions } = market;
  if (actions === undefined) throw new Error('--adjusted needs to know what happened: say it with --actions FILE');
  return { ...market, bars: inOnePart(adjustedBars(await wholeTable(market.bars), actions, view)) };
}

async function inLength(market: OpenMarket, timeframe: ExportOptions['timeframe']): Promise<OpenMarket> {
  if (timeframe === undefined) return market;
  const { table, cutOff } = aggregateBars(await wholeTable(market.bars), timeframe);
  if (cutOff > 0) remark(`left out: ${count(cutOff)} ${timeframe} bars whose intervals begin before the bars or end after them`);
  return { ...market, bars: inOnePart(table) };
}

/** The bars of a recording that are wanted. */
async function recordedMarket(run: string, options: ExportOptions): Promise<OpenMarket> {
  const { table, ...market } = await withHome({ ...homeOptions(options), as: 'operator' }, async ({ bus }) => {
    await manifestOrFail(bus, run);
    const progress = progressBar('loading');
    return loadBars({ kind: 'recording', run }, () => Promise.resolve(bus), progress.at).finally(progress.done);
  });
  return inLength({ ...market, bars: inOnePart(selectBars(`recording ${run}`, table, options)) }, options.timeframe);
}

async function writeAsCsv(file: string, { bars }: OpenMarket): Promise<number> {
  const table = await wholeTable(bars);
  await writeBars(file, table);
  return table.count;
}

async function writeAsArrow(file: string, { bars, sources }: OpenMarket): Promise<number> {
  const progress = progressBar('writing');
  return writeArrow(file, bars, sources, progress.at).finally(progress.done);
}

function report(file: string, bars: number, market: OpenMarket, options: ExportOptions): void {
  const { symbols, timeframe, first, last } = market.bars;
  const [from, to] = [first, last].map((close) => newYorkDate(close));
  if (options.json) {
    printJson({ file, bars, symbols: symbols.length, timeframe, from, to });
    return;
  }
  printText(
    `${file}: ${count(bars)} ${timeframe} bars of ${count(symbols.length)} symbol${symbols.length === 1 ? '' : 's'}, from ${from} to ${to}`,
  );
  if (!isArrowFile(file)) remark(`npx aitrader backtest --bars ${file}   runs them through the stages`);
  else remark(`pyarrow.ipc.open_file('${file}').read_pandas()   reads them in Python`);
}
