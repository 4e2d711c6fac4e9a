import { z } from 'zod';
import type { RunConfig } from '@aitrader/model';
import { cashLimit, positiveCash } from './wire-units.ts';

const COUNT_MAX = 100_000;

const share = z.number().min(0).max(1).describe('a share, 0 to 1');
const ofEquity = z.number().min(0).max(4).describe('multiple of equity');
const probability = z.number().gt(0).lt(1).describe('a probability per bar, neither 0 nor 1');
const basisPoints = z.number().min(0).describe('basis points');
const positive = z.number().positive();
const minutes = z.number().min(0).describe('minutes');
const wholeMinutes = z.int().min(0).describe('whole minutes');
const someMinutes = z.int().min(1).max(COUNT_MAX).describe('whole minutes, at least 1');
const bars = z.int().min(1).max(COUNT_MAX).describe('a number of bars');

const probabilityConfig = z.strictObject({
  velocityGain: share.describe('stationary sd of the velocity per minute over the price sd per minute'),
  velocityHalfLifeMinutes: positive.describe('minutes'),
  observationNoise: share.describe('variance of the observation noise over the variance per minute'),
  volatilityDecay: z.number().min(0.5).max(0.9999).describe('weight of the past in the variance, per bar'),
  volatilityPriorBp: positive.describe('basis points per square root of a trading minute'),
  degreesOfFreedom: z.number().gt(2).max(1000).describe("degrees of freedom of Student's t"),
  overnightVarianceMinutes: minutes.describe('variance of a night, in minutes of trading variance'),
  turbulentScale: z.number().gt(1).max(100).describe('sd of the turbulent regime over that of the calm one'),
  calmStay: probability,
  turbulentStay: probability,
  warmUpBars: bars,
  suspectZ: positive.describe('standard deviations beyond which a bar is suspect'),
});

const strategyConfig = z.strictObject({
  openingRangeMinutes: someMinutes,
  donchianBars: bars,
  atrBars: bars,
  stopAtr: positive.describe('average true ranges from the reference to the stop'),
  targetAtr: positive.describe('average true ranges from the reference to the target'),
  velocityUpMin: z.number().min(0.5).max(1).describe('least P(velocity > 0) of a long signal, and of the mirrored short one'),
  turbulentMax: share.describe('greatest P(regime is turbulent)'),
  horizonMinutes: someMinutes,
  warmUpBars: bars,
});

const riskConfig = z.strictObject({
  startingCash: positiveCash,
  kellyFraction: share.describe("share of Kelly's bet"),
  edgeError: z.number().min(0).describe("sd of the error of a signal's mean over the signal's sd"),
  symbolNotionalFractionMax: ofEquity,
  grossNotionalFractionMax: ofEquity,
  buyingPowerMultiple: ofEquity,
  orderNotionalMin: cashLimit,
  orderNotionalMax: positiveCash,
  openOrdersMax: z.int().min(0).describe('a number of orders'),
  stalenessMinutesMax: wholeMinutes,
  stopDistanceFractionMax: share.describe('share of the price'),
  drawdownFractionHalt: share.describe('share of the highest equity'),
  noEntryMinutesBeforeClose: wholeMinutes,
  flattenMinutesBeforeClose: wholeMinutes,
  shortAllowed: z.boolean().describe('whether positions may be short'),
});

const simulationConfig = z.strictObject({
  halfSpreadBpRegular: basisPoints,
  halfSpreadBpExtended: basisPoints,
  impactBp: basisPoints.describe("basis points of an order as large as the bar's volume"),
  participationMax: z.number().gt(0).max(1).describe("share of a bar's volume that one order may take"),
  feePerShareDollars: z.number().min(0).describe('USD a share'),
});

/** A run's configuration: the shape of `--config` files, too. Nothing has a default here; unknown keys are refused. */
export const runConfigSchema = z.strictObject({
  probability: probabilityConfig.describe('the price filter'),
  strategy: strategyConfig.describe('the breakout strategy'),
  risk: riskConfig.describe('what risk may risk'),
  simulation: simulationConfig.describe('the simulated broker'),
}) satisfies z.ZodType<RunConfig>;
