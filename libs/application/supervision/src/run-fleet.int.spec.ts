/** Whether a fleet is of one build, asked over the bus: arming is refused where it is mixed, or not known, in words that name who is other. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { thisCode } from '@aitrader/application-recordings';
import { STAGES, TOPOLOGY, encodeManifest, operatorSubject, subjectOf, type StageName } from '@aitrader/contracts';
import { epochMs, runId, ticker, type Manifest, type RunId } from '@aitrader/model';
import {
  accessOf,
  connectOrStart,
  createRecording,
  hold,
  locateNatsServer,
  openBus,
  readStored,
  type Bus,
  type HeldWith,
  type ManagedNatsServer,
} from '@aitrader/runtime-bus';
import { ORDER_HANDLING, PAPER_EXCHANGE, SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { makeSigningKeys } from '@aitrader/runtime-signing';
import { commandRun, readinessOf, testKillSwitch, type OpenHome } from './index.ts';

const TEST_HOME = path.resolve(import.meta.dirname, '../../../../.aitrader');
const START_MS_MAX = 120_000;
const ASKED_MS_MAX = 60_000;
const T = epochMs(Date.parse('2026-01-05T15:31:00Z'));
const SHARDS = 2;
const OWN = thisCode().hash;
const ANOTHER = 'a'.repeat(64);
const said = (hash: string): HeldWith => ({ build: { hash, commit: '' }, standing: () => ({ seq: 10_000, waiting: 0 }) });

describe('a fleet', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'fleet-'));
  let server: ManagedNatsServer;
  let operator: Bus;
  let run: RunId;
  let runs = 0;
  const connections: Bus[] = [];

  beforeAll(async () => {
    const { path: binary } = await locateNatsServer({ home: TEST_HOME });
    await makeSigningKeys(home);
    server = await connectOrStart({ home, binary, supervise: true, env: {} });
    operator = await openBus(accessOf(server, 'operator'), 'fleet test');
  }, START_MS_MAX);
  afterEach(async () => {
    for (const bus of connections.splice(0)) await bus.nc.close();
  });
  afterAll(async () => {
    await operator.nc.close();
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });

  /** A run of this build that trades with real money, and what each of its instances says of itself; undefined: nobody runs it. */
  async function runOf(says: (stage: StageName, shard: number) => HeldWith | undefined, codeHash = OWN): Promise<void> {
    run = runId(`live-${(runs += 1)}`);
    const code = { codeVersion: '0.1.0', codeHash, codeCommit: 'b'.repeat(40), nodeVersion: process.version };
    const market = { shards: SHARDS, timeframe: '1m', universe: [ticker('AAA')], sources: [], from: T, to: T } as const;
    const broker = { ...PAPER_EXCHANGE, ...ORDER_HANDLING, account: 'live', followsBars: false } as const;
    const config = { config: { ...SIMULATED_DEFAULTS, broker }, configHash: 'c'.repeat(64) };
    const manifest: Manifest = { run, kind: 'paper', createdAt: T, ...code, ...market, ...config, follows: null };
    const owner = await openBus(accessOf(server, 'supervisor'), 'owner');
    await createRecording(owner, run);
    await owner.js.publish(subjectOf(run, 'manifest'), encodeManifest(manifest));
    await owner.nc.close();
    for (const stage of STAGES.filter((one) => one !== 'scanner')) {
      const bus = await openBus(accessOf(server, stage), stage);
      connections.push(bus);
      const shards = TOPOLOGY[stage].per === 'account' ? [-1] : Array.from({ length: SHARDS }, (_, shard) => shard);
      for (const shard of shards) {
        const one = says(stage, shard);
        if (one !== undefined) await hold(bus, run, stage, shard, one);
      }
    }
  }

  const open = (): OpenHome => ({ home, bus: operator, server });
  const arming = (): Promise<string> =>
    commandRun(open(), run, { kind: 'arm', actor: 'ada', reason: 'open' }).then(() => 'armed', String);
  /** What a gate says of the run. */
  const gate = async (name: string) => (await readinessOf(open(), run)).gates.find((one) => one.name === name);
  async function commands(): Promise<number> {
    let count = 0;
    await readStored(operator, run, ({ subject }) => void (count += Number(subject === operatorSubject(run))));
    return count;
  }

  it('of one build that has read everything is met, though nobody of this home supervises it', async () => {
    await runOf(() => said(OWN));
    expect(await gate('fleet')).toMatchObject({ isMet: true, value: 0 });
    expect(await gate('lag')).toMatchObject({ isMet: true, value: 0 });
    expect(await testKillSwitch(open(), run, 'ada')).toMatchObject({ run, seq: 2, heardMs: expect.any(Number) });
  });

  it(
    'of two builds refuses arming, and names who is other by its build',
    async () => {
      await runOf((stage, shard) => said(stage === 'strategy' && shard === 1 ? ANOTHER : OWN));
      const words = await arming();
      expect(words).toContain('is not ready for real money');
      expect(words).toContain(
        `NOT MET  fleet: 1, limit 0 (services that do not run, or are of another version: strategy of shard 1 runs build aaaaaaaaaaaa, and the run is of build ${OWN.slice(0, 12)})`,
      );
      expect(await commands()).toBe(0);
    },
    ASKED_MS_MAX,
  );

  it(
    'of which somebody does not answer, or does not say its build, is not known, and refuses arming',
    async () => {
      await runOf((stage, shard) => {
        if (stage === 'risk') return undefined;
        return stage === 'probability' && shard === 0 ? {} : said(OWN);
      });
      const words = await arming();
      expect(words).toContain('probability of shard 0 does not say its build, risk does not answer, and the run is of build');
      expect(words).toContain('NOT MET  lag: not known');
      expect(await commands()).toBe(0);
      expect(await gate('fleet')).toMatchObject({ isMet: false, value: 2 });
    },
    ASKED_MS_MAX,
  );

  it(
    'of another build than the program that arms, or that is not known, is refused',
    async () => {
      await runOf(() => said(ANOTHER), ANOTHER);
      expect(await arming()).toContain(`this program is of build ${OWN.slice(0, 12)}, and the run of aaaaaaaaaaaa`);
      await runOf(() => said(OWN), '');
      expect(await arming()).toContain('NOT MET  fleet: not known');
      expect(await commands()).toBe(0);
    },
    ASKED_MS_MAX,
  );

  it(
    'of which one gets nothing any more lags, though no interval waits in it',
    async () => {
      let place = 10_000;
      await runOf((stage) => ({ ...said(OWN), standing: () => ({ seq: stage === 'risk' ? place : 10_000, waiting: 0 }) }));
      const told = await testKillSwitch(open(), run, 'ada');
      expect(await gate('lag')).toMatchObject({ isMet: true, value: 0 });
      place = told.seq - 1;
      expect(await gate('lag')).toMatchObject({ isMet: false, value: 1 });
      expect(await arming()).toContain('NOT MET  lag: 1, limit 0');
      expect(await commands()).toBe(1);
      place = told.seq;
      expect(await gate('lag')).toMatchObject({ isMet: true, value: 0 });
    },
    ASKED_MS_MAX,
  );

  it(
    'that has not read the test of the kill switch has not heard it',
    async () => {
      await runOf((stage) => ({ ...said(OWN), standing: () => ({ seq: stage === 'risk' ? 1 : 10_000, waiting: 0 }) }));
      expect(await testKillSwitch(open(), run, 'ada')).toMatchObject({ heardMs: null });
      expect(await gate('kill-switch')).toMatchObject({ isMet: false, value: null });
    },
    ASKED_MS_MAX,
  );
});
