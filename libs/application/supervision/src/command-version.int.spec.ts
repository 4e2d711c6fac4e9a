/**
 * In which version a command is recorded: the one that the services of its run read, or it is refused and nothing is recorded.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { headers } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  claimSubject,
  decodeControl,
  encodeControl,
  encodeManifest,
  FACT_WIRING,
  operatorSubject,
  subjectOf,
  upcast,
  type StageName,
} from '@aitrader/contracts';
import { epochMs, newControl, runId, ticker, type Manifest, type RunId } from '@aitrader/model';
import {
  accessOf,
  claim,
  connectOrStart,
  createRecording,
  locateNatsServer,
  openBus,
  readStored,
  type Bus,
  type ManagedNatsServer,
} from '@aitrader/runtime-bus';
import { codeIdentity, SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { makeSigningKeys, readTrustedKeys, signingKeysOf, whyNotActors } from '@aitrader/runtime-signing';
import { commandRun, type OperatorCommand, type RecordedCommand } from './index.ts';

const TEST_HOME = path.resolve(import.meta.dirname, '../../../../.aitrader');
const START_MS_MAX = 120_000;
const TODAY = FACT_WIRING.control.version;
const T = epochMs(Date.parse('2026-01-05T15:31:00Z'));
const HALT: OperatorCommand = { kind: 'halt', actor: 'ada', reason: 'news' };
const SMALLER: OperatorCommand = { ...HALT, kind: 'limits', limits: [{ limit: 'grossNotionalFractionMax', most: 0.5 }] };
const OF_ANOTHER_BUILD = 'a'.repeat(64);

interface Stored {
  readonly subject: string;
  readonly text: string;
  readonly header: (name: string) => string;
}

describe('a command', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'versions-'));
  let server: ManagedNatsServer;
  let bus: Bus;
  let runs = 0;
  const services: { stop: () => void }[] = [];

  beforeAll(async () => {
    const { path: binary } = await locateNatsServer({ home: TEST_HOME });
    await makeSigningKeys(home);
    server = await connectOrStart({ home, binary, supervise: true, env: {} });
    bus = await openBus(accessOf(server, 'supervisor'), 'versions test');
  }, START_MS_MAX);
  afterEach(() => {
    for (const { stop } of services.splice(0)) stop();
  });
  afterAll(async () => {
    await bus.nc.close();
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });

  async function newRun(codeHash: string): Promise<RunId> {
    const run = runId(`paper-${(runs += 1)}`);
    const code = { codeVersion: '0.1.0', codeHash, codeCommit: 'b'.repeat(40), nodeVersion: process.version };
    const market = { shards: 1, timeframe: '1m', universe: [ticker('AAA')], sources: [], from: T, to: T } as const;
    const config = { config: SIMULATED_DEFAULTS, configHash: 'c'.repeat(64) };
    const manifest: Manifest = { run, kind: 'paper', createdAt: T, ...code, ...market, ...config, follows: null };
    await createRecording(bus, run);
    await bus.js.publish(subjectOf(run, 'manifest'), encodeManifest(manifest));
    return run;
  }

  /** A service of a program that reads another version, or that does not say which. */
  async function service(run: RunId, stage: StageName, version?: number): Promise<void> {
    const says = headers();
    if (version !== undefined) says.set('Aitrader-Commands', String(version));
    const subscription = bus.nc.subscribe(claimSubject(run, stage, stage === 'strategy' ? 0 : -1), {
      callback: (_, message) => void message.respond('process 1', { headers: says }),
    });
    await bus.nc.flush();
    services.push({ stop: () => subscription.unsubscribe() });
  }

  const give = (run: RunId, command: OperatorCommand): Promise<RecordedCommand> =>
    commandRun({ home, bus, server } as Parameters<typeof commandRun>[0], run, command);

  async function commandsIn(run: RunId): Promise<Stored[]> {
    const stored: Stored[] = [];
    await readStored(bus, run, ({ subject, data }, header) => {
      if (subject.endsWith('.operator')) stored.push({ subject, text: Buffer.from(data).toString('utf8'), header });
    });
    return stored;
  }

  it('is said in the version of the services that run, under a signature that they take', async () => {
    const run = await newRun(OF_ANOTHER_BUILD);
    for (const stage of ['risk', 'execution', 'strategy'] as const) await service(run, stage, 6);
    await give(run, HALT);
    const [stored, ...others] = await commandsIn(run);
    expect(others).toEqual([]);
    const { subject, text, header } = stored ?? { subject: '', text: '', header: () => '' };
    expect(subject).toBe(operatorSubject(run, 6));
    expect(JSON.parse(text)).not.toHaveProperty('limits');
    const control = decodeControl(upcast('control', 6, Buffer.from(text)));
    expect(control).toMatchObject({ ...HALT, limits: [] });
    const said = { run, id: header('Nats-Msg-Id'), control, text };
    expect(whyNotActors(readTrustedKeys(signingKeysOf(home).trusted), said, header)).toBeUndefined();
  });

  it.each<[string, OperatorCommand, number, RegExp]>([
    [
      'that has no word for it',
      SMALLER,
      6,
      /read commands as control v6, and limits as it is meant can only be said in a later one \(here v7\)/,
    ],
    [
      'of a later program',
      HALT,
      TODAY + 1,
      new RegExp(`read commands as control v${TODAY + 1}, and this aitrader says them up to v${TODAY}`),
    ],
    ['of before operators', HALT, 3, /read commands as control v3, and halt as it is meant can only be said/],
  ])('is refused where services read a version %s', async (_, command, version, problem) => {
    const run = await newRun(OF_ANOTHER_BUILD);
    await service(run, 'risk', version);
    await expect(give(run, command)).rejects.toThrow(problem);
    await expect(give(run, command)).rejects.toThrow(
      /^nothing is recorded.*aitrader 0\.1\.0 \(commit bbbbbbbbbbbb, build aaaaaaaaaaaa\)/,
    );
    expect(await commandsIn(run)).toEqual([]);
  });

  it('is refused where services of different programs run', async () => {
    const run = await newRun('');
    await service(run, 'risk', 6);
    await service(run, 'execution', 7);
    await service(run, 'strategy');
    await expect(give(run, HALT)).rejects.toThrow('(strategy does not say, execution reads v7, risk reads v6)');
    expect(await commandsIn(run)).toEqual([]);
  });

  it('is refused where services do not say what they read, unless their feed has: then it is said in that version', async () => {
    const run = await newRun(OF_ANOTHER_BUILD);
    await service(run, 'risk');
    await expect(give(run, HALT)).rejects.toThrow('(risk does not say), and this aitrader writes v7');
    expect(await commandsIn(run)).toEqual([]);
    const { limits: _, ...said } = JSON.parse(encodeControl(newControl('data-level', T, 'ingest', ''))) as { limits: unknown };
    await bus.js.publish(subjectOf(run, 'control', undefined, 6), JSON.stringify(said));
    await give(run, HALT);
    expect((await commandsIn(run)).map(({ subject }) => subject)).toEqual([operatorSubject(run, 6)]);
  });

  it('is said in today’s version to services of today, whatever build', async () => {
    const run = await newRun(OF_ANOTHER_BUILD);
    // its connection is its life, and the one of the test goes on
    await claim(bus, run, 'risk', -1);
    await give(run, SMALLER);
    expect((await commandsIn(run)).map(({ subject }) => subject)).toEqual([operatorSubject(run)]);
  });

  it('waits for a run that nobody runs if this very code is what can go on with it, and else is refused', async () => {
    const ours = await newRun(codeIdentity().hash);
    expect(await give(ours, HALT)).toMatchObject({ running: false });
    expect((await commandsIn(ours)).map(({ subject }) => subject)).toEqual([operatorSubject(ours)]);
    const theirs = await newRun(OF_ANOTHER_BUILD);
    await expect(give(theirs, HALT)).rejects.toThrow('(none of them runs)');
    expect(await commandsIn(theirs)).toEqual([]);
  });
});
