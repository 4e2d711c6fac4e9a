import {
  cash,
  fillId,
  quantity,
  unknownFeesNote,
  type Cash,
  type EpochMs,
  type Leg,
  type Order,
  type Price,
  type Quantity,
  type Side,
} from '@aitrader/model';
import { tradeDateAt } from '@aitrader/core-sessions';
import type { BrokerEvent, LegChanged } from './broker.ts';
import { feeOf, participationCap, type Print } from './fill-model.ts';
import { bestFor, betterOf, limitPassed, sizeOf, slipped, stopTouched, worstFor, type Costs } from './fill-rules.ts';
import { feesNotKnown } from './regulatory-fees.ts';

/** An order as the simulated broker holds it. `stopping` and `closing`: what is held leaves at market, bar by bar. */
export interface Bracket {
  /** as corporate actions have restated it */
  order: Order;
  /** close of the session that the entry is good for */
  readonly dayEnd: EpochMs;
  /** of the entry, not yet filled */
  open: Quantity;
  /** entered and not yet exited */
  held: Quantity;
  exit: 'protected' | 'stopping' | 'closing';
  /** when the close was asked for; it reaches the market like any order */
  closeGiven: EpochMs;
  /** last close of the symbol, and what the loan of shares that were sold short has cost and nobody was charged for yet */
  mark: Price | undefined;
  owed: Cash;
  readonly executions: Record<Leg, number>;
}

/** One interval as a bracket meets it. */
export interface Interval extends Costs {
  readonly t: EpochMs;
  readonly events: BrokerEvent[];
  /** what is said of half the spread with each execution that pays it; nothing where it is the configured one */
  readonly spreadNote: string;
}

interface Execution {
  readonly leg: Leg;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly pessimistic: boolean;
  /** what is said of its price */
  readonly note: string;
}

export const newBracket = (order: Order, dayEnd: EpochMs): Bracket => ({
  order,
  dayEnd,
  open: order.quantity,
  held: quantity(0),
  exit: 'protected',
  closeGiven: order.t,
  mark: undefined,
  owed: cash(0),
  executions: { entry: 0, stop: 0, target: 0, time: 0 },
});

/** Nothing is left that could fill. */
export const isOver = ({ open, held }: Bracket): boolean => open === 0 && held === 0;

/**
 * Trades a bracket against one bar. What happens at the open is certain and comes first: exits of what is held already, then
 * the entry. Of what lies inside the bar the worse is taken: the stop before the target. All exits share one cap.
 */
export function tradeBracket(bracket: Bracket, print: Print, interval: Interval): void {
  let room = participationCap(print.volumeShares, interval.config.participationMax);
  if (bracket.exit !== 'protected') {
    exitAtMarket(bracket, bracket.exit === 'closing' ? 'time' : 'stop', print.open, room, false, print, interval);
    return;
  }
  const heldBefore = bracket.held > 0;
  if (heldBefore && isStopTouched(bracket, print.open)) {
    stopOut(bracket, print, room, interval);
    return;
  }
  if (heldBefore && isTargetPassed(bracket, print.open)) room -= takeTarget(bracket, print.open, room, interval);
  if (print.isGood) enter(bracket, print, interval);
  if (bracket.held === 0) return;
  if (isStopTouched(bracket, worstFor(exitSide(bracket.order), print))) stopOut(bracket, print, room, interval);
  else if (isTargetPassed(bracket, bestFor(exitSide(bracket.order), print))) {
    takeTarget(bracket, betterOf(exitSide(bracket.order), print.open, bracket.order.target), room, interval);
  }
}

/** Ends what has not entered; `expired` at the end of its time, `canceled` when it is taken back. */
export function endEntry(bracket: Bracket, kind: 'expired' | 'canceled', reason: string, interval: Interval): void {
  if (bracket.open === 0) return;
  bracket.open = quantity(0);
  report(bracket, 'entry', kind, bracket.open, reason, interval);
}

/** Says what became of a leg, other than by trading. */
export function report(
  { order }: Bracket,
  leg: Leg,
  kind: LegChanged['kind'],
  remaining: Quantity,
  reason: string,
  { t, events }: Interval,
): void {
  events.push({ kind, t, orderId: order.id, symbol: order.symbol, leg, remaining, reason });
}

const isStopTouched = ({ order }: Bracket, at: Price): boolean => stopTouched(exitSide(order), order.stop, at);
const isTargetPassed = ({ order }: Bracket, at: Price): boolean => limitPassed(exitSide(order), order.target, at);

function enter(bracket: Bracket, print: Print, interval: Interval): void {
  const { order } = bracket;
  const size = sizeOf(bracket.open, participationCap(print.volumeShares, interval.config.participationMax));
  if (size === 0) return;
  const first = bracket.held === 0;
  bracket.open = quantity(bracket.open - size);
  bracket.held = quantity(bracket.held + size);
  const at = slipped(print.open, order.side, size, print, interval);
  execute(
    bracket,
    { leg: 'entry', quantity: size, price: at, pessimistic: false, note: interval.spreadNote },
    bracket.open,
    interval,
  );
  report(bracket, 'stop', first ? 'accepted' : 'replaced', bracket.held, '', interval);
  report(bracket, 'target', first ? 'accepted' : 'replaced', bracket.held, '', interval);
}

/** Triggers the stop: it becomes a market order, at the open when that is beyond it already, and the rest is called off. */
function stopOut(bracket: Bracket, print: Print, room: number, interval: Interval): void {
  const gapped = isStopTouched(bracket, print.open);
  const ambiguous = !gapped && isTargetPassed(bracket, bestFor(exitSide(bracket.order), print));
  bracket.exit = 'stopping';
  endEntry(bracket, 'canceled', 'exit-began', interval);
  report(bracket, 'stop', 'triggered', bracket.held, gapped ? 'gap' : '', interval);
  report(bracket, 'target', 'canceled', quantity(0), 'stop-triggered', interval);
  exitAtMarket(bracket, 'stop', gapped ? print.open : bracket.order.stop, room, ambiguous, print, interval);
}

/** Fills the limit of the target as far as there is room; returns how much it took. */
function takeTarget(bracket: Bracket, at: Price, room: number, interval: Interval): number {
  const size = sizeOf(bracket.held, room);
  if (size === 0) return 0;
  endEntry(bracket, 'canceled', 'exit-began', interval);
  bracket.held = quantity(bracket.held - size);
  execute(bracket, { leg: 'target', quantity: size, price: at, pessimistic: false, note: '' }, bracket.held, interval);
  if (bracket.held > 0) report(bracket, 'stop', 'replaced', bracket.held, '', interval);
  else report(bracket, 'stop', 'canceled', bracket.held, 'target-filled', interval);
  return size;
}

function exitAtMarket(
  bracket: Bracket,
  leg: 'stop' | 'time',
  at: Price,
  room: number,
  pessimistic: boolean,
  print: Print,
  interval: Interval,
): void {
  const size = sizeOf(bracket.held, room);
  if (size === 0) return;
  bracket.held = quantity(bracket.held - size);
  const paid = slipped(at, exitSide(bracket.order), size, print, interval);
  execute(bracket, { leg, quantity: size, price: paid, pessimistic, note: interval.spreadNote }, bracket.held, interval);
}

const exitSide = ({ side }: Order): Side => (side === 'buy' ? 'sell' : 'buy');

function execute(bracket: Bracket, execution: Execution, remaining: Quantity, { t, config, events }: Interval): void {
  const { order, executions } = bracket;
  const { leg, quantity: size, price, pessimistic } = execution;
  executions[leg] += 1;
  const side = leg === 'entry' ? order.side : exitSide(order);
  const charged = leg === 'entry' ? cash(0) : bracket.owed;
  bracket.owed = cash(bracket.owed - charged);
  const notKnown = config.fees === 'regulatory' ? feesNotKnown(tradeDateAt(t)) : undefined;
  events.push({
    kind: remaining === 0 ? 'filled' : 'executed',
    t,
    orderId: order.id,
    symbol: order.symbol,
    leg,
    remaining,
    reason: [execution.note, notKnown === undefined ? '' : unknownFeesNote(notKnown)].filter((note) => note !== '').join('; '),
    fill: {
      id: fillId(order.id, leg, executions[leg]),
      t,
      orderId: order.id,
      symbol: order.symbol,
      leg,
      side,
      quantity: size,
      price,
      fee: cash(feeOf(side, size, price, t, config) + charged),
      kind: 'execution',
      amends: null,
      pessimistic,
    },
  });
}
