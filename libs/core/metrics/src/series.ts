/** Numbers in order, returns of equal periods for example: an array or a typed array. */
export type Series = ArrayLike<number> & Iterable<number>;

/** @throws RangeError when the series has fewer than `atLeast` items, or one that is no finite number */
export function requireSeries(name: string, series: Series, atLeast = 1): void {
  if (series.length < atLeast) throw new RangeError(`${name} need at least ${atLeast} items, got ${series.length}`);
  let index = 0;
  for (const value of series) {
    requireFinite(`item ${index} of the ${name}`, value);
    index += 1;
  }
}

/** @throws RangeError when some return is below −100 %, or as requireSeries does */
export function requireReturns(returns: Series, atLeast = 1): void {
  requireSeries('returns', returns, atLeast);
  for (const value of returns) if (value < -1) throw new RangeError(`a return is at least −1, got ${value}`);
}

/** @throws RangeError when a figure is not finite */
export function requireFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`the ${name} must be finite, got ${value}`);
}

/** @throws RangeError when a figure is not a finite positive number */
export function requirePositive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw new RangeError(`the ${name} must be positive, got ${value}`);
}

/** @throws RangeError when a probability is not strictly inside 0 … 1 */
export function requireInside(name: string, probability: number): void {
  if (!(probability > 0 && probability < 1)) throw new RangeError(`the ${name} must be between 0 and 1, got ${probability}`);
}

/** @throws RangeError when a figure is no integer of at least `atLeast` */
export function requireCount(name: string, count: number, atLeast: number): void {
  if (!(Number.isSafeInteger(count) && count >= atLeast))
    throw new RangeError(`the ${name} must be an integer from ${atLeast} on, got ${count}`);
}
