import { fixed, html, type Html, NOTHING, signed, STYLE, tableOf, whole } from '@aitrader/application-pages';
import type { CalibrationReport } from '../calibration-report.ts';
import { COVERAGE_LEVELS, LAWS } from '../intervals.ts';
import type { SeriesReport } from '../series-report.ts';
import type { SeriesTrack } from '../series-track.ts';
import { changeOn, gainOnEwma } from '../targets.ts';
import { PATTERNS } from './regime-chart.ts';
import { seriesSection, summaryOf } from './section.ts';

/** Most series that are drawn, the first ones; the others are in the table alone. A page of so many has around 20 MB. */
export const DRAWN_SERIES_MAX = 100;

/**
 * The report as one HTML page that asks nothing of any other: no script, no request, the same bytes for the same report. `tracks`
 * are those of the report's series, in their order.
 */
export function calibrationPage(report: CalibrationReport, tracks: readonly SeriesTrack[]): string {
  const { series, timeframe } = report;
  const sections = series.slice(0, DRAWN_SERIES_MAX).map((one, i) => {
    const track = tracks[i];
    return track === undefined ? NOTHING : seriesSection(idOf(i), one, track, timeframe);
  });
  const title = `Calibration of ${series.length === 1 ? (series[0]?.symbol ?? '') : `${whole(series.length)} series`}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · AI Trader</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        ${PATTERNS}
        <main>
          <header>
            <p class="brand">AI Trader</p>
            <h1>${title}</h1>
            ${factsOf(report)}
          </header>
          <div class="index">${indexTable(series)}</div>
          ${skippedList(report)} ${sections} ${NOTES}
        </main>
      </body>
    </html> `.markup;
}

const idOf = (index: number): string => `series-${index + 1}`;

function factsOf({ model, timeframe, from, to, bars, burnIn, sources }: CalibrationReport): Html {
  const files = sources.length > 3 ? `${sources.length} files` : sources.map(({ name }) => name).join(', ');
  return html`<p class="facts">
    ${whole(bars)} bars of ${timeframe} from ${files}, ${from} to ${to}. Model ${model}. The first ${whole(burnIn)} bars of each
    series are learned from and not scored.
  </p>`;
}

function indexTable(series: readonly SeriesReport[]): Html {
  const shown = [50, 80, 95, 99] as const;
  return tableOf({
    caption: 'Series',
    header: [
      'series',
      'targets met',
      'bars scored',
      ...shown.map((level) => `raw ${level}`),
      ...COVERAGE_LEVELS.map((level) => `adapted ${level}`),
      'CRPS vs expanding',
      'CRPS vs EWMA',
      'log gain',
    ],
    rows: series.map((one, i) => [
      i < DRAWN_SERIES_MAX ? html`<a href="#${idOf(i)}">${one.symbol}</a>` : one.symbol,
      summaryOf(one),
      whole(one.n),
      ...LAWS.flatMap((law) => (law === 'raw' ? shown : COVERAGE_LEVELS).map((level) => fixed(one.coverage[law][level], 2))),
      `${signed(changeOn(one.crps.model, one.crps.expandingGaussian), 2)} %`,
      `${signed(changeOn(one.crps.model, one.crps.ewma94), 2)} %`,
      signed(gainOnEwma(one.logScore), 3),
    ]),
  });
}

function skippedList({ skipped }: CalibrationReport): Html {
  if (skipped.length === 0) return NOTHING;
  return html`<h2>Left out</h2>
    <ul>
      ${skipped.map(({ symbol, reason }) => html`<li><b>${symbol}</b> ${reason}</li>`)}
    </ul>`;
}

const NOTES = html`<footer>
  <h2>What the figures mean</h2>
  <ul>
    <li>
      <b>Coverage</b>: share of the scored bars whose log return lay in the interval forecast with the bar before.
      <b>Raw</b> intervals are those of the predictive distribution; <b>adapted</b> ones follow the misses of the past, so that
      they hold what they promise in the long run.
    </li>
    <li>
      <b>PIT</b>: the probability that the forecast gave to lower returns, uniform when forecasts are right. It is drawn between
      the probabilities half a tick ($0.005) below and above the return, as many bars close at the same price; the draw is seeded
      by the symbol.
    </li>
    <li>
      <b>CRPS</b> and <b>log score</b>: penalties for forecasts as distributions, of returns in per cent; lower is better.
      Baselines: a normal law with mean and standard deviation of all returns before (expanding), and RiskMetrics’ normal law with
      mean 0 and exponentially weighted variance, decay 0.94 (EWMA).
    </li>
  </ul>
</footer>`;
