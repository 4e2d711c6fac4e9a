export { RiskModule } from './risk.module.ts';
