import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeManifest, operatorSubject } from '@aitrader/contracts';
import { epochMs, runId, ticker, type Manifest } from '@aitrader/model';
import {
  accessOf,
  createRecording,
  FencedPublisher,
  locateNatsServer,
  openBus,
  readStored,
  connectOrStart,
  type Bus,
  type ManagedNatsServer,
} from '@aitrader/runtime-bus';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { newPrivateKey, SIGNATURE_HEADER, signerOf, signingKeysOf } from '@aitrader/runtime-signing';
import { commandRun, withHome } from './index.ts';

const TEST_HOME = path.resolve(import.meta.dirname, '../../../../.aitrader');
const START_MS_MAX = 120_000;
const RUN = runId('paper-elsewhere');
const T = epochMs(Date.parse('2026-01-05T15:31:00Z'));
const MANIFEST: Manifest = {
  ...{ run: RUN, kind: 'paper', createdAt: T, codeVersion: '1', codeHash: '', codeCommit: '', nodeVersion: 'v26' },
  ...{
    shards: 1,
    timeframe: '1m',
    universe: [ticker('AAA')],
    config: SIMULATED_DEFAULTS,
    configHash: 'c'.repeat(64),
    sources: [],
  },
  ...{ from: T, to: T, follows: null },
};
const NAMES = ['NATS_URL', 'AITRADER_HOME', 'AITRADER_BUS_KEYS', 'AITRADER_TRUSTED_KEYS', 'AITRADER_OPERATOR_KEY'] as const;

describe('a command for a run whose services are on another bus', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'operator-'));
  const before = Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));
  let server: ManagedNatsServer;
  let bus: Bus;
  let home = '';
  let homes = 0;

  beforeAll(async () => {
    const { path: binary } = await locateNatsServer({ home: TEST_HOME });
    const theirs = path.join(folder, 'theirs');
    mkdirSync(theirs);
    server = await connectOrStart({ home: theirs, binary, supervise: true, env: {} });
    bus = await openBus(accessOf(server, 'supervisor'), 'operator test');
    await createRecording(bus, RUN);
    await new Promise<void>((resolve, reject) => {
      const publisher = new FencedPublisher(bus, RUN, 'ingest', { failed: reject, stored: () => resolve() });
      const payload = encodeManifest(MANIFEST);
      void publisher.own('manifest', -1).then(() => {
        publisher.publish([{ fact: 'manifest', shard: -1, t: T, payload }]);
        publisher.flush();
      }, reject);
    });
  }, START_MS_MAX);
  beforeEach(() => {
    home = path.join(folder, `operator-${(homes += 1)}`);
    for (const name of NAMES) Reflect.deleteProperty(process.env, name);
    process.env['NATS_URL'] = server.url;
    process.env['AITRADER_HOME'] = home;
    if (server.keys !== undefined) process.env['AITRADER_BUS_KEYS'] = server.keys;
  });
  afterAll(async () => {
    for (const name of NAMES) {
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
    }
    await bus.nc.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const halt = (): Promise<unknown> =>
    withHome({ as: 'operator', onProgress: () => undefined }, (open) =>
      commandRun(open, RUN, { kind: 'halt', actor: 'ada', reason: 'news' }),
    );

  /** What the services go by: a copy of it here. */
  function trust(actor: string, publicKey: string): string {
    const trusted = path.join(home, 'theirs');
    mkdirSync(path.join(trusted, 'operators'), { recursive: true });
    writeFileSync(path.join(trusted, 'risk.pub'), signerOf(newPrivateKey(), 'risk').publicKey);
    writeFileSync(path.join(trusted, 'operators', `${actor}.pub`), publicKey);
    process.env['AITRADER_TRUSTED_KEYS'] = trusted;
    return trusted;
  }

  /** Public keys that the commands of the recording are signed with. */
  async function signers(): Promise<string[]> {
    const keys: string[] = [];
    await readStored(bus, RUN, ({ subject }, header) => {
      if (subject === operatorSubject(RUN)) keys.push(header(SIGNATURE_HEADER).split('.')[0] ?? '');
    });
    return keys;
  }

  it('is refused without a key that they trust, and nothing is recorded: it would stop them', async () => {
    await expect(halt()).rejects.toThrow("AITRADER_OPERATOR_KEY has to name ada's key (file:, keyvault:)");
    process.env['AITRADER_TRUSTED_KEYS'] = path.join(folder, 'theirs', 'keys', 'trusted');
    await expect(halt()).rejects.toThrow('the services of another bus trust none of this home');
    expect(await signers()).toEqual([]);
  });

  it('is signed with the key that is named', async () => {
    const key = newPrivateKey();
    const file = path.join(folder, 'ada.key');
    writeFileSync(file, key, { mode: 0o600 });
    process.env['AITRADER_OPERATOR_KEY'] = `file:${file}`;
    trust('ada', signerOf(key, 'ada').publicKey);
    const recorded = (await signers()).length;
    await halt();
    expect((await signers()).slice(recorded)).toEqual([signerOf(key, 'ada').publicKey]);
  });

  it('is refused with a key that they do not trust in this name, and nothing is recorded', async () => {
    const key = newPrivateKey();
    const file = path.join(folder, 'bob.key');
    writeFileSync(file, key, { mode: 0o600 });
    process.env['AITRADER_OPERATOR_KEY'] = `file:${file}`;
    const recorded = (await signers()).length;
    await expect(halt()).rejects.toThrow("which is none of ada's in");
    const { publicKey } = signerOf(key, 'bob');
    const trusted = trust('bob', publicKey);
    await expect(halt()).rejects.toThrow(`the key ${publicKey}, which is none of ada's in ${trusted}`);
    expect((await signers()).length).toBe(recorded);
  });

  it('is signed with the one of this home where the services go by its trusted keys', async () => {
    process.env['AITRADER_TRUSTED_KEYS'] = signingKeysOf(home).trusted;
    const recorded = (await signers()).length;
    await halt();
    await halt();
    const [first, second, ...others] = (await signers()).slice(recorded);
    expect(first).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect([second, others]).toEqual([first, []]);
  });

  it('is refused with a key that is none, and its text is in no error', async () => {
    const file = path.join(folder, 'wrong.key');
    writeFileSync(file, 'c2VjcmV0', { mode: 0o600 });
    process.env['AITRADER_OPERATOR_KEY'] = `file:${file}`;
    const recorded = (await signers()).length;
    const problem = await halt().then(String, String);
    expect(problem).toContain('AITRADER_OPERATOR_KEY: is no private key');
    expect(problem).not.toContain('c2VjcmV0');
    expect((await signers()).length).toBe(recorded);
  });
});
