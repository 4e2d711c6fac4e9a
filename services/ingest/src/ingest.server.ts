import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'winston';
import {
  newManifest,
  newMarketFeed,
  openBars,
  skipMarketTo,
  type MarketFeed,
  type OpenMarket,
} from '@aitrader/application-markets';
import { encodeBars, encodeControl, encodeManifest, intervalOf } from '@aitrader/contracts';
import {
  newParameterFeed,
  newSlices,
  nextInterval,
  parametersDue,
  skipParameters,
  type ParameterFeed,
} from '@aitrader/core-market';
import { epochMs, item, runId, type BarSlice, type EpochMs, type Manifest, type RunId } from '@aitrader/model';
import {
  FencedPublisher,
  claim,
  createRecording,
  manifestOf,
  lastOf,
  UnknownRunError,
  type Bus,
  type Outgoing,
} from '@aitrader/runtime-bus';
import { ConfigurationError, type IngestSpec, type ServiceEnvironment } from '@aitrader/runtime-configuration';
import { BUS, ENVIRONMENT, LOGGER, ServiceServer, type InstanceHealth } from '@aitrader/runtime-service';
import { newPace } from './pace.ts';

/**
 * Intervals that the bars may be ahead of execution. It bounds what every stage's barrier has to hold, and is long enough
 * that no stage ever waits for bars.
 */
const LEAD_INTERVALS_MAX = 512;
/**
 * The lead is filled up again only once it has shrunk to this: bars then come in bursts that the stages ahead of the
 * risk–execution loop pass on in batches, instead of waking five processes for every interval.
 */
const LEAD_INTERVALS_LOW = 192;
/** Intervals stored together when there is no pace to keep. */
const BATCH_INTERVALS_MAX = 64;
const LEAD_POLL_MS = 10;

/** What a run keeps from its first message to its last, whoever goes on with it. */
const SAME_WITHIN_A_RUN = [
  ...(['kind', 'shards', 'timeframe', 'configHash', 'universe', 'sources', 'from', 'to'] as const),
  ...(['codeHash', 'nodeVersion'] as const),
];

/** {@link IngestSpec}: what is to be played. */
export const INGEST_SPEC = Symbol('IngestSpec');

/**
 * Plays bars into a recording: loads and checks all of them first, then sends interval after interval, all shards at once. A source
 * is a transport that brings nothing in: it handles no messages.
 */
@Injectable()
export class IngestServer extends ServiceServer {
  readonly #spec: IngestSpec;
  readonly #bus: Bus;
  readonly #logger: Logger;
  readonly #run: RunId;
  #publisher: FencedPublisher | undefined;
  #playing: Promise<void> | undefined;
  #sent: EpochMs | -1 = -1;
  #ahead: number[] = [];
  #parameters: ParameterFeed = newParameterFeed([], 'ingest', Infinity);
  readonly #draining = new AbortController();

  constructor(
    @Inject(INGEST_SPEC) spec: IngestSpec,
    @Inject(ENVIRONMENT) environment: ServiceEnvironment,
    @Inject(BUS) bus: Bus,
    @Inject(LOGGER) logger: Logger,
  ) {
    super();
    this.#spec = spec;
    this.#run = runId(environment.run);
    this.#bus = bus;
    this.#logger = logger;
  }

  protected override async start(): Promise<void> {
    const bus = this.#bus;
    const market = await openBars(this.#spec.source, () => Promise.resolve(bus));
    if (market.cutShort !== undefined) this.#logger.warn('the source is cut short', { problem: market.cutShort });
    await claim(bus, this.#run, 'ingest', -1);
    const failed = (error: Error): void => this.fail(error);
    const publisher = new FencedPublisher(bus, this.#run, 'ingest', { failed, stored: () => undefined });
    this.#publisher = publisher;
    await this.#begin(bus, market, publisher);
    const feed = await newMarketFeed(market.bars, this.#spec.shards);
    this.#parameters = newParameterFeed(market.parameters, 'ingest', market.bars.first);
    await this.#resume(feed, publisher);
    this.#playing = this.#play(bus, feed, publisher).catch(failed);
  }

  /** Opens the recording with its manifest, unless an earlier life of this service did. */
  async #begin(bus: Bus, market: OpenMarket, publisher: FencedPublisher): Promise<void> {
    const begun = await manifestOf(bus, this.#run).catch((error: unknown) => {
      if (!(error instanceof UnknownRunError)) throw error;
      return createRecording(bus, this.#run).then(() => undefined);
    });
    for (let shard = 0; shard < this.#spec.shards; shard++) await publisher.own('bars', shard);
    await publisher.own('manifest', -1);
    await publisher.own('control', -1);
    if (begun !== undefined) {
      this.#assertSameRun(begun, this.#manifest(market));
      return;
    }
    publisher.publish([{ fact: 'manifest', shard: -1, t: 0, payload: encodeManifest(this.#manifest(market)) }]);
    await publisher.settled();
  }

  /** A restart goes on with the run that it began; anything else needs a run of its own. @throws ConfigurationError */
  #assertSameRun(begun: Manifest, now: Manifest): void {
    const problems = SAME_WITHIN_A_RUN.filter((field) => JSON.stringify(begun[field]) !== JSON.stringify(now[field])).map(
      (field) => `${field}: the run was begun with another one; give the new run an AITRADER_RUN of its own`,
    );
    if (problems.length > 0) throw new ConfigurationError(`run ${this.#run}`, problems);
  }

  #manifest(market: OpenMarket): Manifest {
    const { config, kind, shards } = this.#spec;
    return newManifest(this.#run, kind, shards, config, market);
  }

  async #resume(feed: MarketFeed, publisher: FencedPublisher): Promise<void> {
    skipParameters(this.#parameters, publisher.lastInterval('control', -1));
    const sent = Math.min(...Array.from({ length: this.#spec.shards }, (_, shard) => publisher.lastInterval('bars', shard)));
    if (sent < 0) return;
    this.#sent = epochMs(sent);
    await skipMarketTo(feed, this.#sent);
    this.#logger.info('resuming', { t: sent });
  }

  /** Waits until execution has come close enough, so as not to run further ahead than the stages' barriers should hold. */
  async #waitForExecution(bus: Bus): Promise<void> {
    const most = this.#spec.speed === 0 ? LEAD_INTERVALS_LOW : LEAD_INTERVALS_MAX - 1;
    if (this.#ahead.length < LEAD_INTERVALS_MAX) return;
    while (this.#isPlaying && this.#ahead.length > most) {
      await sleep(LEAD_POLL_MS);
      // The server may be down for a moment: ask again.
      const word = await lastOf(bus, this.#run, 'order-events').catch(() => undefined);
      const handled = word === undefined ? -1 : intervalOf('order-events', word.data);
      this.#ahead = this.#ahead.slice(countUpTo(this.#ahead, handled));
    }
  }

  async #play(bus: Bus, market: MarketFeed, publisher: FencedPublisher): Promise<void> {
    const { feed } = market;
    const slices = newSlices(feed);
    const pace = newPace(this.#spec.speed, feed.table.timeframe, () => performance.now());
    for (;;) {
      await this.#waitForExecution(bus);
      const waitMs = pace.waitMs();
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: this.#draining.signal }).catch(() => undefined);
      if (!this.#isPlaying) return;
      const sent = this.#send(market, slices, publisher, this.#spec.speed === 0 ? BATCH_INTERVALS_MAX : 1);
      if (sent === 0 && !(await market.more())) break;
      pace.sent(sent);
      await publisher.settled();
    }
    const end = {
      kind: 'end-of-bars',
      t: epochMs(Math.max(0, this.#sent)),
      actor: 'ingest',
      reason: 'the feed has ended',
      parameters: [],
    } as const;
    publisher.publish([{ fact: 'control', shard: -1, t: end.t, payload: encodeControl(end) }]);
    await publisher.settled();
    this.#logger.info('end of bars', { t: end.t });
  }

  /** Queues up to `most` intervals; returns how many there were. */
  #send({ feed }: MarketFeed, slices: BarSlice[], publisher: FencedPublisher, most: number): number {
    let sent = 0;
    while (sent < most && this.#ahead.length < LEAD_INTERVALS_MAX && nextInterval(feed, slices)) {
      const { t } = item(slices, 0);
      for (const command of parametersDue(this.#parameters, t))
        publisher.publish([{ fact: 'control', shard: -1, t: command.t, payload: encodeControl(command) }]);
      publisher.publish(slices.map((slice): Outgoing => ({ fact: 'bars', shard: slice.shard, t, payload: encodeBars(slice) })));
      this.#sent = t;
      this.#ahead.push(t);
      sent += 1;
    }
    return sent;
  }

  get #isPlaying(): boolean {
    return !this.#draining.signal.aborted && this.now !== 'failed';
  }

  protected override async drain(): Promise<void> {
    this.#draining.abort();
    await this.#playing;
    await this.#publisher?.settled();
  }

  override instances(): readonly InstanceHealth[] {
    return [{ shard: -1, t: this.#sent, seq: 0, waiting: this.#ahead.length }];
  }

  override unwrap<T>(): T {
    return this.#bus.nc as T;
  }
}

/** How many of the sorted instants are not after `t`. */
function countUpTo(instants: readonly number[], t: number): number {
  const after = instants.findIndex((each) => each > t);
  return after < 0 ? instants.length : after;
}
