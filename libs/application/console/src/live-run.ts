import { addressOf, decodeControl, decodeManifest } from '@aitrader/contracts';
import { equityOf, unrealisedOf } from '@aitrader/core-portfolio';
import { momentAt, tradeDateAt } from '@aitrader/core-sessions';
import {
  PPM,
  REGIMES,
  dollarsOf,
  dollarsOfPrice,
  item,
  modeOf,
  passesGate,
  sharesOf,
  type Denial,
  type Fill,
  type GateFigure,
  type Manifest,
  type Order,
  type Signal,
  type Trip,
} from '@aitrader/model';
import type { RunView } from '@aitrader/application-recordings';
import type { LoggedMessage } from '@aitrader/runtime-bus';
import { signalsInOrder, type Interval } from '@aitrader/runtime-engine';
import { accountForecastWords, dataCauseWords, doubtLines, refusalWords, tripWords } from '@aitrader/application-wording';
import { LiveTable } from './live-table.ts';
import { forecastsOf, symbolRow } from './market-rows.ts';
import { hasEnded, OrderBoard } from './order-board.ts';
import { runHead } from './run-head.ts';
import type {
  AccountPart,
  Changes,
  CommandRow,
  DenialRow,
  EquityRow,
  FillRow,
  GateCountRow,
  HaltRow,
  MarketPart,
  OrderRow,
  PositionRow,
  RunHead,
  SignalRow,
  SymbolRow,
  TableName,
  Tables,
} from './wire.ts';

const SYMBOLS_MAX = 20_000;
const ROWS_MAX = 2_000;
const COMMANDS_MAX = 500;
/** What risk decided lately, with every gate: 62 figures each. */
const DECISIONS_KEPT = 5_000;
/** Minutes of the account that are told; what lies before is in the recording. */
const EQUITY_MAX = 2_000;
const BP_PER_E8 = 1e4 / 1e8;

/** What risk said to a signal, and what every gate found. */
export interface DecisionKept {
  readonly symbol: string;
  readonly t: number;
  readonly approved: boolean;
  readonly gates: readonly GateFigure[];
}

/**
 * A run as the console shows it, folded from its facts.
 *
 * 1. What is told follows from the recording up to `seq` alone, so that two consoles tell the same.
 * 2. `since(seq)` tells every row and part that follows from a place behind `seq`, and so all of them for 0.
 * 3. Its memory is bounded, whatever the run's length: what is left out is in the recording.
 */
export class LiveRun {
  readonly #tables = {
    symbols: new LiveTable<SymbolRow>(SYMBOLS_MAX),
    positions: new LiveTable<PositionRow>(SYMBOLS_MAX),
    signals: new LiveTable<SignalRow>(ROWS_MAX),
    denials: new LiveTable<DenialRow>(ROWS_MAX),
    orders: new LiveTable<OrderRow>(ROWS_MAX, ({ status }) => hasEnded(status)),
    fills: new LiveTable<FillRow>(ROWS_MAX),
    halts: new LiveTable<HaltRow>(COMMANDS_MAX),
    commands: new LiveTable<CommandRow>(COMMANDS_MAX),
    gates: new LiveTable<GateCountRow>(COMMANDS_MAX),
    equity: new LiveTable<EquityRow>(EQUITY_MAX),
  } satisfies { [Name in TableName]: LiveTable<Tables[Name][number]> };
  readonly #orders = new OrderBoard(this.#tables.orders);
  readonly #decisions = new Map<string, DecisionKept>();
  #view: RunView | undefined;
  #date = '';
  #seq = 0;
  /** where the run was known first */
  #headAt = 0;
  #head: RunHead | undefined;
  #account: AccountPart | undefined;
  #market: MarketPart | undefined;

  /** the place up to which the run was read */
  get seq(): number {
    return this.#seq;
  }
  get view(): RunView | undefined {
    return this.#view;
  }

  /** What risk decided on a signal, or an operator's order, of late. */
  decisionOn(signalId: string): DecisionKept | undefined {
    return this.#decisions.get(signalId);
  }

  /** What the run was begun with is told before its first interval, and an operator's command as soon as it is recorded: whether it is in force follows later. */
  passed({ seq, subject, data }: LoggedMessage): void {
    this.#seq = seq;
    const { fact } = addressOf(subject);
    if (fact === 'manifest') this.#takeHead(decodeManifest(data), seq);
    if (fact !== 'control') return;
    const { kind, t, actor, reason, symbols } = decodeControl(data);
    if (kind === 'data-level' || kind === 'model-parameters' || kind === 'corporate-actions' || kind === 'end-of-bars') return;
    this.#tables.commands.put({ key: String(seq), t, kind, actor, reason, symbols: [...symbols], inForceAt: null }, seq);
  }

  /** Folds an interval in, which the view has seen, and which the message at `seq` completed. `heard`: places of the commands that risk heard with it. */
  watched(view: RunView, interval: Interval, seq: number, heard: readonly number[]): void {
    if (this.#head === undefined) this.#takeHead(view.manifest, seq);
    this.#view = view;
    this.#seq = seq;
    this.#takeMarket(interval, seq);
    this.#takeDecisions(interval, seq);
    this.#takeExecution(interval, seq);
    this.#takeAccount(view, seq);
    for (const command of heard) this.#takeInForce(String(command), interval.t, seq);
    for (const { gate, denials, refusals } of view.gates.current()) {
      const before = this.#tables.gates.get(gate);
      if (before?.all !== refusals || before.first !== denials)
        this.#tables.gates.put({ key: gate, first: denials, all: refusals }, seq);
    }
  }

  /** What follows from places behind `seq`; everything for 0. */
  since(seq: number): Changes {
    const tables = Object.fromEntries(
      Object.entries(this.#tables)
        .map(([name, table]): [string, readonly object[]] => [name, table.since(seq)])
        .filter(([, rows]) => rows.length > 0),
    );
    return {
      seq: this.#seq,
      ...(this.#head !== undefined && this.#headAt > seq ? { head: this.#head } : {}),
      ...(this.#account !== undefined && this.#seq > seq ? { account: this.#account } : {}),
      ...(this.#market !== undefined && this.#seq > seq ? { market: this.#market } : {}),
      tables,
    };
  }

  #takeHead(manifest: Manifest, seq: number): void {
    this.#head = runHead(manifest);
    this.#headAt = seq;
  }

  #takeMarket({ t, bars, states }: Interval, seq: number): void {
    const date = tradeDateAt(t);
    const isNewDate = date !== this.#date;
    this.#date = date;
    for (const [shard, slice] of bars.entries()) {
      const of = states[shard];
      const forecasts = of === undefined || of.t !== slice.t ? undefined : forecastsOf(of, slice);
      for (let i = 0; i < slice.count; i++) {
        const symbol = item(slice.symbols, i);
        const before = this.#tables.symbols.get(symbol);
        this.#tables.symbols.put(symbolRow(slice, i, before, forecasts?.get(symbol) ?? null, isNewDate), seq);
      }
    }
  }

  #takeDecisions(interval: Interval, seq: number): void {
    const { decision } = interval;
    for (const signal of signalsInOrder(interval)) this.#tables.signals.put(signalRow(signal, ''), seq);
    for (const order of decision.orders) {
      this.#orders.approved(order, seq);
      this.#decided(order, true, seq);
    }
    for (const denial of decision.denials) {
      this.#tables.denials.put(denialRow(denial), seq);
      this.#decided(denial, false, seq);
    }
  }

  #decided({ signalId, symbol, t, gates, ...said }: Order | Denial, approved: boolean, seq: number): void {
    this.#decisions.set(signalId, { symbol, t, approved, gates });
    const [oldest] = this.#decisions.keys();
    if (this.#decisions.size > DECISIONS_KEPT && oldest !== undefined) this.#decisions.delete(oldest);
    const signal = this.#tables.signals.get(signalId);
    const answer = 'gate' in said ? said.gate : 'approved';
    if (signal !== undefined) this.#tables.signals.put({ ...signal, answer }, seq);
  }

  #takeExecution({ report }: Interval, seq: number): void {
    for (const fill of report.fills) {
      this.#tables.fills.put(fillRow(fill), seq);
      this.#orders.filled(fill, seq);
    }
    for (const event of report.events) this.#orders.happened(event, seq);
  }

  #takeAccount(view: RunView, seq: number): void {
    const { ledger } = view;
    for (const position of ledger.positions.values()) {
      const shares = sharesOf(position.quantity);
      const [marketValue, cost] = [dollarsOf(position.marketValue), dollarsOf(position.cost)];
      const row: PositionRow = {
        key: position.symbol,
        shares,
        averageCost: cost / shares,
        mark: dollarsOfPrice(position.mark),
        marketValue,
        unrealised: marketValue - cost,
      };
      const before = this.#tables.positions.get(row.key);
      if (before?.shares !== shares || before.mark !== row.mark || before.averageCost !== row.averageCost)
        this.#tables.positions.put(row, seq);
    }
    for (const row of [...this.#tables.positions.rows()])
      if (row.shares !== 0 && ![...ledger.positions.keys()].some((symbol) => symbol === row.key))
        this.#tables.positions.put({ ...row, shares: 0, marketValue: 0, unrealised: 0 }, seq);
    this.#takeHalts(view.halts, seq);
    this.#account = accountPart(view);
    this.#market = marketPart(view);
    const { equity, drawdown } = this.#account;
    this.#tables.equity.put({ key: String(view.t), t: view.t, equity, drawdown }, seq);
  }

  #takeHalts(trips: readonly Trip[], seq: number): void {
    const standing = new Set(trips.map(haltKey));
    for (const trip of trips)
      if (this.#tables.halts.get(haltKey(trip))?.stands !== true) this.#tables.halts.put(haltRow(trip), seq);
    for (const row of [...this.#tables.halts.rows()])
      if (row.stands && !standing.has(row.key)) this.#tables.halts.put({ ...row, stands: false }, seq);
  }

  #takeInForce(key: string, t: number, seq: number): void {
    const row = this.#tables.commands.get(key);
    if (row !== undefined) this.#tables.commands.put({ ...row, inForceAt: t }, seq);
  }
}

/** Earlier recordings give a halt no id. */
const haltKey = ({ id, kind, t }: Trip): string => (id === '' ? `${kind}.${t}` : id);

const haltRow = (trip: Trip): HaltRow => ({
  key: haltKey(trip),
  t: trip.t,
  kind: trip.kind,
  by: trip.by,
  reason: trip.reason,
  words: tripWords(trip),
  stands: true,
});

const signalRow = (signal: Signal, answer: string): SignalRow => ({
  key: signal.id,
  t: signal.t,
  symbol: signal.symbol,
  strategy: signal.strategy,
  direction: signal.direction,
  reference: dollarsOfPrice(signal.reference),
  stop: dollarsOfPrice(signal.stop),
  target: dollarsOfPrice(signal.target),
  horizonMinutes: signal.horizonMinutes,
  meanBp: signal.forward.meanE8 * BP_PER_E8,
  sdBp: signal.forward.sdE8 * BP_PER_E8,
  velocityUp: signal.velocityUpPpm / PPM,
  regime: REGIMES[signal.regime] ?? 'normal',
  answer,
});

const denialRow = (denial: Denial): DenialRow => ({
  key: denial.signalId,
  t: denial.t,
  symbol: denial.symbol,
  gate: denial.gate,
  words: refusalWords(denial),
  trip: denial.trip,
  refusals: denial.gates.filter((gate) => !passesGate(gate)).length,
});

const fillRow = (fill: Fill): FillRow => ({
  key: fill.id,
  t: fill.t,
  orderId: fill.orderId,
  symbol: fill.symbol,
  leg: fill.leg,
  side: fill.side,
  shares: sharesOf(fill.quantity),
  price: dollarsOfPrice(fill.price),
  fee: dollarsOf(fill.fee),
  kind: fill.kind,
});

function accountPart(view: RunView): AccountPart {
  const { ledger, manifest, halts, doubt, forecast } = view;
  return {
    equity: dollarsOf(equityOf(ledger)),
    equityBefore: dollarsOf(view.equityBefore),
    cash: dollarsOf(ledger.cash),
    gross: dollarsOf(ledger.gross),
    realised: dollarsOf(ledger.realised),
    unrealised: dollarsOf(unrealisedOf(ledger)),
    fees: dollarsOf(ledger.fees),
    drawdown: view.drawdownPpm / PPM,
    drawdownHalt: manifest.config.risk.drawdownFractionHalt,
    mode: modeOf(halts),
    forecast: forecast === null || forecast.forecasts.length === 0 ? null : accountForecastWords(forecast).join('; '),
    doubts: doubt === null ? [] : doubtLines(doubt),
  };
}

function marketPart(view: RunView): MarketPart {
  const { phase, session } = momentAt(view.cursor, view.t);
  return {
    t: view.t,
    phase,
    open: session?.open ?? null,
    close: session?.close ?? null,
    slices: view.slices,
    bars: view.bars,
    dataLevel: view.data?.level ?? null,
    dataReason: view.data === undefined || view.data.level === 0 ? '' : dataCauseWords(view.data.causes, view.dataReason),
    counts: { ...view.counts },
  };
}
