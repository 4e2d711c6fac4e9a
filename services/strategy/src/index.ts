export { StrategyModule } from './strategy.module.ts';
