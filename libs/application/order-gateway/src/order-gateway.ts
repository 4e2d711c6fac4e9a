import {
  LOOK_AT_CLOSE,
  type AdvanceRequest,
  type EpochMs,
  type ReportBatch,
  type Request,
  type RequestBatch,
} from '@aitrader/model';
import { GatewayClosedError, GatewayDesk } from './gateway-desk.ts';
import { KeysRefusedError, type GatewayOptions } from './gateway.options.ts';
import { HeardStream } from './heard-stream.ts';
import { UpdateReader } from './hear-update.ts';
import { passBars } from './pass-bars.ts';
import { OrderPerformer } from './perform-order.ts';
import { reconcile } from './reconciliation.ts';
import { RequestLanes } from './request-lanes.ts';
import { SessionCloses } from './session-closes.ts';

/*
 * The only part of execution that is not pure: performs recorded requests at a broker, and tells what the broker says. It never decides.
 *
 * 1. At most one submission of an order, however often it is started anew: what may have been sent is looked up, never sent.
 * 2. An answer is told after all that the stream said before it. A trade is told once.
 * 3. Before anything is sent, all that happened while nobody listened is told, and how the account stands.
 */

/** What a gateway is doing. */
export interface GatewayStatus {
  readonly isConnected: boolean;
  /** orders may be sent: nothing that happened is missing */
  readonly isOpen: boolean;
  /** requests that are not answered */
  readonly waiting: number;
}

export class OrderGateway {
  readonly #desk: GatewayDesk;
  readonly #stream: HeardStream;
  readonly #reader: UpdateReader;
  readonly #performer: OrderPerformer;
  readonly #lanes: RequestLanes;
  #resumed: () => void = () => undefined;
  readonly #waiting: (() => void)[] = [];
  #isStarted = false;
  /** something came up while it started that the broker should be asked about */
  #isInDoubt = false;
  #isReconciling: Promise<void> | undefined;
  #nextReconciliation: Promise<void> | undefined;
  #whyNext = '';
  readonly #closes = new SessionCloses();
  #schedule: NodeJS.Timeout | undefined;
  /** updates of the interval that the broker lives through, told apart by their text */
  #passing: { readonly t: number; readonly updates: Set<string> } | undefined;

  constructor(options: GatewayOptions) {
    this.#desk = new GatewayDesk(options);
    const doubt = (why: string): Promise<void> => this.#doubt(why);
    this.#reader = new UpdateReader(this.#desk, (why) => void doubt(why));
    const { sleep, stream } = options;
    this.#stream = new HeardStream(
      { stream, sleep, pauses: this.#desk.pauses },
      {
        update: (update, raw) => {
          if (Date.parse(update.at) === this.#passing?.t) this.#passing.updates.add(raw);
          this.#reader.hear(update, raw);
        },
        connected: () => this.#connected(),
        lost: (why) => this.#lost(why),
        leftAside: (what) => {
          this.#desk.warn(`a message that is not understood: ${what}`);
          void doubt('a message that is not understood');
        },
        refused: (why) => options.listener.failed(new KeysRefusedError(`the broker's stream: ${why}`)),
      },
    );
    this.#performer = new OrderPerformer({ desk: this.#desk, stream: this.#stream, doubt });
    this.#lanes = new RequestLanes(
      {
        perform: (request) => this.#performer.perform(request),
        advance: (request) => this.#advance(request),
        failed: (_, error) => this.#failed(error),
        isSingle: options.advance !== undefined,
        opened: () => this.#stream.opened(),
      },
      new Promise((resolve) => (this.#resumed = resolve)),
    );
  }

  get status(): GatewayStatus {
    const { isConnected, isOpen } = this.#stream;
    return { isConnected, isOpen, waiting: this.#lanes.open };
  }

  /**
   * Takes up a run: `recorded` is all of it so far, in order. Finds out what was not answered, connects, catches up, and tells it; what is
   * left to do is performed then. Resolves when the word on the account at the start is recorded. @throws GatewayClosedError, or what
   * telling threw
   */
  async resume(recorded: {
    readonly requests: readonly RequestBatch[];
    readonly reports: readonly ReportBatch[];
  }): Promise<void> {
    const desk = this.#desk;
    desk.remember(recorded);
    const asked = recorded.requests.flatMap(({ requests }) => requests);
    this.#performer.remember(asked.flatMap((one) => (one.kind === 'submit' ? [one.t] : [])));
    const left = desk.orders.unanswered();
    this.#stream.open();
    await this.#once(() => this.#stream.isConnected);
    await Promise.all(left.flatMap((one) => (one.kind === 'advance' ? [] : [this.#performer.lookUp(one)])));
    // a connection that is lost meanwhile is caught up with from its beginning
    while (!this.#stream.isOpen) {
      await this.#once(() => this.#stream.isConnected);
      this.#isInDoubt = false;
      await this.#reconcileUntilDone('start');
    }
    this.#isStarted = true;
    await desk.outbox.told();
    if (this.#isInDoubt) void this.#doubt('amended');
    this.#schedule = setInterval(() => {
      if (this.#stream.isOpen) void this.#doubt('schedule');
    }, desk.pauses.scheduleMs);
    this.#schedule.unref();
    this.#resumed();
    this.#lanes.take(left.filter(({ kind }) => kind === 'cancel' || kind === 'advance'));
  }

  /** Performs requests that were recorded, in their order. One that is at work, or answered, is passed over. */
  perform(requests: readonly Request[]): void {
    const fresh = requests.filter((request) => {
      const isNew = this.#desk.ask(request);
      if (!isNew) this.#desk.warn(`asked for already: ${request.id}`);
      return isNew;
    });
    this.#lanes.take(fresh);
  }

  /**
   * Hears that an interval of a market that the broker does not follow has closed. With the regular session's close the account is looked at.
   * While it starts, that look is the one of the start.
   */
  heardInterval(t: EpochMs): void {
    if (this.#closes.hear(t)) void this.#doubt(LOOK_AT_CLOSE);
  }

  /** Compares what the broker has with what was told, tells what is missing, and how the account stands. @throws BrokerError */
  async reconcile(why: string): Promise<void> {
    await this.#reconcile(why);
    await this.#desk.outbox.told();
  }

  /** Ends it: what was said until now is told, and nothing is performed any more. */
  async close(): Promise<void> {
    clearInterval(this.#schedule);
    this.#stream.close();
    // that something cannot be told has been said to who listens
    await this.#desk.outbox.told().catch(() => undefined);
    this.#desk.isClosed = true;
  }

  /** One at a time; who asks while one is under way shares the next one. */
  #reconcile(why: string): Promise<void> {
    if (this.#isReconciling === undefined) {
      const { connection } = this.#stream;
      this.#isReconciling = reconcile(this.#desk, this.#stream, why)
        .then(() => {
          this.#reader.settle();
          if (this.#stream.isConnected) this.#stream.caughtUp(connection);
        })
        .finally(() => (this.#isReconciling = undefined));
      return this.#isReconciling;
    }
    // nobody but the close asks for an account at rest: that is not to be lost among those who share it
    if (this.#nextReconciliation === undefined || why === LOOK_AT_CLOSE) this.#whyNext = why;
    const begin = (): Promise<void> => {
      this.#nextReconciliation = undefined;
      return this.#reconcile(this.#whyNext);
    };
    this.#nextReconciliation ??= this.#isReconciling.then(begin, begin);
    return this.#nextReconciliation;
  }

  async #reconcileUntilDone(why: string): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#reconcile(why);
      } catch (error) {
        this.#desk.check();
        this.#desk.warn(`the account could not be looked at (${why}): ${textOf(error)}`);
      }
      await this.#desk.pause(this.#desk.retryMs(attempt));
    }
  }

  /** Asks the broker what it has; at the start, and once a lost connection is back, it is asked anyway. */
  async #doubt(why: string): Promise<void> {
    if (!this.#isStarted) this.#isInDoubt = true;
    else if (this.#stream.isConnected) await this.#reconcileUntilDone(why).catch((error: unknown) => this.#failed(error));
  }

  #connected(): void {
    for (const go of this.#waiting.splice(0)) go();
    if (this.#isStarted) void this.#doubt('reconnected');
  }

  #lost(why: string): void {
    const desk = this.#desk;
    desk.warn(`the broker's stream is down: ${why}`);
    if (!desk.isSilent) desk.say({ kind: 'disconnected', t: desk.latest, word: why });
  }

  async #once(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((go) => this.#waiting.push(go));
  }

  async #advance(request: AdvanceRequest): Promise<void> {
    const desk = this.#desk;
    const { advance } = desk.options;
    if (advance === undefined) throw new Error('this broker has a market of its own: nothing is advanced');
    const updates = new Set<string>();
    this.#passing = { t: request.t, updates };
    const expected = await passBars(desk, advance, request);
    const isHeard = await this.#stream.settled();
    this.#passing = undefined;
    if (!isHeard || expected !== updates.size) {
      desk.warn(`of the ${expected ?? 'unknown number of'} updates of ${request.t}, ${updates.size} were heard`);
      await this.#reconcileUntilDone('advanced');
    }
    if (this.#closes.hear(request.t)) await this.#reconcileUntilDone(LOOK_AT_CLOSE);
    // what is being found out may be of this interval
    while (this.#isReconciling !== undefined) await this.#isReconciling.catch(() => undefined);
    desk.say({ kind: 'passed', t: request.t, request: request.id });
    await desk.outbox.told();
  }

  #failed(error: unknown): void {
    if (error instanceof GatewayClosedError || this.#desk.isClosed) return;
    this.#desk.isClosed = true;
    this.#stream.close();
    this.#desk.options.listener.failed(error instanceof Error ? error : new Error(String(error)));
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
