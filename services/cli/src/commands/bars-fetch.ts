import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  ADJUSTMENTS_TO_FETCH,
  fetchActions,
  fetchBars,
  importActions,
  isArchiveTarget,
  keepFetched,
  keyVariablesOf,
  TIMEFRAMES_TO_FETCH,
  VENDORS,
  vendorSymbols,
  type FetchedBars,
  type FetchRequest,
  type KeptBars,
  type VendorOutside,
} from '@aitrader/application-markets';
import { homeOf } from '@aitrader/application-supervision';
import { withKeys } from '@aitrader/runtime-configuration';
import { dateProblem } from '@aitrader/core-sessions';
import type { Ticker } from '@aitrader/model';
import { requireNew, requireWritable, writeAtomically } from '@aitrader/runtime-storage';
import { actionCountsText } from '../action-counts.ts';
import { requireInOrder } from '../bar-options.ts';
import { printJson, printText } from '../print.ts';
import { count, progressBar, remark } from '../terminal.ts';

interface FetchOptions extends FetchRequest {
  readonly actions: boolean;
  readonly into: string;
  readonly force: boolean;
  readonly revise: boolean;
  readonly json: boolean;
}

const RAW = 'raw';

function symbols(text: string, before: readonly Ticker[] = []): readonly Ticker[] {
  try {
    return [...before, ...vendorSymbols(text)];
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function date(text: string): string {
  const problem = dateProblem(text);
  if (problem !== undefined) throw new InvalidArgumentError(`It ${problem}.`);
  return text;
}

/** `bars fetch`: a vendor's history, or what it knows of corporate actions, into a file or an archive. */
export function addBarsFetch(bars: Command): void {
  const command = bars
    .command('fetch')
    .summary("write a vendor's history as CSV, or corporate actions as JSON")
    .description(
      "Fetches a vendor's history and writes it as a file that --bars takes; or corporate actions, as one that --actions takes. What the vendor said is kept, so that the same command goes on where it was interrupted.",
    )
    .addOption(new Option('--vendor <vendor>', 'whose history').choices(VENDORS).makeOptionMandatory())
    .option(
      '--actions',
      'in place of bars what companies did to their shares: splits, dividends, changes of symbol (Alpaca)',
      false,
    )
    .requiredOption('--symbols <list>', 'these symbols, comma-separated', symbols)
    .requiredOption('--from <date>', 'first New York date, YYYY-MM-DD', date)
    .requiredOption('--to <date>', 'last New York date, YYYY-MM-DD', date)
    .addOption(new Option('--timeframe <timeframe>', 'length of the bars').choices(TIMEFRAMES_TO_FETCH).default('1m'))
    .option('--feed <feed>', "where prices come from: one of the vendor's feeds; Alpaca: sip, iex or boats")
    .addOption(new Option('--adjustment <what>', 'what prices are adjusted for').choices(ADJUSTMENTS_TO_FETCH))
    .option('--as-of <date>', 'Alpaca: whose symbols these are; FB of 2021 is not the FB of today', date)
    .requiredOption(
      '--into <target>',
      'a file, its name ending in .csv or .csv.gz (of actions in .json), or the folder of an archive',
    )
    .option('--force', 'replace the file if it is there', false)
    .option('--revise', 'archive: take what differs from what is held as later versions of it', false)
    .option('--json', 'print one JSON document on standard output', false);
  command.action(async (options: FetchOptions) => {
    requireInOrder(options);
    if (options.actions) await fetchActionsInto(command, options);
    else await fetchBarsInto(options);
  });
}

const outside = async ({ vendor }: Pick<FetchOptions, 'vendor'>): Promise<VendorOutside> => ({
  env: await withKeys(process.env, keyVariablesOf([vendor])),
  now: Date.now,
  sleep: async (ms) => sleep(ms),
  random: Math.random,
  rawFolder: path.join(homeOf(process.env), RAW),
});

async function fetchBarsInto(options: FetchOptions): Promise<void> {
  const { into, revise, json } = options;
  await requireTarget(options);
  const progress = progressBar('fetching');
  const fetched = await fetchBars(options, await outside(options), progress.at).finally(progress.done);
  const kept = await keepFetched(into, fetched, { revise, now: Date.now });
  report(into, fetched, kept, json);
}

/** Options that are about bars alone. */
const OF_BARS = ['timeframe', 'feed', 'adjustment', 'asOf'];

async function fetchActionsInto(command: Command, options: FetchOptions): Promise<void> {
  const { vendor, into, json } = options;
  const stray = command.options.find(
    (option) => OF_BARS.includes(option.attributeName()) && command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (stray !== undefined) throw new Error(`${stray.long ?? ''} is about bars, and --actions fetches none`);
  if (vendor !== 'alpaca') throw new Error(`--vendor ${vendor}: corporate actions are told by Alpaca alone`);
  const isArchive = isArchiveAddress(into);
  if (isArchive) requireArchiveOptions(options);
  else await requireActionsFile(options);
  const progress = progressBar('fetching');
  const { text, read, answers } = await fetchActions(options, await outside(options), progress.at).finally(progress.done);
  const name = "alpaca's corporate actions.json";
  const kept = isArchive
    ? await importActions({ into, name, bytes: Buffer.from(text), revise: options.revise, now: Date.now() })
    : await writeAtomically(into, text);
  const { actions, ends } = read;
  if (json) {
    const counts = kept === undefined ? {} : kept.counts;
    printJson({ into, actions: actions.length, notFollowed: ends.length, ...counts, symbols: options.symbols, vendor, answers });
    return;
  }
  const notFollowed = ends.length === 0 ? '' : `, and ${count(ends.length)} that no run follows`;
  printText(
    kept === undefined
      ? `${into}: ${count(actions.length)} corporate actions${notFollowed}`
      : `${into}: ${actionCountsText(kept.counts)}`,
  );
  if (answers.kept > 0) remark(keptText(answers));
  remark(`npx aitrader backtest --bars ${isArchive ? into : `FILES --actions ${into}`}   follows them`);
}

const isArchiveAddress = (into: string): boolean => into.includes('://') || path.extname(into) === '';

async function requireActionsFile({ into, force, revise }: FetchOptions): Promise<void> {
  if (path.extname(into) !== '.json')
    throw new Error(
      `${into}: corporate actions go into a file whose name ends in .json, or into an archive, a folder without an ending`,
    );
  if (revise) throw new Error(OF_ARCHIVES);
  if (!force) await requireNew(into, IS_THERE);
  await requireWritable(into);
}

const keptText = ({ asked, kept }: FetchedBars['answers']): string =>
  `${count(kept)} of ${count(kept + asked)} answers were kept from before`;

const OF_ARCHIVES = '--revise is for archives: --force replaces a file';
const IS_THERE = 'it is there already, and --force replaces it';

function requireArchiveOptions({ force }: FetchOptions): void {
  if (force) throw new Error('--force replaces a file: an archive takes later versions of what it has with --revise');
}

/** @throws Error for a target that cannot take the bars, and an option that it would not follow */
async function requireTarget(options: FetchOptions): Promise<void> {
  const { into, force, revise } = options;
  if (isArchiveTarget(into)) {
    requireArchiveOptions(options);
    return;
  }
  if (revise) throw new Error(OF_ARCHIVES);
  if (!force) await requireNew(into, IS_THERE);
  await requireWritable(into);
}

function report(into: string, { table, ...fetched }: FetchedBars, kept: KeptBars, json: boolean): void {
  const { vendor, feed, adjustment } = fetched;
  const { count: bars, symbols, timeframe } = table;
  if (json) {
    printJson({ into, bars, symbols: symbols.length, timeframe, ...kept, ...fetched });
    return;
  }
  const source = `${vendor} ${feed}, ${adjustment === 'raw' ? 'prices as traded' : `adjusted: ${adjustment}`}`;
  printText(
    `${into}: ${count(bars)} ${timeframe} bars of ${count(symbols.length)} symbol${symbols.length === 1 ? '' : 's'}, ${source}`,
  );
  if (kept.held > 0) remark(`${count(kept.held)} of them were there already`);
  if (kept.revised > 0) remark(`${count(kept.revised)} of them are later versions of bars that were there`);
  remarks(fetched);
  remark(`npx aitrader backtest --bars ${into}   runs them through the stages`);
}

/** What else is to be known of a fetch. */
function remarks({ vendor, answers, leftOut, upTo, clockSkewMs }: Omit<FetchedBars, 'table'>): void {
  for (const [reason, times] of Object.entries(leftOut)) remark(`left out: ${count(times)} ${reason}`);
  if (upTo !== null) remark(`up to ${new Date(upTo).toISOString()}: later bars are not to be had yet`);
  if (answers.kept > 0) remark(keptText(answers));
  if (clockSkewMs !== null && Math.abs(clockSkewMs) > SKEW_MS_MAX)
    remark(
      `the clock of ${vendor} is ${count(Math.abs(clockSkewMs))} ms ${clockSkewMs > 0 ? 'ahead of' : 'behind'} this machine's`,
    );
}

/** Beyond what the header's whole seconds and a slow answer make. */
const SKEW_MS_MAX = 2000;
