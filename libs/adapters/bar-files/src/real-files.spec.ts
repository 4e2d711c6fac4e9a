import { describe, expect } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { epochMs, read, readInt32 } from '@aitrader/model';
import { itAgainst, referencePath } from '../../../../tools/testing/reference-data.ts';
import { BarFileError } from './bar-file-error.ts';
import { loadBarFiles } from './load-bar-files.ts';

const DATA = referencePath('data');

/** Stands in for the session's close: the daily files stamp midnight in New York. */
const closeOfDay = (start: number): number => start + 16 * 60 * 60_000;

const given = (name: string, test: () => Promise<void>): void => itAgainst(DATA, name, test);
const filesIn = (folder: string): string[] => readdirSync(path.join(DATA, folder)).map((name) => path.join(DATA, folder, name));
/** The VIX file begins in 1990, before the calendar does. */
const reachesBack = (file: string): boolean => file.includes('cboe_VIX');

describe('real bar files', () => {
  given('load with the timeframe that they have, anomalies and all', async () => {
    for (const [folder, timeframe] of [
      ['minute', '1m'],
      ['daily', '1d'],
    ] as const) {
      for (const file of filesIn(folder).filter((name) => !reachesBack(name))) {
        const { table } = await loadBarFiles([file], { closeOfDay });
        const bytes = readFileSync(file);
        const lines = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1').trimEnd().split('\n');
        expect([file, table.timeframe, table.count]).toEqual([file, timeframe, lines.length - 1]);
      }
    }
  });

  given('load to the very numbers that Number reads', async () => {
    for (const name of ['minute/lean_AAPL_1m.csv.gz', 'daily/vega_SPX_1d.csv.gz']) {
      const file = path.join(DATA, name);
      const { table } = await loadBarFiles([file], { closeOfDay });
      const lines = gunzipSync(readFileSync(file)).toString('latin1').trimEnd().split('\n').slice(1);
      const columns = [table.open, table.high, table.low, table.close, table.volume];
      const numbers = lines.map((line) => line.split(',').slice(2, 7).map(Number));
      expect(Array.from({ length: table.count }, (_, i) => columns.map((column) => column[i]))).toEqual(numbers);
    }
  });

  given('of seconds are refused clearly', async () => {
    for (const file of filesIn('second')) {
      await expect(loadBarFiles([file])).rejects.toMatchObject({
        name: 'BarFileError',
        value: '1s',
        message: expect.stringMatching(/none of 1m/),
      });
    }
  });

  given('of another kind, or from before the calendar, are refused clearly', async () => {
    for (const file of [...filesIn('minute_quote'), ...filesIn('daily').filter(reachesBack)]) {
      await expect(loadBarFiles([file], { closeOfDay })).rejects.toBeInstanceOf(BarFileError);
    }
  });

  given('from before the calendar load from a date inside it', async () => {
    const [file = ''] = filesIn('daily').filter(reachesBack);
    const { table } = await loadBarFiles([file], { closeOfDay, from: epochMs(Date.UTC(1998, 0, 2, 5) + 1) });
    expect([table.timeframe, table.t[0]]).toEqual(['1d', Date.UTC(1998, 0, 2, 21)]);
    await expect(loadBarFiles([file], { closeOfDay })).rejects.toThrow(/VIX.*:2: ts.*--from/);
  });

  given('of many symbols merge by time, then by symbol', async () => {
    const files = filesIn('minute').filter((file) => /blaizard_(AZO|ERIE|MTD)/.test(file));
    const { table, sources } = await loadBarFiles(files);
    expect(table.symbols).toEqual(['AZO', 'ERIE', 'MTD']);
    expect(sources.map(({ name }) => name)).toEqual(files.map((file) => path.basename(file)));
    let isOrdered = true;
    for (let i = 1; i < table.count; i++) {
      const elapsed = read(table.t, i) - read(table.t, i - 1);
      if (elapsed < 0 || (elapsed === 0 && readInt32(table.symbol, i) <= readInt32(table.symbol, i - 1))) isOrdered = false;
    }
    expect(isOrdered).toBe(true);
    const panel = await loadBarFiles([path.join(DATA, 'panel/pystock_top100_full.csv.gz')], { closeOfDay });
    expect([panel.table.timeframe, panel.table.symbols.length]).toEqual(['1d', 100]);
  });
});
