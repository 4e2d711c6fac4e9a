import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { programFile } from '@aitrader/runtime-configuration';
import { countingListener, type CountingListener } from './counting-listener.ts';
import { quantileOf } from './quantile.ts';

const LISTENERS = 200;
/** Requests under way at a time, each on a connection of its own. */
const IN_FLIGHT = 32;
const ORDERS = 6_000;
/** In turns with the bare server; the first one finds code that is not compiled. */
const ROUNDS = 4;
const SYMBOLS = 100;
const MEDIAN = 0.5;
const PATIENCE_MS = 60_000;

export interface ExchangeFigures {
  readonly listeners: number;
  /** orders taken, and each of their updates sent to every listener and received by it */
  readonly ordersPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** the same requests to a bare server that echoes them, without listeners */
  readonly bareRequestsPerSecond: number;
  readonly bareP50Ms: number;
  readonly bareP99Ms: number;
}

interface Round {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Limit orders over HTTP to the paper exchange, with clients on its stream, beside the same requests to a bare server. */
export async function benchExchange(onProgress: (share: number) => void): Promise<ExchangeFigures> {
  const exchange = await startExchange();
  const echo = await startEcho();
  const listeners: CountingListener[] = [];
  try {
    for (let n = 0; n < LISTENERS; n++) listeners.push(await countingListener(exchange.port));
    const [ours, bare]: [Round[], Round[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await placeAll(echo.port, async () => undefined));
      const before = listeners.map(({ frames }) => frames());
      ours.push(await placeAll(exchange.port, () => allHeard(listeners, before)));
      onProgress((round + 1) / ROUNDS);
    }
    const median = (rounds: readonly Round[], of: keyof Round): number =>
      quantileOf(
        rounds.slice(1).map((one) => one[of]),
        MEDIAN,
      );
    return {
      listeners: LISTENERS,
      ordersPerSecond: median(ours, 'perSecond'),
      p50Ms: median(ours, 'p50Ms'),
      p99Ms: median(ours, 'p99Ms'),
      bareRequestsPerSecond: median(bare, 'perSecond'),
      bareP50Ms: median(bare, 'p50Ms'),
      bareP99Ms: median(bare, 'p99Ms'),
    };
  } finally {
    for (const listener of listeners) listener.end();
    for (const { child } of [exchange, echo]) child.kill('SIGKILL');
  }
}

export interface Started {
  readonly child: ChildProcess;
  readonly port: number;
}

/** A paper exchange with a hundred listed symbols. */
export function startExchange(): Promise<Started> {
  const variables = {
    PAPER_EXCHANGE_PORT: '0',
    PAPER_EXCHANGE_RATE_LIMIT: '0',
    PAPER_EXCHANGE_CASH: '1000000000',
    PAPER_EXCHANGE_FROM: '2026-01-05T15:30:00Z',
    PAPER_EXCHANGE_SYMBOLS: Array.from({ length: SYMBOLS }, (_, n) => symbolAt(n)).join(','),
  };
  const child = spawn(process.execPath, [programFile('paper-broker')], {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // its log is read on to the end: a pipe that nobody reads would stop it
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { url } = JSON.parse(line) as { readonly url?: string };
      if (url !== undefined) resolve({ child, port: Number(new URL(url).port) });
    });
    child.once('exit', (code) => reject(new Error(`the exchange ended with ${code}`)));
  });
}

/** A bare server that echoes requests. */
export async function startEcho(): Promise<Started> {
  const child = fork(programFile('bare-echo'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [{ port }] = (await once(child, 'message')) as [{ readonly port: number }];
  return { child, port };
}

const symbolAt = (n: number): string => `S${n % SYMBOLS}`;

/** Places all orders, so many at a time, and waits for what is to come of them. */
async function placeAll(port: number, done: () => Promise<void>): Promise<Round> {
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  const times: number[] = [];
  let next = 0;
  const place = async (): Promise<void> => {
    while (next < ORDERS) {
      const startedAt = performance.now();
      await post(agent, port, next++);
      times.push(performance.now() - startedAt);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, place));
  await done();
  const seconds = (performance.now() - startedAt) / 1000;
  agent.destroy();
  return { perSecond: ORDERS / seconds, p50Ms: quantileOf(times, MEDIAN), p99Ms: quantileOf(times, 0.99) };
}

const HEADERS = { 'content-type': 'application/json', 'apca-api-key-id': 'bench', 'apca-api-secret-key': 'bench' };

function post(agent: Agent, port: number, n: number): Promise<void> {
  const terms = { symbol: symbolAt(n), qty: '1', side: 'buy', type: 'limit', limit_price: '10', time_in_force: 'day' };
  const body = JSON.stringify(terms);
  return new Promise((resolve, reject) => {
    const headers = { ...HEADERS, 'content-length': Buffer.byteLength(body) };
    const asked = request({ agent, host: '127.0.0.1', port, method: 'POST', path: '/v2/orders', headers }, (answer) => {
      answer.resume().once('end', () => (answer.statusCode === 200 ? resolve() : reject(new Error(`HTTP ${answer.statusCode}`))));
    });
    asked.once('error', reject);
    asked.end(body);
  });
}

/** What requests to a server take, one after the other with a pause between them, in milliseconds. */
export async function timeEchoes(port: number, requests: number, pauseMs: number): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  for (let n = 0; n < requests; n++) {
    const startedAt = performance.now();
    await post(agent, port, n);
    times.push(performance.now() - startedAt);
    await sleep(pauseMs);
  }
  agent.destroy();
  return times;
}

/** Until every listener has had an update of every order. @throws Error when that takes too long */
async function allHeard(listeners: readonly CountingListener[], before: readonly number[]): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS; waited += 1) {
    if (listeners.every(({ frames }, n) => frames() - (before[n] ?? 0) >= ORDERS)) return;
    await sleep(1);
  }
  throw new Error('not every update came to every listener');
}
