import type { ReactNode } from 'react';

/** A column of a table: what it sorts and searches by, and what it shows. */
export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** said to who reads with their ears, where the title is short */
  readonly words?: string;
  readonly kind?: 'number' | 'text';
  /** left out of a narrow window */
  readonly isMinor?: boolean;
  readonly value: (row: Row) => string | number;
  readonly cell?: (row: Row) => ReactNode;
}

/** How a table is sorted, as a link says it: a column, with a minus before it from large to small. */
export interface Sorting {
  readonly id: string;
  readonly desc: boolean;
}

/** The sorting that a link says; that of `otherwise` where it says none, or none of these columns. */
export function sortingIn(text: string | undefined, ids: readonly string[], otherwise: string | undefined): readonly Sorting[] {
  for (const one of [text, otherwise]) {
    if (one === undefined) continue;
    const id = one.replace(/^-/, '');
    if (ids.includes(id)) return [{ id, desc: one.startsWith('-') }];
  }
  return [];
}

export const sortingText = ([first]: readonly Sorting[]): string | undefined =>
  first === undefined ? undefined : `${first.desc ? '-' : ''}${first.id}`;

/** Whether a row has every word that is searched for, in any of its columns. */
export function isFound<Row>(row: Row, columns: readonly Column<Row>[], search: string): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = columns.map(({ value }) => String(value(row)).toLowerCase()).join(' ');
  return words.every((word) => text.includes(word));
}

/** The rows in the order of a column, those that are alike as they came; as they came where none is said. */
export function sortedRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sorting: Sorting | undefined,
): readonly Row[] {
  const column = columns.find(({ id }) => id === sorting?.id);
  if (column === undefined || sorting === undefined) return rows;
  // each value once: a comparison that makes them would make them a dozen times
  const values = rows.map(column.value);
  const sign = sorting.desc ? -1 : 1;
  const order = Array.from(rows.keys()).sort((a, b) => sign * compared(values[a], values[b]) || a - b);
  const found: Row[] = [];
  for (const at of order) {
    const row = rows[at];
    if (row !== undefined) found.push(row);
  }
  return found;
}

const compared = (a: string | number | undefined, b: string | number | undefined): number => {
  if (a === undefined || b === undefined || a === b) return 0;
  return a > b ? 1 : -1;
};
