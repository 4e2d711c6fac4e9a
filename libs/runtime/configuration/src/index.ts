export {
  ALPACA_PAPER,
  ORDER_HANDLING,
  PAPER_EXCHANGE,
  playedConfig,
  SIMULATED_DEFAULTS,
  SIMULATED_SCANNER,
  WORKING_RULES,
} from './simulated-defaults.ts';
export { ConfigurationError } from './configuration-error.ts';
export { loadRunConfig, parseRunConfig, configHashOf, requireStated } from './run-configuration.ts';
export {
  serviceEnvironment,
  ingestSpec,
  ingestSpecFrom,
  type ServiceEnvironment,
  type IngestSpec,
  type BarSourceSpec,
  type LiveSourceSpec,
  LIVE_VENDORS,
  type LiveVendorName,
} from './service-environment.ts';
export { loadModelParameters, parametersFileFrom, type LoadedParameters, type ParametersEntry } from './model-parameters.ts';
export { documentIn, isRunConfiguration, readGivenFile } from './given-file.ts';
export { learnedEdgesText, parseLearnedEdges, type LearnedEdge } from './learned-edges.ts';
export { isRecord, problemsOf, shortJson } from './problems.ts';
export { ALPACA_KEY_VARIABLES, needsVault, withKeys } from './key-references.ts';
export { wallClock, type WallClock } from './wall-clock.ts';
export { CODE_VERSION } from './code-version.ts';
export { absoluteSource } from './absolute-source.ts';
export { programFile, workspaceAround } from './program-file.ts';
export { codeIdentity, codeIdentityNow, codeIdentityOf, type CodeIdentity } from './code-identity.ts';
export { changesOf } from './configuration-changes.ts';
