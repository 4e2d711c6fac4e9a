/**
 * Execution with a broker, as a recording drives it: orders, the broker's words and commands at once, and bars as the clock.
 *
 * 1. What follows depends on the messages and their order alone, also through a copy of the state.
 * 2. A broker with a market of its own is not waited for: an interval is passed as soon as its bars are there.
 * 3. A broker that trades the run's own bars lives through an interval once all orders of the one before were asked for and answered, and
 *    execution's word on it comes when the broker has.
 */
import {
  advanceId,
  indexOfSymbol,
  item,
  newBarSlice,
  newExecutionReport,
  read,
  readUint32,
  shardOf,
  type BarSlice,
  type BreakEvent,
  type BrokerConfig,
  type BrokerWord,
  type Control,
  type EpochMs,
  type ExecutionReport,
  type OrderRequest,
  type Request,
  type RequestId,
  type RiskDecision,
  type Ticker,
} from '@aitrader/model';
import { accountLeft } from './account-state.ts';
import { followActions } from './follow-actions.ts';
import { isSettled, type OrderManagerState } from './managed-order.ts';
import type { OrderManagerConfig } from './order-manager.config.ts';
import { beginInterval, leaveOrder, newOrderManager, passInterval, takeOrder, takeReport } from './order-manager.ts';
import { newOrderBook } from './orders-by-symbol.ts';
import { takeControl } from './commands.ts';
import { takeAccount, takeDisconnected } from './reconciliation.ts';
import { noteVolumes } from './volume-seen.ts';

/** How execution works at a broker. */
export interface SequencedExecutionConfig {
  readonly manager: OrderManagerConfig;
  /** whether the broker trades the run's own bars, and is asked to live through each interval */
  readonly followsBars: boolean;
}

/** An interval that the broker has not lived through yet, with the bars of the symbols at work. */
interface BegunInterval {
  readonly t: EpochMs;
  readonly bars: readonly BarSlice[];
  isAsked: boolean;
}

/** All that execution remembers. Plain data. */
export interface SequencedExecutionState {
  readonly manager: OrderManagerState;
  readonly followsBars: boolean;
  /** requests without an answer; kept for a broker that follows bars */
  readonly unanswered: Set<RequestId>;
  begun: BegunInterval | null;
  /** the last interval that execution said its word on, and the last one that risk did; −1 before the first */
  passed: EpochMs | -1;
  decided: EpochMs | -1;
}

/** What follows from one message. */
export interface SequencedWord {
  /** in the order in which they are to be performed */
  readonly requests: Request[];
  /** execution's word on the interval that was passed, if one was */
  report: ExecutionReport | null;
  /** what became of breaks of the account, told with the interval */
  readonly breaks: BreakEvent[];
}

export const newSequencedWord = (): SequencedWord => ({ requests: [], report: null, breaks: [] });

/** @throws OrderManagerConfigError */
export const newSequencedExecution = ({ manager, followsBars }: SequencedExecutionConfig): SequencedExecutionState => ({
  manager: newOrderManager(manager),
  followsBars,
  unanswered: new Set(),
  begun: null,
  passed: -1,
  decided: -1,
});

/** What the state of an execution with a broker is made of, and in which version. An account is at one broker, and is not another one there. */
export const atBrokerLayout = ({ name, account }: Pick<BrokerConfig, 'name' | 'account'>): string =>
  `execution-at-broker/1 ${name} ${account}`;

/**
 * Goes on with the orders and the account that were known at the end of another run, as a fresh execution works them. What happened to the
 * account meanwhile is not known: nothing is entered before the broker has told of it.
 */
export const goOnAtBroker = (fresh: SequencedExecutionState, ended: SequencedExecutionState): SequencedExecutionState => ({
  ...ended,
  manager: {
    ...ended.manager,
    // a program of before kept none by their symbols
    ...newOrderBook(ended.manager.orders),
    config: fresh.manager.config,
    armedFor: fresh.manager.armedFor,
    account: accountLeft(ended.manager.account, fresh.manager.account),
  },
  followsBars: fresh.followsBars,
});

/** Whether the next interval may begin. One that may not waits, and messages after its bars are heard before it. */
export const mayBegin = ({ followsBars, begun, passed, decided }: SequencedExecutionState): boolean =>
  !followsBars || (begun === null && (passed < 0 || decided >= passed));

/** Hears what risk decided. */
export function hearDecision(state: SequencedExecutionState, { t, orders, exits }: RiskDecision, word: SequencedWord): void {
  const out: OrderRequest[] = [];
  for (const exit of exits) leaveOrder(state.manager, exit, out);
  for (const order of orders) takeOrder(state.manager, order, out);
  if (t > state.decided) state.decided = t;
  ask(state, out, word);
}

/** Hears a command. */
export function hearCommand(state: SequencedExecutionState, command: Control, word: SequencedWord): void {
  const out: OrderRequest[] = [];
  takeControl(state.manager, command, out);
  ask(state, out, word);
}

/** Hears what the gateway tells. */
export function hearWords(state: SequencedExecutionState, words: readonly BrokerWord[], word: SequencedWord): void {
  for (const told of words) hearWord(state, told, word);
}

function hearWord(state: SequencedExecutionState, told: BrokerWord, word: SequencedWord): void {
  const out: OrderRequest[] = [];
  if (told.kind === 'account') takeAccount(state.manager, { ...told, t: timeOf(state, told) });
  else if (told.kind === 'disconnected') takeDisconnected(state.manager, { ...told, t: timeOf(state, told) });
  else if (told.kind === 'passed') livedThrough(state, told.t, out, word);
  else {
    takeReport(state.manager, { ...told, t: timeOf(state, told) }, out);
    if (told.request !== null && told.kind !== 'unknown') state.unanswered.delete(told.request);
  }
  ask(state, out, word);
}

/**
 * Where bars are the broker's clock, too, nothing can be of later than the interval that it lives through. It may be looked at before it has
 * any, and then tells the time of somewhere else, as does who answers in its place.
 */
function timeOf({ followsBars, manager, begun }: SequencedExecutionState, { t }: BrokerWord): EpochMs {
  const latest = begun !== null && begun.t > manager.now ? begun.t : manager.now;
  return followsBars && t > latest ? latest : t;
}

function livedThrough(state: SequencedExecutionState, t: EpochMs, out: OrderRequest[], word: SequencedWord): void {
  const { begun } = state;
  if (begun?.t !== t) return;
  state.begun = null;
  pass(state, t, begun.bars, out, word);
}

/** Hears the bars of an interval, one slice per shard, once all are there and it may begin. */
export function hearBars(state: SequencedExecutionState, t: EpochMs, bars: readonly BarSlice[], word: SequencedWord): void {
  const out: OrderRequest[] = [];
  // of all symbols: whoever is to be ordered of next is not at work yet
  if (state.manager.volumes !== null) noteVolumes(state.manager.volumes, t, bars);
  if (state.followsBars) {
    beginInterval(state.manager, t, out);
    state.begun = { t, bars: barsAtWork(state.manager, t, bars), isAsked: false };
  } else pass(state, t, bars, out, word);
  ask(state, out, word);
}

function pass(
  state: SequencedExecutionState,
  t: EpochMs,
  bars: readonly BarSlice[],
  out: OrderRequest[],
  word: SequencedWord,
): void {
  const report = newExecutionReport();
  passInterval(state.manager, t, bars, report, out, word.breaks);
  state.passed = t;
  word.report = report;
}

/** Says what is asked for, and once nothing is unanswered that the begun interval is to be lived through. */
function ask(state: SequencedExecutionState, requests: readonly OrderRequest[], word: SequencedWord): void {
  word.requests.push(...requests);
  if (!state.followsBars) return;
  for (const { id } of requests) state.unanswered.add(id);
  const { begun, unanswered, manager } = state;
  if (begun === null || begun.isAsked || unanswered.size > 0) return;
  begun.isAsked = true;
  // as the exchange does, once nothing is asked for any more
  followActions(manager, begun.t);
  word.requests.push({ kind: 'advance', id: advanceId(manager.config.requestPrefix, begun.t), t: begun.t });
}

/** Of the bars those of the symbols that something is at work in: no order comes before the interval is passed. */
function barsAtWork({ orders, agenda }: OrderManagerState, t: EpochMs, bars: readonly BarSlice[]): readonly BarSlice[] {
  const symbols = new Set<Ticker>();
  for (const managed of orders.values()) if (!isSettled(managed)) symbols.add(managed.order.symbol);
  for (const { exAt, symbol, other } of agenda.waiting) if (exAt < t && symbols.has(symbol)) symbols.add(other);
  const kept = bars.map(({ shard, timeframe, knownAt }) => ({ ...newBarSlice(shard, timeframe, symbols.size), t, knownAt }));
  for (const symbol of [...symbols].sort()) {
    const shard = shardOf(symbol, bars.length);
    copyRow(item(bars, shard), symbol, item(kept, shard));
  }
  return kept;
}

function copyRow(from: BarSlice, symbol: Ticker, to: BarSlice): void {
  const row = indexOfSymbol(from, symbol);
  if (row < 0) return;
  const at = to.count++;
  to.symbols[at] = symbol;
  for (const column of ['open', 'high', 'low', 'close', 'volume'] as const) to[column][at] = read(from[column], row);
  to.flags[at] = readUint32(from.flags, row);
}
