import { html, STYLE } from '@aitrader/application-pages';
import { describe, expect, it } from '@jest/globals';
import { calibrationPage } from './page.ts';
import { attributesOf, OUTSIDE, unbalanced, withoutTags } from '../../../../../tools/testing/page-checks.ts';
import { exampleBars, exampleTrack } from '../../test/example-track.ts';
import type { CalibrationReport } from '../calibration-report.ts';
import { seriesReportOf } from '../series-report.ts';

const tracks = [exampleTrack(exampleBars(1500, 3), 500), exampleTrack(exampleBars(700, 4), 500, 'BRK.B')];
const report: CalibrationReport = {
  model: 'model/1',
  timeframe: '1m',
  from: '2024-01-02',
  to: '2024-01-09',
  bars: 2200,
  burnIn: 500,
  sources: [{ name: `<b>"R&D's".csv`, sha256: '', shape: 'synthetic', adjustment: 'raw' }],
  series: tracks.map((track) => seriesReportOf(track, '1m')),
  skipped: [],
};
const page = calibrationPage(report, tracks);

const attributes = (name: string): string[] => attributesOf(page, name);

describe('the page', () => {
  it('closes every element that it opens', () => {
    const body = page.replace(STYLE.markup, '').replace(/^<!doctype html>/, '');
    expect(unbalanced(body)).toEqual([]);
    expect(withoutTags(body)).not.toMatch(/[<>]/);
  });

  it('has every id once, and leads to those it names', () => {
    const ids = attributes('id');
    expect(new Set(ids).size).toBe(ids.length);
    for (const named of attributes('aria-labelledby').flatMap((value) => value.split(' '))) expect(ids).toContain(named);
    const links = attributes('href');
    expect(links).toEqual(['#series-1', '#series-2']);
    for (const link of links) expect(ids).toContain(link.slice(1));
    for (const [, fill = ''] of page.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(fill);
  });

  it('asks nothing of any other page, and runs nothing', () => {
    expect(page).not.toMatch(OUTSIDE);
  });

  it('escapes what it is given', () => {
    expect(page).toContain('&lt;b&gt;&quot;R&amp;D&#39;s&quot;.csv');
    expect(html`<p title="${'"'}">${['<', html`<b>${1}</b>`]}</p>`.markup).toBe('<p title="&quot;">&lt;<b>1</b></p>');
  });

  it('draws with finite numbers', () => {
    expect(page).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  it('names and describes every drawing, and is the same each time', () => {
    const drawings = page.match(/<svg\s+role="img"/g) ?? [];
    expect(drawings.length).toBeGreaterThanOrEqual(11);
    expect(page.match(/<title id=/g)).toHaveLength(drawings.length);
    expect(page.match(/<desc id=/g)).toHaveLength(drawings.length);
    expect(calibrationPage(report, tracks)).toBe(page);
  });
});
