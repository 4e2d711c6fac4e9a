import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encode } from '@msgpack/msgpack';
import { WebSocket } from 'ws';
import { AlpacaStream, FrameLog, type LiveEvents } from '@aitrader/adapter-live-bars';
import { encodeBars } from '@aitrader/contracts';
import { BAR_RANK, closeMinute, newLiveMinutes, newLiveSlices, noteConnected, takeBar } from '@aitrader/core-market';
import { epochMs, ticker } from '@aitrader/model';
import { quantileOf } from './quantile.ts';
import { FLOOD_FROM, FRAME_MESSAGES, symbolNames, type StreamShape } from './streamed-bars.ts';
import { startVendor, type VendorProcess } from './vendor-process.ts';

const MINUTE_MS = 60_000;
/** Bars of a minute, and minutes that are streamed one after the other. */
const SYMBOLS = 10_000;
const MINUTES = 10;
const SHARDS = 16;
const GRACE_MS = 1_500;
/** In turns; the first one finds code that is not compiled. */
const ROUNDS = 4;
const MEDIAN = 0.5;
/** A vendor puts many bars of a minute in one frame, or each into its own. */
const SHAPES: readonly Required<StreamShape>[] = [
  { codec: 'json', perFrame: FRAME_MESSAGES },
  { codec: 'json', perFrame: 1 },
  { codec: 'msgpack', perFrame: FRAME_MESSAGES },
  { codec: 'msgpack', perFrame: 1 },
];

export interface StreamFigures extends Required<StreamShape> {
  readonly messages: number;
  /** from the first to the last, by the clock on the wall: received, kept, decoded, checked, and made into slices of 16 shards */
  readonly messagesPerSecond: number;
  /** the same for each second of processor time of all threads of the process */
  readonly messagesPerCoreSecond: number;
  /** the same bytes from the same process through the bare `ws` client, and dropped */
  readonly bareMessagesPerSecond: number;
  readonly bareMessagesPerCoreSecond: number;
}

/** How many messages one process takes that listens as ingest does, of a vendor's process on this machine that sends as fast as it can. */
export async function benchStream(onProgress: (share: number) => void): Promise<StreamFigures[]> {
  const all: StreamFigures[] = [];
  for (const [i, shape] of SHAPES.entries()) all.push(await streamOf(shape, (share) => onProgress((i + share) / SHAPES.length)));
  return all;
}

interface Rate {
  readonly wall: number;
  readonly core: number;
}

async function streamOf(shape: Required<StreamShape>, onProgress: (share: number) => void): Promise<StreamFigures> {
  const vendor = await startVendor({ mode: 'flood', symbols: SYMBOLS, minutes: MINUTES, shape });
  const folder = await mkdtemp(path.join(tmpdir(), 'aitrader-bench-stream-'));
  const [bare, ours]: [Rate[], Rate[]] = [[], []];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await receive(vendor, shape));
      ours.push(await listen(vendor, shape, folder));
      onProgress((round + 1) / ROUNDS);
    }
  } finally {
    vendor.end();
    await rm(folder, { recursive: true, force: true });
  }
  const median = (rates: readonly Rate[], of: keyof Rate): number =>
    quantileOf(
      rates.slice(1).map((rate) => rate[of]),
      MEDIAN,
    );
  return {
    ...shape,
    messages: SYMBOLS * MINUTES,
    messagesPerSecond: median(ours, 'wall'),
    messagesPerCoreSecond: median(ours, 'core'),
    bareMessagesPerSecond: median(bare, 'wall'),
    bareMessagesPerCoreSecond: median(bare, 'core'),
  };
}

/** Times what is between two calls. */
function newTimer(): () => Rate {
  const [started, begun] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(begun);
    const messages = SYMBOLS * MINUTES;
    return { wall: messages / ((performance.now() - started) / 1e3), core: messages / ((user + system) / 1e6) };
  };
}

/** Everything that ingest does with a message but for sending the slices: the clock is one that shows a minute's grace to be over when all its bars are there. */
async function listen({ port }: VendorProcess, { codec }: StreamShape, folder: string): Promise<Rate> {
  const symbols = symbolNames(SYMBOLS).map(ticker);
  const done = Promise.withResolvers<Rate>();
  const log = new FrameLog({ folder, withoutSecrets: (text) => text, problem: (why) => done.reject(new Error(why)) });
  const first = FLOOD_FROM + MINUTE_MS;
  const options = { symbols, shards: SHARDS, feed: 'alpaca/sip', graceMs: GRACE_MS, exposureMs: 0, revisableMinutes: 30 };
  const live = newLiveMinutes({ ...options, holdMs: 0, historyHoldMs: 0 }, epochMs(first), FLOOD_FROM);
  const slices = newLiveSlices(live);
  let [now, bars, bytes, measured] = [FLOOD_FROM, 0, 0, newTimer()];
  const events: LiveEvents = {
    connected: (at) => {
      noteConnected(live.outages, at);
      measured = newTimer();
    },
    bar: (bar, at) => {
      now = bar.t + GRACE_MS;
      takeBar(live, bar.symbol, bar, BAR_RANK.streamed, at);
      bars += 1;
      if (bars % SYMBOLS !== 0) return;
      if (!closeMinute(live, slices, now)) throw new Error(`the minute ${bar.t} is not due`);
      for (const slice of slices) bytes += encodeBars(slice).length;
      if (bars === SYMBOLS * MINUTES) done.resolve(measured());
    },
    raw: (frame, at) => log.keep(frame, at),
    halt: () => undefined,
    disconnected: (_at, why) => done.reject(new Error(why)),
    leftAside: (what) => done.reject(new Error(what)),
    refused: (error) => done.reject(error),
  };
  const keys = { keyId: 'bench', secretKey: 'bench' };
  const clock = { silenceMsMax: () => Infinity, now: () => now, random: Math.random };
  const stream = new AlpacaStream({ url: `ws://127.0.0.1:${port}`, symbols, codec, ...keys, ...clock }, events);
  stream.open();
  const rate = await done.promise.finally(() => stream.close());
  await log.close();
  if (bytes === 0) throw new Error('nothing was encoded');
  return rate;
}

/** The yardstick: the same bytes, received and dropped. */
function receive({ port }: VendorProcess, { codec, perFrame }: Required<StreamShape>): Promise<Rate> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: true });
    let [frames, measured] = [0, newTimer()];
    socket.on('error', reject);
    socket.on('open', () => {
      const ask = { action: 'subscribe', bars: ['*'] };
      socket.send(codec === 'json' ? JSON.stringify(ask) : encode(ask));
    });
    socket.on('message', () => {
      frames += 1;
      // the welcome and the subscription come first
      if (frames === GREETINGS) measured = newTimer();
      if (frames < GREETINGS + (SYMBOLS * MINUTES) / perFrame) return;
      resolve(measured());
      socket.close();
    });
  });
}

const GREETINGS = 2;
