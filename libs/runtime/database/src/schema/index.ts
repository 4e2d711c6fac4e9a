import { DailyParity } from './analytics.ts';
import { JournalPosition } from './journal.ts';
import { CorporateAction, MarketBar, MarketGap, MarketSession, MarketSlice, MarketSymbol, MarketVendor } from './market.ts';
import { DenialGate, DenialRow, ExitRow, OrderGate, OrderRow, SignalRow, StateSample, StateSliceRow } from './decisions.ts';
import { FillRow, OrderEventRow, ReportRow, RequestRow } from './execution.ts';
import { Break, Equity, Forecast, ForecastOutcome, Halt, OperatorAction, Run } from './runs.ts';
import { Archive, ArchivePartRow } from './storage.ts';
import { Sweep, SweepResult } from './sweeps.ts';

/** Tables of facts, whose rows are added and never changed. */
export const FACT_TABLES = {
  symbols: MarketSymbol,
  slices: MarketSlice,
  vendors: MarketVendor,
  bars: MarketBar,
  gaps: MarketGap,
  corporateActions: CorporateAction,
  stateSlices: StateSliceRow,
  states: StateSample,
  signals: SignalRow,
  exits: ExitRow,
  orders: OrderRow,
  orderGates: OrderGate,
  denials: DenialRow,
  denialGates: DenialGate,
  orderEvents: OrderEventRow,
  fills: FillRow,
  requests: RequestRow,
  reports: ReportRow,
  equity: Equity,
  operatorActions: OperatorAction,
  forecasts: Forecast,
  forecastOutcomes: ForecastOutcome,
} as const;

/** Tables whose rows say how something stands, and are told again as it goes on. */
export const STANDING_TABLES = { sessions: MarketSession, halts: Halt, breaks: Break } as const;

export const PROJECTED_TABLES = { ...FACT_TABLES, ...STANDING_TABLES } as const;
export type ProjectedTable = keyof typeof PROJECTED_TABLES;
/** A row of a table without the run, which is the same for all. */
export type RowOf<T extends ProjectedTable> = Omit<InstanceType<(typeof PROJECTED_TABLES)[T]>, 'runId'>;

/** Tables of runs that no message comes to: what was found out about a recording, by whoever asked. */
export const FOUND_TABLES = { dailyParity: DailyParity } as const;

/** Tables that are of no run. */
const OTHER_TABLES = [Sweep, SweepResult, Archive, ArchivePartRow];

export const ENTITIES = [
  Run,
  JournalPosition,
  ...Object.values(PROJECTED_TABLES),
  ...Object.values(FOUND_TABLES),
  ...OTHER_TABLES,
];
export { Archive, ArchivePartRow, DailyParity, JournalPosition, Run, Sweep, SweepResult };
