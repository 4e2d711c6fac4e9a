import { setTimeout as sleep } from 'node:timers/promises';
import { TOPOLOGY, type StageName } from '@aitrader/contracts';
import { runId, type Manifest, type RunId } from '@aitrader/model';
import {
  Checkpoints,
  FencedPublisher,
  StageRunner,
  UnknownRunError,
  manifestOf,
  openBus,
  type Bus,
  type StageHandler,
} from '@aitrader/runtime-bus';
import { CODE_VERSION, type ServiceEnvironment } from '@aitrader/runtime-configuration';
import type { Health, HostContext, ServiceHost } from './service-host.ts';

export interface StageServiceOptions {
  readonly stage: StageName;
  /** the stage behind its codecs, fresh, for one shard (−1: the account) */
  readonly newHandler: (manifest: Manifest, shard: number) => StageHandler;
}

const MANIFEST_POLL_MS = 20;

/** Hosts the instances of one stage that fall to this process: one per shard it owns, or the account's one. */
export class StageHost implements ServiceHost {
  readonly #options: StageServiceOptions;
  readonly #environment: ServiceEnvironment;
  readonly #context: HostContext;
  readonly #run: RunId;
  #runners: StageRunner[] = [];
  #bus: Bus | undefined;
  #publisher: FencedPublisher | undefined;
  #status: Health['status'] = 'starting';

  constructor(options: StageServiceOptions, environment: ServiceEnvironment, context: HostContext) {
    this.#options = options;
    this.#environment = environment;
    this.#context = context;
    this.#run = runId(environment.run);
  }

  async start(): Promise<void> {
    const { stage, newHandler } = this.#options;
    const bus = await openBus(this.#environment.natsUrl, `${stage} ${this.#run}`);
    this.#bus = bus;
    const manifest = await this.#manifest(bus);
    if (manifest === undefined) return;
    const checkpoints = await Checkpoints.open(bus, this.#run);
    const publisher = new FencedPublisher(bus, this.#run, stage, {
      failed: (error) => this.#fail(error),
      stored: () => this.#runners.forEach((runner) => runner.advance()),
    });
    this.#publisher = publisher;
    for (const shard of this.#shards(manifest)) {
      const runner = new StageRunner({
        bus,
        manifest,
        stage,
        shard,
        publisher,
        checkpoints,
        handler: newHandler(manifest, shard),
        codeVersion: CODE_VERSION,
        checkpointEvery: this.#environment.checkpointEvery,
        logger: this.#context.logger.child({ shard }),
        failed: (error) => this.#fail(error),
      });
      this.#runners.push(runner);
      await runner.start();
    }
    this.#status = 'running';
  }

  /** Waits until ingest has begun the recording. */
  async #manifest(bus: Bus): Promise<Manifest | undefined> {
    while (this.#status === 'starting') {
      const manifest = await manifestOf(bus, this.#run).catch((error: unknown) => {
        if (error instanceof UnknownRunError) return undefined;
        throw error;
      });
      if (manifest !== undefined) return manifest;
      await sleep(MANIFEST_POLL_MS);
    }
    return undefined;
  }

  #shards(manifest: Manifest): number[] {
    const { index, count } = this.#environment.replica;
    if (TOPOLOGY[this.#options.stage].per === 'account') return [-1];
    return Array.from({ length: manifest.shards }, (_, shard) => shard).filter((shard) => shard % count === index);
  }

  #fail(error: Error): void {
    this.#status = 'failed';
    this.#context.failed(error);
  }

  async drain(): Promise<void> {
    this.#status = 'draining';
    for (const runner of this.#runners) await runner.drain();
    await this.#publisher?.settled();
    await this.#bus?.nc.drain();
  }

  health(): Health {
    const instances = this.#runners.map((runner) => ({
      shard: runner.shard,
      t: runner.done,
      seq: runner.seq,
      waiting: runner.waiting,
    }));
    return { stage: this.#options.stage, run: this.#run, status: this.#status, pid: process.pid, instances };
  }
}
