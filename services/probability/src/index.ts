export { ProbabilityModule } from './probability.module.ts';
