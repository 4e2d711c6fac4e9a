import { executionAtBroker } from '@aitrader/application-pipeline';
import {
  atBrokerLayout,
  goOnAtBroker,
  newSequencedWord,
  simulatedExecutionStage,
  type SequencedExecutionState,
  type SequencedWord,
} from '@aitrader/core-execution';
import {
  newBarSlice,
  newExecutionReport,
  type BarSlice,
  type BrokerConfig,
  type ExecutionReport,
  type Manifest,
  type RiskDecision,
} from '@aitrader/model';
import { bindStage, decisionBefore, type ExecutionStage } from '@aitrader/runtime-engine';
import type { StageInstance } from '@aitrader/runtime-service';

const CAPACITY = 64;

/** Execution with the simulated broker inside it. */
export interface SimulatedExecution extends StageInstance {
  readonly stage: ExecutionStage;
  readonly bars: BarSlice[];
  readonly report: ExecutionReport;
  /** risk's last decision of the run that this one follows */
  before: RiskDecision | undefined;
}

/** Execution with a broker. */
export interface BrokerExecution extends StageInstance {
  readonly isSequenced: true;
  state: SequencedExecutionState;
  /** of the interval that was heard last */
  readonly bars: BarSlice[];
  readonly word: SequencedWord;
}

export type Execution = SimulatedExecution | BrokerExecution;

/** Execution of a run, at its initial state. */
export function newExecution(manifest: Manifest): Execution {
  const { config, timeframe, shards } = manifest;
  const bars = Array.from({ length: shards }, (_, shard) => newBarSlice(shard, timeframe, CAPACITY));
  if (config.broker !== null) return newBrokerExecution(manifest, config.broker, bars);
  const execution: SimulatedExecution = {
    stage: bindStage(simulatedExecutionStage, config.simulation),
    bars,
    report: newExecutionReport(),
    before: undefined,
    opened: (opening) => {
      execution.before = decisionBefore(opening);
    },
  };
  return execution;
}

function newBrokerExecution(manifest: Manifest, broker: BrokerConfig, bars: BarSlice[]): BrokerExecution {
  const execution: BrokerExecution = {
    isSequenced: true,
    state: executionAtBroker(manifest),
    bars,
    word: newSequencedWord(),
    stage: {
      snapshot: () => execution.state,
      restore: (state) => {
        execution.state = state as SequencedExecutionState;
      },
      // a begun interval needs its bars again, which are read behind a checkpoint alone
      isAtRest: () => execution.state.begun === null,
      layout: atBrokerLayout(broker),
      goOn: ([ended]) => {
        execution.state = goOnAtBroker(execution.state, ended as SequencedExecutionState);
      },
    },
  };
  return execution;
}
