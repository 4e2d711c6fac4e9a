import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRecentEnough, NatsServerTooOld, versionIn, versionOfBinary } from './nats-version.ts';

describe('a nats-server version', () => {
  it('is found in what the server prints', () => {
    expect(versionIn('nats-server: v2.15.1')).toBe('2.15.1');
    expect(versionIn('nats-server: v2.12.5-RC.1\n')).toBe('2.12.5');
    expect(versionIn('nats-server: unknown')).toBeUndefined();
  });

  it('is recent enough from 2.12.0 on, compared number by number', () => {
    for (const old of ['2.9.10', '2.10.27', '2.11.99', '1.99.0', '0.0.0', 'nonsense']) expect(isRecentEnough(old)).toBe(false);
    for (const recent of ['2.12.0', '2.12.10', '2.15.1', '3.0.0', '10.0.0']) expect(isRecentEnough(recent)).toBe(true);
  });

  it('never turns too old by growing in any place', () => {
    const number = fc.nat({ max: 40 });
    fc.assert(
      fc.property(number, number, number, fc.nat({ max: 2 }), (major, minor, patch, place) => {
        const version = [major, minor, patch];
        const grown = version.map((part, i) => (i === place ? part + 1 : part));
        return !isRecentEnough(version.join('.')) || isRecentEnough(grown.join('.'));
      }),
    );
  });
});

describe('a nats-server binary', () => {
  let folder = '';
  const binary = async (name: string, script: string): Promise<string> => {
    const file = path.join(folder, name);
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
    return file;
  };
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'nats-version-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('tells its version', async () => {
    expect(await versionOfBinary(await binary('good', 'echo "nats-server: v2.14.3"'))).toBe('2.14.3');
  });

  it('is refused when it is older than 2.12, with both versions named', async () => {
    const old = await binary('old', 'echo "nats-server: v2.9.10"');
    await expect(versionOfBinary(old)).rejects.toThrow(NatsServerTooOld);
    await expect(versionOfBinary(old)).rejects.toThrow(/old is nats-server 2\.9\.10, but 2\.12\.0 or later is needed/);
  });

  it('is refused when it cannot be run or says nothing of use', async () => {
    await expect(versionOfBinary(await binary('broken', 'exit 3'))).rejects.toThrow(/cannot be run/);
    await expect(versionOfBinary(await binary('mute', 'echo hello'))).rejects.toThrow(/prints no version: "hello/);
    await expect(versionOfBinary(path.join(folder, 'missing'))).rejects.toThrow(/cannot be run/);
  });
});
