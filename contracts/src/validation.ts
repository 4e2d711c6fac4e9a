import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { jsonSchemaOf, type JsonSchema } from './schemas.ts';
import { FACTS, type Fact } from './topology.ts';

/** Thrown when a message is not what its fact's schema says. It names the fact, the field and the value. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  readonly fact: Fact;
  readonly field: string;
  constructor(fact: Fact, field: string, problem: string) {
    super(`${fact} message: ${field === '' ? 'the message' : field} ${problem}`);
    this.fact = fact;
    this.field = field;
  }
}

// Compiled once from the zod schemas: zod itself costs 0.4 µs for ten fields, which a wide slice would pay per symbol. Compiled at the first
// use, since all of them together take a fifth of the time that a process needs to start, and no process reads every fact.
// Not strict about keywords it does not know; strict about numbers, or 1e999 would come in as infinity.
// The schemas themselves are our own, and held against their meta-schema by a test.
const newAjv = once(
  () =>
    new Ajv({ allErrors: false, strict: false, strictNumbers: true, verbose: true, validateSchema: false, discriminator: true }),
);
const validators = new Map<Fact, () => ValidateFunction>(
  FACTS.map((fact) => [fact, once(() => newAjv().compile(told(jsonSchemaOf(fact))))]),
);

const KIND = 'kind';

/** A schema that says of every choice between objects that their kind tells which it is: a refusal then names the field of that one. */
function told(schema: JsonSchema): JsonSchema {
  const parts = Object.entries(schema).map(([keyword, value]) => [keyword, toldWithin(value)] as const);
  // What is no object has no kind, and would be let pass.
  const tag = schema['oneOf'] === undefined ? {} : { type: 'object', discriminator: { propertyName: KIND } };
  return { ...Object.fromEntries<unknown>(parts), ...tag };
}
function toldWithin(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toldWithin);
  return typeof value === 'object' && value !== null ? told(value as JsonSchema) : value;
}

/** Checks a parsed message against its fact's schema. @throws ContractError */
export function validate(fact: Fact, message: unknown): void {
  const check = validators.get(fact);
  if (check === undefined) throw new ContractError(fact, '', 'has no schema');
  refuse(check(), fact, '', message);
}

/** Checks a part of a fact's message, which stands at `at`, against a schema of its own. @throws ContractError */
export function validatorOf(fact: Fact, at: string, schema: () => JsonSchema): (part: unknown) => void {
  const check = once(() => newAjv().compile(told(schema())));
  return (part) => refuse(check(), fact, at, part);
}

/** What `make` makes, made when it is first asked for. */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function refuse(check: ValidateFunction, fact: Fact, at: string, message: unknown): void {
  if (check(message)) return;
  const error: ErrorObject | undefined = check.errors?.[0];
  if (error === undefined) throw new ContractError(fact, at, 'is malformed');
  const path = [at, ...error.instancePath.slice(1).split('/')];
  const { missingProperty, additionalProperty, allowedValues, tag, tagValue }: Record<string, unknown> = error.params;
  const field = [...path, missingProperty ?? additionalProperty ?? tag]
    .filter((name) => typeof name === 'string' && name !== '')
    .join('.');
  if (typeof missingProperty === 'string') throw new ContractError(fact, field, 'is missing');
  if (typeof additionalProperty === 'string') {
    const value: unknown = Reflect.get(Object(error.data), additionalProperty);
    throw new ContractError(fact, field, `is a field that the contract does not know, got ${shown(value)}`);
  }
  if (tag !== undefined && tagValue === undefined) throw new ContractError(fact, field, 'is missing');
  if (tag !== undefined) throw new ContractError(fact, field, `must be one of ${kindsIn(error)}, got ${shown(tagValue)}`);
  const expected = Array.isArray(allowedValues) ? `must be one of ${JSON.stringify(allowedValues)}` : error.message;
  throw new ContractError(fact, field, `${expected}, got ${shown(error.data)}`);
}

/** The kinds that a choice between objects has. */
function kindsIn({ parentSchema }: ErrorObject): string {
  const { oneOf } = (parentSchema ?? {}) as { oneOf?: readonly { properties: { kind: { const?: string; enum?: string[] } } }[] };
  return JSON.stringify((oneOf ?? []).flatMap(({ properties: { kind } }) => kind.enum ?? kind.const));
}

const SHOWN_LENGTH_MAX = 80;

/** A value as an error names it. JSON would call infinity null. */
export function shown(value: unknown): string {
  const json = typeof value === 'number' || typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? 'nothing');
  return json.length > SHOWN_LENGTH_MAX ? `${json.slice(0, SHOWN_LENGTH_MAX)}…` : json;
}
