import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import {
  importActions,
  importFiles,
  importRecording,
  type ImportedFile,
  type ImportedRecording,
} from '@aitrader/application-markets';
import { manifestOrFail } from '@aitrader/application-recordings';
import { listRunStates, withHome } from '@aitrader/application-supervision';
import { ioProblem } from '@aitrader/runtime-storage';
import { actionCountsText } from '../action-counts.ts';
import { requireInOrder, selectionOptions, type SelectionOptions } from '../bar-options.ts';
import { busOptions, homeOptions, refuseBusOptions, type BusOptions } from '../bus-options.ts';
import { JOURNAL_OPTION, keepArchive } from '../kept-tables.ts';
import { printJson, printText } from '../print.ts';
import { readingFlag, readingOf, readingOptions, type ReadingFlags } from '../reading-options.ts';
import { isRecordingName } from '../recording-name.ts';
import { count, progressBar, remark } from '../terminal.ts';

interface ImportOptions extends SelectionOptions, ReadingFlags, BusOptions {
  readonly into: string;
  readonly feed?: string;
  readonly actions?: string;
  readonly revise: boolean;
  readonly journal: boolean;
  readonly json: boolean;
}

/** `bars import`: files, or what recordings knew, into an archive. */
export function addBarsImport(bars: Command): void {
  const command = bars
    .command('import')
    .summary('take files, or the bars of recordings, into an archive')
    .description(
      'Takes bar files into an archive, Parquet files with a catalogue in a folder or in Azure Blob storage, which --bars takes and which is read without being held in memory. A file that the archive has is passed over, so that the same command goes on where it was stopped. Of a recording of a live market all versions of each bar are taken: what was known before the archive was told goes below what it was told.',
    )
    .argument('[sources...]', 'files as --bars takes them, or recordings, as "aitrader runs" lists them')
    .requiredOption('--into <archive>', 'its folder, or azure://account/container[/prefix]; made if it is not there')
    .option('--revise', 'take bars that differ from those held as later versions of them', false)
    .option('--actions <file>', 'corporate actions, to be kept beside the bars: runs over the archive follow them')
    .option('--feed <feed>', 'of a recording with bars of several feeds: which are meant, such as alpaca/sip')
    .option(...JOURNAL_OPTION)
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(readingOptions(selectionOptions(command))).action(async (sources: string[], options: ImportOptions) => {
    await take(command, sources, options);
    if (options.journal) remark((await keepArchive(options.into)).text);
  });
}

async function take(command: Command, sources: readonly string[], options: ImportOptions): Promise<void> {
  if (options.actions !== undefined) {
    requireAlone(command, sources);
    await takeActions(options.actions, options);
    return;
  }
  if (sources.length === 0)
    throw new Error('say what is to be imported: files, recordings, or corporate actions with --actions FILE');
  if (sources.every(isRecordingName)) {
    await takeRecordings(sources, options);
    return;
  }
  refuseBusOptions(command, 'recordings');
  if (options.feed !== undefined) throw new Error('--feed is about recordings: a file does not say its feed');
  await takeFiles(sources, options);
}

const WITH_ACTIONS = ['actions', 'into', 'revise', 'journal', 'json'];

/** @throws Error for bars beside actions, and for an option that is about bars */
function requireAlone(command: Command, sources: readonly string[]): void {
  const stray = command.options.find((option) => {
    const name = option.attributeName();
    return !WITH_ACTIONS.includes(name) && command.getOptionValueSource(name) === 'cli';
  });
  if (sources.length > 0 || stray !== undefined)
    throw new Error(`--actions is imported alone: leave out ${stray?.long ?? sources.join(', ')}`);
}

async function takeActions(file: string, { into, revise, json }: ImportOptions): Promise<void> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new Error(`${file}: ${ioProblem(cause)}`, { cause });
  });
  const { isNew, sha256, counts } = await importActions({ into, name: file, bytes, revise, now: Date.now() });
  if (json) printJson({ archive: into, actions: { file, isNew, sha256, ...counts } });
  else {
    printText(`${file}: ${actionCountsText(counts)}`);
    remark(runsText(into));
  }
}

async function takeFiles(files: readonly string[], options: ImportOptions): Promise<void> {
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
  else remark(runsText(into));
}

const runsText = (archive: string): string => `npx aitrader backtest --bars ${archive}   runs them through the stages`;

async function takeRecordings(runs: readonly string[], options: ImportOptions): Promise<void> {
  requireWhole(options);
  const { json, into, revise, feed } = options;
  const imported: ImportedRecording[] = [];
  await withHome(homeOptions(options), async (open) => {
    for (const run of runs) await manifestOrFail(open.bus, run);
    const going = (await listRunStates(open)).find(({ run, state }) => state === 'running' && runs.includes(run));
    if (going !== undefined) throw new Error(`${going.run} is going on; end it first`);
    for (const run of runs) {
      const progress = progressBar('importing');
      const request = { run, into, feed, revise, now: Date.now };
      const each = await importRecording(open.bus, request, progress.at).finally(progress.done);
      imported.push(each);
      if (each.cutShort !== undefined) remark(`the rest is left out: ${each.cutShort}`);
      if (!json) printText(recordingText(each));
    }
  });
  if (json) printJson({ archive: into, recordings: imported.map(recordingDocument) });
  else remark(runsText(into));
}

/** @throws Error for an option that is about files */
function requireWhole({ from, to, symbols, timeframe, ...options }: ImportOptions): void {
  const said = { from, to, symbols, timeframe, ...readingOf(options) };
  const [name] = Object.entries(said).flatMap(([option, value]) => (value === undefined ? [] : [option]));
  if (name !== undefined) throw new Error(`${readingFlag(name)} is about files: of a recording all bars are taken as they are`);
}

const recordingDocument = ({ run, feed, isNew, entry }: ImportedRecording): object => {
  const { sha256, adjustment, timeframe, known, added, held, revised } = entry;
  const taken = isNew ? { added, held, revised } : { added: 0, held: 0, revised: 0 };
  return { run, isNew, sha256, feed, adjustment, timeframe, known: known ?? null, ...taken };
};

function recordingText({ run, feed, isNew, entry: { added, held, revised, timeframe } }: ImportedRecording): string {
  if (!isNew) return `${run}: is in the archive`;
  const parts = [`${count(added)} ${timeframe} bars of ${feed}`];
  if (revised > 0) parts.push(`${count(revised)} other versions`);
  if (held > 0) parts.push(`${count(held)} that it had`);
  return `${run}: ${parts.join(', ')}`;
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
