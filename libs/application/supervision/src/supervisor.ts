import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, rmSync, writeFileSync, type WriteStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { STAGES, type StageName } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import type { IngestSpec } from '@aitrader/runtime-configuration';

const EXIT_DRAINED = 0;
/** A crash or a signal: worth another try. Every other code says that a restart would end the same way. */
const EXIT_CRASHED = 1;
const RESTART_WAIT_MS = 200;
/** More crashes than this within the window are a defect, not bad luck. */
const RESTARTS_MAX = 20;
const RESTART_WINDOW_MS = 60_000;
const DRAIN_MS_MAX = 15_000;
/**
 * A slice is garbage once it is handled. With the usual nursery much of it is still waiting when the nursery is full, and moves to the
 * old heap for good: half of a wide slice's time went there.
 */
const NODE_FLAGS = ['--enable-source-maps', '--max-semi-space-size=32'];

export interface SupervisorOptions {
  readonly run: RunId;
  readonly natsUrl: string;
  readonly home: string;
  readonly spec: IngestSpec;
  readonly checkpointEvery?: number;
  /** health endpoints at this port and the following ones; any free ports when absent */
  readonly healthPort?: number | undefined;
  /** a service crashed and is being restarted */
  readonly onRestart?: (stage: StageName, why: string) => void;
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
}

interface Service {
  readonly stage: StageName;
  readonly log: WriteStream;
  readonly logFile: string;
  child: ChildProcess | undefined;
  lastError: string;
  readonly crashes: number[];
}

/** Runs the five services as processes, restarts those that crash, and drains them at the end. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #services: Service[];
  readonly #statusFile: string;
  readonly #failure = Promise.withResolvers<never>();
  #stopping = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const logs = path.join(options.home, 'logs', options.run);
    mkdirSync(logs, { recursive: true });
    mkdirSync(path.join(options.home, 'run'), { recursive: true });
    this.#statusFile = path.join(options.home, 'run', `${options.run}.json`);
    this.#failure.promise.catch(() => undefined);
    this.#services = STAGES.map((stage) => {
      const logFile = path.join(logs, `${stage}.log`);
      return { stage, logFile, log: createWriteStream(logFile, { flags: 'a' }), child: undefined, lastError: '', crashes: [] };
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
    const { run, home, natsUrl, spec, checkpointEvery, healthPort } = this.#options;
    const main = fileURLToPath(new URL(`../../../../services/${service.stage}/dist/main.js`, import.meta.url));
    const child = spawn(process.execPath, [...NODE_FLAGS, main], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...process.env,
        NATS_URL: natsUrl,
        AITRADER_RUN: run,
        AITRADER_SUPERVISED: '1',
        AITRADER_REPLICA: '0/1',
        NODE_COMPILE_CACHE: path.join(home, 'cache'),
        AITRADER_HEALTH_PORT: String(healthPort === undefined ? 0 : healthPort + STAGES.indexOf(service.stage)),
        ...(checkpointEvery === undefined ? {} : { AITRADER_CHECKPOINT_SLICES: String(checkpointEvery) }),
        ...(service.stage === 'ingest' ? { AITRADER_INGEST: JSON.stringify(spec) } : {}),
      },
    });
    service.child = child;
    this.#follow(service, child);
    child.once('exit', (code, signal) => this.#ended(service, code, signal));
    this.#writeStatus();
  }

  #follow(service: Service, child: ChildProcess): void {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        service.log.write(`${line}\n`);
        service.lastError = errorIn(line) ?? service.lastError;
      });
    }
  }

  #ended(service: Service, code: number | null, signal: NodeJS.Signals | null): void {
    service.child = undefined;
    this.#writeStatus();
    if (this.#stopping || code === EXIT_DRAINED) return;
    const now = performance.now();
    service.crashes.push(now);
    while ((service.crashes[0] ?? now) < now - RESTART_WINDOW_MS) service.crashes.shift();
    const hopeless = (code !== null && code !== EXIT_CRASHED) || service.crashes.length > RESTARTS_MAX;
    if (hopeless) {
      this.#failure.reject(new ServiceFailed(service.stage, code ?? EXIT_CRASHED, service.lastError, service.logFile));
      return;
    }
    this.#options.onRestart?.(service.stage, signal ?? service.lastError);
    setTimeout(() => {
      if (!this.#stopping) this.#spawn(service);
    }, RESTART_WAIT_MS);
  }

  /** Who runs as which process: for operators and for tests that kill. */
  #writeStatus(): void {
    const pids = Object.fromEntries(this.#services.map(({ stage, child }) => [stage, child?.pid ?? null]));
    writeFileSync(this.#statusFile, `${JSON.stringify({ run: this.#options.run, supervisor: process.pid, pids })}\n`);
  }

  /** Drains the feed alone: the other services go on with what it has sent. */
  async stopFeed(): Promise<void> {
    this.#stopping = true;
    const feed = this.#services.find(({ stage }) => stage === 'ingest')?.child;
    if (feed === undefined) return;
    const gone = new Promise<void>((resolve) => feed.once('exit', () => resolve()));
    feed.kill('SIGTERM');
    await gone;
  }

  /** Drains all services and waits until they are gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const children = this.#services.flatMap(({ child }) => (child === undefined ? [] : [child]));
    const gone = children.map((child) => new Promise<void>((resolve) => child.once('exit', () => resolve())));
    for (const child of children) child.kill('SIGTERM');
    const late = new AbortController();
    await Promise.race([Promise.all(gone), sleep(DRAIN_MS_MAX, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
    for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    for (const { log } of this.#services) log.end();
    rmSync(this.#statusFile, { force: true });
  }
}

/** The message of a log line at level error; a line that is no JSON is a last word on standard error. */
function errorIn(line: string): string | undefined {
  try {
    const record: unknown = JSON.parse(line);
    if (typeof record !== 'object' || record === null || !('level' in record) || record.level !== 'error') return undefined;
    return 'message' in record ? String(record.message) : undefined;
  } catch {
    return /error/i.test(line) ? line : undefined;
  }
}
