import { bootstrap } from '@aitrader/runtime-service';
import { StrategyModule } from './strategy.module.ts';

await bootstrap('strategy', StrategyModule);
