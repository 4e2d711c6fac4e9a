import {
  chartOf,
  dataTable,
  fixed,
  html,
  type Html,
  labelsBelow,
  legendEntry,
  place,
  probability,
  px,
  type Scale,
  verticalAxis,
  whole,
} from '@aitrader/application-pages';
import type { SeriesReport } from '../series-report.ts';

const WIDTH = 460;
const HEIGHT = 230;
const LEFT = 46;
const RIGHT = WIDTH - 10;
/** Standard deviations to either side that hold 95 % of a normal law. */
const SD_95 = 1.96;

/** How the randomised PITs spread: flat when the forecasts are right. */
export function pitChart(id: string, { pitHistogram, n, pitKs, pitUniformity }: SeriesReport): Html {
  const bins = pitHistogram.length;
  const expected = n / bins;
  const spread = SD_95 * Math.sqrt((n / bins) * (1 - 1 / bins));
  // relative to what is expected, so that series of any length look alike
  const relative = (count: number): number => count / expected;
  const tallest = Math.max(1.3, ...pitHistogram.map(relative), relative(expected + spread)) * 1.05;
  const y: Scale = { from: 0, to: tallest, start: HEIGHT, end: 10 };
  const x: Scale = { from: 0, to: bins, start: LEFT, end: RIGHT };
  const [upper, lower] = [place(y, relative(expected + spread)), place(y, Math.max(0, relative(expected - spread)))];
  const outside = pitHistogram.filter((count) => Math.abs(count - expected) > spread).length;
  return chartOf({
    id,
    title: 'Probability integral transform',
    description: `Histogram of ${whole(n)} randomised PITs in ${bins} bins, relative to a uniform law. ${outside} bins lie outside the band that holds 95 % of them when the forecasts are right. Kolmogorov–Smirnov distance ${fixed(pitKs, 4)}.`,
    width: WIDTH,
    height: HEIGHT + 22,
    drawing: html`<rect class="chance" x="${LEFT}" width="${RIGHT - LEFT}" y="${upper}" height="${px(lower - upper)}" />
      ${verticalAxis(y, LEFT, RIGHT, 5)}
      ${pitHistogram.map((count, i) => {
        const top = place(y, relative(count));
        return html`<rect
          class="bar"
          x="${place(x, i + 0.08)}"
          width="${px(((RIGHT - LEFT) * 0.84) / bins)}"
          y="${top}"
          height="${px(HEIGHT - top)}"
        />`;
      })}
      <path class="chance-edge" d="M${LEFT} ${upper}H${RIGHT}M${LEFT} ${lower}H${RIGHT}" />
      <line class="nominal" x1="${LEFT}" x2="${RIGHT}" y1="${place(y, 1)}" y2="${place(y, 1)}" />
      ${labelsBelow(
        [0, 0.25, 0.5, 0.75, 1].map((p) => ({ x: place(x, p * bins), text: String(p) })),
        HEIGHT + 16,
      )}`,
    legend: [
      legendEntry(html`<rect class="bar" width="24" height="12" />`, 'PITs, against uniform'),
      legendEntry(html`<path class="nominal" d="M0 6H24" />`, 'uniform'),
      legendEntry(
        html`<rect class="chance" width="24" height="12" /><path class="chance-edge" d="M0 1H24M0 11H24" />`,
        'its 95 % band',
      ),
    ],
    data: dataTable({
      caption: `Counts of the PITs; chi-square ${fixed(pitUniformity.statistic, 1)}, p ${probability(pitUniformity.pValue)}`,
      header: ['PIT', 'count', 'expected'],
      rows: pitHistogram.map((count, i) => [
        `${fixed(i / bins, 2)} – ${fixed((i + 1) / bins, 2)}`,
        whole(count),
        fixed(expected, 1),
      ]),
    }),
  });
}
