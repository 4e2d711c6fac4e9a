import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectOrStart, type ConnectOrStartOptions } from './connect-or-start.ts';
import { locateNatsServer } from './locate.ts';
import type { ManagedNatsServer } from './managed-server.ts';
import { isAlive } from './process-handle.ts';
import { readRecord, serverFiles, writeRecord } from './server-files.ts';

const TEST_HOME = path.resolve(import.meta.dirname, '../../../../../.aitrader');
const NO_NATS_URL = { PATH: process.env.PATH };
const GONE_MS_MAX = 10_000;

let binary = '';
let home = '';
let told: string[] = [];
const running: ManagedNatsServer[] = [];
const children: ChildProcess[] = [];

beforeAll(async () => {
  binary = (await locateNatsServer({ home: TEST_HOME })).path;
});
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'nats-home-'));
  told = [];
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(running.splice(0).map((server) => server.stop()));
  rmSync(home, { recursive: true, force: true });
});

async function connectOr(options: Partial<ConnectOrStartOptions> = {}): Promise<ManagedNatsServer> {
  const onProgress = (text: string): void => void told.push(text);
  const server = await connectOrStart({ home, binary, env: NO_NATS_URL, onProgress, ...options });
  running.push(server);
  return server;
}

/** Another process that calls connectOrStart and stays; resolves with what it got. */
async function inAnotherProcess(
  env: Record<string, string | undefined>,
): Promise<{ child: ChildProcess; pid: number; port: number; origin: string }> {
  const script = `
    import { connectOrStart } from ${JSON.stringify(path.join(import.meta.dirname, 'connect-or-start.ts'))};
    const server = await connectOrStart({ home: ${JSON.stringify(home)}, binary: ${JSON.stringify(binary)}, supervise: true, env: {} });
    console.log(JSON.stringify({ pid: server.pid, port: server.port, origin: server.origin }));
    setInterval(() => undefined, 1000);`;
  const args = ['--no-warnings', '--conditions=@aitrader/source', '--input-type=module', '-e', script];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, ...(JSON.parse(line) as { pid: number; port: number; origin: string }) };
  }
  throw new Error('the other process said nothing');
}

async function untilGone(pid: number): Promise<boolean> {
  const deadline = performance.now() + GONE_MS_MAX;
  while (isAlive(pid) && performance.now() < deadline) await wait(20);
  return !isAlive(pid);
}

describe('connecting to the server of a home', () => {
  it('starts one when there is none, and shares it afterwards', async () => {
    const first = await connectOr();
    const second = await connectOr({ port: (first.port ?? 0) + 1 });
    expect([first.origin, second.origin]).toEqual(['started', 'shared']);
    expect(second).toMatchObject({ url: first.url, pid: first.pid, port: first.port, version: first.version });
    expect(told.join('\n')).toContain(`using the nats-server that process ${process.pid} runs on port ${first.port}`);
    expect(told.join('\n')).toContain(`port ${(first.port ?? 0) + 1} is not used`);
    await second.stop();
    expect(isAlive(first.pid ?? 0)).toBe(true);
    await expect(second.kill9()).rejects.toThrow(/is not ours to end/);
  });

  it('starts exactly one for many who ask at once', async () => {
    const servers = await Promise.all(Array.from({ length: 5 }, () => connectOr()));
    expect(new Set(servers.map((server) => server.pid)).size).toBe(1);
    expect(servers.filter((server) => server.origin === 'started')).toHaveLength(1);
  });

  it('syncs every message where that is asked for, and does not pass for one that does when it does not', async () => {
    const syncing = await connectOr({ syncs: true });
    expect(readFileSync(path.join(home, 'nats', 'nats-server.conf'), 'utf8')).toContain('sync_interval: always');
    expect(await connectOr({ syncs: true })).toMatchObject({ origin: 'shared' });
    await syncing.stop();
    await connectOr();
    await expect(connectOr({ syncs: true })).rejects.toThrow('does not sync every message to disk');
  });

  it('gives each home a server of its own', async () => {
    const here = await connectOr();
    const there = await connectOr({ home: path.join(home, 'another') });
    expect(there.origin).toBe('started');
    expect(there.port).not.toBe(here.port);
    await there.stop();
  });

  it('ends once no other process uses it: one that reads would be left without a word', async () => {
    const own = await connectOr();
    const other = await inAnotherProcess(process.env);
    expect(other).toMatchObject({ origin: 'shared', port: own.port });
    let hasEnded = false;
    const stopped = own.stop().then(() => void (hasEnded = true));
    await wait(500);
    expect([hasEnded, isAlive(other.pid)]).toEqual([false, true]);
    expect(told.join('\n')).toContain(`waiting for process ${other.child.pid}, which uses the nats-server`);
    // it says nothing when it is killed: that it is gone is seen
    other.child.kill('SIGKILL');
    await stopped;
    expect([hasEnded, isAlive(other.pid)]).toEqual([true, false]);
  });

  it('waits for a supervisor in another process instead of taking its store', async () => {
    const other = await inAnotherProcess(process.env);
    process.kill(other.pid, 'SIGKILL');
    await untilGone(other.pid);
    const shared = await connectOr();
    expect(shared).toMatchObject({ origin: 'shared', port: other.port });
    expect(shared.pid).not.toBe(other.pid);
  });
});

describe('a server whose owner was killed', () => {
  it('ends with its owner where the kernel can see to it', async () => {
    if (process.platform !== 'linux' || spawnSync('setpriv', ['--version']).error !== undefined) {
      console.warn('left out: the end of a server with its owner, since this machine has no setpriv');
      return;
    }
    const other = await inAnotherProcess(process.env);
    other.child.kill('SIGKILL');
    expect(await untilGone(other.pid)).toBe(true);
    expect((await connectOr()).origin).toBe('started');
  });

  it('is found and taken over where it cannot, and then stopped by its new owner', async () => {
    const bare = path.join(home, 'bare');
    mkdirSync(bare);
    symlinkSync('/bin/sh', path.join(bare, 'sh'));
    const other = await inAnotherProcess({ PATH: bare });
    expect(other.origin).toBe('started');
    other.child.kill('SIGKILL');
    await untilGone(other.child.pid ?? 0);
    const adopted = await connectOr();
    expect(adopted).toMatchObject({ origin: 'adopted', pid: other.pid, port: other.port });
    expect(told.join('\n')).toContain(`taking over the nats-server (pid ${other.pid}) that an earlier run left behind`);
    expect(await readRecord(serverFiles(home))).toMatchObject({ ownerPid: process.pid });
    await adopted.stop();
    expect(isAlive(other.pid)).toBe(false);
    expect(await readRecord(serverFiles(home))).toBeUndefined();
  });
});

describe('a record that is stale', () => {
  it('is not believed when its process is gone', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await leaveRecord(pid, 4);
    expect((await connectOr()).origin).toBe('started');
  });

  it('is not believed when its process id was given to another program', async () => {
    await leaveRecord(process.pid, 4);
    expect((await connectOr()).origin).toBe('started');
  });

  it('is not believed when it is no record', async () => {
    writeFileSync(serverFiles(home).record, '{"pid": "many"');
    expect((await connectOr()).origin).toBe('started');
  });

  it("is not mistaken for another home's server on the same port", async () => {
    const stranger = await connectOr({ home: path.join(home, 'stranger') });
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await leaveRecord(pid, stranger.port ?? 0);
    const own = await connectOr();
    expect(own.origin).toBe('started');
    expect(own.port).not.toBe(stranger.port);
    await stranger.stop();
  });

  it('is believed over its process id when the server answers all the same', async () => {
    const server = await connectOr();
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await leaveRecord(pid, server.port ?? 0);
    await expect(connectOr()).rejects.toThrow(`answers on port ${server.port}, but not as the recorded process ${pid}`);
  });

  async function leaveRecord(pid: number, port: number): Promise<void> {
    const files = serverFiles(home);
    const url = `nats://127.0.0.1:${port}`;
    await writeRecord(files, {
      pid,
      port,
      url,
      serverName: files.serverName,
      version: '2.12.0',
      binary,
      ownerPid: pid,
      supervised: false,
    });
  }
});

describe('a server that NATS_URL names', () => {
  it('is used, and left alone', async () => {
    const server = await connectOr();
    const external = await connectOr({
      home: path.join(home, 'unused'),
      env: { NATS_URL: server.url, AITRADER_BUS_KEYS: server.keys },
    });
    expect(external).toMatchObject({
      origin: 'external',
      url: server.url,
      keys: server.keys,
      version: server.version,
      pid: undefined,
    });
    await external.stop();
    expect(isAlive(server.pid ?? 0)).toBe(true);
    await expect(external.restart()).rejects.toThrow(/is not ours to end/);
  });

  it('is used by a worker of sweeps that has no key but its own', async () => {
    const server = await connectOr();
    const keys = path.join(home, 'keys of a worker');
    mkdirSync(keys);
    copyFileSync(path.join(server.keys ?? '', 'sweep.nk'), path.join(keys, 'sweep.nk'));
    const env = { NATS_URL: server.url, AITRADER_BUS_KEYS: keys };
    const external = await connectOr({ home: path.join(home, 'unused'), env, as: 'sweep' });
    expect(external).toMatchObject({ origin: 'external', keys });
  });

  it('must answer', async () => {
    await expect(connectOr({ env: { NATS_URL: 'nats://user:secret@127.0.0.1:1' } })).rejects.toThrow(
      'nats://127.0.0.1:1: no nats-server answers there (the address is from NATS_URL)',
    );
  });

  it('must have JetStream', async () => {
    const plain = await withoutJetStream('');
    await expect(connectOr({ env: { NATS_URL: plain } })).rejects.toMatchObject({ name: 'NatsUnusable' });
    await expect(connectOr({ env: { NATS_URL: plain } })).rejects.toThrow(/JetStream is not enabled/i);
  });

  it('must accept its credentials', async () => {
    const guarded = await withoutJetStream('authorization { user: risk, password: right }');
    const wrong = guarded.replace('//', '//risk:wrong@');
    await expect(connectOr({ env: { NATS_URL: wrong } })).rejects.toThrow(/refused the connection/);
    await expect(connectOr({ env: { NATS_URL: wrong } })).rejects.toThrow(expect.not.stringContaining('wrong'));
    await expect(connectOr({ env: { NATS_URL: wrong.replace('wrong', 'right') } })).rejects.toThrow(/JetStream is not enabled/i);
  });

  /** A server of no home, for what ours never are. */
  async function withoutJetStream(settings: string): Promise<string> {
    const config = path.join(home, 'plain.conf');
    writeFileSync(config, `listen: "127.0.0.1:-1"\n${settings}\n`);
    const child = spawn(binary, ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    children.push(child);
    for await (const line of createInterface({ input: child.stderr })) {
      const port = /Listening for client connections on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port !== undefined) return `nats://127.0.0.1:${port}`;
    }
    throw new Error('the plain server did not start');
  }
});
