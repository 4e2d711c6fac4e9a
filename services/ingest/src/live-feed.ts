import type { Logger } from 'winston';
import {
  firstMinute,
  lastMinute,
  openLiveVendor,
  runLiveFeed,
  type LiveListener,
  type LiveVendor,
} from '@aitrader/application-live-market';
import { actionsOfMarket, basisOfSources, keyVariablesOf, loadNamedActions, newManifest } from '@aitrader/application-markets';
import { encodeBars, encodeControl } from '@aitrader/contracts';
import {
  commandFeed,
  LIVE_SHAPE,
  minuteAfter,
  newDataWatch,
  newLiveMinutes,
  newLiveSources,
  noteSaid,
  parametersDue,
  skipParameters,
  STALE_SHARE_MAX,
  takeUpMemory,
  type DataWatch,
  type LiveSources,
  type ParameterFeed,
} from '@aitrader/core-market';
import {
  compareText,
  epochMs,
  item,
  ticker,
  type BarSlice,
  type BarSource,
  type Control,
  type CorporateAction,
  type EpochMs,
  type Manifest,
  type ModelParameters,
  type RunId,
} from '@aitrader/model';
import { manifestOf, UnknownRunError, type Bus, type FencedPublisher } from '@aitrader/runtime-bus';
import {
  ConfigurationError,
  loadModelParameters,
  wallClock,
  withKeys,
  type IngestSpec,
  type LiveSourceSpec,
  type WallClock,
} from '@aitrader/runtime-configuration';
import type { Feed } from './feed.ts';
import type { FollowedRun } from './followed-run.ts';
import { lastOfAllShards } from './played-feed.ts';
import { resumeLive } from './resume-live.ts';

/** How long a minute that may lack bars is held for them once there is a connection. */
const HOLD_MS = 20_000;
/** History of many symbols takes a vendor minutes, at the pace that it allows. */
const HISTORY_HOLD_MS = 15 * 60_000;
/** Vendors correct a bar for the rest of the day; what is older is a matter for the archive. */
const REVISABLE_MINUTES = 30;
const MINUTE_MS = 60_000;
/** A minute that is published so long after its grace was held up, and is too old to act on. */
const LATE_MS = 10_000;
const BPS = 10_000;
/** The worst level at which there are entries. */
const ENTRIES_LEVEL_MAX = 1;
const SYMBOLS_TOLD_MAX = 20;
/** Room for the minutes of history that are fetched first. */
const MINUTES_A_SESSION = 960;

/** What a live market is opened for. */
export interface LiveOpening {
  readonly spec: IngestSpec;
  readonly bus: Bus;
  readonly run: RunId;
  readonly logger: Logger;
  readonly followed: FollowedRun | undefined;
}

/** What a live market is followed with. */
interface Opened {
  readonly manifest: Manifest;
  readonly bus: Bus;
  readonly logger: Logger;
  readonly vendors: readonly LiveVendor[];
  readonly sources: LiveSources;
  readonly watch: DataWatch;
  readonly parameters: ParameterFeed;
  readonly clock: WallClock;
  readonly lookAgainMs: number;
}

/** Follows a live market: each minute is published when it is over, whatever the stages do. */
export class LiveFeed implements Feed {
  readonly manifest: Manifest;
  readonly #bus: Bus;
  readonly #logger: Logger;
  readonly #vendors: readonly LiveVendor[];
  readonly #sources: LiveSources;
  readonly #watch: DataWatch;
  readonly #lookAgainMs: number;
  readonly #parameters: ParameterFeed;
  readonly #clock: WallClock;
  #published: readonly BarSlice[] = [];
  #sent: EpochMs | -1 = -1;

  private constructor({ manifest, bus, logger, vendors, sources, watch, parameters, clock, lookAgainMs }: Opened) {
    this.manifest = manifest;
    this.#bus = bus;
    this.#logger = logger;
    this.#vendors = vendors;
    this.#sources = sources;
    this.#watch = watch;
    this.#parameters = parameters;
    this.#clock = clock;
    this.#lookAgainMs = lookAgainMs;
  }

  /** @throws ConfigurationError for keys that are not there, and for parameters of other bars */
  static async open({ spec, bus, run, logger, followed }: LiveOpening, source: LiveSourceSpec): Promise<LiveFeed> {
    const clock = wallClock(process.env);
    const now = clock.now();
    const symbols = [...new Set(source.symbols)].sort(compareText).map(ticker);
    const names = [source.vendor, ...source.backups];
    const host = {
      env: await withKeys(process.env, keyVariablesOf(names)),
      clock,
      rawFolder: process.env['AITRADER_RAW'],
      problem: (problem: string) => logger.warn('the audit of what vendors say', { problem }),
    };
    const vendors = names.map((name) => openLiveVendor(name, source.feed, symbols, host));
    const begun = await manifestOf(bus, run).catch((error: unknown) => {
      if (error instanceof UnknownRunError) return undefined;
      throw error;
    });
    const from = begun?.from ?? firstBehind(firstMinute(now, source.history), followed);
    const to = begun?.to ?? lastMinute(now);
    const fitted = await loadFitted(source);
    const markets = vendors.map(({ feed, adjustment }) => ({ name: feed, sha256: '', shape: LIVE_SHAPE, adjustment }));
    const told = await loadTold(source, { symbols, first: from, last: to }, markets);
    const primary = item(vendors, 0);
    const manifest = newManifest(run, spec.kind, spec.shards, spec.config, {
      timeframe: '1m',
      universe: symbols,
      sources: [...markets, ...told.sources, ...fitted.sources],
      from,
      to,
      follows: followed?.followed ?? null,
    });
    const revisableMinutes = REVISABLE_MINUTES + MINUTES_A_SESSION * source.history;
    const options = {
      symbols,
      shards: spec.shards,
      holdMs: HOLD_MS,
      historyHoldMs: HISTORY_HOLD_MS,
      revisableMinutes,
      actions: told.actions,
    };
    const lives = vendors.map(({ feed, exposureMs, graceMsMin }) =>
      newLiveMinutes({ ...options, feed, exposureMs, graceMs: Math.max(source.graceMs, graceMsMin) }, from, now),
    );
    const { downMs, silentMinutes, returnMinutes } = source;
    if (followed !== undefined) for (const live of lives) takeUpMemory(live.memory, symbols, followed.end.recall);
    const sources = newLiveSources(lives, { downMs, silentMinutes, returnMinutes });
    const watch = newDataWatch(
      {
        symbols,
        primary: primary.feed,
        lastResorts: vendors.filter(({ isLastResort }) => isLastResort).map(({ feed }) => feed),
        lateMsMax: Object.fromEntries(lives.map(({ options: { feed, graceMs } }) => [feed, graceMs + LATE_MS])),
        cleanMinutes: source.cleanMinutes,
        staleShareMax: STALE_SHARE_MAX,
      },
      source.clockOffMs,
      {
        vendors: vendors.map(({ feed, coverage, isCold }) => ({ feed, coverage, lagMinutes: isCold ? 2 : 1 })),
        apartMax: source.apartBps / BPS,
        agreeMinutes: source.cleanMinutes,
        apartShareMax: STALE_SHARE_MAX,
      },
    );
    const commands = { parameters: fitted.parameters, actions: told.actions, first: from };
    const parameters = commandFeed(commands, 'ingest', followed?.end);
    const lookAgainMs = source.lookAgainMinutes * MINUTE_MS;
    return new LiveFeed({ manifest, bus, logger, vendors, sources, watch, parameters, clock, lookAgainMs });
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
    const sent = lastOfAllShards(publisher, this.manifest.shards);
    if (sent < 0) return;
    this.#published = await resumeLive(this.#bus, this.manifest, sent, this.#sources, this.#watch, this.#clock.now);
    this.#sent = epochMs(sent);
  }

  async play(publisher: FencedPublisher, signal: AbortSignal, stored: (tookMs: number) => void): Promise<boolean> {
    const options = {
      sources: this.#sources,
      watch: this.#watch,
      lookAgainMs: this.#lookAgainMs,
      published: this.#published,
      vendors: this.#vendors,
      clock: this.#clock,
      until: this.manifest.to,
      listener: this.#listener(),
    };
    const publish = async (slices: readonly BarSlice[], level: Control | undefined): Promise<void> => {
      const began = performance.now();
      await this.#publish(publisher, slices, level);
      stored(performance.now() - began);
    };
    await runLiveFeed(options, publish, signal);
    return !signal.aborted;
  }

  async #publish(publisher: FencedPublisher, slices: readonly BarSlice[], level: Control | undefined): Promise<void> {
    const { t } = item(slices, 0);
    // in the order of their instants: what is of an earlier one than the last is taken for said already
    const commands = [...parametersDue(this.#parameters, t), ...(level === undefined ? [] : [level])].sort((a, b) => a.t - b.t);
    for (const command of commands) {
      publisher.publish([{ fact: 'control', shard: -1, t: command.t, payload: encodeControl(command) }]);
      noteSaid(this.#watch, command);
    }
    if (level !== undefined) this.#tell(level);
    publisher.publish(slices.map((slice) => ({ fact: 'bars' as const, shard: slice.shard, t, payload: encodeBars(slice) })));
    this.#sent = t;
    await publisher.settled();
  }

  #tell({ t, data, reason }: Control): void {
    for (const { level, symbols, causes, clockBehindMs } of data)
      this.#logger.log(level > ENTRIES_LEVEL_MAX ? 'warn' : 'info', 'how far the data can be relied on', {
        dataLevel: `D${level}`,
        since: t,
        causes,
        reason,
        symbols: symbols.slice(0, SYMBOLS_TOLD_MAX),
        clockBehindMs,
      });
  }

  #listener(): LiveListener {
    const logger = this.#logger;
    return {
      connected: (feed, at) => logger.info('connected', { feed, at }),
      disconnected: (feed, at, why) => logger.warn('disconnected', { feed, at, why }),
      backfilled: (feed, from, to, bars) => logger.info('fetched what may have been lost', { feed, from, to, bars }),
      fetchFailed: (feed, error, againMs) =>
        logger.warn('fetching what may have been lost failed, and is tried again', { feed, problem: error.message, againMs }),
      refused: (feed, error) => logger.error('refused for good', { feed, problem: error.message }),
      tookOver: (feed, from, t) => logger.warn('another vendor gives the bars', { feed, from, t }),
      leftAside: (feed, what) => logger.warn('left aside', { feed, what }),
    };
  }
}

/** A run that goes on has no minute twice: none up to where the one before ended. */
const firstBehind = (first: EpochMs, followed: FollowedRun | undefined): EpochMs =>
  followed === undefined ? first : epochMs(Math.max(first, minuteAfter(followed.end.t)));

/** What companies do to their shares while the market is followed, and in the history before it. */
async function loadTold(
  { actions: place }: LiveSourceSpec,
  bars: Parameters<typeof actionsOfMarket>[2],
  markets: readonly BarSource[],
): Promise<{ readonly actions: readonly CorporateAction[]; readonly sources: readonly BarSource[] }> {
  if (place === undefined) return { actions: [], sources: [] };
  const loaded = await loadNamedActions(place);
  const followed = actionsOfMarket(place, loaded, bars, basisOfSources(markets));
  // What comes into force when the market has closed is the next run's.
  return { actions: followed.filter(({ exAt }) => exAt < bars.last), sources: [loaded.source] };
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
