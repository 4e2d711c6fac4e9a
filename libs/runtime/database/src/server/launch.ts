import { spawn, execFile } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { childHandle, commandLineOf, endProcess, executablesOnPath, isAlive, type ProcessHandle } from '@aitrader/runtime-bus';
import { archiveSettings } from './archiving.ts';
import type { PostgresBinaries } from './binaries.ts';
import { passwordOf, writeDatabaseRecord, type DatabaseFiles } from './database-files.ts';
import { giveTo, requireReachable, unprivileged, type RunAs } from './unprivileged.ts';

const run = promisify(execFile);

/** Postgres ended, or did not become ready; the message carries the last lines it logged. */
export class PostgresFailed extends Error {
  override readonly name = 'PostgresFailed';
}

/** A process of a Postgres that was killed has not noticed yet, and holds its memory. */
class PostgresNotGone extends PostgresFailed {}

export interface LaunchedPostgres {
  readonly handle: ProcessHandle;
  readonly port: number;
}

export const SUPERUSER = 'postgres';
export const LOOPBACK = '127.0.0.1';
export const STOP_MS_MAX = 20_000;
/** Recovery from a kill replays at most some hundred megabytes. */
const READY_MS_MAX = 60_000;
const READY_POLL_MS = 25;
const GONE_MS_MAX = 15_000;
const GONE_POLL_MS = 200;
const LOG_LINES_SHOWN = 5;
const MODE_OWN = 0o700;
const MODE_SECRET = 0o600;

/** Loopback alone, by password alone; no replica, and little log, but what a backup needs of it. */
const SETTINGS = {
  listen_addresses: LOOPBACK,
  unix_socket_directories: '',
  max_connections: '40',
  wal_level: 'replica',
  max_wal_senders: '0',
  max_wal_size: '512MB',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
} as const;

/** Starts the server of a home on a free port, with data made where there are none. The caller holds the home's lock. @throws PostgresFailed */
export async function launchPostgres(files: DatabaseFiles, binaries: PostgresBinaries): Promise<LaunchedPostgres> {
  const as = unprivileged();
  requireReachable(as, binaries.postgres, 'install the project in another folder');
  requireReachable(as, files.data, 'let AITRADER_HOME name another folder');
  if (!existsSync(path.join(files.data, 'PG_VERSION'))) await makeData(files, binaries, as);
  dropStalePidFile(files);
  const deadline = performance.now() + GONE_MS_MAX;
  for (;;) {
    try {
      return await launchOn(files, binaries, as, await freePort());
    } catch (error) {
      if (!(error instanceof PostgresNotGone) || performance.now() > deadline) throw error;
      await wait(GONE_POLL_MS);
    }
  }
}

/** Made aside and moved into its place whole: what was killed on the way leaves nothing that looks like data. */
async function makeData(files: DatabaseFiles, { initdb }: PostgresBinaries, as: RunAs): Promise<void> {
  const [draft, secret] = [path.join(files.folder, 'data.new'), path.join(files.folder, 'password.new')];
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: MODE_OWN });
  giveTo(as, draft);
  writeFileSync(secret, `${await passwordOf(files.home, 'superuser')}\n`, { mode: MODE_SECRET });
  giveTo(as, secret);
  const terms = ['--auth=scram-sha-256', `--pwfile=${secret}`, '--encoding=UTF8', '--no-locale', `--username=${SUPERUSER}`];
  try {
    await run(initdb, ['-D', draft, ...terms], { ...as, cwd: draft, env: environment() });
  } catch (cause) {
    const { stderr = '' } = cause as { readonly stderr?: string };
    throw new PostgresFailed(`initdb could not make ${files.data}: ${stderr.trim()}`, { cause });
  } finally {
    rmSync(secret, { force: true });
  }
  renameSync(draft, files.data);
}

/** A process id is given away again: Postgres would take whoever has it now for itself, and not start. */
function dropStalePidFile({ data }: DatabaseFiles): void {
  const file = path.join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (Number.isSafeInteger(pid) && pid > 0 && isAlive(pid) && !isServerOf(pid, data)) rmSync(file);
}

/** Whether a process is a server on these data. */
export function isServerOf(pid: number, data: string): boolean {
  if (!isAlive(pid)) return false;
  const command = commandLineOf(pid);
  return command === undefined || command.includes(data);
}

async function launchOn(files: DatabaseFiles, binaries: PostgresBinaries, as: RunAs, port: number): Promise<LaunchedPostgres> {
  const logFrom = existsSync(files.log) ? statSync(files.log).size : 0;
  const handle = await spawnServer(files, binaries, as, port);
  try {
    await writeDatabaseRecord(files, { pid: handle.pid, port, ownerPid: process.pid });
    await untilReady(handle, files, port, logFrom);
    return { handle, port };
  } catch (error) {
    await endProcess(handle, STOP_MS_MAX);
    rmSync(files.record, { force: true });
    throw error;
  }
}

/** In a process group of its own, as Ctrl-C is for its owner; on Linux the kernel ends it with its owner. */
async function spawnServer(
  files: DatabaseFiles,
  { postgres }: PostgresBinaries,
  as: RunAs,
  port: number,
): Promise<ProcessHandle> {
  const settings = Object.entries({ ...SETTINGS, ...archiveSettings(files.folder), port: String(port) }).flatMap(
    ([name, value]) => ['-c', `${name}=${value}`],
  );
  const command = [postgres, '-D', files.data, ...settings];
  const setpriv = process.platform === 'linux' ? (await executablesOnPath('setpriv', process.env))[0] : undefined;
  if (setpriv !== undefined) command.unshift(setpriv, '--pdeathsig', 'INT', '--');
  const [program = postgres, ...args] = command;
  const log = openSync(files.log, 'a', MODE_SECRET);
  try {
    const options = { ...as, detached: true, cwd: files.data, env: environment() };
    const child = spawn(program, args, { ...options, stdio: ['ignore', log, log] });
    const { pid } = child;
    if (pid === undefined) {
      const cause = await new Promise<Error>((resolve) => child.once('error', resolve));
      throw new PostgresFailed(`${program} cannot be started: ${cause.message}`, { cause });
    }
    child.unref();
    const atExit = (): void => void child.kill('SIGINT');
    process.once('exit', atExit);
    child.once('exit', () => process.removeListener('exit', atExit));
    return childHandle(child, pid);
  } finally {
    closeSync(log);
  }
}

/** Nothing of ours is its business: it has passwords of services, and Postgres reads settings of its own from there. */
const environment = (): Record<string, string> => ({ PATH: process.env['PATH'] ?? '', LC_ALL: 'C' });

async function untilReady(handle: ProcessHandle, files: DatabaseFiles, port: number, logFrom: number): Promise<void> {
  const deadline = performance.now() + READY_MS_MAX;
  while (performance.now() < deadline) {
    if (handle.hasExited()) throw failureOf(files, logFrom, 'ended before it was ready');
    if (await answers(files, port)) return;
    await wait(READY_POLL_MS);
  }
  throw failureOf(files, logFrom, `was not ready within ${READY_MS_MAX} ms`);
}

/** Of a server of this machine that is asked whether it is there. */
const ANSWER_MS_MAX = 2_000;
const INVALID_PASSWORD = '28P01';

/** Whether the server of a home answers on a port. @throws PostgresFailed for one that knows another password */
export async function answers(files: DatabaseFiles, port: number): Promise<boolean> {
  const client = new pg.Client({
    ...{
      host: LOOPBACK,
      port,
      user: SUPERUSER,
      database: 'postgres',
      connectionTimeoutMillis: ANSWER_MS_MAX,
      query_timeout: ANSWER_MS_MAX,
    },
    password: await passwordOf(files.home, 'superuser'),
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ readonly data_directory: string }>('SHOW data_directory');
    return rows[0]?.data_directory === files.data;
  } catch (cause) {
    if ((cause as { readonly code?: unknown }).code === INVALID_PASSWORD)
      throw new PostgresFailed(
        `the password of the database in ${files.data} is not the one in the home's folder of keys: put the keys back, or move that folder away and project the recordings again`,
        { cause },
      );
    return false;
  } finally {
    // one that stands still does not say goodbye
    await within(ANSWER_MS_MAX, client.end());
  }
}

/** Waits for work to come to an end, well or not, and no longer than that: what goes on then is nobody's business any more. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  const ended = work.then(
    () => undefined,
    () => undefined,
  );
  await Promise.race([ended, wait(ms, undefined, { signal: done.signal }).catch(() => undefined)]);
  done.abort();
}

function failureOf(files: DatabaseFiles, logFrom: number, what: string): PostgresFailed {
  const logged = readFileSync(files.log).subarray(logFrom).toString('utf8').trim();
  const Failure = /pre-existing shared memory block|lock file "postmaster\.pid" already exists/.test(logged)
    ? PostgresNotGone
    : PostgresFailed;
  return new Failure(`Postgres ${what}. ${files.log} ends with:\n${logged.split('\n').slice(-LOG_LINES_SHOWN).join('\n')}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const listener = createServer();
    listener.once('error', reject);
    listener.listen({ port: 0, host: LOOPBACK, exclusive: true }, () => {
      const address = listener.address();
      listener.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no port was given'));
      });
    });
  });
}
