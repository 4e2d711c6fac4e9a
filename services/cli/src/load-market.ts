import { loadBars, type LoadedMarket } from '@aitrader/application-markets';
import type { BarSourceSpec } from '@aitrader/runtime-configuration';
import { progressBar, remark } from './terminal.ts';

/** Loads the bars of files, or the sample, into memory, with a progress bar, and says how files were read. @throws BarFileError and its like */
export async function loadMarket(source: BarSourceSpec): Promise<LoadedMarket> {
  const progress = progressBar('loading');
  const noBus = (): Promise<never> => Promise.reject(new Error('a recording is loaded from its bus'));
  const market = await loadBars(source, noBus, progress.at).finally(progress.done);
  for (const reading of market.readings ?? []) remark(reading);
  return market;
}
