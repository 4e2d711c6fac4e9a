/**
 * A backup of a real Postgres, and what it was at an instant: rows, a backup, more rows, a table that is dropped, and back to before that.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { item, type RunId } from '@aitrader/model';
import { recordingInfo } from '@aitrader/runtime-bus';
import { archiveInto, copyBase, dataSourceOf, restoreBase, type OpenDatabase } from '@aitrader/runtime-database';
import { JOURNAL_MS_MAX, openJournalHome, recordSample, type JournalUnderTest } from '../testing/journal-under-test.ts';
import { contentOf, numberOf, type TableContent } from '../testing/table-content.ts';
import { journalRun, type Journaled } from './journal.ts';

type Content = Readonly<Record<string, TableContent>>;

let home: JournalUnderTest;
let folder: string;
let sample: RunId;
let last: number;
beforeAll(async () => {
  home = await openJournalHome();
  folder = mkdtempSync(path.join(tmpdir(), 'backup-'));
  // for the user whom Postgres runs as
  chmodSync(folder, 0o755);
  sample = await recordSample(home, 'backtest-recovery');
  last = (await recordingInfo(home.bus, sample)).state.last_seq;
}, JOURNAL_MS_MAX);
afterAll(async () => {
  await home.close();
  rmSync(folder, { recursive: true, force: true });
});

async function during<T>(work: (database: OpenDatabase) => Promise<T>): Promise<T> {
  const database = await home.openHere();
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
const asOwner = async <T>({ loginOf }: OpenDatabase, statement: string): Promise<readonly T[]> => {
  const source = await dataSourceOf(loginOf('owner')).initialize();
  try {
    return await source.query<T[]>(statement);
  } finally {
    await source.destroy();
  }
};
const now = async (database: OpenDatabase): Promise<Date> =>
  item(await asOwner<{ readonly at: Date }>(database, 'SELECT clock_timestamp() AS at'), 0).at;
const written = (): Promise<Content> => during(async (database) => contentOf(database, await numberOf(database, sample)));

/** Writes the run, all of it or its first batch. */
function write(all: boolean): Promise<Journaled> {
  const stop = new AbortController();
  return journalRun({
    bus: home.bus,
    run: sample,
    open: home.openHere,
    stopped: stop.signal,
    onWritten: () => void (all || stop.abort()),
  });
}

it(
  'is gone back to before a table was dropped, and to before most was written; the journal then comes to the same rows',
  async () => {
    await write(false);
    const part = await written();
    await archiveInto(home.home, folder);
    const afterPart = await during(async (database) => {
      await copyBase(home.home, Number(database.loginOf('owner').port), folder);
      return now(database);
    });
    expect((await write(true)).to).toBe(last);
    const whole = await written();
    expect(whole).not.toEqual(part);
    const beforeDrop = await during(async (database) => {
      const instant = await now(database);
      await asOwner(database, 'DROP TABLE trading.fills, trading.order_gates CASCADE');
      return instant;
    });
    await expect(written()).rejects.toThrow('does not exist');

    await restoreBase(home.home, folder, beforeDrop);
    expect(await written()).toEqual(whole);
    expect(await write(true)).toMatchObject({ from: last, rows: 0 });

    await restoreBase(home.home, folder, afterPart);
    expect(await written()).toEqual(part);
    expect(await write(true)).toMatchObject({ to: last });
    expect(await written()).toEqual(whole);
    // and it is backed up again
    await expect(archiveInto(home.home, folder)).rejects.toThrow('holds a backup already');
    await during(async () => expect(restoreBase(home.home, folder, undefined)).rejects.toThrow('in use by process'));
  },
  2 * JOURNAL_MS_MAX,
);
