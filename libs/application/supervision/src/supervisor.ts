import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync, type WriteStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { STAGES, type StageName } from '@aitrader/contracts';
import { compareText, runId, type RunId } from '@aitrader/model';
import { accessOf, busVariables, type BusServer } from '@aitrader/runtime-bus';
import { ALPACA_KEY_VARIABLES, needsVault, programFile, type IngestSpec } from '@aitrader/runtime-configuration';
import { serviceKeys } from './service-keys.ts';

const EXIT_DRAINED = 0;
/** A crash or a signal: worth another try. Every other code says that a restart would end the same way. */
const EXIT_CRASHED = 1;
const EXIT_FENCED = 3;
const EXIT_BUS_FULL = 4;
/** What is recorded cannot be read, or contradicts itself: it will not be otherwise another time. */
const EXIT_DIVERGED = 5;
/** A message is there that should not be: an operator has to look, and a restart would only meet it again. */
const EXIT_FORGED = 6;
const RESTART_WAIT_MS = 200;
/** How long a service that was fenced off is not believed to be the first cause. */
const FENCED_WORD_MS = 1_500;
/** More crashes than this in a row are a defect, not bad luck. */
const RESTARTS_MAX = 20;
/** A service that ends by itself and has never been running yet has less to hope for. */
const START_ATTEMPTS_MAX = 10;
/** A service that was running for this long before it crashed begins a new row. */
const SOUND_MS_MIN = 10_000;
/** What a service logs when it has begun to work. */
const RUNNING = 'running';
/** What it logs, with its address, once its health can be asked. */
const HEALTH = 'health endpoint';
const DRAIN_MS_MAX = 15_000;
/** How long errors of a service wait to be told together. */
const TELL_MS = 500;
/**
 * A slice is garbage once it is handled. With the usual nursery much of it is still waiting when the nursery is full, and moves to the
 * old heap for good: half of a wide slice's time went there.
 */
const NODE_FLAGS = ['--enable-source-maps', '--max-semi-space-size=32'];

export const logFolderOf = (home: string, run: RunId): string => path.join(home, 'logs', run);
/** Who runs as which process, while a run goes on. */
export const statusFileOf = (home: string, run: RunId): string => path.join(home, 'run', `${run}.json`);

/** Runs that a supervisor has said to be at work, in order: one that was killed did not take it back. */
export function supervisedRuns(home: string): readonly RunId[] {
  const folder = path.join(home, 'run');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((file) => (file.endsWith('.json') ? [runId(file.slice(0, -'.json'.length))] : []))
    .sort(compareText);
}

export interface SupervisorOptions {
  readonly run: RunId;
  readonly server: BusServer;
  readonly home: string;
  readonly spec: IngestSpec;
  readonly checkpointEvery?: number;
  /** variables that the feed is started with beside this process's own, which they override */
  readonly feedEnv?: Readonly<Record<string, string>> | undefined;
  /** the same for execution */
  readonly executionEnv?: Readonly<Record<string, string>> | undefined;
  /** whether somebody said where the broker is asked */
  readonly namesBroker?: boolean;
  /** health endpoints at this port and the following ones; any free ports when absent */
  readonly healthPort?: number | undefined;
  /** a service crashed and is being restarted */
  readonly onRestart?: (stage: StageName, why: string) => void;
  /** asked before a service is started again: why it must not be, if so */
  readonly whyNotRestart?: () => Promise<string | undefined>;
}

/** A service ended in a way that no restart can mend. */
export class ServiceFailed extends Error {
  override readonly name = 'ServiceFailed';
  readonly stage: StageName;
  readonly exitCode: number;
  constructor(stage: StageName, exitCode: number, reason: string, log: string) {
    super(`${stage}: ${reason || `ended with code ${exitCode}`} (log: ${log})`);
    this.stage = stage;
    this.exitCode = exitCode;
  }

  /** Whether the fault is in the recording itself. */
  get isInRecording(): boolean {
    return this.exitCode === EXIT_DIVERGED || this.exitCode === EXIT_FORGED;
  }
  /** Whether the bus had no room for another message. */
  get isForRoom(): boolean {
    return this.exitCode === EXIT_BUS_FULL;
  }
}

interface Service {
  readonly stage: StageName;
  readonly log: WriteStream;
  readonly logFile: string;
  child: ChildProcess | undefined;
  lastError: string;
  /** when it said that it was running; undefined before */
  runningSince: number | undefined;
  /** where its health is told, once it has said so */
  health: string | undefined;
  hasRun: boolean;
  /** how often it has crashed in a row */
  crashes: number;
  /** how often it was started again, and what it has logged as errors, as long as this supervisor lives */
  restarts: number;
  errors: number;
  lastTrouble: string;
}

/** Runs the five services as processes, and the scanner where the run has one, restarts those that crash, and drains them at the end. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #services: Service[];
  readonly #statusFile: string;
  readonly #failure = Promise.withResolvers<never>();
  #stopping = false;
  #telling: NodeJS.Timeout | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const logs = logFolderOf(options.home, options.run);
    this.#statusFile = statusFileOf(options.home, options.run);
    for (const folder of [logs, path.dirname(this.#statusFile)]) mkdirSync(folder, { recursive: true });
    this.#failure.promise.catch(() => undefined);
    this.#services = STAGES.filter((stage) => stage !== 'scanner' || options.spec.config.scanner !== null).map((stage) => {
      const logFile = path.join(logs, `${stage}.log`);
      // What an earlier life of the run logged stays. A disk that takes no more of the log must not end the run.
      const log = createWriteStream(logFile, { flags: 'a' }).on('error', () => undefined);
      return {
        stage,
        logFile,
        log,
        child: undefined,
        lastError: '',
        runningSince: undefined,
        health: undefined,
        hasRun: false,
        crashes: 0,
        restarts: 0,
        errors: 0,
        lastTrouble: '',
      };
    });
  }

  /** Rejects when a service ends for good; never resolves. */
  get failure(): Promise<never> {
    return this.#failure.promise;
  }

  start(): void {
    for (const service of this.#services) this.#spawn(service);
  }

  #spawn(service: Service): void {
    const { run, home, server, spec, feedEnv, executionEnv, namesBroker, checkpointEvery, healthPort } = this.#options;
    const child = spawn(process.execPath, [...NODE_FLAGS, programFile(service.stage)], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...(service.stage === 'ingest' ? withoutDatabase(process.env) : withoutKeys(process.env)),
        ...busVariables(accessOf(server, service.stage)),
        AITRADER_RUN: run,
        AITRADER_SUPERVISED: '1',
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? path.join(home, 'cache'),
        AITRADER_HEALTH_PORT: String(healthPort === undefined ? 0 : healthPort + STAGES.indexOf(service.stage)),
        ...(checkpointEvery === undefined ? {} : { AITRADER_CHECKPOINT_SLICES: String(checkpointEvery) }),
        ...(service.stage === 'ingest'
          ? { AITRADER_INGEST: JSON.stringify(spec), AITRADER_RAW: path.join(home, 'raw'), ...feedEnv }
          : {}),
        ...serviceKeys(home, service.stage),
        ...(service.stage === 'execution' ? { ...brokerKeys(spec, process.env, namesBroker), ...executionEnv } : {}),
      },
    });
    service.child = child;
    service.lastError = '';
    service.runningSince = undefined;
    service.health = undefined;
    this.#follow(service, child);
    child.once('error', (error) => (service.lastError = error.message));
    // Not at its exit: its last words may still be on their way then.
    child.once('close', (code, signal) => this.#ended(service, code, signal));
    this.#writeStatus();
  }

  #follow(service: Service, child: ChildProcess): void {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        service.log.write(`${line}\n`);
        const said = saidIn(line);
        if (said?.level === 'error') {
          service.lastError = said.message;
          service.lastTrouble = said.message;
          service.errors += 1;
          this.#tellSoon();
        }
        if (said?.message === HEALTH) {
          service.health = said.url;
          this.#writeStatus();
        }
        if (said?.message === RUNNING) {
          service.runningSince = performance.now();
          service.hasRun = true;
        }
      });
    }
  }

  #ended(service: Service, code: number | null, signal: NodeJS.Signals | null): void {
    service.child = undefined;
    this.#writeStatus();
    if (this.#stopping || code === EXIT_DRAINED) return;
    const isSound = service.runningSince !== undefined && performance.now() - service.runningSince > SOUND_MS_MIN;
    service.crashes = isSound ? 1 : service.crashes + 1;
    const why = signal ?? service.lastError;
    service.lastTrouble = why;
    if (code !== null && code !== EXIT_CRASHED) {
      const failed = new ServiceFailed(service.stage, code, why, service.logFile);
      // A message that should not be there fences off the writer of its subject: who reads it has more to say.
      if (code === EXIT_FENCED) setTimeout(() => this.#failure.reject(failed), FENCED_WORD_MS);
      else this.#failure.reject(failed);
      return;
    }
    const isStillborn = signal === null && !service.hasRun && service.crashes >= START_ATTEMPTS_MAX;
    if (isStillborn || service.crashes > RESTARTS_MAX) {
      const often = `crashed ${service.crashes} times in a row, at last by ${why || `code ${code}`}`;
      this.#failure.reject(new ServiceFailed(service.stage, EXIT_CRASHED, often, service.logFile));
      return;
    }
    this.#options.onRestart?.(service.stage, why);
    void this.#restart(service);
  }

  async #restart(service: Service): Promise<void> {
    const [problem] = await Promise.all([this.#options.whyNotRestart?.().catch(() => undefined), sleep(RESTART_WAIT_MS)]);
    if (problem !== undefined)
      this.#failure.reject(
        new ServiceFailed(service.stage, EXIT_CRASHED, `${service.lastError || 'crashed'}; ${problem}`, service.logFile),
      );
    else if (!this.#stopping) {
      service.restarts += 1;
      this.#spawn(service);
    }
  }

  /** Errors come in rows. */
  #tellSoon(): void {
    if (this.#telling !== undefined) return;
    this.#telling = setTimeout(() => {
      this.#telling = undefined;
      if (!this.#stopping) this.#writeStatus();
    }, TELL_MS).unref();
  }

  /** Who runs as which process, where its health is told, and what has gone wrong: for operators, the console, and tests that kill. */
  #writeStatus(): void {
    const pids = Object.fromEntries(this.#services.map(({ stage, child }) => [stage, child?.pid ?? null]));
    const health = Object.fromEntries(
      this.#services.flatMap(({ stage, health: url }) => (url === undefined ? [] : [[stage, url]])),
    );
    const troubles = Object.fromEntries(
      this.#services.map(({ stage, restarts, errors, lastTrouble: last }) => [stage, { restarts, errors, last }]),
    );
    const status = { run: this.#options.run, supervisor: process.pid, pids, health, troubles };
    try {
      writeFileSync(this.#statusFile, `${JSON.stringify(status)}\n`);
    } catch {
      // It only tells who is who: a disk without room must not end the run.
    }
  }

  /** Drains the feed alone: the other services go on with what it has sent. */
  async stopFeed(): Promise<void> {
    this.#stopping = true;
    const feed = this.#services.find(({ stage }) => stage === 'ingest')?.child;
    if (feed === undefined) return;
    const gone = new Promise<void>((resolve) => feed.once('close', () => resolve()));
    feed.kill('SIGTERM');
    await gone;
  }

  /** Drains all services and waits until they are gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#telling);
    const children = this.#services.flatMap(({ child }) => (child === undefined ? [] : [child]));
    const gone = children.map((child) => new Promise<void>((resolve) => child.once('close', () => resolve())));
    for (const child of children) child.kill('SIGTERM');
    const late = new AbortController();
    await Promise.race([Promise.all(gone), sleep(DRAIN_MS_MAX, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
    for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    for (const { log } of this.#services) log.end();
    rmSync(this.#statusFile, { force: true });
  }
}

interface SaidLine {
  readonly level: string;
  readonly message: string;
  readonly url?: string;
}

/** What a line of a service's output says; a line that is no JSON is a last word on standard error, if it speaks of one. */
export function saidIn(line: string): SaidLine | undefined {
  try {
    const record: unknown = JSON.parse(line);
    if (typeof record !== 'object' || record === null || !('level' in record) || !('message' in record)) return undefined;
    const url = 'url' in record ? { url: String(record.url) } : {};
    return { level: String(record.level), message: String(record.message), ...url };
  } catch {
    return /error/i.test(line) ? { level: 'error', message: line } : undefined;
  }
}

/** Keys of vendors and of archives are for the service alone that asks them, and ways into the database for the journal. */
const KEY_NAME = /(_|^)(KEY|SECRET|TOKEN|CONNECTION_STRING)(_|$)/;
const DATABASE_NAME = /^(AITRADER_)?DATABASE_/;
const without = (env: NodeJS.ProcessEnv, ...names: readonly RegExp[]): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !names.some((pattern) => pattern.test(name))));
const withoutDatabase = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => without(env, DATABASE_NAME);
export const withoutKeys = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => without(env, KEY_NAME, DATABASE_NAME);

/**
 * Keys of a broker's account are for execution alone, in a run that trades there. An exchange of the run's own takes any, and is told none; one that
 * somebody names may have been told which.
 */
export function brokerKeys(
  { config: { broker } }: Pick<IngestSpec, 'config'>,
  env: NodeJS.ProcessEnv,
  namesBroker = false,
): NodeJS.ProcessEnv {
  if (broker === null || (broker.name !== 'alpaca' && !namesBroker)) return {};
  // who is to ask a vault for them has to say who it is
  const identity = needsVault(env, ALPACA_KEY_VARIABLES) ? ['AZURE_CLIENT_SECRET', 'AZURE_FEDERATED_TOKEN_FILE'] : [];
  return Object.fromEntries([...ALPACA_KEY_VARIABLES, ...identity].map((name) => [name, env[name]]));
}
