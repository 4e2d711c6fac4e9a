import { StageHost, bootstrap } from '@aitrader/runtime-service';
import { newStrategyHandler } from './strategy.consumer.ts';

await bootstrap(
  'strategy',
  (environment, context) => new StageHost({ stage: 'strategy', newHandler: newStrategyHandler }, environment, context),
);
