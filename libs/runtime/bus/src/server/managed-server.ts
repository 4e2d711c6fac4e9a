import { setTimeout as wait } from 'node:timers/promises';
import type { BusServer } from './access.ts';
import { withLock } from './home-lock.ts';
import { launch, STOP_MS_MAX, urlOf, type Launched, type LaunchSpec } from './launch.ts';
import { endProcess, isAlive, killProcess, type ProcessExit, type ProcessHandle } from './process-handle.ts';
import { readRecord, removeRecord, type ServerFiles, type ServerRecord } from './server-files.ts';
import { endUse, otherUsers } from './server-users.ts';
import { StoreWatch } from './store-watch.ts';
import { messageOf } from './thrown.ts';

/** How a server ended, and what its owner does about it. */
export interface ServerExit extends ProcessExit {
  /** it was asked to: stop(), restart() */
  readonly expected: boolean;
  readonly willRestart: boolean;
}

/**
 * Whose server it is. `started`: ours. `adopted`: left behind by an owner that died, now ours. `shared`: another living process
 * owns it. `external`: NATS_URL named it.
 */
export type ServerOrigin = 'started' | 'adopted' | 'shared' | 'external';

/** A nats-server with JetStream that was ready when this was returned. Its address stays the same over restarts. */
export interface ManagedNatsServer extends BusServer {
  readonly origin: ServerOrigin;
  /** the current process; undefined for an external server, and while a server of ours is down */
  readonly pid: number | undefined;
  /** undefined for an external server */
  readonly port: number | undefined;
  readonly version: string;
  /** Ends the server (SIGTERM, after 10 s SIGKILL), once no other process uses it any more. A shared or external server is left alone. */
  stop(): Promise<void>;
  /** Kills the process on the spot, for tests of recovery. @throws Error for a shared or external server */
  kill9(): Promise<void>;
  /** Stops the server and starts it on the same port and store. @throws Error for a shared or external server */
  restart(): Promise<void>;
  /** Resolves when the server is ready, at once unless it is being started again. @throws Error when it will not come back */
  ready(): Promise<void>;
  /** Told of every end of the process; returns how to stop being told. Never called for a shared or external server. */
  onExit(listener: (exit: ServerExit) => void): () => void;
}

/** At most this many unexpected restarts in this time: a server that keeps dying has a reason that a restart does not cure. */
export const RESTARTS_MAX = 5;
export const RESTART_WINDOW_MS = 60_000;
const BACK_OFF_MS_FIRST = 100;
const BACK_OFF_MS_MAX = 5_000;
/** How often it is asked whether others still use a server that is to end. */
const USERS_POLL_MS = 100;
/** How often a supervised server's log is read for failed writes. */
const STORE_CHECK_MS = 1_000;
/** Room for two of the largest messages, the bookkeeping beside them included. */
const PAYLOADS_FREE_MIN = 2;

type Progress = (text: string) => void;

/** A server that this process may stop: it started it or adopted it. */
export class OwnedServer implements ManagedNatsServer {
  readonly origin: ServerOrigin;
  readonly url: string;
  readonly keys: string;
  readonly port: number;
  readonly version: string;
  readonly #spec: LaunchSpec;
  readonly #progress: Progress;
  readonly #listeners = new Set<(exit: ServerExit) => void>();
  readonly #restartedAt: number[] = [];
  readonly #watching = new AbortController();
  #handle: ProcessHandle;
  #ready: Promise<void> = Promise.resolve();
  #isOrdered = false;
  #isStopped = false;
  #hasToldUsers = false;

  constructor(origin: ServerOrigin, launched: Launched, spec: LaunchSpec, progress: Progress) {
    this.origin = origin;
    this.port = launched.port;
    this.url = urlOf(launched.port);
    this.keys = spec.files.keys;
    this.version = launched.version;
    this.#spec = spec;
    this.#progress = progress;
    this.#handle = launched.handle;
    this.#follow(launched.handle);
    if (spec.supervised) void this.#watchStore();
  }

  get pid(): number | undefined {
    return this.#handle.hasExited() ? undefined : this.#handle.pid;
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#watching.abort();
    await this.#ready.catch(() => undefined);
    while (!(await this.#endUnlessUsed())) await wait(USERS_POLL_MS);
  }

  /** Whether it has ended: not while another process uses it, which would be left without. Nobody begins to while it ends. */
  async #endUnlessUsed(): Promise<boolean> {
    const { files } = this.#spec;
    return withLock(files.lock, async () => {
      const users = this.#handle.hasExited() ? [] : await otherUsers(files);
      if (users.length > 0) {
        this.#tellUsers(users);
        return false;
      }
      await endProcess(this.#handle, STOP_MS_MAX);
      const record = await readRecord(files);
      if (record?.ownerPid === process.pid) await removeRecord(files);
      return true;
    });
  }

  #tellUsers(users: readonly number[]): void {
    if (this.#hasToldUsers) return;
    this.#hasToldUsers = true;
    this.#progress(`done; waiting for process ${users.join(', ')}, which uses the nats-server that was started here`);
  }

  async kill9(): Promise<void> {
    await killProcess(this.#handle);
    // Listeners, and the supervisor's decision, come before whoever waits for the kill.
    await wait(0);
  }

  async restart(): Promise<void> {
    await this.#ready.catch(() => undefined);
    if (this.#isStopped) throw new Error('the server was stopped');
    this.#isOrdered = true;
    this.#ready = this.#keepQuiet(this.#endAndLaunch());
    return this.#ready;
  }

  ready(): Promise<void> {
    return this.#ready;
  }

  onExit(listener: (exit: ServerExit) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #follow(handle: ProcessHandle): void {
    void handle.exited.then((exit) => {
      const expected = this.#isOrdered || this.#isStopped;
      const willRestart = !expected && this.#spec.supervised && this.#mayRestart();
      if (!expected) this.#ready = this.#keepQuiet(willRestart ? this.#comeBack() : this.#stayDown());
      for (const listener of this.#listeners) listener({ ...exit, expected, willRestart });
    });
  }

  async #endAndLaunch(): Promise<void> {
    try {
      await withLock(this.#spec.files.lock, async () => {
        await endProcess(this.#handle, STOP_MS_MAX);
        await this.#launch();
      });
    } finally {
      this.#isOrdered = false;
    }
  }

  /** Starts a server that died unexpectedly, as often as the bounds allow. */
  async #comeBack(): Promise<void> {
    for (;;) {
      const ms = Math.min(BACK_OFF_MS_FIRST * 2 ** this.#restartedAt.length, BACK_OFF_MS_MAX);
      this.#restartedAt.push(performance.now());
      this.#progress(`nats-server (pid ${this.#handle.pid}) ended unexpectedly; starting it again in ${ms} ms`);
      await wait(ms);
      if (this.#isStopped) return;
      try {
        return await withLock(this.#spec.files.lock, () => this.#launch());
      } catch (error) {
        this.#progress(`nats-server could not be started again: ${messageOf(error)}`);
        if (!this.#mayRestart()) return this.#stayDown(error);
      }
    }
  }

  async #launch(): Promise<void> {
    const record = await readRecord(this.#spec.files);
    if (record !== undefined && record.ownerPid !== process.pid) {
      throw new Error(`process ${record.ownerPid} has started a server in this home meanwhile`);
    }
    const { handle } = await launch(this.#spec, this.port);
    this.#handle = handle;
    this.#follow(handle);
  }

  #mayRestart(): boolean {
    const since = performance.now() - RESTART_WINDOW_MS;
    while ((this.#restartedAt[0] ?? since) < since) this.#restartedAt.shift();
    return this.#restartedAt.length < RESTARTS_MAX;
  }

  async #stayDown(cause?: unknown): Promise<never> {
    const why = this.#spec.supervised ? ` and was started ${RESTARTS_MAX} times within ${RESTART_WINDOW_MS / 1000} s` : '';
    throw new Error(`nats-server ended unexpectedly${why}; see ${this.#spec.files.log}`, { cause });
  }

  /** Whoever does not ask ready() must not die of its rejection. */
  #keepQuiet(ready: Promise<void>): Promise<void> {
    ready.catch(() => undefined);
    return ready;
  }

  /** A server whose disk was full answers no publish even when there is room again: it is restarted then. */
  async #watchStore(): Promise<void> {
    const { files, settings } = this.#spec;
    const bytesFreeMin = PAYLOADS_FREE_MIN * settings.maxPayloadBytes;
    let watch = new StoreWatch(files.log, files.store, bytesFreeMin);
    let told = false;
    const options = { ref: false, signal: this.#watching.signal };
    while (await wait(STORE_CHECK_MS, true, options).catch(() => false)) {
      const { condition, failure } = await watch.check().catch(() => ({ condition: 'sound' as const, failure: undefined }));
      if (condition === 'sound') continue;
      if (!told) this.#progress(`the store takes no more messages: ${failure}`);
      told = true;
      if (condition !== 'freed' || !this.#mayRestart()) continue;
      this.#progress('there is room again; restarting nats-server so that it stores again');
      this.#restartedAt.push(performance.now());
      await this.restart().catch((error: unknown) => this.#progress(String(error)));
      watch = new StoreWatch(files.log, files.store, bytesFreeMin);
      told = false;
    }
  }
}

/** A server that this process only uses; of a shared one it is known who owns it. */
export function usedServer(
  origin: 'shared' | 'external',
  { url, version, keys, tls, pid, port, ownerPid }: Pick<ServerRecord, 'url' | 'version'> & Partial<ServerRecord> & BusServer,
  files?: ServerFiles,
): ManagedNatsServer {
  const refuse = (): Promise<never> => Promise.reject(new Error(`the nats-server at ${url} is not ours to end`));
  const isOver = (): boolean => [pid, ownerPid].every((id) => id !== undefined && !isAlive(id));
  return {
    origin,
    url,
    keys,
    tls,
    pid,
    port,
    version,
    stop: () => (files === undefined ? Promise.resolve() : endUse(files)),
    kill9: refuse,
    restart: refuse,
    ready: () =>
      isOver()
        ? Promise.reject(new Error(`the nats-server at ${url} ended with process ${ownerPid}, which had started it`))
        : Promise.resolve(),
    onExit: () => () => undefined,
  };
}
