/**
 * A home's own Postgres: started once, shared, taken over, started again after a kill; and who may do what in it.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { foreignHandle } from '@aitrader/runtime-bus';
import { DATABASE_MS_MAX, newDatabaseHome, openAt } from '../testing/database-under-test.ts';
import { dataSourceOf } from './data-source.ts';
import { openDatabase, type OpenDatabase } from './database.ts';
import type { DatabaseLogin } from './login.ts';
import { migrateDown, migrateUp, migrationsIn } from './migrating.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { embeddedBinaries } from './server/binaries.ts';
import { databaseFiles, readDatabaseRecord } from './server/database-files.ts';
import type { Role } from './roles.ts';

const TABLES = `SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
  WHERE table_schema IN ('market', 'trading', 'journal', 'analytics', 'backtest', 'storage') ORDER BY 1`;
const A_FILL = `INSERT INTO trading.fills VALUES (1, 1, 0, 'f', 1, 'o', 'AAPL', 'entry', 'buy', 1, 1, 0, 'execution', NULL, false)`;
const A_SWEEP = `INSERT INTO backtest.sweeps (identity, content, market, code, digest, trials, dates, choice)
  VALUES ('s', 'c', 'm', 'c', 'd', 1, '{2024-07-02}', '{}')`;
const AN_ARCHIVE = `INSERT INTO storage.archives (address, catalogue_sha256, parts, bars, bytes, imports, actions) VALUES ('a', 'f', 0, 0, 0, '[]', '[]')`;
const A_CAUSE = `INSERT INTO analytics.daily_parity VALUES (1, 'fee', 1, 0, 'f00d', false)`;

/** Runs statements as somebody, one session for all. Returns what each came to: its rows, or the code of its error. */
async function asked(login: DatabaseLogin, ...statements: readonly string[]): Promise<readonly unknown[]> {
  const { host, port, user, password, database } = login;
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  try {
    const answers: unknown[] = [];
    for (const statement of statements)
      answers.push(
        await client.query(statement).then(
          ({ rows }) => rows as unknown,
          (error: unknown) => (error as { readonly code: string }).code,
        ),
      );
    return answers;
  } finally {
    await client.end();
  }
}

describe("a home's database", () => {
  let home: string;
  let remove: () => void;
  const open: OpenDatabase[] = [];
  beforeEach(() => void ({ home, remove } = newDatabaseHome()));
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
    remove();
  });
  const opened = async (): Promise<OpenDatabase> => {
    const one = await openAt(home);
    open.push(one);
    return one;
  };
  const filesOf = async (): Promise<ReturnType<typeof databaseFiles>> => databaseFiles(home, (await embeddedBinaries()).major);

  it(
    'is started once for all who ask at once, and is left to them by whoever came later',
    async () => {
      const all = await Promise.all([opened(), opened(), opened()]);
      expect(all.map(({ origin }) => origin).toSorted()).toEqual(['shared', 'shared', 'started']);
      await all.find(({ origin }) => origin === 'shared')?.close();
      const owner = all.find(({ origin }) => origin === 'started');
      expect(await owner?.source.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      const { pid } = readDatabaseRecord(await filesOf()) ?? { pid: 0 };
      await owner?.close();
      expect([pid > 0, foreignHandle(pid).hasExited(), existsSync((await filesOf()).record)]).toEqual([true, true, false]);
    },
    DATABASE_MS_MAX,
  );

  it(
    'is left by whoever used it though it stands still, and answers the others when it goes on',
    async () => {
      const [owner, other] = [await opened(), await opened()];
      await other.source.query('SELECT 1');
      const { pid } = readDatabaseRecord(await filesOf()) ?? { pid: 0 };
      const { stdout } = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
      const all = [pid, ...stdout.split('\n').filter(Boolean).map(Number)].map(foreignHandle);
      for (const handle of all) handle.signal('SIGSTOP');
      try {
        await other.close();
      } finally {
        for (const handle of all) handle.signal('SIGCONT');
      }
      expect([other.origin, await owner.source.query('SELECT 1 AS one')]).toEqual(['shared', [{ one: 1 }]]);
    },
    DATABASE_MS_MAX,
  );

  it(
    'is started again after a kill, with what had been written, and with a process id that somebody else has by now',
    async () => {
      const first = await opened();
      await asked(first.loginOf('journal'), A_FILL);
      const files = await filesOf();
      foreignHandle(readDatabaseRecord(files)?.pid ?? 0).signal('SIGKILL');
      const second = await opened();
      expect(second.origin).toBe('started');
      expect(await asked(second.loginOf('console'), 'SELECT fill_id FROM trading.fills')).toEqual([[{ fill_id: 'f' }]]);
      foreignHandle(readDatabaseRecord(files)?.pid ?? 0).signal('SIGKILL');
      const pidFile = path.join(files.data, 'postmaster.pid');
      const lines = readFileSync(pidFile, 'utf8').split('\n');
      // a process that is alive, and is no Postgres
      writeFileSync(pidFile, [String(process.pid), ...lines.slice(1)].join('\n'));
      expect((await opened()).origin).toBe('started');
    },
    DATABASE_MS_MAX,
  );

  it(
    'keeps its data, its passwords and its migrations from one start to the next',
    async () => {
      const first = await opened();
      await asked(first.loginOf('journal'), A_FILL);
      const login = first.loginOf('journal');
      await first.close();
      const second = await opened();
      expect(second.loginOf('journal').password).toBe(login.password);
      expect(await second.source.query('SELECT count(*)::int AS n FROM trading.fills')).toEqual([{ n: 1 }]);
      expect(readdirSync((await filesOf()).folder).toSorted()).toEqual(['data', 'server.json', 'server.log']);
    },
    DATABASE_MS_MAX,
  );

  it(
    'lets the journal add and read, the console read, and nobody but the owner do more',
    async () => {
      const { loginOf } = await opened();
      const denied = '42501';
      const may = (role: Role, ...statements: readonly string[]): Promise<readonly unknown[]> =>
        asked(loginOf(role), ...statements);
      expect(
        await may(
          'journal',
          A_FILL,
          'DELETE FROM trading.fills',
          'UPDATE trading.fills SET quantity = 2',
          'TRUNCATE trading.fills',
          'DROP TABLE trading.fills',
          "UPDATE trading.operator_actions SET actor = 'nobody'",
          'CREATE TABLE trading.mine (a int)',
          'CREATE TABLE public.mine (a int)',
          'DELETE FROM journal.migrations',
          'UPDATE journal.positions SET last_seq = 0',
          'UPDATE trading.halts SET last_t = 0',
          A_CAUSE,
          'UPDATE analytics.daily_parity SET cost = 1',
          'DELETE FROM analytics.daily_parity',
        ),
      ).toEqual([[], denied, denied, denied, denied, denied, denied, denied, denied, [], [], [], [], denied]);
      expect(
        await may(
          'journal',
          A_SWEEP,
          "UPDATE backtest.sweeps SET digest = 'other'",
          'DELETE FROM backtest.sweeps',
          'UPDATE backtest.sweep_results SET sharpe = 9',
          AN_ARCHIVE,
          'UPDATE storage.archives SET parts = 1',
          "UPDATE storage.archives SET address = 'another'",
          'UPDATE storage.archive_parts SET is_read = false',
          "UPDATE storage.archive_parts SET sha256 = 'f00d'",
          'DELETE FROM storage.archive_parts',
        ),
      ).toEqual([[], denied, denied, denied, [], [], denied, [], denied, denied]);
      expect(
        await may(
          'console',
          'SELECT quantity, cash_flow FROM trading.positions',
          'SET default_transaction_read_only = off',
          A_FILL,
          'UPDATE journal.positions SET last_seq = 0',
          'DELETE FROM trading.fills',
          'DROP TABLE trading.fills',
          'SELECT cost FROM analytics.daily_parity',
          'SELECT parts FROM storage.archives, backtest.sweeps',
          A_SWEEP,
          AN_ARCHIVE,
          A_CAUSE,
          'UPDATE analytics.daily_parity SET cost = 2',
        ),
      ).toEqual([
        [{ quantity: '1', cash_flow: '0' }],
        [],
        denied,
        denied,
        denied,
        denied,
        [{ cost: '1' }],
        [{ parts: 1 }],
        denied,
        denied,
        denied,
        denied,
      ]);
      const wrong = { ...loginOf('console'), password: 'guessed' };
      await expect(asked(wrong, 'SELECT 1')).rejects.toThrow('password authentication failed');
    },
    DATABASE_MS_MAX,
  );

  it(
    'has tables that are those of the entities, and gives them up migration by migration, empty or filled',
    async () => {
      const database = await opened();
      const owner = database.loginOf('owner');
      const drift = await database.source.driver.createSchemaBuilder().log();
      expect(drift.upQueries.map(({ query }) => query)).toEqual([]);
      const [whole] = await asked(owner, TABLES);
      for (const isFilled of [false, true]) {
        if (isFilled) expect(await asked(database.loginOf('journal'), A_FILL)).toEqual([[]]);
        const names = MIGRATIONS.map(({ name }) => name);
        for (const [taken, name] of names.toReversed().entries()) {
          expect(await migrateDown(owner, 1)).toEqual([name]);
          expect(await migrationsIn(database.source).catch(() => [])).toEqual(
            taken === names.length - 1 ? [] : names.slice(0, names.length - 1 - taken),
          );
        }
        expect(await asked(owner, TABLES)).toEqual([[{ name: 'journal.migrations' }]]);
        expect(await migrateDown(owner, 1)).toEqual([]);
        expect(await migrateUp(owner)).toEqual(names);
        expect(await migrateUp(owner)).toEqual([]);
        expect(await asked(owner, TABLES)).toEqual([whole]);
      }
    },
    DATABASE_MS_MAX,
  );

  it(
    'is not used by a program that knows fewer migrations than it has',
    async () => {
      const first = await opened();
      await asked(first.loginOf('owner'), `INSERT INTO journal.migrations (timestamp, name) VALUES (9, 'Later9')`);
      await expect(opened()).rejects.toThrow('a newer program has changed the tables (Later9)');
    },
    DATABASE_MS_MAX,
  );

  it(
    'is written and read on by the program before, once its tables were made wider, and not once they were made narrower',
    async () => {
      const first = await opened();
      const owner = first.loginOf('owner');
      // what a later program does first
      const widened = await asked(
        owner,
        `ALTER TABLE trading.fills ADD COLUMN venue text, ADD COLUMN seen boolean NOT NULL DEFAULT false`,
        `CREATE TABLE trading.venues (name text PRIMARY KEY, since date NOT NULL)`,
        `INSERT INTO journal.migrations (timestamp, name) VALUES (9, 'ExpandVenues9')`,
      );
      expect(widened).toEqual([[], [], []]);
      const before = await opened();
      expect(await asked(before.loginOf('journal'), A_FILL, A_SWEEP)).toEqual([[], []]);
      expect(await before.source.query('SELECT fill_id, seen FROM trading.fills')).toEqual([{ fill_id: 'f', seen: false }]);
      // and last, when none of before is left
      await asked(
        owner,
        `ALTER TABLE trading.venues DROP COLUMN since`,
        `INSERT INTO journal.migrations (timestamp, name) VALUES (10, 'ContractVenues10')`,
      );
      await expect(opened()).rejects.toThrow('a newer program has changed the tables (ContractVenues10)');
    },
    DATABASE_MS_MAX,
  );

  it('says which folder Postgres may not enter', async () => {
    if (process.getuid?.() !== 0) return;
    chmodSync(home, 0o700);
    await expect(opened()).rejects.toThrow(`${home} may not be entered by the user nobody`);
  });

  it(
    'says so when the keys are not those that the data were made with',
    async () => {
      await (await opened()).close();
      writeFileSync(path.join(home, 'keys', 'database-superuser.key'), 'another\n', { mode: 0o600 });
      await expect(opened()).rejects.toThrow('is not the one in the home');
    },
    DATABASE_MS_MAX,
  );

  it(
    'may be one that DATABASE_URL names, with a token for a password, and is brought up by its owner',
    async () => {
      const { loginOf, source } = await opened();
      const { host, port, database } = loginOf('journal');
      await migrateDown(loginOf('owner'), MIGRATIONS.length);
      await source.query('SELECT 1');
      const url = (role: Role): string =>
        `postgres://aitrader_${role}:${String(loginOf(role).password)}@${host}:${port}/${database}`;
      const journalOnly = { DATABASE_URL: url('journal') };
      await expect(openDatabase({ home, env: journalOnly })).rejects.toThrow(
        'let AITRADER_DATABASE_OWNER_URL name a role that may',
      );
      const both = await openDatabase({ home, env: { ...journalOnly, AITRADER_DATABASE_OWNER_URL: url('owner') } });
      expect([both.origin, await both.source.query('SELECT current_user AS me')]).toEqual([
        'external',
        [{ me: 'aitrader_journal' }],
      ]);
      await both.close();
      const again = await openDatabase({ home, env: journalOnly });
      await again.close();
      let asked = 0;
      const token = (): Promise<string> => {
        asked += 1;
        return Promise.resolve(String(loginOf('journal').password));
      };
      const byToken = await dataSourceOf({ ...loginOf('journal'), password: token }).initialize();
      await Promise.all([byToken.query('SELECT pg_sleep(0.2)'), byToken.query('SELECT pg_sleep(0.2)')]);
      await byToken.destroy();
      // for each connection anew
      expect(asked).toBeGreaterThan(1);
    },
    DATABASE_MS_MAX,
  );
});
