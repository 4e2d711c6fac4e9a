import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CalibrationReport } from '@aitrader/application-calibration';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';
import { exampleWalk } from './testing/example-walk.ts';

const RUN_MS_MAX = 120_000;
const HEADER = 'ts,open,high,low,close,volume,symbol';
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe('calibrate', () => {
  let aitrader: CommandUnderTest;
  beforeAll(async () => {
    aitrader = await commandUnderTest();
  }, RUN_MS_MAX);
  afterAll(() => aitrader.cleanUp());

  const at = (name: string): string => path.join(aitrader.folder, name);
  const write = (name: string, rows: readonly string[]): string => {
    writeFileSync(at(name), `${[HEADER, ...rows].join('\n')}\n`);
    return at(name);
  };
  /** Bars of one price each, `stepMs` apart or as far as the example has them. */
  const rows = (symbol: string, count: number, seed: number, start?: number, stepMs = MINUTE_MS): string[] =>
    exampleWalk(count, seed).map(({ t, close }, i) =>
      [start === undefined ? t - MINUTE_MS : start + i * stepMs, close, close, close, close, 100, symbol].join(),
    );
  const still = (symbol: string, count: number): string[] =>
    exampleWalk(count).map(({ t }) => [t - MINUTE_MS, 10, 10, 10, 10, 100, symbol].join());

  it(
    'reports coverage, scores, tests and targets per series, and what it left out',
    async () => {
      const files = [write('a.csv', rows('AAA', 900, 1)), write('b.csv', [...rows('BBB', 700, 2), ...rows('CCC', 90, 3)])];
      const report = await aitrader.json<CalibrationReport>('calibrate', '--bars', ...files);
      expect(report).toMatchObject({ timeframe: '1m', burnIn: 500, bars: 1690, from: '2024-01-02' });
      expect(report.series.map(({ symbol, n }) => [symbol, n])).toEqual([
        ['AAA', 400],
        ['BBB', 200],
      ]);
      expect(report.skipped).toEqual([{ symbol: 'CCC', bars: 90, reason: expect.stringMatching(/90 bars, but 600/) }]);
      const [first] = report.series;
      for (const law of ['raw', 'adapted'] as const)
        for (const level of [50, 80, 90, 95, 99] as const) {
          expect(first?.coverage[law][level]).toBeGreaterThanOrEqual(0);
          expect(first?.coverage[law][level]).toBeLessThanOrEqual(100);
          expect(first?.kupiec[law][level].pValue).toBeGreaterThanOrEqual(0);
        }
      const scores = { model: expect.any(Number), expandingGaussian: expect.any(Number), ewma94: expect.any(Number) };
      expect(first).toMatchObject({
        crps: scores,
        logScore: scores,
        pitKs: expect.any(Number),
        bySession: { RTH: { n: 400 } },
        targets: { applicable: false, of: 11 },
      });
      expect(first?.pitHistogram).toHaveLength(20);
    },
    RUN_MS_MAX,
  );

  it(
    'takes a burn-in, a choice of symbols and a configuration, and prints a table for people',
    async () => {
      const file = write('two.csv', [...rows('AAA', 400, 1), ...rows('BBB', 400, 2)]);
      const config = at('config.json');
      writeFileSync(config, JSON.stringify({ risk: { kellyFraction: 0.1 } }));
      const args = ['--bars', file, '--symbols', 'BBB', '--burn-in', '100', '--config', config];
      const { code, stdout } = await aitrader.run('calibrate', ...args);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^series +n +raw 50/m);
      expect(stdout).toMatch(/^BBB +300 /m);
      expect(stdout).toMatch(/^BBB [✓✗] \d+ of 11 targets met \(meant for 3,000 bars or more; here are 300\)/m);
      expect(stdout).not.toContain('AAA');
    },
    RUN_MS_MAX,
  );

  it(
    'writes the page whole, the same each time, and leaves nothing beside it',
    async () => {
      const file = write('page.csv', rows('AAA', 800, 1));
      const out = at('page.html');
      writeFileSync(out, 'old');
      await aitrader.json('calibrate', '--bars', file, '--out', out);
      const page = readFileSync(out, 'utf8');
      expect(page).toMatch(/^<!doctype html>[\s\S]*<\/html>\s*$/);
      await aitrader.json('calibrate', '--bars', file, '--out', out);
      expect(readFileSync(out, 'utf8')).toBe(page);
      expect(readdirSync(aitrader.folder).filter((name) => name.startsWith('page.html'))).toEqual(['page.html']);
      const lost = await aitrader.run('calibrate', '--bars', file, '--out', at('no/such/page.html'));
      expect(lost.code).toBe(1);
      expect(lost.stderr).toContain(at('no/such/page.html'));
    },
    RUN_MS_MAX,
  );

  it(
    'reads a file that begins before the calendar from the date named, and says so without one',
    async () => {
      const file = write('old.csv', rows('OLD', 800, 1, Date.UTC(1997, 0, 2, 5), DAY_MS));
      const refused = await aitrader.run('calibrate', '--bars', file);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/old\.csv:2: ts "852181200000".*--from/);
      const args = ['--bars', file, '--from', '1998-01-02', '--burn-in', '50'];
      const { from, series } = await aitrader.json<CalibrationReport>('calibrate', ...args);
      expect([from, series[0]?.n]).toEqual(['1998-01-02', 800 - 365 - 50]);
    },
    RUN_MS_MAX,
  );

  const refusals: readonly (readonly [string, () => string[], RegExp])[] = [
    ['a series too short for the burn-in', () => rows('AAA', 40, 1), /bad\.csv.*AAA.*40 bars, but 600/],
    ['prices that never move', () => still('AAA', 700), /bad\.csv.*AAA.*close is 10 in all of its 700 bars/],
    ['a price that is no number', () => [...rows('AAA', 3, 1), '1704222000000,1,1,1,NaN,1,AAA'], /bad\.csv:5: close "NaN"/],
    ['no bars', () => [], /bad\.csv.*no bars/],
  ];
  it.each(refusals)(
    'refuses %s, naming file, symbol and value',
    async (_, content, says) => {
      const out = at('never.html');
      const file = write('bad.csv', content());
      const { code, stdout, stderr } = await aitrader.run('calibrate', '--bars', file, '--out', out, '--json');
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(says);
      expect(existsSync(out)).toBe(false);
    },
    RUN_MS_MAX,
  );

  it('refuses a burn-in that is none', async () => {
    const { code, stderr } = await aitrader.run('calibrate', '--bars', 'sample', '--burn-in', '3');
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/--burn-in.*whole number from 31/);
  });
});
