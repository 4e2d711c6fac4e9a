import { z } from 'zod';
import { PPM, REGIMES, STATE_COLUMNS, STATE_FLAG } from '@aitrader/model';
import { SCHEMAS } from './schemas.ts';

/*
 * The first versions of facts that have a second one: what they demanded, and how the second one says the same. They came with a model
 * of two regimes, one Student t and no scores.
 */

/** A message of some version, as JSON has it. */
export type Message = Readonly<Record<string, unknown>>;

const share = z.number().min(0).max(1);
const probability = z.number().gt(0).lt(1);
const positive = z.number().positive();

const probabilityConfigV1 = z.strictObject({
  velocityGain: share,
  velocityHalfLifeMinutes: positive,
  observationNoise: share,
  volatilityDecay: z.number().min(0.5).max(0.9999),
  volatilityPriorBp: positive,
  degreesOfFreedom: z.number().gt(2).max(1000),
  overnightVarianceMinutes: z.number().min(0),
  turbulentScale: z.number().gt(1).max(100),
  calmStay: probability,
  turbulentStay: probability,
  warmUpBars: z.int().min(1).max(100_000),
  suspectZ: positive,
});
const { config, ...manifestFields } = SCHEMAS.manifest.shape;
const riskConfigV1 = config.shape.risk.omit({
  regimeBudget: true,
  coverage95Full: true,
  poorCalibrationBudget: true,
  coverage95Min: true,
  calibrationBarsMin: true,
});
const { from, to, sources, configHash, ...manifestHead } = manifestFields;
export const manifestV1 = z.strictObject({
  ...manifestHead,
  config: z.strictObject({
    probability: probabilityConfigV1,
    strategy: config.shape.strategy,
    risk: riskConfigV1,
    simulation: config.shape.simulation,
  }),
  configHash,
  sources,
  from,
  to,
});

/** The model of the first version is gone: whoever replays such a run does it with the next one, as that was first shipped. */
const MODEL_AFTER_V1 = {
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
const BUDGET_AFTER_V1 = {
  regimeBudget: { calm: 1, normal: 1, turbulent: 1 },
  coverage95Full: 0,
  poorCalibrationBudget: 1,
  coverage95Min: 0,
  calibrationBarsMin: 0,
};

export function manifestAfterV1(manifest: Message): Message {
  const { config: then } = manifestV1.parse(manifest);
  const { velocityGain, observationNoise, volatilityPriorBp, warmUpBars, suspectZ } = then.probability;
  const kept = { velocityGain, observationNoise, volatilityPriorBp, warmUpBars, suspectZ };
  const probability = { ...kept, ...MODEL_AFTER_V1 };
  return { ...manifest, config: { ...then, probability, risk: { ...then.risk, ...BUDGET_AFTER_V1 } } };
}

const COLUMNS_V1 = [
  ...['level', 'velocity', 'levelVariance', 'levelVelocityCovariance', 'velocityVariance'],
  ...['predictiveMean', 'predictiveSd', 'predictiveDof'],
  ...['q010', 'q025', 'q050', 'q100', 'q250', 'q500', 'q750', 'q900', 'q950', 'q975', 'q990'],
  ...['velocityUp', 'volatility', 'calm', 'turbulent', 'flags'],
];
const { t, shard, model, symbols } = SCHEMAS.states.shape;
export const statesV1 = z.strictObject({
  t,
  shard,
  model,
  symbols,
  ...Object.fromEntries(COLUMNS_V1.map((name) => [name, z.array(z.int()).readonly()])),
});

const columnOf = (states: Message, name: string): readonly number[] => z.array(z.number()).parse(states[name]);

/** What the first version did not have is 0, and every state says that something is missing. */
export function statesAfterV1(states: Message): Message {
  const absent = columnOf(states, 'flags').map(() => 0);
  const columns = STATE_COLUMNS.map(({ name }) => [name, name in states ? columnOf(states, name) : absent] as const);
  const flags = columnOf(states, 'flags').map((bits) => bits | STATE_FLAG.PARTIAL);
  const turbulent = columnOf(states, 'turbulent');
  const regime = columnOf(states, 'calm').map((calm, i) => regimeOf(calm, turbulent[i] ?? 0));
  const { t, shard, model, symbols } = states;
  const figures: Message = Object.fromEntries(columns);
  return { t, shard, model, symbols, ...figures, regime, flags };
}

/** The likelier of two regimes, as an index into those of today. */
const regimeOf = (calm: number, turbulent: number): number => REGIMES.indexOf(calm >= turbulent ? 'calm' : 'turbulent');

const signalV2 = SCHEMAS.signals.shape.signals.element;
const { forward } = signalV2.shape;
const ppm = z.int().min(0).max(PPM);
const e8 = forward.shape.meanE8;
const signalV1 = z.strictObject({
  ...signalV2.omit({ regime: true, coverage95Ppm: true, scored: true }).shape,
  forward: z.strictObject({ ...forward.shape, quantilesE8: z.array(e8).length(11).readonly() }),
  regimePpm: z.array(ppm).length(2).readonly(),
});
export const signalsV1 = z.strictObject({ ...SCHEMAS.signals.shape, signals: z.array(signalV1) });

/** The outermost quantiles are those that there were; nothing was scored, and the state's flags say that something is missing. */
export function signalsAfterV1(message: Message): Message {
  const signals = signalsV1.parse(message).signals.map((then) => {
    const { quantilesE8 } = then.forward;
    const [calm = 0, turbulent = 0] = then.regimePpm;
    const forward = { ...then.forward, quantilesE8: [...quantilesE8.slice(0, 1), ...quantilesE8, ...quantilesE8.slice(-1)] };
    const regimePpm = [calm, 0, turbulent];
    const { model, stateFlags, ...rest } = { ...then, forward, regimePpm };
    const scored = { regime: regimeOf(calm, turbulent), coverage95Ppm: 0, scored: 0 };
    return { ...rest, ...scored, model, stateFlags: stateFlags | STATE_FLAG.PARTIAL };
  });
  return { ...message, signals };
}

/** Denials came before the orders that closed their interval, and were not counted. */
export const ordersV1 = SCHEMAS.orders.omit({ denials: true });
export const ordersAfterV1 = ({ t, ...rest }: Message): Message => ({ t, denials: 0, ...rest });

/** There were no model parameters. */
export const controlV1 = z.strictObject({
  kind: z.enum(['halt', 'resume', 'end-of-bars']),
  t: SCHEMAS.control.shape.t,
  actor: SCHEMAS.control.shape.actor,
  reason: SCHEMAS.control.shape.reason,
});
export const controlAfterV1 = ({ kind, t, actor, reason }: Message): Message => ({ t, kind, actor, reason, parameters: [] });
