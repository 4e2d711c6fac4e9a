import type { Ticker } from './ids.ts';
import {
  CASH_UNITS_PER_DOLLAR,
  price,
  PRICE_UNITS_PER_DOLLAR,
  quantity,
  QUANTITY_UNITS_PER_SHARE,
  type Cash,
  type EpochMs,
  type Price,
  type Quantity,
} from './units.ts';

/**
 * What a company did to its shares.
 * - `split`: `newShares` for every `oldShares`, forward, reverse or of units; a stock dividend is one too
 * - `cash-dividend`: `cash` a share
 * - `spin-off`: `newShares` of `other` beside every `oldShares`; `cash` is what they are worth for one share of the parent, 0 when not known
 * - `symbol-change`: from then on the same shares trade as `other`
 * - `new-listing`: what traded under the symbol before was another company
 */
export type CorporateActionKind = 'split' | 'cash-dividend' | 'spin-off' | 'symbol-change' | 'new-listing';

export const CORPORATE_ACTION_KINDS: readonly CorporateActionKind[] = [
  'split',
  'cash-dividend',
  'spin-off',
  'symbol-change',
  'new-listing',
];

/** One corporate action as dated data. Ratios are exact; all is said per share as it was before the action. */
export interface CorporateAction {
  /** names the action wherever it is told; no two have one */
  readonly id: string;
  readonly kind: CorporateActionKind;
  readonly symbol: Ticker;
  /** the instant from which trades are without it: the beginning of the ex-date's trade date */
  readonly exAt: EpochMs;
  /** the instant at which a dividend is paid: the beginning of the trade date; `exAt` with every other kind */
  readonly payAt: EpochMs;
  /** whole shares, 1 for 1 where nothing is exchanged */
  readonly newShares: number;
  readonly oldShares: number;
  /** never negative */
  readonly cash: Cash;
  /** the company spun off, or the new symbol; the symbol itself with any other kind */
  readonly other: Ticker;
}

type Ratio = Pick<CorporateAction, 'newShares' | 'oldShares'>;

/** Whole shares that come of a position, long or short, by a split: what is over is settled in cash. Exact. */
export function sharesAfter(held: Quantity, { newShares, oldShares }: Ratio): Quantity {
  const whole = (BigInt(held) * BigInt(newShares)) / (BigInt(oldShares) * BigInt(QUANTITY_UNITS_PER_SHARE));
  return quantity(Number(whole) * QUANTITY_UNITS_PER_SHARE);
}

/**
 * A price of before an action as it reads after it, rounded to the unit, and not below nothing: divided by a split, less a dividend or what
 * is known to be spun off. Nothing is known of other actions, and the price stays what it is.
 */
export function priceAfter(before: Price, { kind, newShares, oldShares, cash }: CorporateAction): Price {
  if (kind === 'split') return price(Number(roundedQuotient(BigInt(before) * BigInt(oldShares), BigInt(newShares))));
  return kind === 'cash-dividend' || kind === 'spin-off' ? price(Math.max(0, before - priceOfCash(cash))) : before;
}

/** An amount of cash a share in units of price, rounded to the unit. */
export const priceOfCash = (cash: Cash): number => Math.round((cash * PRICE_UNITS_PER_DOLLAR) / CASH_UNITS_PER_DOLLAR);

/** Half away from zero, of what is not negative. */
const roundedQuotient = (of: bigint, by: bigint): bigint => (2n * of + by) / (2n * by);
