import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ConfigurationError, documentIn, problemsOf, readGivenFile, shortJson } from '@aitrader/runtime-configuration';
import { digestOf, hashOf } from './hash-of.ts';
import type { SweepReport } from './run-sweep.ts';
import { sharpeVarianceOf, tableOf } from './statistics.ts';
import { SWEEP_FILE } from './write-sweep.ts';

/*
 * A sweep that was written, read again.
 *
 * 1. What is read is what was written: every field is there and of its kind, and the digest is that of the trials.
 * 2. A sweep is what it is of: the same bars, code and configurations are the same sweep, whoever ran it and however often.
 */

const whole = z.int().min(0);
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in hex');
const share = z.number().min(0).max(1);
const trialSchema = z.strictObject({
  trial: z.int().min(1),
  sets: z.record(z.string(), z.unknown()),
  configHash: hash,
  digest: hash,
  counts: z.strictObject({ signals: whole, orders: whole, denials: whole, fills: whole }),
  equity: z.strictObject({ start: z.number(), end: z.number() }),
  maxDrawdown: z.number().min(0),
  returns: z.array(z.number()),
  totalReturn: z.number(),
  sharpe: z.number(),
  probabilistic: share.nullable(),
  deflated: share.nullable(),
  trackRecordMin: z.number().min(0).nullable(),
});
const overfittingSchema = z.strictObject({
  probability: share,
  lossProbability: share,
  slope: z.number().nullable(),
  splits: whole,
  blocks: whole,
});
const superiorAbilitySchema = z.strictObject({ lower: share, consistent: share, upper: share });
const superioritySchema = z.strictObject({
  realityCheck: share,
  superiorAbility: superiorAbilitySchema,
  meanBlock: z.number().min(0),
  samples: whole,
});
const sweepSchema = z.strictObject({
  market: hash,
  code: hash,
  dates: z.array(z.iso.date()),
  trials: z.array(trialSchema).min(1),
  choice: z.strictObject({ overfitting: overfittingSchema.nullable(), superiority: superioritySchema.nullable() }),
  digest: hash,
  seconds: z.number().min(0),
  resumed: whole,
});

/** A sweep as a file has it. */
export interface KeptSweep {
  /** its path, whole; undefined of one that is kept nowhere */
  readonly file: string | undefined;
  readonly sweep: SweepReport;
}

/** Reads the sweep of a file, or of the folder that `--into` named. @throws ConfigurationError naming the file, and each field and value that is wrong */
export async function readSweep(place: string): Promise<KeptSweep> {
  const given = path.resolve(place);
  const isFolder = await stat(given).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const file = isFolder ? path.join(given, SWEEP_FILE) : given;
  return { file, sweep: parseSweep(documentIn(file, await readGivenFile(file, 'sweep'), 'sweep'), file) };
}

/** The sweep in a document. `source` is named in errors. @throws ConfigurationError */
export function parseSweep(given: unknown, source: string): SweepReport {
  const result = sweepSchema.safeParse(given);
  if (!result.success) throw new ConfigurationError(source, problemsOf(result.error, given));
  const problems = contradictionsIn(result.data);
  if (problems.length > 0) throw new ConfigurationError(source, problems);
  return result.data;
}

function contradictionsIn({ trials, dates, digest }: SweepReport): string[] {
  const problems = trials.flatMap(({ trial, returns }, at) => [
    ...(trial === at + 1 ? [] : [`trials.${at}.trial: is not ${at + 1}, got ${trial}`]),
    ...(returns.length === dates.length
      ? []
      : [`trials.${at}.returns: are not of the ${dates.length} dates, got ${returns.length}`]),
  ]);
  const seen = new Map<string, number>();
  for (const [at, { configHash }] of trials.entries()) {
    const before = seen.get(configHash);
    if (before !== undefined)
      problems.push(`trials.${at}.configHash: is that of trials.${before} too, got ${shortJson(configHash)}`);
    seen.set(configHash, at);
  }
  if (digestOf(trials) !== digest) problems.push(`digest: is not that of the trials, got ${shortJson(digest)}`);
  return problems;
}

/** What tells a sweep from others: its bars, its code and its configurations in their order. */
export const sweepIdentity = ({ market, code, trials }: SweepReport): string =>
  hashOf({ market, code, configurations: trials.map(({ configHash }) => configHash) });

/** SHA-256 of all that a sweep found: how long it took, and what was there already, are of whoever ran it. */
export function sweepContent(sweep: SweepReport): string {
  const { seconds: _, resumed: __, ...found } = sweep;
  return hashOf(found);
}

/** What was tried in a sweep: how many trials, and the variance of their Sharpe ratios by trade date; null of too few dates. */
export const triedIn = ({ trials }: SweepReport): { readonly trials: number; readonly sharpeVariance: number | null } => ({
  trials: trials.length,
  sharpeVariance: sharpeVarianceOf(tableOf(trials.map(({ returns }) => returns))),
});
