import { appendFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunReport } from '@aitrader/application-backtest';
import type { Verdict } from '@aitrader/application-recordings';
import type { ListedRun } from '@aitrader/application-supervision';
import { subjectOf } from '@aitrader/contracts';
import { runId } from '@aitrader/model';
import { accessOf, openBus } from '@aitrader/runtime-bus';
import { commandUnderTest, processesOf, type CommandUnderTest, type Running } from './testing/command-under-test.ts';
import { exampleWalk } from './testing/example-walk.ts';

const RUN_MS_MAX = 240_000;
const HEADER = 'ts,open,high,low,close,volume,symbol';
const MINUTE_MS = 60_000;
const MEGABYTE = 1024 * 1024;
/** The sample's first fill is in its first session; two days more follow. */
const SAMPLE = ['paper', '--bars', 'sample', '--speed', 'max'];

describe('a run that did not come to its end', () => {
  let aitrader: CommandUnderTest;
  let parameters: string;
  let whole: RunReport;
  let fitted: RunReport;
  beforeAll(async () => {
    aitrader = await commandUnderTest({ AITRADER_CHECKPOINT_SLICES: '200' });
    parameters = path.join(aitrader.folder, 'parameters.json');
    await aitrader.json('fit', '--bars', 'sample', '--to', '2024-07-02', '--model', 'garch', '--into', parameters);
    whole = await aitrader.json('backtest', '--bars', 'sample');
    fitted = await aitrader.json('backtest', '--bars', 'sample', '--parameters', parameters);
  }, RUN_MS_MAX);
  const started: Running[] = [];
  /** A test that fails in the middle must leave nothing behind for the next one. */
  afterEach(async () => {
    for (const { child, finished } of started.splice(0)) {
      child.kill('SIGINT');
      await finished;
    }
  }, RUN_MS_MAX);
  afterAll(() => aitrader.cleanUp());

  const start = (...args: string[]): Running => {
    const running = aitrader.start(...args);
    started.push(running);
    return running;
  };

  /** Starts a run and waits until risk has decided something. */
  const begin = async (...args: string[]): Promise<{ run: string; paper: Running }> => {
    const paper = start(...SAMPLE, ...args);
    await untilSaid(paper, /ET (PRE|RTH)/);
    return { run: runNow(aitrader.home), paper };
  };
  const listed = async (run: string): Promise<ListedRun | undefined> =>
    (await aitrader.json<ListedRun[]>('runs')).find((entry) => entry.run === run);
  const goOn = (run: string, ...args: string[]): Promise<RunReport> =>
    aitrader.json('paper', '--continue', run, '--speed', 'max', ...args);
  const expectSound = async (run: string): Promise<void> => {
    expect(await aitrader.json('verify', run)).toMatchObject({ verified: true, unfinished: 0 });
    expect(await listed(run)).toMatchObject({ state: 'complete', complete: true, cause: null });
  };
  const filesOf = (run: string): string[] =>
    readdirSync(aitrader.home, { recursive: true, encoding: 'utf8' }).filter((name) => name.toLowerCase().includes(run));

  it(
    'because a service crashes too often is kept, listed with its cause, verified, explained and replayed, and gone on with',
    async () => {
      const paper = start(...SAMPLE);
      await untilSaid(paper, /fill {4}/);
      const run = runNow(aitrader.home);
      await killUntil(paper.finished, () => processesOf(aitrader.home)?.pids['risk']);
      const { code, stderr } = await paper.finished;
      expect(code).toBe(1);
      expect(stderr).toMatch(/risk: crashed 21 times in a row, at last by SIGKILL/);
      for (const command of ['verify', 'explain', 'paper --continue', 'runs delete'])
        expect(stderr).toContain(`npx aitrader ${command} ${run}`);
      expect(await listed(run)).toMatchObject({
        state: 'failed',
        complete: false,
        cause: expect.stringMatching(/^risk: crashed 21/),
      });
      expect((await aitrader.run('runs')).stdout).toMatch(/failed\n +risk: crashed 21 times/);
      const verdict = await aitrader.json<{ intervals: number; unfinished: number }>('verify', run);
      expect(verdict).toMatchObject({ verified: true });
      expect(verdict.intervals).toBeLessThan(whole.slices);
      expect(await aitrader.json('explain', run, '1')).toMatchObject({ fill: { leg: 'entry' } });
      expect((await aitrader.json('replay', run)).slices).toBe(verdict.intervals);
      expect((await goOn(run)).digest).toEqual(whole.digest);
      await expectSound(run);
    },
    RUN_MS_MAX,
  );

  it(
    'because of a message that should not be there is kept, and read up to it',
    async () => {
      const paper = start(...SAMPLE);
      await untilSaid(paper, /fill {4}/);
      const run = runNow(aitrader.home);
      const subject = subjectOf(runId(run), 'control');
      const seq = await publish(aitrader.home, subject, 'no command at all');
      const { code, stderr } = await paper.finished;
      expect(code).toBe(1);
      expect(stderr).toMatch(/control message/);
      expect(stderr).not.toContain('paper --continue');
      expect(await listed(run)).toMatchObject({
        state: 'failed',
        cause: expect.stringContaining('control message'),
        problem: expect.stringContaining(`message ${seq} on ${subject}`),
      });
      const verified = await aitrader.run('verify', run, '--json');
      expect(verified.code).toBe(1);
      const { intervals, difference } = JSON.parse(verified.stdout) as Verdict;
      expect(difference).toMatchObject({ seq, subject, problem: expect.stringContaining('cannot be read') });
      expect(intervals).toBeGreaterThan(0);
      const explained = await aitrader.run('explain', run, '1', '--json');
      expect(JSON.parse(explained.stdout)).toMatchObject({
        fill: { leg: 'entry' },
        cutShort: expect.stringContaining(`message ${seq}`),
      });
      const replayed = await aitrader.run('replay', run, '--json');
      expect(replayed.stderr).toMatch(/running what stands before it/);
      expect((JSON.parse(replayed.stdout) as RunReport).counts.fills).toBeGreaterThan(0);
      const refused = await aitrader.run('paper', '--continue', run);
      expect([refused.code, refused.stdout]).toEqual([1, '']);
      expect(refused.stderr).toContain(`message ${seq} on ${subject}`);
    },
    RUN_MS_MAX,
  );

  it(
    'because the bus is full is kept, and decides the same when it is gone on with in a larger one',
    async () => {
      const held = (await aitrader.json<ListedRun[]>('runs')).reduce((bytes, entry) => bytes + entry.bytes, 0);
      const small = ['--store-max', String(Math.ceil(held / MEGABYTE) + 3)];
      const failed = await aitrader.run('backtest', '--bars', 'sample', '--host', 'bus', '--shards', '2', ...small);
      expect(failed.code).toBe(1);
      expect(failed.stderr).toMatch(/no room for another message/);
      expect(failed.stderr).toMatch(/goes on with it, once there is room \(--store-max\)/);
      const listing = await aitrader.json<ListedRun[]>('runs', ...small);
      const [entry] = listing.filter(({ state, kind }) => state === 'failed' && kind === 'backtest');
      const run = entry?.run ?? '';
      expect(entry?.cause).toMatch(/no room/);
      expect(await aitrader.json('verify', run, ...small)).toMatchObject({ verified: true });
      const again = await aitrader.run('paper', '--continue', run, '--speed', 'max', '--json', ...small);
      expect([again.code, again.stdout]).toEqual([1, '']);
      expect((await goOn(run)).digest).toEqual(whole.digest);
      await expectSound(run);
    },
    RUN_MS_MAX,
  );

  it(
    'because everything was killed at once goes on exactly where it stood',
    async () => {
      const { run, paper } = await begin('--shards', '2', '--parameters', path.relative(aitrader.folder, parameters));
      await killEverything(aitrader.home, paper);
      expect(await listed(run)).toMatchObject({ state: 'interrupted', cause: 'its processes were killed' });
      const second = start('paper', '--continue', run, '--speed', 'max');
      await untilSaid(second, /ET (PRE|RTH|POST)/);
      await killEverything(aitrader.home, second);
      const { digest, shards } = await goOn(run);
      expect([shards, digest]).toEqual([2, fitted.digest]);
      await expectSound(run);
    },
    RUN_MS_MAX,
  );

  it(
    'because of Ctrl-C says how to go on, is refused to a second supervisor, and to anybody once it is complete',
    async () => {
      const { run, paper } = await begin();
      paper.child.kill('SIGINT');
      const { code, stdout, stderr } = await paper.finished;
      expect(code).toBe(0);
      expect(stdout).toContain(run);
      expect(stderr).toContain(`npx aitrader paper --continue ${run}`);
      expect(await listed(run)).toMatchObject({ state: 'interrupted', cause: 'it was stopped' });
      // slow enough to be going on when a slow machine has started the commands that are to be refused
      const second = start('paper', '--continue', run, '--speed', '8000', '--json');
      await untilRunning(aitrader.home, run);
      expect(await listed(run)).toMatchObject({ state: 'running', cause: null });
      const [third, refused] = await Promise.all([
        aitrader.run('paper', '--continue', run),
        aitrader.run('runs', 'delete', run, '--yes'),
      ]);
      expect([third.code, third.stdout]).toEqual([1, '']);
      expect(third.stderr).toMatch(/is going on: process \d+ supervises it/);
      expect([refused.code, refused.stdout]).toEqual([1, '']);
      expect(refused.stderr).toContain('is going on');
      const ended = await second.finished;
      expect((JSON.parse(ended.stdout) as RunReport).digest).toEqual(whole.digest);
      await expectSound(run);
      const late = await aitrader.run('paper', '--continue', run);
      expect([late.code, late.stderr]).toEqual([1, expect.stringContaining('it is complete')]);
    },
    RUN_MS_MAX,
  );

  it(
    'is not gone on with from other bars, or with what it was begun with said again',
    async () => {
      const bars = path.join(aitrader.folder, 'walk.csv');
      const row = ({ t, close }: { t: number; close: number }): string =>
        [t - MINUTE_MS, close, close, close, close, 100, 'AAA'].join();
      writeFileSync(bars, `${[HEADER, ...exampleWalk(600).map(row)].join('\n')}\n`);
      const paper = start('paper', '--bars', 'walk.csv', '--speed', '3600');
      await untilSaid(paper, /ET RTH/);
      const run = runNow(aitrader.home);
      paper.child.kill('SIGINT');
      await paper.finished;
      const kept = readFileSync(bars);
      appendFileSync(bars, `${row({ t: Date.UTC(2024, 0, 5, 15), close: 100 })}\n`);
      const changed = await aitrader.run('paper', '--continue', run);
      expect(changed.code).toBe(1);
      expect(changed.stderr).toMatch(/walk\.csv has changed: its SHA-256 was [0-9a-f]{12}…, and is [0-9a-f]{12}…/);
      rmSync(bars);
      expect((await aitrader.run('paper', '--continue', run)).stderr).toMatch(/walk\.csv does not exist/);
      const said = await aitrader.run('paper', '--continue', run, '--bars', 'sample');
      expect(said.stderr).toContain('--bars is what a run is begun with: leave it out with --continue');
      writeFileSync(bars, kept);
      expect((await goOn(run)).digest).toEqual((await aitrader.json('backtest', '--bars', 'walk.csv')).digest);
    },
    RUN_MS_MAX,
  );

  it(
    'is deleted by the operator’s word alone, with all that belongs to it but its anchors',
    async () => {
      const runs = (await aitrader.json<ListedRun[]>('runs')).map(({ run }) => run);
      const [first = '', second = '', ...rest] = runs;
      for (const args of [
        [first, 'paper-of-nobody', '--yes'],
        [first, second],
      ]) {
        const { code, stdout } = await aitrader.run('runs', 'delete', ...args);
        expect([code, stdout]).toEqual([1, '']);
      }
      expect((await aitrader.run('runs', 'delete', 'nope', '--yes')).stderr).toContain('unknown run "nope"');
      expect((await aitrader.run('runs', 'delete', first)).stderr).toContain('say --yes to mean it');
      expect(filesOf(first)).not.toEqual([]);
      expect((await aitrader.run('runs', 'delete', first, second, '--yes')).code).toBe(0);
      expect((await aitrader.json<ListedRun[]>('runs')).map(({ run }) => run)).toEqual(rest);
      // that there was something stays on record, and no more than hashes of it
      const anchorsOf = (run: string): string[] => [`${run}.jsonl`, `${run}.leaves`].map((file) => path.join('anchors', file));
      expect([...filesOf(first), ...filesOf(second)].sort()).toEqual([...anchorsOf(first), ...anchorsOf(second)].sort());
      expect((await aitrader.run('verify', first)).stderr).toContain('unknown run');
    },
    RUN_MS_MAX,
  );
});

/** Puts a message into a recording, past everything that guards it. Returns its sequence. */
async function publish(home: string, subject: string, text: string): Promise<number> {
  const { url } = JSON.parse(readFileSync(path.join(home, 'nats', 'server.json'), 'utf8')) as { url: string };
  const bus = await openBus(accessOf({ url, keys: path.join(home, 'keys') }, 'supervisor'), 'stranger');
  try {
    return (await bus.js.publish(subject, text)).seq;
  } finally {
    await bus.nc.close();
  }
}

function runNow(home: string): string {
  const run = processesOf(home)?.run;
  if (run === undefined) throw new Error('no run goes on');
  return run;
}

/** Waits until a command has said something on standard error. @throws Error when it ends without */
async function untilSaid({ child, finished }: Running, what: RegExp): Promise<void> {
  let said = '';
  const heard = new Promise<void>((resolve) => {
    child.stderr?.on('data', (data: Buffer) => {
      said += data.toString();
      if (what.test(said)) resolve();
    });
  });
  const ended = finished.then(({ stderr }) => Promise.reject(new Error(`ended without ${what}:\n${stderr}`)));
  await Promise.race([heard, ended]);
}

async function untilRunning(home: string, run: string): Promise<void> {
  while (processesOf(home)?.run !== run || processesOf(home)?.pids['risk'] === null) await sleep(20);
}

/** Kills a process as soon as there is one, over and over. */
async function killUntil(over: Promise<unknown>, victim: () => number | null | undefined): Promise<void> {
  let going = true;
  void over.then(() => (going = false));
  while (going) {
    kill(victim());
    await sleep(20);
  }
}

/** The command with its services and its nats-server, as a power cut would. */
async function killEverything(home: string, { child, finished }: Running): Promise<void> {
  const server: unknown = JSON.parse(readFileSync(path.join(home, 'nats', 'server.json'), 'utf8'));
  const { pids = {} } = processesOf(home) ?? {};
  child.kill('SIGKILL');
  if (typeof server === 'object' && server !== null && 'pid' in server) kill(Number(server.pid));
  for (const pid of Object.values(pids)) kill(pid);
  await finished;
  rmSync(path.join(home, 'run'), { recursive: true });
}

function kill(pid: number | null | undefined): void {
  if (typeof pid !== 'number') return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // Not by `instanceof`: the error is of another realm than the test's.
    if ((error as { code?: unknown }).code !== 'ESRCH') throw error;
  }
}
