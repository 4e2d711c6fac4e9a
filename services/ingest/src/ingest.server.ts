import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'winston';
import { openBars } from '@aitrader/application-markets';
import { encodeControl, encodeManifest } from '@aitrader/contracts';
import { epochMs, newControl, runId, type Manifest, type RunId } from '@aitrader/model';
import { FencedPublisher, claim, manifestOf, UnknownRunError, type Bus } from '@aitrader/runtime-bus';
import { ConfigurationError, codeIdentity, type IngestSpec, type ServiceEnvironment } from '@aitrader/runtime-configuration';
import { BUS, ENVIRONMENT, LOGGER, ServiceServer, type InstanceHealth } from '@aitrader/runtime-service';
import type { Feed } from './feed.ts';
import { assertWatches, openRun, readFollowed, type FollowedRun } from './followed-run.ts';
import { LiveFeed } from './live-feed.ts';
import { PlayedFeed } from './played-feed.ts';

/** What a run keeps from its first message to its last, whoever goes on with it. */
const SAME_WITHIN_A_RUN = [
  ...(['kind', 'shards', 'timeframe', 'configHash', 'universe', 'sources', 'from', 'to', 'follows'] as const),
  ...(['codeHash', 'nodeVersion'] as const),
];

const POLL_MS = 100;

/** {@link IngestSpec}: what is to be played. */
export const INGEST_SPEC = Symbol('IngestSpec');

/**
 * Brings bars into a recording, interval after interval, all shards at once: of bars that are played all are loaded and checked first, a
 * market that is followed is closed minute by minute. A source is a transport that brings nothing in: it handles no messages.
 */
@Injectable()
export class IngestServer extends ServiceServer {
  readonly #spec: IngestSpec;
  readonly #bus: Bus;
  readonly #logger: Logger;
  readonly #run: RunId;
  #publisher: FencedPublisher | undefined;
  #feed: Feed | undefined;
  #playing: Promise<void> | undefined;
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
    const { follows } = this.#spec;
    const followed = follows === undefined ? undefined : await readFollowed(this.#bus, this.#run, follows);
    const feed = await this.#newFeed(followed);
    if (followed !== undefined) assertWatches(followed, feed.manifest);
    await claim(this.#bus, this.#run, 'ingest', -1, { build: codeIdentity() });
    const publisher = new FencedPublisher(this.#bus, this.#run, 'ingest', {
      failed: (error) => this.#failed(error),
      stored: () => undefined,
    });
    this.#publisher = publisher;
    this.#feed = feed;
    await this.#begin(feed, publisher);
    if (followed !== undefined) await openRun(publisher, followed);
    await feed.resume(publisher);
    if (feed.sent >= 0) this.#logger.info('resuming', { t: feed.sent });
    this.#playing = this.#play(feed, publisher).catch((error: unknown) =>
      this.#failed(error instanceof Error ? error : new Error(String(error))),
    );
  }

  async #newFeed(followed: FollowedRun | undefined): Promise<Feed> {
    const { source } = this.#spec;
    const opening = { spec: this.#spec, bus: this.#bus, run: this.#run, logger: this.#logger, followed };
    if (source.kind === 'live') return LiveFeed.open(opening, source);
    const market = await openBars(source, () => Promise.resolve(this.#bus));
    if (market.cutShort !== undefined) this.#logger.warn('the source is cut short', { problem: market.cutShort });
    return PlayedFeed.open(this.#spec, this.#bus, this.#run, market, followed);
  }

  #failed(error: Error): void {
    this.fail(error);
    this.#draining.abort();
  }

  /** Opens the recording with its manifest, unless an earlier life of this service did. */
  async #begin({ manifest }: Feed, publisher: FencedPublisher): Promise<void> {
    const begun = await this.#begun();
    for (let shard = 0; shard < this.#spec.shards; shard++) await publisher.own('bars', shard);
    await publisher.own('manifest', -1);
    await publisher.own('control', -1);
    if (begun !== undefined) {
      this.#assertSameRun(begun, manifest);
      return;
    }
    publisher.publish([{ fact: 'manifest', shard: -1, t: 0, payload: encodeManifest(manifest) }]);
    await publisher.settled();
  }

  /** The manifest, if there is one, of the recording, which its owner makes. */
  async #begun(): Promise<Manifest | undefined> {
    for (let attempt = 0; !this.#draining.signal.aborted; attempt++) {
      try {
        return await manifestOf(this.#bus, this.#run);
      } catch (error) {
        if (!(error instanceof UnknownRunError)) throw error;
        if (attempt === 0) this.#logger.warn(`waiting for the recording: \`aitrader bus begin ${this.#run}\` makes it`);
        await sleep(POLL_MS, undefined, { signal: this.#draining.signal }).catch(() => undefined);
      }
    }
    throw new Error('stopped before the recording was there');
  }

  /** A restart goes on with the run that it began; anything else needs a run of its own. @throws ConfigurationError */
  #assertSameRun(begun: Manifest, now: Manifest): void {
    const problems = SAME_WITHIN_A_RUN.filter((field) => JSON.stringify(begun[field]) !== JSON.stringify(now[field])).map(
      (field) => `${field}: the run was begun with another one; give the new run an AITRADER_RUN of its own`,
    );
    if (problems.length > 0) throw new ConfigurationError(`run ${this.#run}`, problems);
  }

  async #play(feed: Feed, publisher: FencedPublisher): Promise<void> {
    const hasEnded = await feed.play(publisher, this.#draining.signal, (tookMs) => {
      const now = Date.now();
      this.work.handled(now - tookMs, now);
    });
    if (!hasEnded || this.now === 'failed') return;
    const t = epochMs(Math.max(0, feed.sent));
    const end = newControl('end-of-bars', t, 'ingest', 'the feed has ended');
    publisher.publish([{ fact: 'control', shard: -1, t, payload: encodeControl(end) }]);
    await publisher.settled();
    this.#logger.info('end of bars', { t });
  }

  protected override async drain(): Promise<void> {
    this.#draining.abort();
    await this.#playing;
    await this.#publisher?.settled();
  }

  override instances(): readonly InstanceHealth[] {
    return [{ shard: -1, t: this.#feed?.sent ?? -1, seq: 0, waiting: this.#feed?.ahead ?? 0 }];
  }

  override unwrap<T>(): T {
    return this.#bus.nc as T;
  }
}
