/**
 * Runs that follow one another, over the bus.
 *
 * 1. Three runs, begun by two programs and killed in the middle, decide what one backtest over all their dates decides, with positions held
 *    over their borders.
 * 2. Each is proved by itself and held against the one before; what was changed of it is found.
 * 3. A fill is explained back to the run that its order was approved in.
 * 4. The same at a paper exchange, whose account goes from run to run: with services killed, and a split, a spin-off and a dividend of what is held.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunReport } from '@aitrader/application-backtest';
import { withHome } from '@aitrader/application-supervision';
import { addressOf, decodeFills, type Fact } from '@aitrader/contracts';
import { newYorkDate } from '@aitrader/core-sessions';
import { item, read, runId, type Fill } from '@aitrader/model';
import { readMessages } from '@aitrader/runtime-bus';
import { dailyMarket } from '../../../tools/testing/daily-market.ts';
import { commandUnderTest, IN_MODULES, processesOf, type CommandUnderTest } from './testing/command-under-test.ts';

const RUN_MS_MAX = 240_000;
const CONFIG = {
  strategies: [
    {
      name: 'breakout',
      parameters: {
        donchianBars: 20,
        warmUpBars: 60,
        velocityUpMin: 0.5,
        turbulentMax: 1,
        stopAtr: 3,
        targetAtr: 6,
        horizonMinutes: 1_950,
      },
    },
  ],
  risk: { edgeError: 0, edge: null, kellyFraction: 1, coverage95Full: 0.5, coverage95Min: 0.1, orderNotionalMin: 1 },
};

interface Closed {
  readonly positions: readonly { readonly symbol: string }[];
  readonly orders: readonly { readonly orderId: string; readonly held: number }[];
}

describe('runs in succession', () => {
  let aitrader: CommandUnderTest;
  let inModules: CommandUnderTest;
  let whole: RunReport;
  const runs: RunReport[] = [];
  const closed: Closed[] = [];
  const bars = (): string[] => [
    '--bars',
    path.join(aitrader.folder, 'daily.csv'),
    '--config',
    path.join(aitrader.folder, 'config.json'),
  ];

  beforeAll(async () => {
    aitrader = await commandUnderTest({ AITRADER_CHECKPOINT_SLICES: '50' });
    inModules = await commandUnderTest({ AITRADER_HOME: aitrader.home }, IN_MODULES);
    writeFileSync(path.join(aitrader.folder, 'daily.csv'), csvOf());
    writeFileSync(path.join(aitrader.folder, 'config.json'), JSON.stringify(CONFIG));
    whole = await aitrader.json('backtest', ...bars(), '--record');
    await chain();
  }, RUN_MS_MAX);
  afterAll(() => {
    aitrader.cleanUp();
    inModules.cleanUp();
  });

  async function chain(): Promise<void> {
    const [first, second] = await bordersOf(whole.run);
    runs.push(await inModules.json('paper', ...bars(), '--speed', 'max', '--to', first));
    await close(inModules);
    const killed = aitrader.start(
      'paper',
      ...bars(),
      '--speed',
      'max',
      '--from',
      dayAfter(first),
      '--to',
      second,
      '--follow',
      last(),
      '--json',
    );
    await killServices(aitrader, killed.finished);
    const { code, stdout, stderr } = await killed.finished;
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    runs.push(JSON.parse(stdout) as RunReport);
    await close(aitrader);
    runs.push(
      await aitrader.json('paper', ...bars(), '--speed', 'max', '--shards', '2', '--from', dayAfter(second), '--follow', last()),
    );
  }

  const last = (): string => runs.at(-1)?.run ?? '';
  const close = async (by: CommandUnderTest): Promise<void> => void closed.push(await by.json<Closed>('close', last()));

  /** What a run says by a fact, message by message. */
  const said = async (run: string, fact: Fact): Promise<string[]> => {
    const texts: string[] = [];
    process.env['AITRADER_HOME'] = aitrader.home;
    await withHome({ onProgress: () => undefined }, ({ bus }) =>
      readMessages(bus, runId(run), ({ subject, data }) => {
        if (addressOf(subject).fact === fact) texts.push(Buffer.from(data).toString());
      }),
    );
    return texts;
  };

  const fillsOf = async (run: string): Promise<Fill[]> =>
    (await said(run, 'fills')).flatMap((text) => decodeFills(Buffer.from(text)).fills);

  /** Two dates after which something is held. */
  async function bordersOf(run: string): Promise<readonly [string, string]> {
    const held = new Map<string, number>();
    const dates = new Map<string, boolean>();
    for (const { t, symbol, side, quantity } of await fillsOf(run)) {
      held.set(symbol, (held.get(symbol) ?? 0) + (side === 'buy' ? quantity : -quantity));
      dates.set(
        newYorkDate(t),
        [...held.values()].some((each) => each !== 0),
      );
    }
    const holding = [...dates].filter(([, isHeld]) => isHeld).map(([date]) => date);
    return [item(holding, Math.floor(holding.length / 3)), item(holding, Math.floor((2 * holding.length) / 3))];
  }

  it('1. decide what one run over their dates decides', async () => {
    expect(closed.every(({ positions }) => positions.length > 0)).toBe(true);
    const sum = (of: (report: RunReport) => number): number => runs.reduce((total, report) => total + of(report), 0);
    for (const kind of ['signals', 'orders', 'denials', 'fills'] as const) {
      expect(sum(({ counts }) => counts[kind])).toBe(whole.counts[kind]);
      expect(whole.counts[kind]).toBeGreaterThan(20);
    }
    expect(runs.at(-1)?.equity.end).toBe(whole.equity.end);
    for (const fact of ['fills', 'orders', 'order-events'] as const) {
      const told: string[] = [];
      for (const { run } of runs) told.push(...(await said(run, fact)));
      expect(told).toEqual(await said(whole.run, fact));
    }
  });

  it('2. are each proved, and held against the one before', async () => {
    for (const [i, { run }] of runs.entries()) {
      const verdict = await aitrader.json<{ verified: boolean; follows: { run: string; isHere: boolean } | null }>('verify', run);
      expect(verdict.verified).toBe(true);
      expect(verdict.follows === null ? null : [verdict.follows.run, verdict.follows.isHere]).toEqual(
        i === 0 ? null : [runs[i - 1]?.run, true],
      );
    }
  });

  it('3. have their fills explained by the run that approved the order', async () => {
    const [held] = closed[0]?.orders.filter((order) => order.held !== 0) ?? [];
    const exit = (await fillsOf(runs[1]?.run ?? '')).find(({ orderId }) => orderId === held?.orderId);
    const explained = await aitrader.json<{ orderedIn: string; order: { id: string }; signal: object; events: object[] }>(
      ...['explain', runs[1]?.run ?? '', exit?.id ?? ''],
    );
    expect(explained).toMatchObject({ orderedIn: runs[0]?.run, order: { id: held?.orderId } });
    expect(explained.events.length).toBeGreaterThan(3);
  });
});

describe('runs in succession at a paper exchange', () => {
  let aitrader: CommandUnderTest;
  beforeAll(async () => {
    aitrader = await commandUnderTest({ AITRADER_CHECKPOINT_SLICES: '10' });
    writeFileSync(path.join(aitrader.folder, 'daily.csv'), csvOf());
    writeFileSync(path.join(aitrader.folder, 'actions.csv'), ACTIONS);
    writeFileSync(path.join(aitrader.folder, 'config.json'), JSON.stringify(CONFIG));
  });
  afterAll(() => aitrader.cleanUp());

  it(
    '4. decide what one run does, over corporate actions',
    async () => {
      const bars = ['--bars', 'daily.csv', '--config', 'config.json', '--actions', 'actions.csv', '--adjustment', 'raw'];
      const whole = await aitrader.json('backtest', ...bars, '--to', '2023-08-31');
      const atOnce = ['--broker', 'exchange', '--speed', 'max'];
      const first = await aitrader.json('paper', ...bars, ...atOnce, '--to', '2023-06-01');
      const { positions } = await aitrader.json<Closed>('close', first.run);
      const going = ['--from', '2023-06-02', '--to', '2023-08-31', '--follow', first.run, '--json'];
      const killed = aitrader.start('paper', ...bars, ...atOnce, ...going);
      await killServices(aitrader, killed.finished);
      const { code, stdout, stderr } = await killed.finished;
      expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
      const second = JSON.parse(stdout) as RunReport;
      expect(positions.map(({ symbol }) => symbol)).toContain('AAA');
      for (const kind of ['signals', 'orders', 'denials', 'fills'] as const)
        expect(first.counts[kind] + second.counts[kind]).toBe(whole.counts[kind]);
      expect(second.equity.end).toBe(whole.equity.end);
      expect(second.actions.length).toBeGreaterThan(1);
      for (const { run } of [first, second]) expect(await aitrader.json('verify', run)).toMatchObject({ verified: true });
    },
    RUN_MS_MAX,
  );
});

const ACTIONS = `symbol,ex_date,kind,ratio,cash,pay_date,other
AAA,2023-06-02,split,2:1,,,
BBB,2023-06-12,cash-dividend,,1.25,2023-06-20,
CCC,2023-07-10,spin-off,1:4,2.5,,DDD
AAA,2023-07-17,split,1:3,,,
`;

async function killServices(aitrader: CommandUnderTest, over: Promise<unknown>): Promise<void> {
  let running = true;
  void over.then(() => (running = false));
  const pids = (): (number | null)[] => Object.values(processesOf(aitrader.home)?.pids ?? {});
  while (running && pids().length === 0) await sleep(20);
  await sleep(1_500);
  for (const pid of pids()) if (typeof pid === 'number') process.kill(pid, 'SIGKILL');
}

const dayAfter = (date: string): string => new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);

function csvOf(): string {
  const { table } = dailyMarket();
  const rows = Array.from({ length: table.count }, (_, i) => {
    const date = new Date(read(table.t, i)).toISOString().slice(0, 10);
    const [open, high, low, close] = [table.open, table.high, table.low, table.close].map((column) => read(column, i));
    return [date, table.symbols[table.symbol[i] ?? 0], open, high, low, close, read(table.volume, i)].join(',');
  });
  return `date,symbol,open,high,low,close,volume\n${rows.join('\n')}\n`;
}
