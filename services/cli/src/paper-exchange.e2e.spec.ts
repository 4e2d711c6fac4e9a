/**
 * A run with a broker, over its API: the five services, the gateway, and a paper exchange that trades the run's bars.
 * 1. It decides what the same run decides in one process, and by the simulator's rules what a run with the simulated broker decides; the fills
 *    are the same, to the unit.
 * 2. It verifies, and a changed figure in a report is found by what follows from it.
 *    Both also where every order is worked in children, and explaining a fill says which child was asked for.
 * 3. It goes on after an interrupt: the exchange has what it had.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunReport } from '@aitrader/application-backtest';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';
import { BELIEVING, EAGER } from './testing/eager-rules.ts';
import { Verifier } from '@aitrader/application-recordings';
import { addressOf, decodeFills } from '@aitrader/contracts';
import { item, runId, type Fill } from '@aitrader/model';
import { accessOf, connectOrStart, manifestOf, openBus, readStored, type LoggedMessage } from '@aitrader/runtime-bus';

const RUN_MS_MAX = 240_000;
const DAY = ['--bars', 'sample', '--to', '2024-07-03'];
const RULES = ['simulation', 'vendor', 'vendor, worked'] as const;
/** Every order, in children of a share or two. */
const WORKED = {
  ...EAGER,
  simulation: { ...EAGER.simulation, participationMax: 0.0005 },
  broker: { entries: 'marketable-limit', working: { largerThanShareOfVolume: 0, share: 0.0003, participationMax: 0.0005 } },
};

describe('a run at a paper exchange of its own', () => {
  let aitrader: CommandUnderTest;
  const runs = new Map<string, RunReport>();
  beforeAll(async () => {
    aitrader = await commandUnderTest();
  });
  afterAll(() => aitrader.cleanUp());

  it.each(RULES)(
    '1. decides over HTTP and WebSocket what it decides in one process: %s',
    async (rules) => {
      const [of = '', worked] = rules.split(', ');
      const broker = ['--broker', 'exchange', '--exchange-rules', of];
      const config = ['--config', await configOf(worked === undefined ? BELIEVING : WORKED)];
      broker.push(...config);
      const alone = await aitrader.json('backtest', ...DAY, ...broker, '--record');
      const run = await aitrader.json('paper', ...DAY, '--speed', 'max', ...broker);
      runs.set(rules, run);
      expect(run.counts.fills).toBeGreaterThan(5);
      for (const fact of ['states', 'signals', 'orders', 'denials'] as const) expect(run.digest[fact]).toBe(alone.digest[fact]);
      const fills = await fillsOf(run.run);
      expect(fills).toEqual(await fillsOf(alone.run));
      if (rules === 'simulation') {
        const simulated = await aitrader.json('backtest', ...DAY, ...config, '--record');
        expect(fills).toEqual(await fillsOf(simulated.run));
      }
      if (worked !== undefined) await expectChildren(run.run, fills);
      expect(await aitrader.json('verify', run.run)).toMatchObject({ verified: true });
    },
    RUN_MS_MAX,
  );

  it.each(RULES)('2. does not verify with another figure in a report: %s', async (rules) => {
    const { run } = item([runs.get(rules)].filter(Boolean) as RunReport[], 0);
    const { manifest, messages } = await recorded(run);
    const verify = (changed: readonly LoggedMessage[]) => {
      const verifier = new Verifier(manifest);
      for (const message of changed.slice(1)) verifier.offer(message);
      verifier.finish();
      return verifier.difference;
    };
    expect(verify(messages)).toBeUndefined();
    const trades = messages.filter(
      ({ subject, data }) => factOf(subject) === 'reports' && textOf(data).includes('"kind":"execution"'),
    );
    expect(trades.length).toBeGreaterThan(5);
    const changes: readonly ((text: string) => string)[] = [
      (text) => text.replace(/"price":(\d+)/, (_, price: string) => `"price":${Number(price) + 1}`),
      (text) =>
        text.replace(
          /("execution":\{[^}]*"quantity":)(\d+)/,
          (_, before: string, size: string) => `${before}${Number(size) - 1_000_000_000}`,
        ),
      (text) => text.replace('"kind":"execution"', '"kind":"other"'),
      (text) => text.replace(/("execution":\{"id":")/, '$1x'),
    ];
    for (const trade of [item(trades, 0), item(trades, trades.length - 1)]) {
      for (const change of changes) {
        const data = Buffer.from(change(textOf(trade.data)));
        expect(data.equals(trade.data)).toBe(false);
        const difference = verify(messages.map((message) => (message === trade ? { ...message, data } : message)));
        expect(difference?.seq).toBeGreaterThan(trade.seq);
        expect(difference?.subject).toMatch(/\.(fills|order-events|requests)\./);
      }
    }
  });

  async function configOf(rules: object): Promise<string> {
    const file = path.join(aitrader.folder, 'config.json');
    await writeFile(file, JSON.stringify(rules));
    return file;
  }

  async function expectChildren(run: string, fills: readonly string[]): Promise<void> {
    const entries = fills.map((fill) => fill.split(' ')).filter(([, , leg]) => leg === 'entry');
    const times = new Map<string | undefined, number>();
    for (const [, orderId] of entries) times.set(orderId, (times.get(orderId) ?? 0) + 1);
    expect(Math.max(...times.values())).toBeGreaterThan(2);
    const { stdout } = await aitrader.run('explain', run, '#1');
    expect(stdout).toMatch(/asked {3}entry .*, child 1 of the order, after message/);
    expect(stdout).toMatch(/asked {3}entry .*, child 2 of the order, after message/);
  }

  const factOf = (subject: string): string => addressOf(subject).fact;
  const textOf = (data: Uint8Array): string => Buffer.from(data).toString('utf8');

  async function recorded(run: string) {
    const server = await connectOrStart({ home: aitrader.home });
    const bus = await openBus(accessOf(server, 'supervisor'), 'test');
    try {
      const messages: LoggedMessage[] = [];
      await readStored(bus, runId(run), (message) => messages.push({ ...message, data: Uint8Array.from(message.data) }));
      const manifest = await manifestOf(bus, runId(run));
      if (manifest === undefined) throw new Error(`${run} has no manifest`);
      return { manifest, messages };
    } finally {
      await bus.nc.close();
      await server.stop();
    }
  }

  async function fillsOf(run: string): Promise<string[]> {
    const { messages } = await recorded(run);
    const fills = messages
      .filter(({ subject }) => factOf(subject) === 'fills')
      .flatMap(({ data }): readonly Fill[] => decodeFills(data).fills);
    return fills.map(
      ({ t, orderId, leg, side, quantity, price, fee }) => `${t} ${orderId} ${leg} ${side} ${quantity} @ ${price} fee ${fee}`,
    );
  }
});
