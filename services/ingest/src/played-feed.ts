import { setTimeout as sleep } from 'node:timers/promises';
import {
  marketOf,
  newManifest,
  newMarketFeed,
  skipMarketTo,
  type MarketFeed,
  type OpenMarket,
} from '@aitrader/application-markets';
import { encodeBars, encodeControl, intervalOf } from '@aitrader/contracts';
import {
  commandFeed,
  intervalToCome,
  newSlices,
  nextInterval,
  parametersDue,
  skipParameters,
  type ParameterFeed,
} from '@aitrader/core-market';
import { epochMs, item, type BarSlice, type EpochMs, type Manifest, type RunId } from '@aitrader/model';
import { lastOf, type Bus, type FencedPublisher, type Outgoing } from '@aitrader/runtime-bus';
import type { IngestSpec } from '@aitrader/runtime-configuration';
import type { Feed } from './feed.ts';
import type { FollowedRun } from './followed-run.ts';
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

/** What bars are played with. */
interface Opened {
  readonly spec: IngestSpec;
  readonly bus: Bus;
  readonly run: RunId;
  readonly market: OpenMarket;
  readonly feed: MarketFeed;
  readonly followed: FollowedRun | undefined;
}

/** Plays bars that are loaded: as fast as execution follows, or at a pace. */
export class PlayedFeed implements Feed {
  readonly manifest: Manifest;
  readonly #spec: IngestSpec;
  readonly #bus: Bus;
  readonly #run: RunId;
  readonly #market: MarketFeed;
  readonly #parameters: ParameterFeed;
  #sent: EpochMs | -1 = -1;
  #ahead: number[] = [];

  private constructor({ spec, bus, run, market, feed, followed }: Opened) {
    this.#spec = spec;
    this.#bus = bus;
    this.#run = run;
    this.#market = feed;
    const { bars, actions, levels = [], parameters } = market;
    this.manifest = newManifest(run, spec.kind, spec.shards, spec.config, {
      ...marketOf(market),
      // behind another run it may be an empty minute of the evening before
      from: intervalToCome(feed.feed) ?? bars.first,
      follows: followed?.followed ?? null,
    });
    this.#parameters = commandFeed({ parameters, levels, actions, first: bars.first }, 'ingest', followed?.end);
  }

  /** @throws Error for bars that all come before where the run that is followed ended */
  static async open(spec: IngestSpec, bus: Bus, run: RunId, market: OpenMarket, followed?: FollowedRun): Promise<PlayedFeed> {
    const feed = await newMarketFeed(market.bars, spec.shards, market.actions, followed?.end);
    return new PlayedFeed({ spec, bus, run, market, feed, followed });
  }

  get sent(): EpochMs | -1 {
    return this.#sent;
  }
  get ahead(): number {
    return this.#ahead.length;
  }

  async resume(publisher: FencedPublisher): Promise<void> {
    skipParameters(this.#parameters, publisher.lastInterval('control', -1));
    const sent = lastOfAllShards(publisher, this.#spec.shards);
    if (sent < 0) return;
    this.#sent = epochMs(sent);
    await skipMarketTo(this.#market, this.#sent);
  }

  async play(publisher: FencedPublisher, signal: AbortSignal, stored: (tookMs: number) => void): Promise<boolean> {
    const { speed } = this.#spec;
    const { feed } = this.#market;
    const slices = newSlices(feed);
    const pace = newPace(speed, feed.table.timeframe, () => performance.now());
    for (;;) {
      await this.#waitForExecution(signal);
      const waitMs = pace.waitMs();
      if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return false;
      const began = performance.now();
      const sent = this.#send(slices, publisher, speed === 0 ? BATCH_INTERVALS_MAX : 1);
      if (sent === 0 && !(await this.#market.more())) return true;
      pace.sent(sent);
      await publisher.settled();
      if (sent > 0) stored(performance.now() - began);
    }
  }

  /** Waits until execution has come close enough, so as not to run further ahead than the stages' barriers should hold. */
  async #waitForExecution(signal: AbortSignal): Promise<void> {
    const most = this.#spec.speed === 0 ? LEAD_INTERVALS_LOW : LEAD_INTERVALS_MAX - 1;
    if (this.#ahead.length < LEAD_INTERVALS_MAX) return;
    while (!signal.aborted && this.#ahead.length > most) {
      await sleep(LEAD_POLL_MS);
      // The server may be down for a moment: ask again.
      const word = await lastOf(this.#bus, this.#run, 'order-events').catch(() => undefined);
      const handled = word === undefined ? -1 : intervalOf('order-events', word.data);
      this.#ahead = this.#ahead.slice(countUpTo(this.#ahead, handled));
    }
  }

  /** Queues up to `most` intervals; returns how many there were. */
  #send(slices: BarSlice[], publisher: FencedPublisher, most: number): number {
    let sent = 0;
    while (sent < most && this.#ahead.length < LEAD_INTERVALS_MAX && nextInterval(this.#market.feed, slices)) {
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
}

/** The last interval that every shard has; −1 when there is none. */
export const lastOfAllShards = (publisher: FencedPublisher, shards: number): number =>
  Math.min(...Array.from({ length: shards }, (_, shard) => publisher.lastInterval('bars', shard)));

/** How many of the sorted instants are not after `t`. */
function countUpTo(instants: readonly number[], t: number): number {
  const after = instants.findIndex((each) => each > t);
  return after < 0 ? instants.length : after;
}
