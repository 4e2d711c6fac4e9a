/**
 * What stands in the way of entries, and how that is told.
 *
 * 1. Execution tells of the account exactly what it refuses entries for itself, halts aside, which risk hears of as well.
 * 2. What is told is bounded: breaks beyond BREAKS_TOLD_MAX hold their symbols back without being told one by one.
 */
import {
  compareText,
  epochMs,
  HOLD_CAUSES,
  type AccountBreak,
  type AccountDoubt,
  type Hold,
  type HoldCause,
  type Standing,
  type Ticker,
} from '@aitrader/model';
import { tradeDateAt } from '@aitrader/core-sessions';
import { doubtIn, type ManagedOrder, type OrderManagerState } from './managed-order.ts';
import { ordersIn } from './orders-by-symbol.ts';

/** Breaks that are told with an interval: more of them are one trouble, not so many, and every interval tells them. */
const BREAKS_TOLD_MAX = 100;

/** Something that nothing is entered for, in a symbol, or in any by null. */
interface EntryBlock {
  readonly symbol: Ticker | null;
  readonly cause: HoldCause | AccountBreak;
}

/** How the broker's account is known; one that nobody tells of is. */
const standingOf = ({ account: { standing }, config }: OrderManagerState): Standing =>
  standing === 'unheard' && config.reconciliation === null ? 'known' : standing;

/** Whether entries may be asked for at all, now: with real money on the date that an operator has armed the run for alone. */
export const isArmed = ({ config, armedFor, now }: Pick<OrderManagerState, 'config' | 'armedFor' | 'now'>): boolean =>
  !config.needsArming || (armedFor !== null && armedFor === tradeDateAt(epochMs(now + 1)));

/** All that blocks entries while the account is known, of some orders: the first that is of a symbol is its reason. O(orders + differences + foreign positions). */
function* blocksIn(state: OrderManagerState, orders: Iterable<ManagedOrder>): Generator<EntryBlock> {
  const { account, config, strays, straysLost } = state;
  for (const { symbol, break: broken } of account.differences.values()) {
    // cash may be off for a moment while trades are told
    if (symbol !== null || broken !== null) yield { symbol, cause: broken ?? 'account-differs' };
  }
  for (const symbol of account.foreign.keys()) if (!account.adopted.has(symbol)) yield { symbol, cause: 'foreign-position' };
  if (straysLost > 0) yield { symbol: null, cause: 'words-lost' };
  for (const reports of strays.values()) for (const { symbol } of reports) yield { symbol, cause: 'order-unknown' };
  for (const managed of orders) {
    const cause = doubtIn(managed, config.exitRefusalsMax);
    if (cause !== undefined) yield { symbol: managed.order.symbol, cause };
  }
}

/** Why nothing is entered in a symbol, if nothing is. */
export function entryBlock(state: OrderManagerState, symbol: Ticker): string | undefined {
  const standing = standingOf(state);
  if (standing !== 'known') return standing === 'unheard' ? 'account-unheard' : standing;
  for (const { symbol: of, cause } of blocksIn(state, ordersIn(state, symbol))) {
    if (of !== null && of !== symbol) continue;
    return typeof cause === 'string' ? cause : `break ${cause.id}`;
  }
  return undefined;
}

/** What is doubted of the account, as it is told with an interval; null: nothing. */
export function accountDoubt(state: OrderManagerState): AccountDoubt | null {
  const standing = standingOf(state);
  const breaks: AccountBreak[] = [];
  const held = new Map<HoldCause, Set<Ticker> | 'all'>();
  const hold = (cause: HoldCause, symbol: Ticker | null): void => {
    const symbols = held.get(cause) ?? new Set();
    held.set(cause, symbol === null || symbols === 'all' ? 'all' : symbols.add(symbol));
  };
  if (!isArmed(state)) hold('not-armed', null);
  for (const { symbol, cause } of blocksIn(state, state.orders.values())) {
    if (typeof cause === 'string') hold(cause, symbol);
    else if (breaks.length < BREAKS_TOLD_MAX) breaks.push(cause);
    else hold('more-breaks', symbol);
  }
  if (standing === 'known' && breaks.length === 0 && held.size === 0) return null;
  return { standing, since: state.account.since, breaks, holds: holdsOf(held) };
}

const holdsOf = (held: ReadonlyMap<HoldCause, ReadonlySet<Ticker> | 'all'>): readonly Hold[] =>
  HOLD_CAUSES.flatMap((cause) => {
    const symbols = held.get(cause);
    return symbols === undefined ? [] : [{ cause, symbols: symbols === 'all' ? [] : [...symbols].sort(compareText) }];
  });
