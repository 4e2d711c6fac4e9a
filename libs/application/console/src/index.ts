export type { Beat, ServiceRow, WorkPart } from './beat-wire.ts';
export { barCoverage, COVERAGE_SYMBOLS_MAX, type BarCoverage } from './bar-coverage.ts';
export { addsRisk, askedCommand, commandSchema, operatorSchema, type CommandBody } from './asked-command.ts';
export { FollowedRuns, type FollowedRun } from './followed-runs.ts';
export { FOLLOWED_MS, HAPPENINGS_MAX, type FollowedOrders, type OrderHappening, type TracedOrder } from './followed-orders.ts';
export { fillStory } from './fill-story.ts';
export { gateRow } from './gate-row.ts';
export { lookAtRun } from './look-at-run.ts';
export { LiveRun, type DecisionKept } from './live-run.ts';
export { readinessPart } from './readiness-part.ts';
export { recordedTape } from './recorded-tape.ts';
export { runHead } from './run-head.ts';
export { headingText, markdownBlocks, type Block, type Inline } from './markdown.ts';
export { NoSuchIntervalError, SHARDS_MAX, sliceTrace, type SliceTrace, type TraceStep } from './slice-trace.ts';
export type { ConditionRow, StoryPart } from './story.ts';
export { BARS_MAX, symbolHistory, type BarRow, type SymbolHistory } from './symbol-history.ts';
export { whyStory } from './why-story.ts';
export type {
  AccountPart,
  Changes,
  CommandRow,
  DenialRow,
  EquityRow,
  FillRow,
  GateCountRow,
  GateRow,
  HaltRow,
  JobRow,
  MarketPart,
  OrderRow,
  OrderStatus,
  OrderStep,
  PositionRow,
  ProposalRow,
  ReadinessGateRow,
  ReadinessPart,
  Role,
  RunHead,
  RunRow,
  RunbookRow,
  SessionPart,
  SignalRow,
  SymbolForecast,
  SymbolRow,
  TableName,
  Tables,
} from './wire.ts';
export { WorkRates } from './work-rates.ts';
