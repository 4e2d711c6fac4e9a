import type { Command } from 'commander';
import {
  archiveListing,
  checkBars,
  compareBars,
  importFiles,
  type ArchiveListing,
  type ImportedFile,
} from '@aitrader/application-markets';
import { ACTIONS_OPTION, requireInOrder, selectionOptions, sourceOf, type SelectionOptions } from '../bar-options.ts';
import { agreementText, checkText } from '../check-text.ts';
import { openMarket } from '../load-market.ts';
import { readingOf, readingOptions, type ReadingFlags } from '../reading-options.ts';
import { printJson, printText } from '../print.ts';
import { count, progressBar, remark } from '../terminal.ts';

interface ImportOptions extends SelectionOptions, ReadingFlags {
  readonly into: string;
  readonly revise: boolean;
  readonly json: boolean;
}

type CheckOptions = SelectionOptions &
  ReadingFlags & { readonly actions?: string; readonly json: boolean; readonly against?: string[] };

/** The commands of `bars` that are about archives. */
export function addArchiveCommands(bars: Command): void {
  addImport(bars);
  addList(bars);
  addCheck(bars);
}

function addImport(bars: Command): void {
  const command = bars
    .command('import')
    .summary('take files into an archive')
    .description(
      'Takes bar files into an archive, Parquet files with a catalogue in a folder or in Azure Blob storage, which --bars takes and which is read without being held in memory. A file that the archive has is passed over, so that the same command goes on where it was stopped.',
    )
    .argument('<files...>', 'files as --bars takes them')
    .requiredOption('--into <archive>', 'its folder, or azure://account/container[/prefix]; made if it is not there')
    .option('--revise', 'take bars that differ from those held as later versions of them', false)
    .option('--json', 'print one JSON document on standard output', false);
  readingOptions(selectionOptions(command)).action(async (files: string[], options: ImportOptions) => {
    requireInOrder(options);
    const { json, into, revise, from, to, symbols, timeframe } = options;
    const request = { files, into, revise, from, to, symbols, timeframe, reading: readingOf(options) };
    const imported: ImportedFile[] = [];
    const progress = progressBar('importing');
    const onFile = (each: ImportedFile): void => {
      imported.push(each);
      progress.done();
      if (json) return;
      each.readings.forEach(remark);
      printText(importedText(each));
    };
    await importFiles(request, { onProgress: (_, share) => progress.at(share), onFile }).finally(progress.done);
    if (json) printJson({ archive: into, files: imported.map(importDocument) });
    else remark(`npx aitrader backtest --bars ${into}   runs them through the stages`);
  });
}

const importDocument = ({ file, isNew, entry }: ImportedFile): object => {
  const { sha256, shape, adjustment, timeframe, added, held, revised } = entry;
  return {
    file,
    isNew,
    sha256,
    shape,
    adjustment,
    timeframe,
    ...(isNew ? { added, held, revised } : { added: 0, held: 0, revised: 0 }),
  };
};

function importedText({ file, isNew, entry: { added, held, revised, timeframe } }: ImportedFile): string {
  if (!isNew) return `${file}: is in the archive`;
  const parts = [`${count(added)} ${timeframe} bars`];
  if (revised > 0) parts.push(`${count(revised)} later versions`);
  if (held > 0) parts.push(`${count(held)} that it had`);
  return `${file}: ${parts.join(', ')}`;
}

function addList(bars: Command): void {
  bars
    .command('list')
    .summary('list what an archive has')
    .description('Lists the symbols of an archive with their dates and numbers of bars, and where they came from.')
    .argument('<archive>', 'its folder, or azure://account/container[/prefix]')
    .option('--json', 'print one JSON document on standard output', false)
    .action(async (archive: string, { json }: { readonly json: boolean }) => {
      const listing = await archiveListing(archive);
      if (json) printJson(listing);
      else printText(listingText(listing));
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
    .option('--json', 'print one JSON document on standard output', false);
  command.option('--against <bars...>', 'another source of the same bars: where the two disagree, and what one has alone');
  readingOptions(selectionOptions(command)).action(async (named: string[], { json, against, ...selection }: CheckOptions) => {
    const market = await openMarket(sourceOf({ bars: named, ...selection }));
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
  });
}

const NOT_CLEAN = 1;
const MEGABYTE = 1e6;

function listingText({ archive, parts, bytes, bars, symbols, imports }: ArchiveListing): string {
  const head = `${archive}: ${count(bars)} bars of ${count(symbols.length)} series in ${count(parts)} files, ${(bytes / MEGABYTE).toFixed(1)} MB`;
  const rows = symbols.map(
    ({ symbol, timeframe, from, to, bars: own, adjustment }) =>
      `${symbol.padEnd(16)} ${timeframe.padEnd(3)}  ${from} – ${to}  ${count(own).padStart(11)} bars  ${adjustment}`,
  );
  const sources = imports.map(
    ({ name, shape, at, added, revised }) =>
      `${name}: ${shape}, ${count(added)} bars${revised > 0 ? ` and ${count(revised)} later versions` : ''}, imported ${new Date(at).toISOString().slice(0, 19)}Z`,
  );
  return [head, '', ...rows, '', ...sources].join('\n');
}
