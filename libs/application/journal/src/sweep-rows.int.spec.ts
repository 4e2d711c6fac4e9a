/**
 * Sweeps in a real Postgres: every trial as the file has it, once, however often it is written and by however many at once.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JOURNAL_MS_MAX, openDatabaseAlone, type DatabaseAlone } from '../testing/journal-under-test.ts';
import { sweepOf, sweepOfTrials, trialNumbered } from '../../../../tools/testing/kept-sweep.ts';
import { forgetSweep, journalSweep } from './sweep-rows.ts';

const FILE = '/sweeps/mine/sweep.json';
const TRIALS = `SELECT results.* FROM backtest.sweep_results results JOIN backtest.sweeps USING (sweep_id)
  WHERE sweep_id = $1 ORDER BY trial`;

describe('a sweep in the tables', () => {
  let database: DatabaseAlone;
  beforeAll(async () => {
    database = await openDatabaseAlone();
  }, JOURNAL_MS_MAX);
  afterAll(() => database.close());
  const counted = async (table: string): Promise<number> => {
    const [row] = await database.source.query<{ readonly n: number }[]>(`SELECT count(*)::int AS n FROM ${table}`);
    return row?.n ?? -1;
  };

  it('has each trial as the file has it, to the last bit', async () => {
    const sweep = sweepOf(3);
    const { sweepId, isNew } = await journalSweep(database, { file: FILE, sweep });
    expect(isNew).toBe(true);
    const rows = await database.source.query<Readonly<Record<string, unknown>>[]>(TRIALS, [sweepId]);
    expect(rows).toEqual(
      sweep.trials.map(({ counts, equity, ...trial }) => ({
        ...{ sweep_id: sweepId, trial: trial.trial, config_hash: trial.configHash, sets: trial.sets, digest: trial.digest },
        ...counts,
        start_equity: '100000000000',
        end_equity: String(Math.round(equity.end * 1e6)),
        ...{ total_return: trial.totalReturn, max_drawdown: trial.maxDrawdown, sharpe: trial.sharpe },
        ...{ probabilistic_sharpe: trial.probabilistic, deflated_sharpe: trial.deflated, track_record_min: trial.trackRecordMin },
        returns: trial.returns,
      })),
    );
    const sql = 'SELECT file, trials, dates, overfitting, loss, reality_check, superior_ability, choice FROM backtest.sweeps';
    expect(await database.source.query(sql)).toEqual([
      {
        ...{ file: FILE, trials: 3, dates: sweep.dates, overfitting: 0.76, loss: 0.7 },
        ...{ reality_check: 0.92, superior_ability: 0.8, choice: sweep.choice },
      },
    ]);
  });

  it('is there once, whoever writes it again, at once or after having gone on with it', async () => {
    const sweep = sweepOf(4);
    const all = [1, 2, 3].map((seconds) =>
      journalSweep(database, { file: FILE, sweep: { ...sweep, seconds, resumed: seconds } }),
    );
    const done = await Promise.all(all);
    expect(done.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(done.map(({ sweepId }) => sweepId)).size).toBe(1);
    const rows = await counted('backtest.sweep_results');
    expect((await journalSweep(database, { file: '/elsewhere/sweep.json', sweep })).isNew).toBe(false);
    expect(await counted('backtest.sweep_results')).toBe(rows);
  });

  it('refuses another word on the same bars, code and configurations, and changes nothing', async () => {
    const before = await journalSweep(database, { file: FILE, sweep: sweepOf(5) });
    const [first, second, ...rest] = sweepOf(5).trials;
    const otherRun = sweepOfTrials(
      [first, trialNumbered(2, 'configuration 2', 'run 9'), ...rest].flatMap((trial) => trial ?? []),
    );
    await expect(journalSweep(database, { file: FILE, sweep: otherRun })).rejects.toThrow(
      new RegExp(
        `^${FILE}: the tables hold the sweep .* otherwise: trial 2 came to digest "[0-9a-f]{12}…", and "[0-9a-f]{12}…" is`,
      ),
    );
    const otherFigure = {
      ...sweepOf(5),
      trials: [first, { ...second, sharpe: 99 }, ...rest].flatMap((trial) => (trial === undefined ? [] : [trial])),
    };
    await expect(journalSweep(database, { file: FILE, sweep: otherFigure as ReturnType<typeof sweepOf> })).rejects.toThrow(
      'its trials came to the same digests, and other figures are said of them',
    );
    const [row] = await database.source.query<{ readonly sharpe: number }[]>(
      'SELECT sharpe FROM backtest.sweep_results WHERE sweep_id = $1 AND trial = 2',
      [before.sweepId],
    );
    expect(row?.sharpe).toBe(second?.sharpe);
    // its owner may delete it, and then it is another one's to write
    expect(await forgetSweep(database, sweepOf(5))).toBe(true);
    expect((await journalSweep(database, { file: FILE, sweep: otherRun })).isNew).toBe(true);
    expect(await forgetSweep(database, sweepOf(9))).toBe(false);
  });

  it(
    'is written whole where its trials are more than a statement takes',
    async () => {
      const dates = Array.from({ length: 60_000 }, (_, at) => new Date(at * 86_400_000).toISOString().slice(0, 10));
      const returns = dates.map((_, at) => at / 7);
      const wide = sweepOf(9);
      const sweep = { ...wide, dates, trials: wide.trials.map((trial) => ({ ...trial, configHash: trial.digest, returns })) };
      const { sweepId } = await journalSweep(database, { file: undefined, sweep });
      const sql =
        'SELECT count(*)::int AS n, sum(cardinality(returns))::int AS returns FROM backtest.sweep_results WHERE sweep_id = $1';
      expect(await database.source.query(sql, [sweepId])).toEqual([{ n: 9, returns: 9 * 60_000 }]);
    },
    JOURNAL_MS_MAX,
  );
});
