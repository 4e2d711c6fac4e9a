import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serverFiles, type ServerFiles } from './server-files.ts';
import { keepReserve, releaseReserve, storeLimitOf } from './store-room.ts';

const MEGABYTE = 1024 * 1024;
const LARGER_THAN_THE_DISK = 8 * 1024 ** 4;

describe('the room of a store', () => {
  let home = '';
  let files: ServerFiles;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'store-room-'));
    files = serverFiles(home);
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('is limited to no less than what it holds, so that recordings never shut out the next ones', async () => {
    const inner = path.join(files.store, 'jetstream', 'streams');
    mkdirSync(inner, { recursive: true });
    expect(await storeLimitOf(files.store)).toBeLessThan(LARGER_THAN_THE_DISK);
    writeFileSync(path.join(inner, '1.blk'), '');
    // A hole: it has the size and takes no room.
    truncateSync(path.join(inner, '1.blk'), LARGER_THAN_THE_DISK);
    expect(await storeLimitOf(files.store)).toBeGreaterThanOrEqual(LARGER_THAN_THE_DISK);
  });

  it('keeps a reserve, and gives none away while the disk has room', async () => {
    await keepReserve(files);
    expect(statSync(files.reserve).size).toBeGreaterThanOrEqual(MEGABYTE / 2);
    expect(await releaseReserve(files)).toBe(false);
    expect(statSync(files.reserve).size).toBeGreaterThanOrEqual(MEGABYTE / 2);
  });
});
