import { StageHost, bootstrap } from '@aitrader/runtime-service';
import { newProbabilityHandler } from './probability.consumer.ts';

await bootstrap(
  'probability',
  (environment, context) => new StageHost({ stage: 'probability', newHandler: newProbabilityHandler }, environment, context),
);
