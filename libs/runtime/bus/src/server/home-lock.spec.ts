import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withLock } from './home-lock.ts';

describe("a home's lock", () => {
  let folder = '';
  let file = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'home-lock-'));
    file = path.join(folder, 'server.lock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('lets one in at a time', async () => {
    let inside = 0;
    const most: number[] = [];
    const work = async (): Promise<void> => {
      inside += 1;
      most.push(inside);
      await wait(5);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => withLock(file, work)));
    expect(most).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is given back when the work fails', async () => {
    await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(file, () => Promise.resolve('in'))).toBe('in');
  });

  it('is taken over, by one only, from a holder that died', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(file, `${pid} left-behind`);
    let inside = 0;
    const most: number[] = [];
    const work = async (): Promise<void> => {
      inside += 1;
      most.push(inside);
      await wait(5);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 6 }, () => withLock(file, work)));
    expect(Math.max(...most)).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over when its content makes no sense', async () => {
    writeFileSync(file, 'garbage');
    expect(await withLock(file, () => Promise.resolve('in'))).toBe('in');
  });
});
