import { bootstrap } from '@aitrader/runtime-service';
import { RiskModule } from './risk.module.ts';

await bootstrap('risk', RiskModule);
