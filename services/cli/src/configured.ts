import { loadConfiguration, withLearnedEdges } from '@aitrader/application-pipeline';
import type { RunConfig } from '@aitrader/model';

/** The configuration of a run, with what strategies showed before it. @throws ConfigurationError */
export async function configured(options: { readonly config?: string; readonly edges?: string }): Promise<RunConfig> {
  const config = await loadConfiguration(options.config);
  return options.edges === undefined ? config : withLearnedEdges(config, options.edges);
}
