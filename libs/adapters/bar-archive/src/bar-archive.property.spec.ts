import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareText, item, read, readInt32, ticker, type Ticker } from '@aitrader/model';
import { BarImporter } from './archive-import.ts';
import type { ArchiveBars } from './archive-bars.ts';
import type { ArchiveStorage } from './archive-storage.ts';
import { openArchive, readSelected, selectFrom, type ArchiveSelection } from './bar-archive.ts';
import { folderStorage } from './folder-storage.ts';
import { stoppingAfter } from './testing/stopping-storage.ts';

fc.configureGlobal({ numRuns: 40 });
const MINUTE_MS = 60_000;
/** Two minutes before a month ends, in New York standard time. */
const BEGIN = Date.UTC(2024, 7, 1, 4, 58);
const SYMBOLS = ['A', 'BRK.B', 'C', 'ZZZ'].map(ticker);

interface Bar {
  readonly t: number;
  readonly symbol: Ticker;
  readonly price: number;
}

/** Bars around the end of a month and a month later, each symbol at most once a minute. */
const bars = fc
  .uniqueArray(
    fc.record({
      minute: fc.oneof(fc.nat(6), fc.integer({ min: 44_600, max: 44_660 })),
      symbol: fc.nat(SYMBOLS.length - 1),
      cents: fc.nat(999),
    }),
    { minLength: 1, maxLength: 40, selector: ({ minute, symbol }) => `${minute} ${symbol}` },
  )
  .map((all) =>
    all.map(({ minute, symbol, cents }): Bar => ({
      t: BEGIN + minute * MINUTE_MS,
      symbol: item(SYMBOLS, symbol),
      price: 1 + cents / 100,
    })),
  );

const inOrder = (all: readonly Bar[]): Bar[] => [...all].sort((a, b) => a.t - b.t || compareText(a.symbol, b.symbol));

function tableOf(all: readonly Bar[]): ArchiveBars {
  const ordered = inOrder(all);
  const symbols = [...new Set(all.map(({ symbol }) => symbol))].sort(compareText);
  const column = (of: (bar: Bar) => number): Float64Array => Float64Array.from(ordered, of);
  return {
    timeframe: '1m',
    symbols,
    count: ordered.length,
    t: column(({ t }) => t),
    symbol: Int32Array.from(ordered, ({ symbol }) => symbols.indexOf(symbol)),
    ...{ open: column(({ price }) => price), high: column(({ price }) => price + 0.1), low: column(({ price }) => price - 0.1) },
    ...{ close: column(({ price }) => price + 0.01), volume: column(({ price }) => Math.round(price * 1000)) },
  };
}

function barsOf({ symbols, count, t, symbol, ...figures }: ArchiveBars): Bar[] {
  return Array.from({ length: count }, (_, row) => {
    const price = read(figures.open, row);
    const rest = [read(figures.high, row), read(figures.low, row), read(figures.close, row), read(figures.volume, row)];
    expect(rest).toEqual([price + 0.1, price - 0.1, price + 0.01, Math.round(price * 1000)]);
    return { t: read(t, row), symbol: item(symbols, readInt32(symbol, row)), price };
  });
}

async function allOf(storage: ArchiveStorage, selection: ArchiveSelection = {}): Promise<Bar[]> {
  const archive = await openArchive(storage);
  const selected = await selectFrom(archive, selection);
  const all: Bar[] = [];
  for await (const table of readSelected(archive, selected)) {
    expect(table.symbols).toEqual(selected.symbols);
    expect(table.count).toBeGreaterThan(0);
    const part = barsOf(table);
    expect(item(part, 0).t).toBeGreaterThan(all.at(-1)?.t ?? -Infinity);
    all.push(...part);
  }
  expect(selected.symbols).toEqual([...new Set(all.map(({ symbol }) => symbol))].sort(compareText));
  if (all.length > 0) expect([selected.first, selected.last]).toEqual([all[0]?.t, all.at(-1)?.t]);
  return all;
}

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
