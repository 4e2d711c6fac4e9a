import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'winston';
import { JournalBehind, behindWords, isUnusable, journalRun, runsBefore, type Written } from '@aitrader/application-journal';
import { runId, type RunId } from '@aitrader/model';
import type { Bus } from '@aitrader/runtime-bus';
import { ConfigurationError, type ServiceEnvironment } from '@aitrader/runtime-configuration';
import { openDatabase, type OpenDatabase } from '@aitrader/runtime-database';
import { BUS, ENVIRONMENT, LOGGER, ServiceServer, type InstanceHealth } from '@aitrader/runtime-service';

/** What is left after this long stays unwritten until somebody goes on with it. Within what a service has to drain. */
const FINISH_MS_MAX = 8_000;
const HOME_VARIABLE = 'AITRADER_HOME';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Writes a run into Postgres as it goes on, and before it the runs that it goes on from. It reads the recording as anybody may, and publishes
 * nothing: a database that is down, slow or full is waited for here, and is nobody else's business.
 */
@Injectable()
export class JournalServer extends ServiceServer {
  override readonly transportId = Symbol('Journal');
  readonly #bus: Bus;
  readonly #logger: Logger;
  readonly #run: RunId;
  readonly #stopped = new AbortController();
  readonly #finishing = new AbortController();
  #written: Written = { seq: 0, end: 0, decided: undefined };
  #failing: string | null = null;
  #following: Promise<void> = Promise.resolve();

  constructor(@Inject(ENVIRONMENT) environment: ServiceEnvironment, @Inject(BUS) bus: Bus, @Inject(LOGGER) logger: Logger) {
    super();
    this.#bus = bus;
    this.#logger = logger;
    this.#run = runId(environment.run);
  }

  /** Runs at once: it is not for the database to say whether a service does. */
  protected override start(): Promise<void> {
    this.#following = this.#follow().catch((error: unknown) => {
      if (error instanceof JournalBehind) this.#logger.warn(error.message);
      else this.fail(isUnusable(error) ? new ConfigurationError('the database', [messageOf(error)]) : (error as Error));
    });
    return Promise.resolve();
  }

  /** Writes what the recording holds by now, where the database takes it. */
  protected override async drain(): Promise<void> {
    this.#finishing.abort();
    const done = new AbortController();
    const late = sleep(FINISH_MS_MAX, undefined, { signal: done.signal }).then(
      () => this.#logger.warn(this.#behind()),
      () => undefined,
    );
    await Promise.race([this.#following, late]);
    done.abort();
    this.#stopped.abort();
  }

  override instances(): readonly InstanceHealth[] {
    const { seq, end, decided } = this.#written;
    return [{ shard: -1, t: decided ?? 0, seq, waiting: end - seq }];
  }

  override about(): { readonly failing: string | null } {
    return { failing: this.#failing };
  }

  /** There is no client behind it. */
  override unwrap<T>(): T {
    throw new Error('the journal has no transport of its own');
  }

  async #follow(): Promise<void> {
    for (const before of await runsBefore(this.#bus, this.#run, this.#finishing.signal)) await this.#write(before, false);
    await this.#write(this.#run, true);
    this.#logger.info('complete', { run: this.#run, seq: this.#written.seq });
  }

  async #write(run: RunId, follow: boolean): Promise<void> {
    await journalRun({
      ...{ bus: this.#bus, run, follow, patient: true, open: () => this.#open() },
      ...{ stopped: this.#stopped.signal, finishing: this.#finishing.signal },
      onWritten: (written) => this.#note(run, written),
      onRetry: (error) => this.#retry(error),
    });
  }

  async #open(): Promise<OpenDatabase> {
    const home = path.resolve(process.env[HOME_VARIABLE] ?? '.aitrader');
    return openDatabase({ home, onProgress: (text) => void this.#logger.info(text) });
  }

  #note(run: RunId, written: Written): void {
    if (run === this.#run) this.#written = { ...written, decided: written.decided ?? this.#written.decided };
    if (this.#failing === null) return;
    this.#failing = null;
    this.#logger.info('the database answers again');
  }

  /** Said once for as long as it lasts. */
  #retry(error: unknown): void {
    if (this.#failing === null) this.#logger.warn(`the database fails, and is tried again: ${messageOf(error)}`);
    this.#failing = messageOf(error);
  }

  #behind(): string {
    return behindWords(this.#run, this.#written.seq, this.#written.end);
  }
}
