// One contract for every place outside that anchors may be kept in: a folder, and a container of a real Azurite.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeOnceBlobs, type WriteOnceTexts } from '@aitrader/adapter-bar-archive';
import { startAzurite, type Azurite } from '../../../../tools/testing/azurite.ts';
import { outsideBlocks, outsideName, outsidePlace, writeOnceFolder } from './outside.ts';

const START_MS_MAX = 180_000;
let azurite: Azurite;
let folder: string;
let places = 0;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'aitrader-outside-'));
  azurite = await startAzurite();
}, START_MS_MAX);
afterAll(async () => {
  await azurite.stop();
  rmSync(folder, { recursive: true, force: true });
});

const blobs = (container: string): Promise<WriteOnceTexts> =>
  writeOnceBlobs(`azure://${azurite.account}/${container}`, { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString });
const PLACES: readonly (readonly [string, () => Promise<WriteOnceTexts>])[] = [
  ['a folder', () => Promise.resolve(writeOnceFolder(path.join(folder, String(places++), 'deeper')))],
  ['a container of blobs', () => blobs(`container-${places++}`)],
  ['a prefix in a container', () => blobs(`container/${places++}/a`)],
];

describe.each(PLACES)('%s', (_, newPlace) => {
  it('has nothing at first', async () => {
    const place = await newPlace();
    expect(await place.names('paper-1/')).toEqual([]);
    expect(await place.read(outsideName('paper-1', 1))).toBeUndefined();
  });

  it('keeps what was stored first under a name', async () => {
    const place = await newPlace();
    const name = outsideName('paper-1', 1);
    expect(await place.put(name, 'first')).toBe(true);
    expect(await place.put(name, 'second')).toBe(false);
    expect(await place.read(name)).toBe('first');
  });

  it('lets one of several who store at once be the first', async () => {
    const place = await newPlace();
    const name = outsideName('paper-1', 1);
    const texts = ['a', 'b', 'c', 'd'];
    const stored = await Promise.all(texts.map((text) => place.put(name, text)));
    expect(stored.filter(Boolean)).toHaveLength(1);
    expect(await place.read(name)).toBe(texts[stored.indexOf(true)]);
  });

  it('lists the blocks of a run in order, and none of another', async () => {
    const place = await newPlace();
    for (const block of [10, 2, 1]) await place.put(outsideName('paper-1', block), 'x');
    await place.put(outsideName('paper-10', 5), 'x');
    expect(await outsideBlocks(place, 'paper-1')).toEqual([1, 2, 10]);
    expect(await outsideBlocks(place, 'paper-10')).toEqual([5]);
  });
});

it('that cannot be reached or is no address says which it is', async () => {
  const gone = await writeOnceBlobs(`azure://${azurite.account}/x12`, {
    AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString.replace(/AccountKey=[^;]+/, 'AccountKey=AAAA'),
  });
  await expect(gone.put('a', 'b')).rejects.toThrow(`azure://${azurite.account}/x12/a: is refused by the account`);
  await expect(gone.names('')).rejects.toThrow(/is refused by the account/);
  await expect(outsidePlace('azure://x')).rejects.toThrow(/is no address/);
});
