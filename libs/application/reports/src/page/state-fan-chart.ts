import {
  areaBetween,
  chartOf,
  closeText,
  dataTable,
  fixed,
  html,
  labelsBelow,
  legendEntry,
  lineThrough,
  place,
  verticalAxis,
  type Content,
  type Html,
  type Point,
  type Scale,
} from '@aitrader/application-pages';
import { item } from '@aitrader/model';
import type { RoundTrip } from '../round-trips.ts';
import { FAN_LEVELS, type Fan } from '../state-fans.ts';
import { tripMarks } from './candle-chart.ts';
import { WIDE, withinDrawing } from './line-chart.ts';

const LEFT = 74;
const RIGHT = 14;
const HEIGHT = 230;
const TIMES = 6;
/** Bars before the first trade and behind the last one that are drawn with them. */
const AROUND = 30;
const MINUTE_MS = 60_000;

/** The closes of a symbol on a date in the intervals that states had forecast of them, with what was entered and left. */
export function stateFanChart(id: string, fan: Fan, trips: readonly RoundTrip[]): Html {
  const { symbol, date } = fan;
  const own = trips.filter((trip) => trip.symbol === symbol && isWithin(fan, trip));
  const [from, to] = stretchOf(fan, own);
  const x: Scale = { from, to: Math.max(from + 1, to), start: LEFT, end: WIDE - RIGHT };
  const y = scaleOf(fan, from, to);
  const placed = (values: readonly number[]): Point[] =>
    values
      .slice(from, to + 1)
      .flatMap((value, k): Point[] => (Number.isFinite(value) ? [[place(x, from + k), place(y, value)]] : []));
  const times = Array.from({ length: TIMES }, (_, k) => Math.floor(from + ((k + 0.5) * (to - from)) / TIMES));
  return chartOf({
    ...{ id, width: WIDE, height: HEIGHT + 40 },
    title: `${symbol} on ${date}: closes in their forecasts, and trades`,
    description: `A line through the closes of ${symbol} over shaded intervals of 95, 80 and 50 %, each as the state of the bar before had it, with ${own.length} trades.`,
    drawing: [
      verticalAxis(y, LEFT, WIDE - RIGHT, 5),
      FAN_LEVELS.map((level, i) => {
        const [upper, lower] = [placed(fan.upper[i] ?? []), placed(fan.lower[i] ?? [])];
        return upper.length === 0 ? [] : html`<path class="band b${level}" d="${areaBetween(upper, lower)}" />`;
      }),
      html`<path class="price" d="${lineThrough(placed(fan.close))}" />`,
      own.map((trip) => tripMarks(trip, (t) => place(x, placeIn(fan, t)), y)),
      labelsBelow(
        times.map((at) => ({
          x: withinDrawing(place(x, at)),
          text: closeText(item(fan.t, at), '1m').slice('YYYY-MM-DD '.length),
        })),
        HEIGHT + 30,
      ),
    ],
    legend: [
      FAN_LEVELS.map((level) => legendEntry(html`<rect class="band b${level}" width="24" height="12" />`, `${level} %`)),
      legendEntry(html`<path class="price" d="M1 6H23" />`, 'close'),
      legendEntry(html`<path class="mark long" d="M12 2L17 10H7Z" />`, 'a long is entered'),
      legendEntry(html`<path class="mark short" d="M12 10L17 2H7Z" />`, 'a short is entered'),
      legendEntry(html`<circle class="mark left" cx="12" cy="6" r="4" />`, 'it is left'),
    ],
    data: dataTable({
      caption: `Closes and forecasts of ${symbol} on ${date}, as drawn`,
      header: ['close of bar', 'close', ...FAN_LEVELS.map((level) => `${level} %`)],
      rows: Array.from({ length: to - from + 1 }, (_, k): Content[] => rowOf(fan, from + k)),
    }),
  });
}

function rowOf(fan: Fan, at: number): Content[] {
  const ends = FAN_LEVELS.map((_, level) => {
    const [lower, upper] = [fan.lower[level]?.[at] ?? NaN, fan.upper[level]?.[at] ?? NaN];
    return Number.isFinite(lower) ? `${fixed(lower, 2)} – ${fixed(upper, 2)}` : '–';
  });
  return [closeText(item(fan.t, at), '1m'), fixed(item(fan.close, at), 2), ...ends];
}

const isWithin = ({ t }: Fan, { enteredAt, exitedAt }: RoundTrip): boolean =>
  enteredAt <= item(t, t.length - 1) && (exitedAt ?? enteredAt) > item(t, 0) - MINUTE_MS;

function placeIn({ t }: Fan, at: number): number {
  const found = t.findIndex((close) => close >= at);
  return found < 0 ? t.length - 1 : found;
}

/** The bars around all trades. */
function stretchOf(fan: Fan, trips: readonly RoundTrip[]): readonly [from: number, to: number] {
  const places = trips.flatMap(({ enteredAt, exitedAt }) => [placeIn(fan, enteredAt), placeIn(fan, exitedAt ?? Infinity)]);
  const last = fan.t.length - 1;
  if (places.length === 0) return [0, last];
  const [least, most] = [places.reduce((a, b) => Math.min(a, b)), places.reduce((a, b) => Math.max(a, b))];
  return [Math.max(0, least - AROUND), Math.min(last, most + AROUND)];
}

function scaleOf(fan: Fan, from: number, to: number): Scale {
  let [least, most] = [Infinity, -Infinity];
  for (const values of [fan.close, fan.lower[0] ?? [], fan.upper[0] ?? []])
    for (const value of values.slice(from, to + 1))
      if (Number.isFinite(value)) [least, most] = [Math.min(least, value), Math.max(most, value)];
  const room = (most - least) * 0.05 || 1;
  return { from: least - room, to: most + room, start: HEIGHT, end: 10 };
}
