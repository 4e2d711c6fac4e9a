/**
 * What runs differ in from their replays, written into a real Postgres: each cause as the report has it, once for each recording.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inOnePart } from '@aitrader/application-markets';
import { BINS, parityOf, type Parity } from '@aitrader/application-parity';
import { runId } from '@aitrader/model';
import { recordingInfo } from '@aitrader/runtime-bus';
import type { OpenDatabase } from '@aitrader/runtime-database';
import { atOtherPrices, withFills } from '../../../../tools/testing/planted-fills.ts';
import { DAY, recordDay } from '../../../../tools/testing/recorded-day.ts';
import { JOURNAL_MS_MAX, openJournalHome, recordSample, type JournalUnderTest } from '../testing/journal-under-test.ts';
import { numberOf } from '../testing/table-content.ts';
import { forgetRun } from './forget.ts';
import { journalRun } from './journal.ts';
import { journalParity } from './parity-rows.ts';

const ROWS = `SELECT cause, differences, cost::float8 AS cost, replayed_by, against_bars
  FROM analytics.daily_parity JOIN trading.runs USING (run_id) WHERE name = $1`;

/** What the rows of a report should say, by cause. */
const rowsOf = ({ bins, replayedBy, heldAgainst }: Parity): ReadonlyMap<string, unknown> =>
  new Map(
    bins.map(({ bin, lines, costMicros }) => [
      bin,
      { differences: lines, cost: costMicros, replayed_by: replayedBy.hash, against_bars: heldAgainst.bars },
    ]),
  );

describe('the parity of a run in the tables', () => {
  let home: JournalUnderTest;
  let database: OpenDatabase;
  beforeAll(async () => {
    home = await openJournalHome();
    database = await home.openHere();
  }, JOURNAL_MS_MAX);
  afterAll(async () => {
    await database.close();
    await home.close();
  });
  const written = async (run: string): Promise<ReadonlyMap<string, unknown>> => {
    const rows = await database.source.query<{ readonly cause: string }[]>(ROWS, [run]);
    const byCause = new Map(rows.map(({ cause, ...row }) => [cause, row]));
    expect(byCause.size).toBe(rows.length);
    return byCause;
  };

  it(
    'has a row of each cause, of a run that differs in nothing too, and keeps nobody from writing the run',
    async () => {
      const run = await recordSample(home, 'backtest-sample');
      const parity = await parityOf(home.bus, { run });
      await journalParity(home.bus, database, parity);
      const rows = await written(run);
      expect([...rows.keys()].toSorted()).toEqual(BINS.toSorted());
      expect(rows).toEqual(rowsOf(parity));
      expect([parity.lines, parity.fills.recorded > 20]).toEqual([[], true]);
      const { last_seq: last } = (await recordingInfo(home.bus, run)).state;
      expect(await journalRun({ bus: home.bus, run, open: home.openHere })).toMatchObject({ from: 0, to: last });
      await journalParity(home.bus, database, parity);
      expect(await written(run)).toEqual(rows);
    },
    JOURNAL_MS_MAX,
  );

  it(
    'comes to the difference of the equities, and is told anew by whoever asks again',
    async () => {
      const run = await recordDay(home.bus, 'paper-other-prices', { stages: withFills(atOtherPrices) });
      const parity = await parityOf(home.bus, { run });
      await journalParity(home.bus, database, parity);
      expect(await written(run)).toEqual(rowsOf(parity));
      const sum = 'SELECT sum(cost)::float8 AS cost FROM analytics.daily_parity WHERE run_id = $1';
      expect(await database.source.query(sum, [await numberOf(database, run)])).toEqual([{ cost: parity.differenceMicros }]);
      expect(parity.differenceMicros).not.toBe(0);
      const again = await parityOf(home.bus, { run, market: { bars: inOnePart(DAY) } });
      await Promise.all([journalParity(home.bus, database, again), journalParity(home.bus, database, again)]);
      const rows = await written(run);
      expect(rows).toEqual(rowsOf(again));
      expect(rows.get('fee')).toMatchObject({ against_bars: true });
    },
    JOURNAL_MS_MAX,
  );

  it(
    'goes with its run, and is of no run that is not recorded',
    async () => {
      const run = await recordDay(home.bus, 'paper-forgotten');
      const parity = await parityOf(home.bus, { run });
      await journalParity(home.bus, database, parity);
      const number = await numberOf(database, run);
      const left = 'SELECT count(*)::int AS n FROM analytics.daily_parity WHERE run_id = $1';
      expect(await database.source.query(left, [number])).toEqual([{ n: BINS.length }]);
      await forgetRun(database, run);
      expect(await database.source.query(left, [number])).toEqual([{ n: 0 }]);
      const unknown = { ...parity, run: runId('paper-unknown') };
      await expect(journalParity(home.bus, database, unknown)).rejects.toThrow('paper-unknown');
      expect(await numberOf(database, 'paper-unknown')).toBe(-1);
    },
    JOURNAL_MS_MAX,
  );
});
