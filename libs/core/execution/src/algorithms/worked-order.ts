/**
 * A parent order as it is worked: a pure reducer of intervals and of words on its children to children and their ends.
 *
 * 1. What has filled and what may still fill is never more than the parent's quantity, at any moment.
 * 2. Every child has the parent's limit, is of whole shares, and works alone: the next one is sent when it is over.
 * 3. No child is more than its share of what traded in the last interval, and all of a participation is never more than its share of what
 *    was seen to trade. A schedule is never ahead by more than a part, and makes up for no more than so many parts at once.
 * 4. Children are sent in the parent's time and hours alone. At its end what works is called off, once an interval until it is over.
 * 5. What is not known counts as if it could still fill: a child whose cancel is refused, or that ended and nobody says what of it filled.
 * 6. The same events give the same children, also through a copy of the state.
 */
import { epochMs, quantity, type EpochMs, type FillId, type Price, type Quantity } from '@aitrader/model';
import { allowanceAt, type Progress } from './pace.ts';
import { parentProblem, ParentOrderError, type ParentOrder } from './parent-order.ts';

/** A part of the parent that was sent. */
export interface ChildOrder {
  readonly n: number;
  readonly quantity: Quantity;
  /** by the first id of each execution, what it reads now and the most that it ever read */
  readonly executions: Map<FillId, { now: Quantity; most: Quantity }>;
  /** what its end said had filled of it in all; null where it did not say; undefined while it works */
  told: Quantity | null | undefined;
  /** its cancel was asked for in this interval */
  isCanceling: boolean;
}

/** All that is known of a parent at work. Plain data, bounded by its children. */
export interface WorkedOrder extends Progress {
  readonly children: ChildOrder[];
  /** the child of each execution, by any id that it or its amendments have, and the first of these ids */
  readonly names: Map<FillId, { readonly child: number; readonly first: FillId }>;
  /** amendments of executions that were not told of yet */
  readonly early: Map<FillId, Extract<WorkEvent, { readonly kind: 'amended' }>>;
  isCalledOff: boolean;
}

/** What a parent hears. Words on a child name it by its number. */
export type WorkEvent =
  /** an interval closed, in which so many shares traded: none where there was no bar to believe */
  | { readonly kind: 'interval'; readonly t: EpochMs; readonly volumeShares: number }
  | { readonly kind: 'filled'; readonly child: number; readonly id: FillId; readonly quantity: Quantity }
  /** an execution was restated, or undone: then it is of nothing */
  | { readonly kind: 'amended'; readonly id: FillId; readonly amends: FillId; readonly quantity: Quantity }
  /** a child is over, whyever; `filled` is what the broker says of it filled in all, null where it does not say */
  | { readonly kind: 'ended'; readonly child: number; readonly filled: Quantity | null }
  | { readonly kind: 'called-off' };

/** What a parent asks for. */
export type ChildRequest =
  | { readonly kind: 'place'; readonly child: number; readonly quantity: Quantity; readonly limit: Price }
  | { readonly kind: 'cancel'; readonly child: number };

/** What has become of a parent. */
export interface WorkOutcome {
  readonly filled: Quantity;
  /** what of it is not done, and is not at work */
  readonly left: Quantity;
  /** what may still fill */
  readonly working: Quantity;
  /** `working`: there is time left, or something is at work; else why nothing more comes */
  readonly state: 'working' | 'done' | 'called-off' | 'time-over';
}

/** A parent that nothing was done for yet. @throws ParentOrderError */
export function newWorkedOrder(parent: ParentOrder): WorkedOrder {
  const problem = parentProblem(parent);
  if (problem !== undefined) throw new ParentOrderError(problem);
  return {
    parent,
    children: [],
    names: new Map(),
    early: new Map(),
    now: epochMs(0),
    seenShares: 0,
    lastShares: 0,
    partEndMinute: 0,
    partShares: 0,
    isCalledOff: false,
  };
}

/** Hears one event, and asks for what follows. Words on children that there are none of are passed over. @throws CalendarRangeError */
export function workOrder(state: WorkedOrder, event: WorkEvent, out: ChildRequest[]): void {
  if (event.kind === 'interval') passInterval(state, event.t, event.volumeShares, out);
  else hear(state, event);
  const isOut = state.isCalledOff || state.now >= state.parent.until;
  if (!isOut) return;
  for (const child of state.children) {
    if (typeof child.told === 'number' || child.isCanceling) continue;
    child.isCanceling = true;
    out.push({ kind: 'cancel', child: child.n });
  }
}

function passInterval(state: WorkedOrder, t: EpochMs, volumeShares: number, out: ChildRequest[]): void {
  if (t <= state.now) return;
  state.now = t;
  for (const child of state.children) child.isCanceling = false;
  state.lastShares = volumeShares > 0 && volumeShares < Infinity ? volumeShares : 0;
  if (t > state.parent.from) state.seenShares += state.lastShares;
  if (state.isCalledOff || t < state.parent.from || t >= state.parent.until) return;
  const size = allowanceAt(state, committedOf(state));
  if (size === 0 || state.children.some(isOpen)) return;
  const n = state.children.length + 1;
  state.children.push({ n, quantity: size, executions: new Map(), told: undefined, isCanceling: false });
  out.push({ kind: 'place', child: n, quantity: size, limit: state.parent.limit });
}

function hear(state: WorkedOrder, event: Exclude<WorkEvent, { readonly kind: 'interval' }>): void {
  if (event.kind === 'called-off') state.isCalledOff = true;
  else if (event.kind === 'amended') hearAmendment(state, event);
  else {
    const child = state.children[event.child - 1];
    if (child === undefined) return;
    if (event.kind === 'filled') hearFill(state, child, event.id, event.quantity);
    else child.told ??= event.filled;
  }
}

/** Counts an execution, once. It counts in every state: what has traded has traded. */
function hearFill(state: WorkedOrder, child: ChildOrder, id: FillId, size: Quantity): void {
  if (state.names.has(id)) return;
  state.names.set(id, { child: child.n, first: id });
  child.executions.set(id, { now: size, most: size });
  const early = state.early.get(id);
  state.early.delete(id);
  if (early !== undefined) hearAmendment(state, early);
}

/** Restates an execution. One that is not known yet waits for it: the latest word on it is what counts. */
function hearAmendment(state: WorkedOrder, event: Extract<WorkEvent, { readonly kind: 'amended' }>): void {
  const known = state.names.get(event.amends);
  if (known === undefined) {
    if (state.early.size < EARLY_MAX) state.early.set(event.amends, event);
    return;
  }
  if (state.names.has(event.id)) return;
  state.names.set(event.id, known);
  const execution = state.children[known.child - 1]?.executions.get(known.first);
  if (execution === undefined) return;
  execution.now = event.quantity;
  if (event.quantity > execution.most) execution.most = event.quantity;
  const next = state.early.get(event.id);
  state.early.delete(event.id);
  if (next !== undefined) hearAmendment(state, next);
}

/** Amendments that may wait for what they amend: far more than a broker ever sends ahead; bounds the state. */
const EARLY_MAX = 1024;

/** What of a child may still fill. Neither an undone execution nor an end that does not say what filled makes it more, or less. */
export function openOf({ quantity: size, executions, told }: ChildOrder): Quantity {
  let heard = 0;
  for (const { most } of executions.values()) heard += most;
  return quantity(Math.max(0, (told ?? size) - heard));
}

/** What of a child has filled, as its executions read now. */
export function filledOf({ executions }: ChildOrder): Quantity {
  let filled = 0;
  for (const { now } of executions.values()) filled += now;
  return quantity(filled);
}

/** What has filled of a parent and what may still fill. */
export function committedOf({ children }: WorkedOrder): Quantity {
  let committed = 0;
  for (const child of children) committed += filledOf(child) + openOf(child);
  return quantity(committed);
}

const isOpen = (child: ChildOrder): boolean => openOf(child) > 0;

/** What has become of a parent so far. */
export function outcomeOf(state: WorkedOrder): WorkOutcome {
  const { parent, children, isCalledOff, now } = state;
  let filled = 0;
  for (const child of children) filled += filledOf(child);
  const working = committedOf(state) - filled;
  const left = Math.max(0, parent.quantity - filled - working);
  const end = left === 0 ? 'done' : isCalledOff ? 'called-off' : now >= parent.until ? 'time-over' : undefined;
  return {
    filled: quantity(filled),
    left: quantity(left),
    working: quantity(working),
    state: working > 0 || end === undefined ? 'working' : end,
  };
}
