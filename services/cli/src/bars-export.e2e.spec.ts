import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';
import type { RunReport } from '@aitrader/application-backtest';

const RUN_MS_MAX = 240_000;

describe('bars that were exported', () => {
  let aitrader: CommandUnderTest;
  let sample: RunReport;
  beforeAll(async () => {
    aitrader = await commandUnderTest();
    sample = await aitrader.json('backtest', '--bars', 'sample');
  }, RUN_MS_MAX);
  afterAll(() => aitrader.cleanUp());

  it.each(['sample.csv', 'sample.csv.gz'])('of the sample, as %s, give the very digest of the sample', async (file) => {
    const written = await aitrader.json<object>('bars', 'export', 'sample', '--into', file);
    expect(written).toEqual({ file, bars: 12_453, symbols: 12, timeframe: '1m', from: '2024-07-02', to: '2024-07-05' });
    expect((await aitrader.json('backtest', '--bars', file)).digest).toEqual(sample.digest);
  });

  it('are those that were asked for', async () => {
    const asked = ['--from', '2024-07-03', '--to', '2024-07-03', '--symbols', 'SYN03,SYN.B'];
    const written = await aitrader.json<object>('bars', 'export', 'sample', '--into', 'some.csv', ...asked);
    expect(written).toMatchObject({ symbols: 2, from: '2024-07-03', to: '2024-07-03' });
    const { digest, bars } = await aitrader.json('backtest', '--bars', 'sample', ...asked);
    expect((await aitrader.json('backtest', '--bars', 'some.csv')).digest).toEqual(digest);
    expect(bars).toBeLessThan(sample.bars);
    const daily = await aitrader.json<object>('bars', 'export', 'sample', '--into', 'daily.csv', '--timeframe', '1d');
    expect(daily).toMatchObject({ bars: 36, timeframe: '1d' });
    expect((await aitrader.json('backtest', '--bars', 'daily.csv')).bars).toBe(36);
  });

  it('do not replace a file unless they are told to', async () => {
    const file = path.join(aitrader.folder, 'mine.csv');
    writeFileSync(file, 'mine');
    const { code, stderr } = await aitrader.run('bars', 'export', 'sample', '--into', 'mine.csv');
    expect(code).toBe(1);
    expect(stderr).toContain('mine.csv: cannot be written: it is there already, and --force replaces it');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    const { stdout } = await aitrader.run('bars', 'export', 'sample', '--into', 'mine.csv', '--force');
    expect(stdout).toBe('mine.csv: 12,453 1m bars of 12 symbols, from 2024-07-02 to 2024-07-05\n');
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(12_453 + 2);
  });

  it(
    'of a recording give the digest of the recording, and a replay can be recorded in turn',
    async () => {
      const asked = ['--symbols', 'SYN01,SYN02,SYN03'];
      const recorded = await aitrader.json('backtest', '--bars', 'sample', ...asked, '--record');
      await aitrader.json('bars', 'export', recorded.run, '--into', 'recorded.csv');
      expect((await aitrader.json('backtest', '--bars', 'recorded.csv')).digest).toEqual(recorded.digest);
      const replayed = await aitrader.json('replay', recorded.run, '--record');
      expect(replayed.digest).toEqual(recorded.digest);
      expect(await aitrader.json('verify', replayed.run)).toMatchObject({ verified: true });
      const runs = await aitrader.json<{ run: string; kind: string }[]>('runs');
      expect(runs.map(({ run, kind }) => [run, kind])).toEqual([
        [recorded.run, 'backtest'],
        [replayed.run, 'replay'],
      ]);
      const { code, stderr } = await aitrader.run('bars', 'export', recorded.run, '--into', 'none.csv', '--symbols', 'SYN09');
      expect(code).toBe(1);
      expect(stderr).toContain(`recording ${recorded.run}: there are no bars of "SYN09": the symbols are SYN01, SYN02, SYN03`);
    },
    RUN_MS_MAX,
  );
});

describe('the sample', () => {
  let aitrader: CommandUnderTest;
  beforeAll(async () => {
    aitrader = await commandUnderTest();
  }, RUN_MS_MAX);
  afterAll(() => aitrader.cleanUp());

  it(
    'follows dates and symbols on either host',
    async () => {
      const asked = ['backtest', '--bars', 'sample', '--to', '2024-07-03', '--symbols', 'SYN01,SYN07'];
      const memory = await aitrader.json(...asked);
      const bus = await aitrader.json(...asked, '--host', 'bus');
      expect(bus.digest).toEqual(memory.digest);
      const [run] = await aitrader.json<{ to: string; symbols: number }[]>('runs');
      expect(run).toMatchObject({ to: '2024-07-03', symbols: 2 });
    },
    RUN_MS_MAX,
  );
});
