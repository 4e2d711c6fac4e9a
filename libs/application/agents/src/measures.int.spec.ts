/**
 * What agents are told of a run's measures: what the commands of the same names find, and no more than there is room for.
 */
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { memoryHost } from '@aitrader/application-backtest';
import { parityOf } from '@aitrader/application-parity';
import { resultOf } from '@aitrader/application-recordings';
import type { OpenHome } from '@aitrader/application-supervision';
import { runId } from '@aitrader/model';
import { recordingInfo } from '@aitrader/runtime-bus';
import { parseRunConfig } from '@aitrader/runtime-configuration';
import { SILENT } from '@aitrader/runtime-telemetry';
import { openTestHome, START_MS_MAX } from '../../../../tools/testing/home-under-test.ts';
import { newAgentDoor } from './index.ts';

const RUN = runId('backtest-measured');
const MEASURE_MS_MAX = 120_000;

describe('what is measured of a run, as an agent is told it', () => {
  let open: OpenHome & { readonly close: () => Promise<void> };
  let door: ReturnType<typeof newAgentDoor>;
  let ask: (name: string, args: object) => Promise<{ readonly isError: boolean; readonly text: string }>;

  beforeAll(async () => {
    open = await openTestHome();
    const config = parseRunConfig({}, 'the configuration of a test');
    const sample = { source: { kind: 'sample' }, shards: 1, config, listener: SILENT } as const;
    await memoryHost({ run: RUN, kind: 'backtest', ...sample }, open, true);
    const [input, output] = [new PassThrough(), new PassThrough()];
    door = newAgentDoor(open, 'claude', () => 0);
    await door.connect(new StdioServerTransport(input, output));
    let pending = '';
    const waiting = new Map<number, (answer: Record<string, unknown>) => void>();
    output.on('data', (data: Buffer) => {
      pending += data.toString();
      const lines = pending.split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines) {
        const { id, result } = JSON.parse(line) as { readonly id: number; readonly result: Record<string, unknown> };
        waiting.get(id)?.(result);
      }
    });
    let last = 0;
    const request = (method: string, params: object): Promise<Record<string, unknown>> => {
      const id = (last += 1);
      input.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
      return new Promise((resolve) => waiting.set(id, resolve));
    };
    await request('initialize', {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'a test', version: '1' },
    });
    input.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
    ask = async (name, args) => {
      const { isError, content } = (await request('tools/call', { name, arguments: { run: RUN, ...args } })) as {
        readonly isError?: boolean;
        readonly content: readonly { readonly text: string }[];
      };
      return { isError: isError === true, text: content[0]?.text ?? '' };
    };
  }, START_MS_MAX);
  afterAll(async () => {
    await door.close();
    await open.close();
  });

  const found = async (name: string, args: object = {}): Promise<Record<string, unknown>> => {
    const { isError, text } = await ask(name, args);
    expect([isError, isError ? text : '']).toEqual([false, '']);
    return JSON.parse(text) as Record<string, unknown>;
  };

  it(
    'is how its forecasts were calibrated, each symbol scored by as many bars as there are past the burn-in',
    async () => {
      const { series, seriesLeftOut, timeframe } = await found('calibration', { burnIn: 500 });
      expect([timeframe, seriesLeftOut]).toEqual(['1m', 0]);
      const rows = series as readonly { readonly symbol: string; readonly n: number; readonly coverage: object }[];
      expect(rows.length).toBeGreaterThan(3);
      for (const { n } of rows) expect(n).toBeGreaterThan(100);
      expect(rows[0]).not.toHaveProperty('groups');
    },
    MEASURE_MS_MAX,
  );

  it(
    'is what its claims came to, as the recording says it',
    async () => {
      const { edges, counts } = await resultOf(open.bus, RUN);
      expect(counts.signals).toBeGreaterThan(0);
      expect(await found('edge')).toMatchObject(JSON.parse(JSON.stringify({ edges, counts })) as object);
    },
    MEASURE_MS_MAX,
  );

  it(
    'is how it compares with its replay: a backtest in nothing',
    async () => {
      const { equity, bins } = await parityOf(open.bus, { run: RUN });
      const told = await found('parity');
      expect(told).toMatchObject(
        JSON.parse(JSON.stringify({ run: RUN, equity, bins, lines: [], linesLeftOut: 0, differenceMicros: 0 })) as object,
      );
    },
    MEASURE_MS_MAX,
  );

  it(
    'is whether it is what its code decides, and nothing is recorded for it',
    async () => {
      const before = (await recordingInfo(open.bus, RUN)).state.messages;
      const { run, difference, compared } = await found('verify');
      expect([run, difference]).toEqual([RUN, null]);
      expect(compared).toBeGreaterThan(1_000);
      expect((await recordingInfo(open.bus, RUN)).state.messages).toBe(before);
    },
    MEASURE_MS_MAX,
  );

  it('is refused of a run that is not there, and with a burn-in that leaves nothing to learn from', async () => {
    expect(await ask('edge', { run: 'backtest-nowhere' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('unknown run'),
    });
    expect((await ask('calibration', { burnIn: 1 })).isError).toBe(true);
  });
});
