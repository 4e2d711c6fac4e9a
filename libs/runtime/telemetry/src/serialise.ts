import { isNativeError } from 'node:util/types';

/** What JSON.parse gives back. */
type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** Deeper is shown as `…`, longer is cut: one record is one line that a log store must take. */
const DEPTH_MAX = 6;
const ITEMS_MAX = 100;
const TEXT_CHARACTERS_MAX = 16_384;

/**
 * A value as JSON that any reader can take, whatever was logged; it never throws. Errors show name, message, stack, cause and
 * their own fields; bigints, maps, sets, typed arrays, NaN and circular values, which JSON has no word for, are spelled out.
 */
export function serialise(value: unknown): Json {
  return serialiseWithin(value, [], DEPTH_MAX);
}

/** An error as plain fields: name, message and stack first, then the fields of its own, its cause included. */
export function serialiseError(error: Error): { [name: string]: Json } {
  return errorWithin(error, [], DEPTH_MAX);
}

/** Whether a value is an error, of whatever realm. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || isNativeError(value);
}

function serialiseWithin(value: unknown, above: readonly unknown[], depth: number): Json {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return value.length <= TEXT_CHARACTERS_MAX ? value : `${value.slice(0, TEXT_CHARACTERS_MAX)}…`;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value !== 'object') return `[${typeof value}]`;
  if (above.includes(value)) return '[circular]';
  return depth === 0 ? '…' : objectWithin(value, [...above, value], depth - 1);
}

function objectWithin(value: object, above: readonly unknown[], depth: number): Json {
  if (isError(value)) return errorWithin(value, above, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof Map) return listWithin([...value.entries()], above, depth);
  if (value instanceof Set) return listWithin([...value], above, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return listWithin(value, above, depth);
  return fieldsOf(value, above, depth);
}

function listWithin(list: readonly unknown[], above: readonly unknown[], depth: number): Json[] {
  const shown = list.slice(0, ITEMS_MAX).map((item) => serialiseWithin(item, above, depth));
  if (list.length > ITEMS_MAX) shown.push(`… ${list.length - ITEMS_MAX} more`);
  return shown;
}

function errorWithin(error: Error, above: readonly unknown[], depth: number): { [name: string]: Json } {
  const fields: { [name: string]: Json } = { name: serialise(error.name), message: serialise(error.message) };
  if (typeof error.stack === 'string') fields.stack = serialiseWithin(error.stack, above, depth);
  if ('cause' in error && error.cause !== undefined) fields.cause = serialiseWithin(error.cause, above, depth);
  // AggregateError's errors are not enumerable.
  if ('errors' in error && Array.isArray(error.errors)) fields.errors = listWithin(error.errors, above, depth);
  return { ...fieldsOf(error, above, depth), ...fields };
}

function fieldsOf(value: object, above: readonly unknown[], depth: number): { [name: string]: Json } {
  const fields: { [name: string]: Json } = {};
  for (const name of Object.keys(value).slice(0, ITEMS_MAX)) {
    const field = read(value, name);
    if (field !== undefined && typeof field !== 'function') fields[name] = serialiseWithin(field, above, depth);
  }
  return fields;
}

/** A getter may throw; a log line must not. */
function read(value: object, name: string): unknown {
  try {
    return (value as Record<string, unknown>)[name];
  } catch (error) {
    return `[unreadable: ${isError(error) ? error.message : String(error)}]`;
  }
}
