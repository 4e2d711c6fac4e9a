import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { newManifest } from '@aitrader/application-markets';
import { serviceKeys, type OpenHome } from '@aitrader/application-supervision';
import { encodeControl, encodeManifest, encodeOrders } from '@aitrader/contracts';
import {
  cash,
  epochMs,
  ids,
  newControl,
  price,
  quantityFromShares,
  ticker,
  type Manifest,
  type Order,
  type RunConfig,
  type RunId,
} from '@aitrader/model';
import { accessOf, busVariables, FencedPublisher, createRecording, lastOf, recordCommand } from '@aitrader/runtime-bus';
import { ORDER_HANDLING, PAPER_EXCHANGE, programFile } from '@aitrader/runtime-configuration';
import { actorSigner, riskSigner, signCommand, signOrders, type Signer } from '@aitrader/runtime-signing';
import type { BenchEvents } from './scratch-run.ts';
import { TRADING_RULES } from './trading-rules.ts';

/** In regular hours. */
const T = epochMs(Date.parse('2026-01-05T15:31:00Z'));
const READY_MS_MAX = 20_000;
const NO_CASH = cash(0);
const DECISION = {
  account: {
    ...{ cash: NO_CASH, equity: NO_CASH, gross: NO_CASH, reserved: NO_CASH, realised: NO_CASH, equityPeak: NO_CASH },
    drawdownPpm: 0,
    tradingState: 'active',
  },
  trips: [],
} as const;
/** Who commands. */
const ACTOR = 'bench';
const SYMBOLS = Array.from({ length: 100 }, (_, n) => ticker(`S${n}`));

/** An order of its own instant, a millisecond behind the one before. */
export const orderAt = (n: number): Order => ({
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

/** The real execution service at a broker's port, in a recording whose orders and commands are ours to write. No bars come. */
export class ApprovedRun {
  readonly #open: OpenHome;
  readonly #manifest: Manifest;
  readonly #signer: Signer;
  readonly #publisher: FencedPublisher;
  readonly #service: ChildProcess;
  #commands = 0;

  private constructor(open: OpenHome, signer: Signer, manifest: Manifest, publisher: FencedPublisher, service: ChildProcess) {
    this.#open = open;
    this.#manifest = manifest;
    this.#signer = signer;
    this.#publisher = publisher;
    this.#service = service;
  }

  /** Begins one, and resolves once execution has heard how the account stands: before that it enters nothing. */
  static async begin(open: OpenHome, run: RunId, brokerPort: number, warn: BenchEvents['warn']): Promise<ApprovedRun> {
    const { manifest, publisher } = await beginRecording(open, run, warn);
    const one = new ApprovedRun(open, await riskSigner(open.home), manifest, publisher, startExecution(open, run, brokerPort));
    try {
      await untilReported(open, run);
    } catch (error) {
      await one.end();
      throw error;
    }
    return one;
  }

  /** Approves orders of one instant, as risk does. */
  approve(orders: readonly Order[]): void {
    const t = orders[0]?.t ?? T;
    const payload = encodeOrders({ ...DECISION, t, orders: [...orders], exits: [], denials: [] });
    const headers = signOrders(this.#signer, { ...this.#manifest, seq: 0 }, { orders, exits: [] });
    this.#publisher.publish([{ fact: 'orders', shard: -1, t, payload, headers }]);
    this.#publisher.flush();
  }

  /** Records a command, as an operator does, and resolves once that is acknowledged. */
  async command(kind: 'halt' | 'resume'): Promise<void> {
    const command = encodeControl(newControl(kind, T, ACTOR, 'to measure it'));
    const id = `${this.#manifest.run}/bench/${++this.#commands}`;
    const signed = signCommand(await actorSigner(this.#open.home, ACTOR), this.#manifest.run, id, command);
    await recordCommand(this.#open.bus, this.#manifest.run, command, id, signed);
  }

  async end(): Promise<void> {
    const ended = once(this.#service, 'exit');
    this.#service.kill('SIGKILL');
    await ended;
  }
}

/** Begins a recording, as the writer of its orders. */
async function beginRecording(
  open: OpenHome,
  run: RunId,
  warn: BenchEvents['warn'],
): Promise<{ manifest: Manifest; publisher: FencedPublisher }> {
  const config: RunConfig = { ...TRADING_RULES, broker: { ...PAPER_EXCHANGE, ...ORDER_HANDLING, followsBars: false } };
  const market = { timeframe: '1m', universe: SYMBOLS, sources: [], from: T, to: T } as const;
  await createRecording(open.bus, run);
  const events = { failed: (error: Error) => warn(error.message), stored: () => undefined };
  const publisher = new FencedPublisher(open.bus, run, 'the bench', events);
  for (const fact of ['manifest', 'orders'] as const) await publisher.own(fact, -1);
  const manifest = newManifest(run, 'backtest', 1, config, market);
  publisher.publish([{ fact: 'manifest', shard: -1, t: 0, payload: encodeManifest(manifest) }]);
  await publisher.settled();
  return { manifest, publisher };
}

const startExecution = (open: OpenHome, run: RunId, brokerPort: number): ChildProcess =>
  spawn(process.execPath, [programFile('execution')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      ...serviceKeys(open.home, 'execution'),
      ...busVariables(accessOf(open.server, 'execution')),
      AITRADER_RUN: run,
      AITRADER_BROKER_URL: `http://127.0.0.1:${brokerPort}`,
      AITRADER_GATEWAY_AGE_MS: '0',
      AITRADER_GATEWAY_ORDERS_PER_MINUTE: '1000000',
      AITRADER_BROKER_REQUESTS_PER_MINUTE: '1000000',
      APCA_API_KEY_ID: 'bench',
      APCA_API_SECRET_KEY: 'bench',
    },
  });

async function untilReported({ bus }: OpenHome, run: RunId): Promise<void> {
  const deadline = performance.now() + READY_MS_MAX;
  while ((await lastOf(bus, run, 'reports').catch(() => undefined)) === undefined) {
    if (performance.now() > deadline) throw new Error('execution did not come up');
    await sleep(20);
  }
}
