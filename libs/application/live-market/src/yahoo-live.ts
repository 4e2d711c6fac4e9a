import type { Ticker } from '@aitrader/model';
import { ConfigurationError } from '@aitrader/runtime-configuration';
import type { LiveVendor } from './live-vendor.ts';
import { pollBars } from './polled-bars.ts';
import { isOnThisMachine, refuseRehearsal } from './stream-urls.ts';
import { coverageOf, openHistory, type LiveHost } from './vendor-history.ts';

/** Yahoo is asked for a symbol at a time, thirty times a minute. */
const SYMBOLS_MAX = 20;
const ASK_MS = 2_000;
/** A third of what it may be asked for is spent on holding its prices against those that are published. */
const SAMPLED_SYMBOLS = 10;
/** A row of the chart is there some seconds after its minute. */
const DELAY_MS = 3_000;

/** Yahoo's chart, asked for minute by minute: a last resort. @throws ConfigurationError for more symbols than can be asked for in a minute */
export function yahooLive(symbols: readonly Ticker[], host: LiveHost): LiveVendor {
  const history = openHistory('yahoo', 'yahoo', 'split', host);
  refuseRehearsal(host.env, isOnThisMachine(host.env, 'AITRADER_YAHOO_URL'));
  if (symbols.length > SYMBOLS_MAX)
    throw new ConfigurationError('--symbols', [`Yahoo can be asked for ${SYMBOLS_MAX} symbols a minute, got ${symbols.length}`]);
  return {
    feed: 'yahoo/yahoo',
    adjustment: 'split',
    exposureMs: 0,
    completeMs: DELAY_MS,
    graceMsMin: DELAY_MS + ASK_MS * symbols.length + 2_000,
    corrects: true,
    isLastResort: true,
    isCold: true,
    coverage: coverageOf('yahoo', 'yahoo'),
    sampledSymbols: SAMPLED_SYMBOLS,
    stream: (events) => pollBars({ symbols, clock: host.clock, delayMs: DELAY_MS, fetch: history.fetch }, events),
    ...history,
  };
}
