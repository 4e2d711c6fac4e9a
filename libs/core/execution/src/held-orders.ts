import type { Order, Quantity } from '@aitrader/model';
import { heldOf, isSettled, type OrderManagerState } from './managed-order.ts';
import { heldBy } from './order-lifecycle.ts';
import type { ExecutionState } from './simulated-execution.ts';

/** An order that is at work, or whose position is to be left. */
export interface HeldOrder {
  /** as corporate actions have restated it */
  readonly order: Order;
  /** entered and not exited, a magnitude unless more was exited */
  readonly held: Quantity;
}

/** The orders of the simulated broker. */
export const ordersSimulated = ({ broker, working }: ExecutionState): readonly HeldOrder[] =>
  [...working].map(([id, each]) => ({ order: broker.brackets.get(id)?.order ?? each.order, held: heldBy(each) }));

/** The orders at a broker, those that nothing is left of left out. */
export const ordersAtBroker = ({ orders }: OrderManagerState): readonly HeldOrder[] =>
  [...orders.values()]
    .filter((managed) => !isSettled(managed))
    .map((managed) => ({ order: managed.order, held: heldOf(managed) }));
