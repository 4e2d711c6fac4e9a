import { newYorkDate, sessionOn } from '@aitrader/core-sessions';
import { compareText, epochMs, read, type EpochMs, type Ticker } from '@aitrader/model';
import type { MarketBars } from './market-bars.ts';

/** What a symbol did before the open of a date. */
export interface PremarketSymbol {
  readonly symbol: Ticker;
  /** bars before the open; 0: nothing traded */
  readonly bars: number;
  /** shares */
  readonly volume: number;
  /** the last close of the trading date before, within its usual hours; null: nothing traded then */
  readonly closeBefore: number | null;
  /** the last close before the open; null: nothing traded */
  readonly last: number | null;
  /** its close, epoch ms */
  readonly lastAt: EpochMs | null;
  /** last against the close before, per cent; null where one of them is missing */
  readonly gapPercent: number | null;
}

const PERCENT = 100;

/** What is gathered of a symbol, by the place of its name. */
interface Gathered {
  bars: number;
  volume: number;
  closeBefore: number | null;
  last: number | null;
  lastAt: EpochMs | null;
}

/**
 * What each symbol of minute bars did before the open of a trading date, the widest gap first, then by the volume; what did not trade stands last.
 * `before` is the trading date before. @throws Error for dates that are none
 */
export function premarketOf(table: MarketBars, date: string, before: string): readonly PremarketSymbol[] {
  const [today, earlier] = [sessionOn(date), sessionOn(before)];
  if (today === undefined || earlier === undefined) throw new Error(`${today === undefined ? date : before} is no trading date`);
  const all = table.symbols.map((): Gathered => ({ bars: 0, volume: 0, closeBefore: null, last: null, lastAt: null }));
  for (let row = 0; row < table.count; row++) {
    const one = all[table.symbol[row] ?? -1];
    const t = epochMs(read(table.t, row));
    if (one === undefined) continue;
    if (t > earlier.open && t <= earlier.close) one.closeBefore = read(table.close, row);
    if (t > today.open || newYorkDate(t) !== date) continue;
    one.bars += 1;
    one.volume += read(table.volume, row);
    one.last = read(table.close, row);
    one.lastAt = t;
  }
  return table.symbols
    .map((symbol, place) => told(symbol, all[place] ?? { bars: 0, volume: 0, closeBefore: null, last: null, lastAt: null }))
    .sort((a, b) => widthOf(b) - widthOf(a) || b.volume - a.volume || compareText(a.symbol, b.symbol));
}

function told(symbol: Ticker, one: Gathered): PremarketSymbol {
  const { last, closeBefore } = one;
  const gapPercent = last === null || closeBefore === null || closeBefore === 0 ? null : (last / closeBefore - 1) * PERCENT;
  return { symbol, ...one, gapPercent };
}

const widthOf = ({ gapPercent, bars }: PremarketSymbol): number => {
  if (gapPercent !== null) return Math.abs(gapPercent);
  return bars > 0 ? -1 : -2;
};
