import { describe, expect, it } from '@jest/globals';
import { JOB_NAMES, JOBS } from './jobs.ts';
import { filledIn, loadSchedule, scheduleFrom } from './schedule-config.ts';

const problemOf = (given: unknown): string => {
  try {
    scheduleFrom(given, 'schedule.json');
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'none';
};

describe('a schedule', () => {
  it('has the jobs that it names, at their usual times, and no others', () => {
    const { runs, jobs } = scheduleFrom({ jobs: { flatten: {}, record: { arguments: ['--vendor', 'alpaca'] } } }, 'test');
    expect(runs).toBe('paper');
    expect(jobs.map(({ name, isOn }) => [name, isOn])).toEqual([
      ['record', true],
      ['flatten', true],
    ]);
    expect(jobs[1]?.at).toEqual({ anchor: 'close', minutes: -5 });
  });

  it.each([
    [{ jobs: { flatten: { at: 'noon' } } }, 'jobs.flatten.at: has to be preOpen, open, close, postClose, alone or with minutes'],
    [{ jobs: { flatten: { at: 'close-721m' } } }, 'at most 720'],
    [{ jobs: { flaten: {} } }, 'flaten'],
    [{ jobs: { flatten: { when: 'close' } } }, 'unknown key "jobs.flatten.when"'],
    [{ jobs: { flatten: { on: 'yes' } } }, 'jobs.flatten.on'],
    [{ jobs: { flatten: { until: 'open' } } }, 'jobs.flatten: is due at close-5m, which has to come before until open'],
    [
      { jobs: { 'premarket-scan': {} } },
      'jobs.premarket-scan.arguments: has {vendor} in it, and jobs.record.arguments has no --vendor',
    ],
    [
      { jobs: { record: { arguments: ['--vendor', 'alpaca'] }, 'watchlist-refresh': {} } },
      'jobs.watchlist-refresh.arguments: has {symbols} in it, and jobs.record.arguments has no --symbols',
    ],
    [{ jobs: { archive: { arguments: ['{runn}'] } } }, 'none of {run} {date}'],
    [{ runs: 'backtest' }, 'runs: has to be paper or live'],
    [{ runs: 7 }, 'got 7'],
    [[], 'schedule.json'],
  ])('is refused for %j, by the field and the value', (given, words) => {
    expect(problemOf(given)).toContain(words);
  });

  it.each([[['--vendor', 'alpaca,finnhub', '--symbols', 'AAPL,MSFT']], [['--symbols=AAPL,MSFT', '--vendor=alpaca']]])(
    'looks before the open at what %j records',
    (told) => {
      const { market, jobs } = scheduleFrom({ jobs: { record: { arguments: told }, 'premarket-scan': {} } }, 'test');
      expect(market).toEqual({ vendor: 'alpaca', symbols: 'AAPL,MSFT' });
      expect(jobs[1]?.arguments).toEqual(expect.arrayContaining(['premarket', '{vendor}', '{symbols}', '{date}']));
    },
  );

  it('of a half day may not turn its order about', () => {
    // at 14:30 on an ordinary day, and after the close of a half day
    expect(problemOf({ jobs: { flatten: { at: 'open+300m' } } })).toContain('on half days, too');
  });

  it('says what a file should have been', async () => {
    await expect(loadSchedule('/nowhere/schedule.json')).rejects.toThrow(/nowhere\/schedule.json: .*a schedule is a JSON file/s);
  });

  it('fills in what stands in braces', () => {
    const values = { run: 'R', date: 'D', before: 'B', home: 'H', folder: 'F', attempt: '1', vendor: 'V', symbols: 'S' };
    expect(filledIn('{run} {date}{before} {home}/{folder} {attempt} {other}', values)).toBe('R DB H/F 1 {other}');
  });
});

describe('the table of jobs', () => {
  it.each(JOB_NAMES)('has %s in order, and lets no hook ask for what lets more in', (name) => {
    expect(problemOf({ jobs: { [name]: { arguments: [] } } })).toBe('none');
    if (name === 'arm' || name === 'record') expect(JOBS[name].isForHooks).toBe(false);
  });
});
