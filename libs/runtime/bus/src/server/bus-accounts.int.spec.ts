import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AckPolicy, StorageType, jetstreamManager, type StreamInfo } from '@nats-io/jetstream';
import { connect, headers, nkeyAuthenticator, nkeys, type NatsConnection } from '@nats-io/transport-node';
import {
  FACTS,
  PRINCIPALS,
  logSubjectOf,
  operatorSubject,
  streamOf,
  subjectOf,
  type Fact,
  type Principal,
} from '@aitrader/contracts';
import { runId, type RunId } from '@aitrader/model';
import { openBus, type Bus } from '../connection.ts';
import { readStored } from '../recording-reader.ts';
import { createRecording } from '../recordings.ts';
import { accessOf, optionsOf, type BusServer } from './access.ts';
import { startNatsServer } from './connect-or-start.ts';
import { locateNatsServer } from './locate.ts';
import type { ManagedNatsServer } from './managed-server.ts';
import { serverFiles } from './server-files.ts';

const TEST_HOME = path.resolve(import.meta.dirname, '../../../../../.aitrader');
const START_MS_MAX = 120_000;
const TRIES_MS_MAX = 120_000;
const ANSWER_MS_MAX = 300;

/** Who writes what, said once more by hand: neither the topology nor the accounts are believed here. */
const WRITERS: Readonly<Record<Principal, readonly (Fact | 'command')[]>> = {
  ingest: ['manifest', 'opening', 'bars', 'control'],
  probability: ['states'],
  strategy: ['signals'],
  risk: ['denials', 'forecasts', 'orders'],
  execution: ['requests', 'reports', 'fills', 'order-events'],
  scanner: ['watchlists'],
  journal: [],
  operator: ['command'],
  scheduler: [],
  sweep: [],
  supervisor: [...FACTS, 'command'],
};
const OTHERS = PRINCIPALS.filter((principal) => principal !== 'supervisor');
const READERS = OTHERS.filter((principal) => principal !== 'sweep');

const subjectIn = (run: RunId, fact: Fact | 'command'): string =>
  fact === 'command' ? operatorSubject(run) : subjectOf(run, fact, 0);
const EVERY_FACT = [...FACTS, 'command'] as const;
/** The subject of what nobody but risk, and its owner, may write. */
const ordersOf = (run: RunId): string => subjectOf(run, 'orders');

/** A server with the accounts of a home, as they are rendered or without the permissions inside of each account. */
interface ServerUnderTest extends BusServer {
  readonly keys: string;
  readonly stop: () => Promise<void>;
}

describe.each([
  ['the accounts and permissions of the bus', (server: ManagedNatsServer) => Promise.resolve<ServerUnderTest>(asIs(server))],
  ['the accounts of the bus alone, permissions taken away', withoutPermissions],
])('%s', (_, make) => {
  const home = mkdtempSync(path.join(tmpdir(), 'accounts-'));
  let managed: ManagedNatsServer;
  let server: ServerUnderTest;
  let owner: Bus;
  const connections = new Map<Principal, NatsConnection>();
  const run = runId('paper-one');
  const another = runId('live-two');

  beforeAll(async () => {
    const { path: binary } = await locateNatsServer({ home: TEST_HOME });
    managed = await startNatsServer({ home, binary });
    server = await make(managed);
    owner = await openBus(accessOf(server, 'supervisor'), 'owner');
    for (const one of [run, another]) await createRecording(owner, one);
    for (const principal of PRINCIPALS) connections.set(principal, await connect(await optionsOf(accessOf(server, principal))));
  }, START_MS_MAX);
  afterAll(async () => {
    for (const connection of connections.values()) await connection.close();
    await owner.nc.close();
    await server.stop();
    await managed.stop();
    rmSync(home, { recursive: true, force: true });
  });

  function as(principal: Principal): NatsConnection {
    const connection = connections.get(principal);
    if (connection === undefined) throw new Error(`${principal} is not connected`);
    return connection;
  }

  /** What a run holds, once all that was sent before has come to its end: subjects and payloads. */
  async function heldBy(one: RunId): Promise<readonly string[]> {
    for (const connection of connections.values()) await connection.flush();
    await owner.js.publish(subjectOf(one, 'closing'), 'MARK');
    const held: string[] = [];
    await readStored(owner, one, ({ subject, data }) => held.push(`${subject} ${Buffer.from(data).toString()}`));
    return held.filter((text) => !text.endsWith(' MARK'));
  }

  const infoOf = (one: RunId): Promise<StreamInfo> => owner.jsm.streams.info(streamOf(one));

  it.each(PRINCIPALS)(
    'lets %s write what the topology says, in whichever run, and nothing else',
    async (principal) => {
      for (const one of [run, another]) {
        const before = new Set(await heldBy(one));
        for (const fact of EVERY_FACT) as(principal).publish(subjectIn(one, fact), `by ${principal}`);
        const held = (await heldBy(one)).filter((text) => !before.has(text));
        expect(held.sort()).toEqual(WRITERS[principal].map((fact) => `${subjectIn(one, fact)} by ${principal}`).sort());
      }
    },
    TRIES_MS_MAX,
  );

  it.each(OTHERS)('lets %s write no other version of a fact, and on no other subject of a run', async (principal) => {
    const before = await heldBy(run);
    for (const fact of FACTS) {
      for (const version of [1, 2, 3, 4, 5, 6, 7]) {
        const today = subjectIn(run, fact);
        const other = subjectOf(run, fact, 0, version);
        if (other !== today) as(principal).publish(other, `by ${principal}`);
      }
      if (fact !== 'bars' && fact !== 'states' && fact !== 'signals')
        as(principal).publish(subjectOf(run, fact).replace(/main$/, 'other'), `by ${principal}`);
    }
    for (const subject of [`at.${run}`, `at.${run}.x`, `at.${run}.orders`, `${ordersOf(run)}.more`])
      as(principal).publish(subject, `by ${principal}`);
    expect(await heldBy(run)).toEqual(before);
  });

  it.each(READERS)('tells %s what is stored and lets it read, and change nothing', async (principal) => {
    const bus = await openBus(accessOf(server, principal), 'reader');
    try {
      const read: string[] = [];
      await readStored(bus, run, ({ subject }) => read.push(subject));
      expect(read.length).toBe((await infoOf(run)).state.messages);
    } finally {
      await bus.nc.close();
    }
  });

  it('lets sweeps read nothing of a recording', async () => {
    const bus = await openBus(accessOf(server, 'sweep'), 'reader');
    try {
      await expect(readStored(bus, run, () => undefined)).rejects.toThrow();
      await expect(bus.jsm.streams.info(streamOf(run))).rejects.toThrow();
    } finally {
      await bus.nc.close();
    }
  });

  describe.each(OTHERS)('refuses %s', (principal) => {
    const ways = waysIn(principal);
    it.each(ways.map(({ name }) => name))(
      '%s',
      async (name) => {
        const way = ways.find((one) => one.name === name);
        const [before, config] = [await heldBy(run), (await infoOf(run)).config];
        const created = (await infoOf(run)).created;
        await way?.attempt(as(principal), run);
        // those that go by the server take their time
        await new Promise((resolve) => setTimeout(resolve, 100));
        const own = WRITERS[principal].map((fact) => `${subjectIn(run, fact)} `);
        const foreign = (await heldBy(run)).slice(before.length).filter((text) => !own.some((start) => text.startsWith(start)));
        expect(foreign).toEqual([]);
        expect((await heldBy(run)).slice(0, before.length)).toEqual(before);
        const info = await infoOf(run);
        expect(info.config).toEqual(config);
        expect(info.created).toBe(created);
        expect(info.state.consumer_count).toBe(0);
        expect((await owner.jsm.streams.names().next()).sort()).toEqual([streamOf(run), streamOf(another)].sort());
      },
      TRIES_MS_MAX,
    );
  });

  it('believes nobody who tells what was not stored', async () => {
    const heard: string[] = [];
    const listeners = PRINCIPALS.filter((principal) => principal !== 'risk').map((principal) =>
      as(principal).subscribe(logSubjectOf(ordersOf(run)), {
        callback: (refused, message) => {
          if (refused === null) heard.push(message.string());
        },
      }),
    );
    for (const principal of PRINCIPALS) await as(principal).flush();
    as('risk').publish(logSubjectOf(ordersOf(run)), 'forged');
    as('risk').publish(ordersOf(run), 'true');
    await heldBy(run);
    for (const principal of PRINCIPALS) await as(principal).flush();
    expect(heard).not.toContain('forged');
    expect(heard).toContain('true');
    for (const listener of listeners) listener.unsubscribe();
  });

  it('is closed to who has no key, a key that it does not know, or a password', async () => {
    const stranger = nkeyAuthenticator(nkeys.createUser().getSeed());
    // the server may have hung up before the client has said all
    const refused = /Authorization Violation|EPIPE|ECONNRESET/;
    for (const credentials of [{}, { authenticator: stranger }, { user: 'supervisor', pass: '' }, { token: 'BUS' }])
      await expect(connect({ servers: server.url, reconnect: false, ...credentials })).rejects.toThrow(refused);
    await expect(connect(await optionsOf(accessOf(server, 'operator'))).then((nc) => nc.close())).resolves.toBeUndefined();
  });
});

interface WayIn {
  readonly name: string;
  readonly attempt: (nc: NatsConnection, run: RunId) => Promise<void>;
}

/** What a process might try that has somebody's key, to get into a recording what is not its own, or out of it what is there. */
function waysIn(principal: Principal): readonly WayIn[] {
  const own = WRITERS[principal][0] ?? 'command';
  // what somebody else writes, as seen from here
  const target = (run: RunId): string => (principal === 'risk' ? subjectIn(run, 'fills') : ordersOf(run));
  const ask = async (nc: NatsConnection, subject: string, payload: unknown): Promise<void> => {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    await nc.request(subject, text, { timeout: ANSWER_MS_MAX }).catch(() => undefined);
  };
  const onBothApis = async (nc: NatsConnection, request: string, payload: unknown): Promise<void> => {
    for (const api of ['$JS.API', 'BUS.API']) await ask(nc, `${api}.${request}`, payload);
  };
  const stolen = (nc: NatsConnection, subject: string, payload: string, reply: string): void =>
    nc.publish(subject, payload, { reply });
  const withHeader = (name: string, value: string) => {
    const head = headers();
    head.set(name, value);
    return head;
  };
  return [
    {
      name: 'to let an answer to its own fact be stored',
      attempt: async (nc, run) => stolen(nc, subjectIn(run, own), 'own', target(run)),
    },
    {
      name: 'to let what it reads be stored again',
      attempt: async (nc, run) => {
        const stream = streamOf(run);
        stolen(nc, `BUS.API.DIRECT.GET.${stream}`, '{"seq":1,"batch":10}', target(run));
        stolen(nc, `BUS.API.STREAM.MSG.GET.${stream}`, '{"seq":1}', target(run));
        stolen(nc, `BUS.API.STREAM.INFO.${stream}`, '', target(run));
        stolen(nc, 'BUS.API.STREAM.LIST', '', target(run));
        stolen(nc, `aitrader.claim.${run}.${principal}.-1`, 'forged', target(run));
      },
    },
    {
      name: 'to make a consumer that delivers into a recording',
      attempt: async (nc, run) => {
        const stream = streamOf(run);
        const config = { deliver_subject: target(run), ack_policy: AckPolicy.None, deliver_policy: 'all' };
        const named = { ...config, name: 'thief', durable_name: 'thief' };
        await onBothApis(nc, `CONSUMER.CREATE.${stream}`, { stream_name: stream, config });
        await onBothApis(nc, `CONSUMER.CREATE.${stream}.thief`, { stream_name: stream, config: named });
        await onBothApis(nc, `CONSUMER.DURABLE.CREATE.${stream}.thief`, { stream_name: stream, config: named });
      },
    },
    {
      name: 'to change, empty or delete a recording',
      attempt: async (nc, run) => {
        const stream = streamOf(run);
        const config = { name: stream, subjects: [`at.${run}.>`], republish: { src: '>', dest: target(run) } };
        await onBothApis(nc, `STREAM.UPDATE.${stream}`, config);
        await onBothApis(nc, `STREAM.UPDATE.${stream}`, { ...config, sources: [{ name: 'MINE' }] });
        await onBothApis(nc, `STREAM.PURGE.${stream}`, '');
        await onBothApis(nc, `STREAM.MSG.DELETE.${stream}`, { seq: 1 });
        await onBothApis(nc, `STREAM.SNAPSHOT.${stream}`, { deliver_subject: target(run) });
        await onBothApis(nc, `STREAM.RESTORE.${stream}`, { config });
        await onBothApis(nc, `STREAM.DELETE.${stream}`, '');
      },
    },
    {
      name: 'to make a stream that would be taken for a recording, or takes its subjects',
      attempt: async (nc, run) => {
        const stream = streamOf(runId('live-forged'));
        await ask(nc, `BUS.API.STREAM.CREATE.${stream}`, { name: stream, subjects: ['at.live-forged.>'] });
        await ask(nc, '$JS.API.STREAM.CREATE.MINE', { name: 'MINE', subjects: [`at.${run}.>`], storage: StorageType.Memory });
        nc.publish(target(run), 'forged');
        await ask(nc, '$JS.API.STREAM.DELETE.MINE', '');
      },
    },
    {
      name: 'to let a stream of its own tell on what it holds',
      attempt: async (nc, run) => {
        const manager = await jetstreamManager(nc, { checkAPI: false, timeout: ANSWER_MS_MAX });
        const republish = { src: '>', dest: target(run) };
        const storage = StorageType.Memory;
        await manager.streams.add({ name: 'MINE', subjects: ['$O.mine'], storage, republish }).catch(() => undefined);
        nc.publish('$O.mine', 'forged');
        const config = { deliver_subject: target(run), ack_policy: AckPolicy.None, durable_name: 'mine', name: 'mine' };
        await ask(nc, '$JS.API.CONSUMER.CREATE.MINE.mine', { stream_name: 'MINE', config });
        stolen(nc, '$JS.API.DIRECT.GET.MINE', '{"seq":1}', target(run));
        stolen(nc, '$JS.API.STREAM.MSG.GET.MINE', '{"seq":1}', target(run));
        await manager.streams.delete('MINE').catch(() => undefined);
      },
    },
    {
      name: 'to copy a recording by a stream of its own',
      attempt: async (nc, run) => {
        const external = { api: 'BUS.API', deliver: target(run) };
        const source = { name: streamOf(run), external };
        const config = { name: 'MINE', storage: StorageType.Memory };
        await ask(nc, '$JS.API.STREAM.CREATE.MINE', { ...config, sources: [source] });
        await ask(nc, '$JS.API.STREAM.CREATE.MINE', { ...config, mirror: source });
        await ask(nc, '$JS.API.STREAM.DELETE.MINE', '');
      },
    },
    {
      name: 'to send by headers what JetStream acts on',
      attempt: async (nc, run) => {
        const subject = subjectIn(run, own);
        nc.publish(subject, 'own', { headers: withHeader('Nats-Trace-Dest', target(run)) });
        const scheduled = withHeader('Nats-Schedule', '@at 2020-01-01T00:00:00Z');
        scheduled.set('Nats-Schedule-Target', target(run));
        nc.publish(subject, 'own', { headers: scheduled });
        nc.publish(subject, 'own', { headers: withHeader('Nats-Rollup', 'all') });
        nc.publish(subject, 'own', { headers: withHeader('Nats-Rollup', 'sub') });
        nc.publish(subject, 'own', { headers: withHeader('Nats-TTL', '1s') });
        const batch = withHeader('Nats-Batch-Id', 'mixed');
        batch.set('Nats-Batch-Sequence', '1');
        nc.publish(subject, 'own', { headers: batch });
        const last = withHeader('Nats-Batch-Id', 'mixed');
        last.set('Nats-Batch-Sequence', '2');
        last.set('Nats-Batch-Commit', '1');
        nc.publish(target(run), 'forged', { headers: last });
      },
    },
    {
      name: 'to answer for the server, or ask it as its operator',
      attempt: async (nc, run) => {
        for (const subject of [
          `$JS.ACK.${streamOf(run)}.thief.1.1.1.1.0`,
          `$JS.ACK._.hash.${streamOf(run)}.thief.1.1.1.1.0`,
          `$JS.FC.${streamOf(run)}.thief.1`,
          '$SYS.REQ.SERVER.PING.JSZ',
          '$SYS.REQ.SERVER.RELOAD',
          '$SYS.REQ.ACCOUNT.BUS.INFO',
        ])
          stolen(nc, subject, target(run), target(run));
      },
    },
    {
      name: "what another account asks its owner for: to drop another service's checkpoints",
      attempt: async (nc) => {
        for (const stage of ['RISK', 'INGEST', 'EXECUTION'])
          await ask(nc, `CHECKPOINTS.${stage}.API.STREAM.DELETE.OBJ_CHECKPOINTS_PAPER-ONE`, '');
      },
    },
  ];
}

const asIs = (server: ManagedNatsServer): ServerUnderTest => ({
  url: server.url,
  keys: server.keys ?? '',
  stop: () => Promise.resolve(),
});

/** A second server with the same accounts and keys, but with no permissions inside of them: then the accounts alone have to hold. */
async function withoutPermissions({ keys = '' }: ManagedNatsServer): Promise<ServerUnderTest> {
  const home = path.dirname(keys);
  const config = readFileSync(serverFiles(home).config, 'utf8')
    .replace(/^listen: .*$/m, 'listen: "127.0.0.1:-1"')
    .replaceAll(/^(server_name|log\S*|max_file_store).*$/gm, '')
    .replace(/store_dir: .*/, `store_dir: ${JSON.stringify(path.join(home, 'second'))}`)
    .replaceAll(/, permissions: .* \} \} \}/g, ' }');
  if (config.includes('permissions')) throw new Error('the permissions are still there');
  const file = path.join(home, 'without-permissions.conf');
  writeFileSync(file, config);
  const { path: binary } = await locateNatsServer({ home: TEST_HOME });
  const child: ChildProcess = spawn(binary, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const stop = (): Promise<void> => {
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGKILL');
    return ended;
  };
  if (child.stderr === null) throw new Error('no log');
  for await (const line of createInterface({ input: child.stderr })) {
    const port = /Listening for client connections on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port !== undefined) return { url: `nats://127.0.0.1:${port}`, keys, stop };
  }
  throw new Error('the second server did not start');
}
