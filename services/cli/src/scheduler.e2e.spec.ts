import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JobView } from '@aitrader/application-schedule';
import { wallClock } from '@aitrader/runtime-configuration';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';
import { SimulatedAlpaca } from './testing/simulated-alpaca.ts';

const RUN_MS_MAX = 300_000;
const SPEED = 20;
const SYMBOLS = ['AAA', 'BBB'];
/** Two dates of which the second is a half day: it ends at 17:00, and its jobs with it. */
const DATES = [
  ['2024-07-02', '2024-07-02T19:51:00-04:00'],
  ['2024-07-03', '2024-07-03T16:51:00-04:00'],
] as const;

const SCHEDULE = {
  learned: true,
  jobs: {
    record: {
      at: 'postClose-8m',
      arguments: ['--vendor', 'alpaca', '--symbols', SYMBOLS.join(','), '--history', '0', '--no-journal'],
    },
    'stop-entries': { at: 'postClose-4m', until: 'postClose', by: 'postClose' },
    close: { at: 'postClose+1m' },
    'end-of-day': { at: 'postClose+1m' },
    'daily-parity': { on: false },
  },
};
/** Parameters that nobody has fitted, of a symbol that is traded. */
const PARAMETERS = {
  ...{
    symbol: 'AAA',
    model: 'gjr',
    version: 'gjr/by-hand',
    timeframe: '1m',
    fittedFrom: 1_700_000_000_000,
    fittedTo: 1_710_000_000_000,
    n: 1_000,
  },
  values: { mu: 0, omega: 0.01, alpha: 0.05, gamma: 0.05, beta: 0.85, nu: 6 },
  ...{ logLikelihood: -1_000, converged: true },
};

async function putInForce(home: string): Promise<string> {
  const { decide, keepSet } = await import('@aitrader/application-learning');
  const to = await keepSet(home, JSON.stringify({ version: 1, parameters: [PARAMETERS] }));
  await decide(home, { kind: 'promote', at: 1, by: 'the test', reason: 'to see', to, date: '2024-07-02', figures: [] });
  return to;
}

const IS_OVER = ['done', 'failed', 'left'];

describe('a scheduler over two dates', () => {
  let aitrader: CommandUnderTest;
  const views: JobView[] = [];
  /** hash of the parameters that were promoted between both dates */
  let promoted = '';

  beforeAll(async () => {
    aitrader = await commandUnderTest({});
    mkdirSync(aitrader.home);
    writeFileSync(path.join(aitrader.home, 'schedule.json'), JSON.stringify(SCHEDULE));
    for (const [date, shows] of DATES) {
      views.push(...(await live(date, shows)));
      if (promoted === '') promoted = await putInForce(aitrader.home);
    }
  }, RUN_MS_MAX);
  afterAll(() => aitrader.cleanUp());

  /** Lets a scheduler live through the evening of a date. */
  async function live(date: string, shows: string): Promise<readonly JobView[]> {
    const setting = JSON.stringify({ shows, at: Date.now(), speed: SPEED });
    const vendor = await SimulatedAlpaca.start(SYMBOLS, wallClock({ AITRADER_CLOCK: setting }));
    const env = { ...vendor.environment, AITRADER_CLOCK: setting };
    const scheduler = aitrader.startWith(env, 'scheduler', '--json');
    try {
      for (;;) {
        await sleep(1_500);
        const { stdout } = await aitrader.runWith(env, 'schedule', '--date', date, '--json');
        const jobs = JSON.parse(stdout) as readonly JobView[];
        if (jobs.every(({ isOn, status }) => !isOn || IS_OVER.includes(status))) return jobs;
        // what comes behind the recording waits for it for hours: nobody has to see that
        if (jobs.some(({ name, status }) => name === 'record' && status === 'failed')) return jobs;
      }
    } finally {
      scheduler.child.kill('SIGTERM');
      await scheduler.finished;
      await vendor.stop();
    }
  }

  it('begins a recording with the parameters that were promoted before it, and names them', async () => {
    const [first, second] = await Promise.all(
      DATES.map(async ([date]) => JSON.stringify(await aitrader.json<unknown>('show', `paper-${date}`, '1'))),
    );
    expect([promoted.length, first?.includes(promoted), second?.includes(promoted)]).toEqual([64, false, true]);
  });

  it('does the jobs of each, once', () => {
    const done = DATES.flatMap(([date]) =>
      ['record', 'stop-entries', 'close', 'end-of-day'].map((name) => [date, name, 'done', 1]),
    );
    const came = views
      .filter(({ isOn }) => isOn)
      .map(({ date, name, status, attempt, words }) => [date, name, status, attempt, words]);
    expect(came).toEqual(done.map((one) => [...one, '']));
  });

  it('makes a recording of each, and the second goes on from what the first left', async () => {
    const [first, second] = DATES.map(([date]) => `paper-${date}`);
    expect(await aitrader.json('verify', first ?? '')).toMatchObject({ verified: true, follows: null });
    expect(await aitrader.json('verify', second ?? '')).toMatchObject({ verified: true, follows: { run: first, isHere: true } });
  });
});
