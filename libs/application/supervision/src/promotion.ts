import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { ShadowVerdict } from '@aitrader/application-parity';
import { codeText, thisCode } from '@aitrader/application-recordings';
import { newYorkDate } from '@aitrader/core-sessions';
import { compareText, epochMs, type RunId } from '@aitrader/model';
import { ConfigurationError, configHashOf, problemsOf, type IngestSpec } from '@aitrader/runtime-configuration';
import { isMissingFile, makeFolder, writeAtomically } from '@aitrader/runtime-storage';
import { acceptedOf, acceptedSchema, type Acceptance } from './accepted-differences.ts';
import { keepRecords } from './kept-home.ts';

/*
 * Which program, with which configuration, a home's next trading date is begun by. Each promotion is a generation of its own.
 *
 * 1. A program is promoted only by the verdict of its own shadow on a run that the generation before decided, and only when that is clean, or all that
 *    differs in it was accepted by name: what was is written down with the generation.
 * 2. Going back is a generation, too, and needs no verdict: the program before has run.
 * 3. Within a date nothing changes: a generation is asked for when a date begins.
 */

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const programSchema = z.strictObject({
  version: z.string(),
  hash,
  commit: z.string(),
  node: z.string(),
  configHash: hash,
});
/** A program with its configuration. */
export type Promoted = z.infer<typeof programSchema>;

const generationSchema = z.strictObject({
  generation: z.int().min(1),
  program: programSchema,
  /** the one before, which one can go back to */
  former: programSchema,
  kind: z.enum(['promoted', 'rolled-back']),
  /** the run that the shadow was clean on; null of one that was gone back to */
  run: z.string().nullable(),
  by: z.string().min(1),
  reason: z.string(),
  /** epoch ms */
  at: z.int(),
  /** differences that were accepted, since the program is meant to decide otherwise there */
  accepted: z.array(acceptedSchema).optional(),
});
/** A step from one program to the next. */
export type Generation = z.infer<typeof generationSchema>;

const generationsSchema = z.strictObject({ generations: z.array(generationSchema) });
const verdictSchema = z.looseObject({
  run: z.string(),
  blue: programSchema,
  shadow: programSchema,
  isClean: z.boolean(),
  differences: z.int(),
  first: z
    .looseObject({ t: z.number(), symbol: z.string(), recorded: z.string(), shadow: z.string(), gate: z.string().nullable() })
    .nullable(),
  isWhole: z.boolean(),
  decisions: z.int(),
  // earlier programs did not tell
  kinds: z.array(z.strictObject({ recorded: z.string(), shadow: z.string(), count: z.int().min(1) })).default([]),
});
type KnownVerdict = z.infer<typeof verdictSchema>;

/** A program that is not to begin a date, or cannot be promoted. */
export class NotPromoted extends Error {
  override readonly name = 'NotPromoted';
}

const folderOf = (home: string): string => path.join(home, 'promotion');
const verdictsOf = (home: string): string => path.join(folderOf(home), 'verdicts');
const generationsFile = (home: string): string => path.join(folderOf(home), 'generations.json');
const DIGITS = 12;

/** Writes down what a shadow came to. Returns the file: the latest verdict of a program and its configuration on a run counts. */
export async function keepVerdict(home: string, verdict: ShadowVerdict): Promise<string> {
  const { run, shadow } = verdict;
  const folder = verdictsOf(home);
  makeFolder(folder);
  const file = path.join(folder, `${run}.${shadow.hash.slice(0, DIGITS)}.${shadow.configHash.slice(0, DIGITS)}.json`);
  await writeAtomically(file, `${JSON.stringify(verdict, null, 2)}\n`);
  return file;
}

/** All generations of a home, the latest last. @throws ConfigurationError for a file that is none */
export async function generations(home: string): Promise<readonly Generation[]> {
  const file = generationsFile(home);
  const given = await jsonIn(file);
  if (given === undefined) return [];
  return parsed(generationsSchema, file, given).generations;
}

/** Who promotes, and why. */
export interface PromotionWord {
  readonly by: string;
  readonly reason: string;
  /** epoch ms */
  readonly at: number;
}

/**
 * Raises the generation: from the next date on runs are begun by this program with the configuration that its shadow had on a run. Where it had
 * several, `config` says which. @throws NotPromoted when a verdict is missing, or has differences that `acceptances` do not take in; ConfigurationError
 */
export async function promote(
  home: string,
  run: RunId,
  word: PromotionWord,
  config?: string,
  acceptances: readonly Acceptance[] = [],
): Promise<Generation> {
  const own = thisCode();
  const verdicts = (await verdictsOn(home, run)).filter(
    ({ shadow }) =>
      shadow.hash === own.hash && shadow.node === own.node && (config === undefined || shadow.configHash.startsWith(config)),
  );
  const [verdict, ...others] = verdicts;
  if (verdict === undefined)
    throw new NotPromoted(`${codeText(own)} has been no shadow of ${run}: run "aitrader shadow ${run}" with it first`);
  if (others.length > 0)
    throw new NotPromoted(
      `it was a shadow of ${run} by several configurations: name one by --config-hash (${verdicts.map(({ shadow }) => shadow.configHash.slice(0, DIGITS)).join(', ')})`,
    );
  const accepted = acceptedIn(verdict, acceptances, word.at);
  const before = await generations(home);
  const standing = before.at(-1)?.program;
  if (standing !== undefined && !isSame(standing, verdict.blue))
    throw new NotPromoted(
      `${run} was not decided by generation ${before.length} of this home (build ${standing.hash.slice(0, DIGITS)}): be a shadow of a run that was`,
    );
  return raise(home, before, { ...word, kind: 'promoted', program: verdict.shadow, former: verdict.blue, run, ...accepted });
}

/** What was accepted of a verdict; nothing of one that is clean. @throws NotPromoted */
function acceptedIn(verdict: KnownVerdict, acceptances: readonly Acceptance[], at: number): Pick<Generation, 'accepted'> {
  const { isClean, isWhole, decisions, differences, kinds } = verdict;
  const isTold = kinds.reduce((sum, { count }) => sum + count, 0) === differences;
  if (!isClean && (acceptances.length === 0 || !isWhole || decisions === 0 || !isTold))
    throw new NotPromoted(`the cut-over is blocked: ${whyNotClean(verdict)}`);
  const { accepted, problems } = acceptedOf(kinds, acceptances, newYorkDate(epochMs(at)));
  if (problems.length > 0) throw new NotPromoted(`the cut-over is blocked: ${problems.join('; ')}`);
  return accepted.length === 0 ? {} : { accepted: [...accepted] };
}

/** Goes back to the program before the present generation's, as a generation of its own. @throws NotPromoted when nothing was promoted */
export async function rollBack(home: string, word: PromotionWord): Promise<Generation> {
  const before = await generations(home);
  const last = before.at(-1);
  if (last === undefined) throw new NotPromoted('nothing was promoted in this home: there is nothing to go back to');
  return raise(home, before, { ...word, kind: 'rolled-back', program: last.former, former: last.program, run: null });
}

async function raise(home: string, before: readonly Generation[], next: Omit<Generation, 'generation'>): Promise<Generation> {
  const generation = { generation: before.length + 1, ...next };
  makeFolder(folderOf(home));
  await writeAtomically(generationsFile(home), `${JSON.stringify({ generations: [...before, generation] }, null, 2)}\n`);
  return generation;
}

/**
 * Lets a date begin by the generation in force alone; in a home where nothing was promoted, by any. Runs of bars that are played from their own
 * beginning are no dates: they are how a program is tried. @throws NotPromoted, ConfigurationError
 */
export async function requireGeneration(
  home: string,
  { source, config, follows }: Pick<IngestSpec, 'source' | 'config' | 'follows'>,
): Promise<void> {
  if (source.kind !== 'live' && follows === undefined) return;
  await keepRecords(home);
  const last = (await generations(home)).at(-1);
  if (last === undefined) return;
  const { program, generation } = last;
  const own = { ...thisCode(), configHash: configHashOf(config) };
  const problems = (['hash', 'node', 'configHash'] as const)
    .filter((field) => own[field] !== program[field])
    .map((field) => `${WORDS[field]} ${shown(program[field])}, and this is ${shown(own[field])}`);
  if (problems.length > 0)
    throw new NotPromoted(
      `the date is begun by generation ${generation} of this home: ${problems.join('; ')}. Promote what is to run ("aitrader shadow", "aitrader promote"), or go back ("aitrader promote --back")`,
    );
}

const WORDS = { hash: 'build', node: 'Node', configHash: 'configuration' } as const;
const shown = (text: string): string => (text.length > DIGITS ? `${text.slice(0, DIGITS)}…` : text);
const isSame = (one: Promoted, other: Promoted): boolean =>
  one.hash === other.hash && one.node === other.node && one.configHash === other.configHash;

function whyNotClean({ run, isWhole, decisions, differences, first }: KnownVerdict): string {
  if (!isWhole) return `${run} had not come to its end, or its shadow has not: it proves nothing yet`;
  if (first === null || decisions === 0) return `${run} decided nothing, so that its shadow proves nothing`;
  const gate = first.gate === null ? '' : ` (gate ${first.gate})`;
  return `of ${decisions} decisions of ${run} ${differences} are others; the first at ${new Date(first.t).toISOString()}, ${first.symbol}: recorded ${first.recorded}, the shadow ${first.shadow}${gate}`;
}

async function verdictsOn(home: string, run: RunId): Promise<readonly KnownVerdict[]> {
  const folder = verdictsOf(home);
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissingFile(error)) return [];
    throw error;
  });
  const files = names.filter((name) => name.startsWith(`${run}.`) && name.endsWith('.json')).sort(compareText);
  const all = files.map(async (name) => {
    const file = path.join(folder, name);
    return parsed(verdictSchema, file, await jsonIn(file));
  });
  return Promise.all(all);
}

async function jsonIn(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    if (error instanceof SyntaxError) throw new ConfigurationError(file, [`not JSON: ${error.message}`]);
    throw error;
  }
}

function parsed<T>(schema: z.ZodType<T>, file: string, given: unknown): T {
  const result = schema.safeParse(given);
  if (!result.success) throw new ConfigurationError(file, problemsOf(result.error, given));
  return result.data;
}
