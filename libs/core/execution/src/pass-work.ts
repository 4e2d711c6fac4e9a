import { quantity, type EpochMs } from '@aitrader/model';
import type { Print } from '@aitrader/core-simulation';
import { workOrder, type ChildRequest } from './algorithms/worked-order.ts';
import { askCancel, submit } from './attend.ts';
import { childTerms } from './entry.ts';
import { entriesOf, unsentOf, type Desk, type ManagedOrder } from './managed-order.ts';
import { say } from './ticket-moves.ts';

/**
 * Lets an interval pass for an order that is worked: its next child is asked for, or what works is called off. While nothing may be entered in
 * its symbol, and on bars that are not believed, nothing is sent.
 */
export function passWork(desk: Desk, managed: ManagedOrder, t: EpochMs, print: Print | undefined): void {
  const { state } = desk;
  const { work } = managed;
  if (work === null) return;
  const unsent = unsentOf(managed);
  const terms = childTerms(state, managed, work.parent.limit);
  const isOpen = typeof terms !== 'string' && print?.isGood === true;
  const asked: ChildRequest[] = [];
  workOrder(work, { kind: 'interval', t, volumeShares: isOpen ? print.volumeShares : 0 }, asked);
  for (const one of asked) {
    const group = entriesOf(managed)[one.child - 1];
    if (one.kind === 'cancel') {
      if (group !== undefined) askCancel(desk, managed, group);
    } else if (typeof terms !== 'string') submit(desk, managed, 'entry', one.quantity, terms);
  }
  // its time is up, and no child is at work whose end would say so
  if (unsent > 0 && unsentOf(managed) === 0 && entriesOf(managed).every(({ tickets: [root] }) => root.open === 0))
    say(state, managed, { leg: 'entry', open: quantity(0) }, 'expired', 'time-over');
}
