import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parametersFileFrom, type ParametersEntry } from '@aitrader/runtime-configuration';
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
