/** Every command of a runbook, tried: on a run that goes on, one that was stopped, one that has ended, and an account at a broker. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandUnderTest, ROOT, type CommandUnderTest, type Running } from './testing/command-under-test.ts';
import { drillsOf, missingIn, RUNBOOKS, SITUATIONS, wordsOf, type Drill, type Situation } from './testing/runbooks.ts';

const START_MS_MAX = 180_000;
const DRILL_MS_MAX = 120_000;
/** Ten minutes of a run are more than all drills take. */
const SPEED = '250';
const RUNS: Readonly<Record<Situation, string>> = {
  running: 'paper-drill',
  interrupted: 'paper-stopped',
  ended: 'paper-ended',
  exchange: 'paper-drill',
};

/** Waits until a run has told of its first hour. @throws Error when it ends before */
async function underWay({ child, finished }: Running): Promise<void> {
  const told = new Promise<void>((resolve) => {
    child.stderr?.on('data', (data: Buffer) => {
      if (data.includes('ET PRE')) resolve();
    });
  });
  const ended = finished.then(({ stderr }) => {
    throw new Error(`a run ended before it was under way: ${stderr}`);
  });
  await Promise.race([told, ended]);
  ended.catch(() => undefined);
}

/** The paper exchange as a process, and where it listens. */
async function exchange(): Promise<{ child: ChildProcess; url: string }> {
  const env = { ...process.env, PAPER_EXCHANGE_PORT: '0', PAPER_EXCHANGE_BARS: 'sample' };
  const child = spawn(process.execPath, [path.join(ROOT, 'dist/paper-broker.js')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const { message, url } = JSON.parse(line) as { message?: string; url?: string };
    if (message === 'exchange' && url !== undefined) return { child, url };
  }
  throw new Error('the paper exchange did not come up');
}

describe('runbooks', () => {
  let aitrader: CommandUnderTest;
  let running: Running;
  let broker: { child: ChildProcess; url: string };

  beforeAll(async () => {
    aitrader = await commandUnderTest();
    broker = await exchange();
    expect((await aitrader.run('paper', '--speed', 'max', '--run', RUNS.ended)).code).toBe(0);
    const stopped = aitrader.start('paper', '--speed', '3600', '--run', RUNS.interrupted);
    await underWay(stopped);
    stopped.child.kill('SIGINT');
    await stopped.finished;
    running = aitrader.start('paper', '--speed', SPEED, '--run', RUNS.running);
    await underWay(running);
    // half an hour of the run, which commands look at
    await sleep(8_000);
  }, START_MS_MAX * 2);
  afterAll(async () => {
    broker.child.kill('SIGKILL');
    running.child.kill('SIGINT');
    await running.finished;
    aitrader.cleanUp();
  }, START_MS_MAX);

  const filledIn = (text: string, { situation }: Drill): string =>
    text.replaceAll(/\bRUN\b/g, RUNS[situation]).replaceAll(/\bHOME\b/g, aitrader.home);
  const keysOf = (situation: Situation): Readonly<Record<string, string>> =>
    situation === 'exchange' ? { APCA_API_KEY_ID: 'any', APCA_API_SECRET_KEY: 'thing' } : {};

  const byDrill = (runbook: string): readonly (readonly [string, Drill])[] =>
    drillsOf(runbook).map((drill) => [`${drill.situation}: aitrader ${drill.command}`, drill] as const);

  describe.each(RUNBOOKS)('%s', (runbook) => {
    it.each(byDrill(runbook))(
      '%s',
      async (_, drill) => {
        const words = wordsOf(drill.command).map((word) => filledIn(word, drill));
        // the account of the drill is at an exchange of this machine
        const where = drill.situation === 'exchange' ? ['--broker-url', broker.url] : [];
        const { code, stdout, stderr } = await aitrader.runWith(keysOf(drill.situation), ...words, ...where);
        const says = drill.says.map((line) => filledIn(line, drill));
        const missing = missingIn(stdout, says);
        const told = code === 0 && missing === undefined ? '' : stdout + stderr;
        expect({ code, missing, told }).toEqual({ code: 0, missing: undefined, told: '' });
      },
      DRILL_MS_MAX,
    );
  });
});

describe('every runbook', () => {
  it('is in the list, and leads to what is there', () => {
    const list = readFileSync(path.join(ROOT, 'deploy/runbooks/README.md'), 'utf8');
    for (const runbook of RUNBOOKS) expect(list).toContain(`(${runbook})`);
    for (const file of globSync('deploy/runbooks/*.md', { cwd: ROOT }))
      for (const [, link] of readFileSync(path.join(ROOT, file), 'utf8').matchAll(/\]\(([^)#]+)/g))
        expect([file, link, existsSync(path.join(ROOT, path.dirname(file), link ?? ''))]).toEqual([file, link, true]);
  });

  it('makes safe first, and is tried somewhere', () => {
    for (const runbook of RUNBOOKS.filter((one) => one !== 'daily-schedule.md')) {
      const text = readFileSync(path.join(ROOT, 'deploy/runbooks', runbook), 'utf8');
      if (!['rollback.md', 'limit-change.md'].includes(runbook))
        expect([runbook, text]).toEqual([runbook, expect.stringContaining('## First 60 seconds')]);
      expect([runbook, drillsOf(runbook).length > 0]).toEqual([runbook, true]);
    }
    expect(new Set(RUNBOOKS.flatMap(drillsOf).map(({ situation }) => situation))).toEqual(new Set(SITUATIONS));
  });

  it('is matched by what is said, and by nothing else', () => {
    expect(missingIn('halt recorded as message 7 of paper-drill', ['halt recorded as message … of paper-drill'])).toBeUndefined();
    expect(missingIn('b\na\n', ['a', 'b'])).toBe('b');
    expect(missingIn('halted', ['halt'])).toBe('halt');
  });
});
