import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { TIMEFRAMES } from '@aitrader/model';
import { isJsonObject } from './json-object.ts';
import { isMissingFile } from './missing-file.ts';
import { writeAtomically } from '../write-atomically.ts';

/*
 * The file of fitted parameters that a run can take up later.
 *
 * 1. It is replaced as a whole or not at all, and one that cannot be read is left as it is.
 * 2. A fit that did not converge replaces nothing; entries of other symbols and models stay.
 */

const FILE_VERSION = 1;
const VERSION_DIGITS = 16;

/** The parameters of one model for one symbol. */
export interface ParametersEntry {
  readonly symbol: string;
  /** what `--model` calls it */
  readonly model: string;
  /** the fitted model and a digest of its values */
  readonly version: string;
  /** length of the bars, and the closes of the first and last, epoch ms; null for a plain series */
  readonly timeframe: string | null;
  readonly fittedFrom: number | null;
  readonly fittedTo: number | null;
  readonly n: number;
  readonly values: Readonly<Record<string, number>>;
  readonly logLikelihood: number;
  readonly converged: boolean;
}

/** Names a fitted model and its values: the same values have the same version. */
export function versionOf(model: string, values: Readonly<Record<string, number>>): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([model, values]))
    .digest('hex');
  return `${model.replaceAll(' ', '-')}/${digest.slice(0, VERSION_DIGITS)}`;
}

/** The entries of a file; none when there is no file. @throws Error that names file, field and value of what is no such file */
export async function readParametersFile(file: string): Promise<readonly ParametersEntry[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (isMissingFile(cause)) return [];
    throw new Error(`${file}: cannot be read`, { cause });
  }
  return parametersFileFrom(file, text);
}

const isNumber = (value: unknown): value is number => typeof value === 'number';

/** @throws Error as `readParametersFile` */
export function parametersFileFrom(file: string, text: string): readonly ParametersEntry[] {
  const refuse = (field: string, value: unknown, must: string): never => {
    throw new Error(
      `${file} is no parameters file, and is left as it is: ${field} is ${JSON.stringify(value)} and must be ${must}`,
    );
  };
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is no parameters file, and is left as it is: it is no JSON`, { cause });
  }
  if (!isJsonObject(document)) return refuse('the document', document, 'an object');
  if (document['version'] !== FILE_VERSION) return refuse('version', document['version'], String(FILE_VERSION));
  const list = document['parameters'];
  if (!Array.isArray(list)) return refuse('parameters', list, 'a list');
  return list.map((entry: unknown, i) => {
    if (!isJsonObject(entry)) return refuse(`parameters[${i}]`, entry, 'an object');
    const field = <T>(name: string, is: (value: unknown) => value is T, must: string): T => {
      const value = entry[name];
      return is(value) ? value : refuse(`parameters[${i}].${name}`, value, must);
    };
    const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
    const isTimeframe = (value: unknown): value is string | null => value === null || TIMEFRAMES.some((each) => each === value);
    const isInstant = (value: unknown): value is number | null => value === null || isNumber(value);
    const isValues = (value: unknown): value is Record<string, number> =>
      isJsonObject(value) && Object.values(value).every(isNumber);
    return {
      symbol: field('symbol', isText, 'text'),
      model: field('model', isText, 'text'),
      version: field('version', isText, 'text'),
      timeframe: field('timeframe', isTimeframe, `null or one of ${TIMEFRAMES.join(', ')}`),
      fittedFrom: field('fittedFrom', isInstant, 'epoch ms or null'),
      fittedTo: field('fittedTo', isInstant, 'epoch ms or null'),
      n: field('n', isNumber, 'a number'),
      values: field('values', isValues, 'numbers by name'),
      logLikelihood: field('logLikelihood', isNumber, 'a number'),
      converged: field('converged', (value) => typeof value === 'boolean', 'true or false'),
    };
  });
}

/** What became of a fit in the file; `before` is the entry of its symbol and model that was there. */
export interface Taken {
  readonly entry: ParametersEntry;
  readonly before: ParametersEntry | undefined;
  readonly isKept: boolean;
}

const keyOf = ({ symbol, model }: ParametersEntry): string => JSON.stringify([symbol, model]);

/** The entries with the converged ones of `fits` in the place of those before them. */
export function merged(
  entries: readonly ParametersEntry[],
  fits: readonly ParametersEntry[],
): { readonly entries: readonly ParametersEntry[]; readonly taken: readonly Taken[] } {
  const byKey = new Map(entries.map((entry) => [keyOf(entry), entry]));
  const taken = fits.map((entry) => ({ entry, before: byKey.get(keyOf(entry)), isKept: !entry.converged }));
  for (const { entry, isKept } of taken) if (!isKept) byKey.set(keyOf(entry), entry);
  return { entries: [...byKey.values()], taken };
}

/** Replaces a file by one with these entries, at once. @throws Error that names it */
export const writeParametersFile = (file: string, entries: readonly ParametersEntry[]): Promise<void> =>
  writeAtomically(file, `${JSON.stringify({ version: FILE_VERSION, parameters: entries }, null, 2)}\n`);
