/**
 * A feature's columns at `length` slots: the same column when it is that long already, else a longer one that starts with what
 * it held and goes on with `fill`. The caller doubles `length`, so that growing costs O(1) amortised per slot.
 */
export function grownFloats(column: Float64Array, length: number, fill: number): Float64Array {
  if (column.length >= length) return column;
  const grown = new Float64Array(length).fill(fill, column.length);
  grown.set(column);
  return grown;
}

/** A column of counts at `length` slots, which go on with 0: see `grownFloats`. */
export function grownCounts(column: Uint32Array, length: number): Uint32Array {
  if (column.length >= length) return column;
  const grown = new Uint32Array(length);
  grown.set(column);
  return grown;
}

/** A window or smoothing length. @throws RangeError unless a whole number of at least 1 */
export function wholeLength(name: string, length: number): number {
  if (!Number.isSafeInteger(length) || length < 1)
    throw new RangeError(`${name} must be a whole number of at least 1, got ${length}`);
  return length;
}

/** A width or another positive figure. @throws RangeError unless positive and finite */
export function positive(name: string, figure: number): number {
  if (!(figure > 0 && figure < Infinity)) throw new RangeError(`${name} must be positive and finite, got ${figure}`);
  return figure;
}
