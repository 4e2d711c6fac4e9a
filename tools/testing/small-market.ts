import { inOnePart, marketOf, newManifest } from '@aitrader/application-markets';
import { runInMemory } from '@aitrader/application-pipeline';
import { Recorder } from '@aitrader/application-recordings';
import { appendBar, finishBarTable, newBarTableDraft, syntheticMarket, type BarTable } from '@aitrader/core-market';
import { item, read, readInt32, ticker, type RunConfig, type RunId, type Ticker } from '@aitrader/model';
import type { Bus } from '@aitrader/runtime-bus';
import { parseRunConfig } from '@aitrader/runtime-configuration';

/** The market that recordings were made of from the first release on. */
const GOLDEN_MARKET = { seed: 20_240_702, sessions: ['2024-07-02', '2024-07-03', '2024-07-05'] } as const;

/** The bars of that market that close within `from` … `to`, of some of its symbols. */
export function marketBetween(from: number, to: number, symbols: readonly Ticker[]): BarTable {
  const market = syntheticMarket(GOLDEN_MARKET);
  const draft = newBarTableDraft(market.timeframe, symbols);
  for (let row = 0; row < market.count; row++) {
    const t = read(market.t, row);
    const symbol = symbols.indexOf(item(market.symbols, readInt32(market.symbol, row)));
    if (t < from || t > to || symbol < 0) continue;
    const prices = { open: read(market.open, row), high: read(market.high, row), low: read(market.low, row) };
    appendBar(draft, { t, symbol, ...prices, close: read(market.close, row), volume: read(market.volume, row) });
  }
  return finishBarTable(draft);
}

/** A configuration with which even an hour has fills. */
export const HASTY: RunConfig = parseRunConfig(
  {
    probability: { warmUpBars: 5 },
    strategies: [
      {
        name: 'breakout',
        parameters: {
          ...{ openingRangeMinutes: 5, donchianBars: 5, atrBars: 5, warmUpBars: 8, horizonMinutes: 10 },
          ...{ velocityUpMin: 0.5, turbulentMax: 1, stopAtr: 2, targetAtr: 2 },
        },
      },
    ],
    risk: { edgeError: 0, edge: null, kellyFraction: 1, coverage95Full: 0.5, coverage95Min: 0.1, calibrationBarsMin: 5 },
    // trades that cost little: what is believed of ten minutes pays for no more
    simulation: { halfSpreadBpRegular: 0.02, impactBp: 0.2 },
  },
  'the small market',
);

/** Records an hour of four symbols with today's program. */
export async function recordSmallMarket(bus: Bus, run: RunId, shards: number): Promise<void> {
  const [from, to] = [Date.UTC(2024, 6, 3, 13, 30), Date.UTC(2024, 6, 3, 14, 30)];
  const table = marketBetween(from, to, ['SYN.B', 'SYN01', 'SYN02', 'SYN03'].map(ticker));
  const market = {
    bars: inOnePart(table),
    sources: [{ name: 'an hour of the synthetic market', sha256: '', shape: 'synthetic', adjustment: 'raw' } as const],
  };
  const recorder = await Recorder.begin(bus, newManifest(run, 'backtest', shards, HASTY, marketOf(market)));
  await runInMemory({ table, config: HASTY, shards, watchers: [recorder.add], flush: () => recorder.flush() });
  await recorder.end();
}
