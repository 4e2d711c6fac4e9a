import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { recordOf } from '@aitrader/core-estimation';
import { ioProblem, isMissingFile, writeAtomically } from '@aitrader/runtime-storage';
import { parametersFileFrom, type ParametersEntry } from '@aitrader/runtime-configuration';
import type { Estimates } from './fit-document.ts';
import type { FitSeries } from './fit-series.ts';

/*
 * The file of fitted parameters that a run can take up later.
 *
 * 1. It is replaced as a whole or not at all, and one that cannot be read is left as it is.
 * 2. An entry is of one symbol, one model and one last bar; those of others stay.
 * 3. A fit that did not converge replaces nothing.
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
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if (isMissingFile(error)) return [];
    throw new Error(`${file}: ${ioProblem(error)}`, { cause: error });
  }
  return parametersFileFrom(file, bytes);
}

/** The parameters of a fit for the file. `model` is what the command line calls the model. */
export function entryOf(of: FitSeries, model: string, fit: Estimates): ParametersEntry {
  const values = recordOf(fit.parameters);
  return {
    symbol: of.key,
    model,
    version: versionOf(fit.model, values),
    timeframe: of.timeframe,
    fittedFrom: of.from,
    fittedTo: of.to,
    n: fit.n,
    values,
    logLikelihood: fit.logLikelihood,
    converged: fit.converged === true,
  };
}

/** What became of a fit in the file. */
export interface Taken {
  readonly entry: ParametersEntry;
  /** the entry of its symbol, model and last bar that was there */
  readonly replaced: ParametersEntry | undefined;
  /** the latest entry of its symbol and model up to its last bar that was there */
  readonly before: ParametersEntry | undefined;
  readonly isKept: boolean;
}

const modelKeyOf = ({ symbol, model }: ParametersEntry): string => JSON.stringify([symbol, model]);
const keyOf = ({ symbol, model, fittedTo }: ParametersEntry): string => JSON.stringify([symbol, model, fittedTo]);
const lastBarOf = ({ fittedTo }: ParametersEntry): number => fittedTo ?? -Infinity;

/** The latest of some entries up to a last bar, the later in the list of two with the same one. */
const latest = (entries: readonly ParametersEntry[], upTo: number): ParametersEntry | undefined =>
  entries.reduce<ParametersEntry | undefined>(
    (best, one) => (lastBarOf(one) <= upTo && (best === undefined || lastBarOf(one) >= lastBarOf(best)) ? one : best),
    undefined,
  );

/** The latest entry of a symbol and model up to a last bar. */
export const latestOf = (
  entries: readonly ParametersEntry[],
  symbol: string,
  model: string,
  upTo: number,
): ParametersEntry | undefined =>
  latest(
    entries.filter((one) => one.symbol === symbol && one.model === model),
    upTo,
  );

/** The entries with the converged ones of `fits` beside them, or in the place of those with the same last bar. */
export function merged(
  entries: readonly ParametersEntry[],
  fits: readonly ParametersEntry[],
): { readonly entries: readonly ParametersEntry[]; readonly taken: readonly Taken[] } {
  const byKey = new Map(entries.map((entry) => [keyOf(entry), entry]));
  const ofModel = Map.groupBy(entries, modelKeyOf);
  const taken = fits.map((entry) => ({
    entry,
    replaced: byKey.get(keyOf(entry)),
    before: latest(ofModel.get(modelKeyOf(entry)) ?? [], lastBarOf(entry)),
    isKept: !entry.converged,
  }));
  for (const { entry, isKept } of taken) if (!isKept) byKey.set(keyOf(entry), entry);
  return { entries: [...byKey.values()], taken };
}

/** Replaces a file by one with these entries, at once. @throws Error that names it */
export const writeParametersFile = (file: string, entries: readonly ParametersEntry[]): Promise<void> =>
  writeAtomically(file, `${JSON.stringify({ version: FILE_VERSION, parameters: entries }, null, 2)}\n`);
