import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { keptKey, keyFileOf, keyFolderOf, readKey } from './key-files.ts';

describe('the key files of a home', () => {
  let home: string;
  let file: string;
  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'keys-'));
    file = keyFileOf(home, 'risk.nk');
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  it('are made once, for their owner alone, and stay', async () => {
    expect(await keptKey(file, () => 'first')).toBe('first');
    expect(await keptKey(file, () => 'second')).toBe('first');
    expect(await readKey(file)).toBe('first');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(keyFolderOf(home))).mode & 0o777).toBe(0o700);
  });

  it('are the same for all who ask at once, and leave no drafts', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, (_, i) => keptKey(file, () => `key ${i}`)));
    expect(new Set(keys).size).toBe(1);
    expect(await readdir(keyFolderOf(home))).toEqual(['risk.nk']);
  });

  it.each([0o604, 0o602, 0o620, 0o644])('are refused when others may read or change them (mode %s)', async (mode) => {
    await keptKey(file, () => 'secret');
    await chmod(file, mode);
    await expect(readKey(file)).rejects.toThrow(`${file}: is open to other users (mode 0${mode.toString(8)})`);
    await expect(keptKey(file, () => 'another')).rejects.toThrow('is open to other users');
    await expect(readKey(file)).rejects.toThrow(expect.not.stringContaining('secret'));
  });

  it('may be read by a group that was given them', async () => {
    await keptKey(file, () => 'secret');
    await chmod(file, 0o440);
    expect(await readKey(file)).toBe('secret');
  });

  it('are refused when they hold none, or more than one', async () => {
    await keptKey(file, () => 'secret');
    for (const text of ['', '\n', 'a\nb\n']) {
      await writeFile(file, text);
      await expect(readKey(file)).rejects.toThrow(`${file}: must hold one line, the key`);
    }
  });

  it('that are missing are named', async () => {
    await expect(readKey(file)).rejects.toThrow(`${file}: does not exist`);
  });
});
