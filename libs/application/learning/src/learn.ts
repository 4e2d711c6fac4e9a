import { readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { barSeries, fitAll, stretchOf, storeInto, type Observed, type StepCounter } from '@aitrader/application-fitting';
import type { LoadedMarket, MarketBars } from '@aitrader/application-markets';
import { learnEdges } from '@aitrader/application-pipeline';
import type { FittableModel } from '@aitrader/core-estimation';
import { newYorkDate } from '@aitrader/core-sessions';
import { compareText, epochMs, read, type EpochMs, type RunConfig } from '@aitrader/model';
import { loadModelParameters } from '@aitrader/runtime-configuration';
import { isMissingFile, makeFolder, writeAtomically } from '@aitrader/runtime-storage';
import type { Listener } from '@aitrader/runtime-telemetry';
import { compareSets, type Comparison } from './comparison.ts';
import { DRIFT_METRICS, calibrationDrift, edgeDrift, featureDrift, type DriftFigure } from './drift.ts';
import { CannotDecide, champion, decide, keepSet, learningFolder, setFile, type Decision } from './parameter-sets.ts';

/** A model that is fitted anew, and what it observes. */
export interface LearnedModel {
  /** what the command line calls it */
  readonly name: string;
  readonly model: FittableModel;
  readonly observed: Observed;
}

export interface LearnRequest {
  readonly home: string;
  readonly market: Pick<LoadedMarket, 'table' | 'actions'>;
  readonly config: RunConfig;
  readonly models: readonly LearnedModel[];
  /** the last trading date that is looked at */
  readonly date: string;
  /** trading dates up to it that nothing is fitted to: the challenger is judged on them */
  readonly heldOut: number;
  /** observations that a fit takes, the last ones before those dates */
  readonly window: number;
  readonly counter: StepCounter;
  readonly listener: Listener;
  readonly now: number;
}

/** A challenger, how it fared beside the champion, and how far things have moved. */
export interface Challenge {
  readonly date: string;
  /** epoch ms */
  readonly at: number;
  /** hashes of the sets; null: nothing fitted */
  readonly champion: string | null;
  readonly challenger: string;
  /** the last bar that the challenger was fitted to, epoch ms */
  readonly fittedTo: number;
  readonly comparison: Comparison;
  readonly drift: readonly DriftFigure[];
}

/** Fits a challenger, holds it against the champion on dates that it was not fitted to, and keeps what came of it. @throws Error */
export async function learn(request: LearnRequest): Promise<Challenge> {
  const { home, market, date, config, now } = request;
  const table = upTo(market.table, (t) => newYorkDate(t) <= date);
  const fittedTo = endOfFit(table, request);
  const actions = market.actions ?? [];
  const inForce = await champion(home);
  const challenger = await fitSet(
    request,
    upTo(table, (t) => t <= fittedTo),
    fittedTo,
  );
  const parametersOf = async (sha: string | null) =>
    sha === null ? [] : (await loadModelParameters(setFile(home, sha))).parameters;
  const comparison = await compareSets({
    ...{ table, config: config.probability, actions, fittedTo },
    ...{ champion: await parametersOf(inForce), challenger: await parametersOf(challenger) },
  });
  const parameters = await parametersOf(inForce);
  const edges = config.risk.edge === null ? [] : (await learnEdges({ table, parameters, actions, config, shards: 1 })).walk;
  const drift = [...calibrationDrift(comparison), ...edgeDrift(edges), ...featureDrift(table, fittedTo)];
  const challenge: Challenge = { date, at: now, champion: inForce, challenger, fittedTo, comparison, drift };
  makeFolder(path.dirname(challengeFile(home, date)));
  await writeAtomically(challengeFile(home, date), `${JSON.stringify(challenge, null, 2)}\n`);
  return challenge;
}

/** The rows of a table up to a time. */
function upTo(table: MarketBars, isIn: (t: EpochMs) => boolean): MarketBars {
  let count = 0;
  while (count < table.count && isIn(epochMs(read(table.t, count)))) count++;
  const { t, symbol, open, high, low, close, volume } = table;
  return {
    ...table,
    count,
    ...{
      t: t.subarray(0, count),
      symbol: symbol.subarray(0, count),
      open: open.subarray(0, count),
      high: high.subarray(0, count),
    },
    ...{ low: low.subarray(0, count), close: close.subarray(0, count), volume: volume.subarray(0, count) },
  };
}

/** The last bar before the dates that are held out. @throws Error where there are not as many */
function endOfFit(table: MarketBars, { date, heldOut }: LearnRequest): EpochMs {
  const dates: string[] = [];
  for (let row = table.count - 1; row >= 0; row--) {
    const t = epochMs(read(table.t, row));
    const of = newYorkDate(t);
    if (dates.at(-1) !== of) dates.push(of);
    if (dates.length > heldOut) return t;
  }
  throw new Error(
    `up to ${date} there are bars of ${dates.length} dates: ${heldOut} are held out, and something has to be left to fit`,
  );
}

async function fitSet(request: LearnRequest, table: MarketBars, fittedTo: EpochMs): Promise<string> {
  const { home, market, config, models, window, counter, listener } = request;
  const file = path.join(learningFolder(home), `fitting.${process.pid}.json`);
  makeFolder(learningFolder(home));
  await rm(file, { force: true });
  try {
    for (const { name, model, observed } of models) {
      const series = barSeries(table, observed, config.probability, market.actions ?? []).map((one) =>
        stretchOf(one, Math.max(0, one.times.length - window), one.times.length, fittedTo),
      );
      const fitted = fitAll(series, { model, iterationsMax: undefined, given: undefined, init: undefined, counter, listener });
      for (const { outcome } of fitted) if ('error' in outcome) listener.warn(outcome.error.message);
      await storeInto(file, fitted, name, listener);
    }
    return await keepSet(home, await readFile(file, 'utf8'));
  } catch (error) {
    if (isMissingFile(error)) throw new Error('no fit converged: there is no challenger', { cause: error });
    throw error;
  } finally {
    await rm(file, { force: true });
  }
}

const challengeFile = (home: string, date: string): string => path.join(learningFolder(home), 'challenges', `${date}.json`);

const challengeSchema = z.object({
  date: z.iso.date(),
  champion: z.string().nullable(),
  challenger: z.string(),
  comparison: z.object({
    verdict: z.enum(['better', 'no-better', 'unproven']),
    reasons: z.array(z.string()),
    scores: z.array(z.object({ name: z.string(), champion: z.number(), challenger: z.number(), pBetter: z.number() })),
  }),
});

/** Puts the challenger of a date in force, where it is better than what is. @throws CannotDecide, and nothing lets it in all the same */
export async function promote(
  home: string,
  date: string,
  { by, reason, at }: Pick<Decision, 'by' | 'reason' | 'at'>,
): Promise<Decision> {
  const text = await readFile(challengeFile(home, date), 'utf8').catch((error: unknown) => {
    if (isMissingFile(error)) throw new CannotDecide(`${date} has no challenger: aitrader learn --date ${date} makes one`);
    throw error;
  });
  const challenge = challengeSchema.parse(JSON.parse(text));
  const { verdict, reasons, scores } = challenge.comparison;
  if (verdict !== 'better') throw new CannotDecide(`the challenger of ${date} is ${verdict}: ${reasons.join('; ')}`);
  const inForce = await champion(home);
  if (inForce !== challenge.champion)
    throw new CannotDecide(`the challenger of ${date} was held against parameters that are not in force any more: learn anew`);
  if (challenge.challenger === inForce) throw new CannotDecide(`the challenger of ${date} is in force already`);
  return decide(home, { kind: 'promote', at, by, reason, to: challenge.challenger, date, figures: [...scores] });
}

const driftSchema = z.object({
  date: z.iso.date(),
  drift: z.array(
    z.object({
      metric: z.enum(DRIFT_METRICS),
      of: z.string(),
      value: z.number().nullable(),
      limit: z.number(),
      isOff: z.boolean(),
    }),
  ),
});

/** How far things had moved by the last challenge of a home; undefined before the first, and where it cannot be read. */
export async function lastDrift(home: string): Promise<z.infer<typeof driftSchema> | undefined> {
  const folder = path.join(learningFolder(home), 'challenges');
  const last = (await readdir(folder).catch((): string[] => []))
    .filter((name) => name.endsWith('.json'))
    .sort(compareText)
    .at(-1);
  if (last === undefined) return undefined;
  const text = await readFile(path.join(folder, last), 'utf8').catch(() => '');
  try {
    return driftSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
