import fc from 'fast-check';
import { z } from 'zod';
import { STATE_WIDTH } from '@aitrader/model';
import { jsonSchemaOf, runConfigSchema, type Fact, type JsonSchema } from '../src/index.ts';
import { figuresText } from './figures.ts';

/** Text that has upset parsers: quotes, a second `t`, what NATS splits at, bytes beyond ASCII. */
const HOSTILE = ['', '"t":1,', '{"t":1}', '\\"t\\":2}', '\u0000', 'a.b.*.>', 'Übung \u{1f514}', '\ufeff', '\u2028', '__proto__'];

/** The pattern that all text meets which fast-check makes of whole characters. */
const WELL_FORMED = '^[^\\ud800-\\udfff]*$';

/** Any message that the fact's schema accepts, with slices' symbols in order and their columns of one length. */
export function someMessage(fact: Fact): fc.Arbitrary<Record<string, unknown>> {
  const some = someObject(jsonSchemaOf(fact));
  if (fact === 'bars') return some.map(asWritten);
  if (fact === 'orders' || fact === 'denials') return some.map((message) => asAsked(message, fact));
  if (fact !== 'manifest') return some;
  return fc.tuple(some, someObject(z.toJSONSchema(runConfigSchema))).map(([manifest, config]) => ({ ...manifest, config }));
}

/** Gaps and revisions as whoever writes them says them: in order, of symbols without a bar, of intervals before. */
function asWritten(message: Record<string, unknown>): Record<string, unknown> {
  const { t, symbols, gaps, revisions } = message as {
    t: number;
    symbols: string[];
    gaps: { symbol: string }[];
    revisions: { t: number; symbol: string }[];
  };
  const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
  const ownGaps = gaps.filter(({ symbol }) => !symbols.includes(symbol)).sort((a, b) => order(a.symbol, b.symbol));
  const earlier = revisions.filter((each) => each.t < t).sort((a, b) => a.t - b.t || order(a.symbol, b.symbol));
  return {
    ...message,
    gaps: ownGaps.filter(({ symbol }, i) => symbol !== ownGaps[i - 1]?.symbol),
    revisions: earlier.filter((each, i) => each.t !== earlier[i - 1]?.t || each.symbol !== earlier[i - 1]?.symbol),
  };
}

/** Each gate named once, the first row asked all of them, and a figure of every row for each. */
function asAsked(message: Record<string, unknown>, fact: 'orders' | 'denials'): Record<string, unknown> {
  const rows = message[fact] as { values: (number | null)[]; limits: number[] }[];
  const named = (message.gates as object[]).map((gate) => JSON.stringify(gate));
  const gates = rows.length === 0 ? [] : [...new Set(named)].map((gate): unknown => JSON.parse(gate));
  const asked = rows.map(({ values, limits, ...rest }, row) => {
    const own = gates.map((_, i) => (row === 0 ? (values[i] ?? i) : (values[i] ?? null)));
    return { ...rest, values: own, limits: own.map((value, i) => (value === null ? 0 : (limits[i] ?? 1))) };
  });
  return { ...message, gates, [fact]: asked };
}

export const someTicker: fc.Arbitrary<string> = fc.stringMatching(/^[A-Z0-9][A-Z0-9.\-/^=]{0,15}$/);
export const someTickers: fc.Arbitrary<string[]> = fc
  .uniqueArray(fc.oneof(someTicker, fc.constantFrom('BRK.B', 'BRK-B', 'BRK', 'A', 'Z9')), { maxLength: 5 })
  .map((symbols) => symbols.sort());

/** Any message that a schema accepts which is not that of today's fact. */
export const someMessageOf = (schema: z.ZodType): fc.Arbitrary<Record<string, unknown>> =>
  someObject(z.toJSONSchema(schema, { target: 'draft-7' }));

function someObject({ properties }: JsonSchema): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.entries(part(properties)).map(([name, schema]) => [name, part(schema)] as const);
  if (!fields.some(([name]) => name === 'symbols')) return someRecord(fields, someValue);
  return someTickers.chain((symbols) => {
    const length = { minLength: symbols.length, maxLength: symbols.length };
    const column = ({ items }: JsonSchema): fc.Arbitrary<unknown> => fc.array(someValue(part(items)), length);
    return someRecord(fields, (schema, name) => {
      if (name === 'symbols') return fc.constant(symbols);
      if (schema.contentEncoding !== undefined) return someFigures(symbols.length).map(figuresText);
      const isColumn = schema.type === 'array' && part(schema.items).type !== 'object';
      return isColumn ? column(schema) : someValue(schema);
    });
  });
}

/** Rows of figures, columns of which take any number of bytes. */
export function someFigures(count: number): fc.Arbitrary<number[][]> {
  const size = fc.constantFrom(0, 1, 127, 128, 32_767, 2 ** 23, 2 ** 31 - 1, 2 ** 31, Number.MAX_SAFE_INTEGER);
  const row = fc.array(size, { minLength: STATE_WIDTH, maxLength: STATE_WIDTH });
  return row.chain((sizes) =>
    fc.array(fc.tuple(...sizes.map((max) => fc.oneof(fc.integer({ min: -max, max }), fc.constantFrom(max, -max)))), {
      minLength: count,
      maxLength: count,
    }),
  );
}

function someRecord(
  fields: readonly (readonly [string, JsonSchema])[],
  some: (schema: JsonSchema, name: string) => fc.Arbitrary<unknown>,
): fc.Arbitrary<Record<string, unknown>> {
  const arbitraries: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [name, schema] of fields) arbitraries[name] = some(schema, name);
  return fc.record(arbitraries);
}

function someValue(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum.map((choice: unknown) => choice));
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return fc.oneof(...choices.map((one) => someValue(part(one))));
  switch (schema.type) {
    case 'object':
      return schema.properties === undefined && typeof schema.additionalProperties === 'object'
        ? fc.dictionary(fc.stringMatching(/^[a-z][A-Za-z]{0,9}$/), someValue(part(schema.additionalProperties)), { maxKeys: 3 })
        : someObject(schema);
    case 'array':
      return fc.array(someValue(part(schema.items)), {
        minLength: number(schema.minItems, 0),
        maxLength: number(schema.maxItems, 3),
      });
    case 'string':
      return someText(schema);
    case 'integer':
      return someInteger(schema);
    case 'number':
      return someNumber(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      throw new Error(`no arbitrary for ${JSON.stringify(schema)}`);
  }
}

function someText({ pattern, minLength, maxLength }: JsonSchema): fc.Arbitrary<string> {
  if (typeof pattern === 'string' && pattern !== WELL_FORMED) return fc.stringMatching(new RegExp(pattern));
  const least = number(minLength, 0);
  const most = number(maxLength, 100);
  const hostile = HOSTILE.filter((text) => text.length >= least && text.length <= most);
  const longest = fc.constantFrom('x', 'é', '\u{1f514}').map((character) => character.repeat(most));
  const any = fc.string({ unit: 'binary', minLength: least, maxLength: Math.min(most, Math.max(least, 20)) });
  return fc.oneof(
    { weight: 8, arbitrary: any },
    { weight: 8, arbitrary: fc.constantFrom(...hostile, 'x'.repeat(least)).filter((text) => text.length >= least) },
    { weight: 1, arbitrary: longest },
  );
}

function someInteger({ minimum, exclusiveMinimum, maximum }: JsonSchema): fc.Arbitrary<number> {
  const min = Math.max(number(minimum, Number.MIN_SAFE_INTEGER), number(exclusiveMinimum, -Infinity) + 1);
  const max = number(maximum, Number.MAX_SAFE_INTEGER);
  return fc.oneof(
    fc.integer({ min, max }),
    fc.constantFrom(min, max),
    fc.integer({ min, max: Math.min(max, Math.max(min, 1_000)) }),
  );
}

function someNumber({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: JsonSchema): fc.Arbitrary<number> {
  return fc.double({
    noNaN: true,
    noDefaultInfinity: true,
    min: number(minimum ?? exclusiveMinimum, -Number.MAX_VALUE),
    minExcluded: exclusiveMinimum !== undefined,
    max: number(maximum ?? exclusiveMaximum, Number.MAX_VALUE),
    maxExcluded: exclusiveMaximum !== undefined,
  });
}

const number = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

function part(value: unknown): JsonSchema {
  if (typeof value !== 'object' || value === null) throw new Error(`not a schema: ${JSON.stringify(value)}`);
  return Object.fromEntries(Object.entries(value));
}
