import { textOf } from './decimal.ts';
import { byteOrderMarkLength, DELIMITERS, fieldEnd, fieldStart, FIELDS_MAX, newRowFields, nextRow, splitRow } from './csv-row.ts';

/** Rows that a shape is recognised by: enough for a header below a few lines of other text, and for numbers to show their style. */
const HEAD_ROWS = 64;

/** The first rows of a table, each as the cells that one delimiter makes of it; none for a blank row, or one that it cannot split. */
export interface CsvHead {
  readonly delimiter: number;
  readonly rows: readonly (readonly string[])[];
}

/** The head of a table by every delimiter that there is. `bytes[end − 1]` is a line feed. */
export function csvHeads(bytes: Uint8Array, start: number, end: number): CsvHead[] {
  const starts: number[] = [];
  let at = start + byteOrderMarkLength(bytes, start);
  for (; at < end && starts.length < HEAD_ROWS; at = nextRow(bytes, at)) starts.push(at);
  return DELIMITERS.map((delimiter) => ({ delimiter, rows: starts.map((from) => cellsOf(bytes, from, delimiter)) }));
}

function cellsOf(bytes: Uint8Array, from: number, delimiter: number): string[] {
  const fields = newRowFields();
  if (!splitRow(bytes, from, fields, delimiter)) return [];
  return Array.from({ length: Math.min(fields.count, FIELDS_MAX) }, (_, i) =>
    textOf(bytes, fieldStart(bytes, fields, i), fieldEnd(bytes, fields, i)).trim(),
  );
}
