import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandUnderTest, processesOf, type CommandUnderTest } from './testing/command-under-test.ts';
import { startExtra } from './testing/extra-service.ts';
import type { RunReport } from '@aitrader/application-backtest';

const RUN_MS_MAX = 240_000;
const EXIT_FENCED = 3;

describe('a second copy of a service of the account, started by mistake', () => {
  let aitrader: CommandUnderTest;
  beforeAll(async () => {
    aitrader = await commandUnderTest();
  }, RUN_MS_MAX);
  afterAll(() => aitrader.cleanUp());

  it.each(['risk', 'execution'] as const)(
    'is fenced off and says so (%s); the run goes on unharmed',
    async (stage) => {
      const expected = await aitrader.json('backtest', '--bars', 'sample');
      const paper = aitrader.start('paper', '--speed', '8000', '--json');
      const run = await untilDeciding(aitrader.home);
      const second = startExtra(aitrader.home, run, stage);
      const code = await second.ended;
      expect(second.said()).toMatch(/fenced off: .* already runs/);
      expect(code).toBe(EXIT_FENCED);
      const { code: paperCode, stdout } = await paper.finished;
      expect(paperCode).toBe(0);
      expect((JSON.parse(stdout) as RunReport).digest).toEqual(expected.digest);
    },
    RUN_MS_MAX,
  );
});

/** Waits until all services of a run are up. */
async function untilDeciding(home: string): Promise<string> {
  for (;;) {
    const status = processesOf(home);
    if (status !== undefined && Object.values(status.pids).every((pid) => pid !== null) && allRunning(home, status.run))
      return status.run;
    await sleep(50);
  }
}

function allRunning(home: string, run: string): boolean {
  return ['ingest', 'probability', 'strategy', 'risk', 'execution'].every((stage) => {
    try {
      return readFileSync(path.join(home, 'logs', run, `${stage}.log`), 'utf8').includes('"message":"running"');
    } catch {
      return false;
    }
  });
}
