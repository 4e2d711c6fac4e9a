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

/** One instance of a stage, and what it remembers from interval to interval. */
export interface StagePart extends Pick<BoundStage<never, never>, 'layout' | 'snapshot' | 'goOn'> {
  readonly stage: StageName;
  /** −1 for the account */
  readonly shard: number;
}

export interface Pipeline {
  /** takes an interval whose bars (and control) are filled in and fills in the rest */
  readonly pass: StageStep;
  /** in the order in which they are called */
  readonly parts: readonly StagePart[];
}

/** An instance, and how it is called. */
interface Called extends Pick<StagePart, 'layout' | 'snapshot' | 'goOn'> {
  readonly step: StageStep;
}

/**
 * The in-process host's graph: every stage of the topology, in the topology's order, called directly on the interval's
 * columns.
 */
export function newPipeline(factory: StageFactory, shards: number): Pipeline {
  const { scanner } = factory;
  const make: Record<Exclude<StageName, 'ingest'>, ((shard: number) => Called) | undefined> = {
    probability: (shard) => called(factory.probability(), (stage) => probabilityStep(stage, shard)),
    strategy: (shard) => called(factory.strategy(), (stage) => strategyStep(stage, shard)),
    execution: () => called(factory.execution(), executionStep),
    risk: () => called(factory.risk(), riskStep),
    scanner: scanner === undefined ? undefined : () => called(scanner(), scannerStep),
  };
  const all = stageOrder().flatMap((stage) => {
    const makeOne = stage === 'ingest' ? undefined : make[stage];
    if (makeOne === undefined) return [];
    const isSharded = TOPOLOGY[stage].per === 'shard';
    return Array.from({ length: isSharded ? shards : 1 }, (_, shard) => ({
      ...{ stage, shard: isSharded ? shard : ACCOUNT_SHARD },
      ...makeOne(shard),
    }));
  });
  const steps = all.map(({ step }) => step);
  return {
    pass: (interval) => {
      for (const step of steps) step(interval);
    },
    parts: all.map(({ stage, shard, layout, snapshot, goOn }) => ({ stage, shard, layout, snapshot, goOn })),
  };
}

const ACCOUNT_SHARD = -1;

const called = <Part extends Pick<StagePart, 'layout' | 'snapshot' | 'goOn'>>(
  part: Part,
  stepOf: (part: Part) => StageStep,
): Called => ({ step: stepOf(part), layout: part.layout, snapshot: part.snapshot, goOn: part.goOn });

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
  return ({ t, bars, decision, report, executionControl: control }) =>
    stage.apply({ t, bars, decision: decision.t === 0 ? undefined : decision, control }, report);
}

function riskStep(stage: RiskStage): StageStep {
  return ({ t, bars, states, signals, report, control, watchlist, decision }) =>
    stage.apply({ t, bars, states, signals, report, control, watchlist }, decision);
}

function scannerStep(stage: ScannerStage): StageStep {
  const word = newScannerWord();
  return (interval) => {
    const { t, bars, states, control } = interval;
    stage.apply({ t, bars, states, control }, word);
    interval.watchlist = word.watchlist;
  };
}
