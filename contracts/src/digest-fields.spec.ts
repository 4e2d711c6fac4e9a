/**
 * Every field counts in the digest: a message of each fact is changed one value at a time, as its schema lets it, and its rows differ each
 * time, but for the fields that the digest leaves out on purpose.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { FACTS, jsonSchemaOf, type Fact, type JsonSchema } from './index.ts';
import { bytesOf } from '../testing/codec-of.ts';
import { COLUMN_NAMES, figuresText, rowsIn } from '../testing/figures.ts';
import { messageOf } from '../testing/one-field-changed.ts';
import { KINDS, KIND_NAMES, written, type Kind } from '../testing/rows-of.ts';

/** What the digest leaves out, by fact; `docs/determinism.md` says why. */
const LEFT_OUT: Readonly<Record<Kind, readonly string[]>> = {
  bars: ['tf', 'shard', 'knownAt', 'feed', 'absent'],
  states: ['shard', 'model'],
  signals: ['t', 'shard'],
  orders: [
    't',
    'denials',
    ...['cash', 'equity', 'gross', 'reserved', 'realised', 'equityPeak', 'drawdownPpm', 'tradingState'].map(
      (figure) => `account.${figure}`,
    ),
    ...['id', 'kind', 't', 'by', 'reason', 'value', 'limit'].map((figure) => `trips.*.${figure}`),
  ],
  denials: ['t'],
  'order-events': ['t', 'fills', 'doubt'],
  fills: ['t'],
  watchlists: [],
  forecasts: [],
};
/** Facts without rows. */
const LEFT_OUT_WHOLE: readonly Fact[] = ['manifest', 'opening', 'requests', 'reports', 'control', 'closing'];

const rowsOf = (kind: Kind, message: unknown): string => written(KINDS[kind](bytesOf(JSON.stringify(message))));

/** The places at which some change of a message of `schema` leaves its rows as they were. */
function uncounted(schema: JsonSchema, rows: (message: unknown) => string): string[] {
  const { message, changes } = messageOf(schema);
  const before = rows(message);
  const silent = changes.filter(({ value }) => rows(value) === before).map(({ at }) => at);
  return [...new Set(silent)];
}

/** Every place of a schema that has a value of its own, constants included. */
function placesIn(schema: JsonSchema, at = ''): string[] {
  const { properties, items, contentEncoding }: Record<string, unknown> = schema;
  if (contentEncoding !== undefined) return COLUMN_NAMES.map((name) => `${at}.${name}`);
  if (typeof properties === 'object' && properties !== null)
    return Object.entries(properties).flatMap(([name, part]) => placesIn(part as JsonSchema, at === '' ? name : `${at}.${name}`));
  if (typeof items === 'object' && items !== null) return placesIn(items as JsonSchema, `${at}.*`);
  return [at];
}
const isConstant = (schema: JsonSchema, at: string): boolean => {
  const part = at.split('.').reduce<JsonSchema>((within, name) => {
    const { properties, items } = within as { properties?: Record<string, JsonSchema>; items?: JsonSchema };
    return (name === '*' ? items : properties?.[name]) ?? {};
  }, schema);
  return part.const !== undefined;
};

describe('the rows of a digest', () => {
  it('are of every fact, but for those that are left out as a whole', () => {
    expect(FACTS.filter((fact) => !LEFT_OUT_WHOLE.includes(fact))).toEqual(KIND_NAMES);
  });

  it.each(KIND_NAMES)('of %s are others when anything is another, but for what is left out on purpose', (kind) => {
    expect(uncounted(jsonSchemaOf(kind), (message) => rowsOf(kind, message)).sort()).toEqual([...LEFT_OUT[kind]].sort());
  });

  it.each(KIND_NAMES)('of %s were held against a change of every value that can change', (kind) => {
    const schema = jsonSchemaOf(kind);
    const changed = new Set(messageOf(schema).changes.map(({ at }) => at));
    const places = placesIn(schema).filter((at) => !isConstant(schema, at));
    expect([...changed].sort()).toEqual([...new Set(places)].sort());
  });

  it('are described with what they leave out', () => {
    const text = readFileSync(path.resolve(import.meta.dirname, '../../docs/determinism.md'), 'utf8');
    const table = /## What the digest leaves out\n[^|]*((?:\|.*\n)+)/.exec(text)?.[1] ?? '';
    const rows = table.trimEnd().split('\n').slice(2);
    const told = rows.map((row) => row.split('|').map((cell) => cell.trim()));
    const described = told.map(([, fact = '', fields = '', why = '']) => {
      expect(why.length).toBeGreaterThan(10);
      return [
        fact.replaceAll('`', ''),
        fields === 'all of it' ? fields : [...fields.matchAll(/`([^`]+)`/g)].map(([, field]) => field).sort(),
      ];
    });
    const left = Object.entries(LEFT_OUT).map(([fact, fields]) => [fact, [...fields].sort()] as const);
    const whole = LEFT_OUT_WHOLE.map((fact) => [fact, 'all of it'] as const);
    expect(Object.fromEntries(described)).toEqual(Object.fromEntries([...left, ...whole]));
  });
});

describe('a field that somebody adds to a schema and forgets in the rows', () => {
  /** The schema with a field more, at a place. */
  function withField(
    { properties, items, ...rest }: JsonSchema,
    [step, ...steps]: readonly string[],
    field: JsonSchema,
  ): JsonSchema {
    if (step === '*') return { ...rest, items: withField(items as JsonSchema, steps, field) };
    const parts = properties as Readonly<Record<string, JsonSchema>>;
    if (step === undefined) return { ...rest, properties: { ...parts, planted: field } };
    return { ...rest, properties: { ...parts, [step]: withField(parts[step] ?? {}, steps, field) } };
  }
  /** The message as rows see it that do not know of the field. */
  const forgetful = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(forgetful);
    if (typeof value !== 'object' || value === null) return value;
    const known = Object.entries(value).filter(([name]) => name !== 'planted');
    return Object.fromEntries(known.map(([name, part]) => [name, forgetful(part)]));
  };
  const FIELDS: readonly JsonSchema[] = [
    { type: 'integer' },
    { type: 'boolean' },
    { type: 'string', enum: ['a', 'b'] },
    { anyOf: [{ type: 'string' }, { type: 'null' }] },
  ];

  it.each<[Kind, string]>([
    ['signals', 'signals.*'],
    ['signals', 'signals.*.forward'],
    ['orders', 'orders.*'],
    ['orders', 'gates.*'],
    ['denials', 'gates.*'],
    ['denials', 'denials.*'],
    ['order-events', 'events.*'],
    ['fills', 'fills.*'],
  ])('of %s at %s is found out', (kind, at) => {
    for (const field of FIELDS) {
      const schema = withField(jsonSchemaOf(kind), at.split('.'), field);
      const silent = uncounted(schema, (message) => rowsOf(kind, forgetful(message)));
      expect(silent.filter((one) => !LEFT_OUT[kind].includes(one))).toEqual([`${at}.planted`]);
    }
  });

  it('of bars as a column is found out', () => {
    const schema = withField(jsonSchemaOf('bars'), [], { type: 'array', items: { type: 'integer' } });
    const silent = uncounted(schema, (message) => rowsOf('bars', forgetful(message)));
    expect(silent.filter((one) => !LEFT_OUT.bars.includes(one))).toEqual(['planted.*']);
  });

  it.each(COLUMN_NAMES)('of states as the figure %s is found out', (name) => {
    const c = COLUMN_NAMES.indexOf(name);
    const without = (message: { readonly figures: string }): unknown => {
      const rows = rowsIn(message.figures, 2).map((row) => row.map((figure, column) => (column === c ? 0 : figure)));
      return { ...message, figures: figuresText(rows) };
    };
    const silent = uncounted(jsonSchemaOf('states'), (message) => rowsOf('states', without(message as { figures: string })));
    expect(silent.filter((one) => !LEFT_OUT.states.includes(one))).toEqual([`figures.${name}`]);
  });
});
