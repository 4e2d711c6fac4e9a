import { checkBarFiles } from '@aitrader/adapter-bar-files';
import { loadModelParameters, type BarSourceSpec } from '@aitrader/runtime-configuration';
import { selectedCloses } from './bar-selection.ts';
import { openBars } from './load-bars.ts';
import { readingOptionsOf } from './reading-options.ts';
import { readingTexts } from './reading-texts.ts';

/** Files up to this size together are loaded to be checked: it takes less than half a second. Larger ones would be loaded twice. */
const LOADED_BYTES_MAX = 4 * 1024 * 1024;

const noBus = (): Promise<never> => Promise.reject(new Error('only a recording needs a bus'));

/**
 * Checks a source before anything is started for it. The sample and small files are loaded, which finds all that is wrong with them; of
 * larger ones dates, parameters, and the beginning of each file are looked at, and the rest is found when they are loaded. An
 * archive is checked by its catalogue. Of a recording, only the parameters that are to replace its own. Returns how files of
 * other shapes than the product's own are read, a line each. @throws BarFileError, ConfigurationError
 */
export async function checkSource(spec: BarSourceSpec): Promise<readonly string[]> {
  if (spec.kind === 'synthetic') return [];
  if (spec.kind === 'files') selectedCloses(spec.paths.join(', '), spec);
  const looked = spec.kind === 'files' ? await checkBarFiles(spec.paths, readingOptionsOf(spec)) : { bytes: 0, files: [] };
  if (spec.kind !== 'recording' && looked.bytes <= LOADED_BYTES_MAX) return (await openBars(spec, noBus)).readings ?? [];
  if (spec.parameters !== undefined) await loadModelParameters(spec.parameters);
  return readingTexts(looked.files, undefined);
}
