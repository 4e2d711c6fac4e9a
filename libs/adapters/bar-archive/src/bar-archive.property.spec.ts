import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BarImporter } from './archive-import.ts';
import type { ArchiveStorage } from './archive-storage.ts';
import { folderStorage } from './folder-storage.ts';
import { allOf, bars, BEGIN, inOrder, MINUTE_MS, SYMBOLS, tableOf, type Bar } from './testing/drawn-bars.ts';
import { stoppingAfter } from './testing/stopping-storage.ts';

fc.configureGlobal({ numRuns: 40 });
let folder = '';
let archives = 0;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'aitrader-archive-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const newStorage = (): ArchiveStorage => folderStorage(path.join(folder, String(archives++)));
const sourceOf = (name: string) => ({ name, sha256: name, shape: 'csv', adjustment: 'raw', selection: '' }) as const;
const now = (): number => 0;

describe('an archive', () => {
  it('gives the bars back in order, once, whatever sources they came in and in however many stretches they are read', async () => {
    const run = fc.asyncProperty(
      bars,
      fc.array(fc.nat(4), { minLength: 40, maxLength: 40 }),
      fc.integer({ min: 1, max: 50 }),
      fc.boolean(),
      async (all, deal, windowBarsMax, isFlushing) => {
        const storage = newStorage();
        const importer = await BarImporter.begin(storage, { now });
        for (let source = 0; source <= 4; source++) {
          const own = all.filter((_, i) => deal[i] === source);
          if (own.length > 0) await importer.add(sourceOf(`source ${source}`), tableOf(own));
          if (isFlushing) await importer.flush();
        }
        await importer.flush();
        expect(await allOf(storage, { windowBarsMax })).toEqual(inOrder(all));
      },
    );
    await fc.assert(run);
  });

  it('gives what is selected of it and nothing else, with the symbols that have bars there', async () => {
    const instant = fc
      .oneof(fc.integer({ min: -1, max: 8 }), fc.integer({ min: 44_600, max: 44_661 }))
      .map((minute) => BEGIN + minute * MINUTE_MS);
    const run = fc.asyncProperty(
      bars,
      instant,
      instant,
      fc.subarray(SYMBOLS, { minLength: 1 }),
      fc.integer({ min: 1, max: 50 }),
      async (all, a, b, symbols, windowBarsMax) => {
        const storage = newStorage();
        const importer = await BarImporter.begin(storage, { now });
        await importer.add(sourceOf('all'), tableOf(all));
        await importer.flush();
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const wanted = all.filter(({ t, symbol }) => t >= from && t <= to && symbols.includes(symbol));
        expect(await allOf(storage, { from, to, symbols, windowBarsMax })).toEqual(inOrder(wanted));
      },
    );
    await fc.assert(run);
  });

  it('has the latest version of each bar, and keeps a bar that did not change as it was', async () => {
    const run = fc.asyncProperty(bars, bars, bars, async (first, second, third) => {
      const storage = newStorage();
      const latest = new Map<string, Bar>();
      for (const [i, all] of [first, second, third].entries()) {
        const importer = await BarImporter.begin(storage, { now, revise: true });
        const before = new Map(latest);
        const { added, held, revised } = await importer.add(sourceOf(`source ${i}`), tableOf(all));
        await importer.flush();
        for (const bar of all) latest.set(`${bar.t} ${bar.symbol}`, bar);
        const priceBefore = ({ t, symbol }: Bar): number | undefined => before.get(`${t} ${symbol}`)?.price;
        expect(added).toBe(all.filter((bar) => priceBefore(bar) === undefined).length);
        expect(held).toBe(all.filter((bar) => priceBefore(bar) === bar.price).length);
        expect(added + held + revised).toBe(all.length);
      }
      expect(await allOf(storage)).toEqual(inOrder([...latest.values()]));
    });
    await fc.assert(run);
  });

  it('is what it was, or has all of the source, when the import is stopped at any write', async () => {
    const run = fc.asyncProperty(bars, bars, fc.nat(5), async (first, second, writesMax) => {
      const storage = newStorage();
      const importer = await BarImporter.begin(storage, { now });
      await importer.add(sourceOf('first'), tableOf(first));
      await importer.flush();
      const stopping = stoppingAfter(storage, writesMax);
      const both = new Map([...first, ...second].map((bar) => [`${bar.t} ${bar.symbol}`, bar]));
      const later = await BarImporter.begin(stopping, { now, revise: true });
      await later.add(sourceOf('second'), tableOf(second));
      const isStopped = await later.flush().then(
        () => false,
        () => true,
      );
      expect(await allOf(storage)).toEqual(inOrder(isStopped ? first : [...both.values()]));
      const again = await BarImporter.begin(storage, { now, revise: true });
      expect(again.known(sourceOf('second')) !== undefined).toBe(!isStopped);
      if (isStopped) await again.add(sourceOf('second'), tableOf(second));
      await again.flush();
      expect(await allOf(storage)).toEqual(inOrder([...both.values()]));
    });
    await fc.assert(run);
  });
});
