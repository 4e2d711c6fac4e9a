// Invariants
// 1. A configuration that was recorded once can be read for ever: a key that came later has the value that means "as it was before".
// 2. No key is passed over in silence: what today's program does not know is named.

import { z } from 'zod';
import { COSTS_BEFORE_KEYS, ENTRY_LIMITS_BEFORE_KEYS, type RunConfig } from '@aitrader/model';
import { runConfigSchema } from './config-schema.ts';
import type { JsonSchema } from './schemas.ts';
import { once, validatorOf } from './validation.ts';

/** Plain data, as JSON has it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Every key that came after manifest v3, oldest first, and the value with which a run goes as it went before the key was there. A key
 * never changes its meaning and is never taken away: that would be a new version of the manifest, as `strategy` became `strategies` with v6.
 *
 * A new key is a line in the model's `RunConfig`, one in `config-schema.ts`, one in the simulated defaults and one here, such as
 * `'risk.heatMax': 1`; a new section is named whole.
 */
export const KEYS_SINCE: JsonObject = {
  'risk.overnightAllowed': false,
  'risk.regulation': 'none',
  'risk.intradayMarginFrom': '2026-06-04',
  'risk.marginBufferFraction': 0,
  'risk.dayTradesMax': 0,
  'risk.shortSaleUnknown': 'let',
  'risk.drawdownFractionSoft': null,
  'risk.dailyLossFractionHalt': null,
  'risk.dailyLossUntil': 'resume',
  'risk.entryLimits': ENTRY_LIMITS_BEFORE_KEYS,
  'risk.entryLimits.collarFractionMax': null,
  'risk.entryLimits.marksMinutesMax': null,
  'risk.entryLimits.exitVolumeFractionMax': null,
  'risk.entryLimits.symbolMessagesMax': ENTRY_LIMITS_BEFORE_KEYS.symbolMessagesMax,
  'risk.expectedShortfallFractionMax': 4,
  'risk.forecastMinutes': null,
  'risk.edge': null,
  'risk.edge.priors': [],
  'risk.entryLimits.borrowRateMax': null,
  scanner: null,
  broker: null,
  'broker.working': null,
  ...Object.fromEntries(Object.entries(COSTS_BEFORE_KEYS).map(([key, value]) => [`simulation.${key}`, value])),
};

/** The one strategy that a run had before there were several. */
const FIRST_STRATEGY = 'breakout';

/** What was recorded under `strategy` is the first of a list, under the name that its signals had. */
function withStrategies(recorded: JsonObject): JsonObject {
  const { strategy: parameters, ...rest } = recorded;
  if (parameters === undefined || Object.hasOwn(recorded, 'strategies')) return recorded;
  return { ...rest, strategies: [{ name: FIRST_STRATEGY, kind: FIRST_STRATEGY, parameters }] };
}

/** Parameters of strategies that came after manifest v6, by the kind, and the value with which it goes as it went before they were there. */
const NO_HOLDING_TIME = { holdMinutes: 0 };
const NEVER_LEFT = -100;
export const PARAMETERS_SINCE: Readonly<Record<string, JsonObject>> = {
  breakout: NO_HOLDING_TIME,
  momentum: { ...NO_HOLDING_TIME, scoreExit: NEVER_LEFT },
  'intraday-momentum': NO_HOLDING_TIME,
  'time-series-momentum': { zExit: NEVER_LEFT },
  'mean-reversion': { ...NO_HOLDING_TIME, zExit: NEVER_LEFT },
  'overnight-reversal': NO_HOLDING_TIME,
  'short-term-reversal': { zExit: NEVER_LEFT },
};

/** The strategies of a configuration with the parameters that came later. */
function withParameters(recorded: JsonObject): JsonObject {
  const { strategies } = recorded;
  if (!Array.isArray(strategies)) return recorded;
  const filled = strategies.map((entry: unknown) => {
    if (!isObject(entry) || typeof entry['kind'] !== 'string' || !isObject(entry['parameters'])) return entry;
    return { ...entry, parameters: { ...PARAMETERS_SINCE[entry['kind']], ...entry['parameters'] } };
  });
  return { ...recorded, strategies: filled };
}

/** A key that only some other program knows: its path, such as `risk.heatMax`, and its value. */
export interface UnknownKey {
  readonly key: string;
  readonly value: unknown;
}

/** A recorded configuration as today's program reads it. */
export interface ConfigRead {
  /** what today's program knows of it, keys that came later filled in */
  readonly config: RunConfig;
  /** what it does not know */
  readonly unknown: readonly UnknownKey[];
}

/** How configurations are read by a program that has the keys of `schema`, of which `since` came later. */
export function configReader(schema: z.ZodType<RunConfig>, since: JsonObject): (recorded: JsonObject) => ConfigRead {
  const jsonSchema = once((): JsonSchema => z.toJSONSchema(schema, { target: 'draft-7' }));
  const validate = validatorOf('manifest', 'config', jsonSchema);
  return (recorded) => {
    const unknown: UnknownKey[] = [];
    const filled = Object.entries(since).reduce(
      (config, [key, value]) => withKey(config, key.split('.'), value),
      withParameters(withStrategies(recorded)),
    );
    const config = knownOf(filled, jsonSchema(), '', (key) => unknown.push(key));
    validate(config);
    return { config: config as RunConfig, unknown };
  };
}

/** Reads a configuration as it was recorded. @throws ContractError naming the key that is missing or malformed */
export const readConfig = configReader(runConfigSchema, KEYS_SINCE);

/** The configuration with a key that it does not have; the same one when it has it, or nothing to put it into. */
function withKey(config: JsonObject, [first, ...rest]: readonly string[], value: unknown): JsonObject {
  if (first === undefined) return config;
  const here = Object.hasOwn(config, first) ? config[first] : undefined;
  if (rest.length === 0) return here === undefined ? { ...config, [first]: value } : config;
  return isObject(here) ? { ...config, [first]: withKey(here, rest, value) } : config;
}

/** A value without the keys that its schema does not know; they are told one by one. */
function knownOf(value: unknown, schema: unknown, at: string, tell: (unknown: UnknownKey) => void): unknown {
  const properties = propertiesOf(schema);
  if (!isObject(value) || !isObject(properties)) return value;
  const known = Object.entries(value).flatMap(([name, part]) => {
    const key = at === '' ? name : `${at}.${name}`;
    if (Object.hasOwn(properties, name)) return [[name, knownOf(part, properties[name], key, tell)] as const];
    tell({ key, value: part });
    return [];
  });
  return Object.fromEntries(known);
}

/** The fields of an object, also of one that may be null. */
function propertiesOf(schema: unknown): unknown {
  if (!isObject(schema)) return undefined;
  const { properties, anyOf } = schema;
  return properties ?? (Array.isArray(anyOf) ? anyOf.map(propertiesOf).find((some) => some !== undefined) : undefined);
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
