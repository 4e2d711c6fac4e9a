import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { TIMEFRAMES, epochMs, ticker, type BarSource, type ModelParameters } from '@aitrader/model';
import { ConfigurationError } from './configuration-error.ts';
import { documentIn, readGivenFile } from './given-file.ts';
import { problemsOf } from './problems.ts';

const entrySchema = z.strictObject({
  symbol: z.string().min(1),
  model: z.string().min(1),
  version: z.string().min(1),
  timeframe: z.enum(TIMEFRAMES).nullable(),
  fittedFrom: z.int().min(0).nullable(),
  fittedTo: z.int().min(0).nullable(),
  n: z.int().min(1),
  values: z.record(z.string(), z.number()),
  logLikelihood: z.number(),
  converged: z.boolean(),
});
const fileSchema = z.strictObject({ version: z.literal(1), parameters: z.array(entrySchema) });

/**
 * The parameters of one model for one symbol, or one plain series. `version` names the fitted model and a digest of its values;
 * `timeframe` and the closes of the first and last bar, epoch ms, are null for a plain series.
 */
export type ParametersEntry = Readonly<z.infer<typeof entrySchema>>;

/** The entries of a parameters file with this content. @throws ConfigurationError naming file, field and value */
export function parametersFileFrom(file: string, bytes: Uint8Array): readonly ParametersEntry[] {
  const given = documentIn(file, bytes, 'parameters');
  const result = fileSchema.safeParse(given);
  if (!result.success) throw new ConfigurationError(file, problemsOf(result.error, given));
  return result.data.parameters;
}

export interface LoadedParameters {
  readonly parameters: readonly ModelParameters[];
  readonly source: BarSource;
}

/**
 * Reads a file of fitted parameters, as `aitrader fit --into` writes it. Those fitted to a plain series belong to no interval, and
 * those that did not converge to none either: both are refused by name. @throws ConfigurationError
 */
export async function loadModelParameters(file: string): Promise<LoadedParameters> {
  const bytes = await readGivenFile(file, 'parameters');
  const entries = parametersFileFrom(file, bytes);
  const parameters = entries.map(({ symbol, model, version, timeframe, fittedTo, values, converged }, i): ModelParameters => {
    const named = `parameters.${i} (${model} of ${symbol})`;
    if (fittedTo === null || timeframe === null)
      throw new ConfigurationError(file, [`${named}.fittedTo: was fitted to no bars, got null`]);
    if (!converged) throw new ConfigurationError(file, [`${named}.converged: a fit that did not converge, got false`]);
    const list = Object.entries(values).map(([name, value]) => ({ name, value }));
    return { symbol: ticker(symbol), model, version, timeframe, fittedTo: epochMs(fittedTo), values: list };
  });
  return {
    parameters,
    source: {
      name: path.basename(file),
      sha256: createHash('sha256').update(bytes).digest('hex'),
      shape: 'model parameters',
      adjustment: 'unknown',
    },
  };
}
