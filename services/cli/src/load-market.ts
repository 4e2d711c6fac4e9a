import { loadBars, openBars, type LoadedMarket, type OpenMarket } from '@aitrader/application-markets';
import type { BarSourceSpec } from '@aitrader/runtime-configuration';
import { progressBar, remark } from './terminal.ts';

const noBus = (): Promise<never> => Promise.reject(new Error('a recording is loaded from its bus'));

/** Loads the bars of files, or the sample, into memory, with a progress bar, and says how files were read. @throws BarFileError and its like */
export const loadMarket = (source: BarSourceSpec): Promise<LoadedMarket> => readingAloud((at) => loadBars(source, noBus, at));

/** The same, but an archive is left to be read part by part. @throws BarFileError, ArchiveError and their like */
export const openMarket = (source: BarSourceSpec): Promise<OpenMarket> => readingAloud((at) => openBars(source, noBus, at));

async function readingAloud<Market extends { readonly readings?: readonly string[] }>(
  load: (onProgress: (share: number) => void) => Promise<Market>,
): Promise<Market> {
  const progress = progressBar('loading');
  const market = await load(progress.at).finally(progress.done);
  for (const reading of market.readings ?? []) remark(reading);
  return market;
}
