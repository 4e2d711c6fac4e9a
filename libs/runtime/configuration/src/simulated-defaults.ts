import { CALIBRATED_PROBABILITY, COSTS_BEFORE_KEYS, cashFromDollars, type RunConfig, type ScannerConfig } from '@aitrader/model';

/** What a simulated run's scanner uses where a configuration has one and is silent: premarket at 09:25, then at 09:45, 10:30 and 13:00. */
export const SIMULATED_SCANNER: ScannerConfig = {
  times: [565, 585, 630, 780],
  top: 20,
  priceMinDollars: 2,
  priceMaxDollars: 10_000,
  dollarVolumeMin: 5_000_000,
  volumeDays: 20,
  volumeDaysMin: 5,
  staleMinutesMax: 15,
  stayScore: 0.25,
  weights: { gap: 0.5, relativeVolume: 1, range: 0.5, trend: 0.5, uncertainty: 0.5 },
};

/**
 * What a simulated run uses where its configuration file is silent. Nothing here applies to real money: a live run has to
 * state every value.
 */
export const SIMULATED_DEFAULTS: RunConfig = {
  probability: CALIBRATED_PROBABILITY,
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
    regimeBudget: { calm: 1, normal: 0.6, turbulent: 0.25 },
    coverage95Full: 0.93,
    poorCalibrationBudget: 0.5,
    coverage95Min: 0.88,
    calibrationBarsMin: 60,
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
    overnightAllowed: false,
  },
  simulation: {
    halfSpreadBpRegular: 1,
    halfSpreadBpExtended: 15,
    impactBp: 20,
    participationMax: 0.1,
    feePerShareDollars: 0,
    ...COSTS_BEFORE_KEYS,
  },
  scanner: null,
};
