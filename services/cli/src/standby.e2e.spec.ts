import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunReport } from '@aitrader/application-backtest';
import type { StageName } from '@aitrader/contracts';
import { commandUnderTest, processesOf, type CommandUnderTest } from './testing/command-under-test.ts';
import { BELIEVING } from './testing/eager-rules.ts';
import { startExtra, type ExtraService } from './testing/extra-service.ts';

const RUN_MS_MAX = 400_000;
const STEP_MS_MAX = 120_000;
const EXIT_DRAINED = 0;
/** About what four sessions take at this speed, in which copies start and take over. */
const SPEED = ['--bars', 'sample', '--speed', '3000'];
const AT_EXCHANGE = ['--broker', 'exchange', '--exchange-rules', 'simulation'];

describe('a copy that stands by', () => {
  let aitrader: CommandUnderTest;
  let config: string[];
  const extras: ExtraService[] = [];
  beforeAll(async () => {
    aitrader = await commandUnderTest({ AITRADER_STANDBY: '1', AITRADER_CHECKPOINT_SLICES: '200' });
    const file = path.join(aitrader.folder, 'config.json');
    await writeFile(file, JSON.stringify(BELIEVING));
    config = ['--config', file];
  }, RUN_MS_MAX);
  afterAll(() => {
    for (const { child } of extras) child.kill('SIGKILL');
    aitrader.cleanUp();
  });

  it.each([
    { stage: 'risk', broker: [] },
    { stage: 'execution', broker: [] },
    { stage: 'execution', broker: AT_EXCHANGE },
  ] as const)(
    'of $stage $broker takes over when the first is killed, and gives back when it leaves: nothing is changed',
    async ({ stage, broker }) => {
      const expected = await aitrader.json('backtest', '--bars', 'sample', ...broker, ...config);
      const paper = aitrader.start('paper', ...SPEED, ...broker, ...config, '--json');
      let isOver = false;
      void paper.finished.then(() => (isOver = true));
      const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
        const deadline = performance.now() + STEP_MS_MAX;
        while (!(await condition())) {
          if (isOver) throw new Error(`the run was over before that: ${(await paper.finished).stderr}`);
          if (performance.now() > deadline) throw new Error('it does not come to that');
          await sleep(20);
        }
      };
      await until(() => logOf(aitrader.home, stage).includes('"message":"holds"'));
      const { run, pids } = processesOf(aitrader.home) ?? { run: '', pids: {} };
      const url = exchangeOf(aitrader.home, run);
      const standby = startExtra(aitrader.home, run, stage, {
        AITRADER_STANDBY: '1',
        ...(url === undefined ? {} : { AITRADER_BROKER_URL: url }),
      });
      extras.push(standby);
      await until(() => standby.said().includes('"message":"running"'));
      expect(await standby.shards()).toEqual([]);
      process.kill(pids[stage] ?? Number.NaN, 'SIGKILL');
      await until(async () => (await standby.shards()).length === 1);
      // what the supervisor has started again stands by now, and takes over again
      await until(() => logOf(aitrader.home, stage).split('"message":"running"').length > 2);
      standby.child.kill('SIGTERM');
      expect(await standby.ended).toBe(EXIT_DRAINED);
      await until(() => logOf(aitrader.home, stage).split('"message":"holds"').length > 2);
      const { code, stdout, stderr } = await paper.finished;
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      const report = JSON.parse(stdout) as RunReport;
      expect(report.counts.fills).toBeGreaterThan(5);
      for (const fact of ['states', 'signals', 'orders', 'denials'] as const)
        expect(report.digest[fact]).toBe(expected.digest[fact]);
      if (broker.length === 0) expect(report.digest).toEqual(expected.digest);
      expect(await aitrader.json('verify', run)).toMatchObject({ verified: true });
    },
    RUN_MS_MAX,
  );
});

function logOf(home: string, stage: StageName): string {
  const run = processesOf(home)?.run;
  const file = path.join(home, 'logs', run ?? '', `${stage}.log`);
  return run !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Where the exchange of a run is asked, if it has one. */
function exchangeOf(home: string, run: string): string | undefined {
  const folder = path.join(home, 'logs', run);
  const file = readdirSync(folder).find((name) => name.includes('paper-broker'));
  return file === undefined ? undefined : /"url":"([^"]+)"/.exec(readFileSync(path.join(folder, file), 'utf8'))?.[1];
}
