import { notional, quantityFromShares, type Cash, type SessionPart, type Ticker } from '@aitrader/model';
import { equityOf } from '@aitrader/core-portfolio';
import { openedToday } from '@aitrader/core-regulation';
import { dailyLossPpm, drawdownPpm } from './trading-state.ts';
import { sessionPartOf } from './entry-pace.ts';
import type { Intent } from './intent.ts';
import { reservationFor, reservedCash } from './open-orders.ts';
import type { Prospects } from './prospects.ts';
import type { RiskState } from './state.ts';
import { worstCaseOf, type WorstCase } from './worst-case.ts';

/** What all gates look at: the state, and what follows from it as it stands before one answer. Good until the next approval. */
export interface Situation {
  readonly state: RiskState;
  readonly equity: Cash;
  /** what positions and open orders take up of gross exposure and buying power */
  readonly committed: number;
  /** what open orders take up of it */
  readonly reserved: number;
  /** part of the session; null where nothing trades */
  readonly part: SessionPart | null;
  /** symbols of what was opened today and may be closed today, and of what may still enter */
  readonly opening: ReadonlySet<Ticker>;
  /** different models that the signals of the interval are of */
  readonly models: number;
  /** what the signals of the interval are worth */
  readonly prospects: Prospects;
  /** what the account may come to lose */
  readonly worst: WorstCase;
  /** what is lost of the highest equity, and of that of the trade date, 1e-6 */
  readonly drawdown: number;
  readonly dailyLoss: number;
}

/** O(positions + open orders). */
export function situationOf(state: RiskState, prospects: Prospects, models = 0): Situation {
  const reserved = reservedCash(state.orders);
  const equity = equityOf(state.ledger);
  return {
    state,
    equity,
    committed: state.ledger.gross + reserved,
    reserved,
    part: sessionPartOf(state),
    opening: openingIn(state),
    models,
    prospects,
    worst: worstCaseOf(state),
    drawdown: drawdownPpm(equity, state.equityPeak),
    dailyLoss: dailyLossPpm(state),
  };
}

function openingIn({ rules, orders }: RiskState): ReadonlySet<Ticker> {
  const opening = new Set(openedToday(rules.dayTrades));
  for (const { symbol, unfilled } of orders.values()) if (unfilled > 0) opening.add(symbol);
  return opening;
}

export const ONE_SHARE = quantityFromShares(1);

/** What a share costs at the reference, units of cash; NaN where that is no price. */
export const perShare = ({ reference }: Intent): number => (isPrice(reference) ? notional(reference, ONE_SHARE) : NaN);
/** And what is held back for it until it has filled. */
export const reservedPerShare = ({ reference }: Intent): number =>
  isPrice(reference) ? reservationFor(reference, ONE_SHARE) : NaN;

const isPrice = (reference: number): boolean => Number.isSafeInteger(reference) && reference > 0;
