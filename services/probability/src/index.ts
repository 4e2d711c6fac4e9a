export { newProbabilityHandler } from './probability.consumer.ts';
