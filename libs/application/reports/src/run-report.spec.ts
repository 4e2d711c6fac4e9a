import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { item, runId, ticker, type Manifest } from '@aitrader/model';
import { inOnePart, marketOf, newManifest } from '@aitrader/application-markets';
import { runInMemory } from '@aitrader/application-pipeline';
import { dailyConfig, dailyMarket } from '../../../../tools/testing/daily-market.ts';
import { attributesOf, OUTSIDE, unbalanced, withoutTags } from '../../../../tools/testing/page-checks.ts';
import { HistoryReader, type AccountHistory } from './account-history.ts';
import { dailyAccountOf } from './daily-returns.ts';
import { REPORT_STYLE } from './page/style.ts';
import { reportPage } from './page/report-page.ts';
import { reportOfHistory, type AccountReport } from './run-report.ts';
import { REPORT_FILES, writeReport } from './write-report.ts';

const CONFIG = dailyConfig(2_880);
const { table } = dailyMarket();

function manifestOf(name: string): Manifest {
  const sources = [{ name: `<b>"R&D's".csv`, sha256: '', shape: 'synthetic', adjustment: 'raw' } as const];
  return newManifest(runId(name), 'backtest', 1, CONFIG, marketOf({ bars: inOnePart(table), sources }));
}

let history: AccountHistory;
let report: AccountReport;
let page: string;
beforeAll(async () => {
  const reader = new HistoryReader();
  reader.begin(CONFIG.risk.startingCash, CONFIG);
  await runInMemory({ table, config: CONFIG, shards: 1, watchers: [(interval) => reader.add(interval)] });
  history = { manifests: [manifestOf('backtest-1')], unfinished: 0, ...reader.current() };
  report = reportOfHistory(history);
  page = reportPage(report, history);
});

describe('the report of a run', () => {
  it('says of the account what its intervals say, and of the parts what sums up to the whole', () => {
    const { equity, months, performance, trades, byStrategy, bySymbol, costSensitivity, breakEvenBp } = report;
    expect(equity).toEqual({ start: history.startEquity, end: history.curve.equity.at(-1) });
    expect(performance.totalReturn).toBeCloseTo(equity.end / equity.start - 1, 12);
    const grown = months.reduce((wealth, one) => wealth * (1 + one.return), 1);
    expect(grown - 1).toBeCloseTo(equity.end / equity.start - 1, 12);
    expect(months.reduce((sum, { dates }) => sum + dates, 0)).toBe(performance.dates);
    for (const parts of [byStrategy, bySymbol]) {
      expect(parts.reduce((sum, { trades: count }) => sum + count, 0)).toBe(trades.trades);
      expect(parts.reduce((sum, { profit }) => sum + profit, 0)).toBeCloseTo(trades.profit, 6);
    }
    for (const { bp, end } of costSensitivity) expect(end).toBeCloseTo(equity.end - trades.turnover * bp * 1e-4, 6);
    if (breakEvenBp !== null) expect(equity.end - trades.turnover * breakEvenBp * 1e-4).toBeCloseTo(equity.start, 6);
    expect(breakEvenBp === null).toBe(equity.end <= equity.start);
  });

  it('says what fills cost by kind, and by leg what sums up to it', () => {
    const { legs, notKnown, ...all } = report.costs;
    expect([all.fills > 40, all.spread > 0, all.impact > 0, notKnown.fills]).toEqual([true, true, true, 0]);
    for (const kind of ['fills', 'spread', 'slippage', 'impact', 'fees', 'loans'] as const)
      expect(legs.reduce((sum, leg) => sum + leg[kind], 0)).toBeCloseTo(all[kind], 6);
    expect(page).toContain('What fills cost, by kind');
    const atBroker = { ...report.costs, ...{ fills: 0, legs: [] }, notKnown: { fills: 3, fees: 1.5, why: ['Nobody says.'] } };
    const said = reportPage({ ...report, costs: atBroker }, history);
    expect(withoutTags(said)).toMatch(/Of 3 fills, charged \$1\.50, no more is known\. Nobody says\./);
  });

  it('holds what was exposed within what the risk rules let be', () => {
    expect(report.exposure.most).toBeGreaterThan(0);
    expect(report.exposure.mean).toBeLessThanOrEqual(report.exposure.most);
    const daily = dailyAccountOf(history.curve, history.startEquity);
    expect(Math.max(...daily.exposureMost)).toBe(report.exposure.most);
  });

  it('of an account that did nothing has no figure that is not one', () => {
    const reader = new HistoryReader();
    reader.begin(CONFIG.risk.startingCash, CONFIG);
    const nothing = { manifests: [manifestOf('backtest-2')], unfinished: 3, ...reader.current() };
    const none = reportOfHistory(nothing);
    expect(none).toMatchObject({ trades: { trades: 0 }, months: [], breakEvenBp: null, turnover: null });
    expect(JSON.stringify(none)).not.toMatch(/NaN|Infinity/);
    const empty = reportPage(none, nothing);
    expect(withoutTags(empty.replace(REPORT_STYLE.markup, ''))).not.toMatch(/NaN|Infinity|undefined/);
    expect(empty).toContain('3 intervals are not complete');
    expect(unbalanced(empty.replace(REPORT_STYLE.markup, '').replace(/^<!doctype html>/, ''))).toEqual([]);
  });
});

describe('its page', () => {
  it('closes every element that it opens, and says nothing that is no figure', () => {
    const body = page.replace(REPORT_STYLE.markup, '').replace(/^<!doctype html>/, '');
    expect(unbalanced(body)).toEqual([]);
    expect(withoutTags(body)).not.toMatch(/[<>]|NaN|Infinity|undefined/);
    for (const name of ['d', 'x', 'y', 'width', 'height', 'x1', 'x2', 'y1', 'y2'])
      expect(attributesOf(body, name).filter((value) => /NaN|Infinity|^-?$/.test(value))).toEqual([]);
  });

  it('has every id once, leads to those it names, and has a table behind every drawing', () => {
    const ids = attributesOf(page, 'id');
    expect(new Set(ids).size).toBe(ids.length);
    for (const named of attributesOf(page, 'aria-labelledby').flatMap((value) => value.split(' '))) expect(ids).toContain(named);
    for (const link of attributesOf(page, 'href')) expect(ids).toContain(link.slice(1));
    const figures = page.split('<figure').slice(1);
    expect(figures.length).toBeGreaterThan(8);
    for (const figure of figures) expect(figure.split('</figure>')[0]).toContain('<details>');
  });

  it('asks nothing of any other page, runs nothing, and is the same for the same recording', () => {
    expect(page).not.toMatch(OUTSIDE);
    expect(reportPage(reportOfHistory(history), history)).toBe(page);
  });

  it('draws the prices of what was traded, with a mark for each entry and exit', () => {
    for (const symbol of new Set(history.trips.map((trip) => trip.symbol)))
      expect(page).toContain(`${symbol}: prices and trades`);
    const drawn = page.split('class="mark left"').length - 1;
    const left = history.trips.filter(({ exitedAt }) => exitedAt !== null).length;
    expect(drawn).toBeGreaterThan(0);
    // one for each legend besides; candles are the last ones of a long run
    expect(drawn).toBeLessThanOrEqual(left + new Set(history.trips.map((trip) => trip.symbol)).size);
    expect(history.candlesOf(ticker('NOPE'))).toBeUndefined();
  });
});

describe('its files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'report-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are written whole, into a folder that is made', async () => {
    const into = path.join(folder, 'some', 'where');
    await writeReport(into, history);
    const sizes = await Promise.all(REPORT_FILES.map(async (name) => (await readFile(path.join(into, name))).length));
    expect(Math.min(...sizes)).toBeGreaterThan(500);
    expect(JSON.parse(await readFile(path.join(into, 'report.json'), 'utf8'))).toMatchObject({ runs: ['backtest-1'] });
    expect(item(sizes, REPORT_FILES.indexOf('report.html'))).toBe(Buffer.byteLength(page));
  });

  it('that cannot be written are named', async () => {
    await expect(writeReport('/dev/null/report', history)).rejects.toThrow(/\/dev\/null/);
  });
});
