/**
 * How an order is entered.
 *
 * 1. Nothing is entered with real money on a date that the run is not armed for, while a halt stands, in a symbol that anything is in doubt
 *    in, or for longer than the order is fresh.
 * 2. What was lost, or could not be taken, is asked for again under an id of its own, and a few times only.
 * 3. An order that is large beside what trades is not asked for whole: it is worked in children, none of which is asked for again.
 */
import { quantity, type Order, type Price, type Ticker } from '@aitrader/model';
import { phaseNow, submit, type Terms } from './attend.ts';
import { entryBlock, isArmed } from './entry-blocks.ts';
import { beforeTarget, exitPrices, marketableLimit } from './limit-price.ts';
import { entriesOf, wholeShares, type Desk, type ManagedOrder, type OrderManagerState } from './managed-order.ts';
import { say } from './ticket-moves.ts';
import { beginWork } from './begin-work.ts';

/**
 * How often an entry is asked for at most. One that is lost costs a request and a look-up, and each may be at the broker after all: a gateway
 * that crashed again and again, or a broker that refuses for minutes, is no place to go on at.
 */
const ENTRY_ASKS_MAX = 5;

/** Asks for an order's entry, or tells that it ends as rejected. */
export function enter(desk: Desk, managed: ManagedOrder): void {
  const { state } = desk;
  managed.due = null;
  const terms = refusalOf(state, managed) ?? entryTerms(state, managed.order, undefined);
  if (typeof terms === 'string') say(state, managed, { leg: 'entry', open: NOTHING }, 'rejected', terms);
  else if (!beginWork(state, managed, terms)) submit(desk, managed, 'entry', wholeShares(managed.order.quantity), terms);
}

const NOTHING = quantity(0);

/** Why an entry is not asked for, if it is not. The first that applies. */
function refusalOf(state: OrderManagerState, managed: ManagedOrder): string | undefined {
  const { order } = managed;
  const standing = standingRefusal(state, order.symbol);
  if (standing !== undefined) return standing;
  if (!(wholeShares(order.quantity) > 0)) return 'no-whole-share';
  if (!(order.exitAt > state.now)) return 'exit-not-after-order';
  if (state.now - order.t > state.config.entryAgeMsMax) return 'too-old';
  if (entriesOf(managed).length >= ENTRY_ASKS_MAX) return 'asked-too-often';
  return undefined;
}

/** Why nothing is entered in a symbol now, whatever is ordered. */
function standingRefusal(state: OrderManagerState, symbol: Ticker): string | undefined {
  if (!isArmed(state)) return 'not-armed';
  if (state.isHalted) return 'halted';
  if (state.reduceOnly.has(symbol)) return 'reduce-only';
  return entryBlock(state, symbol);
}

/** How a child of an order is asked for in this part of the day, with the limit of the whole, or why it cannot be. */
export const childTerms = (state: OrderManagerState, { order }: ManagedOrder, limit: Price): Terms | string =>
  standingRefusal(state, order.symbol) ?? entryTerms(state, order, limit);

/** How an entry is asked for in this part of the day, with its own limit unless there is one, or why it cannot be. */
function entryTerms(
  state: OrderManagerState,
  { side, reference, stop, target }: Order,
  given: Price | undefined,
): Terms | string {
  if (state.config.entries === 'market') return { class: 'bracket', exits: { stop, target }, limit: null, extendedHours: false };
  const phase = phaseNow(state);
  if (phase === 'CLOSED' || phase === 'OVERNIGHT') return 'no-session';
  const isRegular = phase === 'RTH';
  const exits = exitPrices(side, stop, target);
  const worst = marketableLimit(side, reference, isRegular ? state.config.collarBpRegular : state.config.collarBpExtended);
  const before = beforeTarget(side, exits.target);
  const own = side === 'buy' ? (worst < before ? worst : before) : worst > before ? worst : before;
  const limit = given ?? own;
  const isBetween = side === 'buy' ? exits.stop < limit && limit < exits.target : exits.stop > limit && limit > exits.target;
  if (!isBetween) return 'exits-not-around-limit';
  return { class: isRegular ? 'bracket' : 'simple', exits: isRegular ? exits : null, limit, extendedHours: !isRegular };
}
