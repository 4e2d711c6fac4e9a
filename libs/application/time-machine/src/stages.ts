import {
  exchangeExecutionStage,
  managerConfigOf,
  newSequencedExecution,
  simulatedExecutionStage,
  type SequencedExecutionState,
} from '@aitrader/core-execution';
import { probabilityStage } from '@aitrader/core-probability';
import { riskStage } from '@aitrader/core-risk';
import { scannerStage } from '@aitrader/core-scanner';
import { strategiesStage } from '@aitrader/core-strategies';
import { riskRulesOf, RUN_NAMED_MAX, type Manifest, type RunConfig, type RunId } from '@aitrader/model';
import { bindStage, type StageFactory } from '@aitrader/runtime-engine';

/** The very stages that the services run, for the in-process host; `execution` in place of the configured one, which a broker may have no stage for. */
export const stagesOf = (config: RunConfig, execution: StageFactory['execution'] = executionOf(config)): StageFactory => ({
  probability: () => bindStage(probabilityStage, config.probability),
  strategy: () => bindStage(strategiesStage, config.strategies),
  execution,
  risk: () => bindStage(riskStage, riskRulesOf(config)),
  scanner: scannerOf(config),
});

/** In one process a broker is the paper exchange that trades the run's bars; there is no other. */
function executionOf({ broker, simulation, risk }: RunConfig): StageFactory['execution'] {
  if (broker === null) return () => bindStage(simulatedExecutionStage, simulation);
  if (!broker.followsBars) throw new Error(`${broker.name} has a market of its own, which cannot be played in one process`);
  const rules = broker.entries === 'market' ? 'simulation' : 'vendor';
  // what is known here is the account itself
  const manager = { ...managerConfigOf(broker, ''), reconciliation: null };
  return () => bindStage(exchangeExecutionStage, { manager, simulation, rules, cash: risk.startingCash });
}

/** Execution at the broker of a run, at its initial state, as it hears the recording message by message. @throws Error where there is none */
export function executionAtBroker({ run, config: { broker } }: Pick<Manifest, 'run' | 'config'>): SequencedExecutionState {
  if (broker === null) throw new Error(`${run} trades with the simulated broker`);
  return newSequencedExecution({ manager: managerConfigOf(broker, requestPrefixOf(run)), followsBars: broker.followsBars });
}

/** What tells the requests of one run from those of another run on the same account. What is random in a run's name is its end. */
const requestPrefixOf = (run: RunId): string => `${run.slice(-RUN_NAMED_MAX)}.`;

function scannerOf({ scanner }: RunConfig): StageFactory['scanner'] {
  return scanner === null ? undefined : () => bindStage(scannerStage, scanner);
}
