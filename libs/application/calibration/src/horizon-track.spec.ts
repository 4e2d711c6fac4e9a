import { describe, expect, it } from '@jest/globals';
import { loadBars } from '@aitrader/application-markets';
import { sampleMarket } from '@aitrader/core-market';
import { item, ticker } from '@aitrader/model';
import { loadRunConfig } from '@aitrader/runtime-configuration';
import { itAgainst, referencePath } from '../../../../tools/testing/reference-data.ts';
import { runCalibration } from './calibration-run.ts';
import { horizonReportsOf, type HorizonReport } from './series-report.ts';

const { probability, strategies } = await loadRunConfig(undefined);
const run = { config: probability, burnIn: 500 };

/** The reports on a symbol's horizons. */
async function reportsOf(
  symbol: string,
  minutes: readonly number[],
  paths?: readonly string[],
): Promise<readonly HorizonReport[]> {
  const noBus = (): Promise<never> => Promise.reject(new Error('files need no bus'));
  const table =
    paths === undefined ? sampleMarket() : (await loadBars({ kind: 'files', paths: [...paths] }, noBus, () => undefined)).table;
  const { horizons } = await runCalibration({ ...run, table, horizons: { minutes, strategies } });
  const track = horizons.get(ticker(symbol));
  return track === undefined ? [] : horizonReportsOf(track);
}

describe('laws over horizons', () => {
  it('count every bar of regular hours whose horizon has an end, in all groups that partition them', async () => {
    const [quarter, day] = await reportsOf('SYN01', [15, 390]);
    expect(quarter?.n).toBeGreaterThan(day?.n ?? Infinity);
    for (const report of [quarter, day]) {
      const { n, groups } = report ?? {};
      expect((groups?.within.n ?? NaN) + (groups?.over.n ?? NaN)).toBe(n);
      expect((groups?.calm.n ?? NaN) + (groups?.normal.n ?? NaN) + (groups?.turbulent.n ?? NaN)).toBe(n);
    }
    expect(day?.groups.within.n).toBe(0);
    expect(quarter?.groups.signals.n).toBeGreaterThan(0);
  });
});

describe('laws over horizons of real bars', () => {
  const FILES = ['TYL', 'ERIE'].map(
    (symbol) => [symbol, referencePath('data', 'minute', `blaizard_${symbol}_1m_2024.csv.gz`)] as const,
  );
  for (const [symbol, file] of FILES) {
    itAgainst(
      file,
      `hold their levels for ${symbol} within 1.5 points, and are sharper than the one-bar law stretched`,
      async () => {
        const reports = await reportsOf(symbol, [15, 60], [file]);
        expect(reports).toHaveLength(2);
        for (const { coverage, crps, n } of reports) {
          expect(n).toBeGreaterThan(15_000);
          for (const level of [50, 80, 95] as const) {
            expect(Math.abs((coverage?.raw[level] ?? NaN) - level)).toBeLessThan(1.5);
            expect(Math.abs((coverage?.adapted[level] ?? NaN) - level)).toBeLessThan(0.8);
          }
          expect((crps?.model ?? NaN) / (crps?.scaled ?? NaN)).toBeLessThan(0.95);
        }
        expect(item(reports, 0).horizon).toBe('15m');
      },
    );
  }
});
