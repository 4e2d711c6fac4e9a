import {
  item,
  price,
  quantity,
  signalId,
  type Direction,
  type GateFigure,
  type RiskDecision,
  type Ticker,
} from '@aitrader/model';
import { ask } from './decision.ts';
import { enterPace, sessionPartOf } from './entry-pace.ts';
import { MANUAL_GATES } from './gates/lists.ts';
import { duplicateIntent } from './gates/pace.ts';
import { manualOnce, manualQuantity } from './gates/manual.ts';
import { priceTick, stopDistance } from './gates/price.ts';
import type { ManualIntent } from './intent.ts';
import { openOrder } from './open-orders.ts';
import { situationOf } from './situation.ts';
import type { RiskState } from './state.ts';
import { lastClose } from './tape.ts';
import type { GateOf } from './verdict.ts';

/** Those that need an order to look at: its stop and target, its quantity, its name. */
const OF_AN_ORDER: readonly GateOf<ManualIntent>[] = [stopDistance, priceTick, manualOnce, manualQuantity, duplicateIntent];
const STANDING = MANUAL_GATES.filter((gate) => !OF_AN_ORDER.includes(gate));

/**
 * What the gates would say of an entry in a symbol at its last close, by a strategy, after all that was decided in the interval: those that ask for neither
 * a belief nor an order. The state is used up. O(positions + open orders).
 */
export function wouldSay(state: RiskState, symbol: Ticker, direction: Direction, strategy: string): readonly GateFigure[] {
  enterPace(state, sessionPartOf(state));
  const close = lastClose(state.tape, symbol);
  const reference = price(Number.isSafeInteger(close) ? close : 0);
  const prices = { reference, stop: reference, target: reference };
  const about = { id: signalId(state.t, symbol, strategy), t: state.t, symbol, direction };
  const intent: ManualIntent = { ...about, ...prices, horizonMinutes: 1, holdMinutes: null, quantity: NOTHING_ASKED };
  return item(ask(situationOf(state, new Map(), 1), [intent], STANDING), 0).figures;
}
const NOTHING_ASKED = quantity(0);

/** Lets a state that decided an interval go on as if it had decided what was recorded: other code may have. What follows is of those orders. */
export function followRecorded({ orders }: RiskState, decided: RiskDecision, recorded: Pick<RiskDecision, 'orders'>): void {
  for (const { id } of decided.orders) orders.delete(id);
  for (const order of recorded.orders) openOrder(orders, order);
}
