export {
  type BrokerAccount,
  type BrokerAsset,
  type BrokerClock,
  type BrokerExecution,
  type BrokerOrder,
  type BrokerPosition,
  type WithText,
} from './broker-account.ts';
export { AlpacaTrading, type AlpacaTradingOptions, type OrdersQuery, type OrderTicket, type Outcome } from './alpaca-trading.ts';
export { BrokerError, BrokerKeysError, type BrokerProblem } from './broker-error.ts';
export { cashIn, priceIn, quantityIn } from './decimals.ts';
export {
  ALPACA_URLS,
  alpacaAccess,
  openAlpacaTrading,
  streamUrlOf,
  type AccountKind,
  type AlpacaAccess,
  type OpenOptions,
} from './open-alpaca-trading.ts';
export { readingOfEvent, readingOfStatus } from './order-words.ts';
export { sendOnce } from './send-once.ts';
export { TradingHttp, type TradingHttpOptions } from './trading-http.client.ts';
export { streamMessages, type StreamMessage, type TradeUpdate, type UpdatedExecution } from './trade-updates.ts';
export { TradeUpdatesStream, type TradeUpdateEvents, type TradeUpdatesOptions } from './trade-updates.stream.ts';
