import path from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { inOnePart, loadBars, loadSample, type PartedBars } from '@aitrader/application-markets';
import { SIMULATED_DEFAULTS, SIMULATED_SCANNER } from '@aitrader/runtime-configuration';
import type { Interval } from '@aitrader/runtime-engine';
import type { Watchlist } from '@aitrader/model';
import { itAgainst, referencePath } from '../../../../tools/testing/reference-data.ts';
import { runMarket, scanMarket } from './index.ts';

const PANEL = path.join(referencePath('data'), 'panel/pystock_all_2016-10-03_2016-12-05.csv.gz');
const { probability } = SIMULATED_DEFAULTS;
const noBus = (): Promise<never> => Promise.reject(new Error('files need no bus'));

describe('a scan of a market', () => {
  const scanner = { ...SIMULATED_SCANNER, times: [565, 600, 780], top: 4, volumeDaysMin: 1, dollarVolumeMin: 0 };
  let bars: PartedBars;
  beforeAll(() => {
    bars = inOnePart(loadSample({}).table);
  });

  it('makes the very lists that a run makes, with any number of shards', async () => {
    const seen: Watchlist[] = [];
    const watch = ({ watchlist }: Pick<Interval, 'watchlist'>): void => {
      if (watchlist !== null) seen.push(structuredClone(watchlist));
    };
    await runMarket({ bars, config: { ...SIMULATED_DEFAULTS, scanner }, shards: 2, watchers: [watch] });
    expect(seen.map(({ symbols }) => symbols.length)).toEqual([0, 0, 0, 4, 4, 4, 4, 4, 4]);
    for (const shards of [1, 3]) expect(await scanMarket({ bars, probability, scanner, shards })).toEqual(seen);
  });

  it('has nothing to say of a time that the bars do not reach', async () => {
    const early = { ...scanner, times: [241] };
    expect(await scanMarket({ bars, probability, scanner: early, shards: 1 })).toHaveLength(3);
  });
});

describe('a scan of thousands of symbols', () => {
  itAgainst(PANEL, 'lists the best of those that qualify, day by day', async () => {
    const { table } = await loadBars({ kind: 'files', paths: [PANEL] }, noBus);
    const bars = inOnePart(table);
    const lists = await scanMarket({ bars, probability, scanner: SIMULATED_SCANNER, shards: 1 });
    expect(table.symbols).toHaveLength(6091);
    expect(lists.length).toBeGreaterThanOrEqual(45);
    // five days of volume come first
    expect(lists.slice(0, 5).every(({ symbols }) => symbols.length === 0)).toBe(true);
    for (const { symbols, scoreMicro, eligible } of lists.slice(6)) {
      expect(symbols).toHaveLength(SIMULATED_SCANNER.top);
      expect(eligible).toBeGreaterThan(1000);
      expect(new Set(symbols).size).toBe(symbols.length);
      expect(scoreMicro.length).toBe(symbols.length);
    }
  });
});
