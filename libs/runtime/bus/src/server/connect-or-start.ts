import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Environment } from './executable-path.ts';
import { withLock } from './home-lock.ts';
import { STOP_MS_MAX, launch, type LaunchSpec } from './launch.ts';
import { locateNatsServer } from './locate.ts';
import { NatsServerTooOld } from './nats-version.ts';
import { OwnedServer, usedServer, type ManagedNatsServer } from './managed-server.ts';
import { commandLineOf, endProcess, foreignHandle, isAlive } from './process-handle.ts';
import { accountOf, type Principal } from '@aitrader/contracts';
import { accessOf, tlsIn } from './access.ts';
import { renderAccounts } from './accounts-config.ts';
import { busIdentities } from './bus-keys.ts';
import { NatsUnusable, probeServer } from './probe.client.ts';
import {
  MAX_PAYLOAD_BYTES,
  accountsMark,
  readRecord,
  removeRecord,
  serverFiles,
  writeRecord,
  type ServerFiles,
  type ServerRecord,
} from './server-files.ts';
import { noteUse } from './server-users.ts';
import { keepReserve, releaseReserve } from './store-room.ts';

export interface StartOptions {
  /** the project's own folder; the server keeps its files in `<home>/nats` */
  readonly home: string;
  /** path of a nats-server of at least 2.12 */
  readonly binary: string;
  /** default: a free one */
  readonly port?: number;
  /** JetStream's limit on the files' bytes; default: what they take already, and three quarters of the disk's free space */
  readonly storeMaxBytes?: number;
  /** the largest message in bytes; default 8 MiB */
  readonly maxPayloadBytes?: number;
  /**
   * starts the server again on the same port and store when it ends unexpectedly, at most 5 times a minute, and restarts it once
   * a disk that was full has room again; default false
   */
  readonly supervise?: boolean;
  /** every message is synced to disk before it is acknowledged; default false */
  readonly syncs?: boolean;
  /** told, in a sentence, what is going on */
  readonly onProgress?: (text: string) => void;
}

export interface ConnectOrStartOptions extends Omit<StartOptions, 'binary'> {
  /** default: {@link locateNatsServer} finds or fetches one */
  readonly binary?: string;
  /** who connects, of a server that NATS_URL names; default the supervisor */
  readonly as?: Principal;
  /** default `process.env`; NATS_URL in it names a server to use instead of one of our own */
  readonly env?: Environment;
}

/** A server runs on this home's store already; a second one would damage it. */
export class NatsStoreInUse extends Error {
  override readonly name = 'NatsStoreInUse';
}

/** A server that would forget what it acknowledged, should the machine stop, and what is asked for may not be forgotten. */
export class NatsDoesNotSync extends Error {
  override readonly name = 'NatsDoesNotSync';
}

const UNKNOWN_SYNC =
  'the nats-server that NATS_URL names has to sync every message to disk (sync_interval: always), and nothing tells whether it does: set AITRADER_NATS_SYNCS=1 if it does';
const notSynced = ({ pid, port }: ServerRecord): string =>
  `the nats-server of this home (pid ${pid}, port ${port}) does not sync every message to disk, as trading with a broker needs: end what uses it first, or set AITRADER_HOME to another folder`;

const OPEN_BUS =
  'the bus that NATS_URL names is used without accounts: whoever reaches it can write orders and fills. Give its server what `aitrader bus config` prints, and name the folder of keys by AITRADER_BUS_KEYS';
const notOurs = (account: string): string =>
  `lets our keys in as account ${account}: its configuration does not have the accounts that \`aitrader bus config\` prints (the address is from NATS_URL, the keys from AITRADER_BUS_KEYS)`;

/** Longer than a supervisor waits before it starts a server again. */
const COME_BACK_MS_MAX = 10_000;
/** A live server may be busy recovering its store. */
const ANSWER_MS_MAX = 30_000;
const POLL_MS = 100;

/**
 * Starts a server for this home and waits until JetStream answers.
 * @throws NatsStoreInUse when one runs already, NatsPortInUse, NatsServerTooOld, NatsServerFailed
 */
export async function startNatsServer(options: StartOptions): Promise<ManagedNatsServer> {
  const files = serverFiles(options.home);
  return withLock(files.lock, async () => {
    const live = await liveRecord(files);
    if (live !== undefined) {
      throw new NatsStoreInUse(`a nats-server (pid ${live.pid}, port ${live.port}) runs on ${files.store} already`);
    }
    return start(files, options, options.binary);
  });
}

/**
 * A server to work with, in this order: the one that NATS_URL names; the one that runs for this home already, whether another
 * process owns it or its owner was killed and left it behind (which is said); a new one. Any number of processes may call this
 * at once for the same home: one of them starts the server, the others share it.
 * @throws NatsUnusable or NatsServerTooOld for NATS_URL; NatsServerMissing and what {@link startNatsServer} throws otherwise
 */
export async function connectOrStart(options: ConnectOrStartOptions): Promise<ManagedNatsServer> {
  const env = options.env ?? process.env;
  const progress = options.onProgress ?? (() => undefined);
  const isExternal = env.NATS_URL !== undefined && env.NATS_URL.trim() !== '';
  if (isExternal && options.syncs === true && env['AITRADER_NATS_SYNCS'] !== '1') throw new NatsDoesNotSync(UNKNOWN_SYNC);
  if (env.NATS_URL !== undefined && isExternal) return useExternal(env.NATS_URL.trim(), env, progress, options.as);
  const files = serverFiles(options.home);
  const connected = await connectOrStartHere(files, options, progress, env).catch(async (error: unknown) => {
    if (!(await releaseReserve(files))) throw error;
    progress('the disk is full; going on with the room that was kept aside for looking at recordings');
    return connectOrStartHere(files, options, progress, env);
  });
  await keepReserve(files).catch(() => undefined);
  return connected;
}

async function connectOrStartHere(
  files: ServerFiles,
  options: ConnectOrStartOptions,
  progress: (text: string) => void,
  env: Environment,
): Promise<ManagedNatsServer> {
  await untilSupervisorActs(files);
  return withLock(files.lock, async () => {
    const live = await liveRecord(files);
    if (live !== undefined && (await isAsNow(live, files))) {
      if (options.port !== undefined && options.port !== live.port) {
        progress(`this home's nats-server runs on port ${live.port}, so port ${options.port} is not used`);
      }
      if (options.syncs === true && live.syncs !== true) throw new NatsDoesNotSync(notSynced(live));
      return reuse(files, live, options);
    }
    const binary = options.binary ?? (await locateNatsServer({ home: options.home, env, onProgress: progress })).path;
    return start(files, options, binary);
  });
}

/**
 * Whether a server has the accounts that this program would give it. One without them that nobody owns any more is ended.
 * @throws NatsStoreInUse for one that is owned
 */
async function isAsNow(live: ServerRecord, files: ServerFiles): Promise<boolean> {
  if (live.accounts === accountsMark(renderAccounts(await busIdentities(files.keys)))) return true;
  if (isAlive(live.ownerPid))
    throw new NatsStoreInUse(
      `the nats-server of this home (pid ${live.pid}, port ${live.port}) has other accounts or keys than this program gives it: process ${live.ownerPid} started it; end that one first`,
    );
  await endProcess(foreignHandle(live.pid), STOP_MS_MAX);
  await removeRecord(files);
  return false;
}

async function useExternal(
  url: string,
  env: Environment,
  progress: (text: string) => void,
  as: Principal = 'supervisor',
): Promise<ManagedNatsServer> {
  const keys = env['AITRADER_BUS_KEYS']?.trim() === '' ? undefined : env['AITRADER_BUS_KEYS'];
  const server = { url, keys, tls: tlsIn(env) };
  const answer = await probeServer(accessOf(server, as));
  if (answer === undefined) throw new NatsUnusable(url, 'no nats-server answers there (the address is from NATS_URL)');
  if (keys === undefined) progress(OPEN_BUS);
  else if (answer.account !== accountOf(as)) throw new NatsUnusable(url, notOurs(answer.account));
  return usedServer('external', { ...server, version: answer.version });
}

async function start(
  files: ServerFiles,
  options: StartOptions | ConnectOrStartOptions,
  binary: string,
): Promise<ManagedNatsServer> {
  const spec = specOf(files, options, path.resolve(binary));
  return new OwnedServer('started', await launch(spec, options.port), spec, options.onProgress ?? (() => undefined));
}

function specOf(files: ServerFiles, options: Omit<StartOptions, 'binary'>, binary: string): LaunchSpec {
  const { maxPayloadBytes = MAX_PAYLOAD_BYTES, storeMaxBytes, syncs = false } = options;
  const settings = { maxPayloadBytes, storeMaxBytes, syncs };
  return { files, binary, settings, supervised: options.supervise ?? false };
}

async function reuse(files: ServerFiles, live: ServerRecord, options: ConnectOrStartOptions): Promise<ManagedNatsServer> {
  const progress = options.onProgress ?? (() => undefined);
  if (isAlive(live.ownerPid)) {
    progress(`using the nats-server that process ${live.ownerPid} runs on port ${live.port}`);
    await noteUse(files);
    return usedServer('shared', { ...live, keys: files.keys }, files);
  }
  progress(`taking over the nats-server (pid ${live.pid}) that an earlier run left behind on port ${live.port}`);
  const spec = specOf(files, options, live.binary);
  await writeRecord(files, { ...live, ownerPid: process.pid, supervised: spec.supervised });
  const launched = { handle: foreignHandle(live.pid), port: live.port, version: live.version };
  return new OwnedServer('adopted', launched, spec, progress);
}

/**
 * The record of a server of this home that runs and answers; a stale record is removed. The caller holds the home's lock, so no
 * other process is starting one now.
 * @throws NatsStoreInUse when a server runs but does not answer, or answers without being the recorded one
 */
async function liveRecord(files: ServerFiles): Promise<ServerRecord | undefined> {
  const record = await readRecord(files);
  // whoever asks it has to have a key, also where the home's folder of keys is new
  if (record !== undefined) await busIdentities(files.keys);
  if (record !== undefined && runs(record, files)) {
    await untilAnswers(record, files);
    return record;
  }
  if (record !== undefined && (await answers(record, files))) {
    throw new NatsStoreInUse(
      `a nats-server of this home answers on port ${record.port}, but not as the recorded process ${record.pid}`,
    );
  }
  await removeRecord(files);
  return undefined;
}

/** A server that died under a living supervisor is about to come back: starting another would take its store from it. */
async function untilSupervisorActs(files: ServerFiles): Promise<void> {
  const deadline = performance.now() + COME_BACK_MS_MAX;
  for (;;) {
    const record = await readRecord(files);
    const isComingBack = record?.supervised === true && isAlive(record.ownerPid) && !runs(record, files);
    if (!isComingBack || performance.now() > deadline) return;
    await wait(POLL_MS);
  }
}

/** Process ids are given away again: only a process that was started with our configuration is our server. */
function runs(record: ServerRecord, files: ServerFiles): boolean {
  if (!isAlive(record.pid)) return false;
  const command = commandLineOf(record.pid);
  return command === undefined || command.includes(files.config);
}

async function untilAnswers(record: ServerRecord, files: ServerFiles): Promise<void> {
  const deadline = performance.now() + ANSWER_MS_MAX;
  while (!(await answers(record, files))) {
    if (performance.now() > deadline || !runs(record, files)) {
      throw new NatsStoreInUse(
        `the nats-server of this home (pid ${record.pid}) does not answer on port ${record.port}; end it first`,
      );
    }
    await wait(POLL_MS);
  }
}

async function answers(record: ServerRecord, files: ServerFiles): Promise<boolean> {
  const answer = await probeServer(accessOf({ url: record.url, keys: files.keys }, 'supervisor')).catch((error: unknown) => {
    // A stranger on the port that refuses us is not our server.
    if (error instanceof NatsUnusable || error instanceof NatsServerTooOld) return undefined;
    throw error;
  });
  return answer?.serverName === files.serverName;
}
