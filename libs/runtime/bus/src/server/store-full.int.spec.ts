import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DiscardPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { accessOf, optionsOf } from './access.ts';
import { startNatsServer } from './connect-or-start.ts';
import { locateNatsServer } from './locate.ts';
import type { ManagedNatsServer } from './managed-server.ts';
import { serverFiles } from './server-files.ts';
import { isStoreFull, storeFault } from './store-full.ts';

const TEST_HOME = path.resolve(import.meta.dirname, '../../../../../.aitrader');
const MEGABYTE = 1024 * 1024;

describe('a store that is full', () => {
  let binary = '';
  let home = '';
  let server: ManagedNatsServer | undefined;
  let nc: NatsConnection | undefined;

  beforeAll(async () => {
    binary = (await locateNatsServer({ home: TEST_HOME })).path;
  });
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'nats-full-'));
  });
  afterEach(async () => {
    await nc?.close();
    await server?.stop();
    spawnSync('umount', [serverFiles(home).store]);
    rmSync(home, { recursive: true, force: true });
  });

  async function serve(options: { storeMaxBytes?: number; supervise?: boolean }): Promise<NatsConnection> {
    server = await startNatsServer({ home, binary, maxPayloadBytes: MEGABYTE, ...options });
    nc = await connect({ ...(await optionsOf(accessOf(server, 'supervisor'))), maxReconnectAttempts: -1, reconnectTimeWait: 20 });
    return nc;
  }

  /** Publishes until it is refused; how many were acknowledged, and the refusal. */
  async function fill(
    connection: NatsConnection,
    subject: string,
    bytes: number,
  ): Promise<{ acknowledged: number; refusal: unknown }> {
    for (let acknowledged = 0; ; acknowledged += 1) {
      try {
        await jetstream(connection).publish(subject, new Uint8Array(bytes), { timeout: 1_000 });
      } catch (refusal) {
        return { acknowledged, refusal };
      }
    }
  }

  it("is recognised at the server's limit, and takes messages again when room is made", async () => {
    const connection = await serve({ storeMaxBytes: 2 * MEGABYTE });
    const jsm = await jetstreamManager(connection);
    await jsm.streams.add({ name: 'FILLED', subjects: ['filled'] });
    const { acknowledged, refusal } = await fill(connection, 'filled', 100_000);
    expect(acknowledged).toBeGreaterThan(10);
    expect(isStoreFull(refusal)).toBe(true);
    const fault = await storeFault(connection);
    expect(isStoreFull(fault)).toBe(true);
    await jsm.streams.purge('FILLED');
    await jetstream(connection).publish('filled', new Uint8Array(100_000));
    expect(await storeFault(connection)).toBeUndefined();
  });

  it("is recognised at the server's limit when an atomic batch runs into it", async () => {
    const connection = await serve({ storeMaxBytes: MEGABYTE });
    await (await jetstreamManager(connection)).streams.add({ name: 'FILLED', subjects: ['filled'], allow_atomic: true });
    await fill(connection, 'filled', 100_000);
    const head = headers();
    head.set('Nats-Batch-Id', 'batch');
    head.set('Nats-Batch-Sequence', '1');
    head.set('Nats-Batch-Commit', '1');
    const answer = await connection.request('filled', new Uint8Array(1), { headers: head, timeout: 1_000 });
    const { error } = answer.json<{ error: { err_code: number; description: string } }>();
    expect(isStoreFull(Object.assign(new Error(error.description), { code: error.err_code }))).toBe(true);
  });

  it("is recognised when a stream may not be made for its size, and at a stream's own limit", async () => {
    const connection = await serve({ storeMaxBytes: 2 * MEGABYTE });
    const jsm = await jetstreamManager(connection);
    const tooLarge: unknown = await jsm.streams
      .add({ name: 'LARGE', subjects: ['large'], max_bytes: 5 * MEGABYTE })
      .catch((error: unknown) => error);
    expect(isStoreFull(tooLarge)).toBe(true);
    await jsm.streams.add({ name: 'SMALL', subjects: ['small'], max_bytes: 100_000, discard: DiscardPolicy.New });
    expect(isStoreFull((await fill(connection, 'small', 40_000)).refusal)).toBe(true);
  });

  it('is told apart from a stream that refuses for another reason', async () => {
    const connection = await serve({});
    await (await jetstreamManager(connection)).streams.add({ name: 'SOUND', subjects: ['sound'] });
    const refusal: unknown = await jetstream(connection)
      .publish('sound', '', { expect: { lastSequence: 7 } })
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Error);
    expect(isStoreFull(refusal)).toBe(false);
    expect(await storeFault(connection)).toBeUndefined();
  });

  it('is found behind the timeouts of a disk without room, and stores again after room was made', async () => {
    const { store } = serverFiles(home);
    mkdirSync(store);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', store]);
    if (mounted.status !== 0) {
      console.warn('left out: a disk that is really full, since this machine lets us mount no small disk');
      return;
    }
    const filler = path.join(store, 'filler');
    writeFileSync(filler, new Uint8Array(8 * MEGABYTE));
    const connection = await serve({ storeMaxBytes: 64 * MEGABYTE, supervise: true });
    const jsm = await jetstreamManager(connection);
    await jsm.streams.add({ name: 'FILLED', subjects: ['filled'], deny_delete: true, deny_purge: true });
    const { acknowledged, refusal } = await fill(connection, 'filled', 200_000);
    expect(refusal).toMatchObject({ name: 'TimeoutError' });
    expect(isStoreFull(refusal)).toBe(false);
    const fault = await storeFault(connection);
    expect(fault?.message).toMatch(/no space left on device/);
    expect(isStoreFull(fault)).toBe(true);

    const restarted = new Promise<void>((resolve) => server?.onExit((exit) => exit.expected && resolve()));
    rmSync(filler);
    await restarted;
    await server?.ready();
    if (server === undefined) throw new Error('no server');
    const again = await connect(await optionsOf(accessOf(server, 'supervisor')));
    expect((await (await jetstreamManager(again)).streams.info('FILLED')).state.messages).toBeGreaterThanOrEqual(acknowledged);
    await jetstream(again).publish('filled', new Uint8Array(200_000), { timeout: 5_000 });
    expect(await storeFault(again)).toBeUndefined();
    await again.close();
  });
});
