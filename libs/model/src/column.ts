// One reader a type: shared between types it would be polymorphic, and a read would cost ten times as much. Readers are kept so short
// (26 bytes of bytecode) that the compiler inlines them wherever they are used, however much a function reads.

const outside = (column: ArrayLike<unknown>, index: number): RangeError =>
  new RangeError(`index ${index} is outside a column of ${column.length}`);

/** Reads one value of a column. @throws RangeError outside the column, so that a wrong index never turns into NaN. */
export function read(column: Float64Array, index: number): number {
  const value = column[index];
  if (value === undefined) throw outside(column, index);
  return value;
}

/** The same for signed 32-bit integers. @throws RangeError outside the column */
export function readInt32(column: Int32Array, index: number): number {
  const value = column[index];
  if (value === undefined) throw outside(column, index);
  return value;
}

/** The same for unsigned 32-bit integers. @throws RangeError outside the column */
export function readUint32(column: Uint32Array, index: number): number {
  const value = column[index];
  if (value === undefined) throw outside(column, index);
  return value;
}

/** The same for bytes. @throws RangeError outside the column */
export function readUint8(column: Uint8Array, index: number): number {
  const value = column[index];
  if (value === undefined) throw outside(column, index);
  return value;
}

/** Reads one item of an array. @throws RangeError outside the array */
export function item<T>(array: readonly T[], index: number): T {
  const value = array[index];
  if (value === undefined) throw outside(array, index);
  return value;
}
