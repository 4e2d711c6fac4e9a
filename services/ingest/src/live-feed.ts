import type { Logger } from 'winston';
import {
  firstMinute,
  lastMinute,
  openLiveVendor,
  runLiveFeed,
  type LiveListener,
  type LiveVendor,
} from '@aitrader/application-live-market';
import { newManifest } from '@aitrader/application-markets';
import { decodeBars, encodeBars, encodeControl } from '@aitrader/contracts';
import {
  newLiveMinutes,
  newParameterFeed,
  parametersDue,
  restoreSlice,
  resumeAfter,
  skipParameters,
  type LiveMinutes,
  type ParameterFeed,
} from '@aitrader/core-market';
import {
  compareText,
  epochMs,
  item,
  newBarSlice,
  ticker,
  type BarSlice,
  type BarSource,
  type EpochMs,
  type Manifest,
  type ModelParameters,
  type RunId,
} from '@aitrader/model';
import {
  manifestOf,
  readingMessage,
  readRecording,
  UnknownRunError,
  type Bus,
  type FencedPublisher,
} from '@aitrader/runtime-bus';
import {
  ConfigurationError,
  loadModelParameters,
  wallClock,
  type IngestSpec,
  type LiveSourceSpec,
  type WallClock,
} from '@aitrader/runtime-configuration';
import type { Feed } from './feed.ts';
import { lastOfAllShards } from './played-feed.ts';

/** How long a minute that may lack bars is held for them once there is a connection. */
const HOLD_MS = 20_000;
/** History of many symbols takes a vendor minutes, at the pace that it allows. */
const HISTORY_HOLD_MS = 15 * 60_000;
/** Vendors correct a bar for the rest of the day; what is older is a matter for the archive. */
const REVISABLE_MINUTES = 30;
/** Room for the minutes of history that are fetched first. */
const MINUTES_A_SESSION = 960;

/** Follows a live market: each minute is published when it is over, whatever the stages do. */
export class LiveFeed implements Feed {
  readonly manifest: Manifest;
  readonly #bus: Bus;
  readonly #logger: Logger;
  readonly #vendor: LiveVendor;
  readonly #live: LiveMinutes;
  readonly #parameters: ParameterFeed;
  readonly #clock: WallClock;
  #sent: EpochMs | -1 = -1;

  private constructor(
    manifest: Manifest,
    bus: Bus,
    logger: Logger,
    vendor: LiveVendor,
    live: LiveMinutes,
    parameters: ParameterFeed,
    clock: WallClock,
  ) {
    this.manifest = manifest;
    this.#bus = bus;
    this.#logger = logger;
    this.#vendor = vendor;
    this.#live = live;
    this.#parameters = parameters;
    this.#clock = clock;
  }

  /** @throws ConfigurationError for keys that are not there, and for parameters of other bars */
  static async open(spec: IngestSpec, source: LiveSourceSpec, bus: Bus, run: RunId, logger: Logger): Promise<LiveFeed> {
    const clock = wallClock(process.env);
    const now = clock.now();
    const symbols = [...new Set(source.symbols)].sort(compareText).map(ticker);
    const vendor = openLiveVendor(source, symbols, process.env, clock);
    const begun = await manifestOf(bus, run).catch((error: unknown) => {
      if (error instanceof UnknownRunError) return undefined;
      throw error;
    });
    const from = begun?.from ?? firstMinute(now, source.history);
    const to = begun?.to ?? lastMinute(now);
    const fitted = await loadFitted(source);
    const market = { name: vendor.feed, sha256: '', shape: 'live minutes', adjustment: 'raw' } as const;
    const sources = [market, ...fitted.sources];
    const manifest = newManifest(run, spec.kind, spec.shards, spec.config, {
      timeframe: '1m',
      universe: symbols,
      sources,
      from,
      to,
    });
    const options = { symbols, shards: spec.shards, feed: vendor.feed, graceMs: source.graceMs, exposureMs: vendor.exposureMs };
    const revisableMinutes = REVISABLE_MINUTES + MINUTES_A_SESSION * source.history;
    const live = newLiveMinutes({ ...options, holdMs: HOLD_MS, historyHoldMs: HISTORY_HOLD_MS, revisableMinutes }, from, now);
    return new LiveFeed(manifest, bus, logger, vendor, live, newParameterFeed(fitted.parameters, 'ingest', from), clock);
  }

  get sent(): EpochMs | -1 {
    return this.#sent;
  }
  /** nothing waits: a market does not */
  get ahead(): number {
    return 0;
  }

  async resume(publisher: FencedPublisher): Promise<void> {
    skipParameters(this.#parameters, publisher.lastInterval('control', -1));
    const { run, shards } = this.manifest;
    const sent = lastOfAllShards(publisher, shards);
    if (sent < 0) return;
    const slice = newBarSlice(0, '1m', this.manifest.universe.length);
    await readRecording(this.#bus, run, {
      untilBroken: true,
      onInterval: (interval) => {
        for (let shard = 0; shard < shards; shard++) {
          const message = interval.message('bars', shard);
          if (message === undefined) continue;
          readingMessage(message, () => decodeBars(message.data, slice));
          restoreSlice(this.#live, slice);
        }
      },
    });
    this.#sent = epochMs(sent);
    resumeAfter(this.#live, this.#sent);
  }

  async play(publisher: FencedPublisher, signal: AbortSignal): Promise<boolean> {
    const options = {
      live: this.#live,
      vendor: this.#vendor,
      clock: this.#clock,
      until: this.manifest.to,
      listener: this.#listener(),
    };
    await runLiveFeed(options, (slices) => this.#publish(publisher, slices), signal);
    return !signal.aborted;
  }

  async #publish(publisher: FencedPublisher, slices: readonly BarSlice[]): Promise<void> {
    const { t } = item(slices, 0);
    for (const command of parametersDue(this.#parameters, t))
      publisher.publish([{ fact: 'control', shard: -1, t: command.t, payload: encodeControl(command) }]);
    publisher.publish(slices.map((slice) => ({ fact: 'bars' as const, shard: slice.shard, t, payload: encodeBars(slice) })));
    this.#sent = t;
    await publisher.settled();
  }

  #listener(): LiveListener {
    const logger = this.#logger;
    return {
      connected: (at) => logger.info('connected', { vendor: this.#vendor.feed, at }),
      disconnected: (at, why) => logger.warn('disconnected', { vendor: this.#vendor.feed, at, why }),
      backfilled: (from, to, bars) => logger.info('fetched what may have been lost', { from, to, bars }),
      fetchFailed: (error) =>
        logger.warn('fetching what may have been lost failed, and is tried again', { problem: error.message }),
      leftAside: (what) => logger.warn('left aside', { what }),
      raw: () => undefined,
    };
  }
}

async function loadFitted({
  parameters: file,
}: LiveSourceSpec): Promise<{ readonly parameters: readonly ModelParameters[]; readonly sources: readonly BarSource[] }> {
  if (file === undefined) return { parameters: [], sources: [] };
  const { parameters, source } = await loadModelParameters(file);
  const other = parameters.findIndex(({ timeframe }) => timeframe !== '1m');
  if (other >= 0)
    throw new ConfigurationError(file, [
      `parameters.${other}.timeframe: live bars are of 1m, got "${item(parameters, other).timeframe}"`,
    ]);
  return { parameters, sources: [source] };
}
