import { cashFromDollars, type RunConfig } from '@aitrader/model';

/**
 * What a simulated run uses where its configuration file is silent. Nothing here applies to real money: a live run has to
 * state every value.
 */
export const SIMULATED_DEFAULTS: RunConfig = {
  // the values that met the calibration targets on 25 series; regimes are the medians of fits to them, rounded
  probability: {
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
  },
  strategy: {
    openingRangeMinutes: 30,
    donchianBars: 60,
    atrBars: 14,
    stopAtr: 4,
    targetAtr: 8,
    velocityUpMin: 0.55,
    turbulentMax: 0.9,
    horizonMinutes: 60,
    warmUpBars: 120,
  },
  risk: {
    startingCash: cashFromDollars(100_000),
    kellyFraction: 0.25,
    edgeError: 0.25,
    symbolNotionalFractionMax: 0.1,
    grossNotionalFractionMax: 1,
    buyingPowerMultiple: 2,
    orderNotionalMin: cashFromDollars(500),
    orderNotionalMax: cashFromDollars(25_000),
    openOrdersMax: 20,
    stalenessMinutesMax: 2,
    stopDistanceFractionMax: 0.1,
    drawdownFractionHalt: 0.1,
    noEntryMinutesBeforeClose: 20,
    flattenMinutesBeforeClose: 5,
    shortAllowed: true,
  },
  simulation: {
    halfSpreadBpRegular: 1,
    halfSpreadBpExtended: 15,
    impactBp: 20,
    participationMax: 0.1,
    feePerShareDollars: 0,
  },
};
