import { z } from 'zod';
import { STATE_COLUMNS, STATE_WIDTH, newBarSlice, newStateSlice, read } from '@aitrader/model';
import { decodeWatchlist } from './codecs.ts';
import { decodeBars } from './columns.ts';
import type { JsonObject } from './config-reading.ts';
import { runConfigSchema } from './config-schema.ts';
import { readManifest } from './manifest-codec.ts';
import { parse } from './payload.ts';
import { jsonSchemaOf, type JsonSchema } from './schemas.ts';
import { decodeStates } from './states-codec.ts';
import type { Fact } from './topology.ts';

/** A message of today's version as plain data, its fields named as its schema names them. @throws ContractError as its decoder would */
export function readMessage(fact: Fact, payload: Uint8Array): JsonObject {
  if (fact === 'states') return statesRead(payload);
  if (fact === 'bars') decodeBars(payload, newBarSlice(0, '1m', 0));
  if (fact === 'manifest') readManifest(payload);
  if (fact === 'watchlists') decodeWatchlist(payload);
  return parse(fact, payload) as JsonObject;
}

/** States come through their decoder alone: nothing here knows how they are laid out. */
function statesRead(payload: Uint8Array): JsonObject {
  const slice = newStateSlice(0, 0);
  decodeStates(payload, slice);
  const { t, shard, model, symbols, count, rows } = slice;
  const columns = STATE_COLUMNS.map(({ name }, c) => {
    return [name, Array.from({ length: count }, (_, i) => read(rows, i * STATE_WIDTH + c))] as const;
  });
  return { t, shard, model, symbols: symbols.slice(0, count), ...Object.fromEntries(columns) };
}

/**
 * What the fields of a fact mean and in which units, by their place: `signals.*.forward.meanE8`, `*` for any element of a list
 * and for any name of a table whose names are not told.
 * Containers are told, too, when they have something to say.
 */
export function fieldWords(fact: Fact): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  tell(jsonSchemaOf(fact), '', words);
  if (fact === 'manifest') tell(z.toJSONSchema(runConfigSchema), 'config', words);
  if (fact === 'states') for (const { name, unit } of STATE_COLUMNS) words.set(name, unit);
  return words;
}

function tell(
  { description, properties, additionalProperties, items, anyOf, oneOf }: JsonSchema,
  at: string,
  words: Map<string, string>,
): void {
  const within = isSchema(items) ? items : undefined;
  const own = textIn(description);
  // A list of figures says what they are, and its elements in which unit each is.
  const each = within?.properties === undefined ? textIn(within?.description) : '';
  const text = own === '' || each === '' || own.includes(each) ? own || each : `${own}; each ${each}`;
  if (at !== '' && text !== '') words.set(at, alsoSaid(words.get(at), text));
  for (const choice of [anyOf, oneOf].flat())
    if (isSchema(choice)) tell(own === '' ? choice : { ...choice, description: '' }, at, words);
  if (within !== undefined) tell(within, `${at}.*`, words);
  if (isSchema(additionalProperties)) tell(additionalProperties, `${at}.*`, words);
  if (isSchema(properties))
    for (const [name, part] of Object.entries(properties))
      if (isSchema(part)) tell(part, at === '' ? name : `${at}.${name}`, words);
}

/** A field that several kinds of a message have may mean something else in each. */
const alsoSaid = (before: string | undefined, text: string): string =>
  before === undefined || before.includes(text) ? (before ?? text) : `${before}; ${text}`;
const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');
const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null && !Array.isArray(value);
