import { chartOf, html, place, px, type Html, type Scale } from '@aitrader/application-pages';
import { money } from '@aitrader/application-wording';
import { cash, dollarsOf } from '@aitrader/model';
import type { BinTotal } from '../parity-line.ts';
import { BIN_WORDS } from './words.ts';

const WIDTH = 400;
const ROW = 26;
const LEFT = 90;
const RIGHT = WIDTH - 84;

/** What each bin came to, as bars to both sides of nothing. */
export function binsChart(bins: readonly BinTotal[]): Html {
  const most = Math.max(1, ...bins.map(({ costMicros }) => Math.abs(costMicros)));
  const scale: Scale = { from: -most, to: most, start: LEFT, end: RIGHT };
  const zero = place(scale, 0);
  const height = bins.length * ROW + 8;
  return chartOf({
    id: 'bins',
    title: 'What each cause came to, dollars',
    description: bins.map(({ bin, costMicros }) => `${BIN_WORDS[bin].name} ${moneyOf(costMicros)}`).join(', '),
    ...{ width: WIDTH, height },
    drawing: html`<g class="axis"><line x1="${zero}" x2="${zero}" y1="2" y2="${height - 4}" /></g
      >${bins.map((total, i) => rowOf(total, i, scale))}`,
  });
}

function rowOf({ bin, costMicros }: BinTotal, i: number, scale: Scale): Html {
  const [y, zero, end] = [4 + i * ROW, place(scale, 0), place(scale, costMicros)];
  const width = px(Math.abs(end - zero));
  return html`<g class="axis"
    ><text class="end" x="${LEFT - 12}" y="${y + 15}">${BIN_WORDS[bin].name}</text
    ><rect
      class="bar ${costMicros < 0 ? 'lost' : ''}"
      x="${Math.min(zero, end)}"
      y="${y + 4}"
      width="${width}"
      height="${ROW - 12}"
    /><text x="${RIGHT + 12}" y="${y + 15}">${moneyOf(costMicros)}</text></g
  >`;
}

/** Millionths of a dollar as dollars and cents. */
export const moneyOf = (micros: number): string => money(dollarsOf(cash(micros)));
