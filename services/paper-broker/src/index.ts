export { startPaperExchange, type PaperExchange } from './application.ts';
export { exchangeEnvironment, type ExchangeEnvironment } from './exchange-environment.ts';
