import { bootstrap } from '@aitrader/runtime-service';
import { ProbabilityModule } from './probability.module.ts';

await bootstrap('probability', ProbabilityModule);
