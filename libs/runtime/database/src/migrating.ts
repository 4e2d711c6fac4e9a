import type { DataSource } from 'typeorm';
import { OWN_SCHEMA, dataSourceOf } from './data-source.ts';
import type { DatabaseLogin } from './login.ts';
import { isExpanding } from './migrations/expanding.ts';
import { MIGRATIONS } from './migrations/index.ts';

/** The tables are not those of this program. */
export class SchemaMismatch extends Error {
  override readonly name = 'SchemaMismatch';
}

/** Any number, the same in every program: whoever migrates holds it. */
const MIGRATING = 7_041_983;

/** Brings the tables up to this program's. Returns the names of the migrations that it took. Any number of processes may ask at once. @throws SchemaMismatch */
export async function migrateUp(login: DatabaseLogin): Promise<readonly string[]> {
  return withSchema(login, async (source) => (await source.runMigrations()).map(({ name }) => name));
}

/** Takes the last `count` migrations back, with all that is in their tables. Returns their names, the last first. */
export async function migrateDown(login: DatabaseLogin, count: number): Promise<readonly string[]> {
  return withSchema(login, async (source) => {
    const undone: string[] = [];
    while (undone.length < count) {
      const before = await migrationsIn(source);
      const last = before.at(-1);
      if (last === undefined) break;
      await source.undoLastMigration();
      undone.push(last);
    }
    return undone;
  });
}

async function withSchema<T>(login: DatabaseLogin, work: (source: DataSource) => Promise<T>): Promise<T> {
  const source = await dataSourceOf(login, true).initialize();
  // a session of its own: migrations take theirs from the pool
  const lock = source.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATING]);
    await lock.query(`CREATE SCHEMA IF NOT EXISTS ${OWN_SCHEMA}`);
    return await work(source);
  } finally {
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATING]).catch(() => undefined);
    await lock.release();
    await source.destroy();
  }
}

/** A role that may not look into the schema is at a database that is being made. */
const HAS_MIGRATIONS = `SELECT CASE WHEN to_regnamespace('${OWN_SCHEMA}') IS NOT NULL AND has_schema_privilege('${OWN_SCHEMA}', 'USAGE')
  THEN to_regclass('${OWN_SCHEMA}.migrations')::text END AS there`;

/** The names of the migrations that a database has, in their order; none where there is nothing of ours. */
export async function migrationsIn(source: DataSource): Promise<readonly string[]> {
  const [found] = await source.query<{ readonly there: string | null }[]>(HAS_MIGRATIONS);
  if (found === undefined || found.there === null) return [];
  const rows = await source.query<{ readonly name: string }[]>(`SELECT name FROM ${OWN_SCHEMA}.migrations ORDER BY id`);
  return rows.map(({ name }) => name);
}

/** Which migrations of this program a database is without. @throws SchemaMismatch when it has some that this program does not know, and that do more than widen its tables */
export async function missingIn(source: DataSource): Promise<readonly string[]> {
  const known: readonly string[] = MIGRATIONS.map(({ name }) => name);
  const taken = await migrationsIn(source);
  const foreign = taken.filter((name) => !known.includes(name) && !isExpanding(name));
  if (foreign.length > 0)
    throw new SchemaMismatch(
      `a newer program has changed the tables (${foreign.join(', ')}): use that program, or another database`,
    );
  return known.filter((name) => !taken.includes(name));
}
