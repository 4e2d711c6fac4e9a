import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { newRunId } from '@aitrader/application-backtest';
import { newManifest } from '@aitrader/application-markets';
import type { OpenHome } from '@aitrader/application-supervision';
import { encodeManifest, encodeOrders } from '@aitrader/contracts';
import { newOrderManager, takeOrder, takeReport } from '@aitrader/core-execution';
import {
  cash,
  epochMs,
  ids,
  price,
  quantityFromShares,
  ticker,
  type EpochMs,
  type Order,
  type OrderRequest,
  type Report,
  type RunConfig,
  type RunId,
} from '@aitrader/model';
import { FencedPublisher, createRecording, lastOf } from '@aitrader/runtime-bus';
import { ORDER_HANDLING, PAPER_EXCHANGE, SIMULATED_DEFAULTS, programFile } from '@aitrader/runtime-configuration';
import { startEcho, startExchange, timeEchoes } from './exchange-bench.ts';
import { quantileOf } from './quantile.ts';
import { scratch, type BenchEvents } from './scratch-run.ts';

/** In regular hours. */
const T = epochMs(Date.parse('2026-01-05T15:31:00Z'));
const ORDERS = 600;
/** The first ones find code that is not compiled. */
const WARM_UP_ORDERS = 200;
const PAUSE_MS = 20;
const READY_MS_MAX = 20_000;
const [MEDIAN, TAIL] = [0.5, 0.99];
const MICROSECONDS = 1_000;
const LIFE_ORDERS = 4_000;

export interface OrderFigures {
  readonly orders: number;
  /** from before an approved order is published to its bytes at the broker's socket */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** a request to a bare server that echoes it, and back, as many at a time */
  readonly bareP50Ms: number;
  readonly bareP99Ms: number;
  /** reports that the order manager heard, and what one took */
  readonly events: number;
  readonly meanEventUs: number;
  readonly p99EventUs: number;
}

/** How long an approved order takes to the wire, by the real execution service and bus, beside a bare HTTP request. */
export async function benchOrders(open: OpenHome, { onProgress, warn }: BenchEvents): Promise<OrderFigures> {
  const exchange = await startExchange();
  const echo = await startEcho();
  const sniffer = await sniff(exchange.port);
  const run = newRunId('backtest');
  try {
    const times = await scratch(open, run, warn, () => timeOrders(open, run, sniffer, { onProgress, warn }));
    const measured = times.slice(WARM_UP_ORDERS);
    const bare = (await timeEchoes(echo.port, ORDERS, PAUSE_MS)).slice(WARM_UP_ORDERS);
    return {
      orders: measured.length,
      p50Ms: quantileOf(measured, MEDIAN),
      p99Ms: quantileOf(measured, TAIL),
      bareP50Ms: quantileOf(bare, MEDIAN),
      bareP99Ms: quantileOf(bare, TAIL),
      ...benchLives(),
    };
  } finally {
    sniffer.end();
    for (const { child } of [exchange, echo]) child.kill('SIGKILL');
  }
}

/** Approves orders as risk does, one after the other, and waits for each at the broker's port. */
async function timeOrders(
  open: OpenHome,
  run: RunId,
  sniffer: Sniffer,
  { onProgress, warn }: BenchEvents,
): Promise<readonly number[]> {
  const publisher = await beginRun(open, run, warn);
  const service = startExecution(open, run, sniffer.port);
  const times: number[] = [];
  try {
    await untilReported(open, run);
    for (let n = 0; n < ORDERS; n++) {
      const order = orderAt(n);
      const arrived = sniffer.arrival(order.id);
      const payload = encodeOrders({ ...DECISION, t: order.t, orders: [order], denials: [] });
      const sentAt = performance.now();
      publisher.publish([{ fact: 'orders', shard: -1, t: order.t, payload }]);
      publisher.flush();
      times.push((await arrived) - sentAt);
      onProgress((n + 1) / ORDERS);
      await sleep(PAUSE_MS);
    }
    return times;
  } finally {
    service.kill('SIGKILL');
    await once(service, 'exit');
  }
}

/** Begins a recording whose orders are ours to write. */
async function beginRun(open: OpenHome, run: RunId, warn: BenchEvents['warn']): Promise<FencedPublisher> {
  const config: RunConfig = { ...SIMULATED_DEFAULTS, broker: { ...PAPER_EXCHANGE, ...ORDER_HANDLING, followsBars: false } };
  const market = { timeframe: '1m', universe: SYMBOLS, sources: [], from: T, to: T } as const;
  await createRecording(open.bus, run);
  const events = { failed: (error: Error) => warn(error.message), stored: () => undefined };
  const publisher = new FencedPublisher(open.bus, run, 'the bench', events);
  for (const fact of ['manifest', 'orders'] as const) await publisher.own(fact, -1);
  const payload = encodeManifest(newManifest(run, 'backtest', 1, config, market));
  publisher.publish([{ fact: 'manifest', shard: -1, t: 0, payload }]);
  await publisher.settled();
  return publisher;
}

const startExecution = (open: OpenHome, run: RunId, brokerPort: number): ChildProcess =>
  spawn(process.execPath, [programFile('execution')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      NATS_URL: open.server.url,
      AITRADER_RUN: run,
      AITRADER_BROKER_URL: `http://127.0.0.1:${brokerPort}`,
      AITRADER_GATEWAY_AGE_MS: '0',
      AITRADER_GATEWAY_ORDERS_PER_MINUTE: '1000000',
      AITRADER_BROKER_REQUESTS_PER_MINUTE: '1000000',
      APCA_API_KEY_ID: 'bench',
      APCA_API_SECRET_KEY: 'bench',
    },
  });

const SYMBOLS = Array.from({ length: 100 }, (_, n) => ticker(`S${n}`));
const NO_CASH = cash(0);
const DECISION = {
  account: {
    ...{ cash: NO_CASH, equity: NO_CASH, gross: NO_CASH, reserved: NO_CASH, realised: NO_CASH, equityPeak: NO_CASH },
    drawdownPpm: 0,
    tradingState: 'active',
  },
} as const;

/** An order of its own instant, a millisecond behind the one before. */
const orderAt = (n: number): Order => ({
  id: ids.order(`o.${n}`),
  t: epochMs(T + n),
  symbol: SYMBOLS[n % SYMBOLS.length] ?? ticker('S0'),
  side: 'buy',
  quantity: quantityFromShares(1),
  type: 'market',
  timeInForce: 'day',
  reference: price(100_000),
  stop: price(90_000),
  target: price(120_000),
  exitAt: epochMs(T + 3_600_000),
  signalId: ids.signal(`s.${n}`),
  gates: [],
});

async function untilReported({ bus }: OpenHome, run: RunId): Promise<void> {
  const deadline = performance.now() + READY_MS_MAX;
  while ((await lastOf(bus, run, 'reports').catch(() => undefined)) === undefined) {
    if (performance.now() > deadline) throw new Error('execution did not come up');
    await sleep(20);
  }
}

interface Sniffer {
  readonly port: number;
  /** resolves with the time at which the submission of an order arrives */
  readonly arrival: (orderId: string) => Promise<number>;
  readonly end: () => void;
}

/** Passes on what comes to a port, and notes when submissions come. */
async function sniff(port: number): Promise<Sniffer> {
  const waiting = new Map<string, (at: number) => void>();
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const broker = connect(port, '127.0.0.1');
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.setNoDelay(true).on('error', () => undefined);
    }
    client.on('data', (bytes) => {
      const at = performance.now();
      for (const [, id = ''] of bytes.toString('latin1').matchAll(/"client_order_id":"[^"]*?(o\.\d+)\.entry\./g)) {
        waiting.get(id)?.(at);
        waiting.delete(id);
      }
    });
    client.pipe(broker).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    arrival: (orderId) => new Promise((resolve) => waiting.set(orderId, resolve)),
    end: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** The lives of many orders in the order manager: taken, filled, its exits at work, its target filled. */
function benchLives(): Pick<OrderFigures, 'events' | 'meanEventUs' | 'p99EventUs'> {
  const state = newOrderManager({ ...ORDER_HANDLING, requestPrefix: '', reconciliation: null });
  const out: OrderRequest[] = [];
  const times: number[] = [];
  for (let n = 0; n < LIFE_ORDERS; n++) {
    const order = { ...orderAt(n), t: epochMs(T + n), symbol: ticker(`L${n % 50}`) };
    takeOrder(state, order, out);
    const request = out.splice(0)[0];
    for (const report of request === undefined ? [] : lifeOf(request, n, order.t)) {
      const before = performance.now();
      takeReport(state, report, out);
      times.push((performance.now() - before) * MICROSECONDS);
    }
  }
  const measured = times.slice(times.length / 2);
  const mean = measured.reduce((sum, one) => sum + one, 0) / measured.length;
  return { events: measured.length, meanEventUs: mean, p99EventUs: quantileOf(measured, TAIL) };
}

function lifeOf({ id, symbol }: OrderRequest, n: number, t: EpochMs): readonly Report[] {
  const [root, target, stop] = [`b${n}`, `b${n}.t`, `b${n}.s`];
  const word = (kind: Report['kind'], brokerId: string, more: Partial<Report> = {}): Report => ({
    ...{
      t,
      kind,
      symbol,
      request: null,
      brokerId,
      successor: null,
      legs: [],
      filled: null,
      open: null,
      execution: null,
      word: kind,
      raw: '{}',
    },
    ...more,
  });
  const traded = (which: string) => ({
    execution: {
      id: ids.fill(`${n}.${which}`),
      quantity: quantityFromShares(1),
      price: price(100_000),
      fee: cash(0),
      amends: null,
    },
    open: quantityFromShares(0),
  });
  const legs = [
    { leg: 'target', brokerId: target },
    { leg: 'stop', brokerId: stop },
  ] as const;
  return [
    word('accepted', root, { request: id, legs }),
    word('new', root),
    word('execution', root, traded('e')),
    word('new', target),
    word('new', stop),
    word('execution', target, traded('t')),
    word('canceled', stop),
  ];
}
