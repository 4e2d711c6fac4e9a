import { appendBar, finishBarTable, newBarTableDraft, type BarTable } from '@aitrader/core-market';
import { newRandomStream, nextUniform } from '@aitrader/core-numeric';
import { sessionsBetween } from '@aitrader/core-sessions';
import { item, ticker, type RunConfig } from '@aitrader/model';
import { parseRunConfig } from '@aitrader/runtime-configuration';

export const DAILY_SESSIONS = sessionsBetween('2023-01-03', '2025-12-31');
const DAILY_SYMBOLS = ['AAA', 'BBB', 'CCC'].map(ticker);
/** The symbol whose bars are left out now and then. */
const GAPPY = 2;

/** Opens by symbol and close of the bar's session. */
export type Opens = ReadonlyMap<string, number>;
export const keyOf = (symbol: string, t: number): string => `${symbol} ${t}`;

/** Three years of daily bars that walk, with a drift that turns every 40 sessions, and jump from a close to the next open. */
export function dailyMarket(): { table: BarTable; opens: Opens } {
  const draft = newBarTableDraft('1d', DAILY_SYMBOLS);
  const opens = new Map<string, number>();
  const random = newRandomStream(7);
  const closes = DAILY_SYMBOLS.map(() => 100);
  const move = (of: number): number => of * (nextUniform(random) - 0.5);
  for (const [day, { close: t }] of DAILY_SESSIONS.entries()) {
    for (const symbol of DAILY_SYMBOLS.keys()) {
      const drift = Math.floor(day / 40) % 2 === 0 ? 0.004 : -0.004;
      const open = item(closes, symbol) * (1 + move(0.008));
      const close = open * (1 + drift + move(0.02));
      closes[symbol] = close;
      if (symbol === GAPPY && day % 7 === 3) continue;
      opens.set(keyOf(item(DAILY_SYMBOLS, symbol), t), open);
      const [high, low] = [Math.max(open, close) * 1.002, Math.min(open, close) * 0.998];
      appendBar(draft, { t, symbol, open, high, low, close, volume: 1_000_000 });
    }
  }
  return { table: finishBarTable(draft), opens };
}

/** Trades often, and holds over nights. */
export const dailyConfig = (horizonMinutes: number): RunConfig =>
  parseRunConfig(
    {
      strategies: [
        {
          name: 'breakout',
          parameters: {
            donchianBars: 20,
            warmUpBars: 60,
            velocityUpMin: 0.5,
            turbulentMax: 1,
            stopAtr: 3,
            targetAtr: 6,
            horizonMinutes,
          },
        },
      ],
      risk: { edgeError: 0, edge: null, kellyFraction: 1, coverage95Full: 0.5, coverage95Min: 0.1, orderNotionalMin: 1_000_000 },
    },
    'a daily run',
  );
