/**
 * The past of all runs as a browser asks for it: from a real Postgres, from recordings, and from both; to whom a run is shown.
 */
import { chmodSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memoryHost } from '@aitrader/application-backtest';
import { journalRun } from '@aitrader/application-journal';
import { runId, type RunId } from '@aitrader/model';
import { deleteRecording } from '@aitrader/runtime-bus';
import { openDatabase, type OpenDatabase } from '@aitrader/runtime-database';
import { SILENT } from '@aitrader/runtime-telemetry';
import { BELIEVING } from '../../../tools/testing/believing.ts';
import type { DayRow, PastFillRow } from './past.controller.ts';
import type { Past } from './past-runs.ts';
import { beginRun, openConsole, type ConsoleUnderTest } from './testing/open-console.ts';

const START_MS_MAX = 240_000;
const LIVE = { name: 'alpaca', account: 'live' };
const DATES = ['2024-07-02', '2024-07-03', '2024-07-05'];

describe('the past of all runs', () => {
  let open: ConsoleUnderTest;
  let database: OpenDatabase | undefined;
  const [first, second] = [runId('backtest-first'), runId('backtest-second')];

  const record = (run: RunId): Promise<unknown> =>
    memoryHost(
      { run, kind: 'backtest', source: { kind: 'sample' }, shards: 1, config: BELIEVING, listener: SILENT },
      open.home,
      true,
    );
  const journal = (run: RunId): Promise<unknown> =>
    journalRun({ bus: open.home.bus, run, open: () => openDatabase({ home: open.home.home, env: {} }) });
  const tell = async <Row>(where: string): Promise<Past<Row>> => {
    const answer = await open.ask(`/api/past/${where}`, open.enter('viewer'));
    expect(answer.status).toBe(200);
    return (await answer.json()) as Past<Row>;
  };

  beforeAll(async () => {
    open = await openConsole();
    // for the user whom Postgres runs as
    chmodSync(open.home.home, 0o755);
    await record(first);
    await beginRun(open.home, runId('live-not-shown'), LIVE);
  }, START_MS_MAX);
  afterAll(async () => {
    await database?.close();
    await open.close();
  }, START_MS_MAX);

  it('is that of recordings where there is no Postgres, less the runs that are not shown', async () => {
    const past = await tell<DayRow>('days');
    expect(past).toMatchObject({ runs: [{ run: first, kind: 'backtest', from: 'recording' }], leftOut: 0, problem: null });
    expect(past.rows.map(({ date }) => date)).toEqual(DATES);
  });

  it(
    'is the same from Postgres, beside recordings that are not in it',
    async () => {
      const recorded = await tell<DayRow>('days');
      const fills = await tell<PastFillRow>('fills');
      database = await openDatabase({ home: open.home.home, env: {} });
      await journal(first);
      await journal(runId('live-not-shown'));
      await record(second);
      const past = await tell<DayRow>('days');
      expect(past.problem).toBeNull();
      expect(past.runs).toEqual([
        { run: first, kind: 'backtest', from: 'postgres' },
        { run: second, kind: 'backtest', from: 'recording' },
      ]);
      expect(past.rows.filter(({ run }) => run === first)).toEqual(recorded.rows);
      expect(past.rows.filter(({ run }) => run === second)).toEqual(recorded.rows.map((row) => ({ ...row, run: second })));
      expect((await tell<PastFillRow>(`fills?run=${first}`)).rows).toEqual(fills.rows);
    },
    START_MS_MAX,
  );

  it('is told of a run, of dates and of a symbol', async () => {
    const days = await tell<DayRow>(`days?run=${second}&from=2024-07-03&to=2024-07-03`);
    expect(days.rows.map(({ run, date }) => [run, date])).toEqual([[second, '2024-07-03']]);
    const all = await tell<PastFillRow>(`fills?run=${first}`);
    const symbol = all.rows[0]?.symbol ?? '';
    const some = await tell<PastFillRow>(`fills?run=${first}&symbol=${symbol.toLowerCase()}`);
    expect(some.rows).toEqual(all.rows.filter((row) => row.symbol === symbol));
    expect(some.rows.length).toBeLessThan(all.rows.length);
  });

  it('is refused for what is no date or is not understood, and for a run that is nowhere or not shown', async () => {
    const viewer = open.enter('viewer');
    for (const [where, status, words] of [
      ['days?from=2024-13-01', 400, 'from: 2024-13-01 is no date'],
      ['gates?to=yesterday', 400, 'to: yesterday is no date'],
      ['days?from=2024-07-05&to=2024-07-03', 400, 'from: 2024-07-05 is after 2024-07-03'],
      ['days?from=2024-07-03&from=2024-07-05', 400, 'from: is given more than once'],
      ['gates?symbol=SYN01', 400, 'symbol: nothing is asked by that here'],
      ['fills?symbol=no%20symbol', 400, 'symbol: '],
      ['fills?run=nobody', 404, 'no run is called nobody'],
      ['commands?run=live-not-shown', 404, 'no run is called live-not-shown'],
    ] as const) {
      const answer = await open.ask(`/api/past/${where}`, viewer);
      expect([where, answer.status]).toEqual([where, status]);
      expect(await answer.text()).toContain(words);
    }
  });

  it(
    'says what keeps Postgres from being read, and tells what the recordings hold',
    async () => {
      await database?.close();
      database = undefined;
      const gone = await tell<DayRow>('days');
      expect(gone.problem).not.toBeNull();
      const after = await tell<DayRow>('days');
      expect(after.problem).toBeNull();
      for (const past of [gone, after]) {
        expect(past.runs).toMatchObject([
          { run: first, from: 'recording' },
          { run: second, from: 'recording' },
        ]);
        expect(past.rows).toHaveLength(2 * DATES.length);
      }
    },
    START_MS_MAX,
  );

  it('is none of a recording that was deleted, once another one has its name', async () => {
    expect((await tell<DayRow>(`days?run=${second}`)).rows).toHaveLength(DATES.length);
    await deleteRecording(open.home.bus, second);
    await beginRun(open.home, second);
    expect(await tell<DayRow>(`days?run=${second}`)).toMatchObject({ rows: [], runs: [{ run: second, from: 'recording' }] });
  });
});
