import { checkBarFiles } from '@aitrader/adapter-bar-files';
import { loadModelParameters, type BarSourceSpec } from '@aitrader/runtime-configuration';
import { selectedCloses } from './bar-selection.ts';
import { openBars } from './load-bars.ts';

/** Files up to this size together are loaded to be checked: it takes less than half a second. Larger ones would be loaded twice. */
const LOADED_BYTES_MAX = 4 * 1024 * 1024;

const noBus = (): Promise<never> => Promise.reject(new Error('only a recording needs a bus'));

/**
 * Checks a source before anything is started for it. The sample and small files are loaded, which finds all that is wrong with them; of
 * larger ones dates, parameters, and the beginning of each file are looked at, and the rest is found when they are loaded. An
 * archive is checked by its catalogue. Of a recording, only the parameters that are to replace its own. @throws BarFileError, ConfigurationError
 */
export async function checkSource(spec: BarSourceSpec): Promise<void> {
  if (spec.kind === 'synthetic') return;
  if (spec.kind === 'files') selectedCloses(spec.paths.join(', '), spec);
  const bytes = spec.kind === 'files' ? await checkBarFiles(spec.paths) : 0;
  if (spec.kind !== 'recording' && bytes <= LOADED_BYTES_MAX) await openBars(spec, noBus);
  else if (spec.parameters !== undefined) await loadModelParameters(spec.parameters);
}
