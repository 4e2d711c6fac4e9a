import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dailyFiles, minuteFiles } from '../test/real-bars.ts';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';
import { BELIEVING, EAGER } from './testing/eager-rules.ts';

const RUN_MS_MAX = 240_000;

/** Of the years of the daily bars: a reverse split, dividends, a change of symbol, and what might have been a spin-off. */
const ACTIONS = [
  'symbol,ex_date,kind,ratio,cash,pay_date,other',
  'AIG,2009-07-01,split,1:20,,,',
  'SPY,2008-03-21,cash-dividend,,0.605,2008-04-30,',
  'SPY,2008-06-20,cash-dividend,,0.71,2008-07-31,',
  'BAC,2008-03-05,cash-dividend,,0.64,2008-03-28,',
  'BAC,2008-09-03,cash-dividend,,0.64,2008-09-26,',
  'IWM,2008-07-22,spin-off,1231:1000,,,IWMX',
  'WMI,2009-08-05,symbol-change,,,,WM',
  '',
].join('\n');

describe('the two hosts', () => {
  let aitrader: CommandUnderTest;
  beforeAll(async () => {
    aitrader = await commandUnderTest();
    const scanner = { times: [565, 600, 700, 800], top: 6, volumeDaysMin: 1, dollarVolumeMin: 0 };
    await writeFile(path.join(aitrader.folder, 'scanner.json'), JSON.stringify({ ...EAGER, scanner }));
    await writeFile(path.join(aitrader.folder, 'eager.json'), JSON.stringify(EAGER));
    await writeFile(path.join(aitrader.folder, 'believing.json'), JSON.stringify(BELIEVING));
  }, RUN_MS_MAX);
  afterAll(() => aitrader.cleanUp());

  const cases = [
    {
      name: 'the synthetic sample, with a scanner',
      bars: () => ['sample'],
      range: ['--config', 'scanner.json'],
      actions: undefined,
    },
    {
      name: 'several days of 12 symbols',
      bars: () => minuteFiles('blaizard_'),
      range: ['--from', '2024-10-29', '--to', '2024-11-01', '--config', 'eager.json'],
      actions: undefined,
    },
    {
      name: 'days around a spin-off and a half day',
      bars: () => [...(minuteFiles('lean_TWX') ?? []), ...(minuteFiles('lean_GOOG') ?? [])],
      range: ['--to', '2014-06-13', '--config', 'eager.json'],
      actions: undefined,
    },
    {
      name: 'daily bars of seven symbols over corporate actions',
      bars: () => dailyFiles(/^lean_(SPY|AAPL|AIG|BAC|IWM|GOOG|WMI)_1d/),
      range: ['--from', '2008-01-01', '--to', '2009-12-31', '--adjustment', 'raw', '--config', 'believing.json'],
      actions: ACTIONS,
    },
  ];
  for (const { name, bars, range, actions } of cases) {
    it(
      `give the same digests on ${name}, with 1, 2 and 4 shards`,
      async () => {
        const files = bars();
        if (files === undefined || files.length === 0) return;
        const args = ['backtest', '--bars', ...files, ...range];
        if (actions !== undefined) {
          const file = path.join(aitrader.folder, 'actions.csv');
          await writeFile(file, actions);
          args.push('--actions', file);
        }
        const memory = await aitrader.json(...args);
        expect(memory.counts.fills).toBeGreaterThan(0);
        expect('watchlists' in memory.digest).toBe(name.includes('scanner'));
        for (const shards of ['1', '2', '4']) {
          const bus = await aitrader.json(...args, '--host', 'bus', '--shards', shards);
          expect(bus.digest).toEqual(memory.digest);
          expect(bus.counts).toEqual(memory.counts);
          expect(bus.equity).toEqual(memory.equity);
        }
        const sharded = await aitrader.json(...args, '--shards', '4');
        expect(sharded.digest).toEqual(memory.digest);
      },
      RUN_MS_MAX,
    );
  }
});
