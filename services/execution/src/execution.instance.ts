import { executionAtBroker } from '@aitrader/application-pipeline';
import {
  newSequencedWord,
  simulatedExecutionStage,
  type SequencedExecutionState,
  type SequencedWord,
} from '@aitrader/core-execution';
import { newBarSlice, newExecutionReport, type BarSlice, type ExecutionReport, type Manifest } from '@aitrader/model';
import { bindStage, type ExecutionStage } from '@aitrader/runtime-engine';
import type { StageInstance } from '@aitrader/runtime-service';

const CAPACITY = 64;

/** Execution with the simulated broker inside it. */
export interface SimulatedExecution extends StageInstance {
  readonly stage: ExecutionStage;
  readonly bars: BarSlice[];
  readonly report: ExecutionReport;
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
  if (config.broker !== null) return newBrokerExecution(manifest, bars);
  return { stage: bindStage(simulatedExecutionStage, config.simulation), bars, report: newExecutionReport() };
}

function newBrokerExecution(manifest: Manifest, bars: BarSlice[]): BrokerExecution {
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
    },
  };
  return execution;
}
