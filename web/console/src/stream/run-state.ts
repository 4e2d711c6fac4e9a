import { SymbolTable, type HandedSymbols, type RowsByKey } from './symbol-columns.ts';
import type { AccountPart, Beat, Changes, MarketPart, RunHead, TableName, Tables } from '@aitrader/application-console';

/** Rows by their key, those that changed last at the end. Another object after each change, over one map: what did not change is the same object. */
export interface LiveRows<Row> {
  readonly version: number;
  readonly byKey: RowsByKey<Row>;
}

export type LiveTables = { readonly [Name in TableName]: LiveRows<Tables[Name][number]> };

/** How the page hears of its run. */
export type Hearing = 'opening' | 'open' | 'lost' | 'refused';

/** A run as this page knows it. */
export interface RunState {
  readonly seq: number;
  readonly head: RunHead | undefined;
  readonly account: AccountPart | undefined;
  readonly market: MarketPart | undefined;
  readonly tables: LiveTables;
  readonly beat: Beat | undefined;
  /** whether all that the recording has was read once: before, what is shown is of earlier */
  readonly isCaughtUp: boolean;
  /** when the last beat was heard, by this page's clock */
  readonly beatAt: number;
  /** since when stages wait for more and nothing was decided, by this page's clock; 0: they do not */
  readonly standsSince: number;
  /** when something of the run changed last, by this page's clock */
  readonly changedAt: number;
  readonly problem: string | undefined;
  readonly hearing: Hearing;
}

/** Rows that a page keeps of a table; more are in the recording. As many as the console itself tells to who comes anew. */
const ROWS_MAX: { readonly [Name in TableName]: number } = {
  symbols: 20_000,
  positions: 20_000,
  signals: 2_000,
  denials: 2_000,
  orders: 2_000,
  fills: 2_000,
  halts: 500,
  commands: 500,
  gates: 500,
  equity: 2_000,
};
/** These stand in an order of their own; to move each row that changed to the end would cost, and tell nothing. */
const STANDING: ReadonlySet<TableName> = new Set(['symbols', 'positions', 'gates']);

/** A recording that grows is always a little ahead of who reads it. */
const CAUGHT_UP_WITHIN = 200;

const noRows = <Row>(): LiveRows<Row> => ({ version: 0, byKey: new Map<string, Row>() });

/** What is known of a run of which nothing was heard. */
export const unheard = (): RunState => ({
  seq: 0,
  head: undefined,
  account: undefined,
  market: undefined,
  tables: {
    symbols: noRows(),
    positions: noRows(),
    signals: noRows(),
    denials: noRows(),
    orders: noRows(),
    fills: noRows(),
    halts: noRows(),
    commands: noRows(),
    gates: noRows(),
    equity: noRows(),
  },
  beat: undefined,
  isCaughtUp: false,
  beatAt: 0,
  standsSince: 0,
  changedAt: 0,
  problem: undefined,
  hearing: 'opening',
});

/**
 * Folds changes in.
 *
 * 1. A table that the changes do not name stays the same object, and so does a row.
 * 2. No table grows past its bound: those that changed longest ago go first.
 */
export function withChanges(state: RunState, changes: Changes, now: number): RunState {
  return {
    ...state,
    seq: changes.seq,
    head: changes.head ?? state.head,
    account: changes.account ?? state.account,
    market: changes.market ?? state.market,
    tables: withTables(state.tables, changes.tables),
    standsSince: changes.market === undefined || changes.market.t === state.market?.t ? state.standsSince : 0,
    changedAt: now,
  };
}

const withTables = (of: LiveTables, told: Changes['tables']): LiveTables => ({
  symbols: withRows(of.symbols, told.symbols, 'symbols'),
  positions: withRows(of.positions, told.positions, 'positions'),
  signals: withRows(of.signals, told.signals, 'signals'),
  denials: withRows(of.denials, told.denials, 'denials'),
  orders: withRows(of.orders, told.orders, 'orders'),
  fills: withRows(of.fills, told.fills, 'fills'),
  halts: withRows(of.halts, told.halts, 'halts'),
  commands: withRows(of.commands, told.commands, 'commands'),
  gates: withRows(of.gates, told.gates, 'gates'),
  equity: withRows(of.equity, told.equity, 'equity'),
});

function withRows<Row extends { readonly key: string }>(
  of: LiveRows<Row>,
  rows: readonly Row[] | undefined,
  name: TableName,
): LiveRows<Row> {
  if (rows === undefined || rows.length === 0) return of;
  const kept = of.byKey as Map<string, Row>;
  for (const row of rows) {
    if (!STANDING.has(name)) kept.delete(row.key);
    kept.set(row.key, row);
  }
  for (const key of kept.keys()) {
    if (kept.size <= ROWS_MAX[name]) break;
    kept.delete(key);
  }
  return { version: of.version + 1, byKey: kept };
}

/** Takes the symbols as they were handed over. */
export function withSymbols(state: RunState, handed: HandedSymbols): RunState {
  const { version, byKey } = state.tables.symbols;
  const table = new SymbolTable(handed, byKey instanceof SymbolTable ? byKey : undefined);
  return { ...state, tables: { ...state.tables, symbols: { version: version + 1, byKey: table } } };
}

/** Stages that have intervals waiting for more. What ingest has sent ahead of the others waits for nothing. */
export const waitingStages = ({ services }: Pick<Beat, 'services'>): readonly string[] =>
  services
    .filter(({ stage, instances }) => stage !== 'ingest' && instances.some(({ waiting }) => waiting > 0))
    .map(({ stage }) => stage);

/** Folds the console's pulse in. */
export const withBeat = (state: RunState, beat: Beat, now: number): RunState => ({
  ...state,
  beat,
  beatAt: now,
  standsSince: waitingStages(beat).length === 0 ? 0 : state.standsSince || now,
  isCaughtUp: state.isCaughtUp || (beat.stored > 0 && beat.stored - beat.read <= CAUGHT_UP_WITHIN),
});

/** The latest rows first, `count` at the most. */
export function latest<Row>({ byKey }: LiveRows<Row>, count: number): readonly Row[] {
  const rows = [...byKey.values()];
  return rows.slice(Math.max(0, rows.length - count)).reverse();
}
