import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ConfigurationError, problemsOf } from '@aitrader/runtime-configuration';
import { isMissingFile, makeFolder, writeAtomically } from '@aitrader/runtime-storage';

/*
 * Which fitted parameters runs begin with, and who decided that.
 *
 * 1. A set is a parameters file that is named by its content: it is never changed.
 * 2. The last decision says which set is in force; none before the first one. Decisions are only added to.
 * 3. The file that runs are given is the set in force, whatever was interrupted: it is made to be so before anything is read or decided.
 */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const figure = z.object({ name: z.string(), champion: z.number(), challenger: z.number(), pBetter: z.number() });
const decisionSchema = z.strictObject({
  kind: z.enum(['promote', 'rollback']),
  /** epoch ms */
  at: z.int(),
  by: z.string().min(1),
  reason: z.string().min(1),
  /** sets in force before and after; null: none, so that forecasts are the bank's alone */
  from: sha256.nullable(),
  to: sha256.nullable(),
  /** of a promotion: the date of its challenger, and how the two fared */
  date: z.iso.date().nullable(),
  figures: z.array(figure),
});
const decisionsSchema = z.strictObject({ decisions: z.array(decisionSchema) });

/** Who put which set in force, and by what figures. */
export type Decision = Readonly<z.infer<typeof decisionSchema>>;

export const learningFolder = (home: string): string => path.join(home, 'learning');
const decisionsFile = (home: string): string => path.join(learningFolder(home), 'decisions.json');
/** The file that runs are given: the set in force. It is not there while none is. */
export const championFile = (home: string): string => path.join(learningFolder(home), 'parameters.json');
/** A set, by the hash of its content. */
export const setFile = (home: string, sha: string): string => path.join(learningFolder(home), 'sets', `${sha}.json`);

const hashOf = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');

/** Keeps a set. Returns what it is called. */
export async function keepSet(home: string, content: string): Promise<string> {
  const sha = hashOf(content);
  makeFolder(path.dirname(setFile(home, sha)));
  await writeAtomically(setFile(home, sha), content);
  return sha;
}

/** All decisions of a home, the first one first. @throws ConfigurationError */
export async function decisions(home: string): Promise<readonly Decision[]> {
  const file = decisionsFile(home);
  const text = await textIn(file);
  if (text === undefined) return [];
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError(file, [`is no JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const parsed = decisionsSchema.safeParse(given);
  if (!parsed.success) throw new ConfigurationError(file, problemsOf(parsed.error, given));
  return parsed.data.decisions;
}

/** The set in force; null where there is none. Makes the file that runs are given to be it. @throws ConfigurationError for a set that was changed or is gone */
export async function champion(home: string): Promise<string | null> {
  const sha = (await decisions(home)).at(-1)?.to ?? null;
  if (sha === null) {
    await rm(championFile(home), { force: true });
    return null;
  }
  const file = setFile(home, sha);
  const content = await textIn(file);
  if (content === undefined || hashOf(content) !== sha)
    throw new ConfigurationError(file, [
      content === undefined ? 'is gone, and is in force' : 'is not what was decided on: its content has another hash',
    ]);
  if ((await textIn(championFile(home))) !== content) await writeAtomically(championFile(home), content);
  return sha;
}

/** Puts a set in force, on record. @throws ConfigurationError */
export async function decide(home: string, decision: Omit<Decision, 'from'>): Promise<Decision> {
  const before = await decisions(home);
  const made: Decision = { ...decision, from: before.at(-1)?.to ?? null };
  makeFolder(learningFolder(home));
  await writeAtomically(decisionsFile(home), `${JSON.stringify({ decisions: [...before, made] }, null, 2)}\n`);
  await champion(home);
  return made;
}

/** A decision that cannot be made. */
export class CannotDecide extends Error {
  override readonly name = 'CannotDecide';
}

/** Puts the set in force again that was before the one that is. @throws CannotDecide where there is nothing to go back to */
export async function rollBack(home: string, { by, reason, at }: Pick<Decision, 'by' | 'reason' | 'at'>): Promise<Decision> {
  const made = await decisions(home);
  const now = made.at(-1)?.to ?? null;
  // what was rolled back is not gone back to: the promotion of what is in force says what was before it
  const promotion = made.findLast(({ kind, to }) => kind === 'promote' && to === now);
  if (promotion === undefined)
    throw new CannotDecide('no parameters are in force that were promoted: there is nothing to go back to');
  return decide(home, { kind: 'rollback', at, by, reason, to: promotion.from, date: null, figures: [] });
}

async function textIn(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw error;
  }
}
