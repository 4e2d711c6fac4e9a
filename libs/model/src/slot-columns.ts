/** A typed array that holds the same count of numbers for each slot. */
type Column = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

/** Columns by name, some of them in tables of their own, beside figures that all slots share. Plain data. */
export type ColumnTable = object;

const isColumn = (value: unknown): value is Column => ArrayBuffer.isView(value) && !(value instanceof DataView);

/** Thrown when columns that were made alike are not. */
export class ColumnTableError extends RangeError {
  override readonly name = 'ColumnTableError';
}

/** Where a slot is: a table with room for so many slots, and which of them. */
export interface SlotPlace {
  readonly table: ColumnTable;
  readonly room: number;
  readonly slot: number;
}

/**
 * Copies all that the columns of one table hold of a slot to a slot of another table, which was made by the same configuration.
 * @throws ColumnTableError where they were not: a column of another width, or another figure beside the columns
 */
export function copySlot(from: SlotPlace, to: SlotPlace): void {
  const source = new Map<string, unknown>(Object.entries(from.table));
  for (const [name, column] of Object.entries<unknown>({ ...to.table })) {
    const known: unknown = source.get(name);
    if (isColumn(column)) copyRow(name, known, from, column, to);
    else if (typeof column === 'object' && column !== null && typeof known === 'object' && known !== null)
      copySlot({ ...from, table: known }, { ...to, table: column });
    else if (column !== known) throw new ColumnTableError(`${name} is ${String(column)} here and ${String(known)} there`);
  }
}

function copyRow(name: string, known: unknown, from: SlotPlace, column: Column, to: SlotPlace): void {
  const width = column.length / to.room;
  if (!isColumn(known) || known.length / from.room !== width || !Number.isInteger(width))
    throw new ColumnTableError(`${name} has other columns there`);
  column.set(known.subarray(from.slot * width, (from.slot + 1) * width), to.slot * width);
}
