import { loadBars, type LoadedMarket } from '@aitrader/adapter-bar-sources';
import { dailyClose, dayBounds, denseMarket, sampleMarket } from '@aitrader/core-market';
import { parametersProblem } from '@aitrader/core-probability';
import type { Bus } from '@aitrader/runtime-bus';
import type { BarSourceSpec } from '@aitrader/runtime-configuration';
import { progressBar } from './terminal.ts';

/** Loads the bars of a source into memory, with a progress bar. `bus` is opened only for a recording. */
export async function loadMarket(source: BarSourceSpec, bus: () => Promise<Bus>): Promise<LoadedMarket> {
  const progress = progressBar('loading');
  try {
    const knowledge = { sampleMarket, denseMarket, dailyClose, dayBounds, parametersProblem };
    return await loadBars(source, knowledge, bus, progress.at);
  } finally {
    progress.done();
  }
}
