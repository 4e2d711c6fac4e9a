import type { RunConfig } from '@aitrader/model';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';

/** The defaults, but that claims are believed as they are stated: what is traded then needs no history. */
export const BELIEVING: RunConfig = { ...SIMULATED_DEFAULTS, risk: { ...SIMULATED_DEFAULTS.risk, edge: null } };
