/** A bus of three nodes: what is stored is on three, and goes on when one of them is gone, whichever leads. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runId } from '@aitrader/model';
import { START_MS_MAX } from '../test/bus-under-test.ts';
import { openBus, type Bus } from './connection.ts';
import { createRecording, recordingInfo } from './recordings.ts';
import { locateNatsServer } from './server/index.ts';

const PROJECT_HOME = path.resolve(import.meta.dirname, '../../../../.aitrader');
const RUN = runId('backtest-cluster');
const LEADER_MS_MAX = 60_000;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });

/** Tries until something is true. @throws the last error, when it never is */
async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  const end = performance.now() + LEADER_MS_MAX;
  for (;;)
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) throw error;
      await sleep(200);
    }
}

describe('a bus of three nodes', () => {
  const nodes = new Map<string, ChildProcess>();
  let folder: string;
  let bus: Bus;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'cluster-'));
    const { path: binary } = await locateNatsServer({ home: PROJECT_HOME });
    const ports = await Promise.all(Array.from({ length: 6 }, freePort));
    const [clients, routes] = [ports.slice(0, 3), ports.slice(3)];
    for (const [place, name] of ['one', 'two', 'three'].entries()) {
      mkdirSync(path.join(folder, name));
      const config = path.join(folder, `${name}.conf`);
      writeFileSync(
        config,
        `server_name: ${name}\nlisten: "127.0.0.1:${clients[place]}"\nmax_payload: 8388608
jetstream { store_dir: ${JSON.stringify(path.join(folder, name))}, sync_interval: always }
cluster { name: trial, listen: "127.0.0.1:${routes[place]}", routes: [${routes.map((port) => `"nats://127.0.0.1:${port}"`).join(', ')}] }\n`,
      );
      nodes.set(name, spawn(binary, ['-c', config], { stdio: 'ignore' }));
    }
    const url = clients.map((port) => `nats://127.0.0.1:${port}`).join(',');
    bus = await eventually(() => openBus({ url, principal: 'supervisor', keyFile: undefined }, 'cluster'));
    await eventually(() => createRecording(bus, RUN));
  }, START_MS_MAX);
  afterAll(async () => {
    await bus.nc.close();
    for (const node of nodes.values()) node.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('keeps a recording on all three', async () => {
    const { config, cluster } = await recordingInfo(bus, RUN);
    expect(config.num_replicas).toBe(3);
    expect(cluster?.replicas?.length).toBe(2);
  });

  it(
    'takes the next message when the one that leads is killed, and has lost none',
    async () => {
      const subject = `at.${RUN}.control.v7.operator`;
      const [first] = [await bus.js.publish(subject, 'before')];
      expect(first.seq).toBe(1);
      const { cluster } = await recordingInfo(bus, RUN);
      const leader = nodes.get(cluster?.leader ?? '');
      expect(leader?.kill('SIGKILL')).toBe(true);
      const next = await eventually(() => bus.js.publish(subject, 'after', { msgID: 'once' }));
      // the answer may have been lost, and the message not
      expect(next.duplicate ? 2 : next.seq).toBe(2);
      const { state } = await eventually(() => recordingInfo(bus, RUN));
      expect(state.messages).toBe(2);
    },
    LEADER_MS_MAX * 3,
  );
});
