export { BROKERS, openBroker, type BrokerChoice, type BrokerName } from './open-broker.ts';
export type { BrokerAccount, BrokerOrder, BrokerPosition } from '@aitrader/adapter-alpaca-trading';
