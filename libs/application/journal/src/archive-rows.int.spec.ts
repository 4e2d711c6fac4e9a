/**
 * Archives of bars in a real Postgres: their files as the catalogue has them while they grow, are revised and are joined.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BarImporter,
  compactArchive,
  folderStorage,
  openArchive,
  partsToRead,
  type ArchiveBars,
} from '@aitrader/adapter-bar-archive';
import { ticker } from '@aitrader/model';
import { JOURNAL_MS_MAX, openDatabaseAlone, type DatabaseAlone } from '../testing/journal-under-test.ts';
import { forgetArchive, journalArchive } from './archive-rows.ts';

const FIRST = Date.UTC(2024, 6, 2, 14, 0);
const MINUTE_MS = 60_000;
const PARTS = `SELECT version::int, path, is_joined, sha256, bytes::int, timeframe, period, adjustment, imports, bars::int,
  first_t::float8, last_t::float8, symbols, counts::text[], is_read
  FROM storage.archive_parts WHERE archive_id = (SELECT archive_id FROM storage.archives WHERE address = $1) ORDER BY version, path, is_joined`;

/** Minutes of two symbols from a minute on, at a price. */
function barsFrom(minute: number, price: number): ArchiveBars {
  const rows = [0, 1, 2].flatMap((at) => [0, 1].map((symbol) => ({ t: FIRST + (minute + at) * MINUTE_MS, symbol })));
  const column = (value: number): Float64Array => Float64Array.from(rows, () => value);
  return {
    ...{ timeframe: '1m', symbols: ['AAA', 'BRK.B'].map(ticker), count: rows.length },
    t: Float64Array.from(rows, ({ t }) => t),
    symbol: Int32Array.from(rows, ({ symbol }) => symbol),
    ...{ open: column(price), high: column(price + 1), low: column(price - 1), close: column(price), volume: column(100) },
  };
}

describe('an archive in the tables', () => {
  let database: DatabaseAlone;
  let folder: string;
  beforeAll(async () => {
    database = await openDatabaseAlone();
  }, JOURNAL_MS_MAX);
  afterAll(() => database.close());
  beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'aitrader-archive-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  let imports = 0;
  async function add(minute: number, price: number): Promise<void> {
    imports += 1;
    const name = `source ${imports}`;
    const importer = await BarImporter.begin(folderStorage(folder), { now: () => imports, revise: true });
    await importer.add({ name, sha256: name, shape: 'csv', adjustment: 'raw', selection: '' }, barsFrom(minute, price));
    await importer.flush();
  }
  const catalogueFile = (): string => path.join(folder, 'catalogue.json');
  const archiveRow = async (): Promise<unknown> => {
    const sql =
      'SELECT parts, bars::int, bytes::int, jsonb_array_length(imports) AS imports FROM storage.archives WHERE address = $1';
    const rows = await database.source.query<unknown[]>(sql, [folder]);
    return rows[0];
  };

  /** The rows of the archive have to say what its catalogue says. */
  async function expectWritten(): Promise<void> {
    const { catalogue } = await openArchive(folderStorage(folder));
    const read = new Set(partsToRead(catalogue));
    const all = [
      ...catalogue.parts.map((part) => ({ part, is_joined: false })),
      ...catalogue.joined.map((part) => ({ part, is_joined: true })),
    ].map(({ part, is_joined }) => ({
      ...{ version: part.version, path: part.path, is_joined, sha256: part.sha256, bytes: part.bytes, timeframe: part.timeframe },
      ...{ period: part.period, adjustment: part.adjustment, imports: part.imports, bars: part.count },
      ...{
        first_t: part.first,
        last_t: part.last,
        symbols: part.symbols,
        counts: part.counts.map(String),
        is_read: read.has(part),
      },
    }));
    const rows = await database.source.query<{ readonly is_joined: boolean; readonly is_read: boolean }[]>(PARTS, [folder]);
    // those that were joined themselves are kept, and nobody reads them
    const gone = rows.filter(({ is_joined, is_read }) => is_joined && !is_read);
    expect(rows.filter((row) => !gone.includes(row))).toEqual(expect.arrayContaining(all));
    expect(rows).toHaveLength(all.length + gone.length);
    const sum = (of: (part: (typeof catalogue.parts)[number]) => number): number =>
      catalogue.parts.reduce((total, part) => total + of(part), 0);
    expect(await archiveRow()).toEqual({
      ...{ parts: catalogue.parts.length, bars: sum(({ count }) => count), bytes: sum(({ bytes }) => bytes) },
      imports: catalogue.imports.length,
    });
  }

  it(
    'has its files as it grows, is revised back and forth, and is joined and joined again',
    async () => {
      await add(0, 10);
      expect(await journalArchive(database, folder)).toMatchObject({ address: folder, added: 1, parts: 1 });
      await expectWritten();
      expect(await journalArchive(database, folder)).toMatchObject({ added: 0, parts: 1 });
      // a file that says again what was said before a revision has the path that it had
      await add(0, 11);
      await add(0, 10);
      expect(await journalArchive(database, folder)).toMatchObject({ added: 2, parts: 3 });
      await expectWritten();
      await compactArchive(folderStorage(folder));
      await journalArchive(database, folder);
      await expectWritten();
      await add(5, 12);
      await compactArchive(folderStorage(folder));
      await journalArchive(database, folder);
      await expectWritten();
    },
    JOURNAL_MS_MAX,
  );

  it('is written once by several at once, also while it grows', async () => {
    await add(0, 10);
    const writers = [1, 2, 3].map(() => journalArchive(database, folder));
    await add(5, 10);
    const done = await Promise.all([...writers, journalArchive(database, folder)]);
    expect(done.reduce((sum, { added }) => sum + added, 0)).toBe(2);
    await expectWritten();
  });

  it('refuses a catalogue that says other things of a file, or has lost one, and changes nothing', async () => {
    await add(0, 10);
    const older = readFileSync(catalogueFile(), 'utf8');
    await add(5, 10);
    await journalArchive(database, folder);
    const whole = readFileSync(catalogueFile(), 'utf8');
    const before = await database.source.query(PARTS, [folder]);
    writeFileSync(catalogueFile(), older);
    await expect(journalArchive(database, folder)).rejects.toThrow(
      new RegExp(
        `^${folder}: its catalogue has no part bars/v1/\\S+ of version 2, which the tables have.*older copy.*--archive … --anew`,
      ),
    );
    const { sha256 } = JSON.parse(whole).parts[0] as { readonly sha256: string };
    writeFileSync(catalogueFile(), whole.replace(sha256, 'f'.repeat(64)));
    await expect(journalArchive(database, folder)).rejects.toThrow(`: sha256 is "${'f'.repeat(64)}", and was "${sha256}"`);
    writeFileSync(catalogueFile(), whole.replace(sha256, sha256.slice(1)));
    await expect(journalArchive(database, folder)).rejects.toThrow('is no catalogue of an archive: parts.0.sha256');
    expect(await database.source.query(PARTS, [folder])).toEqual(before);
    // its owner may delete it: then what is there is written
    writeFileSync(catalogueFile(), older);
    expect(await forgetArchive(database, folder)).toBe(true);
    expect(await journalArchive(database, folder)).toMatchObject({ added: 1, parts: 1 });
    await expectWritten();
  });

  it('is none without a catalogue, and leaves no row behind', async () => {
    await expect(journalArchive(database, folder)).rejects.toThrow(`${folder}: is no archive of bars: it has no catalogue`);
    expect(await archiveRow()).toBeUndefined();
    expect(await forgetArchive(database, folder)).toBe(false);
  });
});
