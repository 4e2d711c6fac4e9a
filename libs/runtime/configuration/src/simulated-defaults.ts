import { cashFromDollars, type RunConfig } from '@aitrader/model';

/**
 * What a simulated run uses where its configuration file is silent. Nothing here applies to real money: a live run has to
 * state every value.
 */
export const SIMULATED_DEFAULTS: RunConfig = {
  probability: {
    velocityGain: 0.05,
    velocityHalfLifeMinutes: 30,
    observationNoise: 0.02,
    volatilityDecay: 0.97,
    volatilityPriorBp: 8,
    degreesOfFreedom: 5,
    overnightVarianceMinutes: 120,
    turbulentScale: 2.5,
    calmStay: 0.995,
    turbulentStay: 0.97,
    warmUpBars: 60,
    suspectZ: 8,
  },
  strategy: {
    openingRangeMinutes: 30,
    donchianBars: 60,
    atrBars: 14,
    stopAtr: 4,
    targetAtr: 8,
    velocityUpMin: 0.6,
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
