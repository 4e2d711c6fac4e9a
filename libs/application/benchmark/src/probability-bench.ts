import type { MarketBars } from '@aitrader/application-markets';
import { newSliceFeed, newSlices, nextInterval } from '@aitrader/core-market';
import { probabilityStage } from '@aitrader/core-probability';
import { newStateSlice } from '@aitrader/model';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { bindStage } from '@aitrader/runtime-engine';

/** Intervals that are read ahead, so that the stage alone is timed and not the feed. */
const AHEAD = 500;

/** Bars per second of the probability stage alone, its states written and not sent, in one thread. */
export function probabilityRate(table: MarketBars): number {
  const feed = newSliceFeed(table, { shards: 1 });
  const stage = bindStage(probabilityStage, SIMULATED_DEFAULTS.probability);
  const states = newStateSlice(0, table.symbols.length);
  const ahead = Array.from({ length: AHEAD }, () => newSlices(feed));
  let milliseconds = 0;
  for (let chunk = ahead; chunk.length === AHEAD;) {
    const end = ahead.findIndex((slices) => !nextInterval(feed, slices));
    chunk = end < 0 ? ahead : ahead.slice(0, end);
    const started = performance.now();
    for (const slices of chunk) for (const bars of slices) stage.apply({ bars, control: [] }, states);
    milliseconds += performance.now() - started;
  }
  return table.count / (milliseconds / 1000);
}
