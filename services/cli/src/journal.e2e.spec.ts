/**
 * A run with its journal beside it, as `npm start` has it: what is recorded comes into Postgres, and what becomes of Postgres is nothing to
 * the run.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunReport } from '@aitrader/application-backtest';
import type { Health } from '@aitrader/runtime-service';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';

const RUN_MS_MAX = 240_000;
const POLL_MS = 50;
const AWAITED_MS_MAX = 90_000;
const STANDS = 'SELECT last_seq FROM trading.runs JOIN journal.positions USING (run_id) WHERE name = $1';
const FILLS = 'SELECT count(*)::int AS n FROM trading.runs JOIN trading.fills USING (run_id) WHERE name = $1';

/** What a poll comes to as soon as it comes to anything. @throws Error when it never does */
async function awaited<T>(poll: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const until = Date.now() + AWAITED_MS_MAX; Date.now() < until; await sleep(POLL_MS)) {
    const value = await poll();
    if (value !== undefined) return value;
  }
  throw new Error(`nothing came of it: ${poll.toString()}`);
}

/** Processes that a process has started and that go on. */
function childrenOf(pid: number): readonly number[] {
  const { stdout } = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean).map(Number);
}

/** Signals a process, if it is there. */
function signalled(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it has ended
  }
}

/** The first entry of a folder that is called so, if the folder is there already. */
const entryOf = (folder: string, name: RegExp): string | undefined =>
  existsSync(folder) ? readdirSync(folder).find((entry) => name.test(entry)) : undefined;

describe('a run with its journal', () => {
  let aitrader: CommandUnderTest;
  beforeEach(async () => {
    aitrader = await commandUnderTest({ AITRADER_JOURNAL: 'on' });
    // for the user whom Postgres runs as
    chmodSync(aitrader.folder, 0o755);
  });
  afterEach(() => aitrader.cleanUp());

  /** How far a run is written, and how many fills of it are there. */
  async function writtenOf(run: string): Promise<readonly [seq: number, fills: number]> {
    const { openDatabase } = await import('@aitrader/runtime-database');
    const { source, close } = await openDatabase({ home: aitrader.home, env: {} });
    try {
      const [stands] = await source.query<{ readonly last_seq: string }[]>(STANDS, [run]);
      const [fills] = await source.query<{ readonly n: number }[]>(FILLS, [run]);
      return [Number(stands?.last_seq), Number(fills?.n)];
    } finally {
      await close();
    }
  }
  const messagesOf = async (run: string): Promise<number> => {
    const listed = await aitrader.json<readonly { readonly run: string; readonly messages: number }[]>('runs');
    return listed.find((one) => one.run === run)?.messages ?? -1;
  };
  const inHome = (...parts: readonly string[]): string => path.join(aitrader.home, ...parts);
  /** What a process has written down, once it has. */
  const kept = <T>(file: () => string): Promise<T> =>
    awaited(() => (existsSync(file()) ? (JSON.parse(readFileSync(file(), 'utf8')) as T) : undefined));

  it(
    'is exact in the tables and goes back from each fill to the bar, though its Postgres was killed on the way',
    async () => {
      const paper = aitrader.start('paper', '--to', '2024-07-03', '--speed', '3000', '--json');
      const major = await awaited(() => entryOf(inHome('postgres'), /^\d+$/));
      const run = await awaited(() => entryOf(inHome('logs'), /^paper-/));
      const url = await awaited(() => {
        const log = inHome('logs', run, 'journal.log');
        const logged = existsSync(log) ? readFileSync(log, 'utf8') : '';
        return /"message":"health endpoint","url":"([^"]+)"/.exec(logged)?.[1];
      });
      const { pid } = await kept<{ readonly pid: number }>(() => inHome('postgres', major, 'server.json'));
      const health = (await (await fetch(`${url}/health`)).json()) as Health;
      expect(health).toMatchObject({ stage: 'journal', run, status: 'running', failing: null, instances: [{ shard: -1 }] });
      process.kill(pid, 'SIGKILL');
      const { code, stdout, stderr } = await paper.finished;
      const { counts } = JSON.parse(stdout) as RunReport;
      expect([code, counts.fills > 0]).toEqual([0, true]);
      // on a machine that is busy it may not come to its end with the run, and says so
      if (stderr.includes('the tables are behind')) await aitrader.json('journal', run);
      expect(await writtenOf(run)).toEqual([await messagesOf(run), counts.fills]);
      const [recorded, written] = await Promise.all(
        ['recording', 'database'].map((from) => aitrader.run('explain', run, '#1', '--from', from)),
      );
      expect(recorded?.stdout).toMatch(
        /^fill [^]*\norder [^]*\ngates [^]*\nedge [^]*\nsignal [^]*\nstate [^]*\nbar [^]*\nvendor /,
      );
      expect(written?.stdout).toBe(recorded?.stdout);
      const all = await aitrader.run('explain', run, '--all', '--from', 'database');
      expect([all.code, all.stdout]).toEqual([0, `${run}: each of ${counts.fills} fills goes back through every link\n`]);
    },
    RUN_MS_MAX,
  );

  it(
    'ends as ever, with the same digest, while its Postgres stands still, and is exact once that goes on',
    async () => {
      writeFileSync(path.join(aitrader.folder, 'believing.json'), JSON.stringify({ risk: { edge: null } }));
      const day = ['--to', '2024-07-02', '--config', 'believing.json'];
      const { digest } = await aitrader.json('backtest', '--bars', 'sample', ...day);
      const paper = aitrader.start('paper', ...day, '--speed', '3000', '--json');
      const major = await awaited(() => entryOf(inHome('postgres'), /^\d+$/));
      const run = await awaited(() => entryOf(inHome('logs'), /^paper-/));
      const log = inHome('logs', run, 'journal.log');
      await awaited(() => (existsSync(log) && readFileSync(log, 'utf8').includes('health endpoint') ? true : undefined));
      const { pid } = await kept<{ readonly pid: number }>(() => inHome('postgres', major, 'server.json'));
      const stopped = [pid, ...childrenOf(pid)];
      for (const one of stopped) signalled(one, 'SIGSTOP');
      try {
        const { code, stdout, stderr } = await paper.finished;
        expect([code, (JSON.parse(stdout) as RunReport).digest]).toEqual([0, digest]);
        expect(stderr).toMatch(/the tables are behind|the journal was not done/);
      } finally {
        for (const one of stopped) signalled(one, 'SIGCONT');
      }
      await aitrader.json('journal', run);
      const [written, counted] = await writtenOf(run);
      expect([written, counted > 0]).toEqual([await messagesOf(run), true]);
      const all = await aitrader.run('explain', run, '--all', '--from', 'database');
      expect([all.code, all.stdout]).toEqual([0, `${run}: each of ${counted} fills goes back through every link\n`]);
    },
    RUN_MS_MAX,
  );

  it(
    'ends as ever where there is no database, says that the tables are behind, and what writes them',
    async () => {
      const nobody = { DATABASE_URL: 'postgres://nobody:none@127.0.0.1:1/none' };
      const { code, stdout, stderr } = await aitrader.runWith(nobody, 'paper', '--speed', 'max', '--json');
      expect(code).toBe(0);
      const { run, counts } = JSON.parse(stdout) as RunReport;
      expect(stderr).toContain(`the tables are behind ${run}: written up to message 0 of`);
      expect(stderr).toContain(`"npx aitrader journal ${run}" goes on from there`);
      expect(existsSync(inHome('postgres'))).toBe(false);
      await aitrader.json('journal', run);
      expect(await writtenOf(run)).toEqual([await messagesOf(run), counts.fills]);
      const refused = await aitrader.runWith(
        { DATABASE_URL: 'mysql://elsewhere' },
        'paper',
        '--to',
        '2024-07-02',
        '--speed',
        '4000',
        '--json',
      );
      expect(refused.code).toBe(0);
      expect(refused.stderr).toMatch(/the journal does not write paper-\S+: the database: DATABASE_URL begins with mysql:/);
    },
    RUN_MS_MAX,
  );
});
