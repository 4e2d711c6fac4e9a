import {
  CALIBRATED_PROBABILITY,
  COSTS_BEFORE_KEYS,
  cashFromDollars,
  type BrokerConfig,
  type EntryLimits,
  type OrderHandling,
  type ReconciliationRules,
  type RunConfig,
  type ScannerConfig,
  type WorkingRules,
} from '@aitrader/model';

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

/** How orders are worked at a broker where a configuration is silent. */
export const ORDER_HANDLING: OrderHandling = {
  entries: 'marketable-limit',
  collarBpRegular: 10,
  collarBpExtended: 50,
  entryAgeMsMax: 180_000,
  cancelMsMax: 120_000,
  unprotectedMsMax: 60_000,
  exitRefusalsMax: 3,
  working: null,
};

/** How large orders are worked where a configuration works them and is silent. */
export const WORKING_RULES: WorkingRules = {
  largerThanShareOfVolume: 0.1,
  algorithm: 'participation',
  share: 0.05,
  everyMinutes: 1,
  catchUpMax: 2,
  participationMax: 0.1,
  minutesMax: 30,
};

/** What an account may differ by where a configuration is silent: a dollar, and what regulators take of what was traded. */
const RECONCILIATION: ReconciliationRules = { breakMsMax: 300_000, cashDriftMax: cashFromDollars(1), cashDriftBp: 1 };

/** A paper exchange that trades the run's bars by the simulator's rules: what a broker is where a configuration says little of it. */
export const PAPER_EXCHANGE: BrokerConfig = {
  ...ORDER_HANDLING,
  name: 'exchange',
  account: 'paper',
  followsBars: true,
  reconciliation: RECONCILIATION,
  entries: 'market',
};

/** A paper account at Alpaca. */
export const ALPACA_PAPER: BrokerConfig = {
  ...ORDER_HANDLING,
  name: 'alpaca',
  account: 'paper',
  followsBars: false,
  reconciliation: RECONCILIATION,
};

/** What an entry may be where a configuration is silent. Without sectors all symbols are in one, which may then take all that gross exposure may. */
export const ENTRY_LIMITS: EntryLimits = {
  orderSharesMax: 100_000,
  dayVolumeFractionMax: 0.01,
  barVolumeFractionMax: 0.5,
  netNotionalFractionMax: 1,
  sectorNotionalFractionMax: 1,
  sectors: [],
  restricted: [],
  collarFractionMax: 0.1,
  marksMinutesMax: 30,
  exitVolumeFractionMax: 0.5,
  borrowRateMax: 0.1,
  symbolMessagesMax: 500,
  barsLateMsMax: 120_000,
  unknownOrdersMax: 0,
  perIntervalMax: 20,
  repeatedMax: 20,
  openMinutes: 15,
  closeMinutes: 30,
  perSessionPartMax: { PRE: 20, OPEN: 40, MIDDAY: 400, CLOSE: 40, POST: 20, OVERNIGHT: 40 },
};

/**
 * What a simulated run uses where its configuration file is silent. Nothing here applies to real money: a live run has to
 * state every value.
 */
export const SIMULATED_DEFAULTS: RunConfig = {
  probability: CALIBRATED_PROBABILITY,
  strategies: [
    {
      name: 'breakout',
      kind: 'breakout',
      parameters: {
        openingRangeMinutes: 30,
        donchianBars: 60,
        atrBars: 14,
        stopAtr: 4,
        targetAtr: 8,
        velocityUpMin: 0.55,
        turbulentMax: 0.9,
        horizonMinutes: 60,
        holdMinutes: 0,
        warmUpBars: 120,
      },
    },
  ],
  risk: {
    startingCash: cashFromDollars(100_000),
    kellyFraction: 0.25,
    regimeBudget: { calm: 1, normal: 0.6, turbulent: 0.25 },
    coverage95Full: 0.93,
    poorCalibrationBudget: 0.5,
    coverage95Min: 0.88,
    calibrationBarsMin: 60,
    edgeError: 0.05,
    edge: { slope: 0, slopeError: 1, halfLifeSessions: 120, halfLifeOutcomes: 200, outcomesMin: 20, priors: [] },
    symbolNotionalFractionMax: 0.1,
    grossNotionalFractionMax: 1,
    expectedShortfallFractionMax: 0.03,
    forecastMinutes: 60,
    buyingPowerMultiple: 2,
    regulation: 'us-equities',
    intradayMarginFrom: '2026-06-04',
    marginBufferFraction: 0.25,
    dayTradesMax: 0,
    shortSaleUnknown: 'let',
    orderNotionalMin: cashFromDollars(500),
    orderNotionalMax: cashFromDollars(25_000),
    openOrdersMax: 20,
    stalenessMinutesMax: 2,
    stopDistanceFractionMax: 0.1,
    drawdownFractionHalt: 0.1,
    drawdownFractionSoft: 0.05,
    dailyLossFractionHalt: 0.03,
    dailyLossUntil: 'resume',
    noEntryMinutesBeforeClose: 20,
    flattenMinutesBeforeClose: 5,
    shortAllowed: true,
    overnightAllowed: false,
    entryLimits: ENTRY_LIMITS,
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
  broker: null,
};

/**
 * A configuration for bars that are played: a broker with a market of its own trades in none of them, and a paper exchange that follows the
 * bars stands in for it, with orders worked as they are there.
 */
export const playedConfig = (config: RunConfig): RunConfig =>
  config.broker === null || config.broker.followsBars
    ? config
    : { ...config, broker: { ...config.broker, name: 'exchange', account: 'paper', followsBars: true } };
