import { setTimeout as sleep } from 'node:timers/promises';
import { newRunId } from '@aitrader/application-backtest';
import type { OpenHome } from '@aitrader/application-supervision';
import { newOrderManager, takeOrder, takeReport } from '@aitrader/core-execution';
import {
  cash,
  ids,
  price,
  quantityFromShares,
  ticker,
  type EpochMs,
  type OrderRequest,
  type Report,
  type RunId,
} from '@aitrader/model';
import { ORDER_HANDLING } from '@aitrader/runtime-configuration';
import { ApprovedRun, orderAt } from './approved-run.ts';
import { listenOn, type BrokerWire } from './broker-wire.ts';
import { startEcho, startExchange, timeEchoes } from './exchange-bench.ts';
import { benchHalts, type HaltFigures } from './halt-bench.ts';
import { quantileOf } from './quantile.ts';
import { measureRelay } from './relay.ts';
import { scratch, type BenchEvents } from './scratch-run.ts';

const ORDERS = 600;
/** The first ones find code that is not compiled. */
const WARM_UP_ORDERS = 200;
const PAUSE_MS = 20;
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
  /** a message to one process that only hands it on, and back: stored twice and told twice, as an order and the request for it are */
  readonly handedOnP50Ms: number;
  readonly handedOnP99Ms: number;
  /** reports that the order manager heard, and what one took */
  readonly events: number;
  readonly meanEventUs: number;
  readonly p99EventUs: number;
  readonly halts: HaltFigures;
}

/** How long an approved order and a halt take to the wire, by the real execution service and bus, beside a bare HTTP request. */
export async function benchOrders(open: OpenHome, events: BenchEvents): Promise<OrderFigures> {
  const exchange = await startExchange();
  const echo = await startEcho();
  const wire = await listenOn(exchange.port);
  const run = newRunId('backtest');
  try {
    const times = await scratch(open, run, events.warn, () => timeOrders(open, run, wire, events));
    const measured = times.slice(WARM_UP_ORDERS);
    const handedOn = await measureRelay(open.bus, open.server, WARM_UP_ORDERS, measured.length, PAUSE_MS, 1);
    const bare = (await timeEchoes(echo.port, ORDERS, PAUSE_MS)).slice(WARM_UP_ORDERS);
    return {
      orders: measured.length,
      p50Ms: quantileOf(measured, MEDIAN),
      p99Ms: quantileOf(measured, TAIL),
      bareP50Ms: quantileOf(bare, MEDIAN),
      bareP99Ms: quantileOf(bare, TAIL),
      ...{ handedOnP50Ms: handedOn.p50Ms, handedOnP99Ms: handedOn.p99Ms },
      ...benchLives(),
      halts: await benchHalts(open, events),
    };
  } finally {
    wire.end();
    for (const { child } of [exchange, echo]) child.kill('SIGKILL');
  }
}

/** Approves orders as risk does, one after the other, and waits for each at the broker's port. */
async function timeOrders(
  open: OpenHome,
  run: RunId,
  wire: BrokerWire,
  { onProgress, warn }: BenchEvents,
): Promise<readonly number[]> {
  const service = await ApprovedRun.begin(open, run, wire.port, warn);
  const times: number[] = [];
  try {
    for (let n = 0; n < ORDERS; n++) {
      const order = orderAt(n);
      const arrived = wire.submission(order.id);
      const sentAt = performance.now();
      service.approve([order]);
      times.push((await arrived) - sentAt);
      onProgress((n + 1) / ORDERS);
      await sleep(PAUSE_MS);
    }
    return times;
  } finally {
    await service.end();
  }
}

/** The lives of many orders in the order manager: taken, filled, its exits at work, its target filled. */
function benchLives(): Pick<OrderFigures, 'events' | 'meanEventUs' | 'p99EventUs'> {
  const state = newOrderManager({ ...ORDER_HANDLING, requestPrefix: '', needsArming: false, reconciliation: null });
  const out: OrderRequest[] = [];
  const times: number[] = [];
  for (let n = 0; n < LIFE_ORDERS; n++) {
    const order = { ...orderAt(n), symbol: ticker(`L${n % 50}`) };
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
