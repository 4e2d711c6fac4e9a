import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeBars, decodeSignals, type Fact } from '@aitrader/contracts';
import { newRunId } from '@aitrader/application-backtest';
import { runOnBus, type OpenHome } from '@aitrader/application-supervision';
import { newBarSlice, type RunId } from '@aitrader/model';
import { lastOf } from '@aitrader/runtime-bus';
import { wallClock, type IngestSpec, type LiveSourceSpec, type WallClock } from '@aitrader/runtime-configuration';
import { quantileOf } from './quantile.ts';
import { eachMessage, scratch, storedAt, type BenchEvents } from './scratch-run.ts';
import { FRAME_MESSAGES, symbolNames } from './streamed-bars.ts';
import { startVendor } from './vendor-process.ts';
import { TRADING_RULES } from './trading-rules.ts';

const MINUTE_MS = 60_000;
/** What the clock shows when the run begins: a few minutes before a common day's opening. */
const SHOWS = '2024-07-02T09:27:40-04:00';
/** The first minutes find code that is not compiled yet, and an opening range that is not over. */
const WARM_UP_MINUTES = 4;
/** The market would warm up for two hours: here risk is to have something to decide as soon as it is measured. */
const WARM_UP = {
  probability: { ...TRADING_RULES.probability, warmUpBars: 3 },
  strategies: TRADING_RULES.strategies.map((entry) => ({
    ...entry,
    parameters: { ...entry.parameters, openingRangeMinutes: 1, donchianBars: 2, atrBars: 2, warmUpBars: 3 },
  })),
};

/** A live market, and how it is followed. */
export interface FollowedMarket {
  readonly symbols: number;
  readonly shards: number;
  /** how many are measured */
  readonly minutes: number;
  /** how long one of them takes, ms; what is not part of the measured work is idle time, of which it leaves less */
  readonly minuteMs: number;
  /** how long after its close a minute is waited for, in ms of a real clock */
  readonly graceMs: number;
  /** how often the last minutes are fetched again: of a clock that goes faster that is more than its share of the work */
  readonly lookAgainMinutes: number;
}

/** How long after the grace, by the server's clock, the last message of a minute was stored. */
export interface BeyondGrace {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** What a minute passes through, in this order, to risk's word on it. */
export const WAY = ['bars', 'states', 'signals', 'decisions'] as const;

export interface LiveFigures extends FollowedMarket {
  /** of those minutes that were in their slices when these were closed */
  readonly bars: number;
  readonly signals: number;
  /** each with the last shard's message; the last one is risk's last word on the minute */
  readonly way: readonly ({ readonly fact: (typeof WAY)[number] } & BeyondGrace)[];
}

/**
 * A market that is followed live: the real services and a vendor's process that streams every symbol's bar after each minute. The clock
 * of ingest may go faster, so that a minute is shorter; the grace is as long as it is said.
 */
export async function benchLive(open: OpenHome, market: FollowedMarket, { onProgress, warn }: BenchEvents): Promise<LiveFigures> {
  const at = Date.now();
  const text = JSON.stringify({ shows: SHOWS, at, speed: MINUTE_MS / market.minuteMs });
  const clock = wallClock({ AITRADER_CLOCK: text });
  const shape = { codec: 'json', perFrame: FRAME_MESSAGES } as const;
  const vendor = await startVendor({ mode: 'follow', symbols: market.symbols, minutes: 0, shape, clock: text });
  const raw = await mkdtemp(path.join(tmpdir(), 'aitrader-bench-live-'));
  const run = newRunId('paper');
  const realOf = (t: number): number => at + clock.realMs(t - Date.parse(SHOWS));
  try {
    return await scratch(open, run, warn, async () => {
      let first = 0;
      const stopped = (async () => {
        await vendor.subscribed;
        first = (Math.ceil(clock.now() / MINUTE_MS) + WARM_UP_MINUTES) * MINUTE_MS;
        for (let minute = 0; minute < market.minutes; minute++) {
          await sleep(realOf(first + (minute + 0.75) * MINUTE_MS) - Date.now());
          onProgress((minute + 1) / market.minutes);
        }
      })();
      await runOnBus(open, { run, spec: specOf(market, clock), feedEnv: envOf(vendor.port, raw, text), stopped });
      return await figuresOf(open, run, market, first, realOf);
    });
  } finally {
    vendor.end();
    await rm(raw, { recursive: true, force: true });
  }
}

const envOf = (port: number, raw: string, clock: string): Record<string, string> => ({
  APCA_API_KEY_ID: 'bench',
  APCA_API_SECRET_KEY: 'bench',
  AITRADER_ALPACA_URL: `http://127.0.0.1:${port}`,
  AITRADER_ALPACA_STREAM_URL: `ws://127.0.0.1:${port}/v2`,
  AITRADER_CLOCK: clock,
  AITRADER_RAW: raw,
});

function specOf({ symbols, shards, graceMs, lookAgainMinutes }: FollowedMarket, clock: WallClock): IngestSpec {
  const source: LiveSourceSpec = {
    kind: 'live',
    vendor: 'alpaca',
    backups: [],
    feed: 'sip',
    symbols: symbolNames(symbols),
    history: 0,
    graceMs: graceMs / clock.realMs(1),
    cleanMinutes: 1,
    clockOffMs: 60_000,
    downMs: 30_000,
    returnMinutes: 5,
    silentMinutes: 5,
    apartBps: 100,
    lookAgainMinutes,
  };
  return { source, speed: 1, shards, kind: 'paper', config: { ...TRADING_RULES, ...WARM_UP } };
}

async function figuresOf(
  open: OpenHome,
  run: RunId,
  market: FollowedMarket,
  first: number,
  realOf: (t: number) => number,
): Promise<LiveFigures> {
  const measured = Array.from({ length: market.minutes }, (_, minute) => first + minute * MINUTE_MS);
  const beyond = (stored: ReadonlyMap<number, number>): BeyondGrace => {
    const late = measured.map((t) => (stored.get(t) ?? Number.NaN) - realOf(t) - market.graceMs);
    return { p50Ms: quantileOf(late, 0.5), p99Ms: quantileOf(late, 0.99), maxMs: Math.max(...late) };
  };
  const stored = async (fact: Fact): Promise<ReadonlyMap<number, number>> => (await storedAt(open, run, fact)).last;
  const orders = await stored('orders');
  const denials = (await lastOf(open.bus, run, 'denials')) === undefined ? new Map<number, number>() : await stored('denials');
  const decided = new Map([...orders].map(([t, ms]) => [t, Math.max(ms, denials.get(t) ?? 0)]));
  return {
    ...market,
    ...(await contentOf(open, run, new Set(measured))),
    way: [
      { fact: 'bars', ...beyond(await stored('bars')) },
      { fact: 'states', ...beyond(await stored('states')) },
      { fact: 'signals', ...beyond(await stored('signals')) },
      { fact: 'decisions', ...beyond(decided) },
    ],
  };
}

async function contentOf(
  open: OpenHome,
  run: RunId,
  measured: ReadonlySet<number>,
): Promise<Pick<LiveFigures, 'bars' | 'signals'>> {
  let [bars, signals] = [0, 0];
  const slice = newBarSlice(0, '1m', 4);
  await eachMessage(open, run, 'bars', ({ data }) => {
    decodeBars(data, slice);
    if (measured.has(slice.t)) bars += slice.count;
  });
  await eachMessage(open, run, 'signals', ({ data }) => {
    const decoded = decodeSignals(data);
    if (measured.has(decoded.t)) signals += decoded.signals.length;
  });
  return { bars, signals };
}
