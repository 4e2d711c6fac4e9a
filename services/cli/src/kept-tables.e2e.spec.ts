/**
 * Sweeps and archives of bars in Postgres, by the commands that make them and by the one that writes them; and a sweep beside the report of a run.
 */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AccountReport } from '@aitrader/application-reports';
import type { SweepReport } from '@aitrader/application-sweep';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';

const RUN_MS_MAX = 240_000;

describe('what is made beside runs, and written into Postgres', () => {
  let aitrader: CommandUnderTest;
  beforeEach(async () => {
    aitrader = await commandUnderTest();
    // for the user whom Postgres runs as
    chmodSync(aitrader.folder, 0o755);
  });
  afterEach(() => aitrader.cleanUp());
  const inFolder = (...parts: readonly string[]): string => path.join(aitrader.folder, ...parts);
  const refusalOf = async (...args: string[]): Promise<string> => {
    const { code, stderr } = await aitrader.run(...args);
    expect(code).toBe(1);
    return stderr;
  };

  it(
    'is a sweep, written where it was made and again by its folder, and refused where it says something else',
    async () => {
      writeFileSync(inFolder('grid.json'), '{ "risk.kellyFraction": [0.1, 0.25] }');
      const sweep = ['sweep', '--grid', 'grid.json', '--bars', 'sample', '--to', '2024-07-02', '--into', 'mine'];
      const { stderr } = await aitrader.run(...sweep, '--journal');
      expect(stderr).toContain('sweep.json: sweep 1 of 2 trials is written');
      const file = path.join(inFolder('mine'), 'sweep.json');
      expect(await aitrader.json('journal', '--sweep', 'mine')).toEqual({ file, sweep: 1, isNew: false, trials: 2 });
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replace(/"sharpe": [^,]+/, '"sharpe": 99'));
      expect(await refusalOf('journal', '--sweep', 'mine')).toContain('other figures are said of them');
      expect(await aitrader.json('journal', '--sweep', 'mine', '--anew')).toMatchObject({ isNew: true });
      writeFileSync(file, text.replace(/"sharpe": [^,]+/, '"sharpe": "high"'));
      expect(await refusalOf('journal', '--sweep', 'mine')).toContain(
        'trials.0.sharpe: Invalid input: expected number, received string, got "high"',
      );
    },
    RUN_MS_MAX,
  );

  it(
    'is what an archive consists of, written as it is imported into and again by its folder',
    async () => {
      await aitrader.run('bars', 'export', 'sample', '--to', '2024-07-02', '--into', 'day.csv');
      const { stderr } = await aitrader.run('bars', 'import', 'day.csv', '--into', 'archive', '--journal');
      expect(stderr).toContain('1 file written, 1 there now');
      const address = inFolder('archive');
      expect(await aitrader.json('journal', '--archive', 'archive')).toEqual({ archiveId: 1, address, added: 0, parts: 1 });
      const compacted = await aitrader.run('bars', 'compact', 'archive', '--journal');
      expect([compacted.code, compacted.stderr]).toEqual([0, expect.stringContaining('there was nothing new')]);
      writeFileSync(path.join(address, 'catalogue.json'), '{ "format": "another" }');
      expect(await refusalOf('journal', '--archive', 'archive')).toContain('is no catalogue of an archive: format');
    },
    RUN_MS_MAX,
  );

  it(
    'is what a report of the chosen configuration is deflated by, as the sweep deflates it',
    async () => {
      writeFileSync(
        inFolder('grid.json'),
        '{ "risk.kellyFraction": [0.1, 0.25], "strategies.breakout.parameters.donchianBars": [30, 60] }',
      );
      const grid = ['--grid', 'grid.json', '--bars', 'sample', '--into', 'mine'];
      const { trials } = await aitrader.json<SweepReport>('sweep', ...grid);
      const { run } = await aitrader.json('backtest', '--bars', 'sample', '--record');
      const chosen = trials.find(
        ({ sets }) => sets['risk.kellyFraction'] === 0.25 && sets['strategies.breakout.parameters.donchianBars'] === 60,
      );
      const { stdout, stderr } = await aitrader.run('report', run, '--trials', 'mine', '--json');
      const { deflated } = JSON.parse(stdout) as AccountReport;
      expect(deflated).toMatchObject({ trials: 4, probability: expect.closeTo(chosen?.deflated ?? NaN, 9) });
      expect(stderr).not.toContain('no trial of the sweep');
      const other = await aitrader.run('report', run, '--trials', '4', '--json');
      expect((JSON.parse(other.stdout) as AccountReport).deflated).toMatchObject({ trials: 4, sharpeVariance: null });
      expect(await refusalOf('report', run, '--trials', 'grid.json')).toMatch(/grid.json:\s+market: Invalid input/);
    },
    RUN_MS_MAX,
  );

  it('is one thing at a time', async () => {
    const one = 'one of a run, --sweep and --archive is what is to be written';
    expect(await refusalOf('journal')).toContain(one);
    expect(await refusalOf('journal', 'backtest-a', '--sweep', 'mine')).toContain(one);
    expect(await refusalOf('journal', '--sweep', 'mine', '--archive', 'archive')).toContain(one);
    expect(await refusalOf('journal', '--sweep', 'mine', '--follow')).toContain('--follow is for a run: nothing else goes on');
  });
});
