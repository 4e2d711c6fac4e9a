import type { ProbabilityConfig } from './config.ts';

/**
 * The parameters of the probability stage that met the calibration targets on 25 series of real bars; regimes are the medians of fits to
 * them, rounded. What simulated runs use by default, and what the promises of the forecasts are tested with: one and the same.
 */
export const CALIBRATED_PROBABILITY: ProbabilityConfig = {
  velocityGain: 0.05,
  velocityHalfLifeBars: 40,
  observationNoise: 0.02,
  volatilityPriorBp: 5,
  expertShare: 0.02,
  sessionGain: 0.005,
  rawGain: 0.002,
  adaptedGain: 0.012,
  winsorZ: 4,
  softZ: 6,
  suspectZ: 8,
  calibrationHalfLifeBars: 500,
  warmUpBars: 60,
  calmStay: 0.974,
  normalToCalm: 0.02,
  normalToTurbulent: 0.018,
  turbulentStay: 0.975,
  regimeReturnScales: { calm: 0.5, normal: 0.7, turbulent: 1.1 },
  regimeVarianceMeans: { calm: -0.8, normal: -0.15, turbulent: 0.6 },
  regimeVarianceSds: { calm: 0.25, normal: 0.2, turbulent: 0.4 },
  regimeMemoryBars: 1000,
  labelProbabilityMin: 0.7,
  labelBars: 3,
};
