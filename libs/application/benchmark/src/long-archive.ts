import { BarImporter, folderStorage } from '@aitrader/adapter-bar-archive';
import type { MarketBars } from '@aitrader/application-markets';
import { newRandomStream, nextUniform, type RandomStream } from '@aitrader/core-numeric';
import { sessionsBetween, type TradingSession } from '@aitrader/core-sessions';
import { read, ticker, type Ticker } from '@aitrader/model';

const MINUTE_MS = 60_000;
const MINUTES_A_DAY_MAX = 390;
const SEED = 20_240_702;
const FIRST_CENTS = 5_000;
const CENTS_APART = 300;
const FIGURES = ['open', 'high', 'low', 'close', 'volume'] as const;

/** A market of made-up minutes: every symbol has a bar in every minute of regular hours from `from` to `to`, both included. */
export interface LongMarket {
  readonly symbols: number;
  readonly from: string;
  readonly to: string;
}

interface Walk {
  readonly random: RandomStream;
  readonly symbols: readonly Ticker[];
  /** last price of each symbol, in cents */
  readonly cents: Float64Array;
}

/** Writes an archive of such a market, month by month; returns how many bars it has. It takes about a second a million. */
export async function writeLongArchive(
  folder: string,
  market: LongMarket,
  onProgress?: (share: number) => void,
): Promise<number> {
  const importer = await BarImporter.begin(folderStorage(folder), { now: Date.now });
  const sessions = sessionsBetween(market.from, market.to);
  const walk = newWalk(market.symbols);
  let [bars, days] = [0, 0];
  for (const [month, own] of Map.groupBy(sessions, ({ date }) => date.slice(0, 'YYYY-MM'.length))) {
    const table = monthOf(own, walk);
    await importer.add({ name: month, sha256: '', shape: 'synthetic', adjustment: 'raw', selection: month }, table);
    bars += table.count;
    days += own.length;
    onProgress?.(days / sessions.length);
  }
  await importer.flush();
  return bars;
}

const newWalk = (symbols: number): Walk => ({
  random: newRandomStream(SEED),
  symbols: Array.from({ length: symbols }, (_, i) => ticker(`SYN${String(i).padStart(5, '0')}`)),
  cents: Float64Array.from({ length: symbols }, (_, i) => FIRST_CENTS + i * CENTS_APART),
});

function monthOf(sessions: readonly TradingSession[], walk: Walk): MarketBars {
  const room = sessions.length * MINUTES_A_DAY_MAX * walk.symbols.length;
  const column = (): Float64Array => new Float64Array(room);
  const figures = { open: column(), high: column(), low: column(), close: column(), volume: column() };
  const columns = { t: column(), symbol: new Int32Array(room), ...figures };
  let row = 0;
  for (const { open, close } of sessions) {
    for (let t = open + MINUTE_MS; t <= close; t += MINUTE_MS) {
      for (let symbol = 0; symbol < walk.symbols.length; symbol++, row++) {
        columns.t[row] = t;
        columns.symbol[row] = symbol;
        printMinute(walk, symbol, figures, row);
      }
    }
  }
  return { timeframe: '1m', symbols: walk.symbols, count: row, ...columns };
}

/** Steps of a few cents, pulled back to where the symbol began so that five years do not end at nothing. */
function printMinute(
  { random, cents }: Walk,
  symbol: number,
  figures: Record<(typeof FIGURES)[number], Float64Array>,
  row: number,
): void {
  const home = FIRST_CENTS + symbol * CENTS_APART;
  const before = read(cents, symbol);
  const stepMax = home / 1_000;
  const close = Math.max(1, Math.round(before + (nextUniform(random) - 0.5) * stepMax + (home - before) / 10_000));
  const [wick, shares] = [nextUniform(random), nextUniform(random)];
  figures.open[row] = before / 100;
  figures.close[row] = close / 100;
  figures.high[row] = (Math.max(before, close) + Math.round(wick * 5)) / 100;
  figures.low[row] = Math.max(1, Math.min(before, close) - Math.round((1 - wick) * 5)) / 100;
  figures.volume[row] = 100 + Math.round(shares * shares * 50_000);
  cents[symbol] = close;
}
