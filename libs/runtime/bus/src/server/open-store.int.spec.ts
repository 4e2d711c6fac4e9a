import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { runId } from '@aitrader/model';
import { openBus } from '../connection.ts';
import { readStored } from '../recording-reader.ts';
import { listRecordings } from '../recordings.ts';
import { accessOf } from './access.ts';
import { connectOrStart } from './connect-or-start.ts';
import { locateNatsServer } from './locate.ts';
import { serverFiles } from './server-files.ts';

const TEST_HOME = path.resolve(import.meta.dirname, '../../../../../.aitrader');
const MESSAGES = 40;

describe('a home whose recordings were made by a server without accounts', () => {
  let home: string;
  let binary: string;
  let store: string;
  beforeEach(async () => {
    home = mkdtempSync(path.join(tmpdir(), 'open-store-'));
    binary = (await locateNatsServer({ home: TEST_HOME })).path;
    ({ store } = serverFiles(home));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const folderOf = (account: string): string => path.join(store, 'jetstream', account, 'streams');

  /** Lets an open server of before record runs. */
  async function recordOpenly(...runs: readonly string[]): Promise<void> {
    mkdirSync(store, { recursive: true });
    const config = path.join(home, 'open.conf');
    writeFileSync(config, `listen: "127.0.0.1:-1"\njetstream { store_dir: ${JSON.stringify(store)} }\n`);
    const child = spawn(binary, ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    for await (const line of createInterface({ input: child.stderr })) {
      const port = /Listening for client connections on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port === undefined) continue;
      const nc = await connect({ servers: `127.0.0.1:${port}` });
      const manager = await jetstreamManager(nc);
      for (const run of runs) {
        await manager.streams.add({ name: `AT_${run.toUpperCase()}`, subjects: [`at.${run}.>`], allow_direct: true });
        for (let i = 1; i <= MESSAGES; i++) await jetstream(nc).publish(`at.${run}.bars.v2.0`, `${run} ${i}`);
      }
      await nc.close();
      break;
    }
    child.kill('SIGTERM');
    await exited;
  }

  /** The recordings as a command finds them, with all that they hold. */
  async function found(): Promise<Readonly<Record<string, readonly string[]>>> {
    const server = await connectOrStart({ home, binary, env: {} });
    const bus = await openBus(accessOf(server, 'operator'), 'reader');
    try {
      const runs: Record<string, string[]> = {};
      for (const { run } of await listRecordings(bus)) {
        const held: string[] = (runs[run] = []);
        await readStored(bus, runId(run), ({ data }) => held.push(Buffer.from(data).toString()));
      }
      return runs;
    } finally {
      await bus.nc.close();
      await server.stop();
    }
  }

  const recorded = (run: string): readonly string[] => Array.from({ length: MESSAGES }, (_, i) => `${run} ${i + 1}`);

  it('keeps them all', async () => {
    await recordOpenly('paper-a', 'paper-b');
    expect(readdirSync(folderOf('$G'))).toHaveLength(2);
    const all = { 'paper-a': recorded('paper-a'), 'paper-b': recorded('paper-b') };
    expect(await found()).toEqual(all);
    expect(existsSync(folderOf('$G'))).toBe(false);
    expect(await found()).toEqual(all);
  });

  it('adds those that an older program has recorded since, and what was left of a move that was cut short', async () => {
    await recordOpenly('paper-a');
    await found();
    await recordOpenly('paper-b');
    expect(await found()).toEqual({ 'paper-a': recorded('paper-a'), 'paper-b': recorded('paper-b') });
  });

  it('does not start, and touches nothing, when both have a recording of one name', async () => {
    await recordOpenly('paper-a');
    await found();
    await recordOpenly('paper-a');
    await expect(found()).rejects.toThrow(/AT_PAPER-A is in .* already/);
    for (const account of ['$G', 'BUS']) expect(readdirSync(folderOf(account))).toEqual(['AT_PAPER-A']);
  });
});
