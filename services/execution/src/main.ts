import { StageHost, bootstrap } from '@aitrader/runtime-service';
import { newExecutionHandler } from './execution.consumer.ts';

await bootstrap(
  'execution',
  (environment, context) => new StageHost({ stage: 'execution', newHandler: newExecutionHandler }, environment, context),
);
