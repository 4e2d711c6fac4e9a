import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fetchFromDebian } from './debian.client.ts';
import { executablesOnPath } from './executable-path.ts';
import { installBinary, locateNatsServer, NatsServerMissing } from './locate.ts';
import { isRecentEnough, NatsServerTooOld, versionOfBinary } from './nats-version.ts';

/** Where integration tests keep a fetched server between runs. */
const TEST_HOME = path.resolve(import.meta.dirname, '../../../../../.aitrader');

describe('finding a nats-server', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'nats-locate-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function fakeServer(place: string, version: string): string {
    mkdirSync(path.join(folder, place), { recursive: true });
    const file = path.join(folder, place, 'nats-server');
    writeFileSync(file, `#!/bin/sh\necho "nats-server: v${version}"\n`);
    chmodSync(file, 0o755);
    return file;
  }
  const shell = path.dirname(process.env.SHELL ?? '/bin/sh');

  it('takes the one on the PATH first', async () => {
    const file = fakeServer('first', '2.12.4');
    fakeServer('home/bin', '2.15.0');
    const found = await locateNatsServer({ home: path.join(folder, 'home'), env: { PATH: path.join(folder, 'first') } });
    expect(found).toEqual({ path: file, version: '2.12.4', source: 'PATH' });
  });

  it('passes over one on the PATH that is too old', async () => {
    fakeServer('old', '2.9.10');
    const file = fakeServer('recent', '2.14.0');
    const PATH = ['old', 'recent'].map((name) => path.join(folder, name)).join(path.delimiter);
    expect(await locateNatsServer({ home: path.join(folder, 'home'), env: { PATH } })).toMatchObject({
      path: file,
      source: 'PATH',
    });
  });

  it('then takes the one fetched earlier, without the network', async () => {
    const file = fakeServer('home/bin', '2.15.0');
    const told: string[] = [];
    const found = await locateNatsServer({
      home: path.join(folder, 'home'),
      env: { PATH: shell },
      onProgress: (text) => told.push(text),
    });
    expect(found).toEqual({ path: file, version: '2.15.0', source: 'home' });
    expect(told).toEqual([]);
  });

  it('finds or fetches a real one, and finds the same one again', async () => {
    const first = await locateNatsServer({ home: TEST_HOME });
    expect(isRecentEnough(first.version)).toBe(true);
    expect((await locateNatsServer({ home: TEST_HOME })).path).toBe(first.path);
  });

  it('lets many fetch at once and leaves nothing half done behind', async () => {
    const home = path.join(folder, 'home');
    const abandoned = path.join(home, 'bin', '.fetch-abandoned');
    mkdirSync(abandoned, { recursive: true });
    utimesSync(abandoned, 1, 1);
    const target = path.join(home, 'bin', 'nats-server');
    const fetches = Array.from({ length: 5 }, (_, i) =>
      installBinary(home, 'release', async (into) => {
        writeFileSync(path.join(into, 'fetched'), '#!/bin/sh\necho "nats-server: v2.14.3"\n');
        await wait(i);
        return path.join(into, 'fetched');
      }),
    );
    expect(await Promise.all(fetches)).toEqual(Array(5).fill({ path: target, version: '2.14.3', source: 'release' }));
    expect(readdirSync(path.join(home, 'bin'))).toEqual(['nats-server']);
  });

  it('installs nothing that is too old or cannot be run', async () => {
    const home = path.join(folder, 'home');
    const fetchOld = (into: string): Promise<string> => {
      writeFileSync(path.join(into, 'fetched'), '#!/bin/sh\necho "nats-server: v2.10.27"\n');
      return Promise.resolve(path.join(into, 'fetched'));
    };
    await expect(installBinary(home, 'debian', fetchOld)).rejects.toThrow(NatsServerTooOld);
    expect(readdirSync(path.join(home, 'bin'))).toEqual([]);
  });

  it('says what it tried, and what would help, when there is none', async () => {
    fakeServer('old', '2.9.10');
    const error: unknown = await locateNatsServer({
      home: path.join(folder, 'home'),
      env: { PATH: path.join(folder, 'old') },
    }).catch((thrown: unknown) => thrown);
    // A machine with internet fetches the release, which is no failure.
    if (!(error instanceof NatsServerMissing)) return expect(error).toMatchObject({ source: 'release' });
    expect(error.tried.map((line) => line.split(':')[0])).toEqual([
      'PATH',
      'fetched earlier',
      'release 2.14.3',
      'Debian archive',
    ]);
    expect(error.message).toMatch(/is nats-server 2\.9\.10, but 2\.12\.0 or later/);
    expect(error.message).toMatch(/apt-get is not on this machine/);
    expect(error.message).toMatch(/NATS_URL[\s\S]*PATH[\s\S]*github\.com or a Debian mirror/);
    expect(existsSync(path.join(folder, 'home', 'bin', 'nats-server'))).toBe(false);
  });
});

describe("Debian's archive", () => {
  it('gives a signed nats-server and leaves the system as it was', async () => {
    if ((await executablesOnPath('apt-get', process.env)).length === 0) {
      console.warn('left out: fetching from the Debian archive, since this machine has no apt-get');
      return;
    }
    const folder = mkdtempSync(path.join(tmpdir(), 'nats-debian-'));
    const before = readdirSync('/var/lib/apt/lists').sort();
    try {
      const binary = await fetchFromDebian(folder, process.env);
      expect(binary.startsWith(folder)).toBe(true);
      expect(isRecentEnough(await versionOfBinary(binary))).toBe(true);
      expect(readdirSync('/var/lib/apt/lists').sort()).toEqual(before);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
