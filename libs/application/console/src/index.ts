export { FollowedRuns, type FollowedRun } from './followed-runs.ts';
export { LiveRun, type DecisionKept } from './live-run.ts';
export { recordedTape } from './recorded-tape.ts';
export { runHead } from './run-head.ts';
export type {
  AccountPart,
  Beat,
  Changes,
  CommandRow,
  DenialRow,
  EquityRow,
  FillRow,
  GateCountRow,
  GateRow,
  HaltRow,
  MarketPart,
  OrderRow,
  OrderStatus,
  OrderStep,
  PositionRow,
  Role,
  RunHead,
  RunRow,
  ServiceRow,
  SessionPart,
  SignalRow,
  SymbolForecast,
  SymbolRow,
  TableName,
  Tables,
} from './wire.ts';
