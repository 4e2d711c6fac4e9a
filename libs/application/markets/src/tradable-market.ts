import type { RunConfig, Timeframe } from '@aitrader/model';
import { ConfigurationError } from '@aitrader/runtime-configuration';

/**
 * A run whose every order would have expired before the next bar is none: by a vendor's rules an entry at the close of a day is a limit until the
 * evening, and the next bar is tomorrow's. @throws ConfigurationError
 */
export function assertTradable({ broker }: RunConfig, timeframe: Timeframe): void {
  if (timeframe !== '1d' || broker?.followsBars !== true || broker.entries !== 'marketable-limit') return;
  throw new ConfigurationError('broker.entries', [
    `marketable-limit with daily bars: each order would expire before the next bar, and nothing would ever fill; a paper exchange takes them by --exchange-rules simulation`,
  ]);
}
