import { readSweep, type KeptSweep } from '@aitrader/application-sweep';
import { homeOf, makeHome } from '@aitrader/application-supervision';
import type { OpenDatabase } from '@aitrader/runtime-database';
import { count, remark } from './terminal.ts';

/** What was written, as it is printed: as JSON, and in a sentence. */
interface Told {
  readonly told: object;
  readonly text: string;
}

/** What an option of the commands that make such things says. */
export const JOURNAL_OPTION = ['--journal', 'write it into Postgres, too, as "aitrader journal" does', false] as const;

/** `anew`: what there is of it is deleted first. */
interface KeepOptions {
  readonly anew: boolean;
}

/** Writes the sweep of a file or folder into Postgres. @throws ConfigurationError, AlreadyOtherwise; what the server throws */
export const keepSweep = async (place: string, options: KeepOptions): Promise<Told> =>
  keepReadSweep(await readSweep(place), options);

/** Writes a sweep that is at hand. @throws AlreadyOtherwise; what the server throws */
export async function keepReadSweep(kept: KeptSweep, { anew }: KeepOptions = { anew: false }): Promise<Told> {
  const { forgetSweep, journalSweep } = await import('@aitrader/application-journal');
  const { file, sweep } = kept;
  const { sweepId, isNew } = await inDatabase(async (database) => {
    if (anew) await forgetSweep(database, sweep);
    return journalSweep(database, kept);
  });
  const trials = sweep.trials.length;
  const name = file ?? 'the sweep';
  return {
    told: { file: file ?? null, sweep: sweepId, isNew, trials },
    text: isNew
      ? `${name}: sweep ${sweepId} of ${count(trials)} trials is written`
      : `${name} is written, as sweep ${sweepId}: there was nothing new`,
  };
}

/** Writes what an archive consists of into Postgres. @throws ArchiveError, AlreadyOtherwise; what the server throws */
export async function keepArchive(given: string, { anew }: KeepOptions = { anew: false }): Promise<Told> {
  const { forgetArchive, journalArchive } = await import('@aitrader/application-journal');
  const done = await inDatabase(async (database) => {
    if (anew) await forgetArchive(database, given);
    return journalArchive(database, given);
  });
  const { address, added, parts } = done;
  return {
    told: done,
    text:
      added === 0
        ? `${address} is written, ${filesText(parts)}: there was nothing new`
        : `${address}: ${filesText(added)} written, ${count(parts)} there now`,
  };
}

const filesText = (files: number): string => `${count(files)} ${files === 1 ? 'file' : 'files'}`;

async function inDatabase<T>(work: (database: OpenDatabase) => Promise<T>): Promise<T> {
  // large, and of use where something is written alone
  const { openDatabase } = await import('@aitrader/runtime-database');
  const home = homeOf(process.env);
  makeHome(home);
  const database = await openDatabase({ home, onProgress: remark });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
