import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ticker, type Timeframe } from '@aitrader/model';
import { BarImporter } from './archive-import.ts';
import type { ArchiveBars } from './archive-bars.ts';
import { openArchive, readSelected, selectFrom } from './bar-archive.ts';
import type { ArchiveSource } from './catalogue.ts';
import { folderStorage } from './folder-storage.ts';

const MINUTE_MS = 60_000;
const T = Date.UTC(2024, 6, 2, 14);

/** Minutes of one symbol from `T` on, by their closes. */
function minutes(symbol: string, closes: readonly number[], timeframe: Timeframe = '1m'): ArchiveBars {
  const flat = Float64Array.from(closes);
  return {
    timeframe,
    symbols: [ticker(symbol)],
    count: closes.length,
    t: Float64Array.from(closes, (_, i) => T + i * MINUTE_MS),
    symbol: new Int32Array(closes.length),
    ...{ open: flat, high: flat, low: flat, close: flat, volume: flat },
  };
}
const source = (name: string, more: Partial<ArchiveSource> = {}): ArchiveSource => ({
  name,
  sha256: name,
  shape: 'csv',
  adjustment: 'raw',
  selection: '',
  ...more,
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'aitrader-archive-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const begin = (revise = false): Promise<BarImporter> => BarImporter.begin(folderStorage(folder), { now: () => 7, revise });
async function take(name: string, bars: ArchiveBars, revise = false): Promise<void> {
  const importer = await begin(revise);
  await importer.add(source(name), bars);
  await importer.flush();
}
const opened = () => openArchive(folderStorage(folder));
async function closes(): Promise<number[]> {
  const archive = await opened();
  const all: number[] = [];
  for await (const { close, count } of readSelected(archive, await selectFrom(archive, {})))
    all.push(...close.subarray(0, count));
  return all;
}

describe('an import', () => {
  it('records the source, what it was and when it came', async () => {
    await take('july.csv', minutes('AAA', [1, 2]));
    const { imports, parts } = (await opened()).catalogue;
    expect(imports).toEqual([{ ...source('july.csv'), id: 1, at: 7, timeframe: '1m', added: 2, held: 0, revised: 0 }]);
    expect(parts).toMatchObject([{ period: '2024-07', count: 2, first: T, last: T + MINUTE_MS, imports: [1], version: 1 }]);
    expect(parts[0]?.path).toMatch(/^bars\/v1\/tf=1m\/date=2024-07\/[0-9a-f]{32}\.parquet$/);
  });

  it('takes nothing of bars that the archive has from another source, and remembers that source', async () => {
    await take('a.csv', minutes('AAA', [1, 2]));
    await take('b.csv', minutes('AAA', [1, 2, 3]));
    const { imports, parts } = (await opened()).catalogue;
    expect(imports.map(({ added, held }) => [added, held])).toEqual([
      [2, 0],
      [1, 2],
    ]);
    expect(parts.map(({ count }) => count)).toEqual([2, 1]);
    await expect(closes()).resolves.toEqual([1, 2, 3]);
  });

  it('refuses bars that differ from those held, with both, and leaves the archive as it was', async () => {
    await take('a.csv', minutes('AAA', [1, 2]));
    await expect(take('b.csv', minutes('AAA', [1, 5, 6]))).rejects.toThrow(
      `b.csv: differs in 1 bar from what ${folder} has; the first is AAA closing at 2024-07-02T14:01:00.000Z: open 5, high 5, low 5, close 5, volume 5, and held is open 2,`,
    );
    await expect(closes()).resolves.toEqual([1, 2]);
    await take('b.csv', minutes('AAA', [1, 5, 6]), true);
    await expect(closes()).resolves.toEqual([1, 5, 6]);
    const { parts } = (await opened()).catalogue;
    expect(parts.map(({ version, count }) => [version, count])).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });

  it('refuses prices of a symbol that are adjusted otherwise than those held, whatever their times', async () => {
    await take('a.csv', minutes('AAA', [1, 2]));
    const importer = await begin(true);
    const split = source('b.csv', { adjustment: 'split' });
    await importer.add(split, minutes('BBB', [3]));
    await expect(importer.add(split, minutes('AAA', [3]))).rejects.toThrow(
      `b.csv: its prices of AAA are adjusted for splits, and those that ${folder} has are not adjusted: one series cannot have both`,
    );
    await expect(importer.add(source('c.csv'), minutes('BBB', [3]))).rejects.toThrow('its prices of BBB are not adjusted');
  });

  it('refuses a bar between minutes', async () => {
    const bars = minutes('AAA', [1]);
    bars.t[0] = T + 1;
    await expect(take('a.csv', bars)).rejects.toThrow(
      'a.csv: has a bar that closes between minutes, at 2024-07-02T14:00:00.001Z',
    );
  });

  it('is refused when another one has changed the archive meanwhile, and that one stays', async () => {
    const importer = await begin();
    await importer.add(source('a.csv'), minutes('AAA', [1]));
    await take('b.csv', minutes('BBB', [2]));
    await expect(importer.flush()).rejects.toThrow('was changed by another import meanwhile');
    await expect(closes()).resolves.toEqual([2]);
  });

  it('takes over the lock of a process that is gone', async () => {
    writeFileSync(path.join(folder, 'catalogue.lock'), '999999999');
    await take('a.csv', minutes('AAA', [1]));
    await expect(closes()).resolves.toEqual([1]);
  });
});

describe('an archive', () => {
  it('is refused where it is damaged, by the name of the file', async () => {
    await take('a.csv', minutes('AAA', [1, 2]));
    const part = path.join(folder, (await opened()).catalogue.parts[0]?.path ?? '');
    const bytes = readFileSync(part);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    writeFileSync(part, bytes);
    await expect(closes()).rejects.toThrow(`${part}: is damaged: its SHA-256 is not the one of the catalogue`);
    truncateSync(part, 20);
    await expect(closes()).rejects.toThrow(`${part}: is damaged`);
    rmSync(part);
    await expect(closes()).rejects.toThrow(`${part}: which the archive's catalogue names, does not exist`);
  });

  it('is refused without a catalogue, and with one that is none or contradicts itself', async () => {
    await expect(opened()).rejects.toThrow(`${folder}: is no archive of bars: it has no catalogue`);
    const file = path.join(folder, 'catalogue.json');
    writeFileSync(file, '{');
    await expect(opened()).rejects.toThrow('is no catalogue of an archive: it is not JSON');
    writeFileSync(file, '{"format":"other"}');
    await expect(opened()).rejects.toThrow('is no catalogue of an archive: format');
    rmSync(file);
    await take('a.csv', minutes('AAA', [1, 2]));
    writeFileSync(file, readFileSync(file, 'utf8').replace('"counts":[2]', '"counts":[1]'));
    await expect(opened()).rejects.toThrow('contradicts itself');
  });

  it('asks for the timeframe where it has more than one', async () => {
    await take('a.csv', minutes('AAA', [1, 2]));
    await take('b.csv', minutes('AAA', [3], '1d'));
    const archive = await opened();
    await expect(selectFrom(archive, {})).rejects.toThrow('has 1m and 1d bars: say which are meant with --timeframe');
    await expect(selectFrom(archive, { timeframe: '5m' })).rejects.toThrow('has no 5m bars, only 1m and 1d');
    await expect(selectFrom(archive, { timeframe: '1d' })).resolves.toMatchObject({ bars: 1, timeframe: '1d' });
  });
});
