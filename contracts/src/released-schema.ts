import { z } from 'zod';
import { schemaOf } from './earlier-versions.ts';
import type { JsonSchema } from './schemas.ts';
import type { Fact } from './topology.ts';

/** Keywords that say something and demand nothing. */
const WORDS: ReadonlySet<string> = new Set(['$schema', 'title', 'description', 'readOnly']);

/** What the schema of a fact's version demands. @throws RangeError when there is no such version */
export const releasedSchemaOf = (fact: Fact, version: number): JsonSchema => demandsOf(schemaOf(fact, version));

/** What a schema demands, without its words: two schemas that are alike here accept the same messages. */
export const demandsOf = (schema: z.ZodType): JsonSchema => withoutWords(z.toJSONSchema(schema, { target: 'draft-7' }));

function withoutWords(schema: JsonSchema): JsonSchema {
  const demands = Object.entries(schema).filter(([keyword]) => !WORDS.has(keyword));
  return Object.fromEntries(demands.map(([keyword, value]) => [keyword, withinDemand(keyword, value)]));
}

function withinDemand(keyword: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((part: unknown) => (isSchema(part) ? withoutWords(part) : part));
  if (!isSchema(value)) return value;
  if (keyword !== 'properties') return withoutWords(value);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, isSchema(part) ? withoutWords(part) : part]));
}

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null && !Array.isArray(value);
