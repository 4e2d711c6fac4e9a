export { DATE_ORDERS, STAMPS, type DateOrder, type Stamp } from './bar-reading.ts';
export { CALIBRATED_PROBABILITY } from './calibrated-probability.ts';
export { type Brand } from './brand.ts';
export { type CarriedState, type Closing, type ClosingOrder, type ClosingPosition, type Followed } from './closing.ts';
export { ColumnTableError, copySlot, type ColumnTable, type SlotPlace } from './slot-columns.ts';
export { CASH_PLACES, decimalOf, nearestUnitsOf, PRICE_PLACES, QUANTITY_PLACES, ratioOf, unitsOf } from './decimal.ts';
export {
  type EpochMs,
  type Price,
  type Quantity,
  type Cash,
  UnitError,
  PRICE_UNITS_PER_DOLLAR,
  QUANTITY_UNITS_PER_SHARE,
  CASH_UNITS_PER_DOLLAR,
  epochMs,
  price,
  quantity,
  cash,
  priceFromDollars,
  quantityFromShares,
  cashFromDollars,
  dollarsOfPrice,
  sharesOf,
  dollarsOf,
  notional,
} from './units.ts';
export {
  type Ticker,
  type RunId,
  type SignalId,
  type OrderId,
  type FillId,
  TICKER_BYTES_MAX,
  ticker,
  runId,
  signalId,
  orderId,
  fillId,
  strategyOfOrder,
  ids,
  compareText,
} from './ids.ts';
export { fnv1a32, shardOf } from './shard.ts';
export {
  type BarSlice,
  type BarGap,
  type BarRevision,
  type GapCause,
  GAP_CAUSES,
  type Timeframe,
  TIMEFRAMES,
  MINUTES_OF,
  BAR_FLAG,
  newBarSlice,
  reserveBars,
  indexOfSymbol,
} from './bar.ts';
export { type BarVerdict, DOUBTED_PRICE, isQuarantined, joinedFlags, verdictOf } from './bar-verdict.ts';
export {
  type StateSlice,
  type StateColumn,
  STATE_COLUMNS,
  STATE_WIDTH,
  AT,
  QUANTILE_LEVELS,
  ADAPTED_LEVELS,
  type Regime,
  REGIMES,
  STATE_FLAG,
  E8,
  PPM,
  newStateSlice,
  reserveStates,
} from './state.ts';
export {
  type Direction,
  type ReturnDistribution,
  type ExitSignal,
  type Signal,
  type SignalSlice,
  newSignalSlice,
} from './signal.ts';
export {
  type Comparison,
  type GateFigure,
  type GateUnit,
  type GateVerdict,
  COMPARISONS,
  GATE_UNITS,
  contradictionIn,
  firstRefusal,
  gateVerdict,
  isUnknownFigure,
  passesGate,
  sharesLeftBy,
} from './gate-figure.ts';
export { priceStepAt } from './price-grid.ts';
export { type Trip, type TripKind, type TradingMode, TRIP_KINDS, modeOf } from './trip.ts';
export {
  type Side,
  type Order,
  type OrderExit,
  type Denial,
  type AccountSnapshot,
  type TradingState,
  type RiskDecision,
  type Leg,
  type OrderEventKind,
  type OrderEvent,
  type Fill,
  type ExecutionReport,
  newExecutionReport,
} from './order.ts';
export {
  type AdvanceRequest,
  type CancelRequest,
  type ExitPrices,
  type OrderRequest,
  type ReplaceRequest,
  type Request,
  type RequestBatch,
  type RequestClass,
  type RequestId,
  type SubmitRequest,
  REQUEST_ID_MAX,
  RUN_NAMED_MAX,
  advanceId,
  intentOf,
  requestId,
  requestIdOf,
  runNamedBy,
} from './request.ts';
export {
  type AccountOrder,
  type AccountPosition,
  type AccountWord,
  type BrokerWord,
  type DisconnectedWord,
  type PassedWord,
  type Report,
  type ReportBatch,
  type ReportKind,
  type ReportedExecution,
  type ReportedLeg,
  LOOK_AT_CLOSE,
  REPORT_KINDS,
  newReport,
} from './report.ts';
export {
  FORECAST_COVERAGES,
  FORECAST_HORIZONS,
  FORECAST_LEVELS,
  type AccountForecast,
  type ForecastHolding,
  type ForecastHorizon,
  type ForecastOutcome,
  type ForecastPart,
  type HoldingsForecast,
  withinIntervals,
} from './account-forecast.ts';
export {
  type AccountDoubt,
  type Hold,
  type HoldCause,
  type Standing,
  HOLD_CAUSES,
  STANDINGS,
  UNSAID,
  breaksIn,
  holdFlags,
} from './account-doubt.ts';
export { type AccountBreak, type BreakEvent, type BreakId, type BreakKind, BREAK_KINDS, breakIdOf } from './account-break.ts';
export { type DataCause, type DataLevel, type DataLevelNumber, DATA_CAUSES, DATA_LEVELS } from './data-level.ts';
export {
  type CorporateAction,
  type CorporateActionKind,
  CORPORATE_ACTION_KINDS,
  priceAfter,
  priceOfCash,
  sharesAfter,
} from './corporate-action.ts';
export { type SpreadNote, feesUnknownIn, spreadNote, spreadNoteOf, unknownFeesNote } from './cost-note.ts';
export {
  type Control,
  type ControlKind,
  type ManualOrder,
  type ModelParameters,
  type ParameterValue,
  type WriteOff,
  CONTROL_KINDS,
  endsEntries,
  freshWriteOff,
  manualSignalId,
  newControl,
} from './control.ts';
export {
  type CommandedLimit,
  type OperatorLimit,
  type StandingLimits,
  OPERATOR_LIMITS,
  afterLimits,
  isWholeLimit,
  limitIn,
  tightened,
} from './operator-limits.ts';
export {
  type BrokerConfig,
  type BrokerName,
  type OrderHandling,
  type WorkingRules,
  type ReconciliationRules,
  BROKER_NAMES,
  type PerRegime,
  type ProbabilityConfig,
  type RiskConfig,
  type SimulationConfig,
  type RunConfig,
  type RiskRules,
  type ScannerConfig,
  type ScanWeights,
  COSTS_BEFORE_KEYS,
  ENTRY_LIMITS_BEFORE_KEYS,
  SESSION_PARTS,
  type EdgeConfig,
  type EdgePrior,
  type EntryLimits,
  type SessionPart,
  riskRulesOf,
} from './config.ts';
export { type ScanKind, type ScannerWord, type Watchlist, SCAN_KINDS, newScannerWord } from './watchlist.ts';
export { type Manifest, type RunKind, type BarSource, type Adjustment, ADJUSTMENTS } from './manifest.ts';
export {
  type Stage,
  type ProbabilityInput,
  type StrategyInput,
  type ScannerInput,
  type ExecutionInput,
  type RiskInput,
} from './stage.ts';
export { read, readInt32, readUint32, readUint8, item } from './column.ts';
export { addSlot, findSlot, newSymbolIndex, type SymbolIndex } from './symbol-index.ts';
export { canonicalSpelling, canonicalTicker } from './ticker-spelling.ts';
export {
  entryOf,
  parameterProblems,
  claimDifferences,
  problemsOfEntry,
  type ParameterRule,
  type ParameterRules,
  type StrategyCatalogue,
  type StrategyEntry,
  type StrategyParameters,
} from './strategy-entry.ts';
