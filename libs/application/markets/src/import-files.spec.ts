import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sampleMarket } from '@aitrader/core-market';
import { archiveListing } from './archive-listing.ts';
import { importFiles, type ImportedFile, type ImportRequest } from './import-files.ts';
import { loadBars } from './load-bars.ts';
import { writeBars } from './write-bars.ts';

const market = sampleMarket();
const noBus = (): Promise<never> => Promise.reject(new Error('an archive needs no bus'));

describe('a file with more bars than are held at once', () => {
  let folder = '';
  let request: ImportRequest;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'aitrader-import-'));
    const file = path.join(folder, 'sample.csv');
    await writeBars(file, market);
    request = { files: [file], into: path.join(folder, 'archive'), reading: {}, revise: false, pieceBarsMax: 3_000 };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function imported(of: ImportRequest, stopAfter = Infinity): Promise<ImportedFile[]> {
    const all: ImportedFile[] = [];
    const onFile = (each: ImportedFile): void => {
      all.push(each);
      if (all.length > stopAfter) throw new Error('stopped');
    };
    await importFiles(of, { onProgress: () => undefined, onFile });
    return all;
  }
  const archived = () => loadBars({ kind: 'archive', path: request.into }, noBus).then(({ table }) => table);

  it('is imported in pieces that come to all of it, in whatever order its rows are', async () => {
    const pieces = await imported(request);
    expect(pieces.length).toBeGreaterThan(4);
    for (const { entry } of pieces) expect(entry.added).toBeLessThanOrEqual(3_000);
    const whole = await archived();
    expect(whole.count).toBe(market.count);
    for (const column of ['t', 'symbol', 'open', 'high', 'low', 'close', 'volume'] as const)
      expect(whole[column].subarray(0, whole.count)).toEqual(market[column].subarray(0, market.count));
    const bySymbol = path.join(folder, 'by-symbol.csv');
    const [head = '', ...rows] = readFileSync(request.files[0] ?? '', 'utf8')
      .trimEnd()
      .split('\n');
    const symbolOf = (row: string): string => row.slice(row.lastIndexOf(',') + 1);
    const sorted = rows.map((row, i) => ({ row, i })).sort((a, b) => symbolOf(a.row).localeCompare(symbolOf(b.row)) || a.i - b.i);
    writeFileSync(bySymbol, `${[head, ...sorted.map(({ row }) => row)].join('\n')}\n`);
    const again = await imported({ ...request, files: [bySymbol] });
    expect(again.reduce((sum, { entry }) => sum + entry.held, 0)).toBeGreaterThanOrEqual(market.count);
    expect(again.reduce((sum, { entry }) => sum + entry.added + entry.revised, 0)).toBe(0);
  });

  it('is known again when all of its pieces are there, and only then', async () => {
    await expect(imported(request, 2)).rejects.toThrow('stopped');
    const [before, all] = [(await archiveListing(request.into)).bars, market.count];
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(all);
    const rest = await imported(request);
    expect(rest.every(({ isNew }) => isNew)).toBe(true);
    expect(rest.reduce((sum, { entry }) => sum + entry.added, before)).toBe(all);
    expect(await imported(request)).toMatchObject([{ isNew: false }]);
    const ofOne = { ...request, symbols: ['SYN01'] };
    expect((await imported(ofOne)).every(({ isNew }) => isNew)).toBe(true);
    expect((await archived()).count).toBe(all);
  });

  it('is imported as it is where it fits', async () => {
    const [only, ...others] = await imported({ ...request, pieceBarsMax: market.count });
    expect(others).toEqual([]);
    expect(only?.entry).toMatchObject({ added: market.count, selection: '' });
  });
});
