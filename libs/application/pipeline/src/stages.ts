import { simulatedExecutionStage } from '@aitrader/core-execution';
import { probabilityStage } from '@aitrader/core-probability';
import { riskStage } from '@aitrader/core-risk';
import { scannerStage } from '@aitrader/core-scanner';
import { breakoutStage } from '@aitrader/core-strategies';
import { riskRulesOf, type RunConfig } from '@aitrader/model';
import { bindStage, type StageFactory } from '@aitrader/runtime-engine';

/** The very stages that the services run, for the in-process host. */
export const stagesOf = (config: RunConfig): StageFactory => ({
  probability: () => bindStage(probabilityStage, config.probability),
  strategy: () => bindStage(breakoutStage, config.strategy),
  execution: () => bindStage(simulatedExecutionStage, config.simulation),
  risk: () => bindStage(riskStage, riskRulesOf(config)),
  scanner: scannerOf(config),
});

function scannerOf({ scanner }: RunConfig): StageFactory['scanner'] {
  return scanner === null ? undefined : () => bindStage(scannerStage, scanner);
}
