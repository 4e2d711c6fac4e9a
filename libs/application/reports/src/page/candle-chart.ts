import {
  chartOf,
  closeText,
  dataTable,
  fixed,
  html,
  labelsBelow,
  legendEntry,
  place,
  px,
  verticalAxis,
  type Html,
  type Scale,
} from '@aitrader/application-pages';
import { item, type Timeframe } from '@aitrader/model';
import type { Candles } from '../candles.ts';
import type { RoundTrip } from '../round-trips.ts';
import { WIDE, withinDrawing } from './line-chart.ts';

const LEFT = 74;
const RIGHT = 14;
const HEIGHT = 260;
const DATES = 6;
/** Candles that are drawn, the last ones. */
const CANDLES_MAX = 320;

/** Prices of a symbol with what was entered and left in it: a triangle points the way of the trade, a circle is where it was left. */
export function candleChart(id: string, symbol: string, candles: Candles, trips: readonly RoundTrip[]): Html {
  const from = Math.max(0, candles.t.length - CANDLES_MAX);
  const shown = candles.t.length - from;
  const x: Scale = { from: -1, to: shown, start: LEFT, end: WIDE - RIGHT };
  const lows = candles.low.slice(from);
  const highs = candles.high.slice(from);
  const [least, most] = [lows.reduce((a, b) => Math.min(a, b)), highs.reduce((a, b) => Math.max(a, b))];
  const y: Scale = { from: least - (most - least) * 0.05, to: most + (most - least) * 0.05 || most + 1, start: HEIGHT, end: 10 };
  const width = Math.max(1, ((WIDE - LEFT - RIGHT) / (shown + 1)) * 0.62);
  const within = trips.filter(({ enteredAt }) => enteredAt >= item(candles.t, from) - DAY_MS);
  const labels = Array.from({ length: Math.min(DATES, shown) }, (_, k) => {
    const at = Math.floor(((k + 0.5) * shown) / Math.min(DATES, shown));
    return { x: withinDrawing(place(x, at)), text: closeText(item(candles.t, from + at), '1d') };
  });
  const placeOf = (t: number): number => {
    const at = candles.t.findIndex((close) => close >= t);
    return place(x, (at < 0 ? candles.t.length - 1 : at) - from);
  };
  return chartOf({
    ...{ id, width: WIDE, height: HEIGHT + 40 },
    title: `${symbol}: prices and trades`,
    description: `Candles of ${symbol} from ${dollarText(least)} to ${dollarText(most)}, with ${within.length} trades: where each was entered and left.`,
    drawing: [
      verticalAxis(y, LEFT, WIDE - RIGHT, 5),
      Array.from({ length: shown }, (_, k) => candle(candles, from + k, place(x, k), width, y)),
      within.map((trip) => tripMarks(trip, placeOf, y)),
      labelsBelow(labels, HEIGHT + 30),
    ],
    legend: [
      legendEntry(html`<path class="mark long" d="M12 2L17 10H7Z" />`, 'a long is entered'),
      legendEntry(html`<path class="mark short" d="M12 10L17 2H7Z" />`, 'a short is entered'),
      legendEntry(html`<circle class="mark left" cx="12" cy="6" r="4" />`, 'it is left'),
    ],
    data: dataTable({
      caption: `Trades in ${symbol}`,
      header: ['entered', 'side', 'shares', 'entry', 'exit', 'profit', 'left by'],
      rows: within.map(({ enteredAt, side, shares, entry, exit, profit, exits, held }) => [
        closeText(enteredAt, MINUTES),
        side === 'buy' ? 'long' : 'short',
        shares,
        dollarText(entry),
        exit === null ? '–' : dollarText(exit),
        held === 0 ? dollarText(profit) : 'open',
        exits.join(', '),
      ]),
    }),
  });
}

const DAY_MS = 86_400_000;
const MINUTES: Timeframe = '1m';
const dollarText = (value: number): string => `${value < 0 ? '−' : ''}$${fixed(Math.abs(value), 2)}`;

function candle({ open, high, low, close }: Candles, i: number, at: number, width: number, y: Scale): Html {
  const [o, c] = [place(y, item(open, i)), place(y, item(close, i))];
  const rises = item(close, i) >= item(open, i);
  return html`<g class="candle ${rises ? 'up' : 'down'}"
    ><line x1="${at}" x2="${at}" y1="${place(y, item(high, i))}" y2="${place(y, item(low, i))}" /><rect
      x="${px(at - width / 2)}"
      width="${px(width)}"
      y="${Math.min(o, c)}"
      height="${px(Math.max(1, Math.abs(o - c)))}"
  /></g>`;
}

/** Where a trade was entered and left, and a line between. */
export function tripMarks({ side, enteredAt, exitedAt, entry, exit }: RoundTrip, placeOf: (t: number) => number, y: Scale): Html {
  const [x, from] = [placeOf(enteredAt), place(y, entry)];
  const [tip, base] = side === 'buy' ? [from - 6, from + 4] : [from + 6, from - 4];
  const mark = html`<path
    class="mark ${side === 'buy' ? 'long' : 'short'}"
    d="M${x} ${px(tip)}L${px(x + 5)} ${px(base)}H${px(x - 5)}Z"
  />`;
  if (exitedAt === null || exit === null) return mark;
  const [end, to] = [placeOf(exitedAt), place(y, exit)];
  return html`<line class="trade" x1="${x}" x2="${end}" y1="${from}" y2="${to}" />${mark}<circle
      class="mark left"
      cx="${end}"
      cy="${to}"
      r="3.5"
    />`;
}
