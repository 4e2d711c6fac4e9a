import { readFile } from 'node:fs/promises';
import type { ParameterRecord } from '@aitrader/core-estimation';
import { isRunConfiguration, shortJson } from '@aitrader/runtime-configuration';
import { contentKind, ioProblem } from '@aitrader/runtime-storage';
import { isJsonObject, type JsonObject } from './json-object.ts';

/** The parameters that an option gives for a symbol (null: a plain series); undefined when it has none for that one. */
export type ParametersOf = (symbol: string | null) => ParameterRecord | undefined;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Reads `name=value,name=value`, a JSON object, or `@file` with either. JSON may be plain numbers by name, a document that this
 * command printed, or a parameters file, of which the latest entry of a symbol counts. @throws Error that names the option, the parameter and the value
 */
export async function parametersOf(option: string, text: string, model: string): Promise<ParametersOf> {
  if (!text.startsWith('@')) return parametersFrom(option, text, model);
  const file = text.slice(1);
  if (file === '') throw new Error(`${option}: @ names no file`);
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new Error(`${option}: ${file} ${ioProblem(cause)}`, { cause });
  });
  const { kind, looks } = contentKind(bytes);
  if (kind !== 'json' && kind !== 'text')
    throw new Error(`${option}: ${file} ${looks}, and parameters are read from JSON or name=value,…`);
  return parametersFrom(`${option}: ${file}`, bytes.toString('utf8').trim(), model);
}

/** The parameters in a text. @throws Error as `parametersOf` */
export function parametersFrom(where: string, text: string, model: string): ParametersOf {
  if (!text.startsWith('{')) {
    const record = pairs(where, text);
    return () => record;
  }
  const document = json(where, text);
  if (isRunConfiguration(document)) throw new Error(`${where} holds a run configuration, not parameters of ${model}`);
  const list = document['fits'] ?? document['parameters'];
  if (Array.isArray(list)) return (symbol) => recordOfSymbol(where, list, symbol, model);
  const record = recordFrom(where, document, model);
  return () => record;
}

function json(where: string, text: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(text);
    if (isJsonObject(parsed)) return parsed;
  } catch (cause) {
    throw new Error(`${where} is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  throw new Error(`${where} must be a JSON object`);
}

/** The parameters of a symbol, of the model in question: the latest, or the last in the list of several as late. */
function recordOfSymbol(
  where: string,
  list: readonly unknown[],
  symbol: string | null,
  model: string,
): ParameterRecord | undefined {
  const found = list
    .filter(isJsonObject)
    .filter((one) => one['symbol'] === symbol && (one['model'] ?? model) === model)
    .reduce<JsonObject | undefined>(
      (best, one) => (best === undefined || lastBarOf(one) >= lastBarOf(best) ? one : best),
      undefined,
    );
  return found && recordFrom(where, { ...found, parameters: found['parameters'] ?? found['values'] }, model);
}

const lastBarOf = ({ fittedTo }: JsonObject): number => (typeof fittedTo === 'number' ? fittedTo : -Infinity);

/** The numbers of a document, under `parameters` or by themselves, each plain or as `{ value }`. */
function recordFrom(where: string, document: JsonObject, model: string): ParameterRecord {
  const nested = document['parameters'];
  if (nested !== undefined && typeof document['model'] === 'string' && document['model'] !== model)
    throw new Error(`${where} holds parameters of ${document['model']}, not of ${model}`);
  const values = nested === undefined ? document : nested;
  if (!isJsonObject(values)) throw new Error(`${where}: parameters must be an object of numbers by name`);
  return Object.fromEntries(
    Object.entries(values).map(([name, given]) => {
      const value = isJsonObject(given) ? given['value'] : given;
      if (typeof value !== 'number') throw new Error(`${where}: ${name} is ${shortJson(value)}, which is no number`);
      return [name, value];
    }),
  );
}

function pairs(where: string, text: string): ParameterRecord {
  const record: Record<string, number> = {};
  for (const pair of text.split(',')) {
    const [, name, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    if (name === undefined || value === undefined)
      throw new Error(`${where}: ${shortJson(pair.trim())} is not of the form name=value`);
    if (!NUMBER.test(value)) throw new Error(`${where}: ${name} is ${shortJson(value)}, which is no number`);
    if (Object.hasOwn(record, name)) throw new Error(`${where}: ${name} is given twice`);
    record[name] = Number(value);
  }
  return record;
}
