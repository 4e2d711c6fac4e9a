export { newRiskHandler } from './risk.consumer.ts';
