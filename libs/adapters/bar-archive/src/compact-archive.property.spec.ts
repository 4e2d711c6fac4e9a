import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { item, ticker } from '@aitrader/model';
import { BarImporter } from './archive-import.ts';
import type { ArchiveStorage } from './archive-storage.ts';
import { openArchive, selectFrom } from './bar-archive.ts';
import { partsToRead } from './catalogue.ts';
import { compactArchive } from './compact-archive.ts';
import { allOf, bars, BEGIN, inOrder, MINUTE_MS, tableOf, type Bar } from './testing/drawn-bars.ts';
import { memoryStorage } from './testing/memory-storage.ts';
import { stoppingAfter } from './testing/stopping-storage.ts';

fc.configureGlobal({ numRuns: 20 });

const sourceOf = (name: string) => ({ name, sha256: name, shape: 'csv', adjustment: 'raw', selection: '' }) as const;

/** Imports one after the other, each with parts of its own; what differs is a later version. */
async function imported(storage: ArchiveStorage, imports: readonly (readonly Bar[])[], first = 0): Promise<void> {
  for (const [i, own] of imports.entries()) {
    const importer = await BarImporter.begin(storage, { now: () => first + i, revise: true });
    await importer.add(sourceOf(`source ${first + i}`), tableOf(own));
    await importer.flush();
  }
}

/** All that can be told by an archive: of every version and instant, the bars, and the source of a run over all and over some. */
async function toldBy(storage: ArchiveStorage): Promise<object> {
  const archive = await openArchive(storage);
  const { parts } = archive.catalogue;
  const versions = [...new Set(parts.map(({ version }) => version))];
  const [first = item(parts, 0)] = parts;
  const selections = [
    {},
    { symbols: first.symbols.slice(0, 1) },
    { from: first.first + MINUTE_MS, to: BEGIN + 44_630 * MINUTE_MS },
  ];
  return {
    now: await allOf(storage),
    versions: await Promise.all(versions.map((version) => allOf(storage, {}, { version }))),
    instants: await Promise.all(archive.catalogue.imports.map(({ at }) => allOf(storage, {}, { at }).catch(() => 'none'))),
    sources: await Promise.all(selections.map(async (each) => (await selectFrom(archive, each)).sha256)),
    imports: archive.catalogue.imports,
  };
}
const filesOf = async (storage: ArchiveStorage): Promise<number> => partsToRead((await openArchive(storage)).catalogue).length;
const textOf = async (storage: ArchiveStorage): Promise<string | undefined> => (await storage.catalogue())?.text;

const draws = fc.array(bars, { minLength: 1, maxLength: 4 });
/** Some parts are too large to be joined, and what is made of others is bounded. */
const bounds = fc.record({ smallBarsMax: fc.integer({ min: 1, max: 40 }), joinedBarsMax: fc.integer({ min: 2, max: 80 }) });

describe('a compaction', () => {
  it('changes nothing of what an archive tells, of any version, and the second time writes nothing', async () => {
    const run = fc.asyncProperty(draws, bounds, async (imports, options) => {
      const storage = memoryStorage();
      await imported(storage, imports);
      const [told, files] = [await toldBy(storage), await filesOf(storage)];
      const { before, after } = await compactArchive(storage, options);
      expect([before, after]).toEqual([files, await filesOf(storage)]);
      expect(after).toBeLessThanOrEqual(before);
      expect(await toldBy(storage)).toEqual(told);
      const text = await textOf(storage);
      expect(await compactArchive(storage, options)).toEqual({ before: after, after });
      expect(await textOf(storage)).toBe(text);
    });
    await fc.assert(run);
  });

  it('joins what is joined once more where one version of each bar fits into what all of them did not', async () => {
    const storage = memoryStorage();
    const bar = (minute: number, price: number): Bar => ({ t: BEGIN + minute * MINUTE_MS, symbol: ticker('A'), price });
    await imported(storage, [[bar(0, 1)], [bar(0, 2)], [bar(0, 1), bar(1, 1), bar(2, 1)]]);
    const bounds = { smallBarsMax: 4, joinedBarsMax: 4 };
    expect(await compactArchive(storage, bounds)).toEqual({ before: 3, after: 1 });
    expect(await compactArchive(storage, bounds)).toEqual({ before: 1, after: 1 });
  });

  it('leaves one file of each month where none is large', async () => {
    const storage = memoryStorage();
    const bar = (minute: number, price: number, symbol = 'A'): Bar => ({
      ...{ t: BEGIN + minute * MINUTE_MS, symbol: ticker(symbol), price },
    });
    await imported(storage, [[bar(0, 1), bar(4, 2)], [bar(1, 1)], [bar(0, 3)], [bar(0, 4, 'C')]]);
    expect(await compactArchive(storage)).toEqual({ before: 5, after: 2 });
    expect((await allOf(storage)).map(({ price }) => price)).toEqual([3, 4, 1, 2]);
    expect((await allOf(storage, {}, { version: 2 })).map(({ price }) => price)).toEqual([1, 1, 2]);
  });

  it('does not lift what is joined over a later version of its bars', async () => {
    const storage = memoryStorage();
    const minutes = [10, 11, 12, 13, 14].map((minute) => BEGIN + minute * MINUTE_MS);
    const of = (ts: readonly number[], price: number): Bar[] => ts.map((t) => ({ t, symbol: ticker('A'), price }));
    await imported(storage, [of(minutes.slice(2, 3), 1), of(minutes.slice(2), 2), of(minutes.slice(4), 3)]);
    await compactArchive(storage, { smallBarsMax: 1 });
    expect((await allOf(storage)).map(({ price }) => price)).toEqual([2, 2, 3]);
  });

  it('goes on as before with what is imported afterwards, and is gone on with', async () => {
    const run = fc.asyncProperty(draws, draws, bounds, async (first, second, options) => {
      const [plain, compacted] = [memoryStorage(), memoryStorage()];
      for (const storage of [plain, compacted]) await imported(storage, first);
      await compactArchive(compacted, options);
      for (const storage of [plain, compacted]) await imported(storage, second, first.length);
      expect(await toldBy(compacted)).toEqual(await toldBy(plain));
      await compactArchive(compacted, options);
      expect(await toldBy(compacted)).toEqual(await toldBy(plain));
      const again = await BarImporter.begin(compacted, { now: () => 0 });
      const all = inOrder(await allOf(plain));
      expect(await again.add(sourceOf('all'), tableOf(all))).toMatchObject({ added: 0, held: all.length, revised: 0 });
    });
    await fc.assert(run, { numRuns: 10 });
  });

  it('that is stopped at any write leaves the archive as it was, and is gone on with', async () => {
    const run = fc.asyncProperty(draws, bounds, async (imports, options) => {
      const [whole, storage] = [memoryStorage(), memoryStorage()];
      for (const each of [whole, storage]) await imported(each, imports);
      const told = await toldBy(storage);
      await compactArchive(whole, options);
      for (let writesMax = 0, isStopped = true; isStopped; writesMax++) {
        isStopped = await compactArchive(stoppingAfter(storage, writesMax), options).then(
          () => false,
          () => true,
        );
        expect(await toldBy(storage)).toEqual(told);
      }
      expect(await textOf(storage)).toBe(await textOf(whole));
    });
    await fc.assert(run, { numRuns: 10 });
  });
});
