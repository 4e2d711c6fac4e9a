import { loadBars, type LoadedMarket } from '@aitrader/application-markets';
import type { BarSourceSpec } from '@aitrader/runtime-configuration';
import { progressBar } from './terminal.ts';

/** Loads the bars of files, or the sample, into memory, with a progress bar. @throws BarFileError and its like */
export function loadMarket(source: BarSourceSpec): Promise<LoadedMarket> {
  const progress = progressBar('loading');
  const noBus = (): Promise<never> => Promise.reject(new Error('a recording is loaded from its bus'));
  return loadBars(source, noBus, progress.at).finally(progress.done);
}
