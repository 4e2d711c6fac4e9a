// Invariants
// 1. It does not matter which of the two bars is named first.
// 2. A bar agrees with itself, and with one of some of the trades it is made of.

/** What two sources say of the same bar: dollars and shares. */
export interface ComparedBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** `apart`: no price of the one lies in the range of the other. `outside`: one reaches beyond the other, which should hold it. */
export type Disagreement = 'apart' | 'outside';

/**
 * Vendors drop different trades (odd lots, late reports), so that ranges differ by some ticks. Bars of the consolidated tape by two vendors
 * hardly ever differ by as much as this.
 */
const RANGE_FRACTION_MAX = 0.005;
/** Two bars whose volumes differ by less than this are of the same trades. */
const SAME_TRADES_TIMES = 1.25;

/**
 * How two versions of a bar disagree; undefined when they do not. The one of less volume is made of fewer trades, as one exchange's are
 * fewer than the tape's (IEX has about a fiftieth): it has to lie within the other one, and not the other way round. Volumes are no
 * disagreement.
 */
export function disagreementOf(a: ComparedBar, b: ComparedBar): Disagreement | undefined {
  if (reaches(a.low, b.high) || reaches(b.low, a.high)) return 'apart';
  const isSame = Math.max(a.volume, b.volume) <= SAME_TRADES_TIMES * Math.min(a.volume, b.volume);
  const [fewer, more] = a.volume < b.volume ? [a, b] : [b, a];
  if (isBeyond(fewer, more) || ((isSame || a.volume === b.volume) && isBeyond(more, fewer))) return 'outside';
  return undefined;
}

const isBeyond = (inner: ComparedBar, outer: ComparedBar): boolean =>
  reaches(inner.high, outer.high) || reaches(outer.low, inner.low);

/** Whether a price is above another one by more than sources differ. What is no number is not known to agree. */
const reaches = (price: number, over: number): boolean => !(price <= over * (1 + RANGE_FRACTION_MAX));
