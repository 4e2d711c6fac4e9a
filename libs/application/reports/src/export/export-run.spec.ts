import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { inOnePart, marketOf, newManifest } from '@aitrader/application-markets';
import { runInMemory } from '@aitrader/application-pipeline';
import { dollarsOf, runId } from '@aitrader/model';
import { dailyConfig, dailyMarket } from '../../../../../tools/testing/daily-market.ts';
import { HistoryReader, type AccountHistory } from '../account-history.ts';
import { RunExport, type Exported } from './export-run.ts';
import { GROUP_ROWS, GrowingTable } from './growing-table.ts';

const CONFIG = dailyConfig(2_880);
const { table } = dailyMarket();
const SOURCES = [{ name: 'a walk', sha256: '', shape: 'synthetic', adjustment: 'raw' } as const];
const MANIFEST = newManifest(runId('backtest-1'), 'backtest', 1, CONFIG, marketOf({ bars: inOnePart(table), sources: SOURCES }));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'export-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const compressors = { ZSTD: (input: Uint8Array): Uint8Array => zstdDecompressSync(input) };
const rowsIn = async (name: string): Promise<readonly Record<string, unknown>[]> =>
  parquetReadObjects({ file: await asyncBufferFromFile(path.join(folder, name)), compressors });

async function exportInto(into: string): Promise<{ exported: Exported; history: AccountHistory }> {
  const reader = new HistoryReader();
  reader.begin(CONFIG.risk.startingCash, CONFIG);
  const tables = await RunExport.into(into);
  const watchers = [reader, tables].map((one) => (interval: Parameters<HistoryReader['add']>[0]) => one.add(interval));
  await runInMemory({ table, config: CONFIG, shards: 1, watchers });
  const history = { manifests: [MANIFEST], unfinished: 0, ...reader.current() };
  return { exported: await tables.end(history), history };
}

describe('a run as a folder of tables', () => {
  let exported: Exported;
  let history: AccountHistory;
  beforeAll(async () => {
    ({ exported, history } = await exportInto(path.join(folder, 'run')));
  });

  it('has a row for each of what was recorded, and says how many', async () => {
    const { counts, bars } = history.summary;
    expect(exported.tables).toMatchObject({ bars, states: bars, ...counts, trades: history.trips.length });
    for (const [name, rows] of Object.entries(exported.tables)) {
      expect([name, (await rowsIn(`run/${name}.parquet`)).length]).toEqual([name, rows]);
    }
    expect((await readdir(path.join(folder, 'run'))).sort()).toEqual(
      [...Object.keys(exported.tables).map((name) => `${name}.parquet`), 'schema.md'].sort(),
    );
  });

  it('says of bars, fills and gates what they were', async () => {
    const bars = await rowsIn('run/bars.parquet');
    const ordered = (closes: readonly number[]): readonly number[] => closes.toSorted((one, other) => one - other);
    expect(ordered(bars.map(({ close }) => Number(close)))).toEqual(ordered([...table.close.subarray(0, table.count)]));
    expect(bars[0]?.['t']).toEqual(new Date(table.t[0] ?? 0));
    const fills = await rowsIn('run/fills.parquet');
    const paid = fills.reduce(
      (sum, { side, shares, price, fee }) => sum + (side === 'buy' ? -1 : 1) * Number(shares) * Number(price) - Number(fee),
      dollarsOf(CONFIG.risk.startingCash),
    );
    expect(paid).toBeCloseTo(history.curve.cash.at(-1) ?? NaN, 2);
    const orders = await rowsIn('run/orders.parquet');
    const gates = await rowsIn('run/gates.parquet');
    const approved = new Set(orders.map((order) => order['signal_id']));
    expect(approved.size).toBeGreaterThan(20);
    for (const { signal_id: id, verdict } of gates) if (approved.has(id)) expect(['pass', 'size']).toContain(verdict);
    const denied = await rowsIn('run/denials.parquet');
    for (const { signal_id: id, gate } of denied) {
      const first = gates.find((one) => one['signal_id'] === id && !['pass', 'size'].includes(String(one['verdict'])));
      expect(first?.['gate']).toBe(gate);
    }
  });

  it('has a page that names every column of every file', async () => {
    const page = await readFile(path.join(folder, 'run', 'schema.md'), 'utf8');
    for (const name of Object.keys(exported.tables)) {
      const { schema } = await parquetMetadataAsync(await asyncBufferFromFile(path.join(folder, 'run', `${name}.parquet`)));
      const [, section = ''] = page.split(`## ${name}.parquet`);
      for (const column of schema.slice(1)) expect(section.split('\n## ')[0]).toContain(`| \`${column.name}\` |`);
    }
  });

  it('is not written over one that is there, and leaves nothing where it does not end', async () => {
    await mkdir(path.join(folder, 'there'));
    await writeFile(path.join(folder, 'there', 'mine.txt'), 'mine');
    await expect(RunExport.into(path.join(folder, 'there'))).rejects.toThrow(
      /there: cannot be written: it is there already, and has 1 files/,
    );
    const begun = await RunExport.into(path.join(folder, 'begun'));
    await begun.drop();
    expect((await readdir(folder)).filter((name) => name.startsWith('begun'))).toEqual([]);
  });

  it('is read by the examples of the page on research, where there is a Python that can', async () => {
    const page = await readFile(path.resolve(import.meta.dirname, '../../../../../docs/research.md'), 'utf8');
    const examples = Array.from(page.matchAll(/```python\n([\s\S]*?)```/g), ([, code = '']) => code);
    expect(examples.length).toBeGreaterThan(1);
    for (const code of examples) {
      const wanted = /^import (duckdb|pyarrow)|^from (pyarrow)/m.exec(code);
      const library = wanted?.[1] ?? wanted?.[2] ?? '';
      if (spawnSync('python3', ['-c', `import ${library}`]).status !== 0) {
        console.warn(`left out: an example of docs/research.md, since this machine's Python has no ${library}`);
        continue;
      }
      const { status, stderr, stdout } = spawnSync('python3', ['-c', code], { cwd: folder, encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout.trim()).not.toBe('');
    }
  });
});

describe('a table that grows', () => {
  it('is written by row groups, the last one shorter, with nothing lost at their edges', async () => {
    const file = path.join(folder, 'grown.parquet');
    const grown = new GrowingTable<number>(file, {
      ...{ name: 'grown', what: 'a number' },
      columns: [
        { name: 'n', type: 'number', what: 'n', of: (n) => n },
        { name: 'half', type: 'text', what: 'of each second', of: (n) => (n % 2 === 0 ? `${n / 2}` : null) },
      ],
    });
    const rows = 2 * GROUP_ROWS + 1;
    for (let n = 0; n < rows; n++) grown.add(n);
    grown.close();
    const { row_groups: groups } = await parquetMetadataAsync(await asyncBufferFromFile(file));
    expect(groups.map((group) => Number(group.num_rows))).toEqual([GROUP_ROWS, GROUP_ROWS, 1]);
    const read = await rowsIn('grown.parquet');
    expect(read.every(({ n, half }, i) => n === i && half === (i % 2 === 0 ? `${i / 2}` : null))).toBe(true);
    expect(read).toHaveLength(rows);
  });

  it('of no row, or of whole row groups alone, is one all the same', async () => {
    for (const [name, rows] of [
      ['none', 0],
      ['one', GROUP_ROWS],
    ] as const) {
      const grown = new GrowingTable<number>(path.join(folder, `${name}.parquet`), {
        ...{ name, what: 'a number' },
        columns: [{ name: 'n', type: 'time', what: 'n', of: (n) => n }],
      });
      for (let n = 0; n < rows; n++) grown.add(n);
      grown.close();
      expect(await rowsIn(`${name}.parquet`)).toHaveLength(rows);
    }
  });
});
