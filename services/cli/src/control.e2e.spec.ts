/**
 * What an operator commands while a run goes on over five services: in force from its place in the recording on, for all who read it.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeControl, decodeDenials, decodeOrders, isOperatorSubject } from '@aitrader/contracts';
import type { StandingLimit } from '@aitrader/application-recordings';
import { withHome, type RecordedCommand } from '@aitrader/application-supervision';
import { runId } from '@aitrader/model';
import { readRecording } from '@aitrader/runtime-bus';
import { BELIEVING } from './testing/eager-rules.ts';
import { commandUnderTest, processesOf, type CommandUnderTest } from './testing/command-under-test.ts';

const RUN_MS_MAX = 240_000;
/** Approvals of the run before the halt is commanded, so that there would be more without it. */
const ORDERS_BEFORE = 3;

interface Decided {
  readonly orders: number;
  readonly halted: boolean;
  /** ids of the halts that stand, and those that denials name */
  readonly trips: readonly string[];
  readonly named: readonly string[];
  /** commands of operators that risk had heard by then */
  readonly heard: readonly string[];
}

describe('an operator', () => {
  let aitrader: CommandUnderTest;
  let run = '';
  let halt: RecordedCommand;
  let order: RecordedCommand;
  let limits: RecordedCommand;
  let loosened = '';
  let untraded = '';
  let decided: Decided[] = [];

  beforeAll(async () => {
    aitrader = await commandUnderTest();
    // claims are taken at their word, so that the first date has orders
    const config = path.join(aitrader.folder, 'config.json');
    await writeFile(config, JSON.stringify(BELIEVING));
    const paper = aitrader.start('paper', '--speed', '5000', '--config', config, '--json');
    run = await untilOrders(aitrader);
    // of whatever goes on
    const [halted] = await aitrader.json<RecordedCommand[]>('halt', '--reason', 'news', '--actor', 'ada');
    if (halted === undefined) throw new Error('nothing was halted');
    halt = halted;
    killServices();
    const terms = ['--stop', '1', '--target', '1000.5', '--minutes', '30', '--reason', 'to see'];
    order = await aitrader.json('order', run, 'buy', 'syn01', '10', ...terms);
    const few = ['--set', 'openOrdersMax=1', '--set', 'kellyFraction=0.1', '--reason', 'nervous', '--actor', 'ada'];
    limits = await aitrader.json('limits', run, ...few);
    // at once: the run must not have ended by then
    const refused = await Promise.all([
      aitrader.run('limits', run, '--set', 'openOrdersMax=1000', '--reason', 'more'),
      aitrader.run('order', run, 'sell', 'NOPE', '1', '--stop', '9', '--target', '1', '--reason', 'x'),
    ]);
    [loosened = '', untraded = ''] = refused.map(({ stderr }) => stderr);
    const { code, stderr } = await paper.finished;
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    decided = await decisions();
  }, RUN_MS_MAX);
  afterAll(() => aitrader.cleanUp());

  /** All services at once: who supervises them starts them again. */
  function killServices(): void {
    for (const pid of Object.values(processesOf(aitrader.home)?.pids ?? {}))
      if (typeof pid === 'number') process.kill(pid, 'SIGKILL');
  }

  async function decisions(): Promise<Decided[]> {
    const all: Decided[] = [];
    process.env['AITRADER_HOME'] = aitrader.home;
    await withHome({ onProgress: () => undefined }, ({ bus }) =>
      readRecording(bus, runId(run), {
        onInterval: ({ message, control }) => {
          const { orders, account, trips } = decodeOrders(message('orders', -1)?.data ?? new Uint8Array());
          const denied = message('denials', -1);
          const named = denied === undefined ? [] : decodeDenials(denied.data).denials.map(({ trip }) => trip);
          const heard = control.filter(({ subject }) => isOperatorSubject(subject)).map(({ data }) => decodeControl(data).kind);
          const ids = trips.map(({ id }) => id);
          all.push({ orders: orders.length, halted: account.tradingState === 'halted', trips: ids, named, heard });
        },
      }),
    );
    return all;
  }

  it('halts a run: no entry is approved from the next interval on', () => {
    expect(halt).toMatchObject({ run, running: true, control: { kind: 'halt', actor: 'ada', reason: 'news', symbols: [] } });
    const from = decided.findIndex(({ heard }) => heard.includes('halt'));
    const [before, after] = [decided.slice(0, from), decided.slice(from)];
    expect(before.filter(({ halted }) => halted)).toEqual([]);
    expect(before.reduce((count, { orders }) => count + orders, 0)).toBeGreaterThanOrEqual(ORDERS_BEFORE);
    expect(after.length).toBeGreaterThan(100);
    expect(after.filter(({ halted, orders }) => !halted || orders > 0)).toEqual([]);
  });

  it('has what is asked for denied with the id of the halt, after every service was killed and came back', () => {
    const [first] = decided.flatMap(({ trips }) => trips);
    expect(first).toMatch(/^halt\.\d+\.1$/);
    expect(new Set(decided.flatMap(({ trips }) => trips))).toEqual(new Set([first]));
    const asked = decided.findIndex(({ heard }) => heard.includes('order'));
    expect(decided[asked]?.named).toContain(first);
    const from = decided.findIndex(({ trips }) => trips.length > 0);
    expect(new Set(decided.slice(from).flatMap(({ named }) => named))).toEqual(new Set([first]));
    expect(new Set(decided.slice(0, from).flatMap(({ named }) => named))).toEqual(new Set(['']));
  });

  it('asks for an order, and it is recorded as it was asked for', () => {
    expect(order.seq).toBeGreaterThan(halt.seq);
    expect(order.control).toMatchObject({
      kind: 'order',
      manual: [{ symbol: 'SYN01', side: 'buy', quantity: 10e9, stop: 10_000, target: 10_005_000, minutes: 30 }],
    });
    expect(decided.flatMap(({ heard }) => heard)).toEqual(['halt', 'order', 'limits']);
  });

  it('makes limits smaller, never larger than configured, and sees who did', async () => {
    expect(loosened).toContain('openOrdersMax: 1000 is more than the 20');
    const commanded = [
      { limit: 'openOrdersMax', most: 1 },
      { limit: 'kellyFraction', most: 0.1 },
    ];
    expect(limits).toMatchObject({ control: { kind: 'limits', limits: commanded } });
    const by = { seq: limits.seq, t: limits.control.t, actor: 'ada', reason: 'nervous' };
    const shown = await aitrader.json<StandingLimit[]>('limits', run);
    expect(shown.filter((one) => one.by !== null)).toEqual([
      { limit: 'kellyFraction', configured: 0.25, inForce: 0.1, by, pending: null },
      { limit: 'openOrdersMax', configured: 20, inForce: 1, by, pending: null },
    ]);
  });

  it('leaves a recording that verifies, and shows the command', async () => {
    expect(await aitrader.json('verify', run)).toMatchObject({ verified: true, unfinished: 0 });
    const { stdout } = await aitrader.run('show', run, String(halt.seq));
    expect(stdout).toContain(`at.${run}.control.v7.operator`);
    expect(stdout).toMatch(/reason +news/);
  });

  it('is refused when the run has ended, or is none, or does not trade it', async () => {
    const refusal = async (...args: string[]): Promise<string> => {
      const { code, stderr } = await aitrader.run(...args, '--reason', 'late');
      expect(code).toBe(1);
      return stderr;
    };
    expect(await refusal('halt')).toContain('no run goes on');
    expect(await refusal('resume', run)).toContain(`${run} has ended: nothing can be commanded any more`);
    expect(untraded).toContain(`${run} does not trade NOPE`);
    expect(await refusal('control', 'paper-none', 'halt')).toContain('unknown run "paper-none"');
  });
});

/** Waits until a run has approved some orders, by the processes that the supervisor recorded and by what `runs` cannot say. */
async function untilOrders(aitrader: CommandUnderTest): Promise<string> {
  for (;;) {
    const run = processesOf(aitrader.home)?.run;
    if (run !== undefined && (await ordersIn(aitrader, run)) >= ORDERS_BEFORE) return run;
    await sleep(100);
  }
}

async function ordersIn(aitrader: CommandUnderTest, run: string): Promise<number> {
  process.env['AITRADER_HOME'] = aitrader.home;
  let orders = 0;
  await withHome({ onProgress: () => undefined }, ({ bus }) =>
    readRecording(bus, runId(run), {
      onInterval: ({ message }) => (orders += decodeOrders(message('orders', -1)?.data ?? new Uint8Array()).orders.length),
    }),
  ).catch(() => undefined);
  return orders;
}
