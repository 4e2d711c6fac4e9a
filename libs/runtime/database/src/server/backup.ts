import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, cp, readdir } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { makeFolder } from '@aitrader/runtime-storage';
import { withLock } from '@aitrader/runtime-bus';
import { archivedTo, keepArchive } from './archiving.ts';
import { embeddedBinaries } from './binaries.ts';
import { databaseFiles, passwordOf, readDatabaseRecord, type DatabaseFiles } from './database-files.ts';
import { LOOPBACK, SUPERUSER, isServerOf } from './launch.ts';
import { giveTo, requireReachable, unprivileged } from './unprivileged.ts';

/*
 * Backups of a home's own Postgres, and what it was at an instant. The packages have no pg_basebackup: files are copied between
 * pg_backup_start and pg_backup_stop, as Postgres's manual tells ("Making a Base Backup Using the Low Level API").
 *
 * 1. A backup stands in its place whole, or is not there.
 * 2. The write-ahead log goes on being archived beside the backup from its beginning, so that any instant after it can be gone back to.
 * 3. What is restored over is moved aside, and never deleted.
 */

/** A backup cannot be made or used; the message says why. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

const BASE = 'base';
const LABEL = 'backup_label';
/** What a server makes anew, and what is of one that runs. The log is copied by itself, once all of it is there. */
const LEFT_OUT = new Set([
  'postmaster.pid',
  'postmaster.opts',
  'pg_wal',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
const MODE_OWN = 0o700;
const PLAIN = /^[\w ./-]+$/;
const NEXT_SEGMENT = 'SELECT pg_switch_wal()';

/**
 * Copies the data of a home's server, which runs, into a folder, and lets its log be archived there from now on. Called before the server is
 * started: who starts it says where its log goes. @throws BackupRefused
 */
export async function archiveInto(home: string, folder: string): Promise<void> {
  const files = databaseFiles(home, (await embeddedBinaries()).major);
  const as = unprivileged();
  const wal = archivedTo(folder);
  // Postgres hands the name to a shell
  if (process.platform === 'win32' || !PLAIN.test(wal))
    throw new BackupRefused(
      `${wal} cannot be archived into: its name may have letters, digits, blanks and -_./ alone, on Linux or macOS`,
    );
  await withLock(files.lock, async () => {
    const record = readDatabaseRecord(files);
    if (record !== undefined && isServerOf(record.pid, files.data))
      throw new BackupRefused(
        `the Postgres of ${home} is in use by process ${record.ownerPid}: a backup is made while nobody else uses it`,
      );
    if (existsSync(path.join(folder, BASE))) throw new BackupRefused(`${folder} holds a backup already: name another folder`);
    makeFolder(wal);
    requireReachable(as, wal, 'name another folder');
    giveTo(as, wal);
    await keepArchive(files.folder, wal);
  });
}

/** Copies the data of the server that answers on a port, which archives its log. Returns where they are. */
export async function copyBase(home: string, port: number, folder: string): Promise<string> {
  const files = databaseFiles(home, (await embeddedBinaries()).major);
  const base = path.join(folder, BASE);
  const draft = `${base}.part`;
  rmSync(draft, { recursive: true, force: true });
  const client = new pg.Client({
    host: LOOPBACK,
    port,
    user: SUPERUSER,
    database: 'postgres',
    password: await passwordOf(files.home, 'superuser'),
  });
  await client.connect();
  try {
    await client.query("SELECT pg_backup_start('aitrader', fast => true)");
    await copyData(files.data, draft);
    const { rows } = await client.query<{ readonly labelfile: string }>(
      'SELECT labelfile FROM pg_backup_stop(wait_for_archive => true)',
    );
    writeFileSync(path.join(draft, LABEL), rows[0]?.labelfile ?? '', { mode: 0o600 });
    await client.query(NEXT_SEGMENT);
  } finally {
    await client.end();
  }
  renameSync(draft, base);
  return base;
}

async function copyData(from: string, to: string): Promise<void> {
  mkdirSync(to, { mode: MODE_OWN, recursive: true });
  for (const name of await readdir(from)) {
    // what is made anew has to be there, empty
    if (LEFT_OUT.has(name)) {
      if (!name.startsWith('postmaster')) mkdirSync(path.join(to, name), { mode: MODE_OWN });
      continue;
    }
    await cp(path.join(from, name), path.join(to, name), { recursive: true, preserveTimestamps: true }).catch(
      (error: unknown) => {
        // a file of a table that was dropped meanwhile: the log says so, too
        if ((error as { readonly code?: unknown }).code !== 'ENOENT') throw error;
      },
    );
  }
}

/**
 * Puts a backup in the place of a home's data, to be gone on from: as they were at an instant, or up to the end of the archived log. What was
 * there is moved aside. The next who opens the database starts the server, which recovers. Returns where the former data are now.
 * @throws BackupRefused
 */
export async function restoreBase(home: string, folder: string, until: Date | undefined): Promise<string | undefined> {
  const files = databaseFiles(home, (await embeddedBinaries()).major);
  const base = path.join(path.resolve(folder), BASE);
  if (!existsSync(path.join(base, LABEL))) throw new BackupRefused(`${folder} holds no backup`);
  return withLock(files.lock, async () => {
    const record = readDatabaseRecord(files);
    if (record !== undefined && isServerOf(record.pid, files.data))
      throw new BackupRefused(`the Postgres of ${home} is in use by process ${record.ownerPid}: restore while nobody uses it`);
    const draft = path.join(files.folder, 'data.new');
    rmSync(draft, { recursive: true, force: true });
    await cp(base, draft, { recursive: true, preserveTimestamps: true });
    await chmod(draft, MODE_OWN);
    writeFileSync(path.join(draft, 'recovery.signal'), '');
    const settings = recoverySettings(archivedTo(path.resolve(folder)), until);
    const own = path.join(draft, 'postgresql.auto.conf');
    writeFileSync(own, `${existsSync(own) ? readFileSync(own, 'utf8') : ''}${settings}`);
    await giveAll(draft);
    const before = moveAside(files);
    renameSync(draft, files.data);
    // what is written from now on is another history than the one in that archive
    await keepArchive(files.folder, undefined);
    return before;
  });
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function recoverySettings(wal: string, until: Date | undefined): string {
  // nobody is let in before it is done
  const lines = [
    "hot_standby = 'off'",
    `restore_command = ${quoted(`cp "${wal}/%f" "%p"`)}`,
    "recovery_target_action = 'promote'",
  ];
  // Postgres stops behind the last transaction that was committed by then
  if (until !== undefined)
    lines.push(`recovery_target_time = ${quoted(until.toISOString().replace('T', ' ').replace('Z', '+00'))}`);
  return `${lines.join('\n')}\n`;
}

function moveAside({ data, folder }: DatabaseFiles): string | undefined {
  if (!existsSync(data)) return undefined;
  const aside = path.join(folder, `data.before-${Date.now()}`);
  renameSync(data, aside);
  return aside;
}

/** To the user whom Postgres runs as. */
async function giveAll(folder: string): Promise<void> {
  const as = unprivileged();
  giveTo(as, folder);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }))
    giveTo(as, path.join(entry.parentPath, entry.name));
}
