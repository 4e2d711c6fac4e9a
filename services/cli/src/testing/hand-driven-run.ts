import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { newRunId } from '@aitrader/application-backtest';
import { newManifest } from '@aitrader/application-markets';
import { serviceKeys } from '@aitrader/application-supervision';
import { encodeControl, encodeManifest, encodeOrders } from '@aitrader/contracts';
import {
  cash,
  epochMs,
  newControl,
  ticker,
  type Control,
  type EpochMs,
  type Manifest,
  type Order,
  type RunConfig,
  type RunId,
} from '@aitrader/model';
import {
  accessOf,
  FencedPublisher,
  connectOrStart,
  createRecording,
  lastOf,
  openBus,
  recordCommand,
  busVariables,
  type Bus,
  type BusServer,
} from '@aitrader/runtime-bus';
import { ORDER_HANDLING, PAPER_EXCHANGE, SIMULATED_DEFAULTS, programFile } from '@aitrader/runtime-configuration';
import { actorSigner, makeSigningKeys, riskSigner, signCommand, signOrders } from '@aitrader/runtime-signing';

const WAIT_MS_MAX = 30_000;
const NO_CASH = cash(0);
const DECISION = {
  account: {
    ...{ cash: NO_CASH, equity: NO_CASH, gross: NO_CASH, reserved: NO_CASH, realised: NO_CASH, equityPeak: NO_CASH },
    drawdownPpm: 0,
    tradingState: 'active',
  },
  trips: [],
} as const;

/** An order as the exchange has it; what a test looks at of it. */
export interface OpenOrder {
  readonly client_order_id: string;
  readonly side: string;
  readonly qty: string;
  readonly filled_qty: string;
  readonly status: string;
}

/**
 * The execution service as a process, at an exchange of its own market, with a recording in which the test says what risk approves and
 * operators command. No bars come.
 */
export class HandDrivenRun {
  readonly run: RunId;
  readonly #home: string;
  readonly #manifest: Manifest;
  readonly #bus: Bus;
  readonly #publisher: FencedPublisher;
  readonly #exchange: string;
  readonly #stopServer: () => Promise<void>;
  readonly #server: BusServer;
  readonly #clock: string;
  #service: ChildProcess | undefined;
  #commands = 0;

  private constructor(
    home: string,
    manifest: Manifest,
    exchange: string,
    bus: Bus,
    server: BusServer & { readonly stop: () => Promise<void> },
  ) {
    this.#clock = JSON.stringify({ shows: new Date(manifest.from).toISOString(), at: Date.now(), speed: 1 });
    this.run = manifest.run;
    this.#home = home;
    this.#manifest = manifest;
    this.#exchange = exchange;
    this.#bus = bus;
    this.#server = server;
    this.#stopServer = () => server.stop();
    this.#publisher = new FencedPublisher(bus, manifest.run, 'the test', {
      failed: (error) => {
        throw error;
      },
      stored: () => undefined,
    });
  }

  static async begin(
    home: string,
    exchange: string,
    universe: readonly string[],
    from: EpochMs,
    account: 'paper' | 'live' = 'paper',
  ): Promise<HandDrivenRun> {
    const server = await connectOrStart({ home });
    const bus = await openBus(accessOf(server, 'supervisor'), 'test');
    const run = newRunId('backtest');
    await makeSigningKeys(home);
    const broker = { ...PAPER_EXCHANGE, ...ORDER_HANDLING, account, followsBars: false };
    const config: RunConfig = { ...SIMULATED_DEFAULTS, broker };
    const market = { timeframe: '1m', universe: universe.map((name) => ticker(name)), sources: [], from, to: from } as const;
    // the services are built, and this is not: a manifest that does not know its code is believed
    const manifest = { ...newManifest(run, 'backtest', 1, config, market), codeHash: '' };
    const one = new HandDrivenRun(home, manifest, exchange, bus, server);
    await createRecording(bus, run);
    for (const fact of ['manifest', 'orders'] as const) await one.#publisher.own(fact, -1);
    one.#publisher.publish([{ fact: 'manifest', shard: -1, t: 0, payload: encodeManifest(manifest) }]);
    await one.#publisher.settled();
    return one;
  }

  /** Waits until execution has heard how the account stands: before that it enters nothing. */
  async untilHeard(): Promise<void> {
    const deadline = performance.now() + WAIT_MS_MAX;
    while ((await lastOf(this.#bus, this.run, 'reports')) === undefined) {
      if (performance.now() > deadline) throw new Error('execution did not come up');
      await sleep(50);
    }
  }

  /** Starts execution, as the supervisor does, the first time or again. */
  startExecution(): void {
    this.#service = spawn(process.execPath, [programFile('execution')], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        ...serviceKeys(this.#home, 'execution'),
        ...busVariables(accessOf(this.#server, 'execution')),
        AITRADER_RUN: this.run,
        AITRADER_BROKER_URL: this.#exchange,
        AITRADER_GATEWAY_AGE_MS: '0',
        AITRADER_CLOCK: this.#clock,
        APCA_API_KEY_ID: 'test',
        APCA_API_SECRET_KEY: 'test',
      },
    });
  }

  /** Ends it as a power cut does. */
  async killExecution(): Promise<void> {
    if (this.#service === undefined) throw new Error('execution was not started');
    const ended = once(this.#service, 'exit');
    this.#service.kill('SIGKILL');
    await ended;
  }

  /** Records that risk approved orders. */
  async approve(t: EpochMs, orders: readonly Order[]): Promise<void> {
    const payload = encodeOrders({ ...DECISION, t, orders: [...orders], exits: [], denials: [] });
    const headers = signOrders(await riskSigner(this.#home), { ...this.#manifest, seq: 0 }, { orders, exits: [] });
    this.#publisher.publish([{ fact: 'orders', shard: -1, t, payload, headers }]);
    this.#publisher.flush();
    await this.#publisher.settled();
  }

  /** Records an operator's command. */
  async command(kind: Control['kind'], t: EpochMs, about = ''): Promise<number> {
    const id = `${this.run}/test/${++this.#commands}`;
    const command = encodeControl(newControl(kind, t, 'test', 'to see', { about }));
    return recordCommand(
      this.#bus,
      this.run,
      command,
      id,
      signCommand(await actorSigner(this.#home, 'test'), this.run, id, command),
    );
  }

  /** Lets the exchange live to an instant, with bars. */
  async advance(t: EpochMs, bars: Readonly<Record<string, object>>): Promise<void> {
    const body = JSON.stringify({ t: new Date(t).toISOString(), bars });
    const { status } = await fetch(`${this.#exchange}/_sim/advance`, { method: 'POST', body });
    if (status !== 200) throw new Error(`the exchange does not advance to ${epochMs(t)}: ${status}`);
  }

  /** What is open at the exchange. */
  async openOrders(): Promise<readonly OpenOrder[]> {
    const headers = { 'apca-api-key-id': 'test', 'apca-api-secret-key': 'test' };
    const response = await fetch(`${this.#exchange}/v2/orders?status=open&limit=500`, { headers });
    return (await response.json()) as readonly OpenOrder[];
  }

  /** Waits until what is open is as it is looked for, and returns it. @throws Error after half a minute, with what there is */
  async untilOpen(isSo: (orders: readonly OpenOrder[]) => boolean): Promise<readonly OpenOrder[]> {
    const deadline = performance.now() + WAIT_MS_MAX;
    for (;;) {
      const orders = await this.openOrders();
      if (isSo(orders)) return orders;
      if (performance.now() > deadline) throw new Error(`did not come; open: ${JSON.stringify(orders)}`);
      await sleep(50);
    }
  }

  async end(): Promise<void> {
    this.#service?.kill('SIGKILL');
    await this.#bus.nc.close();
    await this.#stopServer();
  }
}
