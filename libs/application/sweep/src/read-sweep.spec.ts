import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '@aitrader/runtime-configuration';
import { sweepOf, sweepOfTrials, trialNumbered } from '../../../../tools/testing/kept-sweep.ts';
import { sampleVariance, sharpeRatio } from '@aitrader/core-metrics';
import { parseSweep, readSweep, sweepContent, sweepIdentity, triedIn } from './read-sweep.ts';
import type { SweepReport } from './run-sweep.ts';
import { writeSweep } from './write-sweep.ts';

const SWEEP = sweepOf(3);

/** What is wrong with a sweep in which one place says something else. */
function problemsWith(change: (sweep: SweepReport) => object): readonly string[] {
  try {
    parseSweep(JSON.parse(JSON.stringify(change(SWEEP))), 'sweep.json');
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}
const withTrial = (at: number, change: object) => (sweep: SweepReport) => ({
  ...sweep,
  trials: sweep.trials.map((trial, i) => (i === at ? { ...trial, ...change } : trial)),
});

describe('a sweep that was written', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'aitrader-kept-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is read from its folder and from its file, all that it says', async () => {
    await writeSweep(folder, SWEEP);
    const file = path.join(folder, 'sweep.json');
    expect(await readSweep(folder)).toEqual({ file, sweep: SWEEP });
    expect(await readSweep(file)).toEqual({ file, sweep: SWEEP });
  });

  it.each([
    ['nothing', undefined, 'does not exist; a sweep is the sweep.json that'],
    ['half of it', '{ "market": "ab', 'is no JSON'],
    ['another document', '{ "version": 1, "edges": [] }', 'holds learned edges'],
    ['a list', '[]', 'the whole: Invalid input'],
  ])('is refused by its file where that has %s', async (_, text, says) => {
    const file = path.join(folder, 'sweep.json');
    if (text !== undefined) writeFileSync(file, text);
    await expect(readSweep(folder)).rejects.toThrow(`${file}: `);
    await expect(readSweep(folder)).rejects.toThrow(says);
  });

  it.each([
    ['a figure that is none', withTrial(1, { sharpe: 'high' }), 'trials.1.sharpe: ', 'got "high"'],
    ['a figure that is missing', withTrial(0, { digest: undefined }), 'trials.0.digest: ', 'got nothing'],
    ['a probability above 1', withTrial(2, { probabilistic: 1.5 }), 'trials.2.probabilistic: ', 'got 1.5'],
    ['a hash that is none', (sweep: SweepReport) => ({ ...sweep, code: 'main' }), 'code: is no SHA-256 in hex', 'got "main"'],
    ['a field of its own', (sweep: SweepReport) => ({ ...sweep, best: 1 }), 'unknown key "best"', ''],
    ['a trial out of its place', withTrial(1, { trial: 7 }), 'trials.1.trial: is not 2', 'got 7'],
    ['returns of fewer dates', withTrial(1, { returns: [0] }), 'trials.1.returns: are not of the 3 dates', 'got 1'],
    ['a trial twice', withTrial(2, trialNumbered(3, 'configuration 1')), 'trials.2.configHash: is that of trials.0 too', 'got "'],
    [
      'a trial that came to something else',
      withTrial(0, trialNumbered(1, 'configuration 1', 'run 9')),
      'digest: is not that',
      '',
    ],
    ['no trials', (sweep: SweepReport) => ({ ...sweep, trials: [] }), 'trials: ', 'got []'],
  ])('is refused with %s, by field and value', (_, change, field, got) => {
    const problems = problemsWith(change);
    expect(problems.some((problem) => problem.startsWith(field) && problem.includes(got))).toBe(true);
  });

  it('is the same sweep over the same bars, code and configurations, whatever it came to and however long it took', () => {
    expect(sweepIdentity(sweepOf(3))).toBe(sweepIdentity({ ...SWEEP, seconds: 9, resumed: 3 }));
    expect(sweepContent(sweepOf(3))).toBe(sweepContent({ ...SWEEP, seconds: 9, resumed: 3 }));
    const other = sweepOfTrials([trialNumbered(1), trialNumbered(2, 'configuration 2', 'run 9'), trialNumbered(3)]);
    expect([sweepIdentity(other) === sweepIdentity(SWEEP), sweepContent(other) === sweepContent(SWEEP)]).toEqual([true, false]);
    const others = [sweepOf(2), sweepOf(4), { ...SWEEP, market: SWEEP.code }, { ...SWEEP, code: SWEEP.market }];
    expect(new Set(others.map(sweepIdentity)).has(sweepIdentity(SWEEP))).toBe(false);
  });

  it('tells how many were tried, and how their Sharpe ratios varied', () => {
    const ratios = SWEEP.trials.map(({ returns }) => sharpeRatio(Float64Array.from(returns), 0, 1));
    const sharpeVariance = sampleVariance(Float64Array.from(ratios));
    expect(triedIn(SWEEP)).toEqual({ trials: 3, sharpeVariance: expect.closeTo(sharpeVariance, 15) });
    expect(sharpeVariance).toBeGreaterThan(0);
    expect(triedIn(sweepOf(1))).toEqual({ trials: 1, sharpeVariance: 0 });
    const oneDate = {
      ...SWEEP,
      dates: SWEEP.dates.slice(0, 1),
      trials: SWEEP.trials.map((trial) => ({ ...trial, returns: [0] })),
    };
    expect(triedIn(oneDate)).toEqual({ trials: 3, sharpeVariance: null });
  });
});
