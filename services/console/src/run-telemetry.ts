import { metrics, type Attributes } from '@opentelemetry/api';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Beat, Changes } from '@aitrader/application-console';
import { runsGoingOn, type OpenHome } from '@aitrader/application-supervision';
import type { RunId } from '@aitrader/model';
import type { RunningTelemetry } from '@aitrader/runtime-telemetry';
import { HOME, TELEMETRY } from './console-tokens.ts';
import { Streams } from './streams.ts';

/** How often it is looked which runs go on. */
const LOOK_MS = 5_000;
const MS = 1_000;

type Figures = (changes: Changes, beat: Beat | undefined) => number | undefined;

/** What is told of every run that goes on, by name. */
const GAUGES: Readonly<Record<string, readonly [description: string, of: Figures]>> = {
  aitrader_account_equity_dollars: ['equity at the last interval', ({ account }) => account?.equity],
  aitrader_account_result_dollars: ['equity, less that which the run began with', ({ account }) => less(account)],
  aitrader_account_gross_dollars: ['what is held, longs and shorts added up', ({ account }) => account?.gross],
  aitrader_account_drawdown_ratio: ['fall from the highest equity', ({ account }) => account?.drawdown],
  aitrader_account_drawdown_halt_ratio: ['the fall that halts', ({ account }) => account?.drawdownHalt],
  aitrader_account_halts: ['halts that stand', ({ tables }) => tables.halts?.filter(({ stands }) => stands).length ?? 0],
  aitrader_account_doubts: ['what is doubted of the account', ({ account }) => account?.doubts.length],
  aitrader_orders_unknown: ['orders that the broker has not answered for', ({ tables }) => unknownIn(tables)],
  aitrader_orders_approved_total: ['orders that risk approved', ({ market }) => market?.counts.orders],
  aitrader_signals_total: ['signals of strategies', ({ market }) => market?.counts.signals],
  aitrader_denials_total: ['signals that risk refused', ({ market }) => market?.counts.denials],
  aitrader_fills_total: ['fills', ({ market }) => market?.counts.fills],
  aitrader_data_level: ['D0 … D4; of bars that are played 0', ({ market }) => market?.dataLevel ?? 0],
  aitrader_run_interval_seconds: [
    'the last interval, seconds since 1970',
    ({ market }) => (market === undefined ? undefined : market.t / MS),
  ],
  aitrader_run_unread_messages: [
    'messages that were recorded and not read here',
    (_, beat) => (beat === undefined ? undefined : beat.stored - beat.read),
  ],
  aitrader_services_silent: [
    'services of the run that do not answer',
    (_, beat) => beat?.services.filter(({ status }) => status !== 'running').length,
  ],
  aitrader_bus_connected: ['whether the bus answers', (_, beat) => (beat === undefined ? undefined : Number(beat.bus.connected))],
};

/** The names of all of them. */
export const RUN_GAUGES: readonly string[] = Object.keys(GAUGES);

const less = (account: Changes['account']): number | undefined =>
  account === undefined ? undefined : account.equity - account.equityBefore;
const unknownIn = ({ orders }: Changes['tables']): number => orders?.filter(({ status }) => status === 'unknown').length ?? 0;

/** Tells of every run of this home that goes on, as the console sees it: nothing that trades is asked. */
@Injectable()
export class RunTelemetry implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #home: OpenHome;
  readonly #streams: Streams;
  readonly #isAsked: boolean;
  readonly #telemetry: RunningTelemetry;
  #watched: readonly RunId[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(@Inject(HOME) home: OpenHome, streams: Streams, @Inject(TELEMETRY) telemetry: RunningTelemetry) {
    this.#home = home;
    this.#streams = streams;
    this.#telemetry = telemetry;
    this.#isAsked = telemetry.scrape !== undefined;
  }

  onApplicationBootstrap(): void {
    if (!this.#isAsked) return;
    this.#measure();
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
    void this.#look();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    for (const run of this.#watched) this.#streams.runs.leave(run);
    await this.#telemetry.stop();
  }

  /** A bus that does not answer is told of by what was seen last. */
  async #look(): Promise<void> {
    const before = this.#watched;
    const now = await runsGoingOn(this.#home).catch(() => before);
    for (const run of now) if (!before.includes(run)) this.#streams.runs.take(run);
    for (const run of before) if (!now.includes(run)) this.#streams.runs.leave(run);
    this.#watched = now;
    for (const run of now) await this.#streams.beatOf(run);
  }

  #measure(): void {
    const meter = metrics.getMeter('aitrader');
    const seen = (): readonly (readonly [Attributes, Changes, Beat | undefined])[] =>
      this.#watched.map((run) => [{ run }, this.#streams.runs.seen(run), this.#streams.lastBeat(run)] as const);
    for (const [name, [description, of]] of Object.entries(GAUGES))
      meter.createObservableGauge(name, { description }).addCallback((result) => {
        for (const [attributes, changes, beat] of seen()) {
          const figure = of(changes, beat);
          if (figure !== undefined) result.observe(figure, attributes);
        }
      });
    meter
      .createObservableGauge('aitrader_gate_refusals_total', { description: 'how often a gate refused' })
      .addCallback((result) => {
        for (const [attributes, { tables }] of seen())
          for (const { key: gate, all } of tables.gates ?? []) result.observe(all, { ...attributes, gate });
      });
  }
}
