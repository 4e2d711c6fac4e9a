/**
 * What an order that is worked in children hears of them: child `n` is the `n`-th entry that was asked for.
 *
 * 1. It hears of every execution once, and of what became of it since.
 * 2. A child is over by the broker's word, with what that says was filled; or by the certainty that the request did nothing. What is looked
 *    up and not found may turn up still: all of it counts as if it could fill.
 */
import { quantity, type FillId, type Quantity, type Report, type ReportedExecution, type ReportKind } from '@aitrader/model';
import { workOrder, type WorkEvent } from './algorithms/worked-order.ts';
import { entriesOf, type ManagedOrder, type Place } from './managed-order.ts';

/** A child was filled, in part or whole. */
export function noteChildFilled(managed: ManagedOrder, place: Place, { id, quantity: size }: ReportedExecution): void {
  const child = childAt(managed, place);
  if (child > 0) hearOfWork(managed, { kind: 'filled', child, id, quantity: size });
}

/** An execution reads otherwise since: of nothing once it is undone. */
export function noteChildAmended(managed: ManagedOrder, amends: FillId, { id }: ReportedExecution, units: number): void {
  hearOfWork(managed, { kind: 'amended', id, amends, quantity: quantity(units) });
}

/** A word may end a child. */
export function noteChildEnded(managed: ManagedOrder, place: Place, { kind, filled }: Report): void {
  const child = childAt(managed, place);
  if (child === 0) return;
  if (OVER.has(kind)) hearOfWork(managed, { kind: 'ended', child, filled });
  else if (DID_NOTHING.has(kind)) hearOfWork(managed, { kind: 'ended', child, filled: NOTHING });
}

const NOTHING: Quantity = quantity(0);
const OVER: ReadonlySet<ReportKind> = new Set<ReportKind>(['canceled', 'expired', 'rejected', 'filled']);
const DID_NOTHING: ReadonlySet<ReportKind> = new Set<ReportKind>(['refused', 'not-now']);

/** The number of the child that a ticket is, from 1 on; 0 for none, as for the exits that are attached to one. */
function childAt(managed: ManagedOrder, { group, ticket }: Place): number {
  const of = managed.groups[group];
  return managed.work === null || of === undefined || ticket > 0 ? 0 : entriesOf(managed).indexOf(of) + 1;
}

/** Words on children ask for nothing: what is to be sent next, and what is called off at the end, comes with the intervals. */
function hearOfWork({ work }: ManagedOrder, event: WorkEvent): void {
  if (work !== null) workOrder(work, event, []);
}
