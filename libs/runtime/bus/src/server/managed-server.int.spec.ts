import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type ConnectionOptions } from '@nats-io/transport-node';
import { accessOf, optionsOf, type BusServer } from './access.ts';
import { startNatsServer, type StartOptions } from './connect-or-start.ts';
import { locateNatsServer } from './locate.ts';
import { RESTARTS_MAX, type ManagedNatsServer, type ServerExit } from './managed-server.ts';
import { readRecord, serverFiles } from './server-files.ts';

const ownerOf = (server: BusServer): Promise<ConnectionOptions> => optionsOf(accessOf(server, 'supervisor'));

const TEST_HOME = path.resolve(import.meta.dirname, '../../../../../.aitrader');

describe('a nats-server of our own', () => {
  let binary = '';
  let home = '';
  const running: ManagedNatsServer[] = [];

  beforeAll(async () => {
    binary = (await locateNatsServer({ home: TEST_HOME })).path;
  });
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'nats-home-'));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.stop()));
    rmSync(home, { recursive: true, force: true });
  });

  async function start(options: Partial<StartOptions> = {}): Promise<ManagedNatsServer> {
    const server = await startNatsServer({ home, binary, ...options });
    running.push(server);
    return server;
  }

  it('is ready for JetStream when it is handed over, keeps to its home and to the loopback interface', async () => {
    const server = await start();
    const nc = await connect(await ownerOf(server));
    expect(nc.info?.version).toBe(server.version);
    expect(nc.info?.max_payload).toBe(8 * 1024 * 1024);
    expect((await (await jetstreamManager(nc)).getAccountInfo()).streams).toBe(0);
    await nc.close();
    expect(server.url).toBe(`nats://127.0.0.1:${server.port}`);
    expect(readFileSync(serverFiles(home).config, 'utf8')).toContain(`listen: "127.0.0.1:${server.port}"`);
    expect(await readRecord(serverFiles(home))).toMatchObject({ pid: server.pid, port: server.port, ownerPid: process.pid });
  });

  /** A nats-server that is killed at its first starts, and the file that counts them. */
  function killedAtFirst(starts: number): { readonly binary: string; readonly count: () => number } {
    const counter = path.join(home, 'starts');
    const script = path.join(home, 'killed-at-first');
    writeFileSync(counter, '');
    writeFileSync(
      script,
      `#!/bin/sh
[ "$1" = --version ] && exec "${binary}" --version
echo start >> "${counter}"
[ "$(wc -l < "${counter}")" -le ${starts} ] && kill -9 $$
exec "${binary}" "$@"
`,
    );
    chmodSync(script, 0o755);
    return { binary: script, count: () => readFileSync(counter, 'utf8').split('\n').length - 1 };
  }

  it('is started again when it is killed before its first answer', async () => {
    const killed = killedAtFirst(3);
    const server = await start({ binary: killed.binary });
    expect(killed.count()).toBe(4);
    expect(server.pid).toBeDefined();
  });

  it('is given up when it is killed at every start, with what happened', async () => {
    const killed = killedAtFirst(1_000);
    await expect(start({ binary: killed.binary })).rejects.toThrow('nats-server was killed (SIGKILL) before it was ready');
    expect(killed.count()).toBe(4);
    expect(await readRecord(serverFiles(home))).toBeUndefined();
  });

  it('ends when it is stopped, and its record with it', async () => {
    const server = await start();
    const exits: ServerExit[] = [];
    server.onExit((exit) => exits.push(exit));
    await server.stop();
    await server.stop();
    expect(server.pid).toBeUndefined();
    expect(exits).toEqual([expect.objectContaining({ expected: true, willRestart: false })]);
    expect(await readRecord(serverFiles(home))).toBeUndefined();
  });

  it('names a port that is taken, and does not touch the store for it', async () => {
    const stranger = await listen();
    const { port } = addressOf(stranger);
    await expect(start({ port })).rejects.toThrow(`port ${port} is in use by another program`);
    await expect(start({ port })).rejects.toMatchObject({ name: 'NatsPortInUse', port });
    stranger.close();
    expect((await start({ port })).port).toBe(port);
  });

  it('refuses a second server on the store of a running one', async () => {
    const server = await start();
    await expect(start()).rejects.toThrow(`a nats-server (pid ${server.pid}, port ${server.port}) runs on`);
    await expect(start({ port: server.port ?? 0 })).rejects.toMatchObject({ name: 'NatsStoreInUse' });
  });

  it('refuses a binary that is too old or none, and numbers out of range', async () => {
    const old = path.join(home, 'nats-server');
    writeFileSync(old, '#!/bin/sh\necho "nats-server: v2.9.10"\n');
    chmodSync(old, 0o755);
    await expect(start({ binary: old })).rejects.toMatchObject({ name: 'NatsServerTooOld', version: '2.9.10' });
    await expect(start({ binary: path.join(home, 'none') })).rejects.toThrow(/cannot be run/);
    await expect(start({ port: 70_000 })).rejects.toThrow(RangeError);
    await expect(start({ storeMaxBytes: 0 })).rejects.toThrow(RangeError);
  });

  it('says what the server logged when it does not come up', async () => {
    const { store } = serverFiles(home);
    mkdirSync(store);
    writeFileSync(path.join(store, 'jetstream'), 'a file where the server wants a folder');
    await expect(start()).rejects.toThrow(
      /ended before it was ready\. .*server\.log ends with:\n[\s\S]*storage directory is not a directory/,
    );
    expect(await readRecord(serverFiles(home))).toBeUndefined();
  });

  it('keeps every acknowledged message over a kill -9, and is back on the same port', async () => {
    const server = await start({ supervise: true });
    const exits: ServerExit[] = [];
    server.onExit((exit) => exits.push(exit));
    const firstPid = server.pid;
    const nc = await connect({ ...(await ownerOf(server)), maxReconnectAttempts: -1, reconnectTimeWait: 20 });
    const jsm = await jetstreamManager(nc);
    await jsm.streams.add({ name: 'KEPT', subjects: ['kept'] });
    let acknowledged = 0;
    const publishing = (async () => {
      for (;;) {
        const stored = await jetstream(nc)
          .publish('kept', `message ${acknowledged}`, { msgID: `${acknowledged}`, timeout: 500 })
          .then(
            () => true,
            () => false,
          );
        if (!stored) return;
        acknowledged += 1;
        if (acknowledged === 200) void server.kill9();
      }
    })();
    await publishing;
    await server.ready();
    expect(server.pid).not.toBe(firstPid);
    expect(exits).toEqual([{ code: null, signal: 'SIGKILL', expected: false, willRestart: true }]);
    const again = await connect(await ownerOf(server));
    const { state } = await (await jetstreamManager(again)).streams.info('KEPT');
    expect(acknowledged).toBeGreaterThanOrEqual(200);
    expect(state.messages).toBeGreaterThanOrEqual(acknowledged);
    await Promise.all([nc.close(), again.close()]);
  });

  it('stays down after a kill when nobody asked for supervision', async () => {
    const server = await start();
    const exits: ServerExit[] = [];
    server.onExit((exit) => exits.push(exit));
    await server.kill9();
    expect(exits).toEqual([{ code: null, signal: 'SIGKILL', expected: false, willRestart: false }]);
    await expect(server.ready()).rejects.toThrow(/ended unexpectedly; see .*server\.log/);
    expect(server.pid).toBeUndefined();
  });

  it('gives up on a server that keeps dying', async () => {
    const server = await start({ supervise: true });
    for (let n = 0; n < RESTARTS_MAX; n += 1) {
      await server.kill9();
      await server.ready();
    }
    await server.kill9();
    await expect(server.ready()).rejects.toThrow(`was started ${RESTARTS_MAX} times within 60 s`);
  });

  it('restarts on demand with what it stored', async () => {
    const server = await start();
    const before = await connect(await ownerOf(server));
    await (await jetstreamManager(before)).streams.add({ name: 'KEPT', subjects: ['kept'] });
    await jetstream(before).publish('kept', 'one');
    await before.close();
    const firstPid = server.pid;
    await server.restart();
    expect(server.pid).not.toBe(firstPid);
    const after = await connect(await ownerOf(server));
    expect((await (await jetstreamManager(after)).streams.info('KEPT')).state.messages).toBe(1);
    await after.close();
  });
});

function listen(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function addressOf(server: Server): { readonly port: number } {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  return address;
}
