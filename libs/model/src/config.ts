import type { Cash } from './units.ts';

/** Parameters of the price filter. */
export interface ProbabilityConfig {
  /** stationary sd of the velocity per minute, as a share of the price sd per minute */
  readonly velocityGain: number;
  readonly velocityHalfLifeMinutes: number;
  /** variance of the observation noise, as a share of the variance per minute */
  readonly observationNoise: number;
  /** weight of the past in the exponentially weighted variance, per bar */
  readonly volatilityDecay: number;
  readonly volatilityPriorBp: number;
  readonly degreesOfFreedom: number;
  /** variance of a night, a weekend or a holiday, in minutes of trading variance */
  readonly overnightVarianceMinutes: number;
  /** sd of the turbulent regime over that of the calm one */
  readonly turbulentScale: number;
  /** P(calm stays calm) and P(turbulent stays turbulent), per bar */
  readonly calmStay: number;
  readonly turbulentStay: number;
  readonly warmUpBars: number;
  /** |z| beyond which a bar is suspect */
  readonly suspectZ: number;
}

/** Parameters of the breakout strategy. */
export interface StrategyConfig {
  readonly openingRangeMinutes: number;
  readonly donchianBars: number;
  readonly atrBars: number;
  readonly stopAtr: number;
  readonly targetAtr: number;
  readonly velocityUpMin: number;
  readonly turbulentMax: number;
  readonly horizonMinutes: number;
  readonly warmUpBars: number;
}

/** What risk may risk. Fractions are of equity. */
export interface RiskConfig {
  readonly startingCash: Cash;
  readonly kellyFraction: number;
  /** sd of the error of a signal's mean, as a share of the signal's sd */
  readonly edgeError: number;
  readonly symbolNotionalFractionMax: number;
  readonly grossNotionalFractionMax: number;
  readonly buyingPowerMultiple: number;
  readonly orderNotionalMin: Cash;
  readonly orderNotionalMax: Cash;
  readonly openOrdersMax: number;
  readonly stalenessMinutesMax: number;
  readonly stopDistanceFractionMax: number;
  readonly drawdownFractionHalt: number;
  readonly noEntryMinutesBeforeClose: number;
  readonly flattenMinutesBeforeClose: number;
  readonly shortAllowed: boolean;
}

/** The simulated broker. */
export interface SimulationConfig {
  readonly halfSpreadBpRegular: number;
  readonly halfSpreadBpExtended: number;
  /** impact in basis points of an order as large as the whole bar's volume; it grows with the square root of the share */
  readonly impactBp: number;
  /** largest share of a bar's volume that one order may take */
  readonly participationMax: number;
  readonly feePerShareDollars: number;
}

/** Everything that shapes a run's decisions; it is recorded whole in the manifest. */
export interface RunConfig {
  readonly probability: ProbabilityConfig;
  readonly strategy: StrategyConfig;
  readonly risk: RiskConfig;
  readonly simulation: SimulationConfig;
}
