/** The p-quantile of a sample by the nearest-rank rule. @throws RangeError for an empty sample */
export function quantileOf(sample: readonly number[], p: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))];
  if (value === undefined) throw new RangeError('an empty sample has no quantiles');
  return value;
}
