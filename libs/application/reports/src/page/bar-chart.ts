import {
  chartOf,
  dataTable,
  fixed,
  html,
  labelsBelow,
  place,
  px,
  verticalAxis,
  type Html,
  type Scale,
  type Table,
} from '@aitrader/application-pages';
import { item } from '@aitrader/model';

const WIDTH = 480;
const LEFT = 58;
const RIGHT = 10;
const HEIGHT = 180;

/** Counts by bins of equal width. */
export interface Histogram {
  readonly from: number;
  readonly width: number;
  readonly counts: readonly number[];
}

/** Bins that 0 is an edge of, about as many as asked for. */
export function histogramOf(values: readonly number[], wanted: number): Histogram {
  const finite = values.filter(Number.isFinite);
  const [least, most] = finite.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [0, 0]);
  const width = (most - least) / wanted || 1;
  const first = Math.floor(least / width);
  const counts = Array.from({ length: Math.max(1, Math.ceil(most / width + 1e-9) - first) }, () => 0);
  for (const value of finite) {
    const at = Math.min(counts.length - 1, Math.floor(value / width) - first);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return { from: first * width, width, counts };
}

/** How often values were how large: those below 0 in another colour, and told apart by the line at 0 as well. */
export function histogramChart(of: {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly values: readonly number[];
  readonly digits: number;
  readonly unit: string;
}): Html {
  const { id, title, description, values, digits, unit } = of;
  const { from, width, counts } = histogramOf(values, BINS);
  const x: Scale = { from, to: from + width * counts.length, start: LEFT, end: WIDTH - RIGHT };
  const y: Scale = { from: 0, to: Math.max(1, ...counts), start: HEIGHT, end: 10 };
  const edgeOf = (k: number): number => from + k * width;
  const textOf = (value: number): string => `${fixed(value, digits)}${unit}`;
  const table: Table = {
    caption: `${title}, as figures`,
    header: ['from', 'to', 'count'],
    rows: counts.map((count, k) => [textOf(edgeOf(k)), textOf(edgeOf(k + 1)), count]),
  };
  return chartOf({
    ...{ id, title, description, width: WIDTH, height: HEIGHT + 28 },
    drawing: [
      verticalAxis(y, LEFT, WIDTH - RIGHT, 4),
      counts.map((count, k) => {
        const [left, right] = [place(x, edgeOf(k)), place(x, edgeOf(k + 1))];
        const top = place(y, count);
        const look = edgeOf(k) + width / 2 < 0 ? 'bar lost' : 'bar';
        return html`<rect
          class="${look}"
          x="${px(left + 0.5)}"
          width="${px(Math.max(1, right - left - 1))}"
          y="${top}"
          height="${px(HEIGHT - top)}"
        />`;
      }),
      html`<line class="nominal" x1="${place(x, 0)}" x2="${place(x, 0)}" y1="10" y2="${HEIGHT}" />`,
      labelsBelow(
        [0, 0.5, 1].map((part) => ({
          x: Math.min(place(x, from + part * width * counts.length), WIDTH - EDGE_ROOM),
          text: textOf(from + part * width * counts.length),
        })),
        HEIGHT + 20,
      ),
    ],
    data: dataTable(table),
  });
}

const BINS = 24;
/** For half of a label at the edge. */
const EDGE_ROOM = 30;

/** Counts side by side, the greatest first. */
export function rankedBars(of: {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly { readonly name: string; readonly value: number }[];
  readonly table: Table;
}): Html {
  const { id, title, description, rows, table } = of;
  const x: Scale = { from: 0, to: Math.max(1, ...rows.map(({ value }) => value)), start: NAMES, end: WIDTH - 56 };
  return chartOf({
    ...{ id, title, description, width: WIDTH, height: rows.length * ROW + 8 },
    drawing: rows.map(({ name }, k) => {
      const top = 4 + k * ROW;
      const { value } = item(rows, k);
      const end = place(x, value);
      return html`<g class="axis">
        <text class="end" x="${NAMES - 8}" y="${top + 14}">${name}</text>
        <rect class="bar" x="${NAMES}" width="${px(Math.max(1, end - NAMES))}" y="${top + 3}" height="${ROW - 8}" />
        <text x="${px(end + 6)}" y="${top + 14}">${value.toLocaleString('en-US')}</text>
      </g>`;
    }),
    data: dataTable(table),
  });
}

const NAMES = 176;
const ROW = 22;
