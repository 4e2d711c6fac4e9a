import { setTimeout as sleep } from 'node:timers/promises';
import { AlpacaStream, type StreamedBar } from '@aitrader/adapter-live-bars';
import { openVendor, type ServerClock, type VendorBars } from '@aitrader/adapter-market-data';
import { dailyClose, type ClockSample } from '@aitrader/core-market';
import { newYorkDate, newYorkInstant, phaseAt } from '@aitrader/core-sessions';
import { epochMs, type Ticker } from '@aitrader/model';
import { ConfigurationError, type LiveSourceSpec, type WallClock } from '@aitrader/runtime-configuration';
import type { LiveVendor } from './live-vendor.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const STREAM_URL = 'wss://stream.data.alpaca.markets/v2';
/** Of the test feed, which goes round the clock; of every other feed a symbol that trades every second of the regular session. */
const HEARTBEAT = 'SPY';
/** Feeds of the sessions that are followed, of which what was lost can be fetched; those of the night are of another venue. */
const LIVE_FEEDS: readonly string[] = ['iex', 'sip'];
/** How long the heartbeat may be silent in the regular session. */
const SILENCE_MS_MAX = 15_000;
/** A minute is complete in the vendor's history some seconds after its close. */
const COMPLETE_MS = 3_000;

/** Opens a live vendor; nothing is asked yet. @throws ConfigurationError for keys that are missing, or a feed that there is not */
export function openLiveVendor(
  source: LiveSourceSpec,
  symbols: readonly Ticker[],
  env: Environment,
  clock: WallClock,
): LiveVendor {
  const { feed } = source;
  let asking: AbortSignal | undefined;
  const history = openVendor('alpaca', {
    env,
    calendar: {
      instantOf: newYorkInstant,
      dateOf: newYorkDate,
      closeOf: (date) => epochMs(dailyClose(newYorkInstant(date, 0))),
    },
    // what is under way when nobody waits for it any more is given up
    fetch: (url, init) => fetch(url, { ...init, signal: eitherOf(init?.signal, asking) }),
    now: clock.now,
    sleep: (ms) => sleep(clock.realMs(ms), undefined, asking === undefined ? {} : { signal: asking }),
    random: Math.random,
  });
  if (!LIVE_FEEDS.includes(feed))
    throw new ConfigurationError('--feed', [`Alpaca's live feeds of the day are ${LIVE_FEEDS.join(' and ')}, got "${feed}"`]);
  const streamBase = streamUrl(env);
  refuseRehearsal(env, streamBase);
  const url = `${streamBase}/${feed}`;
  const options = {
    url,
    symbols,
    keyId: env['APCA_API_KEY_ID'] ?? '',
    secretKey: env['APCA_API_SECRET_KEY'] ?? '',
    codec: 'json',
    heartbeat: HEARTBEAT,
    silenceMsMax: (now: number) => (phaseAt(epochMs(now)) === 'RTH' ? SILENCE_MS_MAX : Infinity),
    now: clock.now,
    random: () => Math.random(),
  } as const;
  return {
    feed: `alpaca/${feed}`,
    exposureMs: 0,
    completeMs: COMPLETE_MS,
    stream: (events) => new AlpacaStream(options, events),
    fetch: (wanted, from, to, signal) => {
      asking = signal;
      return fetchBars(history, feed, wanted, from, to, signal);
    },
    clock: () => sampleOf(history.serverClock()),
  };
}

const eitherOf = (a: AbortSignal | null | undefined, b: AbortSignal | undefined): AbortSignal =>
  AbortSignal.any([a, b].filter((signal) => signal instanceof AbortSignal));

/** What the vendor's clock proves beside ours. */
const sampleOf = (clock: ServerClock | undefined): ClockSample | undefined =>
  clock === undefined
    ? undefined
    : { at: clock.measuredAt, low: clock.skewMs - clock.uncertaintyMs, high: clock.skewMs + clock.uncertaintyMs };

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** A clock that shows another day has no business with a real market. @throws ConfigurationError */
function refuseRehearsal(env: Environment, stream: string): void {
  if ((env['AITRADER_CLOCK'] ?? '') === '' || LOOPBACK.has(new URL(stream).hostname)) return;
  throw new ConfigurationError('AITRADER_CLOCK', [
    'is for rehearsals against a vendor on this machine, and this one is elsewhere',
  ]);
}

/** Keys leave the machine over TLS alone. @throws ConfigurationError */
function streamUrl(env: Environment): string {
  const text = env['AITRADER_ALPACA_STREAM_URL'] ?? STREAM_URL;
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = parsed?.protocol === 'wss:' || (parsed?.protocol === 'ws:' && LOOPBACK.has(parsed.hostname));
  if (!isSafe)
    throw new ConfigurationError('AITRADER_ALPACA_STREAM_URL', [`must be a wss URL such as ${STREAM_URL}, got "${text}"`]);
  return text.replace(/\/+$/, '');
}

async function fetchBars(
  { bars }: VendorBars,
  feed: string,
  symbols: readonly Ticker[],
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<readonly StreamedBar[]> {
  const fetched: StreamedBar[] = [];
  const request = { symbols, from: epochMs(from), to: epochMs(to), timeframe: '1m', feed, adjustment: 'raw' } as const;
  for await (const batch of bars(request)) {
    signal.throwIfAborted();
    for (const { provisional, ...bar } of batch.bars) if (!provisional) fetched.push({ ...bar, isUpdate: false });
  }
  return fetched;
}
