import type { OrderRequest, Request } from '@aitrader/model';
import type { Performed } from './perform-order.ts';

/*
 * In which order requests are performed.
 *
 * 1. Those about the same order one after another, as they were asked for; the others beside each other, cancels first.
 * 2. At a broker of bars everything is asked for one after another, so that its orders have the places that the requests have.
 * 3. What a broker of bars is asked to live through waits for the answers to all that was asked before, and all that is asked later waits
 *    for it.
 */

/** Orders on their way to the broker at a time: more would only wait for its limit. */
const IN_FLIGHT_MAX = 8;
const SINGLE = '';

export interface LaneOptions {
  readonly perform: (request: OrderRequest) => Promise<Performed>;
  readonly advance: (request: Extract<Request, { readonly kind: 'advance' }>) => Promise<void>;
  readonly failed: (request: Request, error: unknown) => void;
  /** everything one after another, as it was asked for */
  readonly isSingle: boolean;
  /** resolves when orders may be sent */
  readonly opened: () => Promise<void>;
}

/** Lets requests have their turn. */
export class RequestLanes {
  readonly #options: LaneOptions;
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #known = new Set<Promise<void>>();
  /** what everything that is asked from now on waits for */
  #before: Promise<void>;
  #inFlight = 0;
  readonly #queue: (() => void)[] = [];

  constructor(options: LaneOptions, before: Promise<void>) {
    this.#options = options;
    this.#before = before;
  }

  /** Requests that are not answered. */
  get open(): number {
    return this.#known.size;
  }

  take(requests: readonly Request[]): void {
    const some: OrderRequest[] = [];
    for (const request of requests) {
      if (request.kind !== 'advance') some.push(request);
      else {
        this.#takeOrders(some.splice(0));
        this.#takeAdvance(request);
      }
    }
    this.#takeOrders(some);
  }

  #takeOrders(requests: readonly OrderRequest[]): void {
    if (this.#options.isSingle) {
      for (const request of requests) this.#takeOrder(request, SINGLE);
      return;
    }
    const isCancel = ({ kind }: OrderRequest): boolean => kind === 'cancel';
    // those of one order stay as they were asked for: only a cancel that is the first of its order goes ahead
    const seen = new Set<string>();
    const ahead = requests.filter((one) => {
      const isFirst = !seen.has(one.orderId);
      seen.add(one.orderId);
      return isFirst && isCancel(one);
    });
    for (const request of [...ahead, ...requests.filter((one) => !ahead.includes(one))])
      this.#takeOrder(request, request.orderId);
  }

  #takeOrder(request: OrderRequest, lane: string): void {
    const before = this.#lanes.get(lane) ?? this.#before;
    let answered: () => void = () => undefined;
    this.#note(new Promise<void>((resolve) => (answered = resolve)));
    const done = before
      .then(() => this.#perform(request))
      .then(
        ({ known }) => void known.then(answered, (error: unknown) => this.#fail(request, error, answered)),
        (error: unknown) => this.#fail(request, error, answered),
      );
    this.#lanes.set(lane, done);
    void done.then(() => {
      if (this.#lanes.get(lane) === done) this.#lanes.delete(lane);
    });
  }

  #note(known: Promise<void>): void {
    this.#known.add(known);
    void known.then(() => this.#known.delete(known));
  }

  #fail(request: Request, error: unknown, answered: () => void): void {
    this.#options.failed(request, error);
    answered();
  }

  async #perform(request: OrderRequest): Promise<Performed> {
    const { perform, opened } = this.#options;
    if (request.kind === 'cancel') return perform(request);
    await opened();
    await this.#turn();
    try {
      return await perform(request);
    } finally {
      this.#inFlight -= 1;
      this.#queue.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    while (this.#inFlight >= IN_FLIGHT_MAX) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#inFlight += 1;
  }

  #takeAdvance(request: Extract<Request, { readonly kind: 'advance' }>): void {
    const { advance, opened } = this.#options;
    const known = [...this.#known];
    const done = Promise.all([this.#before, ...known])
      .then(opened)
      .then(() => advance(request))
      .catch((error: unknown) => this.#options.failed(request, error));
    this.#before = done;
    // what comes later of an order that was at work waits too
    this.#lanes.clear();
    this.#note(done);
  }
}
