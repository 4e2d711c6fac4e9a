import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { runId, type Manifest, type RunId } from '@aitrader/model';
import type { ClosingReader } from '@aitrader/contracts';
import { UnknownRunError, manifestOf, readClosing, type Bus } from '@aitrader/runtime-bus';
import type { ServiceEnvironment } from '@aitrader/runtime-configuration';
import { BUS, ENVIRONMENT } from './service-tokens.ts';

const POLL_MS = 20;

/** The manifest of the run that this service belongs to, with the run's configuration in it. */
@Injectable()
export class RunManifest {
  readonly run: RunId;
  readonly #bus: Bus;
  #manifest: Manifest | undefined;

  constructor(@Inject(BUS) bus: Bus, @Inject(ENVIRONMENT) environment: ServiceEnvironment) {
    this.#bus = bus;
    this.run = runId(environment.run);
  }

  /** @throws Error before ingest has begun the recording; when the service is running it has */
  get(): Manifest {
    if (this.#manifest === undefined) throw new Error(`the recording of ${this.run} has not begun`);
    return this.#manifest;
  }

  /** Waits until ingest has begun the recording, or `givenUp` says so. */
  async begun(givenUp: () => boolean): Promise<Manifest | undefined> {
    while (this.#manifest === undefined && !givenUp()) {
      this.#manifest = await manifestOf(this.#bus, this.run).catch((error: unknown) => {
        if (error instanceof UnknownRunError) return undefined;
        throw error;
      });
      if (this.#manifest === undefined) await sleep(POLL_MS);
    }
    return this.#manifest;
  }

  /** Waits until ingest has recorded all that the run goes on from, or `givenUp` says so; undefined for a run that begins from nothing. */
  async opening(givenUp: () => boolean): Promise<ClosingReader | undefined> {
    while (this.get().follows !== null && !givenUp()) {
      const told = await readClosing(this.#bus, this.run, 'opening');
      if (told?.reader.isWhole === true) return told.reader;
      await sleep(POLL_MS);
    }
    return undefined;
  }
}
