import { setTimeout as sleep } from 'node:timers/promises';
import { loadBars, type LoadedMarket } from '@aitrader/adapter-bar-sources';
import { encodeBars, encodeControl, encodeManifest, intervalOf, subjectOf } from '@aitrader/contracts';
import {
  dailyClose,
  dayBounds,
  denseMarket,
  newSliceFeed,
  newSlices,
  nextInterval,
  sampleMarket,
  skipTo,
  type SliceFeed,
} from '@aitrader/core-market';
import { epochMs, item, read, runId, type BarSlice, type EpochMs, type Manifest, type RunId } from '@aitrader/model';
import {
  FencedPublisher,
  claim,
  createRecording,
  manifestOf,
  openBus,
  readLog,
  UnknownRunError,
  type Bus,
  type Outgoing,
} from '@aitrader/runtime-bus';
import { CODE_VERSION, configHashOf, type IngestSpec, type ServiceEnvironment } from '@aitrader/runtime-configuration';
import type { Health, HostContext, ServiceHost } from '@aitrader/runtime-service';
import { newPace } from './pace.ts';

/**
 * Intervals that the bars may be ahead of execution. It bounds what every stage's barrier has to hold, and is long enough
 * that no stage ever waits for bars.
 */
const LEAD_INTERVALS_MAX = 256;
/** Intervals stored together when there is no pace to keep. */
const BATCH_INTERVALS_MAX = 32;
const LEAD_WAIT_MS = 2;

/** Plays bars into a recording: loads and checks all of them first, then sends interval after interval, all shards at once. */
export class IngestHost implements ServiceHost {
  readonly #spec: IngestSpec;
  readonly #environment: ServiceEnvironment;
  readonly #context: HostContext;
  readonly #run: RunId;
  #status: Health['status'] = 'starting';
  #bus: Bus | undefined;
  #publisher: FencedPublisher | undefined;
  #playing: Promise<void> | undefined;
  #sent: EpochMs | -1 = -1;
  #handled = 0;
  #ahead: number[] = [];

  constructor(spec: IngestSpec, environment: ServiceEnvironment, context: HostContext) {
    this.#spec = spec;
    this.#environment = environment;
    this.#context = context;
    this.#run = runId(environment.run);
  }

  async start(): Promise<void> {
    const bus = await openBus(this.#environment.natsUrl, `ingest ${this.#run}`);
    this.#bus = bus;
    const market = await loadBars(this.#spec.source, { sampleMarket, denseMarket, dailyClose, dayBounds }, () =>
      Promise.resolve(bus),
    );
    await claim(bus, this.#run, 'ingest', -1);
    const publisher = new FencedPublisher(bus, this.#run, 'ingest', { failed: this.#context.failed, stored: () => undefined });
    this.#publisher = publisher;
    await this.#begin(bus, market, publisher);
    const feed = newSliceFeed(market.table, { shards: this.#spec.shards });
    this.#resume(feed, publisher);
    await this.#followExecution(bus);
    this.#status = 'running';
    this.#playing = this.#play(feed, publisher).catch(this.#context.failed);
  }

  /** Opens the recording with its manifest, unless an earlier life of this service did. */
  async #begin(bus: Bus, market: LoadedMarket, publisher: FencedPublisher): Promise<void> {
    const begun = await manifestOf(bus, this.#run).catch((error: unknown) => {
      if (!(error instanceof UnknownRunError)) throw error;
      return createRecording(bus, this.#run).then(() => undefined);
    });
    for (let shard = 0; shard < this.#spec.shards; shard++) await publisher.own('bars', shard);
    await publisher.own('manifest', -1);
    await publisher.own('control', -1);
    if (begun !== undefined) return;
    publisher.publish([{ fact: 'manifest', shard: -1, t: 0, payload: encodeManifest(this.#manifest(market)) }]);
    await publisher.settled();
  }

  #manifest({ table, sources }: LoadedMarket): Manifest {
    const { config, kind, shards } = this.#spec;
    return {
      run: this.#run,
      kind,
      shards,
      config,
      sources,
      createdAt: epochMs(Date.now()),
      codeVersion: CODE_VERSION,
      nodeVersion: process.version,
      timeframe: table.timeframe,
      universe: table.symbols,
      configHash: configHashOf(config),
      from: epochMs(read(table.t, 0)),
      to: epochMs(read(table.t, table.count - 1)),
    };
  }

  #resume(feed: SliceFeed, publisher: FencedPublisher): void {
    const sent = Math.min(...Array.from({ length: this.#spec.shards }, (_, shard) => publisher.lastInterval('bars', shard)));
    if (sent < 0) return;
    this.#sent = epochMs(sent);
    skipTo(feed, this.#sent);
    this.#context.logger.info('resuming', { t: sent });
  }

  /** Follows how far execution is, so as not to run further ahead than the stages' barriers should hold. */
  async #followExecution(bus: Bus): Promise<void> {
    await readLog(bus, {
      run: this.#run,
      subjects: [subjectOf(this.#run, 'order-events')],
      from: 1,
      name: 'ingest',
      onMessage: ({ data }) => {
        this.#handled = intervalOf('order-events', data);
        let passed = 0;
        while ((this.#ahead[passed] ?? Infinity) <= this.#handled) passed += 1;
        if (passed > 0) this.#ahead = this.#ahead.slice(passed);
      },
      onError: this.#context.failed,
    });
  }

  async #play(feed: SliceFeed, publisher: FencedPublisher): Promise<void> {
    const slices = newSlices(feed);
    const pace = newPace(this.#spec.speed, feed.table.timeframe, () => performance.now());
    for (;;) {
      while (this.#status === 'running' && this.#ahead.length >= LEAD_INTERVALS_MAX) await sleep(LEAD_WAIT_MS);
      const waitMs = pace.waitMs();
      if (waitMs > 0) await sleep(waitMs);
      if (this.#status !== 'running') return;
      const sent = this.#send(feed, slices, publisher, this.#spec.speed === 0 ? BATCH_INTERVALS_MAX : 1);
      if (sent === 0) break;
      pace.sent(sent);
      await publisher.settled();
    }
    const end = {
      kind: 'end-of-bars',
      t: epochMs(Math.max(0, this.#sent)),
      actor: 'ingest',
      reason: 'the feed has ended',
    } as const;
    if (publisher.lastInterval('control', -1) < end.t)
      publisher.publish([{ fact: 'control', shard: -1, t: end.t, payload: encodeControl(end) }]);
    await publisher.settled();
    this.#context.logger.info('end of bars', { t: end.t });
  }

  /** Queues up to `most` intervals; returns how many there were. */
  #send(feed: SliceFeed, slices: BarSlice[], publisher: FencedPublisher, most: number): number {
    let sent = 0;
    while (sent < most && this.#ahead.length < LEAD_INTERVALS_MAX && nextInterval(feed, slices)) {
      const { t } = item(slices, 0);
      publisher.publish(slices.map((slice): Outgoing => ({ fact: 'bars', shard: slice.shard, t, payload: encodeBars(slice) })));
      this.#sent = t;
      if (t > this.#handled) this.#ahead.push(t);
      sent += 1;
    }
    return sent;
  }

  async drain(): Promise<void> {
    this.#status = 'draining';
    await this.#playing;
    await this.#publisher?.settled();
    await this.#bus?.nc.drain();
  }

  health(): Health {
    const instance = { shard: -1, t: this.#sent, seq: 0, waiting: this.#ahead.length };
    return { stage: 'ingest', run: this.#run, status: this.#status, pid: process.pid, instances: [instance] };
  }
}
