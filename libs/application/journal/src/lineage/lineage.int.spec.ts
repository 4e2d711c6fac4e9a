/**
 * From a fill back to whoever printed the bar, out of a recording and out of a real Postgres alike.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { item, type RunId } from '@aitrader/model';
import { dataSourceOf, type OpenDatabase } from '@aitrader/runtime-database';
import {
  JOURNAL_MS_MAX,
  openJournalHome,
  recordSample,
  restoreGolden,
  type JournalUnderTest,
} from '../../testing/journal-under-test.ts';
import { journalRun } from '../journal.ts';
import { checkLineage, type LineageCheck } from './lineage-check.ts';
import type { FillLineage } from './fill-lineage.ts';
import { fromDatabase, fromRecordings, runLineage } from './run-lineage.ts';

type Source = OpenDatabase['source'];

describe('the lineage of fills', () => {
  let home: JournalUnderTest;
  let database: OpenDatabase;
  let owner: Source;
  let sample: RunId;
  let recorded: readonly FillLineage[];
  beforeAll(async () => {
    home = await openJournalHome();
    sample = await recordSample(home, 'backtest-lineage');
    database = await home.openHere();
    owner = await dataSourceOf(database.loginOf('owner')).initialize();
    await journalRun({ bus: home.bus, run: sample, open: home.openHere });
    recorded = await runLineage(fromRecordings(home.bus), sample);
  }, JOURNAL_MS_MAX);
  afterAll(async () => {
    await owner.destroy();
    await database.close();
    await home.close();
  });

  const written = (run: RunId): Promise<readonly FillLineage[]> => runLineage(fromDatabase(database), run);
  const checked = async (): Promise<LineageCheck> => checkLineage(await written(sample), recorded);

  it('has every link of every fill, the same from both', async () => {
    expect(recorded.length).toBeGreaterThan(20);
    expect(checkLineage(recorded)).toEqual({ fills: recorded.length, problems: [] });
    expect(await checked()).toEqual({ fills: recorded.length, problems: [] });
    for (const { order, gates, signal, state, bar, slice } of recorded)
      expect([order, signal, state, bar, slice, gates.length > 20].every(Boolean)).toBe(true);
  });

  it(
    'goes over what was asked of a broker and what it said',
    async () => {
      const run = await restoreGolden(home.bus, 'broker-v1');
      await journalRun({ bus: home.bus, run, open: home.openHere });
      const found = await runLineage(fromRecordings(home.bus), run);
      expect(found.length).toBeGreaterThan(0);
      for (const { fill, reports, requests } of found) {
        expect(reports.map(({ executionId }) => executionId)).toContain(fill.fillId);
        expect(requests.map(({ orderId }) => orderId)).toContain(fill.orderId);
      }
      expect(checkLineage(await written(run), found).problems).toEqual(checkLineage(found).problems);
      const { fill } = item(found, 0);
      await owner.query('DELETE FROM trading.reports WHERE execution_id = $1', [fill.fillId]);
      await owner.query('DELETE FROM trading.requests WHERE order_id = $1', [fill.orderId]);
      const links = checkLineage(await written(run), found).problems.filter((one) => one.fill === fill.fillId);
      expect(links.map(({ problem }) => problem)).toEqual(
        expect.arrayContaining([`report of execution ${fill.fillId} is missing`, `request for order ${fill.orderId} is missing`]),
      );
    },
    JOURNAL_MS_MAX,
  );

  // of the first fill's chain
  it.each<[string, string, (of: FillLineage) => readonly unknown[], (of: FillLineage) => string]>([
    ['fills', 'fill_id = $1', ({ fill }) => [fill.fillId], () => 'the fill itself is missing'],
    ['orders', 'order_id = $1', ({ fill }) => [fill.orderId], ({ fill }) => `order ${fill.orderId} is missing`],
    [
      'order_gates',
      'seq = $1 AND place = $2 AND gate_place = 6',
      ({ order }) => [order?.seq, order?.place],
      ({ fill }) => `gate 7 of order ${fill.orderId} is missing`,
    ],
    ['signals', 'signal_id = $1', ({ order }) => [order?.signalId], ({ order }) => `signal ${order?.signalId} is missing`],
    [
      'state_slices',
      'seq = $1',
      ({ state }) => [state?.seq],
      ({ fill, signal }) => `states of ${fill.symbol} at ${when(signal)} is missing`,
    ],
    ['bars', 'seq = $1', ({ bar }) => [bar?.seq], ({ fill, signal }) => `bar of ${fill.symbol} at ${when(signal)} is missing`],
    [
      'slices',
      'seq = $1',
      ({ slice }) => [slice?.seq],
      ({ fill, slice }) => `slice ${slice?.seq}, which the bar of ${fill.symbol} came in is missing`,
    ],
  ])('names a link that is gone from %s', async (table, where, valuesOf, problemOf) => {
    const first = item(recorded, 0);
    const name = `${table === 'bars' || table === 'slices' ? 'market' : 'trading'}.${table}`;
    const rows = await owner.query<readonly object[]>(`SELECT to_jsonb(row) AS kept FROM ${name} row WHERE ${where}`, [
      ...valuesOf(first),
    ]);
    expect(rows.length).toBeGreaterThan(0);
    await owner.query(`DELETE FROM ${name} WHERE ${where}`, [...valuesOf(first)]);
    const { problems } = await checked();
    expect(problems).toContainEqual({ fill: first.fill.fillId, problem: problemOf(first) });
    for (const { kept } of rows as readonly { readonly kept: object }[])
      await owner.query(`INSERT INTO ${name} SELECT * FROM jsonb_populate_record(NULL::${name}, $1)`, [kept]);
    expect((await checked()).problems).toEqual([]);
  });

  it('tells a figure that was changed', async () => {
    const { order, fill } = item(recorded, 0);
    const change = (by: number): Promise<unknown> =>
      owner.query('UPDATE trading.orders SET stop = stop + $1 WHERE order_id = $2', [by, order?.orderId]);
    await change(1);
    expect((await checked()).problems).toContainEqual({ fill: fill.fillId, problem: 'order: the recording says another thing' });
    await change(-1);
  });
});

const when = (signal: FillLineage['signal']): string => new Date(signal?.t ?? 0).toISOString();
