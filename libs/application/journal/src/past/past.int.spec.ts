/**
 * The past of runs, from a real Postgres as who may only read sees it, against that from their recordings.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stagesOf } from '@aitrader/application-pipeline';
import { encodeControl } from '@aitrader/contracts';
import { epochMs, ids, newControl, price, type Fill, type RunConfig, type RunId } from '@aitrader/model';
import { recordCommand } from '@aitrader/runtime-bus';
import { readableDatabase, type OpenDatabase } from '@aitrader/runtime-database';
import type { StageFactory } from '@aitrader/runtime-engine';
import { recordDay } from '../../../../../tools/testing/recorded-day.ts';
import { JOURNAL_MS_MAX, openJournalHome, recordSample, type JournalUnderTest } from '../../testing/journal-under-test.ts';
import { journalRun } from '../journal.ts';
import { RecordedPast } from './past-in-recording.ts';
import { journaledRuns, pastInTables } from './past-in-tables.ts';
import type { PastParts, PastSpan } from './past.ts';

/** Of every third execution the price is restated, twice; every fifth is undone. */
function amended(config: RunConfig): StageFactory {
  const stages = stagesOf(config);
  let told = 0;
  const amendments = (fill: Fill): readonly Fill[] => {
    told += 1;
    const more = (suffix: string, of: Partial<Fill>): Fill => ({ ...fill, id: ids.fill(`${fill.id}.${suffix}`), ...of });
    if (told % 5 === 0) return [fill, more('b', { kind: 'bust', amends: fill.id })];
    if (told % 3 > 0) return [fill];
    const once = more('c', { kind: 'correction', amends: fill.id, price: price(fill.price + 7) });
    return [fill, once, { ...once, id: ids.fill(`${once.id}.c`), amends: once.id, price: price(fill.price + 11) }];
  };
  return {
    ...stages,
    execution: () => {
      const stage = stages.execution();
      return {
        ...stage,
        apply: (input, report) => {
          stage.apply(input, report);
          report.fills = report.fills.flatMap(amendments);
        },
      };
    },
  };
}

describe('the past of runs', () => {
  let open: JournalUnderTest;
  let database: OpenDatabase;
  const runs: RunId[] = [];

  beforeAll(async () => {
    open = await openJournalHome();
    database = await open.openHere();
    runs.push(await recordSample(open, 'sample'), await recordDay(open.bus, 'amended', { stages: amended }));
    for (const [n, kind] of (['halt', 'resume'] as const).entries()) {
      const command = newControl(kind, epochMs(Date.UTC(2024, 6, 3, 14, n)), 'ann', `to try it, ${n}`);
      await recordCommand(open.bus, 'amended' as RunId, encodeControl(command), `amended/ann/${n}`, {});
    }
    for (const run of runs) await journalRun({ bus: open.bus, run, open: open.openHere });
  }, JOURNAL_MS_MAX);
  afterAll(async () => {
    await database.close();
    await open.close();
  }, JOURNAL_MS_MAX);

  async function bothOf(run: RunId, span: PastSpan): Promise<readonly [tables: PastParts, recording: PastParts]> {
    const source = await readableDatabase({ home: open.home, env: {} });
    if (source === undefined) throw new Error('no Postgres is found in the home');
    try {
      const asked = (await journaledRuns(source)).filter((one) => one.run === run);
      const tables: PastParts = {
        days: await pastInTables(source, 'days', asked, span),
        fills: await pastInTables(source, 'fills', asked, span),
        commands: await pastInTables(source, 'commands', asked, span),
        gates: await pastInTables(source, 'gates', asked, span),
      };
      const recorded = new RecordedPast(open.bus, run);
      await recorded.readOn();
      return [tables, recorded.within(span)];
    } finally {
      await source.destroy();
    }
  }

  it('is the same from the tables as from a recording: three dates of an account', async () => {
    const [tables, recording] = await bothOf(runs[0] ?? ('' as RunId), {});
    expect(recording).toEqual(tables);
    expect(tables.days.map(({ date }) => date)).toEqual(['2024-07-02', '2024-07-03', '2024-07-05']);
    expect(tables.days.reduce((sum, { fills }) => sum + fills, 0)).toBe(tables.fills.length);
    expect(tables.days.reduce((sum, { denials }) => sum + denials, 0)).toBe(
      tables.gates.reduce((sum, { denials }) => sum + denials, 0),
    );
    expect(tables.fills.length).toBeGreaterThan(10);
    expect(tables.commands).toEqual([]);
  });

  it('is the same where executions were restated and undone, and has what was commanded', async () => {
    const [tables, recording] = await bothOf(runs[1] ?? ('' as RunId), {});
    expect(recording).toEqual(tables);
    expect(new Set(tables.fills.map(({ kind }) => kind))).toEqual(new Set(['execution', 'correction', 'bust']));
    const executions = tables.fills.filter(({ kind }) => kind === 'execution').length;
    const busts = tables.fills.filter(({ kind }) => kind === 'bust').length;
    expect(tables.days.reduce((sum, { fills }) => sum + fills, 0)).toBe(executions - busts);
    expect(tables.commands.map(({ kind, actor, reason }) => ({ kind, actor, reason }))).toEqual([
      { kind: 'halt', actor: 'ann', reason: 'to try it, 0' },
      { kind: 'resume', actor: 'ann', reason: 'to try it, 1' },
    ]);
  });

  it('is told of the dates that are asked for alone', async () => {
    const [tables, recording] = await bothOf(runs[0] ?? ('' as RunId), { from: '2024-07-03', to: '2024-07-03' });
    expect(recording).toEqual(tables);
    expect(tables.days.map(({ date }) => date)).toEqual(['2024-07-03']);
    expect(tables.fills.length).toBeGreaterThan(0);
  });

  it('is read on from where a recording was read to', async () => {
    const run = runs[1] ?? ('' as RunId);
    const recorded = new RecordedPast(open.bus, run);
    await Promise.all([recorded.readOn(), recorded.readOn()]);
    const before = recorded.within({});
    await recordCommand(
      open.bus,
      run,
      encodeControl(newControl('halt', epochMs(Date.UTC(2024, 6, 3, 14, 9)), 'bea', 'once more')),
      'amended/bea',
      {},
    );
    await recorded.readOn();
    const { commands, ...others } = recorded.within({});
    expect(commands.slice(before.commands.length).map(({ actor }) => actor)).toEqual(['bea']);
    expect({ ...others, commands: before.commands }).toEqual(before);
  });

  it('may be looked at, and not be changed', async () => {
    const source = await readableDatabase({ home: open.home, env: {} });
    await expect(source?.query('DELETE FROM trading.fills')).rejects.toThrow(/read-only|permission denied/);
    await source?.destroy();
  });
});
