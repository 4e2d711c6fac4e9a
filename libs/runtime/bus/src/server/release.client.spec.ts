import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { downloadRelease, RELEASE, releasePlatform, type Release } from './release.client.ts';
import { versionOfBinary } from './nats-version.ts';

/** No host of this machine is as slow as this, however busy it is. */
const BOUNDS = { answerMsMax: 60_000, totalMsMax: 60_000 };

describe('downloading a release', () => {
  let folder = '';
  let server: Server | undefined;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'nats-release-'));
  });
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** An archive laid out as the real ones are, with a script for a server. */
  function archive(): Buffer {
    const stem = `nats-server-v2.99.0-${releasePlatform()}`;
    const from = path.join(folder, 'made');
    mkdirSync(path.join(from, stem), { recursive: true });
    writeFileSync(path.join(from, stem, 'nats-server'), '#!/bin/sh\necho "nats-server: v2.99.0"\n');
    chmodSync(path.join(from, stem, 'nats-server'), 0o755);
    execFileSync('tar', ['-czf', path.join(folder, 'made.tar.gz'), '-C', from, stem]);
    return readFileSync(path.join(folder, 'made.tar.gz'));
  }

  async function serve(listener: RequestListener, sha256: string): Promise<Release> {
    const started = createServer(listener);
    server = started;
    await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
    const address = started.address();
    if (address === null || typeof address === 'string') throw new Error('no address');
    return { version: '2.99.0', baseUrl: `http://127.0.0.1:${address.port}`, sha256: { [releasePlatform()]: sha256 } };
  }

  const into = (): string => {
    const target = path.join(folder, 'target');
    mkdirSync(target);
    return target;
  };

  it('unpacks an archive that hashes to what is pinned', async () => {
    const bytes = archive();
    const paths: (string | undefined)[] = [];
    const release = await serve((request, response) => {
      paths.push(request.url);
      response.end(bytes);
    }, createHash('sha256').update(bytes).digest('hex'));
    const binary = await downloadRelease(into(), release, BOUNDS);
    expect(await versionOfBinary(binary)).toBe('2.99.0');
    expect(paths).toEqual([`/nats-server-v2.99.0-${releasePlatform()}.tar.gz`]);
  });

  it('throws away an archive with another hash before anything of it is unpacked', async () => {
    const bytes = archive();
    const release = await serve((_, response) => response.end(bytes), 'f'.repeat(64));
    const target = into();
    await expect(downloadRelease(target, release, BOUNDS)).rejects.toThrow(/has SHA-256 [0-9a-f]{64}, but f{64} was expected/);
    expect(readdirSync(target)).toEqual([]);
  });

  it('says which status it was answered with', async () => {
    const release = await serve((_, response) => response.writeHead(404).end(), 'f'.repeat(64));
    await expect(downloadRelease(into(), release, BOUNDS)).rejects.toThrow(/answered 404/);
  });

  it('gives up on a host that does not answer', async () => {
    const release = await serve(() => undefined, 'f'.repeat(64));
    await expect(downloadRelease(into(), release, { ...BOUNDS, answerMsMax: 300 })).rejects.toThrow(
      /did not answer within 300 ms/,
    );
  });

  it('gives up on a host that answers and then stalls', async () => {
    const release = await serve((_, response) => void response.writeHead(200).write('x'), 'f'.repeat(64));
    await expect(downloadRelease(into(), release, { ...BOUNDS, totalMsMax: 900 })).rejects.toThrow(
      /did not deliver the archive within 900 ms/,
    );
  });

  it('says why a host cannot be reached', async () => {
    const release = { ...RELEASE, baseUrl: 'http://127.0.0.1:1', sha256: { [releasePlatform()]: 'f'.repeat(64) } };
    await expect(downloadRelease(into(), release, BOUNDS)).rejects.toThrow(/127\.0\.0\.1:1 cannot be reached: /);
  });

  it('refuses a platform without a pinned hash, and never asks for it', async () => {
    await expect(downloadRelease(into(), { ...RELEASE, sha256: {} }, BOUNDS)).rejects.toThrow(/has no pinned hash for/);
  });

  it('pins a whole SHA-256 for every platform it knows', () => {
    expect(Object.values(RELEASE.sha256).filter((hash) => !/^[0-9a-f]{64}$/.test(hash))).toEqual([]);
    expect(new Set(Object.values(RELEASE.sha256)).size).toBe(Object.keys(RELEASE.sha256).length);
  });
});
