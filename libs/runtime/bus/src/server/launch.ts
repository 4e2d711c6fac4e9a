import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { executablesOnPath } from './executable-path.ts';
import { versionOfBinary } from './nats-version.ts';
import { accessOf } from './access.ts';
import { renderAccounts } from './accounts-config.ts';
import { busIdentities } from './bus-keys.ts';
import { adoptOpenStore } from './open-store.ts';
import { probeServer } from './probe.client.ts';
import { childHandle, endProcess, type ProcessHandle } from './process-handle.ts';
import {
  accountsMark,
  removeRecord,
  renderServerConfig,
  replaceFile,
  writeRecord,
  type ServerFiles,
  type ServerSettings,
} from './server-files.ts';
import { storeLimitOf } from './store-room.ts';
import { readAppended, sizeOf } from './store-watch.ts';

/** Everything a start needs. */
export interface LaunchSpec {
  readonly files: ServerFiles;
  readonly binary: string;
  readonly settings: Omit<ServerSettings, 'port' | 'accounts'>;
  readonly supervised: boolean;
}

/** A server that has answered once. */
export interface Launched {
  readonly handle: ProcessHandle;
  readonly port: number;
  readonly version: string;
}

/** The port is taken by something else. */
export class NatsPortInUse extends Error {
  override readonly name = 'NatsPortInUse';
  readonly port: number;

  constructor(port: number) {
    super(`port ${port} is in use by another program; choose another port, or none to get a free one`);
    this.port = port;
  }
}

/** The server ended, or did not become ready; the message carries the last lines it logged. */
export class NatsServerFailed extends Error {
  override readonly name = 'NatsServerFailed';
}

/** Somebody killed the server before it had answered: what it would have come to is not known. */
class NatsServerKilled extends NatsServerFailed {}

/** Recovering a large store takes tens of seconds. */
const READY_MS_MAX = 120_000;
const READY_POLL_MS = 15;
const ANSWER_MS_MAX = 2_000;
export const STOP_MS_MAX = 10_000;
const LOG_LINES_SHOWN = 5;
/** A free port can be taken between finding it and listening on it. */
const FREE_PORT_ATTEMPTS_MAX = 5;
/** One that is killed at every start has a reason that another start does not cure. */
const KILLED_STARTS_MAX = 4;
const START_AGAIN_MS = 200;

/**
 * Starts a server on a port, or on a free one when none is given; a few times when it is killed before its first answer. The caller holds
 * the home's lock. @throws NatsPortInUse, NatsServerFailed
 */
export async function launch(spec: LaunchSpec, port: number | undefined): Promise<Launched> {
  const version = await versionOfBinary(spec.binary);
  let taken = 0;
  let killed = 0;
  for (;;) {
    try {
      return await launchOn(spec, version, port ?? (await freePort()));
    } catch (error) {
      if (error instanceof NatsServerKilled) killed += 1;
      else if (error instanceof NatsPortInUse && port === undefined) taken += 1;
      else throw error;
      if (killed >= KILLED_STARTS_MAX || taken >= FREE_PORT_ATTEMPTS_MAX) throw error;
      await wait(START_AGAIN_MS);
    }
  }
}

/** The address of a server of ours: the loopback interface only. */
export const urlOf = (port: number): string => `nats://127.0.0.1:${port}`;

async function launchOn(spec: LaunchSpec, version: string, port: number): Promise<Launched> {
  const { files, settings } = spec;
  mkdirSync(files.store, { recursive: true, mode: 0o700 });
  const storeMaxBytes = settings.storeMaxBytes ?? (await storeLimitOf(files.store));
  const accounts = renderAccounts(await busIdentities(files.keys));
  const config = renderServerConfig(files, { ...settings, port, storeMaxBytes, accounts });
  // The server opens its store before it listens, so a port that is taken must be found out without starting it.
  if (!(await isPortFree(port))) throw new NatsPortInUse(port);
  await adoptOpenStore(files.store);
  await replaceFile(files.config, config);
  const logFrom = sizeOf(files.log);
  const handle = await spawnServer(spec);
  const serverName = files.serverName;
  const { syncs } = settings;
  const about = { pid: handle.pid, port, url: urlOf(port), serverName, version, binary: spec.binary, syncs };
  const known = { ...about, accounts: accountsMark(accounts) };
  try {
    await writeRecord(files, { ...known, ownerPid: process.pid, supervised: spec.supervised });
    await untilReady(handle, files, port, logFrom);
    return { handle, port, version };
  } catch (error) {
    await endProcess(handle, STOP_MS_MAX);
    await removeRecord(files);
    throw error;
  }
}

/**
 * The server gets a process group of its own, so that Ctrl-C reaches it only through its owner, after the services have drained.
 * On Linux the kernel ends it when its owner dies; elsewhere a killed owner leaves it behind, to be found by its record.
 */
async function spawnServer({ files, binary }: LaunchSpec): Promise<ProcessHandle> {
  const command = [binary, '-c', files.config];
  const setpriv = process.platform === 'linux' ? (await executablesOnPath('setpriv', process.env))[0] : undefined;
  if (setpriv !== undefined) command.unshift(setpriv, '--pdeathsig', 'TERM', '--');
  const [program = binary, ...args] = command;
  const log = openSync(files.log, 'a', 0o600);
  try {
    const child = spawn(program, args, { detached: true, stdio: ['ignore', log, log], cwd: files.folder });
    const { pid } = child;
    if (pid === undefined) {
      const cause = await new Promise<Error>((resolve) => child.once('error', resolve));
      throw new NatsServerFailed(`${program} cannot be started: ${cause.message}`, { cause });
    }
    child.unref();
    const atExit = (): void => void child.kill('SIGTERM');
    process.once('exit', atExit);
    child.once('exit', () => process.removeListener('exit', atExit));
    return childHandle(child, pid);
  } finally {
    closeSync(log);
  }
}

async function untilReady(handle: ProcessHandle, files: ServerFiles, port: number, logFrom: number): Promise<void> {
  const deadline = performance.now() + READY_MS_MAX;
  while (performance.now() < deadline) {
    if (handle.hasExited()) {
      const { signal } = await handle.exited;
      const what = `${signal === null ? 'ended' : `was killed (${signal})`} before it was ready`;
      throw failureOf(files, port, logFrom, what, signal === null ? NatsServerFailed : NatsServerKilled);
    }
    const answer = await probeServer(accessOf({ url: urlOf(port), keys: files.keys }, 'supervisor'), ANSWER_MS_MAX);
    if (answer?.serverName === files.serverName) return;
    if (answer !== undefined) throw new NatsPortInUse(port);
    await wait(READY_POLL_MS);
  }
  throw failureOf(files, port, logFrom, `was not ready within ${READY_MS_MAX} ms`);
}

function failureOf(
  files: ServerFiles,
  port: number,
  logFrom: number,
  what: string,
  Failure: new (message: string) => Error = NatsServerFailed,
): Error {
  const logged = readAppended(files.log, logFrom).trim().split('\n');
  if (logged.some((line) => /address already in use/i.test(line))) return new NatsPortInUse(port);
  return new Failure(`nats-server ${what}. ${files.log} ends with:\n${logged.slice(-LOG_LINES_SHOWN).join('\n')}`);
}

/** Whether nothing listens on a port of the loopback interface. */
function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const listener = createServer();
    listener.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    listener.listen({ port, host: '127.0.0.1', exclusive: true }, () => listener.close(() => resolve(true)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const listener = createServer();
    listener.once('error', reject);
    listener.listen({ port: 0, host: '127.0.0.1', exclusive: true }, () => {
      const address = listener.address();
      listener.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no port was given'));
      });
    });
  });
}
