/**
 * Backtests, replays and reports that are begun in the console: processes of the built command line, told of while they go on.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BarCoverage, JobRow } from '@aitrader/application-console';
import { openConsole, type ConsoleUnderTest } from './testing/open-console.ts';

const START_MS_MAX = 240_000;
const JOB_MS_MAX = 180_000;
const POLL_MS = 50;

describe('a job in the console', () => {
  let open: ConsoleUnderTest;
  let run = '';
  beforeAll(async () => {
    open = await openConsole();
  }, START_MS_MAX);
  afterAll(() => open.close());

  const begin = (where: string, body: object): Promise<Response> => open.tell(where, open.enter('operator', 'ann'), body);
  const listed = async (): Promise<readonly JobRow[]> =>
    (await (await open.ask('/api/jobs', open.enter('viewer'))).json()) as readonly JobRow[];
  /** The job once it has ended, and how far it was told to have come before. */
  async function ended(answer: Response): Promise<{ readonly job: JobRow; readonly shares: ReadonlySet<number> }> {
    const { key } = (await answer.json()) as JobRow;
    const shares = new Set<number>();
    for (const until = Date.now() + JOB_MS_MAX; Date.now() < until; await sleep(POLL_MS)) {
      const job = (await listed()).find((one) => one.key === key);
      if (job?.share !== null && job?.share !== undefined) shares.add(job.share);
      if (job !== undefined && job.state !== 'running') return { job, shares };
    }
    throw new Error(`${key} has not ended within ${JOB_MS_MAX} ms`);
  }

  it(
    'is a backtest with the options of the command, which leaves a recording',
    async () => {
      const config = JSON.stringify({ risk: { kellyFraction: 0.3 } });
      const asked = { bars: 'sample', to: '2024-07-02', symbols: 'SYN01,SYN02', shards: 2, config };
      const { job, shares } = await ended(await begin('/api/backtests', asked));
      expect(job).toMatchObject({
        kind: 'backtest',
        about: 'sample --to 2024-07-02 --symbols SYN01,SYN02',
        by: 'ann',
        state: 'done',
      });
      expect(shares.size).toBeGreaterThan(1);
      run = job.run ?? '';
      const viewer = open.enter('viewer');
      expect(await (await open.ask(`/api/runs/${run}`, viewer)).json()).toMatchObject({
        kind: 'backtest',
        shards: 2,
        symbols: 2,
      });
      const recorded = await (await open.ask(`/api/runs/${run}/configuration`, viewer)).json();
      expect(recorded).toMatchObject({ risk: { kellyFraction: 0.3 } });
    },
    JOB_MS_MAX,
  );

  it('leaves bars whose gaps are counted, the worst symbol first', async () => {
    const viewer = open.enter('viewer');
    const { date, rows, intervals, symbols } = (await (
      await open.ask(`/api/runs/${run}/coverage`, viewer)
    ).json()) as BarCoverage;
    expect([date, symbols, rows.length]).toEqual(['2024-07-02', 2, 2]);
    const all = intervals.reduce((sum, count) => sum + count, 0);
    for (const { bars, missing } of rows) {
      expect(bars.every((count, i) => count <= (intervals[i] ?? 0))).toBe(true);
      expect(missing).toBe(all - bars.reduce((sum, count) => sum + count, 0));
      expect(missing).toBeGreaterThan(0);
    }
    expect(rows[0]?.missing).toBeGreaterThanOrEqual(rows[1]?.missing ?? 0);
    const none = (await (await open.ask(`/api/runs/${run}/coverage?date=2024-07-03`, viewer)).json()) as BarCoverage;
    expect(none).toMatchObject({ date: '', stretches: [] });
    expect((await open.ask(`/api/runs/${run}/coverage?date=today`, viewer)).status).toBe(400);
  });

  it(
    'is a replay of a recording',
    async () => {
      const { job } = await ended(await begin(`/api/runs/${run}/replays`, {}));
      expect(job).toMatchObject({ kind: 'replay', about: run, state: 'done', isSame: true });
      expect(job.run).toMatch(/^replay-/);
    },
    JOB_MS_MAX,
  );

  it(
    'is a replay by other rules, which comes to another digest and says so',
    async () => {
      const config = JSON.stringify({ probability: { warmUpBars: 7 } });
      const { job } = await ended(await begin(`/api/runs/${run}/replays`, { config }));
      expect(job).toMatchObject({ kind: 'replay', state: 'done', isSame: false });
    },
    JOB_MS_MAX,
  );

  it(
    'is a report, which can be read and runs nothing',
    async () => {
      const viewer = open.enter('viewer');
      expect((await open.ask(`/api/runs/${run}/report`, viewer)).status).toBe(404);
      expect((await ended(await begin(`/api/runs/${run}/reports`, {}))).job).toMatchObject({
        kind: 'report',
        state: 'done',
        run,
      });
      const page = await open.ask(`/api/runs/${run}/report`, viewer);
      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining(run)]);
      expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none';.* sandbox$/);
    },
    JOB_MS_MAX,
  );

  it(
    'that fails says why',
    async () => {
      const { job } = await ended(await begin('/api/backtests', { bars: 'nothing-there.csv' }));
      expect(job.state).toBe('failed');
      expect(job.words).toContain('nothing-there.csv');
    },
    JOB_MS_MAX,
  );

  it.each([
    ['an option in the place of bars', { bars: '--config' }, /bars/],
    ['an option in the place of symbols', { bars: 'sample', symbols: '--json' }, /symbols/],
    ['no date', { bars: 'sample', from: 'yesterday' }, /from/],
    ['a configuration that is none', { bars: 'sample', config: '{' }, /config/],
    ['what the command does not take', { bars: 'sample', host: 'bus' }, /host/],
  ])('is not begun with %s', async (_, body, words) => {
    const before = (await listed()).length;
    const answer = await begin('/api/backtests', body);
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringMatching(words)]);
    expect((await listed()).length).toBe(before);
  });

  it(
    'can be stopped, and only two go on at once',
    async () => {
      const asked = { bars: 'sample', shards: 1 };
      const [one, other] = [await begin('/api/backtests', asked), await begin('/api/backtests', asked)];
      expect((await begin('/api/backtests', asked)).status).toBe(409);
      for (const answer of [one.clone(), other.clone()]) {
        const { key } = (await answer.json()) as JobRow;
        expect((await begin(`/api/jobs/${key}/stop`, {})).status).toBe(204);
      }
      for (const answer of [one, other]) expect((await ended(answer)).job.state).toBe('stopped');
    },
    JOB_MS_MAX,
  );
});

describe('runbooks in the console', () => {
  let open: ConsoleUnderTest;
  beforeAll(async () => {
    open = await openConsole();
  }, START_MS_MAX);
  afterAll(() => open.close());

  it('are files of one folder, by their names alone', async () => {
    const viewer = open.enter('viewer');
    const listed = await open.ask('/api/runbooks', viewer);
    expect([listed.status, Array.isArray(await listed.json())]).toEqual([200, true]);
    for (const name of ['..%2f..%2fREADME', 'README', 'nothing-like-it', '%2e%2e'])
      expect([name, (await open.ask(`/api/runbooks/${name}`, viewer)).status]).toEqual([name, 404]);
  });
});
