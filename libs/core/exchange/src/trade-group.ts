import { quantity, type Cash, type Price } from '@aitrader/model';
import {
  bestFor,
  betterOf,
  limitPassed,
  participationCap,
  sizeOf,
  slipped,
  stopTouched,
  worstFor,
  type Print,
} from '@aitrader/core-simulation';
import { endOrder, heldBy } from './end-order.ts';
import { executableOf, type BarTime } from './executable.ts';
import { isFinal, type ExchangeOrder, type TradeUpdate } from './exchange-order.ts';
import { legsOf, say, setOpen, type ExchangeState } from './exchange-state.ts';
import { positionIn } from './margin.ts';
import { sharesFor } from './order-checks.ts';
import { trade } from './trade.ts';

/*
 * One group of orders against one bar: an entry with its exits, or a pair of exits, or an order alone.
 *
 * 1. What happens at the open is certain and comes first: exits of what is held already, then the entry. Of what lies inside the bar the
 *    worse is taken: the stop before the target. All exits share one cap.
 * 2. The first exit calls off what has not entered; a stop that is elected calls off the target.
 * 3. A bar that is suspect is for those who want to get out.
 */

interface Group {
  readonly root: ExchangeOrder;
  readonly entry: ExchangeOrder | undefined;
  readonly target: ExchangeOrder | undefined;
  readonly stop: ExchangeOrder | undefined;
}

/** What trading a bar needs. */
interface Trading {
  readonly state: ExchangeState;
  readonly print: Print;
  readonly time: BarTime;
  readonly updates: TradeUpdate[];
}

/** Trades a group against the bar of its symbol. */
export function tradeGroup(state: ExchangeState, root: ExchangeOrder, print: Print, time: BarTime, updates: TradeUpdate[]): void {
  const trading: Trading = { state, print, time, updates };
  const group = groupParts(state, root);
  const room = participationCap(print.volumeShares, time.config.participationMax);
  const taken = exitsAtOpen(trading, group, room);
  if (taken !== 'over') {
    const entered = enter(trading, group, room);
    exitsInside(trading, group, room - taken, entered !== 'inside');
  }
  for (const order of [group.entry, group.target, group.stop]) if (isActive(order)) order.rested = true;
}

function groupParts(state: ExchangeState, root: ExchangeOrder): Group {
  const all = [root, ...legsOf(state, root)];
  const working = (role: ExchangeOrder['role']): ExchangeOrder | undefined =>
    all.find((one) => one.role === role && !isFinal(one.status));
  return { root, entry: working('entry'), target: working('target'), stop: working('stop') };
}

const isActive = (order: ExchangeOrder | undefined): order is ExchangeOrder =>
  order !== undefined && !isFinal(order.status) && order.status !== 'held';

/** Exits that are due at the open. Returns what they took of the cap, or that the group's bar is over. */
function exitsAtOpen(trading: Trading, group: Group, room: number): number | 'over' {
  const { print } = trading;
  const { stop, target } = group;
  if (isActive(stop) && (stop.elected || isTouched(stop, print.open))) {
    stopOut(trading, group, stop, room);
    return 'over';
  }
  if (isActive(target) && isTaken(trading, target)) return takeTarget(trading, group, target, print.open, room);
  return 0;
}

/** Exits that lie inside the bar, of what is held after the entry. */
function exitsInside(trading: Trading, group: Group, room: number, certain: boolean): void {
  const { print } = trading;
  const { stop, target } = group;
  if (isActive(stop) && isTouched(stop, worstFor(stop.side, print))) stopOut(trading, group, stop, room);
  else if (isActive(target) && certain && target.limit !== undefined && isPassed(target, bestFor(target.side, print)))
    takeTarget(trading, group, target, betterOf(target.side, print.open, target.limit), room);
}

const isTouched = ({ side, stop }: ExchangeOrder, at: Price): boolean => stop !== undefined && stopTouched(side, stop, at);
const isPassed = ({ side, limit }: ExchangeOrder, at: Price): boolean => limit !== undefined && limitPassed(side, limit, at);
const isTaken = ({ print }: Trading, target: ExchangeOrder): boolean => isPassed(target, print.open);

/** The entry, or an order alone. Says whether it traded, and where in the bar. */
function enter(trading: Trading, group: Group, room: number): 'open' | 'inside' | undefined {
  const { state, print, time, updates } = trading;
  const { entry } = group;
  if (!isActive(entry) || !(print.isGood || isClosing(state, entry))) return undefined;
  if (entry.notional !== undefined && entry.filled === 0) sizeByNotional(trading, entry, entry.notional);
  const found = executableOf(entry, print, room, time);
  const immediate = entry.timeInForce === 'ioc' || entry.timeInForce === 'fok' || entry.timeInForce === 'opg';
  const isWhole = entry.timeInForce !== 'fok' || (found !== undefined && found.size === entry.open);
  if (found !== undefined && isWhole) {
    trade(state, entry, found.size, found.price, updates);
    protect(trading, group, entry);
  }
  if ((immediate || entry.timeInForce === 'cls') && entry.open > 0) endOrder(state, entry, 'canceled', updates);
  return found === undefined ? undefined : found.inside ? 'inside' : 'open';
}

const isClosing = (state: ExchangeState, { symbol, side }: ExchangeOrder): boolean =>
  side === 'sell' ? positionIn(state, symbol) > 0 : positionIn(state, symbol) < 0;

/** An order by notional is for as many shares as its first trade's price makes it, and never closes more than there is. */
function sizeByNotional({ state, print, time }: Trading, entry: ExchangeOrder, amount: Cash): void {
  const shares = sharesFor(amount, slipped(print.open, entry.side, entry.open, print, time));
  const most = entry.intent.endsWith('close') ? Math.abs(positionIn(state, entry.symbol)) : Infinity;
  entry.quantity = quantity(Math.min(shares, most));
  setOpen(state, entry, entry.quantity);
}

/** Lets the exits of what has entered work: from the first fill on, or once all has. */
function protect({ state, updates }: Trading, group: Group, entry: ExchangeOrder): void {
  if (state.config.rules === 'vendor' && entry.open > 0) return;
  const begins = [group.target, group.stop].filter((leg) => leg?.status === 'held');
  resizeExits(state, group);
  for (const leg of begins) {
    if (leg === undefined) continue;
    leg.status = 'new';
    leg.rested = true;
    say(state, updates, 'new', leg);
  }
}

/** An exit is for what is held, no more and no less. */
function resizeExits(state: ExchangeState, group: Group): void {
  const held = quantity(heldBy(state, group.root));
  for (const exit of [group.target, group.stop]) {
    if (exit === undefined || isFinal(exit.status)) continue;
    exit.quantity = quantity(exit.filled + held);
    setOpen(state, exit, held);
  }
}

/** Elects the stop: the target and what has not entered are called off, and it trades as far as there is room. */
function stopOut(trading: Trading, group: Group, stop: ExchangeOrder, room: number): void {
  const { state, print, time, updates } = trading;
  const { entry, target } = group;
  const gapped = stop.elected || isTouched(stop, print.open);
  const pessimistic = !gapped && isActive(target) && isPassed(target, bestFor(target.side, print));
  if (isActive(entry)) endOrder(state, entry, 'canceled', updates);
  const found = executableOf(stop, print, room, time);
  if (target !== undefined) endTarget(trading, group, target);
  if (found !== undefined) trade(state, stop, found.size, found.price, updates, pessimistic);
}

function endTarget({ state, updates }: Trading, group: Group, target: ExchangeOrder): void {
  // of a pair of exits the target is the first order, and what it was for is what the stop is for
  if (group.root === target) target.quantity = quantity(target.filled + heldBy(state, group.root));
  endOrder(state, target, 'canceled', updates);
}

/** Fills the target as far as there is room, and shrinks the stop by it; returns how much it took. */
function takeTarget(trading: Trading, group: Group, target: ExchangeOrder, at: Price, room: number): number {
  const { state, print, time, updates } = trading;
  const { entry, stop } = group;
  const size = sizeOf(target.open, room);
  if (size === 0) return 0;
  if (isActive(entry)) {
    endOrder(state, entry, 'canceled', updates);
    resizeExits(state, group);
  }
  const paid = target.rested ? at : comesIn(target, at, slipped(print.open, target.side, size, print, time));
  trade(state, target, size, paid, updates);
  if (stop === undefined || isFinal(stop.status)) return size;
  if (target.open === 0) endOrder(state, stop, 'canceled', updates);
  else {
    stop.quantity = quantity(stop.filled + target.open);
    setOpen(state, stop, target.open);
  }
  return size;
}

/** A pair of exits that comes to the market beyond its limit pays the spread, but never more than its limit. */
const comesIn = (target: ExchangeOrder, at: Price, paid: Price): Price =>
  target.limit === undefined
    ? at
    : target.side === 'sell'
      ? paid > target.limit
        ? paid
        : target.limit
      : paid < target.limit
        ? paid
        : target.limit;
