import {
  addressOf,
  decodeFills,
  decodeOrderEvents,
  decodeReports,
  decodeRequests,
  subjectOfEveryVersion,
  type Fact,
} from '@aitrader/contracts';
import {
  dollarsOfPrice,
  sharesOf,
  type BrokerWord,
  type Fill,
  type Order,
  type OrderEvent,
  type Request,
  type RunId,
} from '@aitrader/model';
import { asToday, readingMessage, readLogTo, storedMs, type Bus, type IntervalSearch } from '@aitrader/runtime-bus';

/** Something that happened to an order of an interval, and the message that says so. */
export interface OrderHappening {
  readonly seq: number;
  /** ms since 1970, by the server's clock, in fractions */
  readonly storedAt: number;
  readonly fact: string;
  /** by the run's clock */
  readonly t: number;
  readonly orderId: string;
  readonly words: string;
}

/** An order of an interval, in few words. */
export interface TracedOrder {
  readonly key: string;
  readonly symbol: string;
  readonly words: string;
}

/** The orders of an interval, and what became of them within {@link FOLLOWED_MS} of the run. */
export interface FollowedOrders {
  readonly rows: readonly TracedOrder[];
  /** in the order of the recording */
  readonly happenings: readonly OrderHappening[];
  /** whether more happened within that time than is told here */
  readonly isCut: boolean;
  /** the message up to which was looked */
  readonly upTo: number;
}

/** How long orders are followed, by the run's clock: most are left by then, and what lies behind is on the order's own page. */
export const FOLLOWED_MS = 2 * 3_600_000;
/** What is told of at the most. */
export const HAPPENINGS_MAX = 400;
const FOLLOWED: readonly Fact[] = ['requests', 'reports', 'order-events', 'fills'];

/** Reads what became of the orders that were approved at `t` by the message at `seq`: of four facts, and two hours at the most. */
export async function followOrders(
  bus: Bus,
  search: IntervalSearch,
  run: RunId,
  { t, seq, orders }: { readonly t: number; readonly seq: number; readonly orders: readonly Order[] },
): Promise<FollowedOrders> {
  const rows = orders.map(({ id, symbol, side, quantity, reference }) => ({
    ...{ key: id, symbol },
    words: `${side} ${sharesOf(quantity)} at about ${dollarsOfPrice(reference).toFixed(2)}`,
  }));
  if (orders.length === 0) return { rows, happenings: [], isCut: false, upTo: seq };
  const upTo = (await search.firstFrom('order-events', t + FOLLOWED_MS))?.seq ?? search.last;
  const reader = new OrderReader(new Set<string>(orders.map(({ id }) => id)));
  // requests before reports: a report names the request that it is about
  for (const fact of FOLLOWED)
    await readLogTo(bus, upTo, {
      run,
      subjects: [subjectOfEveryVersion(run, fact)],
      from: seq + 1,
      onMessage: ({ seq: at, subject, data, storedAt }) => {
        const message = asToday({ seq: at, subject, data });
        readingMessage(message, () => reader.read({ ...message, storedAt: storedMs(storedAt) }));
      },
    });
  const happenings = reader.happenings.sort((a, b) => a.seq - b.seq);
  return { rows, happenings: happenings.slice(0, HAPPENINGS_MAX), isCut: happenings.length > HAPPENINGS_MAX, upTo };
}

/** Picks out of messages what is about some orders. */
class OrderReader {
  readonly happenings: OrderHappening[] = [];
  readonly #orders: ReadonlySet<string>;
  /** whose order a request is about */
  readonly #requests = new Map<string, string>();

  constructor(orders: ReadonlySet<string>) {
    this.#orders = orders;
  }

  read(message: { readonly seq: number; readonly subject: string; readonly data: Uint8Array; readonly storedAt: number }): void {
    const { seq, subject, data, storedAt } = message;
    const { fact } = addressOf(subject);
    const note = (t: number, orderId: string | undefined, words: string): void => {
      if (orderId !== undefined && this.#orders.has(orderId)) this.happenings.push({ seq, storedAt, fact, t, orderId, words });
    };
    if (fact === 'requests') for (const request of decodeRequests(data).requests) this.#request(request, note);
    if (fact === 'reports') for (const word of decodeReports(data).words) this.#report(word, note);
    if (fact === 'order-events')
      for (const event of decodeOrderEvents(data).events) note(event.t, event.orderId, eventWords(event));
    if (fact === 'fills') for (const fill of decodeFills(data).fills) note(fill.t, fill.orderId, fillWords(fill));
  }

  #request(request: Request, note: (t: number, orderId: string | undefined, words: string) => void): void {
    if (request.kind === 'advance') return;
    this.#requests.set(request.id, request.orderId);
    note(request.t, request.orderId, `${request.kind} ${request.leg}`);
  }

  #report(word: BrokerWord, note: (t: number, orderId: string | undefined, words: string) => void): void {
    if (!('request' in word) || word.request === null) return;
    note(word.t, this.#requests.get(word.request), word.kind);
  }
}

const eventWords = ({ leg, kind, remaining, reason }: OrderEvent): string =>
  [`${leg} ${kind}`, remaining > 0 ? `${sharesOf(remaining)} open` : '', reason].filter((text) => text !== '').join(', ');

const fillWords = ({ leg, side, quantity, price, kind }: Fill): string =>
  `${kind === 'execution' ? '' : `${kind}: `}${leg}, ${side} ${sharesOf(quantity)} at ${dollarsOfPrice(price).toFixed(2)}`;
