import { rmSync } from 'node:fs';
import pg from 'pg';
import { endProcess, foreignHandle, isAlive, withLock, type ProcessHandle } from '@aitrader/runtime-bus';
import { DATABASE_NAME, ROLES, roleName, type Role } from '../roles.ts';
import { embeddedBinaries } from './binaries.ts';
import {
  databaseFiles,
  passwordOf,
  readDatabaseRecord,
  writeDatabaseRecord,
  type DatabaseFiles,
  type DatabaseRecord,
} from './database-files.ts';
import { LOOPBACK, STOP_MS_MAX, SUPERUSER, answers, isServerOf, launchPostgres } from './launch.ts';

/** A home's own Postgres. */
export interface EmbeddedServer {
  readonly port: number;
  readonly pid: number;
  /** shared: another process started it, and stops it; adopted: its owner was killed and left it behind */
  readonly origin: 'started' | 'adopted' | 'shared';
  readonly passwords: Readonly<Record<Role, string>>;
  /** Ends it where this process owns it. */
  readonly stop: () => Promise<void>;
}

/**
 * The Postgres of a home: the one that runs already, or one that is started. Any number of processes may ask at once: one of them starts
 * it, the others share it. The roles and the database are there when it is given.
 * @throws PostgresMissing, PostgresFailed, KeyFileError, and an Error that names a folder which Postgres may not enter
 */
export async function embeddedServer(
  home: string,
  onProgress: (text: string) => void = () => undefined,
): Promise<EmbeddedServer> {
  const binaries = await embeddedBinaries();
  const files = databaseFiles(home, binaries.major);
  const passwords = await passwordsOf(files.home);
  return withLock(files.lock, async () => {
    const live = await liveRecord(files);
    if (live !== undefined && isAlive(live.ownerPid)) {
      onProgress(`using the Postgres that process ${live.ownerPid} runs on port ${live.port}`);
      return { port: live.port, pid: live.pid, origin: 'shared', passwords, stop: () => Promise.resolve() };
    }
    if (live !== undefined) {
      await writeDatabaseRecord(files, { ...live, ownerPid: process.pid });
      return owned('adopted', files, passwords, foreignHandle(live.pid), live.port);
    }
    const { handle, port } = await launchPostgres(files, binaries);
    const server = owned('started', files, passwords, handle, port);
    try {
      await provide(await passwordOf(files.home, 'superuser'), port, passwords);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  });
}

async function passwordsOf(home: string): Promise<Readonly<Record<Role, string>>> {
  const [owner, journal, console] = await Promise.all(ROLES.map((role) => passwordOf(home, role)));
  return { owner: owner ?? '', journal: journal ?? '', console: console ?? '' };
}

/** The record of a server that runs and answers. The caller holds the lock, so none is being started now. */
async function liveRecord(files: DatabaseFiles): Promise<DatabaseRecord | undefined> {
  const record = readDatabaseRecord(files);
  if (record === undefined || !isServerOf(record.pid, files.data)) return undefined;
  return (await answers(files, record.port)) ? record : undefined;
}

function owned(
  origin: 'started' | 'adopted',
  files: DatabaseFiles,
  passwords: EmbeddedServer['passwords'],
  handle: ProcessHandle,
  port: number,
): EmbeddedServer {
  const stop = (): Promise<void> =>
    withLock(files.lock, async () => {
      // asked at once, not when everybody has left, which is what it takes the usual signal for
      if (!handle.hasExited()) handle.signal('SIGINT');
      await endProcess(handle, STOP_MS_MAX);
      if (readDatabaseRecord(files)?.pid === handle.pid) rmSync(files.record, { force: true });
    });
  return { port, pid: handle.pid, origin, passwords, stop };
}

/** Makes the roles and the database where they are missing. */
async function provide(password: string, port: number, passwords: EmbeddedServer['passwords']): Promise<void> {
  const client = new pg.Client({ host: LOOPBACK, port, user: SUPERUSER, database: 'postgres', password });
  await client.connect();
  try {
    for (const role of ROLES) {
      const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [roleName(role)]);
      if (rowCount === 0) await client.query(`CREATE ROLE ${roleName(role)} LOGIN PASSWORD ${pg.escapeLiteral(passwords[role])}`);
    }
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE_NAME]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE_NAME} OWNER ${roleName('owner')}`);
    await client.query(`REVOKE ALL ON DATABASE ${DATABASE_NAME} FROM PUBLIC`);
    await client.query(`ALTER ROLE ${roleName('console')} SET default_transaction_read_only = on`);
    await client.query(`ALTER ROLE ${roleName('console')} SET statement_timeout = '30s'`);
    await client.query(`GRANT CONNECT ON DATABASE ${DATABASE_NAME} TO ${roleName('journal')}, ${roleName('console')}`);
  } finally {
    await client.end();
  }
}
