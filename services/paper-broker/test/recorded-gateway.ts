import { setTimeout as sleep } from 'node:timers/promises';
import { openAlpacaTrading, sendOnce, TradeUpdatesStream } from '@aitrader/adapter-alpaca-trading';
import {
  OrderGateway,
  type ApprovedOrder,
  type BarsToTrade,
  type GatewayOptions,
  type GatewayPauses,
  type LastHopLimits,
} from '@aitrader/application-order-gateway';
import {
  advanceId,
  epochMs,
  ids,
  newBarSlice,
  priceFromDollars,
  quantityFromShares,
  requestIdOf,
  ticker,
  type AdvanceRequest,
  type BarSlice,
  type BrokerWord,
  type CancelRequest,
  type EpochMs,
  type OrderRequest,
  type Price,
  type Quantity,
  type ReplaceRequest,
  type Report,
  type ReportBatch,
  type Request,
  type RequestBatch,
  type SubmitRequest,
} from '@aitrader/model';
import { START, type Bar, type ExchangeClient } from './exchange-client.ts';

const KEYS = { APCA_API_KEY_ID: 'KEY', APCA_API_SECRET_KEY: 'hidden-secret' };
const MINUTE_MS = 60_000;
const HASTE = 50;
export const LIMITS: LastHopLimits = { quantityMax: 10_000, notionalMax: 10_000_000, ordersPerMinute: 10_000, ageMsMax: 0 };
const PAUSES: GatewayPauses = {
  pongMsMax: 500,
  unknownAfterMs: 40,
  lookMs: [5, 10, 20],
  retryMs: { first: 10, most: 80 },
  scheduleMs: 3_600_000,
};
export const at = (minutes: number): EpochMs => epochMs(Date.parse(START) + minutes * MINUTE_MS);

/** To buy ten of AAPL at the market, unless it is said otherwise. */
export function submit(id: string, more: Partial<SubmitRequest> = {}): SubmitRequest {
  return {
    ...{ kind: 'submit', id: requestIdOf(id), t: at(0), orderId: ids.order(`o.${id}`), leg: 'entry', symbol: ticker('AAPL') },
    ...{ side: 'buy', quantity: quantityFromShares(10), limit: null, stop: null, timeInForce: 'day', extendedHours: false },
    ...{ class: 'simple', exits: null },
    // a market order has no price that could be valued: most tests are not about that
    ...(more.limit === undefined && more.exits === undefined && more.leg === undefined ? { limit: priceFromDollars(1_000) } : {}),
    ...more,
  };
}

export const bracket = (id: string, more: Partial<SubmitRequest> = {}): SubmitRequest =>
  submit(id, {
    class: 'bracket',
    limit: priceFromDollars(105),
    exits: { target: priceFromDollars(110), stop: priceFromDollars(90) },
    ...more,
  });

export const cancel = (id: string, about: SubmitRequest, more: Partial<CancelRequest> = {}): CancelRequest => ({
  ...{ kind: 'cancel', id: requestIdOf(id), t: about.t, orderId: about.orderId, leg: about.leg, symbol: about.symbol },
  ...{ about: about.id, brokerId: null, ...more },
});

export const replace = (id: string, about: SubmitRequest, quantity: Quantity, limit: Price): ReplaceRequest => ({
  ...{ kind: 'replace', id: requestIdOf(id), t: about.t, orderId: about.orderId, leg: about.leg, symbol: about.symbol },
  ...{ about: about.id, brokerId: null, quantity, limit, stop: null },
});

export const advanceTo = (minutes: number): AdvanceRequest => ({
  kind: 'advance',
  id: advanceId('', at(minutes)),
  t: at(minutes),
});

/** A slice of AAPL alone, unless there is no bar of it. */
export function sliceOf(t: EpochMs, bars: Readonly<Record<string, Bar>>): BarSlice {
  const rows = Object.entries(bars);
  const slice = { ...newBarSlice(0, '1m', Math.max(1, rows.length)), t, count: rows.length };
  for (const [row, [symbol, [o, h, l, c, v = 1_000_000]]] of rows.entries()) {
    slice.symbols[row] = ticker(symbol);
    [slice.open[row], slice.high[row], slice.low[row], slice.close[row], slice.volume[row]] = [o, h, l, c, v];
  }
  return slice;
}

export interface RunOptions extends Partial<
  Pick<GatewayOptions, 'limits' | 'approved' | 'isArmed' | 'failPoint' | 'now' | 'tell'>
> {
  readonly pauses?: Partial<GatewayPauses>;
  /** bars by minute */
  readonly bars?: ReadonlyMap<EpochMs, Readonly<Record<string, Bar>>>;
}

/** An order of risk's to which the request is no more than what was approved. */
export const asAsked = (request: OrderRequest): ApprovedOrder => ({
  symbol: request.symbol,
  side: request.kind === 'submit' ? request.side : 'buy',
  quantity: request.kind === 'cancel' ? quantityFromShares(0) : request.quantity,
  exitAt: epochMs(request.t + 86_400_000),
});

/** A gateway at an exchange, and the recording of both that it works on. A new one over the same recording is a restart. */
export class RecordedGateway {
  readonly requests: RequestBatch[] = [];
  readonly reports: ReportBatch[] = [];
  readonly log: string[] = [];
  readonly failures: Error[] = [];
  /** client order ids that were sent, in the order of sending */
  readonly sent: string[] = [];
  isDead = false;
  gateway: OrderGateway;
  readonly #exchange: ExchangeClient;
  #options: RunOptions;

  constructor(exchange: ExchangeClient, options: RunOptions = {}) {
    this.#exchange = exchange;
    this.#options = options;
    this.gateway = this.#open();
  }

  #open(): OrderGateway {
    const env = KEYS;
    const { url } = this.#exchange;
    const life = { isOver: false };
    this.#end = () => {
      life.isOver = true;
    };
    /** what a dead process waits for never comes */
    const alive = async <T>(value: T | PromiseLike<T>): Promise<T> => {
      const result = await value;
      return life.isOver ? new Promise<T>(() => undefined) : result;
    };
    const { bars, pauses, tell, failPoint, ...more } = this.#options;
    const ask: typeof fetch = (input, init) => alive(alive(undefined).then(() => fetch(input, init)));
    const send: typeof sendOnce = async (to, request) => {
      await alive(undefined);
      if (request.method === 'POST' && to.pathname === '/v2/orders')
        this.sent.push((JSON.parse(request.body ?? '') as { client_order_id: string }).client_order_id);
      return alive(sendOnce(to, request));
    };
    const through: BarsToTrade | undefined =
      bars === undefined ? undefined : { url, bars: (t) => Promise.resolve([sliceOf(t, bars.get(t) ?? {})]), actions: () => [] };
    const wait = async (ms: number): Promise<void> => alive(sleep(ms, undefined, { ref: false }));
    return new OrderGateway({
      broker: openAlpacaTrading({
        ...{ env, account: 'paper', url, send, random: Math.random },
        // a clock that runs fast: pauses of seconds are not what is looked at here
        ...{ now: () => Date.now() * HASTE, sleep: (ms) => wait(ms / HASTE) },
        ...{ perMinute: 1_000_000, timeoutMs: 400 },
      }),
      stream: (events) => {
        const kept = new TradeUpdatesStream(
          {
            ...{ url: `${url.replace('http', 'ws')}/stream`, keyId: env.APCA_API_KEY_ID, secretKey: env.APCA_API_SECRET_KEY },
            ...{ now: Date.now, random: Math.random, retryMs: { first: 10, most: 50 }, watchMs: 100 },
          },
          events,
        );
        const end = this.#end;
        this.#end = () => {
          end();
          kept.close();
        };
        return kept;
      },
      tell: async (words) => {
        await alive(undefined);
        if (tell !== undefined) await tell(words);
        const t = epochMs(Math.max(this.reports.at(-1)?.t ?? 0, ...words.map((word) => word.t)));
        this.reports.push({ n: this.reports.length + 1, t, words });
        await alive(undefined);
      },
      ...{ limits: LIMITS, approved: asAsked, isArmed: () => true },
      now: Date.now,
      sleep: wait,
      random: Math.random,
      listener: {
        said: (level, what) => this.log.push(`${level}: ${what}`),
        failed: (error) => life.isOver || this.failures.push(error),
      },
      fetch: ask,
      pauses: { ...PAUSES, ...pauses },
      ...(through === undefined ? {} : { advance: through }),
      ...more,
      failPoint: async (name) => {
        await alive(undefined);
        await failPoint?.(name);
        await alive(undefined);
      },
    });
  }

  #end: () => void = () => undefined;
  #died: () => void = () => undefined;
  /** resolves when the process is dead */
  death = new Promise<void>((died) => (this.#died = died));

  /** The process is dead from now on: nothing that it waits for comes any more. */
  die(): void {
    this.isDead = true;
    this.#end();
    this.#died();
  }

  /** Takes the run up, as it is recorded. */
  resume(): Promise<void> {
    return this.gateway.resume({ requests: [...this.requests], reports: [...this.reports] });
  }

  /** Ends it as a power cut does; the next one has other options, if they are given. */
  kill(options: RunOptions = this.#options): void {
    this.#end();
    this.isDead = false;
    this.death = new Promise((died) => (this.#died = died));
    this.#options = options;
    this.gateway = this.#open();
  }

  async close(): Promise<void> {
    await this.gateway.close();
    this.#end();
  }

  /** Records requests, and has them performed. */
  ask(...requests: readonly Request[]): void {
    this.record(...requests);
    this.gateway.perform(requests);
  }

  record(...requests: readonly Request[]): void {
    this.requests.push({ cause: this.requests.length + 1, t: requests[0]?.t ?? at(0), requests });
  }

  get words(): readonly BrokerWord[] {
    return this.reports.flatMap(({ words }) => words);
  }

  get told(): readonly Report[] {
    return this.words.flatMap((word) => ('raw' in word ? [word] : []));
  }

  /** What was told, a line each: kind, whom it answers or names, and what there is of a trade. */
  get lines(): readonly string[] {
    return this.words.map((word) => {
      if (word.kind === 'passed') return 'passed';
      if (word.kind === 'disconnected') return 'disconnected';
      if (word.kind === 'account') return `account ${word.word}`;
      const { kind, request, execution } = word;
      const trade = execution === null ? '' : ` ${execution.quantity / 1e9} @ ${execution.price / 1e4}`;
      return `${kind} ${request ?? '-'}${trade}`;
    });
  }

  /** Answers to a request so far. */
  answers(id: string): readonly Report[] {
    return this.told.filter(({ request, raw }) => request === id && !raw.startsWith('{"stream"'));
  }

  /** Waits for something, ten seconds at most. */
  async until(isSo: () => boolean): Promise<void> {
    for (let i = 0; i < 2_000 && !isSo(); i++) await sleep(5);
    if (!isSo())
      throw new Error(
        `did not come: ${JSON.stringify({ told: this.lines, log: this.log, failures: this.failures.map(String) }, null, 1)}`,
      );
  }

  async answered(...names: readonly string[]): Promise<void> {
    await this.until(() => names.every((id) => this.answers(id).some(({ kind }) => kind !== 'unknown')));
  }
}
