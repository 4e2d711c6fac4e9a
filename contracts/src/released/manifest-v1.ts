import { z } from 'zod';
import type { Message, ReleasedVersion } from './released-version.ts';

const epochMs = z.int().min(0);
const text = z
  .string()
  .regex(/^[^\ud800-\udfff]*$/u)
  .max(4096);
const share = z.number().min(0).max(1);
const probabilityOf = z.number().gt(0).lt(1);
const positive = z.number().positive();
const count = z.int().min(1).max(100_000);
const ofEquity = z.number().min(0).max(4);
const minutes = z.int().min(0);
const notNegative = z.number().min(0);

const probability = z.strictObject({
  velocityGain: share,
  velocityHalfLifeMinutes: positive,
  observationNoise: share,
  volatilityDecay: z.number().min(0.5).max(0.9999),
  volatilityPriorBp: positive,
  degreesOfFreedom: z.number().gt(2).max(1000),
  overnightVarianceMinutes: notNegative,
  turbulentScale: z.number().gt(1).max(100),
  calmStay: probabilityOf,
  turbulentStay: probabilityOf,
  warmUpBars: count,
  suspectZ: positive,
});
const strategy = z.strictObject({
  openingRangeMinutes: count,
  donchianBars: count,
  atrBars: count,
  stopAtr: positive,
  targetAtr: positive,
  velocityUpMin: z.number().min(0.5).max(1),
  turbulentMax: share,
  horizonMinutes: count,
  warmUpBars: count,
});
const risk = z.strictObject({
  startingCash: z.int().positive(),
  kellyFraction: share,
  edgeError: notNegative,
  symbolNotionalFractionMax: ofEquity,
  grossNotionalFractionMax: ofEquity,
  buyingPowerMultiple: ofEquity,
  orderNotionalMin: z.int().min(0),
  orderNotionalMax: z.int().positive(),
  openOrdersMax: z.int().min(0),
  stalenessMinutesMax: minutes,
  stopDistanceFractionMax: share,
  drawdownFractionHalt: share,
  noEntryMinutesBeforeClose: minutes,
  flattenMinutesBeforeClose: minutes,
  shortAllowed: z.boolean(),
});
const simulation = z.strictObject({
  halfSpreadBpRegular: notNegative,
  halfSpreadBpExtended: notNegative,
  impactBp: notNegative,
  participationMax: z.number().gt(0).max(1),
  feePerShareDollars: notNegative,
});
const schema = z.strictObject({
  run: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  kind: z.enum(['live', 'paper', 'replay', 'backtest']),
  createdAt: epochMs,
  codeVersion: text,
  nodeVersion: text,
  shards: z.int().min(1).max(1024),
  timeframe: z.enum(['1m', '5m', '15m', '1h', '1d']),
  universe: z.array(z.string().regex(/^[A-Z0-9][A-Z0-9.\-/^=]{0,15}$/)),
  config: z.strictObject({ probability, strategy, risk, simulation }),
  configHash: z.string().length(64),
  sources: z.array(z.strictObject({ name: text, sha256: text })),
  from: epochMs,
  to: epochMs,
});

/** The model of the first version is gone: whoever replays such a run does it with the next one, as that was first shipped. */
const MODEL_V2 = {
  velocityHalfLifeBars: 40,
  expertShare: 0.02,
  sessionGain: 0.005,
  rawGain: 0.002,
  adaptedGain: 0.012,
  winsorZ: 4,
  softZ: 6,
  calibrationHalfLifeBars: 500,
  calmStay: 0.974,
  normalToCalm: 0.02,
  normalToTurbulent: 0.018,
  turbulentStay: 0.975,
  regimeReturnScales: { calm: 0.5, normal: 0.7, turbulent: 1.1 },
  regimeVarianceMeans: { calm: -0.8, normal: -0.15, turbulent: 0.6 },
  regimeVarianceSds: { calm: 0.25, normal: 0.2, turbulent: 0.4 },
  regimeMemoryBars: 1_000,
  labelProbabilityMin: 0.7,
  labelBars: 3,
};
/** Nothing depended on the regime or on the calibration. */
const BUDGET_V2 = {
  regimeBudget: { calm: 1, normal: 1, turbulent: 1 },
  coverage95Full: 0,
  poorCalibrationBudget: 1,
  coverage95Min: 0,
  calibrationBarsMin: 0,
};

/** The nearest figure that the next version accepts. */
const within = (least: number, figure: number, most: number): number => Math.min(Math.max(least, figure), most);

export const manifestV1: ReleasedVersion = {
  schema,
  next: (manifest: Message): Message => {
    const { config: then } = schema.parse(manifest);
    const { velocityGain, observationNoise, volatilityPriorBp, warmUpBars, suspectZ } = then.probability;
    const kept = {
      velocityGain,
      observationNoise,
      volatilityPriorBp: within(0.01, volatilityPriorBp, 10_000),
      warmUpBars,
      suspectZ: within(1, suspectZ, 1_000),
    };
    const config = { ...then, probability: { ...kept, ...MODEL_V2 }, risk: { ...then.risk, ...BUDGET_V2 } };
    return { ...manifest, config };
  },
};
