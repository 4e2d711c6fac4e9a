import type { JsonSchema } from '../src/index.ts';
import { COLUMN_NAMES, figuresText } from './figures.ts';

/*
 * A message of a schema, and the same message with one value changed, for every value that the schema lets it have: generated from the
 * schema alone, so that a field that somebody adds is changed, too.
 */

/** What stands at a place of a message, and what else might stand there. */
interface Sample {
  readonly value: unknown;
  readonly changes: readonly Change[];
}
/** One value changed: the place, `*` for any element of a list, and the whole message. */
export interface Change {
  readonly at: string;
  readonly value: unknown;
}

/** Elements of a list of any length: two can be told apart, changed and dropped. */
const LIST_LENGTH = 2;

/** A message of a schema with every change of one value. @throws Error for a schema that it has no values for */
export const messageOf = (schema: JsonSchema): { readonly message: unknown; readonly changes: readonly Change[] } => {
  const { value, changes } = sampleOf(schema, '', 0);
  return { message: value, changes };
};

function sampleOf(schema: JsonSchema, at: string, place: number): Sample {
  if (schema.contentEncoding !== undefined) return figuresOf(at);
  if (schema.const !== undefined) return { value: schema.const, changes: [] };
  if (Array.isArray(schema.enum)) return oneOf(schema.enum, at);
  if (Array.isArray(schema.anyOf))
    return oneOf(
      schema.anyOf.map((one) => sampleOf(schemaIn(one), at, place).value),
      at,
    );
  switch (schema.type) {
    case 'object':
      return objectOf(schemaIn(schema.properties), at, place);
    case 'array':
      return listOf(schema, at, place);
    case 'string':
      return oneOf(textsOf(schema, place), at);
    case 'integer':
    case 'number':
      return oneOf(numbersOf(schema, place), at);
    case 'boolean':
      return oneOf([place % 2 === 0, place % 2 !== 0], at);
    case 'null':
      return { value: null, changes: [] };
    default:
      throw new Error(`no values for ${at}: ${JSON.stringify(schema)}`);
  }
}

/** Packed figures of two symbols; every one of them is changed once. */
function figuresOf(at: string): Sample {
  const rows = Array.from({ length: LIST_LENGTH }, (_, i) => COLUMN_NAMES.map((_name, c) => 1_000 * (i + 1) + 10 * c));
  const changed = (i: number, c: number): string =>
    figuresText(rows.map((row, other) => (other === i ? row.map((figure, column) => figure + (column === c ? 1 : 0)) : row)));
  const changes = rows.flatMap((_, i) => COLUMN_NAMES.map((name, c) => ({ at: `${at}.${name}`, value: changed(i, c) })));
  return { value: figuresText(rows), changes };
}

/** The first of some values; each of the others is a change. */
function oneOf(values: readonly unknown[], at: string): Sample {
  const [value, ...others] = values;
  if (value === undefined) throw new Error(`no values for ${at}`);
  return { value, changes: others.map((other) => ({ at, value: other })) };
}

function objectOf(properties: JsonSchema, at: string, place: number): Sample {
  const parts = Object.entries(properties).map(([name, schema], i) => {
    return [name, sampleOf(schemaIn(schema), at === '' ? name : `${at}.${name}`, place + i)] as const;
  });
  const value = Object.fromEntries(parts.map(([name, part]) => [name, part.value]));
  const changes = parts.flatMap(([name, part]) =>
    part.changes.map((change) => ({ at: change.at, value: { ...value, [name]: change.value } })),
  );
  return { value, changes };
}

function listOf({ items, minItems, maxItems }: JsonSchema, at: string, place: number): Sample {
  const length = typeof minItems === 'number' && minItems === maxItems ? minItems : LIST_LENGTH;
  const parts = Array.from({ length }, (_, i) => sampleOf(schemaIn(items), `${at}.*`, place + 10 * i));
  const value = parts.map((part) => part.value);
  const changes = parts.flatMap((part, i) =>
    part.changes.map((change) => ({ at: change.at, value: value.map((one, other) => (other === i ? change.value : one)) })),
  );
  return { value, changes };
}

/** Numbers that a schema accepts: one that its place in the message gives, one that is near, and one of the other sign. */
function numbersOf({ type, minimum, exclusiveMinimum, maximum }: JsonSchema, place: number): number[] {
  const step = type === 'integer' ? 1 : 0.25;
  const least =
    typeof minimum === 'number' ? minimum : typeof exclusiveMinimum === 'number' ? exclusiveMinimum + step : -Infinity;
  const most = typeof maximum === 'number' ? maximum : Infinity;
  const value = Math.min(Math.max(least, 7 + place), most);
  return [value, value + step, value - step, -value].filter((number) => number >= least && number <= most);
}

/** Texts that a schema accepts; those of a greater place come later in canonical order. */
function textsOf({ pattern, minLength }: JsonSchema, place: number): string[] {
  const letter = String.fromCharCode('A'.charCodeAt(0) + Math.floor(place / 10));
  const accepted = (text: string): boolean => typeof pattern !== 'string' || new RegExp(pattern, 'u').test(text);
  const texts = [`${letter}B`, `${letter}C`, `${letter}B.X`, `${letter.toLowerCase()}b`, `${letter}é`].filter(accepted);
  return minLength === undefined ? [...texts, ''].filter(accepted) : texts;
}

function schemaIn(value: unknown): JsonSchema {
  if (typeof value !== 'object' || value === null) throw new Error(`not a schema: ${JSON.stringify(value)}`);
  return Object.fromEntries(Object.entries(value));
}
