/**
 * A real Postgres that is stopped, full, slow, or refuses: what is written in the end is what was recorded. That it is killed, and that sessions are
 * ended under the journal, is in journal.int.spec.ts.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { item, type RunId } from '@aitrader/model';
import { foreignHandle, recordingInfo } from '@aitrader/runtime-bus';
import { dataSourceOf, type OpenDatabase } from '@aitrader/runtime-database';
import { JOURNAL_MS_MAX, openJournalHome, recordSample, type JournalUnderTest } from '../testing/journal-under-test.ts';
import { contentOf, numberOf, type TableContent } from '../testing/table-content.ts';
import { forgetRun } from './forget.ts';
import { journalRun, type JournalOptions } from './journal.ts';

const DISK_MEGABYTES = 300;
const STOPS = 3;
const REFUSALS = 3;
type Content = Readonly<Record<string, TableContent>>;

describe('a journal whose Postgres fails', () => {
  let home: JournalUnderTest;
  let postgres: string;
  let isMounted: boolean;
  let sample: RunId;
  let last: number;
  let whole: Content;
  let database: OpenDatabase;
  beforeAll(async () => {
    home = await openJournalHome();
    postgres = path.join(home.home, 'postgres');
    mkdirSync(postgres);
    isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MEGABYTES}m`, 'tmpfs', postgres]).status === 0;
    sample = await recordSample(home, 'backtest-faults');
    last = (await recordingInfo(home.bus, sample)).state.last_seq;
    await journalRun({ bus: home.bus, run: sample, open: home.openHere });
    const first = await home.openHere();
    whole = await contentOf(first, await numberOf(first, sample));
    await first.close();
  }, JOURNAL_MS_MAX);
  beforeEach(async () => {
    database = await home.openHere();
    await forgetRun(database, sample);
  }, JOURNAL_MS_MAX);
  afterEach(() => database.close());
  afterAll(async () => {
    if (isMounted) spawnSync('umount', ['-l', postgres]);
    await home.close();
  });

  /** Writes the run for as long as it takes. Returns what failed on the way. */
  async function write(options: Partial<JournalOptions> = {}): Promise<readonly unknown[]> {
    const failures: unknown[] = [];
    const { onRetry, ...others } = options;
    const told = (error: unknown): void => {
      failures.push(error);
      onRetry?.(error);
    };
    const done = await journalRun({ bus: home.bus, run: sample, open: home.openHere, patient: true, ...others, onRetry: told });
    expect(done.to).toBe(last);
    const after = await home.openHere();
    expect(await contentOf(after, await numberOf(after, sample))).toEqual(whole);
    await after.close();
    return failures;
  }
  const asOwner = async (work: (source: OpenDatabase['source']) => Promise<unknown>): Promise<void> => {
    const source = await dataSourceOf(database.loginOf('owner')).initialize();
    try {
      await work(source);
    } finally {
      await source.destroy();
    }
  };

  it(
    'is exact after it was stopped again and again',
    async () => {
      let stops = 0;
      const failures = await write({
        onWritten: ({ seq, end }) => {
          if (stops >= STOPS || seq === end) return;
          stops += 1;
          const record = path.join(postgres, item(readdirSync(postgres), 0), 'server.json');
          foreignHandle((JSON.parse(readFileSync(record, 'utf8')) as { readonly pid: number }).pid).signal('SIGINT');
        },
      });
      expect([stops, failures.length > 0]).toEqual([STOPS, true]);
      await database.close();
      database = await home.openHere();
    },
    JOURNAL_MS_MAX,
  );

  // serialisation, deadlock, a lock that is not had, a full disk, too many connections, a server that shuts down, a connection that is lost
  it.each(['40001', '40P01', '55P03', '53100', '53300', '57P01', '08006'])(
    'is exact after the server has refused what it wrote with %s',
    async (code) => {
      await asOwner(async (source) => {
        await source.query('CREATE SEQUENCE journal.refusals');
        await source.query('GRANT USAGE ON SEQUENCE journal.refusals TO aitrader_journal');
        // a sequence goes on whatever becomes of the transaction
        await source.query(`CREATE FUNCTION journal.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF nextval('journal.refusals') <= ${REFUSALS} THEN RAISE EXCEPTION 'refused' USING ERRCODE = '${code}'; END IF; RETURN NEW; END $$`);
        await source.query(
          'CREATE TRIGGER refusing BEFORE INSERT ON trading.orders FOR EACH ROW EXECUTE FUNCTION journal.refuse()',
        );
      });
      try {
        expect(await write()).toHaveLength(REFUSALS);
      } finally {
        await asOwner(async (source) => {
          await source.query('DROP TRIGGER refusing ON trading.orders');
          await source.query('DROP FUNCTION journal.refuse()');
          await source.query('DROP SEQUENCE journal.refusals');
        });
      }
    },
    JOURNAL_MS_MAX,
  );

  it(
    'is exact after another session has held a table for longer than it waits',
    async () => {
      const failures: unknown[] = [];
      await asOwner(async (source) => {
        const holder = source.createQueryRunner();
        await holder.startTransaction();
        await holder.query('LOCK TABLE trading.fills IN ACCESS EXCLUSIVE MODE');
        const letGo = Promise.withResolvers<void>();
        const holding = letGo.promise.then(() => holder.rollbackTransaction());
        failures.push(...(await write({ onRetry: () => letGo.resolve() })));
        await holding;
        await holder.release();
      });
      expect(failures.map((error) => (error as { readonly driverError?: { readonly code?: string } }).driverError?.code)).toEqual(
        ['55P03'],
      );
    },
    JOURNAL_MS_MAX,
  );

  it(
    'is exact after its disk was full',
    async () => {
      if (!isMounted) {
        console.warn('left out: a disk that is really full, since this machine lets us mount no small disk');
        return;
      }
      const filler = path.join(postgres, 'filler');
      let isFull = false;
      const failures = await write({
        onWritten: () => {
          if (isFull) return;
          isFull = true;
          const { bavail, bsize } = statfsSync(postgres);
          writeFileSync(filler, new Uint8Array(bavail * bsize));
        },
        onRetry: () => rmSync(filler, { force: true }),
      });
      expect(failures.length).toBeGreaterThan(0);
      await database.close();
      database = await home.openHere();
    },
    JOURNAL_MS_MAX,
  );
});
