import type { Command } from 'commander';
import {
  archiveListing,
  checkBars,
  compactBars,
  compareBars,
  type ArchiveListing,
  type AsOf,
} from '@aitrader/application-markets';
import { ACTIONS_OPTION, AS_OF_OPTION, selectionOptions, sourceOf, type SelectionOptions } from '../bar-options.ts';
import { actionCountsText } from '../action-counts.ts';
import { addBarsImport } from './bars-import.ts';
import { agreementText, checkText } from '../check-text.ts';
import { openMarket } from '../load-market.ts';
import { readingOptions, type ReadingFlags } from '../reading-options.ts';
import { JOURNAL_OPTION, keepArchive } from '../kept-tables.ts';
import { printJson, printText } from '../print.ts';
import { count, progressBar, remark } from '../terminal.ts';

type CheckOptions = SelectionOptions &
  ReadingFlags & { readonly actions?: string; readonly asOf?: AsOf; readonly json: boolean; readonly against?: string[] };

/** The commands of `bars` that are about archives. */
export function addArchiveCommands(bars: Command): void {
  addBarsImport(bars);
  addList(bars);
  addCompact(bars);
  addCheck(bars);
}

function addList(bars: Command): void {
  bars
    .command('list')
    .summary('list what an archive has')
    .description('Lists the symbols of an archive with their dates and numbers of bars, and where they came from.')
    .argument('<archive>', 'its folder, or azure://account/container[/prefix]')
    .option(...AS_OF_OPTION)
    .option('--json', 'print one JSON document on standard output', false)
    .action(async (archive: string, { json, asOf }: { readonly json: boolean; readonly asOf?: AsOf }) => {
      const listing = await archiveListing(archive, asOf);
      if (json) printJson(listing);
      else printText(listingText(listing));
    });
}

function addCompact(bars: Command): void {
  bars
    .command('compact')
    .summary('join the small files of an archive')
    .description(
      'Joins the small files of each month of an archive, or year of daily bars, as many imports leave them, into one that is read in their place. They stay for what was known then; what a run gets, and its source, are the same. It may be stopped at any moment and begun again.',
    )
    .argument('<archive>', 'its folder, or azure://account/container[/prefix]')
    .option(...JOURNAL_OPTION)
    .option('--json', 'print one JSON document on standard output', false)
    .action(async (archive: string, { json, journal }: { readonly json: boolean; readonly journal: boolean }) => {
      const progress = progressBar('joining');
      const { before, after } = await compactBars(archive, progress.at).finally(progress.done);
      if (json) printJson({ archive, before, after });
      else printText(`${archive}: ${count(before)} files to read before, ${count(after)} now`);
      if (journal) remark((await keepArchive(archive)).text);
    });
}

function addCheck(bars: Command): void {
  const command = bars
    .command('check')
    .summary('look for what is missing and what is suspect')
    .description(
      'Reads bars through and holds them against the calendar: how much of regular hours each symbol and each session has, the longest gap of each symbol and whether others traded meanwhile, suspect and quarantined bars with their reasons, bars of the future, and jumps that look like splits. Every file of an archive is read and held against its hash. The exit code is 1 unless every bar is good and no session without bars.',
    )
    .argument('<bars...>', 'an archive, files or "sample", as --bars takes them')
    .option(...ACTIONS_OPTION)
    .option(...AS_OF_OPTION)
    .option('--json', 'print one JSON document on standard output', false);
  command.option('--against <bars...>', 'another source of the same bars: where the two disagree, and what one has alone');
  readingOptions(selectionOptions(command)).action(
    async (named: string[], { json, against, asOf, ...selection }: CheckOptions) => {
      const then = asOf === undefined ? {} : { asOf };
      const market = await openMarket(sourceOf({ bars: named, ...selection, ...then }));
      const other = against === undefined ? undefined : await openMarket(sourceOf({ bars: against, ...selection }));
      const progress = progressBar('checking');
      const check = await checkBars(market.bars, Date.now(), progress.at, market.actions).finally(progress.done);
      const agreement = other === undefined ? undefined : await compareBars(market.bars, other.bars);
      if (json) printJson({ ...check, ...(agreement === undefined ? {} : { against: agreement }) });
      else {
        printText(checkText(named.join(', '), check));
        if (agreement !== undefined) printText(agreementText((against ?? []).join(', '), agreement));
      }
      if (!check.isClean || (agreement !== undefined && agreement.apart + agreement.outside > 0)) process.exitCode = NOT_CLEAN;
    },
  );
}

const NOT_CLEAN = 1;
const MEGABYTE = 1e6;

function listingText({ archive, parts, bytes, bars, symbols, imports, actions }: ArchiveListing): string {
  const head = `${archive}: ${count(bars)} bars of ${count(symbols.length)} series in ${count(parts)} files, ${(bytes / MEGABYTE).toFixed(1)} MB`;
  const rows = symbols.map(
    ({ symbol, timeframe, from, to, bars: own, adjustment }) =>
      `${symbol.padEnd(16)} ${timeframe.padEnd(3)}  ${from} – ${to}  ${count(own).padStart(11)} bars  ${adjustment}`,
  );
  const sources = imports.map(
    ({ name, shape, at, known, added, revised, versions }) =>
      `${name}: ${shape}${versions.length === 0 ? '' : ` (${versions.map((version) => `v${version}`).join(', ')})`}, ${count(added)} bars${versionsText(revised, known !== undefined)}, ${known === undefined ? '' : `known from ${timeText(known.from)} to ${timeText(known.to)}, `}imported ${timeText(at)}`,
  );
  const files = actions.map(({ name, at, ...counts }) => `${name}: ${actionCountsText(counts)}, imported ${timeText(at)}`);
  return [head, '', ...rows, '', ...sources, ...files].join('\n');
}

const timeText = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
/** Of a recording some may be later than what was there, and others earlier. */
const versionsText = (versions: number, isRecorded: boolean): string =>
  versions === 0 ? '' : ` and ${count(versions)} ${isRecorded ? 'other' : 'later'} versions`;
