import type { Quantity, Report, ReportKind, Request, RequestId, Ticker } from '@aitrader/model';

/*
 * What was told of requests and of the broker's orders: folded from what is recorded, and kept up with what is told.
 */

/** An order at the broker, as far as it was told of. */
export interface ToldOrder {
  readonly brokerId: string;
  readonly symbol: Ticker;
  /** the submission that made it, or what it is attached to; null for a stranger's */
  readonly request: RequestId | null;
  /** last word on its status */
  kind: ReportKind | null;
  isFinal: boolean;
  /** the most that was said to have filled of it */
  filled: Quantity | null;
  /** a trade of it was undone or restated since its status was told */
  wasAmended: boolean;
}

interface ToldRequest {
  readonly request: Request;
  /** times that it was asked for: again, after it was not taken for now */
  asked: number;
  /** times that it was not taken for now */
  notNow: number;
  /** what there is to know of it was told */
  isAnswered: boolean;
  /** the order at the broker that it made, once it is known */
  brokerId: string | null;
}

const FINAL: ReadonlySet<ReportKind> = new Set<ReportKind>(['filled', 'canceled', 'expired', 'replaced', 'rejected']);
const NOTHING_DONE: ReadonlySet<ReportKind> = new Set<ReportKind>(['refused', 'not-found', 'rejected']);
const TRADES: ReadonlySet<ReportKind> = new Set<ReportKind>(['execution', 'bust', 'correction']);
const ANSWERS: ReadonlySet<ReportKind> = new Set<ReportKind>(['refused', 'not-now', 'unknown', 'not-found']);

/** Whether a word ends an order. */
export const isFinalKind = (kind: ReportKind): boolean => FINAL.has(kind);

/** What was told of requests and orders. */
export class ToldOrders {
  readonly #requests = new Map<RequestId, ToldRequest>();
  readonly #orders = new Map<string, ToldOrder>();

  /** Takes a recorded request down; false when it is one that is at work, or answered, already. */
  ask(request: Request): boolean {
    const known = this.#requests.get(request.id);
    if (known === undefined) {
      this.#requests.set(request.id, { request, asked: 1, notNow: 0, isAnswered: false, brokerId: null });
      return true;
    }
    if (known.isAnswered || known.notNow < known.asked) return false;
    known.asked += 1;
    return true;
  }

  /** What is left to find out, or to do: in the order in which it was asked for. */
  unanswered(): readonly Request[] {
    return [...this.#requests.values()].filter((one) => !one.isAnswered && one.notNow < one.asked).map(({ request }) => request);
  }

  /** All that there is to know of a request was told, or is about to be. */
  answer(id: RequestId): void {
    const known = this.#requests.get(id);
    if (known !== undefined) known.isAnswered = true;
  }

  isAnswered(id: RequestId): boolean {
    return this.#requests.get(id)?.isAnswered ?? false;
  }

  /** The submission that a client order id is of, if it is one of ours. */
  submission(clientOrderId: string): RequestId | null {
    const known = this.#requests.get(clientOrderId as RequestId);
    return known?.request.kind === 'submit' ? known.request.id : null;
  }

  brokerIdOf(id: RequestId): string | null {
    return this.#requests.get(id)?.brokerId ?? null;
  }

  order(brokerId: string): ToldOrder | undefined {
    return this.#orders.get(brokerId);
  }

  /** Orders of ours. */
  ours(): readonly ToldOrder[] {
    return [...this.#orders.values()].filter(({ request }) => request !== null);
  }

  /** Earliest event time of a request for an order; undefined when there was none. */
  since(): number | undefined {
    const [first] = this.#requests.values();
    return first?.request.t;
  }

  hear(report: Report): void {
    const { request: id, brokerId } = report;
    const known = id === null ? undefined : this.#requests.get(id);
    if (known !== undefined) hearOfRequest(known, report);
    if (brokerId === null || ANSWERS.has(report.kind)) return;
    const request = known?.request.kind === 'submit' ? known.request.id : null;
    // the answer to a request for an end or for other terms is no word on an order
    if (known !== undefined && request === null) return;
    const order = this.#know(brokerId, report.symbol, request);
    hearOfOrder(order, report);
    for (const leg of report.legs) this.#know(leg.brokerId, report.symbol, order.request);
    if (report.successor !== null) this.#know(report.successor, report.symbol, order.request);
  }

  #know(brokerId: string, symbol: Ticker, request: RequestId | null): ToldOrder {
    const known = this.#orders.get(brokerId);
    // a word may come before anybody knows whose order it is about
    const order: ToldOrder =
      known !== undefined && (known.request !== null || request === null)
        ? known
        : { kind: null, isFinal: false, filled: null, wasAmended: false, ...known, brokerId, symbol, request };
    this.#orders.set(brokerId, order);
    return order;
  }
}

function hearOfRequest(known: ToldRequest, { kind, brokerId, legs }: Report): void {
  const { request } = known;
  if (kind === 'not-now') known.notNow += 1;
  else if (request.kind !== 'submit') known.isAnswered ||= kind !== 'unknown';
  else if (kind !== 'unknown') {
    // of exits the broker's ids are wanted too: what the stream says of an entry has none
    known.isAnswered ||= NOTHING_DONE.has(kind) || request.class === 'simple' || legs.length > 0;
    known.brokerId ??= brokerId;
  }
}

function hearOfOrder(order: ToldOrder, { kind, open, filled }: Report): void {
  if (filled !== null && (order.filled === null || filled > order.filled)) order.filled = filled;
  if (TRADES.has(kind)) {
    if (kind !== 'execution') order.wasAmended = true;
    if (open === 0) order.isFinal = true;
    return;
  }
  order.kind = kind;
  order.wasAmended = false;
  if (FINAL.has(kind)) order.isFinal = true;
}
