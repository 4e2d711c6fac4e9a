import { AlpacaStream } from '@aitrader/adapter-live-bars';
import { phaseAt } from '@aitrader/core-sessions';
import { epochMs, type Ticker } from '@aitrader/model';
import { ConfigurationError } from '@aitrader/runtime-configuration';
import type { LiveVendor } from './live-vendor.ts';
import { streamUrl } from './stream-urls.ts';
import { coverageOf, openHistory, type LiveHost } from './vendor-history.ts';

const STREAM_URL = 'wss://stream.data.alpaca.markets/v2';
/** Of the test feed, which goes round the clock; of every other feed a symbol that trades every second of the regular session. */
export const HEARTBEAT = 'SPY';
/** Feeds of the sessions that are followed, of which what was lost can be fetched; those of the night are of another venue. */
const LIVE_FEEDS: readonly string[] = ['iex', 'sip'];
/** How long the heartbeat may be silent in the regular session. */
const SILENCE_MS_MAX = 15_000;
/** A minute is complete in the vendor's history some seconds after its close. */
const COMPLETE_MS = 3_000;

/** How long the heartbeat's trades may stay away at an instant. */
export const silenceMsMax = (now: number): number => (phaseAt(epochMs(now)) === 'RTH' ? SILENCE_MS_MAX : Infinity);

/** Alpaca's bars as they are streamed. @throws VendorKeysError, ConfigurationError */
export function alpacaLive(feed: string, symbols: readonly Ticker[], host: LiveHost): LiveVendor {
  const { env, clock } = host;
  const history = openHistory('alpaca', feed, 'raw', host);
  if (!LIVE_FEEDS.includes(feed))
    throw new ConfigurationError('--feed', [`Alpaca's live feeds of the day are ${LIVE_FEEDS.join(' and ')}, got "${feed}"`]);
  const options = {
    url: `${streamUrl(env, 'AITRADER_ALPACA_STREAM_URL', STREAM_URL)}/${feed}`,
    symbols,
    keyId: env['APCA_API_KEY_ID'] ?? '',
    secretKey: env['APCA_API_SECRET_KEY'] ?? '',
    codec: 'json',
    heartbeat: HEARTBEAT,
    silenceMsMax,
    now: clock.now,
    random: () => Math.random(),
  } as const;
  return {
    feed: `alpaca/${feed}`,
    adjustment: 'raw',
    exposureMs: 0,
    completeMs: COMPLETE_MS,
    graceMsMin: 0,
    corrects: true,
    isLastResort: false,
    isCold: false,
    coverage: coverageOf('alpaca', feed),
    sampledSymbols: 0,
    stream: (events) => new AlpacaStream(options, events),
    ...history,
  };
}
