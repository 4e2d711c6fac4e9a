import { z } from 'zod';
import type { Message, ReleasedVersion } from './released-version.ts';

const epochMs = z.int().min(0);
const text = z
  .string()
  .regex(/^[^\ud800-\udfff]*$/u)
  .max(4096);
const share = z.number().min(0).max(1);
const positive = z.number().positive();
const count = z.int().min(1).max(100_000);
const ofEquity = z.number().min(0).max(4);
const minutes = z.int().min(0);
const notNegative = z.number().min(0);
const stay = z.number().gt(0).max(0.9999);
const leave = z.number().gt(0).max(0.499);
const sd = z.number().min(1).max(1000);
const perRegime = (figure: z.ZodNumber) => z.strictObject({ calm: figure, normal: figure, turbulent: figure });

const probability = z.strictObject({
  velocityGain: share,
  velocityHalfLifeBars: z.number().min(0.1).max(100_000),
  observationNoise: share,
  volatilityPriorBp: z.number().min(0.01).max(10_000),
  expertShare: z.number().gt(0).max(0.5),
  sessionGain: z.number().gt(0).max(0.1),
  rawGain: z.number().min(1e-4).max(0.05),
  adaptedGain: z.number().min(1e-4).max(0.05),
  winsorZ: sd,
  softZ: sd,
  suspectZ: sd,
  calibrationHalfLifeBars: count,
  warmUpBars: count,
  calmStay: stay,
  normalToCalm: leave,
  normalToTurbulent: leave,
  turbulentStay: stay,
  regimeReturnScales: perRegime(z.number().min(0.01).max(100)),
  regimeVarianceMeans: perRegime(z.number().min(-20).max(20)),
  regimeVarianceSds: perRegime(z.number().min(0.01).max(10)),
  regimeMemoryBars: count,
  labelProbabilityMin: z.number().min(0.5).max(1),
  labelBars: count,
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
  regimeBudget: perRegime(share),
  coverage95Full: share,
  poorCalibrationBudget: share,
  coverage95Min: share,
  calibrationBarsMin: z.int().min(0),
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

/** It demanded every key of the configuration, and did not say which build of the code ran. */
export const manifestV2: ReleasedVersion = {
  schema: z.strictObject({
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
  }),
  next: ({ run, kind, createdAt, codeVersion, ...rest }: Message): Message => ({
    run,
    kind,
    createdAt,
    codeVersion,
    codeHash: '',
    codeCommit: '',
    ...rest,
  }),
};
