import { STRATEGY_CATALOGUE } from '@aitrader/core-strategies';
import type { RunConfig } from '@aitrader/model';
import { loadRunConfig, parseRunConfig } from '@aitrader/runtime-configuration';

/** A run's configuration from a file, with the strategies that there are. @throws ConfigurationError as `loadRunConfig` */
export const loadConfiguration = (file: string | undefined, base?: RunConfig): Promise<RunConfig> =>
  loadRunConfig(file, base, STRATEGY_CATALOGUE);

/** The same for what was parsed already. `source` is named in errors. @throws ConfigurationError */
export const parseConfiguration = (given: unknown, source: string, base?: RunConfig): RunConfig =>
  parseRunConfig(given, source, base, STRATEGY_CATALOGUE);
