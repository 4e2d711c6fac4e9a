/**
 * A broker's keys are changed for others while a run is going on, at an exchange of its own process.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunReport } from '@aitrader/application-backtest';
import { addressOf, decodeFills, decodeOrders } from '@aitrader/contracts';
import { runId, type Fill, type Order } from '@aitrader/model';
import { accessOf, connectOrStart, openBus, readMessages } from '@aitrader/runtime-bus';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';
import { EAGER } from './testing/eager-rules.ts';
import { startExchangeProgram, type ExchangeProgram } from './testing/exchange-program.ts';

const RUN_MS_MAX = 300_000;
const POLL_MS = 50;
/** Some of the second date's, of three. */
const TRADES_BEFORE = 4;
const OLD = { APCA_API_KEY_ID: 'old-pair', APCA_API_SECRET_KEY: 'old-secret' };
const NEW = { APCA_API_KEY_ID: 'new-pair', APCA_API_SECRET_KEY: 'new-secret' };
const pairOf = ({ APCA_API_KEY_ID: id, APCA_API_SECRET_KEY: secret }: typeof OLD): string => `${id}:${secret}`;

describe('the keys of a broker', () => {
  let aitrader: CommandUnderTest;
  let exchange: ExchangeProgram;
  let port = '0';

  /** The exchange, which goes on from its journal, open to some pairs of keys alone. */
  async function open(...pairs: readonly (typeof OLD)[]): Promise<void> {
    exchange = await startExchangeProgram({
      PAPER_EXCHANGE_PORT: port,
      PAPER_EXCHANGE_RULES: 'simulation',
      PAPER_EXCHANGE_KEYS: pairs.map(pairOf).join(','),
      PAPER_EXCHANGE_JOURNAL: path.join(aitrader.folder, 'exchange.jsonl'),
    });
    ({ port } = new URL(exchange.url));
  }

  beforeAll(async () => {
    aitrader = await commandUnderTest();
    writeFileSync(path.join(aitrader.folder, 'config.json'), JSON.stringify(EAGER));
    await open(OLD, NEW);
  });
  afterAll(() => {
    exchange.stop();
    aitrader.cleanUp();
  });

  async function recorded(run: string): Promise<{ readonly orders: readonly Order[]; readonly fills: readonly Fill[] }> {
    const server = await connectOrStart({ home: aitrader.home });
    const bus = await openBus(accessOf(server, 'supervisor'), 'test');
    const [orders, fills]: [Order[], Fill[]] = [[], []];
    try {
      await readMessages(bus, runId(run), ({ subject, data }) => {
        const { fact } = addressOf(subject);
        if (fact === 'orders') orders.push(...decodeOrders(data).orders);
        else if (fact === 'fills') fills.push(...decodeFills(data).fills);
      });
    } finally {
      await bus.nc.close();
      await server.stop();
    }
    return { orders, fills };
  }

  it(
    'are changed for others between two stretches of a run: nothing is asked for twice, and nothing is lost',
    async () => {
      const broker = ['--broker', 'exchange', '--exchange-rules', 'simulation', '--broker-url', exchange.url];
      const sample = ['--bars', 'sample', '--speed', '6000', '--config', 'config.json'];
      const first = aitrader.startWith(OLD, 'paper', ...sample, ...broker, '--json');
      let isOver = false;
      void first.finished.then(() => (isOver = true));
      while (!isOver && (await exchange.trades()).length < TRADES_BEFORE) await sleep(POLL_MS);
      first.child.kill('SIGINT');
      const stopped = await first.finished;
      expect({ code: stopped.code, stderr: stopped.code === 0 ? '' : stopped.stderr }).toEqual({ code: 0, stderr: '' });
      const { run } = JSON.parse(stopped.stdout) as RunReport;
      expect(await aitrader.json<object[]>('runs')).toEqual([expect.objectContaining({ run, complete: false })]);

      // the old pair is revoked
      const before = await exchange.trades();
      exchange.stop();
      await open(NEW);
      expect((await exchange.trades()).slice(0, before.length)).toEqual(before);

      const refused = await aitrader.runWith(OLD, 'paper', '--continue', run, '--speed', 'max', '--broker-url', exchange.url);
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toContain('see APCA_API_KEY_ID and APCA_API_SECRET_KEY');
      expect(refused.stderr + refused.stdout).not.toContain(OLD.APCA_API_SECRET_KEY);

      const continued = await aitrader.runWith(
        NEW,
        ...['paper', '--continue', run, '--speed', 'max', '--broker-url', exchange.url, '--json'],
      );
      expect({ code: continued.code, stderr: continued.code === 0 ? '' : continued.stderr }).toEqual({ code: 0, stderr: '' });
      expect(await aitrader.json('verify', run)).toMatchObject({ verified: true, unfinished: 0 });

      const [{ orders, fills }, trades, asked] = [await recorded(run), await exchange.trades(), await exchange.clientOrderIds()];
      expect(trades.length).toBeGreaterThan(before.length);
      expect(fills.map(({ id }) => String(id)).sort()).toEqual(trades.map(({ id }) => id).sort());
      for (const { id } of orders)
        expect({ id, entries: asked.filter((one) => one.includes(`${id}.entry.`)).length }).toEqual({ id, entries: 1 });
    },
    RUN_MS_MAX,
  );
});
