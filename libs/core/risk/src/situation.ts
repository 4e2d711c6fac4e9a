import { notional, quantityFromShares, type Cash } from '@aitrader/model';
import { equityOf } from '@aitrader/core-portfolio';
import type { Intent } from './intent.ts';
import { reservationFor, reservedCash } from './open-orders.ts';
import type { RiskState } from './state.ts';

/** What all gates look at: the state, and what follows from it as it stands before one answer. Good until the next approval. */
export interface Situation {
  readonly state: RiskState;
  readonly equity: Cash;
  /** what positions and open orders take up of gross exposure and buying power */
  readonly committed: number;
}

/** O(positions + open orders). */
export const situationOf = (state: RiskState): Situation => ({
  state,
  equity: equityOf(state.ledger),
  committed: state.ledger.gross + reservedCash(state.orders),
});

export const ONE_SHARE = quantityFromShares(1);

/** What a share costs at the reference, units of cash; NaN where that is no price. */
export const perShare = ({ reference }: Intent): number => (isPrice(reference) ? notional(reference, ONE_SHARE) : NaN);
/** And what is held back for it until it has filled. */
export const reservedPerShare = ({ reference }: Intent): number =>
  isPrice(reference) ? reservationFor(reference, ONE_SHARE) : NaN;

const isPrice = (reference: number): boolean => Number.isSafeInteger(reference) && reference > 0;
