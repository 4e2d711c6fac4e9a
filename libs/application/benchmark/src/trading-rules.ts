import { STRATEGY_CATALOGUE } from '@aitrader/core-strategies';
import type { RunConfig } from '@aitrader/model';
import { parseRunConfig, SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';

/** The defaults, but that claims are believed whatever they come to, which is followed all the same: a run that trades, as long as it lasts. */
export const TRADING_RULES: RunConfig = {
  ...SIMULATED_DEFAULTS,
  risk: {
    ...SIMULATED_DEFAULTS.risk,
    edge: { slope: 1, slopeError: 0, halfLifeSessions: 120, halfLifeOutcomes: 200, outcomesMin: 0, priors: [] },
  },
};

/** The same with three strategies, each as it is by default. */
export const THREE_STRATEGIES: RunConfig = parseRunConfig(
  { strategies: ['breakout', 'momentum', 'mean-reversion'].map((name) => ({ name })) },
  'the bench',
  TRADING_RULES,
  STRATEGY_CATALOGUE,
);
