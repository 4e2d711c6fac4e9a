import path from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { homeOf, makeHome } from '@aitrader/application-supervision';
import { onInterrupt } from '../interrupt.ts';
import { printText } from '../print.ts';
import { remark } from '../terminal.ts';

export function addDatabase(program: Command): void {
  const command = program
    .command('database')
    .summary('keep the Postgres of this folder up, and say how it is asked')
    .description(
      'Starts the Postgres that "aitrader journal" writes into, brings its tables up to this program\'s, says how to look into it, and keeps it up until Ctrl-C. With DATABASE_URL it brings that one\'s tables up, and ends.',
    )
    .action(async () => {
      const { openDatabase } = await import('@aitrader/runtime-database');
      const home = homeOf(process.env);
      makeHome(home);
      const database = await openDatabase({ home, onProgress: remark });
      try {
        const { host, port, user, database: name } = database.loginOf('console');
        if (database.origin === 'external') {
          remark(`the tables at ${host}:${port} are those of this program`);
          return;
        }
        const key = path.join(home, 'keys', 'database-console.key');
        printText(`PGPASSWORD="$(cat '${key}')" psql -h ${host} -p ${port} -U ${user} ${name}`);
        remark('Ctrl-C ends it');
        await held();
      } finally {
        await database.close();
      }
    });
  addBackups(command);
}

function addBackups(command: Command): void {
  command
    .command('backup')
    .summary('copy the Postgres of this folder, and archive its log from then on')
    .description(
      'Copies the data of the Postgres of this folder into another one, while nobody else uses it, and lets its log be archived there from then on, so that it can be gone back to any instant after that.',
    )
    .requiredOption('--into <folder>', 'an empty folder, or one that is made')
    .action(async ({ into }: { readonly into: string }) => {
      const { archiveInto, copyBase, openDatabase } = await import('@aitrader/runtime-database');
      const home = homeOf(process.env);
      refuseNamed();
      makeHome(home);
      await archiveInto(home, into);
      const database = await openDatabase({ home, onProgress: remark });
      try {
        printText(await copyBase(home, database.loginOf('owner').port, into));
      } finally {
        await database.close();
      }
      remark(`what is written from now on is archived in ${into}, too`);
    });
  command
    .command('restore')
    .summary('put a backup in the place of the Postgres of this folder')
    .description(
      'Puts a backup in the place of the data of the Postgres of this folder, as they were at an instant or up to the end of the archived log. What was there is moved aside. Runs are then written on from where they stood.',
    )
    .requiredOption('--from <folder>', 'the folder of the backup')
    .option(
      '--until <instant>',
      'an instant behind the backup, as 2026-11-30T21:06:55Z; the last transaction by then is the last one',
      instant,
    )
    .action(async ({ from, until }: { readonly from: string; readonly until?: Date }) => {
      const { openDatabase, restoreBase } = await import('@aitrader/runtime-database');
      const home = homeOf(process.env);
      refuseNamed();
      makeHome(home);
      const before = await restoreBase(home, from, until);
      if (before !== undefined) remark(`what was there is in ${before}`);
      const database = await openDatabase({ home, onProgress: remark });
      await database.close();
      printText('restored');
    });
}

function instant(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError('must be an instant, as 2026-11-30T21:06:55Z');
  return at;
}

/** @throws Error where DATABASE_URL names another server: its backups are its own business */
function refuseNamed(): void {
  if ((process.env['DATABASE_URL'] ?? '').trim() !== '')
    throw new Error('DATABASE_URL names a server of its own: back it up there; this is for the one of this folder');
}

/** Until somebody ends it: nothing else keeps the process up. */
async function held(): Promise<void> {
  const alive = setInterval(() => undefined, 1 << 30);
  await onInterrupt();
  clearInterval(alive);
}
