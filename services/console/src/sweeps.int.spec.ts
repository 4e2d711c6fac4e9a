/**
 * The sweeps of a home as a browser asks for them: what is whole, and what is damaged beside it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { walkForward, writeSweep, type ListedSweep } from '@aitrader/application-sweep';
import { sweepOf } from '../../../tools/testing/kept-sweep.ts';
import type { SweepAnswer } from './sweeps.controller.ts';
import { openConsole, type ConsoleUnderTest } from './testing/open-console.ts';

const START_MS_MAX = 120_000;
const MADE_UP = sweepOf(4);
/** Of more dates: there is something to choose by before a test. */
const SWEEP = {
  ...MADE_UP,
  dates: [...MADE_UP.dates, '2024-07-08', '2024-07-09', '2024-07-10'],
  trials: MADE_UP.trials.map((trial) => ({ ...trial, returns: [...trial.returns, ...trial.returns] })),
};

describe('the sweeps of a home', () => {
  let open: ConsoleUnderTest;

  beforeAll(async () => {
    open = await openConsole();
    const [sound, damaged] = ['sound', 'damaged'].map((name) => path.join(open.home.home, 'sweeps', name));
    if (sound === undefined || damaged === undefined) throw new Error('a folder has no name');
    for (const folder of [sound, damaged]) mkdirSync(folder, { recursive: true });
    await writeSweep(sound, SWEEP);
    writeFileSync(
      path.join(sound, 'walk-forward.json'),
      JSON.stringify(walkForward(SWEEP, { folds: 1, embargo: 0, by: 'sharpe' })),
    );
    writeFileSync(path.join(damaged, 'sweep.json'), JSON.stringify({ ...SWEEP, digest: 'none' }));
  }, START_MS_MAX);
  afterAll(() => open.close());

  const ask = (where: string): Promise<Response> => open.ask(`/api/sweeps${where}`, open.enter('viewer'));

  it('are all listed, the damaged one with what is wrong with it', async () => {
    const listed = (await (await ask('')).json()) as readonly ListedSweep[];
    const byName = new Map(listed.map((one) => [one.name, one]));
    expect(byName.get('sound')).toMatchObject({ problem: null, hasWalkForward: true, summary: { trials: 4, overfitting: 0.76 } });
    expect(byName.get('damaged')?.summary).toBeNull();
    expect(byName.get('damaged')?.problem).toMatch(/sweep\.json: .*digest: /s);
  });

  it('are told trial by trial, the best first, without what is told date by date', async () => {
    const answer = (await (await ask('/sound')).json()) as SweepAnswer;
    expect(answer).toMatchObject({
      name: 'sound',
      dates: 6,
      from: '2024-07-02',
      to: '2024-07-10',
      leftOut: 0,
      choice: SWEEP.choice,
    });
    expect(answer.trials.map(({ trial }) => trial)).toEqual([4, 3, 2, 1]);
    expect(answer.trials[0]).not.toHaveProperty('returns');
    expect(answer.walkForward).toMatchObject({ trials: 4, plan: { folds: 1 } });
    expect(answer.walkForward).not.toHaveProperty('equity');
  });

  it.each([
    [422, '/damaged', /digest: /],
    [404, '/nowhere', /there is no sweep \\?"nowhere/],
    [404, '/..%2f..%2fkeys', /there is no sweep/],
  ])('answer %i for %s', async (status, where, words) => {
    const response = await ask(where);
    expect([response.status, await response.text()]).toEqual([status, expect.stringMatching(words)]);
  });
});
