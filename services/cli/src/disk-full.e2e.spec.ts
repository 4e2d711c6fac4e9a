import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ListedRun } from '@aitrader/application-supervision';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';
import { BELIEVING } from './testing/eager-rules.ts';

const RUN_MS_MAX = 240_000;
const MEGABYTE = 1024 * 1024;
const DISK_MEGABYTES = 100;
/** Less than the sample takes. */
const LEFT_MEGABYTES = 9;

describe('a disk without room', () => {
  let aitrader: CommandUnderTest;
  let isMounted = false;
  beforeAll(async () => {
    aitrader = await commandUnderTest();
    mkdirSync(aitrader.home);
    isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MEGABYTES}m`, 'tmpfs', aitrader.home]).status === 0;
  });
  afterAll(() => {
    if (isMounted) spawnSync('umount', [aitrader.home]);
    aitrader.cleanUp();
  });

  const filler = (name: string): string => path.join(aitrader.home, name);
  const freeBytes = (): number => {
    const { bavail, bsize } = statfsSync(aitrader.home);
    return bavail * bsize;
  };
  /** Takes the disk's room until `bytes` of it are left. */
  const fillUp = (name: string, bytes: number): void => {
    if (freeBytes() > bytes) writeFileSync(filler(name), new Uint8Array(freeBytes() - bytes));
  };

  it(
    'ends a run, whose recording is listed, verified, explained and replayed all the same, and gone on with once there is room',
    async () => {
      if (!isMounted) {
        console.warn('left out: a disk that is really full, since this machine lets us mount no small disk');
        return;
      }
      const config = path.join(aitrader.folder, 'believing.json');
      writeFileSync(config, JSON.stringify(BELIEVING));
      const sample = ['backtest', '--bars', 'sample', '--config', config];
      const whole = await aitrader.json(...sample);
      expect(await aitrader.json('runs')).toEqual([]);
      fillUp('filler', LEFT_MEGABYTES * MEGABYTE);
      const { code, stderr } = await aitrader.run(...sample, '--host', 'bus');
      expect(code).toBe(1);
      expect(stderr).toMatch(/no room for another message/);
      fillUp('the rest', 0);
      expect(freeBytes()).toBe(0);
      const [entry] = await aitrader.json<ListedRun[]>('runs');
      expect(entry).toMatchObject({ state: 'failed', cause: expect.stringMatching(/no room/) });
      const run = entry?.run ?? '';
      expect(await aitrader.json('verify', run)).toMatchObject({ verified: true });
      expect(await aitrader.json('explain', run, '1')).toMatchObject({ fill: { leg: 'entry' } });
      expect((await aitrader.json('replay', run)).counts.fills).toBeGreaterThan(0);
      const tooSoon = await aitrader.run('paper', '--continue', run, '--speed', 'max');
      expect(tooSoon.code).toBe(1);
      expect(tooSoon.stderr).toMatch(/is full: make room first/);
      expect(await aitrader.json('verify', run)).toMatchObject({ verified: true });
      for (const name of ['filler', 'the rest']) rmSync(filler(name), { force: true });
      const { digest } = await aitrader.json('paper', '--continue', run, '--speed', 'max');
      expect(digest).toEqual(whole.digest);
      expect(await aitrader.json('verify', run)).toMatchObject({ verified: true, unfinished: 0 });
      // What a start could not write is not left lying about.
      expect(readdirSync(path.join(aitrader.home, 'nats')).filter((name) => /\.new$|\.lock/.test(name))).toEqual([]);
    },
    RUN_MS_MAX,
  );
});
