import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { commandUnderTest, processesOf, type CommandUnderTest } from './testing/command-under-test.ts';
import { EAGER } from './testing/eager-rules.ts';
import type { RunReport } from '@aitrader/application-backtest';

const RUN_MS_MAX = 400_000;
/** A scan every few minutes, so that some are under way whenever the scanner is killed. */
const SCANNER = { times: [565, 572, 580, 595, 610, 640, 700, 760, 820, 880, 940], top: 6, volumeDaysMin: 1, dollarVolumeMin: 0 };
const STAGES = ['ingest', 'probability', 'strategy', 'risk', 'execution', 'scanner'];

describe('kill -9 at random moments', () => {
  let aitrader: CommandUnderTest;
  let memory: RunReport;
  beforeAll(async () => {
    aitrader = await commandUnderTest({ AITRADER_CHECKPOINT_SLICES: '200' });
    const parameters = path.join(aitrader.folder, 'parameters.json');
    await aitrader.json('fit', '--bars', 'sample', '--to', '2024-07-02', '--model', 'garch', '--into', parameters);
    const config = path.join(aitrader.folder, 'config.json');
    await writeFile(config, JSON.stringify({ ...EAGER, scanner: SCANNER }));
    memory = await aitrader.json(...['backtest', '--bars', 'sample', '--config', config, '--parameters', parameters, '--record']);
    expect(memory.digest.watchlists).toBeDefined();
    expect(memory.counts.fills).toBeGreaterThan(20);
  }, RUN_MS_MAX);
  afterAll(() => aitrader.cleanUp());

  it.each([...STAGES.map((stage) => ({ victims: [stage], kills: 3 })), { victims: STAGES, kills: 8 }])(
    'of $victims changes nothing in the recording',
    async ({ victims, kills }) => {
      const replay = aitrader.start('replay', memory.run, '--host', 'bus', '--shards', '2', '--json');
      const killed = await killAtRandom(
        kills,
        () => pidOf(victims[Math.floor(Math.random() * victims.length)] ?? 'risk'),
        replay.finished,
      );
      const { code, stdout, stderr } = await replay.finished;
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      expect(killed).toBeGreaterThan(0);
      const report = JSON.parse(stdout) as RunReport;
      expect(report.digest).toEqual(memory.digest);
      expect(await aitrader.json('verify', report.run)).toMatchObject({ verified: true });
    },
    RUN_MS_MAX,
  );

  it(
    'of nats-server changes nothing in the recording',
    async () => {
      const replay = aitrader.start('replay', memory.run, '--host', 'bus', '--shards', '2', '--json');
      const killed = await killAtRandom(3, serverPid, replay.finished);
      const { code, stdout, stderr } = await replay.finished;
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      expect(killed).toBeGreaterThan(0);
      const report = JSON.parse(stdout) as RunReport;
      expect(report.digest).toEqual(memory.digest);
      expect(await aitrader.json('verify', report.run)).toMatchObject({ verified: true });
    },
    RUN_MS_MAX,
  );

  const pidOf = (stage: string): number | undefined => processesOf(aitrader.home)?.pids[stage] ?? undefined;
  const serverPid = async (): Promise<number | undefined> => {
    if (processesOf(aitrader.home) === undefined) return undefined;
    const record: unknown = JSON.parse(await readFile(path.join(aitrader.home, 'nats', 'server.json'), 'utf8').catch(() => '{}'));
    return typeof record === 'object' && record !== null && 'pid' in record && typeof record.pid === 'number'
      ? record.pid
      : undefined;
  };
});

/** Kills what `victim` names, at random moments, until it was done `times` times or the run is over. */
async function killAtRandom(
  times: number,
  victim: () => number | undefined | Promise<number | undefined>,
  over: Promise<unknown>,
): Promise<number> {
  let killed = 0;
  let running = true;
  void over.then(() => (running = false));
  while (running && processAbsent(await victim())) await sleep(20);
  while (running && killed < times) {
    await sleep(200 + Math.random() * 1_200);
    const pid = await victim();
    if (!running || pid === undefined) continue;
    try {
      process.kill(pid, 'SIGKILL');
      killed += 1;
    } catch (error) {
      // Jest's realm has an Error of its own, and Node throws another one's.
      if (!(typeof error === 'object' && error !== null && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
  return killed;
}

const processAbsent = (pid: number | undefined): boolean => pid === undefined;
