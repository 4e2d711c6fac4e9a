/** Any typed array of numbers. */
type Column = Float64Array | Uint32Array | Int32Array | Uint8Array;

/** Reads one value of a column. @throws RangeError outside the column, so that a wrong index never turns into NaN. */
export function read(column: Column, index: number): number {
  const value = column[index];
  if (value === undefined) throw new RangeError(`index ${index} is outside a column of ${column.length}`);
  return value;
}

/** Reads one item of an array. @throws RangeError outside the array */
export function item<T>(array: readonly T[], index: number): T {
  const value = array[index];
  if (value === undefined) throw new RangeError(`index ${index} is outside an array of ${array.length}`);
  return value;
}
