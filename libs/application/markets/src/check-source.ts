import { checkBarFiles } from '@aitrader/adapter-bar-files';
import { loadModelParameters, type BarSourceSpec } from '@aitrader/runtime-configuration';
import { selectedCloses } from './bar-selection.ts';
import { loadSample } from './sample.ts';

/**
 * Looks at a source before anything is started for it: dates, the beginning of each file, the parameters' file, and of the sample, which
 * costs nothing, that it has what is wanted. Files are not read to their end: a large one would be loaded twice.
 * @throws BarFileError, ConfigurationError
 */
export async function checkSource(spec: BarSourceSpec): Promise<void> {
  if (spec.kind === 'synthetic') return;
  if (spec.kind === 'sample') loadSample(spec);
  if (spec.kind === 'files') {
    selectedCloses(spec.paths.join(', '), spec);
    await checkBarFiles(spec.paths);
  }
  if (spec.parameters !== undefined) await loadModelParameters(spec.parameters);
}
