import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  HookDoor,
  ScheduleLog,
  Scheduler,
  hookSignature,
  scheduleFrom,
  viewOfDay,
  type JobRow,
} from '@aitrader/application-schedule';
import { sessionOn } from '@aitrader/core-sessions';
import { accessOf, connectOrStart, locateNatsServer, openBus, type Bus, type ManagedNatsServer } from '@aitrader/runtime-bus';
import { createLogger } from '@aitrader/runtime-telemetry';
import { listenFor, type RunningScheduler } from './application.ts';

const PROJECT_HOME = path.resolve(import.meta.dirname, '../../../.aitrader');
const START_MS_MAX = 120_000;
const SECRET = randomBytes(32).toString('base64');
const DATE = '2024-07-02';
const MS = 1_000;
const CONFIG = scheduleFrom({ jobs: { flatten: {}, arm: {}, 'end-of-day': { on: false } } }, 'the test');

interface Sent {
  readonly job?: string;
  readonly body?: string;
  readonly nonce?: string;
  readonly secret?: string;
  readonly lateMs?: number;
  /** signs another body than is sent */
  readonly signed?: string;
}

describe('a hook', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'hooks-'));
  let server: ManagedNatsServer;
  let bus: Bus;
  let log: ScheduleLog;
  let running: RunningScheduler;
  let now: number;

  beforeAll(async () => {
    const { path: binary } = await locateNatsServer({ home: PROJECT_HOME });
    server = await connectOrStart({ home, binary, env: {} });
  }, START_MS_MAX);
  afterAll(async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });
  beforeEach(async () => {
    now = sessionOn(DATE)?.open ?? 0;
    await open();
  });
  afterEach(close);

  async function open(secret = SECRET, earlier = ''): Promise<void> {
    bus = await openBus(accessOf({ url: server.url, keys: path.join(home, 'keys') }, 'scheduler'), 'test');
    log = await ScheduleLog.open(bus, () => now);
    const perform = () => Promise.resolve({ isDone: true, isStopped: false, words: '' });
    const scheduler = new Scheduler({ log, config: CONFIG, now: () => now, perform });
    const door = await HookDoor.open(bus, secret, () => now, earlier);
    const clock = { now: () => now, realMs: (ms: number) => ms };
    const around = () => [DATE].flatMap((date) => viewOfDay(log, CONFIG, sessionOn(date) ?? fail()));
    const schedule = { home, config: CONFIG, log, scheduler, door, clock, around };
    running = await listenFor(
      schedule,
      { host: '127.0.0.1', port: 0, logLevel: 'error' },
      createLogger({ service: 'test', level: 'error' }),
    );
  }

  async function close(): Promise<void> {
    await running.close();
    await bus.nc.close();
  }

  function fail(): never {
    throw new Error(`${DATE} is no trading date`);
  }

  async function send({ job = 'flatten', body, nonce, secret = SECRET, lateMs = 0, signed }: Sent = {}): Promise<number> {
    const sent = Buffer.from(body ?? JSON.stringify({ job, date: DATE }));
    const about = { timestamp: String(Math.floor((now - lateMs) / MS)), nonce: nonce ?? randomBytes(16).toString('hex') };
    const signature = hookSignature(secret, { ...about, body: signed === undefined ? sent : Buffer.from(signed) });
    const { status } = await fetch(`${running.url}/hooks/${job}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-aitrader-timestamp': about.timestamp,
        'x-aitrader-nonce': about.nonce,
        'x-aitrader-signature': signature,
      },
      body: sent,
    });
    return status;
  }

  it('is signed with the new secret or the one before while that is replaced, and then with the new one alone', async () => {
    const [next, body] = [randomBytes(32).toString('base64'), JSON.stringify({ job: 'end-of-day', date: DATE })];
    const ask = (secret: string, nonce?: string): Promise<number> =>
      send({ job: 'end-of-day', body, secret, ...(nonce === undefined ? {} : { nonce }) });
    expect([await ask(SECRET), await ask(next)]).toEqual([202, 401]);
    await close();
    await open(next, SECRET);
    const nonce = randomBytes(16).toString('hex');
    expect([await ask(SECRET, nonce), await ask(next)]).toEqual([202, 202]);
    // what was heard by the one secret is not heard again by the other
    expect(await ask(next, nonce)).toBe(409);
    await close();
    await open(next);
    expect([await ask(SECRET), await ask(next)]).toEqual([401, 202]);
    await expect(HookDoor.open(bus, next, () => now, 'short')).rejects.toThrow('AITRADER_HOOK_SECRET_EARLIER: has 5 characters');
  });

  const row = async (): Promise<JobRow> => {
    await log.hear();
    return log.row({ date: DATE, name: 'flatten' });
  };

  it.each<readonly [string, Sent, number]>([
    ['of another secret', { secret: 'x'.repeat(44) }, 401],
    ['whose body is not the signed one', { signed: '{"job":"flatten"}' }, 401],
    ['without a nonce', { nonce: '' }, 401],
    ['of six minutes ago', { lateMs: 6 * 60 * MS }, 401],
    ['of in six minutes', { lateMs: -6 * 60 * MS }, 401],
    ['that was signed for another job', { body: JSON.stringify({ job: 'end-of-day', date: DATE }) }, 400],
    ['for a day without trading', { body: JSON.stringify({ job: 'flatten', date: '2024-07-04' }) }, 400],
    ['for a job that lets something in', { job: 'arm' }, 403],
    ['for a job that the schedule does not have', { job: 'archive' }, 404],
    ['for no job', { job: 'reboot' }, 404],
    ['with a body that is too long', { body: JSON.stringify({ job: 'flatten', date: 'x'.repeat(5_000) }) }, 413],
  ])('%s is refused, and asks for nothing', async (_, sent, status) => {
    expect(await send(sent)).toBe(status);
    expect((await row()).status).toBe('open');
  });

  it('is heard once, and is no other job than the one of the timetable', async () => {
    const nonce = randomBytes(16).toString('hex');
    expect(await send({ nonce })).toBe(202);
    expect(await send({ nonce })).toBe(409);
    // a scheduler that is started anew, with a clock that was set back, remembers
    await close();
    now -= 60 * 60 * MS;
    await open();
    expect(await send({ nonce })).toBe(409);
    const { status, asked } = await row();
    expect([status, asked]).toEqual(['claimed', 'a hook']);
    // another hook for the same job comes to the same row
    expect(await send()).toBe(202);
    expect((await row()).facts).toHaveLength(1);
  });

  it('is not there where there is no secret, and the secret cannot be guessed', async () => {
    await expect(HookDoor.open(bus, 'short', () => now)).rejects.toThrow(/AITRADER_HOOK_SECRET: has 5 characters, and needs 43/);
  });

  it('has beside it how the schedule is', async () => {
    const health = (await (await fetch(`${running.url}/health`)).json()) as Record<string, unknown>;
    expect(health).toMatchObject({ stage: 'scheduler', status: 'running', troubles: { missed: 0, left: 0, failed: 0 } });
    expect((await fetch(`${running.url}/metrics`)).status).toBe(404);
  });

  it('tells Prometheus of jobs that were missed, and of alarms of the last challenge', async () => {
    await close();
    process.env['AITRADER_METRICS'] = '1';
    try {
      const key = { date: DATE, name: 'flatten' } as const;
      mkdirSync(path.join(home, 'learning', 'challenges'), { recursive: true });
      const drift = [{ metric: 'aitrader_learning_feature_psi', of: 'volume', value: 1.5, limit: 0.25, isOff: true }];
      writeFileSync(path.join(home, 'learning', 'challenges', `${DATE}.json`), JSON.stringify({ date: DATE, drift }));
      await open();
      await log.say(key, () => ({ fact: 'missed', due: now }));
      const told = await (await fetch(`${running.url}/metrics`)).text();
      const figure = (name: string, of: string): string | undefined =>
        told
          .split('\n')
          .find((line) => line.startsWith(`${name}{`) && line.includes(of))
          ?.split(' ')[1];
      expect(figure('aitrader_schedule_jobs_missed', 'job="flatten"')).toBe('1');
      expect(figure('aitrader_schedule_jobs_missed', 'job="arm"')).toBe('0');
      expect(figure('aitrader_learning_feature_psi', 'of="volume"')).toBe('1.5');
      expect(figure('aitrader_learning_alarm', 'of="volume"')).toBe('1');
    } finally {
      Reflect.deleteProperty(process.env, 'AITRADER_METRICS');
    }
  });
});
