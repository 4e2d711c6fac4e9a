import type { Command } from 'commander';
import type { Journaled } from '@aitrader/application-journal';
import { recordingNamed } from '@aitrader/application-recordings';
import { whoRuns, withHome } from '@aitrader/application-supervision';
import { runId } from '@aitrader/model';
import { busOptions, homeOptions, refuseBusOptions, type BusOptions } from '../bus-options.ts';
import { keepArchive, keepSweep } from '../kept-tables.ts';
import { onInterrupt } from '../interrupt.ts';
import { printJson, printText } from '../print.ts';
import { count, progressBar, remark } from '../terminal.ts';

interface JournalOptions extends BusOptions {
  readonly sweep?: string;
  readonly archive?: string;
  readonly follow: boolean;
  readonly anew: boolean;
  readonly json: boolean;
}

const MS = 1_000;

export function addJournal(program: Command): void {
  const command = program
    .command('journal')
    .summary('write a recording, a sweep or the catalogue of an archive into Postgres, to be asked in SQL')
    .description(
      "Writes what a recording says into the tables of a Postgres, from where it was left: of this folder's own, which is started, or of the one that DATABASE_URL names. Nothing that trades knows of it. Interrupted, repeated or run twice at once it comes to the same rows.",
    )
    .argument('[run]', 'the recording, as "aitrader runs" lists it')
    .option('--sweep <folder>', 'in place of a run: a sweep that "aitrader sweep --into" wrote, its folder or its sweep.json')
    .option(
      '--archive <archive>',
      'in place of a run: what an archive of bars consists of, its folder or azure://account/container[/prefix]',
    )
    .option('--follow', 'go on as the run does, until it is complete or Ctrl-C', false)
    .option('--anew', 'delete first what there is of it, and write all of it', false)
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (name: string | undefined, options: JournalOptions) => {
    const { sweep, archive } = options;
    if ([name, sweep, archive].filter((each) => each !== undefined).length !== 1)
      throw new Error('one of a run, --sweep and --archive is what is to be written');
    if (name !== undefined) {
      await journalRecording(name, options);
      return;
    }
    if (options.follow) throw new Error('--follow is for a run: nothing else goes on');
    refuseBusOptions(command, 'a run');
    const told = sweep === undefined ? await keepArchive(archive ?? '', options) : await keepSweep(sweep, options);
    if (options.json) printJson(told.told);
    else printText(told.text);
  });
}

async function journalRecording(name: string, options: JournalOptions): Promise<void> {
  // large, and of use to this command alone
  const [{ forgetRun, journalRun }, { openDatabase }] = await Promise.all([
    import('@aitrader/application-journal'),
    import('@aitrader/runtime-database'),
  ]);
  await withHome({ ...homeOptions(options), as: 'operator' }, async ({ bus, home }) => {
    await recordingNamed(bus, name);
    const run = runId(name);
    if (options.anew) {
      const database = await openDatabase({ home, onProgress: remark });
      try {
        await forgetRun(database, name);
      } finally {
        await database.close();
      }
    }
    const stop = new AbortController();
    void onInterrupt().then(() => stop.abort());
    const progress = progressBar('writing');
    const done = await journalRun({
      bus,
      run,
      follow: options.follow,
      stopped: stop.signal,
      open: () => openDatabase({ home, onProgress: remark }),
      isOver: async () => (await whoRuns({ bus, home }, run)) === undefined,
      onWritten: ({ seq, end }) => progress.at(end === 0 ? 1 : seq / end),
      onRetry: failedOnce(),
    }).finally(progress.done);
    if (options.json) printJson({ run, ...done, rowsPerSecond: rateOf(done) });
    else printText(textOf(name, done));
  });
}

/** Says what the database failed of, once for as long as it is the same. */
function failedOnce(): (error: unknown) => void {
  let told = '';
  return (error) => {
    const words = messageOf(error);
    if (words !== told) remark(`the database failed, and is tried again: ${words}`);
    told = words;
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const rateOf = ({ rows, busyMs }: Journaled): number | null => (rows === 0 ? null : Math.round((rows / busyMs) * MS));

function textOf(run: string, done: Journaled): string {
  const { from, to, rows } = done;
  if (from === to) return `${run} is written up to message ${count(to)}: there was nothing new`;
  return `${run}: ${count(rows)} rows of ${count(to - from)} messages, ${count(rateOf(done) ?? 0)} rows a second; written up to message ${count(to)}`;
}
