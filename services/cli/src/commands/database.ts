import path from 'node:path';
import type { Command } from 'commander';
import { homeOf, makeHome } from '@aitrader/application-supervision';
import { onInterrupt } from '../interrupt.ts';
import { printText } from '../print.ts';
import { remark } from '../terminal.ts';

export function addDatabase(program: Command): void {
  program
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
}

/** Until somebody ends it: nothing else keeps the process up. */
async function held(): Promise<void> {
  const alive = setInterval(() => undefined, 1 << 30);
  await onInterrupt();
  clearInterval(alive);
}
