import { z } from 'zod';
import { epochMs } from '@aitrader/model';
import { ConfigurationError } from './configuration-error.ts';
import { problemsOf } from './problems.ts';

const VERSION = 1;
const edge = z.strictObject({
  strategy: z.string().min(1),
  kind: z.string().min(1),
  parameters: z.record(z.string(), z.number()),
  slope: z.number().min(-10).max(10),
  slopeError: z.number().gt(0).max(10),
  outcomes: z.int().min(0),
  until: z.int().min(0).transform(epochMs),
});
const fileSchema = z.strictObject({ version: z.literal(VERSION), edges: z.array(edge) });

/**
 * What the claims of a strategy with these parameters came to on bars up to `until`: the slope of outcome on claim, its standard error, and how
 * many claims came to an end.
 */
export type LearnedEdge = Readonly<z.infer<typeof edge>>;

/** Reads a document of learned edges. `source` is named in errors. @throws ConfigurationError */
export function parseLearnedEdges(given: unknown, source: string): readonly LearnedEdge[] {
  const result = fileSchema.safeParse(given);
  if (!result.success) throw new ConfigurationError(source, problemsOf(result.error, given));
  return result.data.edges;
}

/** The document of learned edges, as it is written to a file. */
export const learnedEdgesText = (edges: readonly LearnedEdge[]): string =>
  `${JSON.stringify({ version: VERSION, edges }, null, 2)}\n`;
