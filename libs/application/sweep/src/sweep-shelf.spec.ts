import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sweepOf } from '../../../../tools/testing/kept-sweep.ts';
import { SweepShelf, UnknownSweepError } from './sweep-shelf.ts';
import { walkForward } from './walk-forward.ts';
import { writeSweep } from './write-sweep.ts';

const SWEEP = sweepOf(3);
/** Of more dates: there is something to choose by before a test. */
const LONGER = {
  ...SWEEP,
  dates: [...SWEEP.dates, '2024-07-08', '2024-07-09', '2024-07-10'],
  trials: SWEEP.trials.map((trial) => ({ ...trial, returns: [...trial.returns, ...trial.returns] })),
};

describe('the sweeps of a home', () => {
  let home: string;
  beforeEach(() => void (home = mkdtempSync(path.join(tmpdir(), 'aitrader-shelf-'))));
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  /** A sweep that was written, so many seconds after the first. */
  async function kept(name: string, second: number, sweep = SWEEP): Promise<string> {
    const folder = path.join(home, 'sweeps', name);
    mkdirSync(folder, { recursive: true });
    await writeSweep(folder, sweep);
    utimesSync(path.join(folder, 'sweep.json'), second, second);
    return folder;
  }

  it('are none where nothing was kept yet', async () => {
    expect(await new SweepShelf(home).list()).toEqual([]);
  });

  it('are listed with their best and how far that can be believed, the latest first', async () => {
    await kept('first', 1_000);
    await kept('second', 2_000);
    const [latest, earlier] = await new SweepShelf(home).list();
    expect(earlier).toMatchObject({ name: 'first', writtenAt: 1_000_000 });
    expect(latest).toEqual({
      ...{ name: 'second', writtenAt: 2_000_000, problem: null, hasWalkForward: false },
      summary: {
        ...{ trials: 3, dates: 3, from: '2024-07-02', to: '2024-07-05' },
        ...{ best: 3, sharpe: -9.17 / 3, deflated: 0.5, overfitting: 0.76 },
      },
    });
  });

  it.each([
    ['damaged', '{ "market": "ab', /damaged.sweep\.json: .*is no JSON/],
    ['of other fields', '{ "market": "ab" }', /of other fields.sweep\.json:\s+market: /],
  ])('hide no other where one is %s', async (name, text, problem) => {
    await kept('sound', 1_000);
    const folder = path.join(home, 'sweeps', name.replaceAll(' ', '-'));
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'sweep.json'), text);
    const listed = await new SweepShelf(home).list();
    expect(listed.map(({ summary }) => summary === null)).toEqual([true, false]);
    expect(listed[0]?.problem?.replaceAll('-', ' ')).toMatch(problem);
  });

  it('say of one that goes on that it has no report yet, and read one again that was written anew', async () => {
    mkdirSync(path.join(home, 'sweeps', 'going-on'), { recursive: true });
    const shelf = new SweepShelf(home);
    expect(await shelf.list()).toMatchObject([{ name: 'going-on', writtenAt: 0, summary: null }]);
    expect((await shelf.list())[0]?.problem).toContain('it has no sweep.json yet');
    await kept('going-on', 3_000);
    expect((await shelf.list())[0]).toMatchObject({ problem: null, summary: { trials: 3 } });
  });

  it('are opened by their names alone', async () => {
    await kept('sound', 1_000);
    const shelf = new SweepShelf(home);
    expect(await shelf.open('sound')).toEqual({ name: 'sound', sweep: SWEEP, walkForward: null, walkForwardProblem: null });
    for (const name of ['unsound', '..', '../sweeps/sound', '', '.hidden'])
      await expect(shelf.open(name)).rejects.toThrow(UnknownSweepError);
  });

  it('have the walk-forward result beside them, or what is wrong with it', async () => {
    const folder = await kept('walked', 1_000, LONGER);
    const report = walkForward(LONGER, { folds: 1, embargo: 0, by: 'return' });
    const file = path.join(folder, 'walk-forward.json');
    const shelf = new SweepShelf(home);
    writeFileSync(file, JSON.stringify(report));
    expect(await shelf.list()).toMatchObject([{ name: 'walked', hasWalkForward: true }]);
    expect(await shelf.open('walked')).toMatchObject({ walkForward: report, walkForwardProblem: null });
    writeFileSync(file, JSON.stringify({ ...report, digest: 'f'.repeat(64) }));
    expect((await shelf.open('walked')).walkForwardProblem).toMatch(/walk-forward\.json: .*is of another sweep/s);
    writeFileSync(file, '{');
    expect(await shelf.open('walked')).toMatchObject({ sweep: LONGER, walkForward: null });
  });
});
