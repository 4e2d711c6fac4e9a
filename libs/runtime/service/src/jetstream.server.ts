import { Inject, Injectable } from '@nestjs/common';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Logger } from 'winston';
import { TOPOLOGY, type ClosingReader, type StageName } from '@aitrader/contracts';
import { DECISION, goOnFrom } from '@aitrader/runtime-engine';
import type { Manifest } from '@aitrader/model';
import {
  Checkpoints,
  FencedPublisher,
  ShardLeases,
  StageRunner,
  readByInterval,
  readInSequence,
  type Bus,
  type FencedError,
  type Said,
  type StageDoor,
  type StageInstanceKey,
  type StageReading,
  type StageRunnerOptions,
} from '@aitrader/runtime-bus';
import { CODE_VERSION, ConfigurationError, codeIdentity, type ServiceEnvironment } from '@aitrader/runtime-configuration';
import { Admission, readTrustedKeys } from '@aitrader/runtime-signing';
import { StageTelemetry } from '@aitrader/runtime-telemetry';
import { assertCodeOf } from './code-of-run.ts';
import { RunManifest } from './run-manifest.ts';
import { ServiceServer, type InstanceHealth } from './service.server.ts';
import { BUS, ENVIRONMENT, LOGGER, STAGE } from './service-tokens.ts';
import { StageContext } from './stage.context.ts';
import { JETSTREAM, inSequence } from './stage.decorator.ts';
import { StageInstances, type StageInstance } from './stage-instances.ts';

const never = (): boolean => false;
/** Ms since 1970, in fractions. */
const now = (): number => performance.timeOrigin + performance.now();
/** Of what is heard by intervals the time of the interval. */
const intervalOf = (heard: unknown): number | undefined =>
  typeof heard === 'object' && heard !== null && 't' in heard && typeof heard.t === 'number' ? heard.t : undefined;

/** A stage instance at work, of whichever kind. */
type Running = Pick<
  StageRunner<unknown>,
  'advance' | 'start' | 'drain' | 'giveUp' | 'shard' | 'done' | 'seq' | 'waiting' | 'askedAgain' | 'checkpointAt'
>;
/** What every instance of a process has in common. */
interface Opened {
  readonly manifest: Manifest;
  readonly opening: ClosingReader | undefined;
  readonly checkpoints: Checkpoints;
  readonly publisher: FencedPublisher;
}

/**
 * The JetStream host as a transport of Nest: runs the instances of one stage whose leases this process has, and hands each complete
 * interval to the controller method that is marked with the stage's name. What it reads and writes is the topology's business.
 * There is no negative acknowledgement: what the handler cannot handle stops the service, and nothing is skipped.
 */
@Injectable()
export class JetStreamServer extends ServiceServer {
  override readonly transportId = JETSTREAM;
  readonly #stage: StageName;
  readonly #environment: ServiceEnvironment;
  readonly #bus: Bus;
  readonly #logger: Logger;
  readonly #manifest: RunManifest;
  readonly #instances: StageInstances<StageInstance>;
  readonly #runners = new Map<number, Running>();
  /** instances that were given up and have not come to their end */
  readonly #ending = new Map<number, Promise<void>>();
  #leases: ShardLeases | undefined;
  #beginning: Promise<void> | undefined;
  #publisher: FencedPublisher | undefined;
  #telemetry: StageTelemetry | undefined;

  constructor(
    @Inject(STAGE) stage: StageName,
    @Inject(ENVIRONMENT) environment: ServiceEnvironment,
    @Inject(BUS) bus: Bus,
    @Inject(LOGGER) logger: Logger,
    manifest: RunManifest,
    instances: StageInstances<StageInstance>,
  ) {
    super();
    this.#stage = stage;
    this.#environment = environment;
    this.#bus = bus;
    this.#logger = logger;
    this.#manifest = manifest;
    this.#instances = instances;
  }

  protected override async start(): Promise<void> {
    const manifest = await this.#manifest.begun(() => this.now !== 'starting');
    if (manifest === undefined) return;
    assertCodeOf(manifest);
    const opening = await this.#manifest.opening(() => this.now !== 'starting');
    this.#telemetry = new StageTelemetry(manifest.run, this.#stage, () => this.instances());
    const checkpoints = await Checkpoints.open(this.#bus, manifest.run);
    const publisher = new FencedPublisher(this.#bus, manifest.run, this.#stage, {
      failed: (error) => this.fail(error),
      stored: () => this.#runners.forEach((runner) => runner.advance()),
      // a process that has nothing else ends
      ...(TOPOLOGY[this.#stage].per === 'shard' ? { fenced: (shard, error) => this.#fenced(shard, error) } : {}),
    });
    this.#publisher = publisher;
    const opened: Opened = { manifest, opening, checkpoints, publisher };
    if (this.now !== 'starting') return;
    const leases = new ShardLeases({
      ...{ bus: this.#bus, run: manifest.run, stage: this.#stage, shards: shardsOf(this.#stage, manifest) },
      build: codeIdentity(),
      mayWait: TOPOLOGY[this.#stage].per === 'shard' || this.#environment.standsBy,
      duties: {
        take: (shard) => this.#open(opened, shard),
        handOver: async (shard) => {
          await this.#close(shard, (runner) => runner.drain());
          await this.handedOver();
        },
        giveUp: async (shard) => {
          await this.#close(shard, (runner) => runner.giveUp());
          await this.gaveUp();
        },
      },
      logger: this.#logger,
      failed: (error) => this.fail(error),
    });
    this.#leases = leases;
    this.#beginning = leases.begin();
    await this.#beginning;
  }

  /** What is to be done before an instance begins. */
  protected prepare(): Promise<void> {
    return Promise.resolve();
  }
  /** What is to be done once an instance has begun. */
  protected begun(): void {}
  /** What is to be done when an instance has come to its end, before another process may begin it. */
  protected handedOver(): Promise<void> {
    return Promise.resolve();
  }
  /** What is to be done when an instance was given up, since it is another process's. */
  protected gaveUp(): Promise<void> {
    return Promise.resolve();
  }
  /** Resolves when it is certain that what this process runs is nobody else's. */
  protected whenOwn(): Promise<void> {
    return this.#leases?.whenOwn() ?? Promise.resolve();
  }

  async #open({ manifest, opening, checkpoints, publisher }: Opened, shard: number): Promise<void> {
    await this.#ending.get(shard);
    await this.prepare();
    const instance = this.#instances.open(manifest, shard);
    if (opening !== undefined) this.#goOn(manifest, shard, instance, opening);
    const key = { manifest, stage: this.#stage, shard };
    const open = { publisher, checkpoints, state: instance.stage };
    const runner =
      instance.isSequenced === true
        ? this.#newRunner(key, open, readInSequence(key), inSequence(this.#stage))
        : this.#newRunner(key, open, readByInterval(key, instance.schedule ?? never), this.#stage);
    this.#runners.set(shard, runner);
    try {
      await runner.start();
    } catch (error) {
      this.#runners.delete(shard);
      throw error;
    }
    this.begun();
  }

  async #close(shard: number, end: (runner: Running) => Promise<void>): Promise<void> {
    const runner = this.#runners.get(shard);
    if (runner !== undefined) await end(runner);
    this.#runners.delete(shard);
  }

  /** Another copy is the writer of a shard by now; the other shards go on. */
  #fenced(shard: number, error: FencedError): void {
    const ending = this.#close(shard, (runner) => runner.giveUp()).finally(() => this.#ending.delete(shard));
    this.#ending.set(shard, ending);
    this.#leases?.fenced(shard, error);
  }

  /** Lets an instance begin with what the run before left. @throws CarriedStateError */
  #goOn({ shards }: Manifest, shard: number, instance: StageInstance, opening: ClosingReader): void {
    const { layout, goOn } = instance.stage;
    const left = opening.closing((of) => of === this.#stage || of === DECISION);
    const anew = goOnFrom(left, [{ stage: this.#stage, shard, layout, goOn }], shards);
    instance.opened?.(left);
    this.#logger.info(anew.length === 0 ? 'goes on' : 'begins anew', { follows: left.run, t: left.t, layout });
  }

  #newRunner<Heard>(
    key: StageInstanceKey,
    open: Pick<StageRunnerOptions<Heard>, 'publisher' | 'checkpoints' | 'state'>,
    reading: StageReading<Heard>,
    pattern: string,
  ): StageRunner<Heard> {
    const { manifest, shard } = key;
    return new StageRunner({
      bus: this.#bus,
      ...key,
      ...open,
      reading,
      door: this.#doorOf(manifest),
      handle: this.#handlerOf(pattern, new StageContext([manifest, shard])),
      codeVersion: CODE_VERSION,
      build: codeIdentity(),
      checkpointEvery: this.#environment.checkpointEvery,
      logger: this.#logger.child({ shard }),
      failed: (error) => this.fail(error),
    });
  }

  /** What lets in orders and commands by their signatures. @throws ConfigurationError, TrustedKeysError */
  #doorOf(manifest: Manifest): StageDoor {
    const { trustedKeys } = this.#environment;
    if (trustedKeys === undefined)
      throw new ConfigurationError('environment', ['AITRADER_TRUSTED_KEYS: names the file of whose orders and commands count']);
    return new Admission(manifest, () => readTrustedKeys(trustedKeys));
  }

  /** The stage's controller method behind its guards, pipes, interceptors and filters. @throws Error when there is none */
  #handlerOf(pattern: string, context: StageContext): (heard: unknown) => Promise<readonly Said[]> {
    const handler = this.messageHandlers.get(pattern);
    if (handler === undefined) throw new Error(`no controller has a method with @Stage('${pattern}')`);
    const { shard } = context;
    return async (heard) => {
      const began = now();
      const answer: unknown = await handler(heard, context);
      // An interceptor or a filter makes an observable of it.
      const said = (isObservable(answer) ? await lastValueFrom(answer) : answer) as readonly Said[];
      const ended = now();
      this.work.handled(began, ended);
      this.#telemetry?.handled(shard, intervalOf(heard), began, ended);
      return said;
    };
  }

  protected override async drain(): Promise<void> {
    await this.#beginning?.catch(() => undefined);
    await this.#leases?.leave();
    await this.#publisher?.settled();
  }

  override instances(): readonly InstanceHealth[] {
    const all = [...this.#runners.values()].map(({ shard, done, seq, waiting, askedAgain, checkpointAt }) => ({
      ...{ shard, t: done, seq, waiting, askedAgain, checkpointAt },
    }));
    return all.sort((a, b) => a.shard - b.shard);
  }

  override unwrap<T>(): T {
    return this.#bus.nc as T;
  }
}

/** The account's one instance, or every shard's. */
const shardsOf = (stage: StageName, { shards }: Manifest): readonly number[] =>
  TOPOLOGY[stage].per === 'account' ? [-1] : Array.from({ length: shards }, (_, shard) => shard);
