import {
  areaBetween,
  chartOf,
  closeText,
  dataTable,
  fixed,
  html,
  type Html,
  labelsBelow,
  legendEntry,
  lineThrough,
  place,
  type Point,
  px,
  type Scale,
  verticalAxis,
} from '@aitrader/application-pages';
import { E8, item, read, type Timeframe } from '@aitrader/model';
import { exp } from '@aitrader/core-numeric';
import { INTERVALS, type Interval, type Law } from '../intervals.ts';
import { returnE8 } from '@aitrader/core-probability';
import type { DrawnBar } from '../series-track.ts';

export const WIDE = 960;
const LEFT = 62;
const RIGHT = WIDE - 14;
const TOP = 12;
const HEIGHT = 300;
/** Dates under the drawing. */
const LABELS = 6;
/** The levels drawn, widest first. */
const DRAWN_LEVELS = [99, 95, 80, 50];
const E8_PER_PERCENT = E8 / 100;

const drawnIntervals = (law: Law): readonly Interval[] =>
  DRAWN_LEVELS.flatMap((level) => INTERVALS[law].filter((interval) => interval.level === level));

/** Where the bars of a window lie from left to right. */
export const barScale = (count: number): Scale => ({ from: -0.5, to: count - 0.5, start: LEFT, end: RIGHT });

/** The dates of some bars, evenly chosen, at the places of their bars. */
export function barLabels(bars: readonly DrawnBar[], timeframe: Timeframe, y: number): Html {
  const x = barScale(bars.length);
  const labels = Array.from({ length: Math.min(LABELS, bars.length) }, (_, k) => {
    const at = Math.floor(((k + 0.5) * bars.length) / LABELS);
    return { x: place(x, at), text: closeText(bars[at]?.t ?? 0, timeframe) };
  });
  return labelsBelow(labels, y);
}

/** What is drawn of a bar: one figure, and where a quantile of its forecast lies on the same scale. */
interface View {
  readonly value: (bar: DrawnBar) => number;
  readonly quantile: (bar: DrawnBar, e8: number) => number;
}

const PRICES: View = {
  value: ({ close }) => close,
  quantile: ({ closeBefore }, e8) => closeBefore * exp(e8 / E8),
};
/** Log returns in per cent. */
const RETURNS: View = {
  value: ({ close, closeBefore }) => returnE8(closeBefore, close) / E8_PER_PERCENT,
  quantile: (_, e8) => e8 / E8_PER_PERCENT,
};

/** Closes of the last bars in the intervals that were forecast of them. */
export function fanChart(id: string, bars: readonly DrawnBar[], timeframe: Timeframe): Html {
  return chartOf({
    id,
    title: `Closes in their forecasts, the last ${bars.length} bars`,
    description:
      'A line through the closes over shaded raw intervals of 99, 95, 80 and 50 %, each forecast one bar ahead, with the ends of the adapted intervals of 95 and 50 % as lines.',
    width: WIDE,
    height: HEIGHT + 24,
    drawing: html`${panel(bars, PRICES, HEIGHT)}<path class="price" d="${lineThrough(pointsOf(bars, PRICES, HEIGHT))}" />
      ${barLabels(bars, timeframe, HEIGHT + 18)}`,
    legend: bandLegend(html`<path class="price" d="M1 6H23" />`, 'close'),
    data: dataTable({
      caption: 'Closes and forecast intervals',
      header: ['close of bar', 'close', 'raw 95 %', 'adapted 95 %', 'raw 50 %', 'adapted 50 %'],
      rows: bars.map((bar) => [
        closeText(bar.t, timeframe),
        fixed(bar.close, 4),
        intervalText(bar, 'raw', 95),
        intervalText(bar, 'adapted', 95),
        intervalText(bar, 'raw', 50),
        intervalText(bar, 'adapted', 50),
      ]),
    }),
  });
}

/**
 * Returns of the last bars in the intervals that were forecast of them; those outside the adapted 95 % stand out. One wild bar would
 * flatten all others: what lies beyond the reach of most forecasts is drawn at the edge.
 */
export function returnChart(id: string, bars: readonly DrawnBar[], timeframe: Timeframe): Html {
  const height = 240;
  const reach = reachOf(bars);
  const view = clippedTo(RETURNS, reach);
  const points = pointsOf(bars, view, height);
  const pick = (wanted: (bar: DrawnBar) => boolean): Point[] => points.filter((_, i) => wanted(item(bars, i)));
  const isBeyond = (bar: DrawnBar): boolean => Math.abs(RETURNS.value(bar)) > reach;
  const beyond = pick(isBeyond);
  const missed = pick(isOutside).length;
  return chartOf({
    id,
    title: 'Returns in their forecasts, the same bars',
    description: `Log returns in per cent as dots over the intervals forecast of them. ${missed} of ${bars.length} lie outside the adapted 95 % interval and are drawn as crosses, ${beyond.length} beyond the drawing and are drawn as triangles at its edge.`,
    width: WIDE,
    height: height + 24,
    drawing: html`${panel(bars, view, height, ' %')}
      <path
        class="dots"
        d="${pick((bar) => !isOutside(bar) && !isBeyond(bar))
          .map(([x, y]) => `M${x} ${y}h0`)
          .join('')}"
      />
      <path
        class="crosses"
        d="${pick((bar) => isOutside(bar) && !isBeyond(bar))
          .map(([x, y]) => `M${px(x - 3.5)} ${px(y - 3.5)}l7 7m0 -7l-7 7`)
          .join('')}"
      />
      <path class="beyond" d="${beyond.map(triangleAt(height)).join('')}" />
      ${barLabels(bars, timeframe, height + 18)}`,
    legend: [
      bandLegend(html`<path class="dots" d="M12 6h0" />`, 'return'),
      legendEntry(html`<path class="crosses" d="M8.5 2.5l7 7m0 -7l-7 7" />`, 'outside adapted 95 %'),
      beyond.length === 0 ? '' : legendEntry(html`<path class="beyond" d="M12 1l5 9h-10z" />`, 'beyond the drawing'),
    ],
  });
}

/** A triangle that points out of the drawing. */
const triangleAt =
  (height: number) =>
  ([x, y]: Point): string =>
    y < height / 2 ? `M${x} ${px(y - 1)}l5 9h-10z` : `M${x} ${px(y + 1)}l5 -9h-10z`;

/** How far the returns chart reaches, in per cent: a little beyond nearly all of the forecasts. */
function reachOf(bars: readonly DrawnBar[]): number {
  const ends = bars.map((bar) => Math.max(...endsOf(bar, 'raw', 99).map((e8) => Math.abs(e8) / E8_PER_PERCENT)));
  return 1.4 * (ends.sort((a, b) => a - b)[Math.floor(0.98 * (ends.length - 1))] ?? 1);
}

const clippedTo = ({ value, quantile }: View, reach: number): View => ({
  value: (bar) => Math.max(-reach, Math.min(reach, value(bar))),
  quantile: (bar, e8) => Math.max(-reach, Math.min(reach, quantile(bar, e8))),
});

/** Bands lie on top of each other. */
const swatchOf = (level: number): Html => html`<rect class="band b${level}" width="24" height="12" />`;

const bandLegend = (swatch: Html, name: string): Html[] => [
  legendEntry(swatch, name),
  ...DRAWN_LEVELS.map((level, k) => legendEntry(html`${DRAWN_LEVELS.slice(0, k + 1).map(swatchOf)}`, `raw ${level} %`)),
  legendEntry(html`<path class="adapted a95" d="M0 6H24" />`, 'adapted 95 %'),
  legendEntry(html`<path class="adapted a50" d="M0 6H24" />`, 'adapted 50 %'),
];

/** The axis, the raw bands and the adapted lines. */
function panel(bars: readonly DrawnBar[], view: View, height: number, unit = ''): Html {
  const y = valueScale(bars, view, height);
  const side = (column: number): Point[] =>
    bars.map((bar, i) => pointOf(bars, i, y, view.quantile(bar, read(bar.forecast, column))));
  return html`${verticalAxis(y, LEFT, RIGHT, 5, unit)}
  ${drawnIntervals('raw').map(
    ({ level, lower, upper }) => html`<path class="band b${level}" d="${areaBetween(side(upper), side(lower))}" />`,
  )}
  ${drawnIntervals('adapted')
    .filter(({ level }) => level === 95 || level === 50)
    .map(
      ({ level, lower, upper }) =>
        html`<path class="adapted a${level}" d="${lineThrough(side(upper))}${lineThrough(side(lower))}" />`,
    )}`;
}

const pointOf = (bars: readonly DrawnBar[], i: number, y: Scale, value: number): Point => [
  place(barScale(bars.length), i),
  place(y, value),
];

function pointsOf(bars: readonly DrawnBar[], view: View, height: number): Point[] {
  const y = valueScale(bars, view, height);
  return bars.map((bar, i) => pointOf(bars, i, y, view.value(bar)));
}

/** From the lowest to the highest of all that is drawn. */
function valueScale(bars: readonly DrawnBar[], view: View, height: number): Scale {
  const [widest] = drawnIntervals('raw');
  const columns = [...drawnIntervals('adapted').filter(({ level }) => level === 95), ...(widest === undefined ? [] : [widest])];
  let [from, to] = [Infinity, -Infinity];
  for (const bar of bars) {
    const ends = columns.flatMap(({ lower, upper }) => [read(bar.forecast, lower), read(bar.forecast, upper)]);
    for (const value of [view.value(bar), ...ends.map((e8) => view.quantile(bar, e8))]) {
      from = Math.min(from, value);
      to = Math.max(to, value);
    }
  }
  const spare = 0.03 * Math.max(to - from, Number.MIN_VALUE) + 1e-9;
  return { from: from - spare, to: to + spare, start: height, end: TOP };
}

function endsOf({ forecast }: DrawnBar, law: Law, level: number): readonly [number, number] {
  const interval = INTERVALS[law].find((each) => each.level === level);
  if (interval === undefined) throw new RangeError(`no interval of ${level} %`);
  return [read(forecast, interval.lower), read(forecast, interval.upper)];
}

function intervalText(bar: DrawnBar, law: Law, level: number): string {
  return endsOf(bar, law, level)
    .map((e8) => fixed(PRICES.quantile(bar, e8), 4))
    .join(' – ');
}

function isOutside(bar: DrawnBar): boolean {
  const [lower, upper] = endsOf(bar, 'adapted', 95);
  const y = returnE8(bar.closeBefore, bar.close);
  return y < lower || y > upper;
}
