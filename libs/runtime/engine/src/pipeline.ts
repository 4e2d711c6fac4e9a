import { TOPOLOGY, stageOrder, type StageName } from '@aitrader/contracts';
import {
  item,
  newScannerWord,
  type ExecutionInput,
  type ExecutionReport,
  type ProbabilityInput,
  type RiskDecision,
  type RiskInput,
  type ScannerInput,
  type ScannerWord,
  type SignalSlice,
  type StateSlice,
  type StrategyInput,
} from '@aitrader/model';
import type { BoundStage } from './bound-stage.ts';
import type { Interval } from './interval.ts';

export type ProbabilityStage = BoundStage<ProbabilityInput, StateSlice>;
export type StrategyStage = BoundStage<StrategyInput, SignalSlice>;
export type ExecutionStage = BoundStage<ExecutionInput, ExecutionReport>;
export type ScannerStage = BoundStage<ScannerInput, ScannerWord>;
export type RiskStage = BoundStage<RiskInput, RiskDecision>;

/** Makes fresh stages; the per-shard ones are made once a shard. */
export interface StageFactory {
  readonly probability: () => ProbabilityStage;
  readonly strategy: () => StrategyStage;
  readonly execution: () => ExecutionStage;
  readonly risk: () => RiskStage;
  /** undefined in a run without a scanner */
  readonly scanner: (() => ScannerStage) | undefined;
}

/** Passes one interval through one stage. */
export type StageStep = (interval: Interval) => void;

/**
 * The in-process host's graph: every stage of the topology, in the topology's order, called directly on the interval's
 * columns. Returns the function that takes an interval whose bars (and control) are filled in and fills in the rest.
 */
export function newPipeline(factory: StageFactory, shards: number): StageStep {
  const { scanner } = factory;
  const make: Record<Exclude<StageName, 'ingest'>, ((shard: number) => StageStep) | undefined> = {
    probability: (shard) => probabilityStep(factory.probability(), shard),
    strategy: (shard) => strategyStep(factory.strategy(), shard),
    execution: () => executionStep(factory.execution()),
    risk: () => riskStep(factory.risk()),
    scanner: scanner === undefined ? undefined : () => scannerStep(scanner()),
  };
  const steps = stageOrder().flatMap((stage) => {
    const makeStep = stage === 'ingest' ? undefined : make[stage];
    if (makeStep === undefined) return [];
    const instances = TOPOLOGY[stage].per === 'shard' ? shards : 1;
    return Array.from({ length: instances }, (_, shard) => makeStep(shard));
  });
  return (interval) => {
    for (const step of steps) step(interval);
  };
}

function probabilityStep(stage: ProbabilityStage, shard: number): StageStep {
  return ({ bars, shardControl, states }) =>
    stage.apply({ bars: item(bars, shard), control: item(shardControl, shard) }, item(states, shard));
}

function strategyStep(stage: StrategyStage, shard: number): StageStep {
  return (interval) =>
    stage.apply(
      { bars: item(interval.bars, shard), states: item(interval.states, shard), control: item(interval.shardControl, shard) },
      item(interval.signals, shard),
    );
}

/** Execution comes before risk, so `decision` is still risk's word on the interval before; there is none at first. */
function executionStep(stage: ExecutionStage): StageStep {
  return ({ t, bars, decision, report, control }) =>
    stage.apply({ t, bars, decision: decision.t === 0 ? undefined : decision, control }, report);
}

function riskStep(stage: RiskStage): StageStep {
  return ({ t, bars, signals, report, control, watchlist, decision }) =>
    stage.apply({ t, bars, signals, report, control, watchlist }, decision);
}

function scannerStep(stage: ScannerStage): StageStep {
  const word = newScannerWord();
  return (interval) => {
    const { t, bars, states, control } = interval;
    stage.apply({ t, bars, states, control }, word);
    interval.watchlist = word.watchlist;
  };
}
