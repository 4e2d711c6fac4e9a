export { BROKERS, openBroker, openBrokerStream, type BrokerChoice } from './open-broker.ts';
export type { BrokerName } from '@aitrader/model';
export { BrokerError, BrokerKeysError } from '@aitrader/adapter-alpaca-trading';
export type { BrokerAccount, BrokerOrder, BrokerPosition } from '@aitrader/adapter-alpaca-trading';
export { readAccountNow, type AccountNow } from './read-account.ts';
