import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tableFromIPC } from 'apache-arrow';
import type { RunReport } from '@aitrader/application-backtest';
import type { ArchiveListing, BarCheck } from '@aitrader/application-markets';
import { startAzurite, type Azurite } from '../../../tools/testing/azurite.ts';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';

const RUN_MS_MAX = 240_000;
const HALVES = [
  ['one.csv', 'SYN.B,SYN01,SYN02,SYN03,SYN04,SYN05'],
  ['two.csv.gz', 'SYN06,SYN07,SYN08,SYN09,SYN10,SYN11'],
] as const;
const FILES = HALVES.map(([file]) => file);

describe('bars in an archive', () => {
  let azurite: Azurite;
  let aitrader: CommandUnderTest;
  let sample: RunReport;
  beforeAll(async () => {
    azurite = await startAzurite();
    aitrader = await commandUnderTest({ AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString });
    sample = await aitrader.json('backtest', '--bars', 'sample');
    for (const [file, symbols] of HALVES) await aitrader.run('bars', 'export', 'sample', '--into', file, '--symbols', symbols);
    await aitrader.run('bars', 'import', ...FILES, '--into', 'archive', '--adjustment', 'raw');
  }, RUN_MS_MAX);
  afterAll(async () => {
    aitrader.cleanUp();
    await azurite.stop();
  });

  it('give the very digest of the files that they were imported from', async () => {
    expect(sample.digest.all).toMatch(/^ae2ba98f/);
    expect((await aitrader.json('backtest', '--bars', 'archive')).digest).toEqual(sample.digest);
    expect((await aitrader.json('backtest', '--bars', 'archive', '--shards', '3')).digest).toEqual(sample.digest);
  });

  it(
    'give it on the bus, too, and from Blob storage',
    async () => {
      const blobs = `azure://${azurite.account}/bars/sample`;
      await aitrader.run('bars', 'import', ...FILES, '--into', blobs, '--adjustment', 'raw');
      const of = async (archive: string) => (await aitrader.json<ArchiveListing>('bars', 'list', archive)).symbols;
      expect(await of(blobs)).toEqual(await of('archive'));
      expect((await aitrader.json('backtest', '--bars', blobs)).digest).toEqual(sample.digest);
      const { digest } = await aitrader.json('backtest', '--bars', blobs, '--host', 'bus');
      expect(digest).toEqual(sample.digest);
    },
    RUN_MS_MAX,
  );

  it(
    'have corporate actions beside them, which every host follows without being told',
    async () => {
      const lines = [
        'symbol,ex_date,kind,ratio,cash,pay_date',
        'SYN01,2024-07-03,split,2:1,,',
        'SYN02,2024-07-05,cash-dividend,,1,2024-07-05',
      ];
      writeFileSync(path.join(aitrader.folder, 'actions.csv'), lines.join('\n'));
      const blobs = `azure://${azurite.account}/bars/acted`;
      await aitrader.run('bars', 'import', ...FILES, '--into', blobs, '--adjustment', 'raw');
      const asked = ['bars', 'import', '--actions', 'actions.csv', '--into', blobs];
      expect((await aitrader.run(...asked)).stdout).toBe('actions.csv: 2 corporate actions\n');
      expect((await aitrader.run(...asked)).stdout).toBe('actions.csv: 0 corporate actions, 2 that it had\n');
      const told = await aitrader.json('backtest', '--bars', ...FILES, '--adjustment', 'raw', '--actions', 'actions.csv');
      expect(told.digest).not.toEqual(sample.digest);
      expect((await aitrader.json('backtest', '--bars', blobs)).digest).toEqual(told.digest);
      expect((await aitrader.json('backtest', '--bars', blobs, '--host', 'bus')).digest).toEqual(told.digest);
      const exported = ['--symbols', 'SYN01', '--adjusted', 'all'];
      await aitrader.run('bars', 'export', blobs, '--into', 'kept.csv', ...exported);
      await aitrader.run(
        'bars',
        'export',
        ...FILES,
        '--actions',
        'actions.csv',
        '--adjustment',
        'raw',
        '--into',
        'told.csv',
        ...exported,
      );
      const [kept, named] = ['kept.csv', 'told.csv'].map((file) => readFileSync(path.join(aitrader.folder, file), 'utf8'));
      expect(kept).toBe(named);
    },
    RUN_MS_MAX,
  );

  it('go into Arrow as they are, and as those of the files do', async () => {
    const written = await aitrader.json('bars', 'export', 'archive', '--arrow', 'archive.arrow', '--symbols', 'SYN03,SYN.B');
    await aitrader.json('bars', 'export', ...FILES, '--arrow', 'files.arrow', '--symbols', 'SYN03,SYN.B');
    const [archived, filed] = ['archive', 'files'].map((name) =>
      tableFromIPC(readFileSync(path.join(aitrader.folder, `${name}.arrow`))),
    );
    expect(written).toMatchObject({ bars: archived?.numRows, symbols: 2, timeframe: '1m', from: '2024-07-02', to: '2024-07-05' });
    expect(archived?.numRows).toBeGreaterThan(1000);
    expect(archived?.toArray().map(String)).toEqual(filed?.toArray().map(String));
  });

  it('are those of the dates and symbols that are asked for', async () => {
    const asked = ['--from', '2024-07-03', '--to', '2024-07-03', '--symbols', 'SYN03,SYN.B'];
    const some = await aitrader.json('backtest', '--bars', 'sample', ...asked);
    expect((await aitrader.json('backtest', '--bars', 'archive', ...asked)).digest).toEqual(some.digest);
    const missing = await aitrader.run('backtest', '--bars', 'archive', '--symbols', 'SYN03,OTHER');
    expect(missing.code).not.toBe(0);
    expect(missing.stderr).toContain('archive: there are no bars of "OTHER": the symbols are SYN.B, SYN01,');
    const late = await aitrader.run('backtest', '--bars', 'archive', '--from', '2024-07-08');
    expect(late.stderr).toContain('archive: there are no bars from 2024-07-08 on: the bars are from 2024-07-02 to 2024-07-05');
  });

  it('are what the forecasts are scored on and models are fitted to', async () => {
    const of = (bars: string): Promise<object> => aitrader.json<object>('calibrate', '--bars', bars, '--symbols', 'SYN01,SYN02');
    const { sources: _, ...archived } = (await of('archive')) as { sources: unknown };
    const { sources: __, ...sampled } = (await of('sample')) as { sources: unknown };
    expect(archived).toEqual(sampled);
    const fit = (bars: string): Promise<object> => aitrader.json('fit', '--bars', bars, '--symbols', 'SYN01', '--model', 'garch');
    expect(await fit('archive')).toEqual(await fit('sample'));
  });

  it('are scanned, and lists from a date on rest on what was before it', async () => {
    writeFileSync(
      path.join(aitrader.folder, 'scanner.json'),
      JSON.stringify({ scanner: { volumeDaysMin: 1, dollarVolumeMin: 0, times: [600] } }),
    );
    const scan = (...more: string[]) =>
      aitrader.json<{ lists: { date: string; symbols: unknown[] }[] }>(
        'scan',
        '--bars',
        'archive',
        '--config',
        'scanner.json',
        ...more,
      );
    const { lists } = await scan();
    expect(lists.map(({ date, symbols }) => [date, symbols.length > 0])).toEqual([
      ['2024-07-02', false],
      ['2024-07-03', true],
      ['2024-07-05', true],
    ]);
    expect((await scan('--from', '2024-07-05')).lists).toEqual(lists.slice(2));
  });

  it('are listed with where they came from', async () => {
    const listing = await aitrader.json<ArchiveListing>('bars', 'list', 'archive');
    expect(listing).toMatchObject({ archive: 'archive', bars: 12_453 });
    expect(listing.symbols).toHaveLength(12);
    expect(listing.symbols[1]).toMatchObject({ symbol: 'SYN01', from: '2024-07-02', to: '2024-07-05', adjustment: 'raw' });
    expect(listing.imports.map(({ name, shape }) => [name, shape])).toEqual(FILES.map((file) => [file, 'bars as CSV']));
  });

  it('are looked through as the files are', async () => {
    const check = await aitrader.json<BarCheck>('bars', 'check', 'archive');
    expect(check).toEqual(await aitrader.json<BarCheck>('bars', 'check', ...FILES));
    expect(check).toMatchObject({ bars: 12_453, timeframe: '1m', from: '2024-07-02', to: '2024-07-05' });
    const { stdout } = await aitrader.run('bars', 'check', 'archive', '--symbols', 'SYN01', '--to', '2024-07-02');
    expect(stdout).toMatch(/^archive: \d+ 1m bars of 1 symbols, 2024-07-02 to 2024-07-02, 1 sessions\n/);
  });

  it('stay as they are when a file is imported again', async () => {
    const catalogue = path.join(aitrader.folder, 'archive/catalogue.json');
    const before = readFileSync(catalogue, 'utf8');
    const { stdout } = await aitrader.run('bars', 'import', ...FILES, '--into', 'archive', '--adjustment', 'raw');
    expect(stdout).toBe('one.csv: is in the archive\ntwo.csv.gz: is in the archive\n');
    expect(readFileSync(catalogue, 'utf8')).toBe(before);
  });

  it('are refused where a file is damaged, by its name', async () => {
    await aitrader.run('bars', 'import', 'one.csv', '--into', 'damaged');
    const month = path.join(aitrader.folder, 'damaged/bars/v1/tf=1m/date=2024-07');
    const [part = ''] = readdirSync(month);
    const bytes = readFileSync(path.join(month, part));
    bytes[1000] = (bytes[1000] ?? 0) ^ 255;
    writeFileSync(path.join(month, part), bytes);
    const { code, stderr } = await aitrader.run('backtest', '--bars', 'damaged');
    expect(code).not.toBe(0);
    expect(stderr).toContain(`${part}: is damaged: its SHA-256 is not the one of the catalogue`);
  });

  it(
    'are all there after an import that was killed at any moment and begun again',
    async () => {
      const killed: boolean[] = [];
      for (let delayMs = 0; delayMs <= 30; delayMs += 10) {
        rmSync(path.join(aitrader.folder, 'killed'), { recursive: true, force: true });
        const { child, finished } = aitrader.start('bars', 'import', ...FILES, '--into', 'killed', '--adjustment', 'raw');
        while (child.exitCode === null && !existsSync(path.join(aitrader.folder, 'killed'))) await sleep(1);
        await sleep(delayMs);
        child.kill('SIGKILL');
        killed.push((await finished).code === null);
        const { code } = await aitrader.run('bars', 'import', ...FILES, '--into', 'killed', '--adjustment', 'raw');
        expect(code).toBe(0);
        expect((await aitrader.json<ArchiveListing>('bars', 'list', 'killed')).bars).toBe(12_453);
      }
      expect(killed).toContain(true);
      expect((await aitrader.json('backtest', '--bars', 'killed')).digest).toEqual(sample.digest);
    },
    RUN_MS_MAX,
  );

  it(
    'are the same while their files are joined, however often that is killed',
    async () => {
      const month = path.join(aitrader.folder, 'joined/bars/v1/tf=1m/date=2024-07');
      for (const file of FILES) await aitrader.run('bars', 'import', file, '--into', 'joined', '--adjustment', 'raw');
      const killed: boolean[] = [];
      for (const delayMs of [0, 3, 10]) {
        const { child, finished } = aitrader.start('bars', 'compact', 'joined');
        while (child.exitCode === null && readdirSync(month).length <= FILES.length + killed.length) await sleep(1);
        await sleep(delayMs);
        child.kill('SIGKILL');
        killed.push((await finished).code === null);
        expect((await aitrader.json('backtest', '--bars', 'joined')).digest).toEqual(sample.digest);
      }
      expect(killed).toContain(true);
      expect(await aitrader.json('bars', 'compact', 'joined')).toMatchObject({ after: 1 });
      expect((await aitrader.json('backtest', '--bars', 'joined')).digest).toEqual(sample.digest);
    },
    RUN_MS_MAX,
  );
});
