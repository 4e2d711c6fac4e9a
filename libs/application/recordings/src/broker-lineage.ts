import { addressOf, decodeReports, decodeRequests } from '@aitrader/contracts';
import type { BrokerWord, OrderId, OrderRequest, Report, Request, RequestId } from '@aitrader/model';
import type { LoggedMessage } from '@aitrader/runtime-bus';

/** Something that was asked of a broker, with the sequence of the message that holds it. */
export interface ExplainedRequest {
  readonly seq: number;
  /** sequence of the message that it followed from */
  readonly cause: number;
  readonly request: OrderRequest;
}

/** Something that a broker said, with the sequence of the message that holds it. */
export interface ExplainedReport {
  readonly seq: number;
  readonly report: Report;
}

/** All that was asked of a broker for an order, and all that it said of it, as it was recorded. */
export interface ExplainedBroker {
  readonly requests: readonly ExplainedRequest[];
  readonly reports: readonly ExplainedReport[];
}

interface Kept {
  readonly requests: ExplainedRequest[];
  readonly reports: ExplainedReport[];
}

/** Follows what was asked of a broker and what it said, order by order. */
export class BrokerLineage {
  readonly #orders = new Map<OrderId, Kept>();
  readonly #byRequest = new Map<RequestId, OrderId>();
  readonly #byBroker = new Map<string, OrderId>();
  /** words on orders of the broker's that no answer had named yet */
  readonly #strays = new Map<string, ExplainedReport[]>();

  /** Takes in a message of requests or of reports. @throws ContractError */
  add({ seq, subject, data }: LoggedMessage): void {
    if (addressOf(subject).fact === 'requests') {
      const { cause, requests } = decodeRequests(data);
      for (const request of requests) this.#ask({ seq, cause }, request);
    } else for (const word of decodeReports(data).words) if (isReport(word)) this.#hear({ seq, report: word });
  }

  #ask(at: Pick<ExplainedRequest, 'seq' | 'cause'>, request: Request): void {
    if (request.kind === 'advance') return;
    this.#byRequest.set(request.id, request.orderId);
    this.#kept(request.orderId).requests.push({ ...at, request });
  }

  #hear(heard: ExplainedReport): void {
    const { request, brokerId, successor, legs } = heard.report;
    const known = brokerId === null ? undefined : this.#byBroker.get(brokerId);
    const order = known ?? (request === null ? undefined : this.#byRequest.get(request));
    if (order === undefined) {
      if (brokerId !== null) this.#strays.set(brokerId, [...(this.#strays.get(brokerId) ?? []), heard]);
      return;
    }
    const { reports } = this.#kept(order);
    reports.push(heard);
    for (const id of [brokerId, successor, ...legs.map((leg) => leg.brokerId)]) {
      if (id === null) continue;
      this.#byBroker.set(id, order);
      reports.push(...(this.#strays.get(id) ?? []));
      this.#strays.delete(id);
    }
  }

  #kept(order: OrderId): Kept {
    let kept = this.#orders.get(order);
    if (kept === undefined) this.#orders.set(order, (kept = { requests: [], reports: [] }));
    return kept;
  }

  /** What belongs to an order, in the order of the recording; undefined where nothing was asked. */
  of(order: OrderId): ExplainedBroker | undefined {
    const kept = this.#orders.get(order);
    return kept === undefined ? undefined : { ...kept, reports: kept.reports.toSorted((a, b) => a.seq - b.seq) };
  }
}

const isReport = (word: BrokerWord): word is Report =>
  word.kind !== 'passed' && word.kind !== 'account' && word.kind !== 'disconnected';
