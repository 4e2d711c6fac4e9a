import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { keyFolderOf } from '@aitrader/runtime-storage';

/** Where a home keeps its server's files. */
export interface ServerFiles {
  readonly folder: string;
  readonly config: string;
  readonly record: string;
  readonly lock: string;
  readonly log: string;
  readonly store: string;
  /** folder of those that use it besides its owner, a file a process */
  readonly users: string;
  /** folder of the keys by which the bus knows who connects */
  readonly keys: string;
  /** room that is kept aside for a disk that is full */
  readonly reserve: string;
  /** the same for every server of this home, and of no other: it tells our server from a stranger on the same port */
  readonly serverName: string;
}

/** What the owner of a server wrote down about it, for the next process that wants one. */
export interface ServerRecord {
  readonly pid: number;
  readonly port: number;
  readonly url: string;
  readonly serverName: string;
  readonly version: string;
  readonly binary: string;
  /** the process that stops the server when it ends */
  readonly ownerPid: number;
  /** whether the owner starts the server again when it dies */
  readonly supervised: boolean;
  /** whether it syncs every message to disk before it acknowledges it; not said by earlier programs, whose servers did not */
  readonly syncs?: boolean;
  /** which accounts it was configured with; not said by earlier programs, whose servers had none */
  readonly accounts?: string;
}

/** Settings that shape a server's configuration file. */
export interface ServerSettings {
  readonly port: number;
  readonly maxPayloadBytes: number;
  readonly storeMaxBytes: number | undefined;
  /** every message is synced to disk before it is acknowledged, instead of every two minutes: it outlives the machine then */
  readonly syncs: boolean;
  /** who may connect, and what each may do, as {@link renderAccounts} writes it */
  readonly accounts: string;
}

/** A slice of 11,000 symbols in one shard is about 1 MB of JSON; the server warns above 8 MB. */
export const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;
const LOG_BYTES_MAX = 64 * 1024 * 1024;
const LOG_FILES_MAX = 3;

/** The files of a home's server; makes the folder, so that the home has one name however it is spelled. */
export function serverFiles(home: string): ServerFiles {
  const wanted = path.resolve(home, 'nats');
  mkdirSync(wanted, { recursive: true });
  const folder = realpathSync(wanted);
  const within = (name: string): string => path.join(folder, name);
  return {
    folder,
    config: within('nats-server.conf'),
    record: within('server.json'),
    lock: within('server.lock'),
    log: within('server.log'),
    store: within('store'),
    users: within('users'),
    keys: keyFolderOf(path.dirname(folder)),
    reserve: within('reserve'),
    serverName: `aitrader-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`,
  };
}

/** What tells one configuration of accounts from another. */
export const accountsMark = (accounts: string): string => createHash('sha256').update(accounts).digest('hex').slice(0, 16);

/** The configuration file: loopback only, JetStream below the home, a bounded log, nobody without a key. @throws RangeError on an unusable number */
export function renderServerConfig(files: ServerFiles, settings: ServerSettings): string {
  const { port, maxPayloadBytes, storeMaxBytes, syncs, accounts } = settings;
  requireWithin('port', port, 65_535);
  requireWithin('maxPayloadBytes', maxPayloadBytes, 64 * 1024 * 1024);
  if (storeMaxBytes !== undefined) requireWithin('storeMaxBytes', storeMaxBytes, Number.MAX_SAFE_INTEGER);
  const text = JSON.stringify;
  return `# Written at every start.
server_name: ${text(files.serverName)}
listen: "127.0.0.1:${port}"
max_payload: ${maxPayloadBytes}
log_file: ${text(files.log)}
logfile_size_limit: ${LOG_BYTES_MAX}
logfile_max_num: ${LOG_FILES_MAX}
jetstream {
  store_dir: ${text(files.store)}
${syncs ? '  sync_interval: always\n' : ''}${storeMaxBytes === undefined ? '' : `  max_file_store: ${storeMaxBytes}\n`}}
${accounts}`;
}

function requireWithin(name: string, value: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < 1 || value > max) throw new RangeError(`${name} must be 1 to ${max}, not ${value}`);
}

/** Writes a file so that a reader sees the old or the new one, never half of it. */
export async function replaceFile(file: string, content: string): Promise<void> {
  const fresh = `${file}.${process.pid}.new`;
  try {
    await writeFile(fresh, content, { mode: 0o600 });
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

export async function writeRecord(files: ServerFiles, record: ServerRecord): Promise<void> {
  await replaceFile(files.record, `${JSON.stringify(record, undefined, 2)}\n`);
}

export async function removeRecord(files: ServerFiles): Promise<void> {
  await rm(files.record, { force: true });
}

/** The record of a home's last server; undefined when there is none or it cannot be understood. */
export async function readRecord(files: ServerFiles): Promise<ServerRecord | undefined> {
  try {
    const found: unknown = JSON.parse(await readFile(files.record, 'utf8'));
    return isRecord(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(found: unknown): found is ServerRecord {
  if (typeof found !== 'object' || found === null) return false;
  const fields = found as Record<string, unknown>;
  const numbers = ['pid', 'port', 'ownerPid'].every((name) => Number.isSafeInteger(fields[name]) && Number(fields[name]) > 0);
  const texts = ['url', 'serverName', 'version', 'binary'].every((name) => typeof fields[name] === 'string');
  return numbers && texts && typeof fields.supervised === 'boolean';
}
