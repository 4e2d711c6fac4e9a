import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dailyFiles, minuteFiles } from '../test/real-bars.ts';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';

const RUN_MS_MAX = 240_000;

describe('the two hosts', () => {
  let aitrader: CommandUnderTest;
  beforeAll(async () => {
    aitrader = await commandUnderTest();
  }, RUN_MS_MAX);
  afterAll(() => aitrader.cleanUp());

  const cases = [
    { name: 'the synthetic sample', bars: () => ['sample'], range: [] },
    {
      name: 'several days of 12 symbols',
      bars: () => minuteFiles('blaizard_'),
      range: ['--from', '2024-10-29', '--to', '2024-11-01'],
    },
    {
      name: 'days around a spin-off and a half day',
      bars: () => [...(minuteFiles('lean_TWX') ?? []), ...(minuteFiles('lean_GOOG') ?? [])],
      range: ['--to', '2014-06-13'],
    },
    {
      name: 'daily bars of seven symbols',
      bars: () => dailyFiles(/^lean_(SPY|AAPL|AIG|BAC|IWM|GOOG|WMI)_1d/),
      range: ['--from', '2008-01-01', '--to', '2009-12-31'],
    },
  ];
  for (const { name, bars, range } of cases) {
    it(
      `give the same digests on ${name}, with 1, 2 and 4 shards`,
      async () => {
        const files = bars();
        if (files === undefined || files.length === 0) return;
        const args = ['backtest', '--bars', ...files, ...range];
        const memory = await aitrader.json(...args);
        expect(memory.counts.fills).toBeGreaterThan(0);
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
