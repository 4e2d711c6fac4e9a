// Invariants
// 1. It does not matter which of the two bars is named first.
// 2. A bar agrees with itself, and with one of some of the trades it is made of.
// 3. Two vendors' bars are nothing apart when they are the same, or when one is the tape's and the other of some of its trades.

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

/** Of which trades a feed's bars are made: of all that count on the consolidated tape, or of some venues' alone. */
export type Coverage = 'tape' | 'part';

/** Prices are printed to the cent as a rule: two that differ by one are the same to whoever rounds. Dollars. */
const PRICE_STEP = 0.01;

/**
 * How far apart two vendors' bars of the same minute are, as a share of the price: 0 where they may well be of the same market. Of two that
 * have the tape the closes are held against one another; the last trade of one that has a part of it is to lie in the range of the whole; of
 * two parts nothing is known but that their ranges are to meet. Volumes are never compared.
 */
export function apartOf(a: ComparedBar, b: ComparedBar, ofA: Coverage, ofB: Coverage): number {
  const dollars = dollarsApart(a, b, ofA, ofB);
  return Math.max(0, dollars - PRICE_STEP) / Math.min(a.close, b.close);
}

function dollarsApart(a: ComparedBar, b: ComparedBar, ofA: Coverage, ofB: Coverage): number {
  if (ofA === 'tape' && ofB === 'tape') return Math.abs(a.close - b.close);
  if (ofA === 'tape') return beyond(b.close, b.close, a.low, a.high);
  if (ofB === 'tape') return beyond(a.close, a.close, b.low, b.high);
  return beyond(a.low, a.high, b.low, b.high);
}

/** How far it is from one range to the other; 0 where they meet. */
const beyond = (low: number, high: number, otherLow: number, otherHigh: number): number =>
  Math.max(0, low - otherHigh, otherLow - high);
