export { newStrategyHandler } from './strategy.consumer.ts';
