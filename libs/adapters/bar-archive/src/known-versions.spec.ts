import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { item, read, readInt32, ticker } from '@aitrader/model';
import type { ArchiveBars } from './archive-bars.ts';
import { BarImporter } from './archive-import.ts';
import type { ArchiveStorage } from './archive-storage.ts';
import { openArchive, readSelected, selectFrom } from './bar-archive.ts';
import type { ArchiveSource } from './catalogue.ts';
import { folderStorage } from './folder-storage.ts';
import type { KnownBars } from './known-versions.ts';
import { stoppingAfter } from './testing/stopping-storage.ts';

const MINUTE_MS = 60_000;
const BEGIN = Date.UTC(2024, 6, 2, 14);
const SYMBOLS = ['A', 'B'].map(ticker);

/** What was known of a bar, and when, in minutes after `BEGIN`. */
interface Known {
  readonly symbol: number;
  readonly minute: number;
  readonly price: number;
  readonly knownAt: number;
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'aitrader-known-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

let archives = 0;
const newArchive = (): ArchiveStorage => folderStorage(path.join(folder, String(archives++)));
const sourceOf = (name: string): ArchiveSource => ({
  name,
  sha256: name,
  shape: 'alpaca/sip',
  adjustment: 'raw',
  selection: '',
});

const keyOf = ({ symbol, minute }: Pick<Known, 'symbol' | 'minute'>): string => `${minute} ${item(SYMBOLS, symbol)}`;
const inOrder = (all: readonly Known[]): Known[] => [...all].sort((a, b) => a.minute - b.minute || a.symbol - b.symbol);

function tableOf(all: readonly Known[]): ArchiveBars {
  const rows = inOrder(all);
  const prices = (): Float64Array => Float64Array.from(rows, ({ price }) => price);
  return {
    timeframe: '1m',
    symbols: SYMBOLS,
    count: rows.length,
    t: Float64Array.from(rows, ({ minute }) => BEGIN + minute * MINUTE_MS),
    symbol: Int32Array.from(rows, ({ symbol }) => symbol),
    ...{ open: prices(), high: prices(), low: prices(), close: prices(), volume: prices() },
  };
}

/** The versions of each bar, which are to be in the order in which they were known, each other than the one before. */
function versionsOf(all: readonly Known[]): KnownBars[] {
  const chains = [...Map.groupBy(all, keyOf).values()];
  const depth = Math.max(...chains.map((chain) => chain.length));
  return Array.from({ length: depth }, (_, i) => {
    const rows = inOrder(chains.flatMap((chain) => chain.slice(i, i + 1)));
    return { bars: tableOf(rows), knownAt: Float64Array.from(rows, ({ knownAt }) => BEGIN + knownAt * MINUTE_MS) };
  });
}

/** Bars of some minutes; each became known with up to three prices, one after the other. */
const recording = fc
  .uniqueArray(
    fc.record({
      symbol: fc.nat(1),
      minute: fc.nat(5),
      prices: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
      waits: fc.array(fc.nat(8), { minLength: 3, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 12, selector: keyOf },
  )
  .map((bars) =>
    bars.flatMap(({ symbol, minute, prices, waits }) =>
      prices.map((price, i): Known => {
        const waited = waits.slice(0, i + 1).reduce((sum, wait) => sum + wait, 0);
        return { symbol, minute, price, knownAt: minute + waited };
      }),
    ),
  );
/** What a vendor answered at some time, before, while or after the recording was made; one price each. */
const answer = fc.record({
  at: fc.integer({ min: 0, max: 32 }),
  bars: fc.uniqueArray(fc.record({ symbol: fc.nat(1), minute: fc.nat(5), price: fc.integer({ min: 1, max: 4 }) }), {
    minLength: 1,
    maxLength: 12,
    selector: keyOf,
  }),
});
interface Answer {
  readonly at: number;
  readonly bars: readonly Omit<Known, 'knownAt'>[];
}
/** After all of a recording. */
const LATER = 39;

const begin = (storage: ArchiveStorage, at = 0, revise = true): Promise<BarImporter> =>
  BarImporter.begin(storage, { revise, now: () => BEGIN + at * MINUTE_MS });
const record = async (storage: ArchiveStorage, all: readonly Known[], name = 'recording', revise = true) =>
  (await begin(storage, 40, revise)).addRecorded(sourceOf(name), versionsOf(all));
async function fetch(storage: ArchiveStorage, { at, bars }: Answer, name = 'fetched') {
  const importer = await begin(storage, at);
  await importer.add(sourceOf(name), tableOf(bars.map((bar) => ({ ...bar, knownAt: at }))));
  await importer.flush();
}

/** The price of each bar, by all parts or those of one version. */
async function prices(storage: ArchiveStorage, of?: number): Promise<Map<string, number>> {
  const { catalogue } = await openArchive(storage);
  const parts = catalogue.parts.filter(({ version }) => of === undefined || version === of);
  const archive = { storage, catalogue: { ...catalogue, parts } };
  const found = new Map<string, number>();
  for await (const { symbols, count, t, symbol, close } of readSelected(archive, await selectFrom(archive, {})))
    for (let row = 0; row < count; row++)
      found.set(`${(read(t, row) - BEGIN) / MINUTE_MS} ${item(symbols, readInt32(symbol, row))}`, read(close, row));
  return found;
}

/** Every price that an archive has of any bar, whichever version, once. */
async function everyPrice(storage: ArchiveStorage): Promise<string[]> {
  const { parts } = (await openArchive(storage)).catalogue;
  const all = new Set<string>();
  for (const version of new Set(parts.map((part) => part.version)))
    for (const [key, price] of await prices(storage, version)) all.add(`${key} ${price}`);
  return [...all].sort();
}

const everyPriceOf = (...all: readonly (readonly Omit<Known, 'knownAt'>[])[]): string[] =>
  [...new Set(all.flat().map((bar) => `${keyOf(bar)} ${bar.price}`))].sort();

describe('an archive of what was recorded and what was fetched', () => {
  it('gives of each bar what was known last, and has every version that was known', async () => {
    const run = fc.asyncProperty(recording, answer, async (recorded, fetched) => {
      const storage = newArchive();
      await fetch(storage, fetched);
      const { added, held, revised } = await record(storage, recorded);
      const latest = new Map(fetched.bars.map((bar) => [keyOf(bar), bar.price]));
      const isFetched = new Set(latest.keys());
      for (const known of recorded)
        if (known.knownAt > fetched.at || !isFetched.has(keyOf(known))) latest.set(keyOf(known), known.price);
      expect(await prices(storage)).toEqual(latest);
      expect(added + held + revised).toBe(recorded.length);
      expect(added).toBe(new Set(recorded.map(keyOf).filter((key) => !isFetched.has(key))).size);
      expect(await everyPrice(storage)).toEqual(everyPriceOf(recorded, fetched.bars));
    });
    await fc.assert(run, { numRuns: 60 });
  });

  it('reads the same whichever was imported first, where the vendor answered after the recording', async () => {
    const run = fc.asyncProperty(recording, answer, async (recorded, { bars }) => {
      const [one, other] = [newArchive(), newArchive()];
      await fetch(one, { at: LATER, bars });
      await record(one, recorded);
      await record(other, recorded);
      await fetch(other, { at: LATER, bars });
      expect(await prices(one)).toEqual(await prices(other));
      expect(await everyPrice(one)).toEqual(await everyPrice(other));
    });
    await fc.assert(run, { numRuns: 25 });
  });

  it('reads the same whichever of two recordings was imported first, the one after the other', async () => {
    const run = fc.asyncProperty(recording, recording, async (morning, afternoon) => {
      const later = afternoon.map((known) => ({ ...known, knownAt: known.knownAt + LATER }));
      const [one, other] = [newArchive(), newArchive()];
      await record(one, morning, 'morning');
      await record(one, later, 'afternoon');
      await record(other, later, 'afternoon');
      await record(other, morning, 'morning');
      expect(await prices(one)).toEqual(await prices(other));
      expect(await everyPrice(one)).toEqual(await everyPrice(other));
    });
    await fc.assert(run, { numRuns: 25 });
  });

  it('has nothing more of a recording that is imported again, whatever its name', async () => {
    const run = fc.asyncProperty(recording, answer, async (recorded, fetched) => {
      const storage = newArchive();
      await fetch(storage, fetched);
      await record(storage, recorded);
      const { parts } = (await openArchive(storage)).catalogue;
      const { added, revised, held } = await record(storage, recorded, 'the same again');
      expect([added, revised, held]).toEqual([0, 0, recorded.length]);
      expect((await openArchive(storage)).catalogue.parts).toEqual(parts);
    });
    await fc.assert(run, { numRuns: 30 });
  });

  it('is what it was, or has all of the recording, when the import is stopped at any write', async () => {
    const run = fc.asyncProperty(recording, answer, fc.nat(6), async (recorded, fetched, writesMax) => {
      const [storage, whole] = [newArchive(), newArchive()];
      await fetch(storage, fetched);
      await fetch(whole, fetched);
      await record(whole, recorded);
      const before = await prices(storage);
      const stopping = stoppingAfter(storage, writesMax);
      const isStopped = await record(stopping, recorded).then(
        () => false,
        () => true,
      );
      if (isStopped) {
        expect(await prices(storage)).toEqual(before);
        await record(storage, recorded);
      }
      expect((await openArchive(storage)).catalogue).toEqual((await openArchive(whole)).catalogue);
    });
    await fc.assert(run, { numRuns: 30 });
  });

  it('refuses a bar that would take the place of another one unless that is said, and takes one that would not', async () => {
    const storage = newArchive();
    const bars = [{ symbol: 0, minute: 0, price: 2 }];
    await fetch(storage, { at: 10, bars });
    const known = (knownAt: number): Known => ({ symbol: 0, minute: 0, price: 3, knownAt });
    await expect(record(storage, [known(11)], 'late', false)).rejects.toThrow('differs in 1 bar');
    await record(storage, [known(9)], 'early', false);
    expect([...(await prices(storage)).values()]).toEqual([2]);
    await expect(record(storage, [known(9), { ...known(11), price: 4 }], 'both', false)).rejects.toThrow('differs in 1 bar');
    const { imports, parts } = (await openArchive(storage)).catalogue;
    expect(imports.map(({ known }) => known)).toEqual([undefined, { from: BEGIN + 9 * MINUTE_MS, to: BEGIN + 9 * MINUTE_MS }]);
    expect(parts.map(({ version }) => version)).toEqual([1, 0]);
  });

  it('takes a revision for the bar that was fetched before it, where it says the same', async () => {
    const storage = newArchive();
    await fetch(storage, { at: 10, bars: [{ symbol: 0, minute: 0, price: 2 }] });
    const known = [9, 11].map((knownAt, i): Known => ({ symbol: 0, minute: 0, price: 3 - i, knownAt }));
    await expect(record(storage, known, 'recording', false)).resolves.toMatchObject({ added: 0, held: 1, revised: 1 });
    expect([...(await prices(storage)).values()]).toEqual([2]);
  });
});
