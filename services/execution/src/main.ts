import { bootstrap } from '@aitrader/runtime-service';
import { ExecutionModule } from './execution.module.ts';

await bootstrap('execution', ExecutionModule);
