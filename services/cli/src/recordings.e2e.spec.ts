import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import { streamOf } from '@aitrader/contracts';
import { runId } from '@aitrader/model';
import { accessOf, connectOrStart, createRecording, openBus, readMessages } from '@aitrader/runtime-bus';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';
import type { RunReport } from '@aitrader/application-backtest';

const RUN_MS_MAX = 240_000;

interface Verdict {
  readonly verified: boolean;
  readonly compared: number;
  readonly difference: { readonly seq: number; readonly subject: string } | null;
}

describe('a recording', () => {
  let aitrader: CommandUnderTest;
  let bus: RunReport;
  let memory: RunReport;
  beforeAll(async () => {
    aitrader = await commandUnderTest();
    bus = await aitrader.json('backtest', '--bars', 'sample', '--host', 'bus', '--shards', '2');
    memory = await aitrader.json('backtest', '--bars', 'sample', '--record');
  }, RUN_MS_MAX);
  afterAll(() => aitrader.cleanUp());

  it(
    'verifies, whichever host made it',
    async () => {
      for (const { run } of [bus, memory]) {
        const verdict = await aitrader.json<Verdict>('verify', run);
        expect(verdict).toMatchObject({ verified: true, difference: null });
        expect(verdict.compared).toBeGreaterThan(5_000);
      }
    },
    RUN_MS_MAX,
  );

  it(
    'is replayed to the same digests on either host, with any number of shards',
    async () => {
      for (const args of [
        ['--shards', '1'],
        ['--shards', '3'],
        ['--host', 'bus', '--shards', '1'],
      ]) {
        expect((await aitrader.json('replay', bus.run, ...args)).digest).toEqual(memory.digest);
      }
    },
    RUN_MS_MAX,
  );

  it(
    'explains each of its fills back to the bar',
    async () => {
      const explained = await aitrader.json<{
        fill: { symbol: string; t: number };
        order: { gates: { gate: string }[]; signalId: string };
        signal: { id: string; t: number };
        signalBar: { t: number; close: number };
        state: { figures: Record<string, number> };
      }>('explain', bus.run, '3');
      expect(explained.order.signalId).toBe(explained.signal.id);
      expect(explained.signalBar.t).toBe(explained.signal.t);
      expect(explained.fill.t).toBeGreaterThan(explained.signal.t);
      // each of them once; gates.spec.ts names them all
      expect(new Set(explained.order.gates.map(({ gate }) => gate)).size).toBe(explained.order.gates.length);
      expect(explained.order.gates.length).toBeGreaterThanOrEqual(54);
      expect(explained.state.figures['level']).toBeCloseTo(Math.log(explained.signalBar.close) * 1e8, -7);
    },
    RUN_MS_MAX,
  );

  it('shows each of its messages, for people and for programs', async () => {
    const shown = await aitrader.json<{ fact: string; payload: { run: string }; words: Record<string, string> }>(
      'show',
      bus.run,
      '1',
    );
    expect(shown).toMatchObject({
      fact: 'manifest',
      payload: { run: bus.run },
      words: { shards: expect.stringContaining('shards') },
    });
    const { signalBar } = await aitrader.json<{ signalBar: { seq: number } }>('explain', bus.run, '3');
    const { code, stdout } = await aitrader.run('show', bus.run, String(signalBar.seq));
    expect([code, stdout]).toEqual([0, expect.stringContaining(`message ${signalBar.seq} of ${bus.run}, bars of version 2`)]);
    const absent = await aitrader.run('show', bus.run, '1000000');
    expect([absent.code, absent.stderr]).toEqual([
      1,
      expect.stringContaining(`${bus.run} has no message 1000000; it has those from 1`),
    ]);
  });

  it(
    'tells what its trades came to, what the account was worth, and all of that as a page, whichever host made it',
    async () => {
      const trades = await aitrader.json<{ profit: number; held: number; strategy: string }[]>('trades', bus.run);
      const gained = bus.equity.end - bus.equity.start;
      expect(trades.filter(({ held }) => held !== 0)).toEqual([]);
      expect(trades.reduce((sum, { profit }) => sum + profit, 0)).toBeCloseTo(gained, 4);
      expect(await aitrader.json('trades', memory.run)).toEqual(trades);
      const equity = await aitrader.json<{ equity: number }[]>('equity', memory.run);
      expect(equity.at(-1)?.equity).toBeCloseTo(bus.equity.end, 6);
      const pages = await Promise.all(
        [bus.run, memory.run].map(async (run, i) => {
          const folder = path.join(aitrader.home, `report-${i}`);
          const report = await aitrader.json<{ runs: string[]; trades: { trades: number } }>('report', run, '--out', folder);
          expect(report).toMatchObject({ runs: [run], trades: { trades: trades.length } });
          return (await readFile(path.join(folder, 'report.html'), 'utf8')).replaceAll(run, 'RUN');
        }),
      );
      expect(pages[0]?.split('<section').slice(1)).toEqual(pages[1]?.split('<section').slice(1));
    },
    RUN_MS_MAX,
  );

  it('is listed with what it holds', async () => {
    const runs = await aitrader.json<{ run: string; complete: boolean; shards: number }[]>('runs');
    expect(runs.find(({ run }) => run === bus.run)).toMatchObject({ complete: true, shards: 2 });
    expect(runs.find(({ run }) => run === memory.run)).toMatchObject({ complete: true, shards: 1 });
  });

  it.each(['states', 'signals', 'orders', 'order-events', 'fills', 'denials', 'forecasts'])(
    'does not verify when one byte of its %s was changed',
    async (fact) => {
      const { copy, seq, subject } = await copyWithOneByteChanged(aitrader.home, bus.run, fact);
      const { code, stdout } = await aitrader.run('verify', copy, '--json');
      expect(code).toBe(1);
      expect((JSON.parse(stdout) as Verdict).difference).toMatchObject({ seq, subject });
    },
    RUN_MS_MAX,
  );
});

/** Copies a recording message by message under another name, with one digit of one message of a fact changed. */
async function copyWithOneByteChanged(
  home: string,
  run: string,
  fact: string,
): Promise<{ copy: string; seq: number; subject: string }> {
  const server = await connectOrStart({ home, env: { ...process.env, NATS_URL: '' } });
  try {
    const bus = await openBus(accessOf(server, 'supervisor'), 'forger');
    const copy = runId(`forged-${fact}-${process.hrtime.bigint() % 1_000_000n}`);
    await createRecording(bus, copy);
    const messages: { subject: string; data: Uint8Array }[] = [];
    await readMessages(bus, runId(run), ({ subject, data }) => messages.push({ subject, data: Uint8Array.from(data) }));
    const ours = messages.flatMap(({ subject }, i) => (subject.includes(`.${fact}.`) ? [i] : []));
    const target = ours[Math.floor(ours.length / 2)] ?? -1;
    const forged = messages[target];
    if (forged === undefined) throw new Error(`no ${fact} to forge`);
    changeLastDigit(forged.data);
    for (const { subject, data } of messages) bus.nc.publish(subject.replace(run, copy), data, { headers: headers() });
    await bus.nc.flush();
    while ((await bus.jsm.streams.info(streamOf(copy))).state.messages < messages.length)
      await new Promise((resolve) => setTimeout(resolve, 50));
    await bus.nc.close();
    return { copy, seq: target + 1, subject: forged.subject.replace(run, copy) };
  } finally {
    await server.stop();
  }
}

/** Another digit in place of the last one of a message: it stays a message of its kind. */
function changeLastDigit(data: Uint8Array): void {
  const at = data.findLastIndex((byte) => byte >= 0x30 && byte <= 0x39);
  if (at < 0) throw new Error('a message without a digit');
  data[at] = data[at] === 0x31 ? 0x32 : 0x31;
}
