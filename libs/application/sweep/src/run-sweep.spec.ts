import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inOnePart, type MarketBars, type OpenMarket } from '@aitrader/application-markets';
import { parseConfiguration } from '@aitrader/application-pipeline';
import { item } from '@aitrader/model';
import { SILENT } from '@aitrader/runtime-telemetry';
import { dailyWalk, LOOKBACKS, TRENDING } from '../testing/daily-walk.ts';
import { trialsOf } from './grid.ts';
import { runSweep, type SweepReport } from './run-sweep.ts';

const base = parseConfiguration(TRENDING, 'the configuration');
const marketOf = (table: MarketBars, sha256 = ''): OpenMarket => ({
  bars: inOnePart(table),
  sources: [{ name: 'a walk', sha256, shape: 'synthetic', adjustment: 'raw' }],
  parameters: [],
});
const sweep = (market: OpenMarket, grid: unknown, into?: string): Promise<SweepReport> =>
  runSweep({ market, source: { kind: 'sample' }, trials: trialsOf(grid, 'the grid', base), workers: 1, into, listener: SILENT });
const bestOf = ({ trials }: SweepReport) => trials.reduce((best, each) => (each.sharpe > best.sharpe ? each : best));

describe('choosing the best of many rules', () => {
  it('is told for what it is on a random walk', async () => {
    // of walks with other seeds the best rule's deflated ratio comes to 0.2 to 0.55, and the probability of overfitting to 0.2 to 0.8
    const report = await sweep(marketOf(dailyWalk(2, 0)), LOOKBACKS);
    const best = bestOf(report);
    expect(best.totalReturn).toBeGreaterThan(0);
    expect(best.deflated).toBeLessThan(0.5);
    expect(report.choice.overfitting?.probability).toBeGreaterThan(0.45);
    expect(report.choice.superiority?.realityCheck).toBeGreaterThan(0.1);
    expect(report.choice.superiority?.superiorAbility.consistent).toBeGreaterThan(0.1);
  });

  it('finds a rule that there is', async () => {
    const report = await sweep(marketOf(dailyWalk(2, 0.6)), LOOKBACKS);
    const best = bestOf(report);
    expect(best.deflated).toBeGreaterThan(0.5);
    expect(report.choice.overfitting?.probability).toBeLessThan(0.3);
    expect(report.choice.superiority?.realityCheck).toBeLessThan(0.01);
    expect(report.choice.superiority?.superiorAbility.consistent).toBeLessThan(0.01);
  });
});

describe('a sweep that is begun again', () => {
  const market = marketOf(dailyWalk(2, 0.3, '2019-03-29'), 'aa');
  const grid = { 'strategies.trend.parameters.lookbackBars': [5, 10, 20] };
  const timeless = ({ seconds, resumed, ...report }: SweepReport) => {
    expect([seconds, resumed]).toEqual([expect.any(Number), expect.any(Number)]);
    return report;
  };
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'aitrader-sweep-'));
    file = path.join(folder, 'results.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('goes on from the results that are there, and passes over what is not whole', async () => {
    const whole = await sweep(market, grid);
    const part = await sweep(market, { 'strategies.trend.parameters.lookbackBars': [20] }, folder);
    expect(part.resumed).toBe(0);
    appendFileSync(file, '{"market":"half of a li');
    const rest = await sweep(market, grid, folder);
    expect(rest.resumed).toBe(1);
    expect(timeless(rest)).toEqual(timeless(whole));
    const again = await sweep(market, grid, folder);
    expect(again.resumed).toBe(3);
    expect(timeless(again)).toEqual(timeless(whole));
  });

  it('runs a trial again whose result was changed', async () => {
    const whole = await sweep(market, grid, folder);
    const lines = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, [item(lines, 0).replace(/"fills":\d+/, '"fills":1'), ...lines.slice(1)].join('\n'));
    const again = await sweep(market, grid, folder);
    expect(again.resumed).toBe(2);
    expect(timeless(again)).toEqual(timeless(whole));
  });

  it('refuses a folder with results of other bars, and leaves it as it is', async () => {
    await sweep(market, grid, folder);
    const before = readFileSync(file, 'utf8');
    await expect(sweep(marketOf(dailyWalk(2, 0.3, '2019-03-29'), 'bb'), grid, folder)).rejects.toThrow(
      /results\.jsonl: holds results of other bars: market "\w{12}", this sweep's is "\w{12}"; give another folder/,
    );
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('names a file that it cannot keep results in', async () => {
    writeFileSync(path.join(folder, 'taken'), '');
    await expect(sweep(market, grid, path.join(folder, 'taken'))).rejects.toThrow(/taken/);
  });
});
