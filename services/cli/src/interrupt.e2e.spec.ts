import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { commandUnderTest, ROOT, type CommandUnderTest, type Running } from './testing/command-under-test.ts';

const RUN_MS_MAX = 240_000;
const LAUNCHER = path.join(ROOT, 'services/cli/bin/aitrader.mjs');
/** Signals of a kind that come together may be one; a drain takes longer than this. */
const APART_MS = 100;
const CTRL_C = '\u0003';
const DIGEST = /digest +[0-9a-f]{64}/;

describe('an interrupted paper run', () => {
  let aitrader: CommandUnderTest;
  beforeEach(async () => {
    aitrader = await commandUnderTest();
  }, RUN_MS_MAX);
  afterEach(() => aitrader.cleanUp());

  const launch = (): Running => aitrader.startGroup(process.execPath, [LAUNCHER, 'paper']);
  const groupOf = ({ child }: Running): number => -(child.pid ?? NaN);
  const launcherOf = ({ child }: Running): number => child.pid ?? NaN;

  /** Runs a command on a terminal of its own, whose keys are what is written to its standard input. */
  function onTerminal(command: string): Running {
    const sized = `stty rows 50 cols 150; ${command}`;
    return aitrader.startGroup(
      'script',
      process.platform === 'darwin' ? ['-q', '/dev/null', 'sh', '-c', sized] : ['-qec', sized, '/dev/null'],
    );
  }

  it(
    'drains at Ctrl-C on a terminal, through npx, and ends well with its summary',
    async () => {
      const run = onTerminal(`npx --no --prefix '${ROOT}' aitrader paper`);
      await seenOf(run, 'stdout')(/equity/);
      run.child.stdin?.write(CTRL_C);
      const { code, stdout } = await run.finished;
      expect(stdout).toMatch(DIGEST);
      expect(code).toBe(0);
      const runs = await aitrader.json<{ complete: boolean }[]>('runs');
      expect(runs).toEqual([expect.objectContaining({ complete: false })]);
    },
    RUN_MS_MAX,
  );

  it(
    'ends at once at a second Ctrl-C on the terminal',
    async () => {
      const run = onTerminal(`'${process.execPath}' '${LAUNCHER}' paper`);
      await seenOf(run, 'stdout')(/equity/);
      run.child.stdin?.write(CTRL_C + CTRL_C);
      const { code, stdout } = await run.finished;
      expect(code).toBe(1);
      expect(stdout).not.toMatch(DIGEST);
    },
    RUN_MS_MAX,
  );

  it(
    'drains when the whole group is interrupted, and npm hands it on to the launcher once more',
    async () => {
      const run = launch();
      await seenOf(run, 'stderr')(/equity/);
      process.kill(groupOf(run), 'SIGINT');
      await sleep(APART_MS);
      process.kill(launcherOf(run), 'SIGINT');
      await expectDrained(run);
    },
    RUN_MS_MAX,
  );

  it(
    'ends at once when the whole group is interrupted twice',
    async () => {
      const run = launch();
      await seenOf(run, 'stderr')(/equity/);
      process.kill(groupOf(run), 'SIGINT');
      await sleep(APART_MS);
      process.kill(groupOf(run), 'SIGINT');
      const { code, stdout } = await run.finished;
      expect([code, stdout]).toEqual([1, '']);
    },
    RUN_MS_MAX,
  );

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'drains when the launcher alone is sent %s, however often',
    async (signal) => {
      const run = launch();
      await seenOf(run, 'stderr')(/equity/);
      process.kill(launcherOf(run), signal);
      await sleep(APART_MS);
      process.kill(launcherOf(run), signal);
      await expectDrained(run);
    },
    RUN_MS_MAX,
  );

  async function expectDrained(run: Running): Promise<void> {
    const { code, stdout, stderr } = await run.finished;
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    const id = /^run +(paper-\S+)/.exec(stdout)?.[1] ?? '';
    expect(stdout).toMatch(DIGEST);
    const runs = await aitrader.json<{ run: string; complete: boolean }[]>('runs');
    expect(runs).toEqual([expect.objectContaining({ run: id, complete: false })]);
  }
});

/** Waits until a running command has written what is looked for. */
function seenOf({ child }: Running, stream: 'stdout' | 'stderr'): (what: RegExp) => Promise<void> {
  let text = '';
  child[stream]?.on('data', (data: Buffer) => (text += data.toString()));
  return async (what) => {
    while (!what.test(text)) {
      if (child.exitCode !== null) throw new Error(`ended before it wrote ${String(what)}:\n${text}`);
      await sleep(20);
    }
  };
}
