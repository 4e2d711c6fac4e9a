import { FinnhubStream, type LiveEvents } from '@aitrader/adapter-live-bars';
import { newTradeMinutes, takeTrade, tradeBarsDue } from '@aitrader/core-market';
import { ticker, type Ticker } from '@aitrader/model';
import { ConfigurationError } from '@aitrader/runtime-configuration';
import { HEARTBEAT, silenceMsMax } from './alpaca-live.ts';
import type { LiveVendor } from './live-vendor.ts';
import { streamUrl } from './stream-urls.ts';
import { coverageOf, openHistory, type LiveHost } from './vendor-history.ts';

const STREAM_URL = 'wss://ws.finnhub.io';
const MINUTE_MS = 60_000;
/** Symbols that the plan which costs nothing streams, the heartbeat with them. */
const SYMBOLS_MAX = 50;
/** A candle is complete in the vendor's history some seconds after its close. */
const COMPLETE_MS = 5_000;
/** Trades are reported within a second as a rule. */
const SETTLE_MS = 1_000;
/** Between two looks at which minutes are over. */
const LOOK_MS = 100;

/** Minutes made of Finnhub's trades. @throws VendorKeysError, ConfigurationError */
export function finnhubLive(symbols: readonly Ticker[], host: LiveHost): LiveVendor {
  const { env, clock } = host;
  const history = openHistory('finnhub', 'finnhub', 'raw', host);
  if (new Set([...symbols, HEARTBEAT]).size > SYMBOLS_MAX)
    throw new ConfigurationError('--symbols', [`Finnhub streams ${SYMBOLS_MAX} symbols, ${HEARTBEAT} with them`]);
  const options = {
    url: streamUrl(env, 'AITRADER_FINNHUB_STREAM_URL', STREAM_URL),
    token: (env['FINNHUB_API_KEY'] ?? '').trim(),
    symbols,
    heartbeat: ticker(HEARTBEAT),
    silenceMsMax,
    now: clock.now,
    random: () => Math.random(),
  };
  return {
    feed: 'finnhub/trades',
    adjustment: 'raw',
    exposureMs: MINUTE_MS,
    completeMs: COMPLETE_MS,
    graceMsMin: SETTLE_MS + 500,
    corrects: false,
    isLastResort: false,
    isCold: false,
    coverage: coverageOf('finnhub', 'finnhub'),
    sampledSymbols: 0,
    stream: (events) => newMinutesOfTrades(options, events, clock.realMs(LOOK_MS)),
    ...history,
  };
}

/** A stream of trades as one of bars. */
function newMinutesOfTrades(options: ConstructorParameters<typeof FinnhubStream>[0], events: LiveEvents, lookMs: number) {
  const minutes = newTradeMinutes();
  const giveOut = (): void => {
    const now = options.now();
    for (const bar of tradeBarsDue(minutes, now, SETTLE_MS)) events.bar(bar, now);
  };
  const stream = new FinnhubStream(options, {
    ...events,
    trade: (trade, at) => {
      const taken = takeTrade(minutes, trade, at);
      if (taken !== 'taken') events.leftAside(`a trade of ${trade.symbol} at ${trade.t}: ${taken}`);
    },
  });
  let timer: NodeJS.Timeout | undefined;
  return {
    open: () => {
      timer ??= setInterval(giveOut, lookMs);
      stream.open();
    },
    close: () => {
      clearInterval(timer);
      stream.close();
    },
  };
}
