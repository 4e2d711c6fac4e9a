import type { Ticker } from './ids.ts';
import type { Cash, EpochMs } from './units.ts';

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
