import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'winston';
import { openBroker, openBrokerStream, type BrokerChoice } from '@aitrader/application-broker-accounts';
import { DEFAULT_PAUSES, KeysRefusedError, OrderGateway } from '@aitrader/application-order-gateway';
import { toldBefore } from '@aitrader/application-pipeline';
import { addressOf, decodeControl, decodeReports, decodeRequests, encodeReports, type ClosingReader } from '@aitrader/contracts';
import { textOfAction, type ActionText } from '@aitrader/core-market';
import {
  epochMs,
  type BarSlice,
  type BreakEvent,
  type BrokerConfig,
  type BrokerWord,
  type Control,
  type EpochMs,
  type Manifest,
  type ReportBatch,
  type Request,
  type RequestBatch,
} from '@aitrader/model';
import { FencedPublisher, readMessages, type Bus } from '@aitrader/runtime-bus';
import { ALPACA_KEY_VARIABLES, ConfigurationError, wallClock, withKeys } from '@aitrader/runtime-configuration';
import { BUS, LOGGER, RunManifest, StageInstances } from '@aitrader/runtime-service';
import { Arming } from './arming.ts';
import { brokerEnvironment } from './broker-environment.ts';
import { failPointIn } from './fail-points.ts';
import type { BrokerExecution, Execution } from './execution.instance.ts';

const ACCOUNT = -1;
const KEYS_TO_SEE = 'see APCA_API_KEY_ID and APCA_API_SECRET_KEY, and whether they are of the account that the run trades in';

/** What the recording holds of a run's broker. */
interface Recorded {
  readonly requests: RequestBatch[];
  readonly reports: ReportBatch[];
}

/** What the gateway is told by the service around it. */
export interface GatewayDuties {
  readonly givenUp: () => boolean;
  readonly failed: (error: Error) => void;
  /** resolves when it is certain that no other process acts for the run */
  readonly whenOwn: () => Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment with the keys of the account: they may be named in place of being there. @throws ConfigurationError */
const withAccountKeys = (): Promise<Environment> => withKeys(process.env, ALPACA_KEY_VARIABLES);

/** The gateway in its process: it hands it what is recorded, and records what it tells. */
@Injectable()
export class GatewayHost {
  readonly #bus: Bus;
  readonly #logger: Logger;
  readonly #manifest: RunManifest;
  readonly #instances: StageInstances<Execution>;
  #gateway: OrderGateway | undefined;
  #recorded: Recorded = { requests: [], reports: [] };
  /** requests that came before the gateway was started, and the cause of the last that were recorded before */
  #early: Request[] | undefined = [];
  #resumedTo = 0;
  #told = 0;
  #arming: Arming | undefined;
  /** corporate actions that were told of, as a file of them says it */
  readonly #actions: ActionText[] = [];
  readonly #heardActions = new Set<string>();
  #failed: (error: Error) => void = () => undefined;
  #whenOwn: () => Promise<void> = () => Promise.resolve();
  #now = epochMs(0);
  #waiting: { readonly t: EpochMs; readonly resolve: (bars: readonly BarSlice[]) => void } | undefined;

  constructor(
    @Inject(BUS) bus: Bus,
    @Inject(LOGGER) logger: Logger,
    manifest: RunManifest,
    instances: StageInstances<Execution>,
  ) {
    this.#bus = bus;
    this.#logger = logger;
    this.#manifest = manifest;
    this.#instances = instances;
  }

  /** Reads what is recorded, before the stage adds to it. Nothing is asked of the broker yet. */
  async prepare({ givenUp, failed, whenOwn }: GatewayDuties): Promise<void> {
    const manifest = await this.#manifest.begun(givenUp);
    if (manifest === undefined || manifest.config.broker === null) return;
    this.#arming = new Arming(manifest);
    this.#early = [];
    this.#whenOwn = whenOwn;
    this.#recorded = await this.#read(manifest, this.#arming, await this.#manifest.opening(givenUp));
    this.#resumedTo = this.#recorded.requests.at(-1)?.cause ?? 0;
    this.#told = this.#recorded.reports.at(-1)?.n ?? 0;
    const publisher = new FencedPublisher(this.#bus, manifest.run, 'the gateway', { failed, stored: () => undefined });
    await publisher.own('reports', ACCOUNT);
    this.#failed = failed;
    this.#gateway = this.#newGateway(manifest.config.broker, await withAccountKeys(), publisher, failed);
  }

  /** What was asked and told, in this run and of orders that the one before it left. */
  async #read({ run }: Manifest, arming: Arming, opening: ClosingReader | undefined): Promise<Recorded> {
    const left = opening?.closing((of) => of === 'gateway');
    const { requests, reports } = left === undefined ? { requests: [], reports: [] } : toldBefore(left);
    const t = left?.t ?? epochMs(0);
    const recorded: Recorded = {
      requests: requests.length === 0 ? [] : [{ cause: 0, t, requests }],
      reports: reports.length === 0 ? [] : [{ n: 0, t, words: reports }],
    };
    await readMessages(this.#bus, run, ({ subject, seq, data }) => {
      const { fact } = addressOf(subject);
      if (fact === 'requests') recorded.requests.push(decodeRequests(data));
      else if (fact === 'reports') recorded.reports.push(decodeReports(data));
      else if (fact === 'control') {
        const command = decodeControl(data);
        arming.hear(seq, command);
        this.#hearActions(command);
      }
    });
    return recorded;
  }

  #newGateway(broker: BrokerConfig, keys: Environment, publisher: FencedPublisher, fail: (error: Error) => void): OrderGateway {
    // nobody is to start it again with keys that are refused
    const failed = (error: Error): void =>
      fail(
        error instanceof KeysRefusedError ? new ConfigurationError('the account', [`${error.message}: ${KEYS_TO_SEE}`]) : error,
      );
    const { url, limits, perMinute } = brokerEnvironment(process.env, broker.followsBars);
    const choice: BrokerChoice = { broker: broker.name, live: broker.account === 'live', url, env: keys };
    const clock = wallClock(process.env);
    return new OrderGateway({
      broker: openBroker(choice, perMinute === undefined ? {} : { perMinute }),
      stream: (events) => openBrokerStream(choice, events),
      tell: (words) => this.#tell(publisher, words),
      limits,
      approved: ({ orderId }) => this.#execution.state.manager.orders.get(orderId)?.order,
      isArmed: (now) => this.#arming?.isArmedAt(now) ?? false,
      whenOwn: this.#whenOwn,
      ...(broker.followsBars && url !== undefined
        ? { advance: { url, bars: (t) => this.#barsOf(t), actions: () => this.#actions } }
        : {}),
      // how old a request is follows the clock of the run's market, and how often the account is looked at
      now: clock.now,
      pauses: { scheduleMs: clock.realMs(DEFAULT_PAUSES.scheduleMs) },
      sleep: (ms) => sleep(ms),
      random: Math.random,
      failPoint: failPointIn(process.env),
      listener: { said: (level, what) => void this.#logger.log(level, what), failed },
    });
  }

  async #tell(publisher: FencedPublisher, words: readonly BrokerWord[]): Promise<void> {
    const n = (this.#told += 1);
    const t = words.reduce<EpochMs>((latest, word) => (word.t > latest ? word.t : latest), this.#now);
    this.#now = t;
    publisher.publish([{ fact: 'reports', shard: ACCOUNT, t, place: n, payload: encodeReports({ n, t, words }) }]);
    if (!(await publisher.whenStored(publisher.accepted))) throw new Error('what the broker said cannot be recorded');
  }

  get #execution(): BrokerExecution {
    const execution = this.#instances.of(ACCOUNT);
    if (!('word' in execution)) throw new Error('a run without a broker has no gateway');
    return execution;
  }

  /** Bars of an interval that execution has begun, or begins again. */
  #barsOf(t: EpochMs): Promise<readonly BarSlice[]> {
    const { bars } = this.#execution;
    if (bars.every((slice) => slice.t === t)) return Promise.resolve(bars);
    return new Promise((resolve) => (this.#waiting = { t, resolve }));
  }

  /** Bars of an interval were heard. */
  heardBars(t: EpochMs): void {
    if (!this.#execution.state.followsBars) this.#gateway?.heardInterval(t);
    if (this.#waiting?.t !== t) return;
    this.#waiting.resolve(this.#execution.bars);
    this.#waiting = undefined;
  }

  /** A command was heard, at its place in the recording. */
  heardCommand(seq: number, command: Control): void {
    this.#arming?.hear(seq, command);
    this.#hearActions(command);
  }

  #hearActions({ actions }: Control): void {
    for (const action of actions) if (!this.#heardActions.has(action.id)) this.#actions.push(textOfAction(action));
    for (const { id } of actions) this.#heardActions.add(id);
  }

  /** Tells whoever looks after it that the account is not what is known of it, or is again. */
  tellBreak(event: BreakEvent): void {
    this.#logger.log(
      event.kind === 'agreed' || event.kind === 'closed' ? 'info' : 'warn',
      `a break of the account ${event.kind}`,
      { ...event },
    );
  }

  /** Requests are recorded. Those of an earlier life are the resumed gateway's. */
  recorded({ cause, requests }: RequestBatch): void {
    if (cause <= this.#resumedTo) return;
    if (this.#early === undefined) this.#gateway?.perform(requests);
    else this.#early.push(...requests);
  }

  /** Finds out what became of what was asked before, then performs what is asked. */
  start(): void {
    const gateway = this.#gateway;
    if (gateway === undefined) return;
    const recorded = this.#recorded;
    this.#recorded = { requests: [], reports: [] };
    gateway.resume(recorded).catch((error: unknown) => this.#failed(error instanceof Error ? error : new Error(String(error))));
    gateway.perform(this.#early ?? []);
    this.#early = undefined;
  }

  async close(): Promise<void> {
    await this.#gateway?.close();
  }
}
