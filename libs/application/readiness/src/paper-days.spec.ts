import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sessionOn, sessionsBetween } from '@aitrader/core-sessions';
import { cleanDaysBefore, parityRecordOf, uncleanWhy } from './paper-days.ts';

const DATE = '2026-11-30';
/** The last five before it, over Thanksgiving, the latest first. */
const BEFORE = ['2026-11-27', '2026-11-25', '2026-11-24', '2026-11-23', '2026-11-20'];

describe('clean paper days', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'paper-days-'));
    for (const date of BEFORE) record(date);
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const bins = (unexplained = 0, other = 0) => [
    { bin: 'price', lines: 3 },
    { bin: 'code-version', lines: other },
    { bin: 'unexplained', lines: unexplained },
  ];

  function record(date: string, changed: Readonly<Record<string, unknown>> = {}): void {
    const to = sessionOn(date)?.postClose ?? 0;
    const parity = {
      ...{ run: `paper-${date}`, kind: 'paper', from: to - 1, to, intervals: 960, unfinished: 0 },
      ...{ heldAgainst: { configuration: false, operators: true, bars: false }, differenceMicros: 0, bins: bins() },
      ...changed,
    };
    const file = parityRecordOf(home, date);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(parity));
  }

  it('are counted back from the date before, over days without trading', async () => {
    expect(
      sessionsBetween('2026-11-20', '2026-11-29')
        .map(({ date }) => date)
        .toReversed(),
    ).toEqual(BEFORE);
    expect(await cleanDaysBefore(home, DATE, 5)).toEqual({ count: 5, problem: '' });
    expect(await cleanDaysBefore(home, DATE, 20)).toMatchObject({ count: 5, problem: expect.stringContaining('2026-11-19') });
  });

  it('end where a day has no record', async () => {
    rmSync(parityRecordOf(home, '2026-11-24'));
    expect(await cleanDaysBefore(home, DATE, 5)).toMatchObject({
      count: 2,
      problem: expect.stringContaining('2026-11-24 has no parity record'),
    });
  });

  it.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ['has a difference that nothing explains', { bins: bins(1) }],
    ['would have been decided otherwise by this program', { bins: bins(0, 2) }],
    ['tells of no such bin', { bins: [] }],
    ['has a bin that is no number', { bins: [{ bin: 'unexplained', lines: null }] }],
    ['is of another date', { to: sessionOn('2026-11-23')?.postClose }],
    ['is of no time', { to: 0 }],
    ['is of a backtest', { kind: 'backtest' }],
    ['has no interval', { intervals: 0 }],
    ['is not complete', { unfinished: 1 }],
    ['was held against another configuration', { heldAgainst: { configuration: true } }],
    ['has a count that is no number', { intervals: null }],
    ['says nothing', { run: undefined }],
  ])('do not go on over one that %s', async (_, changed) => {
    record('2026-11-25', changed);
    expect(await cleanDaysBefore(home, DATE, 5)).toMatchObject({ count: 1 });
  });

  it('do not go on over a record that is cut short', async () => {
    writeFileSync(parityRecordOf(home, '2026-11-27'), '{"run": ');
    expect(await uncleanWhy(home, '2026-11-27')).toMatch(/is no parity record/);
  });
});
