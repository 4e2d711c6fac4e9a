import { StageHost, bootstrap } from '@aitrader/runtime-service';
import { newRiskHandler } from './risk.consumer.ts';

await bootstrap(
  'risk',
  (environment, context) => new StageHost({ stage: 'risk', newHandler: newRiskHandler }, environment, context),
);
