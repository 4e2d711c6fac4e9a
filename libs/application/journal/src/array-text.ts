/*
 * Values of a column as the text of a Postgres array.
 *
 * 1. What is read back is what was given, but for the character NUL, which no text of Postgres can hold: it becomes U+FFFD.
 */

export type ColumnKind = 'plain' | 'text' | 'json' | 'list';

const NUL = '\u0000';
const REPLACEMENT = '\uFFFD';

const held = (text: string): string => (text.includes(NUL) ? text.replaceAll(NUL, REPLACEMENT) : text);
const quoted = (text: string): string => `"${held(text).replaceAll(/["\\]/g, '\\$&')}"`;

const elementOf = (value: unknown): string => (typeof value === 'string' ? quoted(value) : String(value));

const WRITTEN: Readonly<Record<ColumnKind, (value: unknown) => string>> = {
  plain: String,
  text: (value) => quoted(String(value)),
  json: (value) => quoted(JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? held(part) : part))),
  list: (value) => quoted(`{${(value as readonly unknown[]).map(elementOf).join(',')}}`),
};

/** One property of all rows, as an array's text: numbers and booleans plain, lists and JSON as the text that is cast to them. @throws TypeError when a row does not have it */
export function arrayText(rows: readonly object[], property: string, kind: ColumnKind): string {
  const write = WRITTEN[kind];
  const parts = new Array<string>(rows.length);
  for (const [i, row] of rows.entries()) {
    const value = (row as Readonly<Record<string, unknown>>)[property];
    if (value === undefined) throw new TypeError(`row ${i} has no ${property}`);
    parts[i] = value === null ? 'NULL' : write(value);
  }
  return `{${parts.join(',')}}`;
}
