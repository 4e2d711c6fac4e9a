export { ExecutionModule } from './execution.module.ts';
