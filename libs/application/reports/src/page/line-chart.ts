import {
  areaBetween,
  chartOf,
  dataTable,
  html,
  labelsBelow,
  legendEntry,
  lineThrough,
  place,
  px,
  verticalAxis,
  type Html,
  type Point,
  type Scale,
  type Table,
} from '@aitrader/application-pages';
import { item } from '@aitrader/model';

/** Width of a drawing across the page. */
export const WIDE = 1012;
const LEFT = 74;
const RIGHT = 14;
const DATES = 6;
/** Points of a line: more would not be seen. */
const POINTS_MAX = 700;

/** A line of values, one a place; NaN where there is none. */
export interface Line {
  readonly name: string;
  /** of a style: `raw`, `law`, `third` or `fourth` */
  readonly look: string;
  readonly values: readonly number[];
  /** half the width of a band around it */
  readonly around?: readonly number[];
}

export interface LineChart {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly height: number;
  /** what stands under the places, as many as there are values */
  readonly labels: readonly string[];
  readonly lines: readonly Line[];
  readonly unit?: string;
  /** filled down from 0, for what is below it */
  readonly isFilled?: boolean;
  /** figures that the scale has in any case */
  readonly including?: readonly number[];
  readonly table: Table;
}

/** Lines over time. */
export function lineChart({
  id,
  title,
  description,
  height,
  labels,
  lines,
  unit = '',
  isFilled,
  including = [],
  table,
}: LineChart): Html {
  const y = scaleOf(lines, including, height);
  const x: Scale = { from: 0, to: Math.max(1, labels.length - 1), start: LEFT, end: WIDE - RIGHT };
  const dates = Array.from({ length: Math.min(DATES, labels.length) }, (_, k) => {
    const at = Math.floor(((k + 0.5) * labels.length) / Math.min(DATES, labels.length));
    return { x: withinDrawing(place(x, at)), text: labels[at] ?? '' };
  });
  const zero =
    y.from <= 0 && y.to >= 0
      ? html`<line class="nominal" x1="${LEFT}" x2="${WIDE - RIGHT}" y1="${place(y, 0)}" y2="${place(y, 0)}" />`
      : [];
  return chartOf({
    ...{ id, title, description, width: WIDE, height: height + 40 },
    drawing: [
      verticalAxis(y, LEFT, WIDE - RIGHT, 5, unit),
      zero,
      lines.map((line) => drawn(line, x, y, isFilled === true)),
      labelsBelow(dates, height + 30),
    ],
    ...(lines.length > 1
      ? { legend: lines.map(({ name, look }) => legendEntry(html`<path class="line ${look}" d="M0 6H24" />`, name)) }
      : {}),
    data: dataTable(table),
  });
}

/** Where a label is in sight whole. */
export const withinDrawing = (x: number, width = WIDE): number => Math.min(Math.max(x, LABEL_ROOM), width - LABEL_ROOM);
const LABEL_ROOM = 56;

function scaleOf(lines: readonly Line[], including: readonly number[], height: number): Scale {
  let [from, to] = [Infinity, -Infinity];
  const take = (value: number): void => {
    if (Number.isFinite(value)) [from, to] = [Math.min(from, value), Math.max(to, value)];
  };
  for (const { values, around } of lines)
    values.forEach((value, i) => {
      take(value - (around?.[i] ?? 0));
      take(value + (around?.[i] ?? 0));
    });
  including.forEach(take);
  if (from > to) [from, to] = [0, 1];
  const room = (to - from) * ROOM || Math.max(Math.abs(to), 1) * ROOM;
  return { from: from - room, to: to + room, start: height + 8, end: 8 };
}

const ROOM = 0.04;

/** The values of a line at places that are far enough apart to be seen, of each stretch the last one. */
const shownPlaces = (length: number): readonly number[] => {
  const step = Math.max(1, Math.ceil(length / POINTS_MAX));
  return Array.from({ length: Math.ceil(length / step) }, (_, k) => Math.min(length - 1, (k + 1) * step - 1));
};

function drawn({ look, values, around }: Line, x: Scale, y: Scale, isFilled: boolean): Html {
  const places = shownPlaces(values.length).filter((i) => Number.isFinite(values[i]));
  const points = places.map((i): Point => [place(x, i), place(y, item(values, i))]);
  const first = points[0];
  if (first === undefined) return html``;
  const floor = px(place(y, 0));
  const fill = isFilled
    ? html`<path
        class="under ${look}"
        d="${areaBetween(
          points,
          points.map(([at]): Point => [at, floor]),
        )}"
      />`
    : [];
  const band =
    around === undefined
      ? []
      : html`<path
          class="chance"
          d="${areaBetween(
            places.map((i): Point => [place(x, i), place(y, item(values, i) + (around[i] ?? 0))]),
            places.map((i): Point => [place(x, i), place(y, item(values, i) - (around[i] ?? 0))]),
          )}"
        />`;
  return html`${band}${fill}<path class="line ${look}" d="${lineThrough(points)}" />`;
}
