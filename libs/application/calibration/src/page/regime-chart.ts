import {
  areaBetween,
  chartOf,
  closeText,
  dataTable,
  fixed,
  html,
  type Html,
  legendEntry,
  place,
  type Point,
  px,
  type Scale,
} from '@aitrader/application-pages';
import { AT, item, PPM, read, REGIMES, type Timeframe } from '@aitrader/model';
import type { DrawnBar } from '../series-track.ts';
import { barLabels, barScale, WIDE } from './fan-chart.ts';

const TOP = 6;
const BOTTOM = 76;
/** The strip with the labels under the probabilities. */
const STRIP_TOP = 82;
const STRIP_HEIGHT = 18;
const HEIGHT = STRIP_TOP + STRIP_HEIGHT;
/** A run of a label is named where at least this many pixels are free. */
const NAMED_PIXELS_MIN = 58;

/** Fills of the three regimes, each with a pattern of its own; used by every chart of the page. */
export const PATTERNS = html`<svg class="patterns" aria-hidden="true" width="0" height="0">
  <defs>
    <pattern id="fill-calm" width="6" height="6" patternUnits="userSpaceOnUse">
      <rect class="calm" width="6" height="6" />
    </pattern>
    <pattern id="fill-normal" width="6" height="6" patternUnits="userSpaceOnUse">
      <rect class="normal" width="6" height="6" />
      <circle class="ink" cx="3" cy="3" r="0.9" />
    </pattern>
    <pattern id="fill-turbulent" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect class="turbulent" width="6" height="6" />
      <rect class="ink" width="1.6" height="6" />
    </pattern>
  </defs>
</svg>`;

/** The probabilities of the regimes over the window, stacked, and the label in force under them. */
export function regimeChart(id: string, bars: readonly DrawnBar[], timeframe: Timeframe): Html {
  const runs = runsOf(bars);
  const spoken = runs.map(({ regime, from, to }) => `${REGIMES[regime] ?? 'unknown'} for ${to - from} bars`).slice(-8);
  return chartOf({
    id,
    title: 'Regime when the forecast was made',
    description: `Probabilities of the calm, normal and turbulent regime, stacked from 0 to 100 %, over a strip with the label in force; lately ${spoken.join(', ')}.`,
    width: WIDE,
    height: HEIGHT + 22,
    drawing: html`${areasOf(bars)}${stripOf(bars.length, runs)}${barLabels(bars, timeframe, HEIGHT + 16)}
      <g class="axis"
        ><text class="end" x="56" y="14">100 %</text><text class="end" x="56" y="76">0</text>
        <text class="end" x="56" y="95">label</text></g
      >`,
    legend: REGIMES.map((regime) => legendEntry(html`<rect fill="url(#fill-${regime})" width="24" height="12" />`, regime)),
    data: dataTable({
      caption: 'Probabilities of the regimes',
      header: ['close of bar', ...REGIMES, 'label'],
      rows: bars.map((bar) => [
        closeText(bar.t, timeframe),
        ...sharesOf(bar).map((share) => `${fixed(100 * share, 1)} %`),
        REGIMES[labelOf(bar)] ?? '',
      ]),
    }),
  });
}

const labelOf = ({ forecast }: DrawnBar): number => read(forecast, AT.regime);
/** Calm, normal, turbulent. */
function sharesOf({ forecast }: DrawnBar): number[] {
  const [calm, turbulent] = [read(forecast, AT.calm), read(forecast, AT.turbulent)];
  return [calm, PPM - calm - turbulent, turbulent].map((ppm) => ppm / PPM);
}

function areasOf(bars: readonly DrawnBar[]): Html[] {
  const x = barScale(bars.length);
  const y: Scale = { from: 0, to: 1, start: BOTTOM, end: TOP };
  const edge = (upTo: number): Point[] => {
    const points = bars.map((bar, i): Point => {
      const sum = sharesOf(bar)
        .slice(0, upTo)
        .reduce((total, share) => total + share, 0);
      return [place(x, i), place(y, Math.min(1, sum))];
    });
    const [first, last] = [points[0]?.[1] ?? BOTTOM, points.at(-1)?.[1] ?? BOTTOM];
    return [[place(x, -0.5), first], ...points, [place(x, bars.length - 0.5), last]];
  };
  return REGIMES.map(
    (regime, k) => html`<path class="share" fill="url(#fill-${regime})" d="${areaBetween(edge(k + 1), edge(k))}" />`,
  );
}

/** Bars from … to − 1 with the same label. */
interface Run {
  readonly regime: number;
  readonly from: number;
  readonly to: number;
}

function runsOf(bars: readonly DrawnBar[]): Run[] {
  const starts = bars.flatMap((bar, i) => (labelOf(bar) === labelOf(bars[i - 1] ?? bar) && i > 0 ? [] : [i]));
  return starts.map((from, k) => ({ regime: labelOf(item(bars, from)), from, to: starts[k + 1] ?? bars.length }));
}

function stripOf(count: number, runs: readonly Run[]): Html[] {
  const x = barScale(count);
  return runs.map(({ regime, from, to }) => {
    const [left, right] = [place(x, from - 0.5), place(x, to - 0.5)];
    const width = px(right - left);
    const name = REGIMES[regime] ?? '';
    return html`<rect
        class="share"
        fill="url(#fill-${name})"
        x="${left}"
        y="${STRIP_TOP}"
        width="${width}"
        height="${STRIP_HEIGHT}"
      />
      ${width < NAMED_PIXELS_MIN ? '' : html`<text class="middle run" x="${px(left + width / 2)}" y="${STRIP_TOP + 13}">${name}</text>`}`;
  });
}
