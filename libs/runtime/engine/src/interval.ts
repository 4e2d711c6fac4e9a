import {
  newBarSlice,
  newExecutionReport,
  newSignalSlice,
  newStateSlice,
  type AccountSnapshot,
  type BarSlice,
  type Cash,
  type Control,
  type EpochMs,
  type ExecutionReport,
  type RiskDecision,
  type SignalSlice,
  type StateSlice,
  type Timeframe,
  type Watchlist,
} from '@aitrader/model';

/** All facts of one interval, one slice per shard. Hosts reuse it from interval to interval. */
export interface Interval {
  t: EpochMs;
  bars: BarSlice[];
  states: StateSlice[];
  signals: SignalSlice[];
  /** what the scanner listed at this interval; null at the intervals without a scan */
  watchlist: Watchlist | null;
  report: ExecutionReport;
  /** before risk has run, this is still its decision on the interval before */
  decision: RiskDecision;
  /** commands that risk, and the scanner, heard */
  control: readonly Control[];
  /** commands that execution heard, which handles an interval before risk does: on the bus it may be behind, in one process they are the same */
  executionControl: readonly Control[];
  /** commands that the stages of each shard heard: the same holds of them */
  shardControl: (readonly Control[])[];
}

const SLICE_CAPACITY = 64;
const NO_CASH = 0 as Cash;
const NO_ACCOUNT: AccountSnapshot = {
  cash: NO_CASH,
  equity: NO_CASH,
  gross: NO_CASH,
  reserved: NO_CASH,
  realised: NO_CASH,
  equityPeak: NO_CASH,
  drawdownPpm: 0,
  tradingState: 'halted',
};

export const newRiskDecision = (): RiskDecision => ({
  t: 0 as EpochMs,
  account: NO_ACCOUNT,
  trips: [],
  orders: [],
  exits: [],
  denials: [],
  forecast: null,
});

export function newInterval(shards: number, timeframe: Timeframe): Interval {
  const each = <T>(make: (shard: number) => T): T[] => Array.from({ length: shards }, (_, shard) => make(shard));
  return {
    t: 0 as EpochMs,
    bars: each((shard) => newBarSlice(shard, timeframe, SLICE_CAPACITY)),
    states: each((shard) => newStateSlice(shard, SLICE_CAPACITY)),
    signals: each(newSignalSlice),
    watchlist: null,
    report: newExecutionReport(),
    decision: newRiskDecision(),
    control: [],
    executionControl: [],
    shardControl: each(() => []),
  };
}
