import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { decode, encode } from '@msgpack/msgpack';
import { WebSocketServer, type WebSocket } from 'ws';
import { wallClock } from '@aitrader/runtime-configuration';
import { CORRECTED_MS, FLOOD_FROM, figuresOf, finalFiguresOf, framesOf, symbolNames, type StreamCodec } from './streamed-bars.ts';

/*
 * A process that stands in for a vendor: it speaks the protocol of Alpaca's stream, and answers for its history. `follow`: the bars of
 * each minute are sent after it is over, by the clock of AITRADER_CLOCK; `flood`: minute after minute, as fast as the client takes them.
 * What is sent is made before it is due. It says its port when it listens, and `subscribed` when somebody does.
 */

const MINUTE_MS = 60_000;
/** The first bars of a minute are there a second after it, and the others soon after, in ms of a real clock. */
const FIRST_BAR_MS = 1_000;
const SPREAD_MS = 300;
/** A sign of life, of the symbol that is watched for one. */
const HEARTBEAT_MS = 500;

const [mode = 'follow', count = '1', minutes = '1', codecName = 'json', perFrame = '1'] = process.argv.slice(2);
const codec: StreamCodec = codecName === 'msgpack' ? 'msgpack' : 'json';
const shape = { codec, perFrame: Number(perFrame) };
const symbols = symbolNames(Number(count));
const numberOf = new Map(symbols.map((symbol, i) => [symbol, i]));
const clock = wallClock(process.env);
const flood = mode === 'flood' ? floodFrames() : [];
const http = createServer(answer);
const server = new WebSocketServer({ server: http });
server.on('connection', (socket) => welcome(socket));
http.listen(0, '127.0.0.1');
await once(http, 'listening');
process.on('disconnect', () => process.exit(0));
process.send?.({ port: (http.address() as AddressInfo).port });

function floodFrames(): Uint8Array[] {
  const first = FLOOD_FROM / MINUTE_MS;
  return Array.from({ length: Number(minutes) }, (_, minute) => framesOf(symbols, first + minute, shape)).flat();
}

function welcome(socket: WebSocket): void {
  const say = (message: object): void => socket.send(codec === 'json' ? JSON.stringify([message]) : encode([message]));
  say({ T: 'success', msg: 'connected' });
  socket.on('message', (data: Buffer) => {
    const heard = (codec === 'json' ? JSON.parse(data.toString()) : decode(data)) as Record<string, unknown>;
    if (heard['action'] === 'auth') say({ T: 'success', msg: 'authenticated' });
    if (heard['action'] !== 'subscribe') return;
    say({ ...heard, T: 'subscription', action: undefined });
    process.send?.('subscribed');
    void (mode === 'flood' ? pour(socket) : follow(socket, say));
  });
}

/** Every frame is handed to the system before the next one. */
async function pour(socket: WebSocket): Promise<void> {
  for (const frame of flood) await sent(socket, frame);
}

const sent = (socket: WebSocket, frame: Uint8Array): Promise<void> =>
  new Promise((resolve) => socket.send(frame, { binary: codec === 'msgpack' }, () => resolve()));

async function follow(socket: WebSocket, say: (message: object) => void): Promise<void> {
  const beating = setInterval(
    () => say({ T: 't', S: 'SPY', p: 500, s: 1, t: new Date(clock.now()).toISOString() }),
    HEARTBEAT_MS,
  );
  socket.once('close', () => clearInterval(beating));
  for (let minute = Math.floor(clock.now() / MINUTE_MS); socket.readyState === socket.OPEN; minute++) {
    const [bars, corrections] = [framesOf(symbols, minute, shape), framesOf(symbols, minute, shape, 'u')];
    const over = (minute + 1) * MINUTE_MS;
    for (const [i, frame] of bars.entries()) {
      await until(over, FIRST_BAR_MS + (SPREAD_MS * i) / bars.length);
      await sent(socket, frame);
    }
    await until(over + CORRECTED_MS, 0);
    for (const frame of corrections) await sent(socket, frame);
  }
}

/** Waits until so many ms of a real clock after an instant of ours. */
async function until(instant: number, realMs: number): Promise<void> {
  const left = clock.realMs(instant - clock.now()) + realMs;
  if (left > 0) await sleep(left);
}

/** The bars of the minutes asked for of each symbol, in one page. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const { searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const [start, end] = ['start', 'end'].map((name) => Math.ceil(Date.parse(searchParams.get(name) ?? '') / MINUTE_MS));
  const bars: Record<string, object[]> = {};
  for (const symbol of (searchParams.get('symbols') ?? '').split(',')) {
    const own: object[] = (bars[symbol] = []);
    const number = numberOf.get(symbol) ?? 0;
    for (let minute = start ?? 0; minute <= (end ?? -1) && (minute + 1) * MINUTE_MS <= clock.now(); minute++) {
      const isFinal = (minute + 1) * MINUTE_MS + CORRECTED_MS <= clock.now();
      const figures = isFinal ? finalFiguresOf(number, minute) : figuresOf(number, minute);
      own.push({ t: new Date(minute * MINUTE_MS).toISOString(), ...figures });
    }
  }
  response.writeHead(200, { 'content-type': 'application/json', date: new Date(clock.now()).toUTCString() });
  response.end(JSON.stringify({ bars, next_page_token: null }));
}
