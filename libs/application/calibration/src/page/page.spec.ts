import { html, STYLE } from '@aitrader/application-pages';
import { describe, expect, it } from '@jest/globals';
import { calibrationPage } from './page.ts';
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

/** Elements without content, and those of a drawing that close themselves. */
const VOID = new Set(['meta', 'br']);

/** Names of the elements that are not closed in the order in which they were opened. */
function unbalanced(markup: string): string[] {
  const open: string[] = [];
  const problems: string[] = [];
  for (const [, closing = '', name = '', rest = ''] of markup.matchAll(/<(\/?)([a-z][a-z0-9-]*)((?:[^<>"]|"[^"]*")*)>/gi)) {
    if (closing === '/') {
      if (open.pop() !== name) problems.push(name);
    } else if (!rest.trimEnd().endsWith('/') && !VOID.has(name)) open.push(name);
  }
  return [...problems, ...open];
}

const attributes = (name: string): string[] =>
  Array.from(page.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g')), ([, value = '']) => value);

describe('the page', () => {
  it('closes every element that it opens', () => {
    const body = page.replace(STYLE.markup, '').replace(/^<!doctype html>/, '');
    expect(unbalanced(body)).toEqual([]);
    expect(body.replaceAll(/<(\/?)([a-z][a-z0-9-]*)((?:[^<>"]|"[^"]*")*)>/gi, '')).not.toMatch(/[<>]/);
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
    expect(page).not.toMatch(/https?:|\/\/[a-z]|@import|<script|<link|<img|<iframe| src=| on[a-z]+=/i);
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
