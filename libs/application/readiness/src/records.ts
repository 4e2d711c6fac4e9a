import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { isMissingFile, makeFolder, writeAtomically } from '@aitrader/runtime-storage';
import { ConfigurationError, problemsOf } from '@aitrader/runtime-configuration';
import { PAPER_DAYS_DEFAULT, type ReadinessLimits } from './gates.ts';

const folderOf = (home: string): string => path.join(home, 'readiness');
const isDate = z.iso.date();

const limitsSchema = z.strictObject({ paperDays: z.int().min(1).max(250).default(PAPER_DAYS_DEFAULT) });

/** What the gates of a home hold against: `readiness/limits.json`, or the defaults. @throws ConfigurationError */
export async function readinessLimits(home: string): Promise<ReadinessLimits> {
  const file = path.join(folderOf(home), 'limits.json');
  const given = await jsonIn(file);
  if (given === undefined) return { paperDays: PAPER_DAYS_DEFAULT };
  const parsed = limitsSchema.safeParse(given);
  if (!parsed.success) throw new ConfigurationError(file, problemsOf(parsed.error, given));
  return parsed.data;
}

const approvalSchema = z.strictObject({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  by: z.string().min(1),
  reason: z.string(),
  /** epoch ms */
  at: z.int(),
});
/** Limits that somebody approved. */
export type LimitsApproval = z.infer<typeof approvalSchema>;

const approvalsFile = (home: string): string => path.join(folderOf(home), 'approvals.json');
const approvalsSchema = z.strictObject({ approvals: z.array(approvalSchema) });

/** What was approved in a home, the latest last; the latest is in force. @throws ConfigurationError for a file that is none */
export async function approvals(home: string): Promise<readonly LimitsApproval[]> {
  const file = approvalsFile(home);
  const given = await jsonIn(file);
  if (given === undefined) return [];
  const parsed = approvalsSchema.safeParse(given);
  if (!parsed.success) throw new ConfigurationError(file, problemsOf(parsed.error, given));
  return parsed.data.approvals;
}

/** Takes limits for approved from now on. */
export async function approveLimits(home: string, approval: LimitsApproval): Promise<void> {
  const before = await approvals(home);
  makeFolder(folderOf(home));
  await writeAtomically(approvalsFile(home), `${JSON.stringify({ approvals: [...before, approval] }, null, 2)}\n`);
}

const killSwitchSchema = z.strictObject({
  run: z.string(),
  /** trading date that it was tested on */
  date: isDate,
  /** where the test stands in the recording */
  seq: z.int().min(1),
  /** until the services had read it; null where they had not in time */
  heardMs: z.number().min(0).nullable(),
  at: z.int(),
});
/** A test of a run's kill switch. */
export type KillSwitchTest = z.infer<typeof killSwitchSchema>;

const killSwitchFile = (home: string, run: string): string => path.join(folderOf(home), `${run}.kill-switch.json`);

/** The last test of a run's kill switch; undefined where there is none that can be read. */
export async function killSwitchTest(home: string, run: string): Promise<KillSwitchTest | undefined> {
  const parsed = killSwitchSchema.safeParse(await jsonIn(killSwitchFile(home, run)).catch(() => undefined));
  return parsed.success && parsed.data.run === run ? parsed.data : undefined;
}

export async function writeKillSwitchTest(home: string, test: KillSwitchTest): Promise<void> {
  makeFolder(folderOf(home));
  await writeAtomically(killSwitchFile(home, test.run), `${JSON.stringify(test, null, 2)}\n`);
}

/** The document in a file; undefined where there is none. @throws ConfigurationError for one that is no JSON */
async function jsonIn(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError(file, [`is no JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
}
