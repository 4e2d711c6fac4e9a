import { z } from 'zod';
import { ACCOUNT, ASSET, CLOCK, EXECUTION, ORDER, POSITION, REFUSAL, withText } from './account-answers.ts';
import type {
  BrokerAccount,
  BrokerAsset,
  BrokerClock,
  BrokerExecution,
  BrokerOrder,
  BrokerPosition,
  WithText,
} from './broker-account.ts';
import { BrokerError } from './broker-error.ts';
import type { Answered, TradingHttp, TradingRequest, Unanswered } from './trading-http.client.ts';

/*
 * Alpaca's Trading API v2.
 *
 * 1. Reading is tried again where that may help, and throws when it does not.
 * 2. An order is submitted once, and a replacement asked for once: what is not known to have failed is `unknown`, to be looked up by its
 *    client order id. There is no safe way to send it again.
 * 3. Whatever an answer is, its text is kept.
 */

/** An order as the API takes it; decimals as strings. */
export type OrderTicket = Readonly<Record<string, string | boolean | Readonly<Record<string, string>>>> & {
  readonly client_order_id: string;
};

interface Heard {
  /** the answer as it came */
  readonly raw: string;
  readonly status: number;
  readonly requestId: string;
}

/** What became of a request that changes something. */
export type Outcome<T> =
  /** done, as far as an answer can say */
  | ({ readonly kind: 'taken'; readonly value: T } & Heard)
  /** it is certain that nothing was done */
  | ({ readonly kind: 'refused'; readonly code: number | null; readonly message: string } & Heard)
  /** it is certain that nothing was done, and the same request may do later */
  | { readonly kind: 'not-now'; readonly why: string }
  /** nobody knows: look it up */
  | { readonly kind: 'unknown'; readonly why: string; readonly raw: string; readonly requestId: string };

export interface OrdersQuery {
  readonly status: 'open' | 'closed' | 'all';
  readonly symbols?: readonly string[];
  /** submitted after, RFC 3339 */
  readonly after?: string;
}

/** Attempts at reading after the first one, and the pause before each, doubled from one to the next. */
const RETRIES = 3;
const PAUSE_MS = 250;
const PAGE = 500;
const ACTIVITIES_PAGE = 100;
/** More pages than an account fills in a day. */
const PAGES_MAX = 1_000;
const QUOTED_MAX = 200;
const [TOLD_ORDER, TOLD_EXECUTION] = [withText(ORDER), withText(EXECUTION)];
const STATUS = {
  refusedFrom: 400,
  unauthorised: 401,
  forbidden: 403,
  notFound: 404,
  timeout: 408,
  tooMany: 429,
  brokenFrom: 500,
};

export interface AlpacaTradingOptions {
  readonly http: TradingHttp;
  readonly sleep: (ms: number) => Promise<void>;
  /** uniform on [0, 1), for the jitter between tries */
  readonly random: () => number;
}

/** An account at Alpaca. */
export class AlpacaTrading {
  readonly #options: AlpacaTradingOptions;

  constructor(options: AlpacaTradingOptions) {
    this.#options = options;
  }

  /** @throws BrokerError, as all that reads does */
  account(): Promise<BrokerAccount> {
    return this.#read('/v2/account', ACCOUNT);
  }

  positions(): Promise<readonly BrokerPosition[]> {
    return this.#read('/v2/positions', z.array(POSITION));
  }

  clock(): Promise<BrokerClock> {
    return this.#read('/v2/clock', CLOCK);
  }

  asset(symbol: string): Promise<BrokerAsset | undefined> {
    return this.#find(`/v2/assets/${encodeURIComponent(symbol)}`, ASSET);
  }

  order(id: string): Promise<WithText<BrokerOrder> | undefined> {
    return this.#find(`/v2/orders/${encodeURIComponent(id)}`, TOLD_ORDER, { nested: 'true' });
  }

  /** What the broker has under an id of ours: how the fate of a request is learnt. */
  orderByClientId(clientOrderId: string): Promise<WithText<BrokerOrder> | undefined> {
    return this.#find('/v2/orders:by_client_order_id', TOLD_ORDER, { client_order_id: clientOrderId });
  }

  /** All orders that fit, oldest first, legs with their parents, held ones too. */
  async orders({ status, symbols, after }: OrdersQuery): Promise<readonly WithText<BrokerOrder>[]> {
    const query = {
      status,
      ...{ limit: String(PAGE), direction: 'asc', nested: 'true' },
      ...(symbols === undefined ? {} : { symbols: symbols.join(',') }),
    };
    return this.#pages(PAGE, async (last: WithText<BrokerOrder> | undefined) => {
      const from: Record<string, string> =
        last !== undefined ? { after_order_id: last.id } : after === undefined ? {} : { after };
      return this.#read('/v2/orders', z.array(TOLD_ORDER), { ...query, ...from });
    });
  }

  /** The account's executions since an instant, RFC 3339, oldest first. */
  async executions(after: string): Promise<readonly WithText<BrokerExecution>[]> {
    const query = { after, direction: 'asc', page_size: String(ACTIVITIES_PAGE) };
    return this.#pages(ACTIVITIES_PAGE, async (last: WithText<BrokerExecution> | undefined) =>
      this.#read('/v2/account/activities/FILL', z.array(TOLD_EXECUTION), {
        ...query,
        ...(last === undefined ? {} : { page_token: last.id }),
      }),
    );
  }

  /** Sends an order, once. */
  submit(ticket: OrderTicket): Promise<Outcome<BrokerOrder>> {
    return this.#change({ method: 'POST', path: '/v2/orders', body: ticket, purpose: 'order' }, ORDER);
  }

  /** Asks for another quantity or price, once. The answer is a new order with an id of its own, and no promise. */
  replace(id: string, changes: Readonly<Record<string, string>>): Promise<Outcome<BrokerOrder>> {
    const path = `/v2/orders/${encodeURIComponent(id)}`;
    return this.#change({ method: 'PATCH', path, body: changes, purpose: 'order' }, ORDER);
  }

  /** Asks for the end of an order; that it has ended is another word. To ask twice is no harm. */
  async cancel(id: string): Promise<Outcome<undefined>> {
    const request: TradingRequest = { method: 'DELETE', path: `/v2/orders/${encodeURIComponent(id)}`, purpose: 'cancel' };
    const nothing = z.unknown().transform(() => undefined);
    let outcome = await this.#change(request, nothing);
    for (let retry = 0; retry < RETRIES && (outcome.kind === 'unknown' || outcome.kind === 'not-now'); retry++) {
      await this.#pause(retry);
      outcome = await this.#change(request, nothing);
    }
    return outcome;
  }

  async #pages<T extends { readonly id: string }>(
    size: number,
    pageAfter: (last: T | undefined) => Promise<readonly T[]>,
  ): Promise<readonly T[]> {
    const all = new Map<string, T>();
    let last: T | undefined;
    for (let page = 0; page < PAGES_MAX; page++) {
      const rows = await pageAfter(last);
      const before = all.size;
      for (const row of rows) all.set(row.id, row);
      last = rows.at(-1);
      // a page that brings nothing new would come for ever
      if (rows.length < size || all.size === before) break;
    }
    return [...all.values()];
  }

  async #find<T>(path: string, schema: z.ZodType<T>, query: Readonly<Record<string, string>> = {}): Promise<T | undefined> {
    const answer = await this.#asked(path, query);
    return answer.status === STATUS.notFound ? undefined : read(path, answer, schema);
  }

  async #read<T>(path: string, schema: z.ZodType<T>, query: Readonly<Record<string, string>> = {}): Promise<T> {
    return read(path, await this.#asked(path, query), schema);
  }

  /** The answer to a question, asked again while that may help. */
  async #asked(path: string, query: Readonly<Record<string, string>>): Promise<Answered> {
    const { http } = this.#options;
    for (let retry = 0; ; retry++) {
      const answer = await http.ask({ method: 'GET', path, query, purpose: 'read' });
      if (!isPassing(answer) || (retry === RETRIES && answer.kind === 'answered')) return answer as Answered;
      if (retry === RETRIES) throw new BrokerError('unreachable', `${path}: ${(answer as Unanswered).why}`);
      await this.#pause(retry);
    }
  }

  #pause(retry: number): Promise<void> {
    return this.#options.sleep(PAUSE_MS * 2 ** retry * (0.5 + this.#options.random() / 2));
  }

  async #change<T>(request: TradingRequest, schema: z.ZodType<T>): Promise<Outcome<T>> {
    const answer = await this.#options.http.ask(request);
    if (answer.kind === 'unanswered') {
      const { why } = answer;
      return answer.mayHaveArrived ? { kind: 'unknown', why, raw: '', requestId: '' } : { kind: 'not-now', why };
    }
    return outcomeOf(answer, schema);
  }
}

const isPassing = (answer: Answered | Unanswered): boolean =>
  answer.kind === 'unanswered' || answer.status === STATUS.tooMany || answer.status >= STATUS.brokenFrom;

/** What an answer to a request that changes something means. */
function outcomeOf<T>({ status, text: raw, requestId }: Answered, schema: z.ZodType<T>): Outcome<T> {
  const heard = { raw, status, requestId };
  if (status === STATUS.tooMany) return { kind: 'not-now', why: `too many requests: ${quoted(raw)}` };
  const isRefusal = status >= STATUS.refusedFrom && status < STATUS.brokenFrom && status !== STATUS.timeout;
  if (isRefusal) {
    const said = REFUSAL.safeParse(jsonOf(raw));
    return { kind: 'refused', code: said.data?.code ?? null, message: said.data?.message ?? quoted(raw), ...heard };
  }
  const isDone = status >= 200 && status < 300;
  const parsed = isDone ? schema.safeParse(jsonOf(raw)) : undefined;
  if (parsed?.success === true) return { kind: 'taken', value: parsed.data, ...heard };
  const why = isDone ? `an answer of a shape that is not known: ${quoted(raw)}` : `HTTP ${status}: ${quoted(raw)}`;
  return { kind: 'unknown', why, raw, requestId };
}

function read<T>(path: string, { status, text }: Answered, schema: z.ZodType<T>): T {
  const place = `${path} answered ${status}: ${quoted(text)}`;
  // whoever only reads is refused for the keys alone
  if (status === STATUS.unauthorised || status === STATUS.forbidden)
    throw new BrokerError('unauthorised', `does not accept the keys: ${place}`);
  if (status === STATUS.tooMany) throw new BrokerError('throttled', `too many requests: ${place}`);
  if (status >= STATUS.brokenFrom) throw new BrokerError('unreachable', place);
  if (status < 200 || status >= 300) throw new BrokerError('refused', place);
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new BrokerError(
    'unexpected',
    `${path}: ${field === '' ? '' : `${field}: `}${issue?.message ?? 'no answer'}: ${quoted(text)}`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const quoted = (text: string): string => JSON.stringify(text.replaceAll(/\s+/g, ' ').trim().slice(0, QUOTED_MAX));
