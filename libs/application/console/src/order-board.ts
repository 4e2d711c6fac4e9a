import { dollarsOf, dollarsOfPrice, sharesOf, type Fill, type Order, type OrderEvent } from '@aitrader/model';
import type { LiveTable } from './live-table.ts';
import type { OrderRow, OrderStatus, OrderStep } from './wire.ts';

/** Steps of an order that are kept: an order in many parts has more, and the last ones count. */
const STEPS_KEPT = 60;

/** The orders of a run as their events and fills leave them. */
export class OrderBoard {
  readonly #table: LiveTable<OrderRow>;

  constructor(table: LiveTable<OrderRow>) {
    this.#table = table;
  }

  approved(order: Order, seq: number): void {
    const { id, t, symbol, side, exitAt, signalId } = order;
    const figures = {
      shares: sharesOf(order.quantity),
      reference: dollarsOfPrice(order.reference),
      stop: dollarsOfPrice(order.stop),
      target: dollarsOfPrice(order.target),
    };
    const nothing = { entered: 0, averageEntry: 0, left: 0, averageExit: 0, fees: 0, steps: [] };
    this.#table.put({ key: id, t, symbol, side, ...figures, exitAt, signalId, status: 'approved', ...nothing }, seq);
  }

  /** An order of a run before is known by what becomes of it alone: what is not here is not shown. */
  happened({ t, orderId, leg, kind, remaining, reason }: OrderEvent, seq: number): void {
    const row = this.#table.get(orderId);
    if (row === undefined) return;
    const step: OrderStep = { t, leg, kind, remaining: sharesOf(remaining), reason };
    const steps = [...row.steps, step].slice(-STEPS_KEPT);
    this.#table.put({ ...row, steps, status: statusOf({ ...row, steps }) }, seq);
  }

  /** What a bust or a correction undoes stays in the table of fills; the order's averages are of the fills as they came. */
  filled(fill: Fill, seq: number): void {
    const row = this.#table.get(fill.orderId);
    if (row === undefined || fill.kind !== 'execution') return;
    const [shares, price] = [sharesOf(fill.quantity), dollarsOfPrice(fill.price)];
    const fees = row.fees + dollarsOf(fill.fee);
    const after =
      fill.leg === 'entry'
        ? { entered: row.entered + shares, averageEntry: average(row.averageEntry, row.entered, price, shares) }
        : { left: row.left + shares, averageExit: average(row.averageExit, row.left, price, shares) };
    const filled = { ...row, ...after, fees };
    this.#table.put({ ...filled, status: statusOf(filled) }, seq);
  }
}

const average = (before: number, weight: number, price: number, shares: number): number =>
  (before * weight + price * shares) / (weight + shares);

/** Whether nothing more becomes of an order. */
export const hasEnded = (status: OrderStatus): boolean => status === 'closed' || status in ENDED;

const ENDED: Readonly<Record<string, OrderStatus>> = { rejected: 'rejected', canceled: 'canceled', expired: 'expired' };

/** What stands of an order: of its entry until shares came of it, and then of what is held. */
export function statusOf({ steps, entered, left }: Pick<OrderRow, 'steps' | 'entered' | 'left'>): OrderStatus {
  const last = new Map(steps.map(({ leg, kind }) => [leg, kind]));
  if ([...last.values()].includes('unknown')) return 'unknown';
  if (entered > left) return 'open';
  const entry = last.get('entry');
  if (entry === undefined) return 'approved';
  if (entered > 0 && (entry === 'filled' || entry in ENDED)) return 'closed';
  return ENDED[entry] ?? 'working';
}
