import { createServer, request, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { item, ticker } from '@aitrader/model';
import { startAzurite, type Azurite } from '../../../../tools/testing/azurite.ts';
import { addActions, readActionFiles } from './archive-actions.ts';
import type { ArchiveBars } from './archive-bars.ts';
import { archiveAsOf } from './archive-as-of.ts';
import { BarImporter } from './archive-import.ts';
import type { ArchiveStorage } from './archive-storage.ts';
import { openArchive, readSelected, selectFrom } from './bar-archive.ts';
import type { ArchivePart } from './catalogue.ts';
import { compactArchive } from './compact-archive.ts';
import { blobStorage } from './blob-storage.ts';
import { CONNECTION_STRING_VARIABLE } from './blob-container.ts';
import { folderStorage } from './folder-storage.ts';

// One contract for every place that an archive may lie in: a folder, and a container of a real Azurite.

const START_MS_MAX = 180_000;
const T = Date.UTC(2024, 6, 2, 14);
let azurite: Azurite;
let folder: string;
let places = 0;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'aitrader-storage-'));
  azurite = await startAzurite();
}, START_MS_MAX);
afterAll(async () => {
  await azurite.stop();
  rmSync(folder, { recursive: true, force: true });
});

const environment = (connectionString = azurite.connectionString) => ({ [CONNECTION_STRING_VARIABLE]: connectionString });
const newAddress = (): string => `azure://${azurite.account}/container-${places++}/a/b`;
const PLACES: readonly (readonly [string, () => Promise<ArchiveStorage>])[] = [
  ['a folder', () => Promise.resolve(folderStorage(path.join(folder, String(places++))))],
  ['a container of blobs', () => blobStorage(newAddress(), environment())],
  ['a container that was there', () => blobStorage(`azure://${azurite.account}/container/${places++}`, environment())],
];

const source = (name: string) => ({ name, sha256: name, shape: 'csv', adjustment: 'raw', selection: '' }) as const;
const minutes = (closes: readonly number[]): ArchiveBars => {
  const flat = Float64Array.from(closes);
  return {
    timeframe: '1m',
    symbols: [ticker('AAA')],
    count: closes.length,
    t: Float64Array.from(closes, (_, i) => T + i * 60_000),
    symbol: new Int32Array(closes.length),
    ...{ open: flat, high: flat, low: flat, close: flat, volume: flat },
  };
};
const begin = (storage: ArchiveStorage): Promise<BarImporter> => BarImporter.begin(storage, { now: () => 7, revise: true });
async function take(storage: ArchiveStorage, name: string, closes: readonly number[]): Promise<void> {
  const importer = await begin(storage);
  await importer.add(source(name), minutes(closes));
  await importer.flush();
}
async function closesOf(storage: ArchiveStorage): Promise<number[]> {
  const archive = await openArchive(storage);
  const all: number[] = [];
  for await (const { close, count } of readSelected(archive, await selectFrom(archive, {})))
    all.push(...close.subarray(0, count));
  return all;
}

describe.each(PLACES)('%s', (_, newStorage) => {
  it('has no catalogue at first, and is no archive then', async () => {
    const storage = await newStorage();
    expect(await storage.catalogue()).toBeUndefined();
    await expect(openArchive(storage)).rejects.toThrow(`${storage.name}: is no archive of bars: it has no catalogue`);
  });

  it('replaces the catalogue that was read, and no other', async () => {
    const storage = await newStorage();
    await storage.replaceCatalogue('first', undefined);
    const first = await storage.catalogue();
    expect(first?.text).toBe('first');
    await expect(storage.replaceCatalogue('other', undefined)).rejects.toThrow(/was changed by another import meanwhile/);
    await storage.replaceCatalogue('second', first?.tag);
    await expect(storage.replaceCatalogue('third', first?.tag)).rejects.toThrow(
      `${storage.name}: was changed by another import meanwhile: run this one again, it goes on where it was`,
    );
    expect((await storage.catalogue())?.text).toBe('second');
  });

  it('has one winner of several that write the catalogue at once', async () => {
    const storage = await newStorage();
    for (const tag of [undefined, 'theirs']) {
      const seen = tag === undefined ? undefined : (await storage.catalogue())?.tag;
      const texts = Array.from({ length: 6 }, (_, i) => `${tag} ${i}`);
      const settled = await Promise.allSettled(texts.map((text) => storage.replaceCatalogue(text, seen)));
      const won = texts.filter((_, i) => settled[i]?.status === 'fulfilled');
      expect(won).toHaveLength(1);
      expect((await storage.catalogue())?.text).toBe(won[0]);
    }
  });

  it('gives back the bytes that were put, however many, also when they are put again', async () => {
    const storage = await newStorage();
    const bytes = Uint8Array.from({ length: 5_000_000 }, (_, i) => (i * 31) % 251);
    await storage.put('bars/v1/large', bytes);
    await storage.put('bars/v1/large', bytes);
    await storage.put('bars/v1/small', new Uint8Array([7]));
    expect(Buffer.compare(Buffer.from(await storage.read('bars/v1/large', 0, bytes.length)), Buffer.from(bytes))).toBe(0);
    expect([...(await storage.read('bars/v1/small', 0, 1))]).toEqual([7]);
  });

  it('keeps files of corporate actions beside the bars, in their order', async () => {
    const storage = await newStorage();
    const given = ['symbol,ex_date,kind\n', '{"actions":[]}'].map((text) => Buffer.from(text));
    const counts = { added: 1, held: 0, revised: 0, withdrawn: 0 };
    for (const [i, bytes] of given.entries())
      await addActions(storage, { name: `a${i}`, form: i === 0 ? 'csv' : 'json', bytes }, i, () => counts);
    await take(storage, 'a.csv', [1, 2]);
    const files = await readActionFiles(await openArchive(storage));
    expect(files.map((bytes) => Buffer.from(bytes).toString())).toEqual(given.map(String));
    expect(await closesOf(storage)).toEqual([1, 2]);
    const meanwhile = async (): Promise<void> => {
      const importer = await begin(storage);
      await addActions(storage, { name: 'b', form: 'csv', bytes: Buffer.from('other') }, 3, () => counts);
      await importer.add(source('b.csv'), minutes([1, 2, 3]));
      await importer.flush();
    };
    await expect(meanwhile()).rejects.toThrow('was changed by another import meanwhile');
  });

  it('has small parts joined, once, and never over what another import brought meanwhile', async () => {
    const storage = await newStorage();
    for (const [name, closes] of [
      ['a.csv', [1, 2]],
      ['b.csv', [1, 3, 4]],
      ['c.csv', [5]],
    ] as const)
      await take(storage, name, closes);
    const beaten: ArchiveStorage = {
      ...storage,
      replaceCatalogue: async (text, tag) => {
        await take(storage, 'd.csv', [5, 3, 4, 6]);
        return storage.replaceCatalogue(text, tag);
      },
    };
    await expect(compactArchive(beaten)).rejects.toThrow('was changed by another import meanwhile');
    expect(await closesOf(storage)).toEqual([5, 3, 4, 6]);
    expect(await compactArchive(storage)).toEqual({ before: 4, after: 1 });
    expect(await compactArchive(storage)).toEqual({ before: 1, after: 1 });
    expect(await closesOf(storage)).toEqual([5, 3, 4, 6]);
    const first = archiveAsOf(await openArchive(storage), { version: 1 });
    expect((await selectFrom(first, {})).bars).toBe(2);
  });

  it('gives pieces of a file, and refuses one that it does not reach', async () => {
    const storage = await newStorage();
    await storage.put('bars/v1/ten', Buffer.from('0123456789'));
    for (const [start, end, text] of [
      [0, 10, '0123456789'],
      [3, 5, '34'],
      [4, 4, ''],
    ] as const)
      expect(Buffer.from(await storage.read('bars/v1/ten', start, end)).toString()).toBe(text);
    for (const [start, end] of [
      [5, 11],
      [20, 21],
    ] as const)
      await expect(storage.read('bars/v1/ten', start, end)).rejects.toThrow(
        `${storage.name}/bars/v1/ten: is damaged: it ends before byte ${end}`,
      );
  });

  it('says which version a catalogue is that was written', async () => {
    const storage = await newStorage();
    const first = await storage.replaceCatalogue('first', undefined);
    expect(await storage.catalogue()).toEqual({ text: 'first', tag: first });
    const second = await storage.replaceCatalogue('second', first);
    expect(await storage.catalogue()).toEqual({ text: 'second', tag: second });
  });

  it('names a file that is missing', async () => {
    const storage = await newStorage();
    await storage.put('bars/there', new Uint8Array([7]));
    await expect(storage.read('bars/gone', 0, 1)).rejects.toThrow(
      `${storage.name}/bars/gone: which the archive's catalogue names, does not exist`,
    );
  });

  it('holds bars, of which the latest versions count', async () => {
    const storage = await newStorage();
    await take(storage, 'a.csv', [1, 2]);
    await take(storage, 'b.csv', [1, 5, 6]);
    expect(await closesOf(storage)).toEqual([1, 5, 6]);
    expect((await begin(storage)).known(source('a.csv'))).toMatchObject({ added: 2 });
  });

  it('is what it was when an import is stopped before the catalogue is written', async () => {
    const storage = await newStorage();
    await take(storage, 'a.csv', [1, 2]);
    const stopped = await begin({ ...storage, replaceCatalogue: () => Promise.reject(new Error('stopped')) });
    await stopped.add(source('b.csv'), minutes([1, 2, 3]));
    await expect(stopped.flush()).rejects.toThrow('stopped');
    expect(await closesOf(storage)).toEqual([1, 2]);
    await take(storage, 'b.csv', [1, 2, 3]);
    expect(await closesOf(storage)).toEqual([1, 2, 3]);
  });

  it('is refused where a part is not what was stored, or less of it', async () => {
    const storage = await newStorage();
    await take(storage, 'a.csv', [1, 2]);
    const part = item((await openArchive(storage)).catalogue.parts, 0);
    const name = part.path;
    const bytes = await storage.read(name, 0, part.bytes);
    for (const [other, problem] of [
      [bytes.slice(0, 20), 'it ends before byte'],
      [bytes.map((byte, i) => (i === 40 ? byte ^ 1 : byte)), 'its SHA-256'],
    ] as const) {
      await storage.put(name, other);
      await expect(closesOf(storage)).rejects.toThrow(`${storage.name}/${name}: is damaged: ${problem}`);
    }
  });
});

/** Bars whose figures do not compress, and whose last symbol has a row group of its own, a quarter of the rows. */
function manyBars(minutesEach: number): ArchiveBars {
  const symbols = ['S1', 'S2', 'S3', 'S4'].map((name) => ticker(name));
  const count = symbols.length * minutesEach;
  const figure = (salt: number) => Float64Array.from({ length: count }, (_, i) => 1 + Math.abs(Math.sin(7 * i + salt)));
  return {
    timeframe: '1m',
    symbols,
    count,
    t: Float64Array.from({ length: count }, (_, i) => T + Math.floor(i / symbols.length) * 60_000),
    symbol: Int32Array.from({ length: count }, (_, i) => i % symbols.length),
    ...{ open: figure(1), high: figure(2), low: figure(3), close: figure(4), volume: figure(5) },
  };
}

describe.each(PLACES.slice(0, 2))('of a large part in %s, a symbol', (_, newStorage) => {
  const MANY = manyBars(26_000);
  let storage: ArchiveStorage;
  let part: ArchivePart;
  let right: Uint8Array;
  let bytesRead = 0;
  beforeAll(async () => {
    const bare = await newStorage();
    const read = async (...range: Parameters<ArchiveStorage['read']>): Promise<Uint8Array> => {
      const bytes = await bare.read(...range);
      bytesRead += bytes.length;
      return bytes;
    };
    storage = { ...bare, read };
    const importer = await begin(storage);
    await importer.add(source('many'), MANY);
    await importer.flush();
    part = item((await openArchive(storage)).catalogue.parts, 0);
    right = await storage.read(part.path, 0, part.bytes);
  });
  const closes = async (...symbols: string[]): Promise<number[]> => {
    const archive = await openArchive(storage);
    const all: number[] = [];
    for await (const { close, count } of readSelected(archive, await selectFrom(archive, { symbols })))
      all.push(...close.slice(0, count));
    return all;
  };

  it('is read without the others', async () => {
    bytesRead = 0;
    expect(await closes('S4')).toEqual([...MANY.close.filter((_, row) => row % 4 === 3)]);
    expect(bytesRead).toBeLessThan(0.4 * part.bytes);
    bytesRead = 0;
    expect(await closes('S1', 'S4')).toEqual([...MANY.close.filter((_, row) => row % 4 === 3 || row % 4 === 0)]);
    expect(bytesRead).toBe(part.bytes);
  });

  it('is refused where its pages are damaged, or the part is cut short', async () => {
    for (const at of [0.8, 0.85, 0.9, 0.95].map((share) => Math.round(share * part.bytes))) {
      await storage.put(
        part.path,
        right.map((byte, i) => (i === at ? byte ^ 1 : byte)),
      );
      await expect(closes('S4')).rejects.toThrow(`${part.path}: is damaged`);
    }
    await storage.put(part.path, right.subarray(0, -1));
    await expect(closes('S4')).rejects.toThrow(`${part.path}: is damaged: it ends before byte ${part.bytes}`);
  });
});

describe('an address in Blob storage', () => {
  const opening = (address: string, env = environment()) =>
    blobStorage(address, env).then(
      () => 'opened',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );

  it.each([
    ['azure://x/container', 'an account has'],
    ['azure://account/UPPER', 'a container has'],
    ['azure://account', 'a container has'],
    ['azure://account/container/a//b', '"" is no part of a prefix'],
    ['azure://account/container/../b', '".." is no part of a prefix'],
    ['azure://account/container/a?b', '"a?b" is no part of a prefix'],
  ])('%s is none', async (address, problem) => {
    expect(await opening(address)).toContain(`${address}: is no address of an archive`);
    expect(await opening(address)).toContain(problem);
  });

  it('is of the account that the connection string is of', async () => {
    expect(await opening('azure://another/container')).toBe(
      'azure://another/container: is of the account another, and AZURE_STORAGE_CONNECTION_STRING of aitrader',
    );
  });

  it('is refused with a key that is not the account’s, and nothing of a key is ever said', async () => {
    const secret = 'bm90IHRoZSBrZXk=';
    const storage = await blobStorage(
      newAddress(),
      environment(azurite.connectionString.replace(/AccountKey=[^;]+/, `AccountKey=${secret}`)),
    );
    const error: unknown = await storage.catalogue().catch((cause: unknown) => cause);
    expect(String(error)).toMatch(/is refused by the account \(AuthorizationFailure\): is AZURE_STORAGE_CONNECTION_STRING of/);
    expect(String(error) + String(error instanceof Error ? error.cause : '')).not.toContain(secret);
    const said = await opening(newAddress(), environment(`AccountKey=${secret};no more`));
    expect(said).toMatch(/AZURE_STORAGE_CONNECTION_STRING is no connection string/);
    expect(said).not.toContain(secret);
  });
});

describe('a connection that fails', () => {
  let proxy: Server;
  /** what becomes of the next writes: answered by 503, or passed on and the answer lost */
  let faults: ('busy' | 'lost')[] = [];
  const seen: string[] = [];
  let storage: ArchiveStorage;
  beforeAll(async () => {
    const [, host = '', port = ''] = /http:\/\/([^:]+):(\d+)/.exec(azurite.connectionString) ?? [];
    proxy = createServer((incoming, outgoing) => {
      const fault = incoming.method === 'PUT' ? faults.shift() : undefined;
      seen.push(`${incoming.method} ${fault ?? 'passed'}`);
      if (fault === 'busy') {
        incoming.resume().once('end', () => outgoing.writeHead(503).end());
        return;
      }
      const { url: target, method, headers } = incoming;
      const onward = request({ host, port, path: target, method, headers }, (answer) => {
        if (fault === 'lost') {
          answer.resume().once('end', () => outgoing.destroy());
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(onward);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port: own } = proxy.address() as AddressInfo;
    storage = await blobStorage(
      `azure://${azurite.account}/container/failing`,
      environment(azurite.connectionString.replace(/:\d+\/aitrader;/, `:${own}/aitrader;`)),
    );
    await take(storage, 'a.csv', [1, 2]);
  });
  afterAll(() => {
    proxy.closeAllConnections();
    proxy.close();
  });

  it('is tried again', async () => {
    faults = ['busy', 'lost'];
    await storage.put('bars/again', new Uint8Array([1, 2]));
    expect([...(await storage.read('bars/again', 0, 2))]).toEqual([1, 2]);
    expect(seen.slice(-4)).toEqual(['PUT busy', 'PUT lost', 'PUT passed', 'GET passed']);
  });

  it('does not take its own catalogue for that of another import, when the answer was lost', async () => {
    const before = await storage.catalogue();
    faults = ['lost'];
    await storage.replaceCatalogue(`${before?.text} `, before?.tag);
    expect(seen.slice(-3)).toEqual(['PUT lost', 'PUT passed', 'GET passed']);
    faults = ['lost'];
    await expect(storage.replaceCatalogue('mine', before?.tag)).rejects.toThrow(/was changed by another import/);
  });
});
