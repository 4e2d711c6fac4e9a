import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newYorkDate, newYorkInstant, sessionsBetween, type TradingSession } from '@aitrader/core-sessions';
import { epochMs } from '@aitrader/model';
import { accessOf, connectOrStart, locateNatsServer, openBus, type Bus, type ManagedNatsServer } from '@aitrader/runtime-bus';
import { JOBS, type JobName } from './jobs.ts';
import { scheduleFrom } from './schedule-config.ts';
import { ScheduleLog } from './schedule-log.ts';
import { Scheduler, type Performer } from './scheduler.ts';
import { timetableOf } from './timetable.ts';

const PROJECT_HOME = path.resolve(import.meta.dirname, '../../../../.aitrader');
const SCHEDULER = path.resolve(import.meta.dirname, '../testing/scheduler.cli.ts');
const START_MS_MAX = 120_000;
const TRIES_MS_MAX = 60_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const POINTS = ['claimed', 'started', 'performing', 'performed', 'ended'] as const;

/** Every job but the recording's, all due at the open. */
const NAMES: readonly JobName[] = ['premarket-scan', 'flatten', 'stop-entries', 'daily-parity', 'database-backup', 'arm'];
const GIVEN = {
  jobs: Object.fromEntries(NAMES.map((name) => [name, { at: 'open', until: 'close', by: 'close', arguments: [] }])),
};
const CONFIG = scheduleFrom(GIVEN, 'the test');
const ONE_LATE = scheduleFrom({ jobs: { flatten: { at: 'open', until: 'open+30m', by: 'open+30m' } } }, 'the test');

describe('schedulers on a bus', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'schedulers-'));
  const file = path.join(home, 'done.txt');
  const children = new Set<ChildProcess>();
  let server: ManagedNatsServer;
  let bus: Bus;
  let session: TradingSession;
  let lastOpen: number = newYorkInstant('2019-01-02', 0);
  const connections: Bus[] = [];

  beforeAll(async () => {
    const { path: binary } = await locateNatsServer({ home: PROJECT_HOME });
    server = await connectOrStart({ home, binary, supervise: true, env: {} });
    bus = await connected();
  }, START_MS_MAX);
  afterAll(async () => {
    await Promise.all(connections.map(({ nc }) => nc.close()));
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });
  beforeEach(() => {
    writeFileSync(file, '');
    session = later();
  });
  afterEach(async () => {
    for (const child of children) if (child.exitCode === null && child.signalCode === null) await ended(child, 'SIGKILL');
    children.clear();
  });

  /** Another trading date, so far behind the others that nobody looks at both. */
  function later(): TradingSession {
    const [session] = sessionsBetween(newYorkDate(epochMs(lastOpen + 40 * 24 * HOUR_MS)), '2030-12-31');
    if (session === undefined) throw new Error('the calendar has no more dates');
    lastOpen = session.open;
    return session;
  }

  async function connected(): Promise<Bus> {
    const one = await openBus(accessOf({ url: server.url, keys: path.join(home, 'keys') }, 'scheduler'), 'test');
    connections.push(one);
    return one;
  }

  async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    const over = once(child, 'exit');
    child.kill(signal);
    await over;
  }

  function process_(shows: number, point = '', job = ''): ChildProcess {
    const args = ['--conditions=@aitrader/source', '--disable-warning=ExperimentalWarning', SCHEDULER];
    const told = [server.url, path.join(home, 'keys'), String(shows), file, JSON.stringify(GIVEN), point, job];
    const child = spawn(process.execPath, [...args, ...told], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    children.add(child);
    return child;
  }

  const linesOf = (name: string): string[] =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith(`${session.date} ${name} `));

  async function settled(): Promise<ScheduleLog> {
    const log = await ScheduleLog.open(bus, () => session.open);
    const deadline = performance.now() + TRIES_MS_MAX / 2;
    for (;;) {
      await log.hear();
      const open = NAMES.filter((name) => !['done', 'left'].includes(log.row({ date: session.date, name }).status));
      if (open.length === 0) return log;
      if (performance.now() > deadline) throw new Error(`not over: ${open.join(', ')}`);
      await sleep(50);
    }
  }

  describe.each(['flatten', 'database-backup'] as const)('of which one is killed at %s', (name) => {
    it.each(POINTS)(
      'after it was %s: another one begins it again only where that is safe, and says what it does not know',
      async (point) => {
        await once(process_(session.open + MINUTE_MS, point, name), 'exit');
        const next = process_(session.open + 2 * MINUTE_MS);
        const log = await settled();
        await ended(next, 'SIGTERM');
        const { status, attempt } = log.row({ date: session.date, name });
        const wasBegun = point === 'started' || point === 'performing' || point === 'performed';
        const { isRepeatable } = JOBS[name];
        if (!wasBegun) expect([status, attempt, linesOf(name).length]).toEqual(['done', 1, 1]);
        else if (isRepeatable) expect([status, attempt]).toEqual(['done', 2]);
        else expect([status, attempt, linesOf(name).length]).toEqual(['left', 1, point === 'started' ? 0 : 1]);
        // the others are as if nothing had been
        for (const other of NAMES.filter((one) => one !== name && JOBS[one].isRepeatable))
          expect(log.row({ date: session.date, name: other }).status).toBe('done');
      },
      TRIES_MS_MAX,
    );
  });

  it(
    'that look at the same clock at once begin each job once',
    async () => {
      const rivals = Array.from({ length: 3 }, () => process_(session.open - 1_500));
      const log = await settled();
      await Promise.all(rivals.map((rival) => ended(rival, 'SIGTERM')));
      expect(NAMES.map((name) => [name, linesOf(name).length, log.row({ date: session.date, name }).attempt])).toEqual(
        NAMES.map((name) => [name, 1, 1]),
      );
    },
    TRIES_MS_MAX,
  );

  describe('whose clock jumps', () => {
    let shows: number;
    let performed: string[];
    const perform: Performer = async ({ job }) => {
      performed.push(job.name);
      return { isDone: true, isStopped: false, words: '' };
    };
    beforeEach(() => {
      shows = session.open - HOUR_MS;
      performed = [];
    });

    it('ahead by hours misses what was due meanwhile, says so once, and does it once when the clock is put right', async () => {
      const log = await ScheduleLog.open(await connected(), () => shows);
      const scheduler = new Scheduler({ log, config: ONE_LATE, now: () => shows, perform });
      await scheduler.look();
      for (const jump of [5 * HOUR_MS, 0, 6 * HOUR_MS, HOUR_MS + MINUTE_MS]) {
        shows = session.open - HOUR_MS + jump;
        await scheduler.look();
      }
      await scheduler.idle();
      const { isMissed, facts } = log.row({ date: session.date, name: 'flatten' });
      expect([isMissed, facts.filter(({ fact }) => fact === 'missed').length]).toEqual([true, 1]);
      expect(performed).toEqual(['flatten']);
    });

    it('back by an hour does nothing again', async () => {
      const log = await ScheduleLog.open(await connected(), () => shows);
      const scheduler = new Scheduler({ log, config: CONFIG, now: () => shows, perform });
      for (const minute of [0, 61, 62, 1, 30, 59, 61, 120]) {
        shows = session.open - HOUR_MS + minute * MINUTE_MS;
        await scheduler.look();
        await scheduler.idle();
      }
      expect(performed.sort()).toEqual([...NAMES].sort());
    });
  });

  it('lets a person do what was left, and nobody what is done', async () => {
    const log = await ScheduleLog.open(await connected(), () => session.open);
    let tries = 0;
    const perform: Performer = async () => {
      tries++;
      return { isDone: true, isStopped: false, words: '' };
    };
    const scheduler = new Scheduler({ log, config: CONFIG, now: () => session.open, perform });
    const job = timetableOf(CONFIG, session).find(({ name }) => name === 'database-backup');
    if (job === undefined) throw new Error('there is no such job');
    const gone = await connected();
    const before = await ScheduleLog.open(gone, () => session.open);
    await before.say(job, () => ({ fact: 'claimed', asked: null }));
    await before.say(job, () => ({ fact: 'started', attempt: 1 }));
    // whoever began it is there
    expect((await scheduler.runNow(job, 'a person')).status).toBe('started');
    await gone.nc.close();
    await scheduler.look();
    expect([log.row(job).status, tries]).toEqual(['left', NAMES.length - 1]);
    expect((await scheduler.runNow(job, 'a person')).status).toBe('done');
    expect((await scheduler.runNow(job, 'a person')).status).toBe('done');
    expect([log.row(job).attempt, tries]).toEqual([2, NAMES.length]);
  });

  it('asks for nothing twice by a hook', async () => {
    const log = await ScheduleLog.open(await connected(), () => session.preOpen);
    let tries = 0;
    const perform: Performer = async () => {
      tries++;
      return { isDone: true, isStopped: false, words: '' };
    };
    const scheduler = new Scheduler({ log, config: CONFIG, now: () => session.preOpen, perform });
    const key = { date: session.date, name: 'flatten' } as const;
    for (let asked = 0; asked < 3; asked++) {
      await scheduler.ask(key, 'a hook');
      await scheduler.look();
      await scheduler.idle();
    }
    expect([log.row(key).status, tries]).toEqual(['done', 1]);
  });
});
