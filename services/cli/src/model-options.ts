import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  fittableEgarch,
  fittableGarch,
  fittableHmm,
  fittableMsar,
  fittableStateSpace,
  localLevel,
  localLinearTrend,
  matrixOf,
  revertingVelocity,
  type FittableModel,
  type Prior,
  type StateSpaceModel,
} from '@aitrader/core-estimation';
import type { Observed } from '@aitrader/application-fitting';
import { integer } from './bar-options.ts';

export const MODELS = ['kalman', 'garch', 'gjr', 'egarch', 'hmm', 'msar'] as const;
export type ModelName = (typeof MODELS)[number];

const FORMS = ['local-level', 'local-linear-trend', 'reverting-velocity'] as const;
type Form = (typeof FORMS)[number];

/** What the command line says about the model. */
export interface ModelOptions {
  readonly model: ModelName;
  readonly distribution: 'normal' | 't';
  readonly mean: 'constant' | 'zero';
  readonly presample: 'sample' | 'backcast';
  readonly form?: Form;
  readonly initial?: 'exact-diffuse' | 'known';
  readonly priorMean?: readonly number[];
  readonly priorVariance?: readonly number[];
  readonly diffuseConstant: 'kfas' | 'statsmodels';
  readonly trendTime?: 'discrete' | 'continuous';
  readonly regimes?: number;
  readonly observe?: 'innovation-and-variance' | 'innovations' | 'returns';
  readonly order: number;
  readonly switchingVariance: boolean;
  readonly emissions: 'gaussian' | 't' | 'discrete';
  readonly plain: boolean;
  readonly start: 'first-observation' | 'step-before';
}

const REGIMES_MAX = 10;
const ORDER_MAX = 12;

/** Which models an option is for; options that are not listed are for all. */
const MODELS_OF: Readonly<Record<string, readonly ModelName[]>> = {
  distribution: ['garch', 'gjr', 'egarch'],
  mean: ['garch', 'gjr', 'egarch'],
  presample: ['garch', 'gjr', 'egarch'],
  form: ['kalman'],
  initial: ['kalman'],
  priorMean: ['kalman'],
  priorVariance: ['kalman'],
  diffuseConstant: ['kalman'],
  trendTime: ['kalman'],
  timeColumn: ['kalman'],
  regimes: ['hmm', 'msar'],
  observe: ['garch', 'gjr', 'egarch', 'hmm'],
  config: ['garch', 'gjr', 'egarch', 'hmm'],
  order: ['msar'],
  switchingVariance: ['msar'],
  emissions: ['hmm'],
  plain: ['hmm'],
  start: ['hmm'],
};

const listed = (models: readonly string[]): string => models.join(', ').replace(/, (?=[^,]*$)/, ' and ');

/** @throws Error for an option that was given and means nothing to the model */
export function requireApplicable(command: Command, { model, ...options }: ModelOptions): void {
  for (const option of command.options) {
    const name = option.attributeName();
    const models = MODELS_OF[name];
    if (models && !models.includes(model) && command.getOptionValueSource(name) === 'cli')
      throw new Error(`${option.long ?? name} is for ${listed(models)}, not for ${model}`);
  }
  const other = model === 'hmm' ? 'innovations' : 'innovation-and-variance';
  if (options.observe === other) throw new Error(`--observe ${other} is not for ${model}`);
  if (isKnown(options) && command.getOptionValueSource('diffuseConstant') === 'cli')
    throw new Error('--diffuse-constant is for --initial exact-diffuse: of a known state every observation counts');
}

/** Numbers separated by commas, for an option. */
function numbers(text: string): readonly number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (!values.every(Number.isFinite)) throw new InvalidArgumentError('must be numbers separated by commas');
  return values;
}

/** Adds the options that say what the model is. */
export const modelOptions = (command: Command): Command =>
  [
    new Option('--distribution <name>', 'GARCH: distribution of the shocks').choices(['normal', 't']).default('normal'),
    new Option('--mean <mean>', 'GARCH: estimate a constant mean, or take 0').choices(['constant', 'zero']).default('constant'),
    new Option(
      '--presample <variance>',
      'GARCH: variance before the first return: the mean squared residual (Bollerslev and Ghysels), or the decaying mean of the first 75 (as the Python package arch)',
    )
      .choices(['sample', 'backcast'])
      .default('sample'),
    new Option(
      '--form <form>',
      'Kalman: how the level moves (default: reverting-velocity for bars, local-level for a series)',
    ).choices(FORMS),
    new Option(
      '--initial <state>',
      'Kalman: what is known of the first state: nothing, or its prior (default: exact-diffuse)',
    ).choices(['exact-diffuse', 'known']),
    new Option('--prior-mean <numbers>', 'Kalman, known: mean of the first state, comma-separated').argParser(numbers),
    new Option('--prior-variance <numbers>', 'Kalman, known: its variances, or for two states p11,p12,p22').argParser(numbers),
    new Option(
      '--diffuse-constant <convention>',
      'Kalman, exact-diffuse: whether the first observations add −½ ln 2π to ln L, as in statsmodels, or not, as in KFAS',
    )
      .choices(['kfas', 'statsmodels'])
      .default('kfas'),
    new Option(
      '--trend-time <time>',
      'Kalman, local-linear-trend: the textbook model of equal steps, or the one of any steps (default: continuous with --time-column or bars)',
    ).choices(['discrete', 'continuous']),
    new Option(
      '--observe <what>',
      "HMM of bars: what the probability stage's filter of regimes sees, or returns alone (default: innovation-and-variance); GARCH of bars: returns, or what the stage's variances learn from, without the season (default: returns)",
    ).choices(['innovation-and-variance', 'innovations', 'returns']),
    new Option('--regimes <n>', 'HMM, MSAR: how many (default: 3 for an HMM of bars, else 2)').argParser(integer(1, REGIMES_MAX)),
    new Option('--order <p>', 'MSAR: lags of the autoregression').argParser(integer(0, ORDER_MAX)).default(1),
    new Option('--switching-variance', 'MSAR: let the variance switch, too').default(false),
    new Option('--emissions <family>', 'HMM: what a regime emits; discrete (symbols 0, 1, …) only with --params')
      .choices(['gaussian', 't', 'discrete'])
      .default('gaussian'),
    new Option('--plain', 'HMM: maximum likelihood alone, without prior and floors').default(false),
    new Option('--start <when>', 'HMM: whether the chain starts with the first observation or one transition before it')
      .choices(['first-observation', 'step-before'])
      .default('first-observation'),
  ].reduce((all, option) => all.addOption(option), command);

/** Whether the first state of a Kalman filter is known: a prior says so, too. */
const isKnown = ({ initial, priorMean, priorVariance }: Partial<ModelOptions>): boolean =>
  initial === 'known' || (initial === undefined && (priorMean !== undefined || priorVariance !== undefined));

function priorOf(options: ModelOptions, states: number): Prior {
  const { priorMean, priorVariance } = options;
  if (!isKnown(options)) {
    if (priorMean !== undefined || priorVariance !== undefined)
      throw new Error('--prior-mean and --prior-variance say what is known: they contradict --initial exact-diffuse');
    return 'diffuse';
  }
  if (priorMean === undefined || priorVariance === undefined)
    throw new Error('a known initial state takes both --prior-mean and --prior-variance');
  if (priorMean.length !== states) throw new Error(`--prior-mean has ${priorMean.length} numbers for ${states} states`);
  const [first = NaN, second = NaN, third] = priorVariance;
  const isTriangle = states === 2 && third !== undefined && priorVariance.length === 3;
  if (priorVariance.length !== states && !isTriangle)
    throw new Error(`--prior-variance has ${priorVariance.length} numbers for ${states} states`);
  const rows = states === 1 ? [[first]] : isTriangle ? [[first, second], [second, third]] : [[first, 0], [0, second]]; // prettier-ignore
  return { mean: Float64Array.from(priorMean), covariance: matrixOf(rows) };
}

function stateSpaceModel(options: ModelOptions, isBars: boolean, isTimed: boolean): StateSpaceModel {
  const form = options.form ?? (isBars ? 'reverting-velocity' : 'local-level');
  if (options.trendTime !== undefined && form !== 'local-linear-trend')
    throw new Error(`--trend-time is for the local-linear-trend, not for the ${form}`);
  switch (form) {
    case 'local-level':
      return localLevel(priorOf(options, 1));
    case 'local-linear-trend':
      return localLinearTrend(priorOf(options, 2), options.trendTime ?? (isTimed ? 'continuous' : 'discrete'));
    case 'reverting-velocity':
      return revertingVelocity(priorOf(options, 2));
  }
}

/** What the model observes at a bar. */
export function observedOf({ model, observe }: ModelOptions): Observed {
  if (model === 'kalman') return 'log-price';
  if (observe === 'innovations') return 'innovation';
  return model === 'hmm' && observe !== 'returns' ? 'innovation-and-variance' : 'return';
}

/** Calm, normal and turbulent of an HMM of bars; Hamilton's two of everything else. */
const regimesOf = ({ model, regimes }: ModelOptions, isBars: boolean): number => regimes ?? (model === 'hmm' && isBars ? 3 : 2);

/** The model that the options name. @throws Error or EstimationError when they make none */
export function modelOf(options: ModelOptions, isBars: boolean, isTimed: boolean): FittableModel {
  const { mean, presample } = options;
  const shocks = options.distribution === 't' ? 'student' : 'normal';
  const regimes = regimesOf(options, isBars);
  switch (options.model) {
    case 'kalman':
      return fittableStateSpace(
        stateSpaceModel(options, isBars, isTimed),
        options.diffuseConstant === 'statsmodels' ? 'kept' : 'dropped',
      );
    case 'garch':
    case 'gjr':
      return fittableGarch({
        mean,
        presample,
        asymmetry: options.model === 'gjr' ? 'gjr' : 'none',
        shocks,
      });
    case 'egarch':
      return fittableEgarch({ mean, presample, shocks });
    case 'hmm':
      return fittableHmm({
        regimes,
        observed: isBars && observedOf(options) === 'innovation-and-variance' ? 'innovation-and-variance' : 'one-column',
        emissions: options.emissions === 't' ? 'student' : options.emissions,
        startsAt: options.start,
        isPlain: options.plain,
      });
    case 'msar':
      return fittableMsar({
        regimes,
        order: options.order,
        variance: options.switchingVariance && regimes > 1 ? 'switching' : 'common',
      });
  }
}
