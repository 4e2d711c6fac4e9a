/**
 * A run over five services beside its replay, as the command says it.
 * 1. With the simulated broker nothing differs, and the command ends with 0, also of a run that goes on from another one.
 * 2. At an exchange that fills by a vendor's rules what differs is fills, and comes to the difference of the equities; written into Postgres it
 *    reads the same.
 */
import { existsSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Parity } from '@aitrader/application-parity';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';
import { EAGER } from './testing/eager-rules.ts';

const RUN_MS_MAX = 240_000;

describe('a run beside its replay', () => {
  let aitrader: CommandUnderTest;
  let config: readonly string[] = [];
  beforeAll(async () => {
    aitrader = await commandUnderTest();
    // for the user whom Postgres runs as
    await chmod(aitrader.folder, 0o755);
    const file = path.join(aitrader.folder, 'config.json');
    await writeFile(file, JSON.stringify(EAGER));
    config = ['--speed', 'max', '--config', file];
  });
  afterAll(() => aitrader.cleanUp());

  /** What the tables have of a run's parity: by cause, how many differences and what they come to. */
  async function inTables(run: string): Promise<ReadonlyMap<string, readonly [number, number]>> {
    const { openDatabase } = await import('@aitrader/runtime-database');
    const { source, close } = await openDatabase({ home: aitrader.home, env: {} });
    try {
      const rows = await source.query<{ readonly cause: string; readonly differences: number; readonly cost: string }[]>(
        'SELECT cause, differences, cost FROM analytics.daily_parity JOIN trading.runs USING (run_id) WHERE name = $1',
        [run],
      );
      return new Map(rows.map(({ cause, differences, cost }) => [cause, [differences, Number(cost)]]));
    } finally {
      await close();
    }
  }

  it(
    '1. differs in nothing with the simulated broker',
    async () => {
      const first = await aitrader.json('paper', '--bars', 'sample', '--to', '2024-07-02', ...config);
      const next = ['--from', '2024-07-03', '--to', '2024-07-03', '--follow', first.run];
      const { run, counts } = await aitrader.json('paper', '--bars', 'sample', ...next, ...config);
      expect(counts.fills).toBeGreaterThan(10);
      const parity = await aitrader.json<Parity>('parity', run, '--bars', 'sample', '--out', 'beside');
      expect(parity).toMatchObject({ lines: [], differenceMicros: 0, isOtherCode: false, heldAgainst: { bars: true } });
      expect(parity.fills).toMatchObject({ recorded: counts.fills, replayed: counts.fills });
      for (const file of ['report.json', 'report.html'])
        expect(existsSync(path.join(aitrader.folder, 'beside', file))).toBe(true);
    },
    RUN_MS_MAX,
  );

  it(
    "2. differs in its fills at an exchange with a vendor's rules",
    async () => {
      const broker = ['--broker', 'exchange', '--exchange-rules', 'vendor'];
      const { run } = await aitrader.json('paper', '--bars', 'sample', '--to', '2024-07-03', ...broker, ...config);
      const { lines, bins, differenceMicros, equity } = await aitrader.json<Parity>('parity', run);
      expect(new Set(lines.map(({ bin }) => bin))).toEqual(new Set(['latency', 'fill-price']));
      expect(bins.reduce((sum, { costMicros }) => sum + costMicros, 0)).toBe(differenceMicros);
      expect(differenceMicros / 1e6).toBeCloseTo(equity.recorded - equity.replayed, 6);
      // once more, into tables that do not have the run yet, and again
      for (let time = 0; time < 2; time++) {
        const { code, stdout, stderr } = await aitrader.run('parity', run, '--journal', '--json');
        expect([code, (JSON.parse(stdout) as Parity).bins]).toEqual([0, bins]);
        expect(stderr).toContain('written to Postgres: analytics.daily_parity');
        expect(await inTables(run)).toEqual(new Map(bins.map(({ bin, lines: count, costMicros }) => [bin, [count, costMicros]])));
      }
    },
    RUN_MS_MAX,
  );

  it(
    'says its report though there is no database to write into, and that there is none',
    async () => {
      const { run } = await aitrader.json('backtest', '--bars', 'sample', '--to', '2024-07-02', '--record');
      const nobody = { DATABASE_URL: 'postgres://nobody:none@127.0.0.1:1/none' };
      const { code, stdout, stderr } = await aitrader.runWith(nobody, 'parity', run, '--journal', '--json');
      expect([code, (JSON.parse(stdout) as Parity).lines]).toEqual([1, []]);
      expect(stderr).toContain('ECONNREFUSED');
    },
    RUN_MS_MAX,
  );

  it('refuses what is said of bars where none are named', async () => {
    const { code, stderr } = await aitrader.run('parity', 'any', '--from', '2024-07-03');
    expect([code, stderr]).toEqual([1, expect.stringContaining('--from is about the bars that the recording is held against')]);
  });

  it('keeps nothing in the tables that is by another configuration', async () => {
    const { code, stderr } = await aitrader.run('parity', 'any', '--journal', ...config.slice(-2));
    expect([code, stderr]).toEqual([1, expect.stringContaining('leave --config out, or --journal')]);
  });
});
