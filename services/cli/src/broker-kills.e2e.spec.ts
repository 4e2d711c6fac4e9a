/**
 * kill -9 of execution, by itself, before and after whatever its gateway waits for, at an exchange that loses replies and messages:
 * 1. For an order that risk approved there is one entry at the exchange, or its rejection is recorded: none twice, none lost.
 * 2. The recording has every trade of the exchange once, and what is held by it is what the exchange has.
 * 3. The recording verifies.
 *
 * Once it was killed so often, the run goes on to its end in peace. A short form by default; `AITRADER_PROOF_KILLS=200` for the long one, which prints how often it was killed where.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunReport } from '@aitrader/application-backtest';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';
import { EAGER } from './testing/eager-rules.ts';
import { startExchangeProgram, type ExchangeTrade } from './testing/exchange-program.ts';
import { addressOf, decodeFills, decodeOrderEvents, decodeOrders } from '@aitrader/contracts';
import { runId, type Fill, type Order, type OrderEvent } from '@aitrader/model';
import { accessOf, connectOrStart, openBus, readMessages } from '@aitrader/runtime-bus';

const KILLS = Number(process.env['AITRADER_PROOF_KILLS'] ?? '6');
/** The short form plays a day with few orders, the long one the next day, too, which has many. */
const LAST_DATE = KILLS > 20 ? '2024-07-03' : '2024-07-02';
const RUN_MS_MAX = 600_000;
/** A process that kills itself more often has no time to do anything. */
const FAIL_SHARE = '0.002,submit=0.1,pong=0.05,cancel=0.1,look-up=0.05,reconcile=0.01';
/** Between two faults: a stream that is lost takes a while to come back. */
const FAULT_MS = 5_000;
const FAULTS: readonly object[] = [
  { kind: 'drop-reply', match: { method: 'POST', path: '/v2/orders' } },
  { kind: 'error', status: 503, performed: true, match: { method: 'POST', path: '/v2/orders' } },
  { kind: 'error', status: 500, performed: false, match: { method: 'POST', path: '/v2/orders' } },
  { kind: 'drop-reply', match: { method: 'DELETE' } },
  { kind: 'missing-update' },
  { kind: 'duplicate-update' },
  { kind: 'drop-socket', stream: 'trades' },
  { kind: 'slow', delayMs: 300 },
];

/** So thin that orders fill in pieces, are called off in part, and leave under exits of our own. */
const CONFIG = { ...EAGER, simulation: { ...EAGER.simulation, participationMax: 0.0005 } };

describe('execution that is killed wherever it waits', () => {
  let aitrader: CommandUnderTest;
  let log: string;
  beforeAll(async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'aitrader-kills-'));
    log = path.join(folder, 'killed-at.log');
    const failing = { AITRADER_FAIL_SHARE: FAIL_SHARE, AITRADER_FAIL_LOG: log, AITRADER_FAIL_MAX: String(KILLS) };
    aitrader = await commandUnderTest({ AITRADER_CHECKPOINT_SLICES: '20', ...failing });
    writeFileSync(path.join(aitrader.folder, 'config.json'), JSON.stringify(CONFIG));
  });
  afterAll(() => {
    aitrader.cleanUp();
    rmSync(path.dirname(log), { recursive: true, force: true });
  });

  it(
    'leaves no order twice, none lost, and the positions of the exchange',
    async () => {
      expect(KILLS).toBeGreaterThan(0);
      for (let n = 0; killed().length < KILLS; n++) await provenRun(n);
      const counts = Object.entries(Object.groupBy(killed(), (name) => name)).map(([name, all]) => `${all?.length ?? 0} ${name}`);
      process.stdout.write(`killed ${killed().length} times:\n${counts.sort().join('\n')}\n`);
    },
    RUN_MS_MAX * Math.ceil(KILLS / 10),
  );

  const killed = (): string[] => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : []);

  async function provenRun(n: number): Promise<void> {
    const rules = n % 2 === 0 ? 'vendor' : 'simulation';
    const exchange = await startExchangeProgram({
      PAPER_EXCHANGE_RULES: rules,
      PAPER_EXCHANGE_SEED: `run-${n}`,
      PAPER_EXCHANGE_PARTICIPATION_MAX: String(CONFIG.simulation.participationMax),
    });
    try {
      const broker = ['--broker', 'exchange', '--exchange-rules', rules, '--broker-url', exchange.url];
      const running = aitrader.start(
        'paper',
        '--bars',
        'sample',
        '--to',
        LAST_DATE,
        '--speed',
        'max',
        '--config',
        'config.json',
        ...broker,
        '--json',
      );
      let isOver = false;
      void running.finished.then(() => (isOver = true));
      while (!isOver) {
        await exchange.fault(FAULTS[Math.floor(Math.random() * FAULTS.length)] ?? {});
        await sleep(FAULT_MS);
      }
      const { code, stdout, stderr } = await running.finished;
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      const { run } = JSON.parse(stdout) as RunReport;
      await prove(run, await exchange.trades(), await exchange.clientOrderIds());
      expect(await aitrader.json('verify', run)).toMatchObject({ verified: true });
    } finally {
      exchange.stop();
    }
  }

  async function prove(run: string, trades: readonly ExchangeTrade[], clientOrderIds: readonly string[]): Promise<void> {
    const { orders, fills, events } = await recorded(run);
    const rejected = new Set(
      events.filter(({ leg, kind }) => leg === 'entry' && kind === 'rejected').map(({ orderId }) => orderId),
    );
    for (const { id } of orders) {
      const entries = clientOrderIds.filter((one) => one.includes(`${id}.entry.`));
      expect({ id, entries: entries.length }).toEqual({ id, entries: entries.length === 0 && rejected.has(id) ? 0 : 1 });
    }
    const told = fills.map(({ id, quantity, price, side }) => `${id} ${side} ${quantity} @ ${price}`).sort();
    expect(told).toEqual(trades.map(({ id, quantity, price, side }) => `${id} ${side} ${quantity} @ ${price}`).sort());
  }

  async function recorded(run: string) {
    const server = await connectOrStart({ home: aitrader.home });
    const bus = await openBus(accessOf(server, 'supervisor'), 'test');
    const [orders, fills, events]: [Order[], Fill[], OrderEvent[]] = [[], [], []];
    try {
      await readMessages(bus, runId(run), ({ subject, data }) => {
        const { fact } = addressOf(subject);
        if (fact === 'orders') orders.push(...decodeOrders(data).orders);
        if (fact === 'fills') fills.push(...decodeFills(data).fills);
        if (fact === 'order-events') events.push(...decodeOrderEvents(data).events);
      });
      return { orders, fills, events };
    } finally {
      await bus.nc.close();
      await server.stop();
    }
  }
});
