import { epochMs, QUANTITY_UNITS_PER_SHARE, quantity, sharesOf, type EpochMs, type Quantity } from '@aitrader/model';
import { minutesOf, type ParentOrder, type TwapPace } from './parent-order.ts';

/*
 * How much of a parent may be sent at the end of an interval.
 *
 * 1. Whole shares, rounded down, and never more than what is left.
 * 2. Nothing outside the parent's hours, and nothing where nothing was seen to trade.
 */

const MS_PER_MINUTE = 60_000;

/** How far a parent has come. Plain data. */
export interface Progress {
  readonly parent: ParentOrder;
  /** close of the last interval */
  now: EpochMs;
  /** shares that were seen to trade since the beginning, and in the last interval */
  seenShares: number;
  lastShares: number;
  /** of a schedule: when the part at work ends, in session minutes from the beginning on, and the shares that may be committed by then */
  partEndMinute: number;
  partShares: number;
}

/** The largest child that may be sent now, where so much is filled or at work; nothing where none may. Begins the part that is due. */
export function allowanceAt(state: Progress, committed: Quantity): Quantity {
  const { parent, now, lastShares, seenShares } = state;
  // the next minute is the first one that a child can trade in
  if (!(minutesOf(parent, now, epochMs(now + MS_PER_MINUTE)) > 0)) return quantity(0);
  const { pace } = parent;
  const done = sharesOf(committed);
  const most = pace.kind === 'twap' ? scheduled(state, pace, done) : pace.share * seenShares;
  const shares = Math.floor(Math.min(Math.min(most, sharesOf(parent.quantity)) - done, parent.participationMax * lastShares));
  return quantity(Math.max(0, shares) * QUANTITY_UNITS_PER_SHARE);
}

/** Shares that may be committed by the end of the part at work. */
function scheduled(state: Progress, { everyMinutes, catchUpMax }: TwapPace, committedShares: number): number {
  const { parent, now } = state;
  const total = minutesOf(parent, parent.from, parent.until);
  const elapsed = minutesOf(parent, parent.from, now);
  if (elapsed < state.partEndMinute) return state.partShares;
  const shares = sharesOf(parent.quantity);
  state.partEndMinute = (Math.floor(elapsed / everyMinutes) + 1) * everyMinutes;
  const byItsEnd = Math.floor(shares * Math.min(1, state.partEndMinute / total));
  const onePart = Math.ceil((shares * everyMinutes) / total);
  state.partShares = Math.min(byItsEnd, committedShares + Math.floor(catchUpMax * onePart));
  return state.partShares;
}
