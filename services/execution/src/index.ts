export { newExecutionHandler } from './execution.consumer.ts';
