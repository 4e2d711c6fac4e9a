import type { BrokerOrder, Outcome, WithText } from '@aitrader/adapter-alpaca-trading';
import type { CancelRequest, OrderRequest, ReplaceRequest, Report, RequestId, SubmitRequest } from '@aitrader/model';
import { answerReport } from './broker-words.ts';
import { findOrder } from './find-order.ts';
import type { GatewayDesk } from './gateway-desk.ts';
import type { HeardStream } from './heard-stream.ts';
import { LastHop } from './last-hop.ts';
import { changesOf, ticketOf } from './order-tickets.ts';

/*
 * Requests for orders, performed.
 *
 * 1. An order is sent once. What is not known of it is looked up, and said to be unknown while it is.
 * 2. An answer is told after all that the stream said before it.
 * 3. A cancel is asked for until it is answered, or its order is over.
 */

/** The broker has an order under this id already: it arrived, whatever we know. */
const NOT_UNIQUE = /client_order_id must be unique/i;

/** What was asked for is answered, or said to be unknown; `known` resolves once it is answered. */
export interface Performed {
  readonly known: Promise<void>;
}
const ANSWERED: Performed = { known: Promise.resolve() };

export interface OrderPerformerOptions {
  readonly desk: GatewayDesk;
  readonly stream: HeardStream;
  /** asks the broker what it has, because something may be missing */
  readonly doubt: (why: string) => Promise<void>;
}

/** Performs requests for orders. */
export class OrderPerformer {
  readonly #desk: GatewayDesk;
  readonly #stream: HeardStream;
  readonly #doubt: (why: string) => Promise<void>;
  readonly #hop: LastHop;
  /** submissions whose fate is being found out */
  readonly #fates = new Map<RequestId, Promise<void>>();

  constructor({ desk, stream, doubt }: OrderPerformerOptions) {
    this.#desk = desk;
    this.#stream = stream;
    this.#doubt = doubt;
    this.#hop = new LastHop(desk.options);
  }

  /** Orders that were sent before, by the time at which they were asked for. */
  remember(sent: readonly number[]): void {
    for (const at of sent) this.#hop.count(at);
  }

  /**
   * Performs a request; resolves when it is answered, or is said to be unknown: then `known` resolves later.
   * @throws GatewayClosedError
   */
  async perform(request: OrderRequest): Promise<Performed> {
    // before its age is looked at: who was frozen for a while may be the last to know that another one acts by now
    await this.#desk.options.whenOwn?.();
    this.#desk.check();
    if (request.kind === 'submit') return this.#submit(request);
    if (request.kind === 'cancel') await this.#cancel(request);
    else await this.#replace(request);
    return ANSWERED;
  }

  /** Finds out what became of a request that may have been sent before a crash. Nothing is sent but a cancel. */
  async lookUp(request: OrderRequest): Promise<void> {
    if (request.kind === 'submit') await this.#find(request, 'it may have been sent').known;
    else if (request.kind === 'replace') await this.#findReplacement(request);
  }

  async #submit(request: SubmitRequest): Promise<Performed> {
    const desk = this.#desk;
    if (this.#isRefused(request)) return ANSWERED;
    await desk.point('submit:before');
    desk.check();
    const outcome = await desk.broker.submit(ticketOf(request));
    await desk.point('submit:after');
    const isThere = outcome.kind === 'refused' && NOT_UNIQUE.test(outcome.message);
    if (outcome.kind === 'unknown' || isThere) {
      const { said, known } = this.#find(request, outcome.kind === 'unknown' ? outcome.why : outcome.message);
      await said;
      return { known };
    }
    if (outcome.kind === 'not-now') desk.say(answerReport(request, desk.latest, 'not-now', { word: outcome.why }));
    else {
      await this.#settle();
      if (outcome.kind === 'taken') this.#sayTaken(request, outcome.value, outcome.raw);
      else desk.say(answerReport(request, desk.latest, 'refused', { word: outcome.message, raw: outcome.raw }));
    }
    return ANSWERED;
  }

  #isRefused(request: SubmitRequest | ReplaceRequest): boolean {
    const desk = this.#desk;
    const word = this.#hop.refusalOf(request, desk.options.now());
    if (word === undefined) {
      // counted with the look, so that of several on their way each one counts
      this.#hop.count(desk.options.now());
      return false;
    }
    desk.say(answerReport(request, desk.latest, 'refused', { word }));
    return true;
  }

  #sayTaken(request: SubmitRequest, order: BrokerOrder, raw: string): void {
    this.#desk.say(this.#desk.answerOf(request, order, raw));
    this.#desk.orders.answer(request.id);
  }

  /** Waits until all is heard that the broker said before; doubts what it knows when no pong comes. */
  async #settle(): Promise<void> {
    await this.#desk.point('pong:before');
    const isHeard = await this.#stream.settled();
    await this.#desk.point('pong:after');
    this.#desk.check();
    if (isHeard) return;
    this.#desk.warn('no pong came after an answer');
    void this.#doubt('no pong');
  }

  /** Looks a submission up. `said` resolves when it is known, or was said to be unknown. */
  #find(request: SubmitRequest, why: string): { readonly said: Promise<void>; readonly known: Promise<void> } {
    let isKnown = false;
    let sayUnknown: (why: string) => void = () => undefined;
    const unknown = new Promise<void>((said) => {
      sayUnknown = (word) => {
        if (!isKnown) this.#desk.say(answerReport(request, this.#desk.latest, 'unknown', { word }));
        isKnown = true;
        said();
      };
    });
    const known = this.#findOut(request, sayUnknown, () => (isKnown = true));
    this.#fates.set(request.id, known);
    const over = (): void => void this.#fates.delete(request.id);
    known.then(over, over);
    void this.#desk.options.sleep(this.#desk.pauses.unknownAfterMs).then(() => sayUnknown(why));
    const said = Promise.race([known, unknown]);
    // whoever waits for `known` alone hears of a failure by that
    said.catch(() => undefined);
    return { said, known };
  }

  async #findOut(request: SubmitRequest, sayUnknown: (why: string) => void, found: () => void): Promise<void> {
    const desk = this.#desk;
    const order = await findOrder(desk, request.id, sayUnknown);
    if (order !== undefined) await this.#settle();
    found();
    if (order === undefined)
      desk.say(answerReport(request, desk.latest, 'not-found', { word: 'the broker knows nothing of it' }));
    else {
      desk.say(desk.answerOf(request, order, order.raw), ...desk.legWords(order, request.symbol));
      desk.orders.answer(request.id);
      // with the trades that nobody told of
      await this.#doubt('looked up');
    }
  }

  async #replace(request: ReplaceRequest): Promise<void> {
    const desk = this.#desk;
    if (this.#isRefused(request)) return;
    const id = await this.#brokerIdOf(request);
    if (id === undefined) return this.#sayNotFound(request);
    await desk.point('replace:before');
    desk.check();
    const outcome = await desk.broker.replace(id, changesOf(request));
    await desk.point('replace:after');
    if (outcome.kind === 'unknown') return this.#findReplacement(request);
    if (outcome.kind === 'not-now') return desk.say(answerReport(request, desk.latest, 'not-now', { word: outcome.why }));
    await this.#settle();
    this.#sayChange(request, id, outcome);
  }

  async #findReplacement(request: ReplaceRequest): Promise<void> {
    const desk = this.#desk;
    const found = await findOrder(desk, request.id, (why) => desk.warn(why));
    if (found === undefined) return this.#sayNotFound(request);
    await this.#settle();
    desk.say(answerReport(request, desk.latest, 'pending', { word: found.status, raw: found.raw, brokerId: found.replaces }));
    await this.#doubt('looked up');
  }

  async #cancel(request: CancelRequest): Promise<void> {
    const desk = this.#desk;
    for (let attempt = 0; ; attempt++) {
      const id = await this.#brokerIdOf(request);
      if (id === undefined) return this.#sayNotFound(request);
      await desk.point('cancel:before');
      desk.check();
      const outcome = await desk.broker.cancel(id);
      await desk.point('cancel:after');
      if (outcome.kind === 'taken' || outcome.kind === 'refused') {
        await this.#settle();
        return this.#sayChange(request, id, outcome);
      }
      if (attempt === 0) desk.say(answerReport(request, desk.latest, 'unknown', { word: outcome.why, brokerId: id }));
      if (desk.orders.order(id)?.isFinal === true)
        return desk.say(answerReport(request, desk.latest, 'refused', { word: 'the order is over', brokerId: id }));
      await desk.pause(desk.retryMs(attempt));
    }
  }

  /** What a request for an end or for other terms was answered. What comes of it is another word. */
  #sayChange(
    request: CancelRequest | ReplaceRequest,
    brokerId: string,
    outcome: Extract<Outcome<WithText<BrokerOrder> | BrokerOrder | undefined>, { readonly kind: 'taken' | 'refused' }>,
  ): void {
    const desk = this.#desk;
    const isTaken = outcome.kind === 'taken';
    const word = isTaken ? `${request.kind} asked for` : outcome.message;
    const more = { word, raw: outcome.raw, brokerId };
    desk.say(answerReport(request, desk.latest, isTaken ? 'pending' : 'refused', more));
    // it is over, and nobody told
    if (!isTaken && desk.orders.order(brokerId)?.isFinal !== true) void this.#doubt('refused');
  }

  #sayNotFound(request: OrderRequest): void {
    const word = 'the broker knows nothing of the order that it is about';
    this.#desk.say(answerReport(request, this.#desk.latest, 'not-found', { word }));
  }

  /** The broker's id of what a request is about. */
  async #brokerIdOf({ about, brokerId }: CancelRequest | ReplaceRequest): Promise<string | undefined> {
    const desk = this.#desk;
    if (brokerId !== null) return brokerId;
    await this.#fates.get(about);
    const told: Pick<Report, 'brokerId'> = { brokerId: desk.orders.brokerIdOf(about) };
    if (told.brokerId !== null) return told.brokerId;
    if (desk.orders.isAnswered(about)) return undefined;
    return (await findOrder(desk, about, (why) => desk.warn(why)))?.id;
  }
}
