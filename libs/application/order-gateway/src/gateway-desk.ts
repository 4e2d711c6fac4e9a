import type { AlpacaTrading, BrokerOrder, WithText } from '@aitrader/adapter-alpaca-trading';
import {
  epochMs,
  type BrokerWord,
  type EpochMs,
  type Report,
  type ReportBatch,
  type Request,
  type RequestBatch,
  type RequestId,
  type SubmitRequest,
  type Ticker,
} from '@aitrader/model';
import { instantOf, legsOf, orderReport, symbolOf } from './broker-words.ts';
import { DEFAULT_PAUSES, type FailPoint, type GatewayOptions, type GatewayPauses } from './gateway.options.ts';
import { ToldOrders } from './told-orders.ts';
import { ToldTrades } from './told-trades.ts';
import { WordOutbox } from './word-outbox.ts';

/*
 * What all parts of a gateway share: what was told, and how it is told.
 */

/** Thrown at whoever waits for something when the gateway is closed. */
export class GatewayClosedError extends Error {
  override readonly name = 'GatewayClosedError';
}

/** Whether words of a broker came by its stream: such a message names the stream that it is of. */
const isStreamed = (raw: string): boolean => {
  try {
    const document: unknown = JSON.parse(raw);
    return typeof document === 'object' && document !== null && 'stream' in document;
  } catch {
    return false;
  }
};

/** What was told, and the way in which more is. */
export class GatewayDesk {
  readonly options: GatewayOptions;
  readonly pauses: GatewayPauses;
  readonly orders = new ToldOrders();
  readonly trades = new ToldTrades();
  readonly outbox: WordOutbox;
  /** latest time that the broker was heard to have, or that something was asked for at */
  latest: EpochMs = epochMs(0);
  /** the last word on the stream and the account was that nothing is heard */
  isSilent = false;
  isClosed = false;
  /** corporate actions that an exchange of bars was told of by this process */
  actionsTold = 0;
  /** words on orders that were said or heard so far */
  heard = 0;

  constructor(options: GatewayOptions) {
    this.options = options;
    this.pauses = { ...DEFAULT_PAUSES, ...options.pauses };
    const { tell, listener } = options;
    this.outbox = new WordOutbox({
      tell,
      failed: (error) => {
        this.isClosed = true;
        listener.failed(error);
      },
      point: (name) => this.point(name),
    });
  }

  get broker(): AlpacaTrading {
    return this.options.broker;
  }

  async point(name: FailPoint): Promise<void> {
    const { failPoint } = this.options;
    if (failPoint !== undefined) await failPoint(name);
  }

  warn(what: string): void {
    this.options.listener.said('warn', what);
  }

  /** Takes down a request that is recorded; false when it is known already. */
  ask(request: Request): boolean {
    this.#hearTime(request.t);
    return this.orders.ask(request);
  }

  /** Takes down what is recorded: all requests and all words, whose order among each other does not matter. */
  remember({
    requests,
    reports,
  }: {
    readonly requests: readonly RequestBatch[];
    readonly reports: readonly ReportBatch[];
  }): void {
    const again: Request[] = [];
    for (const { requests: asked } of requests) for (const request of asked) if (!this.ask(request)) again.push(request);
    for (const { words } of reports) for (const word of words) this.#hear(word, 'raw' in word && isStreamed(word.raw));
    // asked for again after an answer that was not known above
    for (const request of again) this.orders.ask(request);
  }

  /** Says words together, and keeps in mind that they are said. */
  say(...words: readonly BrokerWord[]): void {
    if (this.isClosed) return;
    for (const word of words) this.#hear(word, false);
    this.outbox.say(...words);
  }

  /** Says what the stream said. */
  sayUpdate(report: Report): void {
    if (this.isClosed) return;
    this.#hear(report, true);
    this.outbox.say(report);
  }

  #hear(word: BrokerWord, wasStreamed: boolean): void {
    // the clock of an account is that of its page, which may be another than that of its market
    if (word.kind !== 'account') this.#hearTime(word.t);
    if (word.kind === 'disconnected') this.isSilent = true;
    else if (word.kind === 'account') this.isSilent = false;
    else if (word.kind === 'passed') this.orders.answer(word.request);
    else {
      this.heard++;
      this.orders.hear(word);
      this.trades.hear(word, wasStreamed ? 'stream' : 'activities');
    }
  }

  #hearTime(t: EpochMs): void {
    if (t > this.latest) this.latest = t;
  }

  /** The submission that an order of the broker's names, if it is one of ours. */
  namedBy({ clientOrderId }: BrokerOrder): RequestId | null {
    return this.orders.submission(clientOrderId);
  }

  /** An order as the broker has it; undefined when it is about no US equity. */
  wordOn(order: BrokerOrder, raw: string): Report | undefined {
    const symbol = symbolOf(order.symbol);
    const t = instantOf(order.updatedAt) ?? instantOf(order.submittedAt) ?? this.latest;
    return symbol === undefined ? undefined : orderReport(order, symbol, t, this.namedBy(order), raw);
  }

  /** The answer that an order is to the submission that made it. */
  answerOf(request: SubmitRequest, order: BrokerOrder, raw: string): Report {
    const t = instantOf(order.updatedAt) ?? instantOf(order.submittedAt) ?? this.latest;
    return orderReport(order, request.symbol, t, request.id, raw);
  }

  /** Words on the exits of an order that was looked up, where they say something that was not told. */
  legWords(order: WithText<BrokerOrder>, symbol: Ticker): readonly Report[] {
    return legsOf(order).flatMap(({ brokerId }) => {
      const leg = order.legs.find(({ id }) => id === brokerId);
      const t = leg === undefined ? undefined : (instantOf(leg.updatedAt) ?? instantOf(leg.submittedAt));
      return leg === undefined || t === undefined ? [] : [orderReport(leg, symbol, t, null, order.raw)];
    });
  }

  /** Waits, unless the gateway is closed. @throws GatewayClosedError */
  async pause(ms: number): Promise<void> {
    this.check();
    await this.options.sleep(ms);
    this.check();
  }

  /** How long to wait before another attempt, the `n`-th from 0 on. */
  retryMs(n: number): number {
    const { first, most } = this.pauses.retryMs;
    return Math.min(most, first * 2 ** Math.min(n, 30)) * (0.5 + this.options.random() / 2);
  }

  /** @throws GatewayClosedError */
  check(): void {
    if (this.isClosed) throw new GatewayClosedError('the gateway is closed');
  }
}
