import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { TIMEFRAMES, epochMs, ticker, type BarSource, type ModelParameters } from '@aitrader/model';
import { ConfigurationError } from './configuration-error.ts';
import { problemsOf } from './problems.ts';

const fileSchema = z.strictObject({
  version: z.literal(1),
  parameters: z.array(
    z.strictObject({
      symbol: z.string().regex(/^[A-Z0-9][A-Z0-9.\-/^=]{0,15}$/),
      model: z.string().min(1),
      version: z.string().min(1),
      timeframe: z.enum(TIMEFRAMES).nullable(),
      fittedFrom: z.int().min(0).nullable(),
      fittedTo: z.int().min(0).nullable(),
      n: z.int().min(1),
      values: z.record(z.string(), z.number()),
      logLikelihood: z.number(),
      converged: z.boolean(),
    }),
  ),
});

export interface LoadedParameters {
  readonly parameters: readonly ModelParameters[];
  readonly source: BarSource;
}

/**
 * Reads a file of fitted parameters, as `aitrader fit --into` writes it. Those fitted to a plain series belong to no interval, and
 * those that did not converge to none either: both are refused by name. @throws ConfigurationError
 */
export async function loadModelParameters(file: string): Promise<LoadedParameters> {
  const bytes = await readFile(file).catch(() => {
    throw new ConfigurationError(file, ['the file cannot be read']);
  });
  let given: unknown;
  try {
    given = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new ConfigurationError(file, [`not JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const result = fileSchema.safeParse(given);
  if (!result.success) throw new ConfigurationError(file, problemsOf(result.error, given));
  const parameters = result.data.parameters.map(
    ({ symbol, model, version, timeframe, fittedTo, values, converged }, i): ModelParameters => {
      const named = `parameters.${i} (${model} of ${symbol})`;
      if (fittedTo === null || timeframe === null)
        throw new ConfigurationError(file, [`${named}.fittedTo: was fitted to no bars, got null`]);
      if (!converged) throw new ConfigurationError(file, [`${named}.converged: a fit that did not converge, got false`]);
      const list = Object.entries(values).map(([name, value]) => ({ name, value }));
      return { symbol: ticker(symbol), model, version, timeframe, fittedTo: epochMs(fittedTo), values: list };
    },
  );
  return { parameters, source: { name: file, sha256: createHash('sha256').update(bytes).digest('hex') } };
}
