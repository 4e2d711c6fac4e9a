import type { TradeUpdate } from '@aitrader/adapter-alpaca-trading';
import type { GatewayOptions, GatewayPauses, UpdatesStream } from './gateway.options.ts';

/*
 * The account's stream as the gateway hears it.
 *
 * 1. It is open to orders only after everything was caught up with that happened while it was down.
 * 2. A pong says that what was sent before it has been heard. Who waits for one shares it with all that came before it was asked for.
 */

export interface StreamEvents {
  readonly update: (update: TradeUpdate, raw: string) => void;
  readonly connected: () => void;
  /** once for each time that it is down */
  readonly lost: (why: string) => void;
  readonly leftAside: (what: string) => void;
  readonly refused: (why: string) => void;
}

export interface HeardStreamOptions {
  readonly stream: GatewayOptions['stream'];
  readonly sleep: (ms: number) => Promise<void>;
  readonly pauses: Pick<GatewayPauses, 'pongMsMax'>;
}

/** The account's stream, and whether it may be relied on. */
export class HeardStream {
  readonly #options: HeardStreamOptions;
  readonly #stream: UpdatesStream;
  #isConnected = false;
  #wasLost = false;
  /** grows with every connection */
  #connection = 0;
  #caughtUp = 0;
  #gate: (() => void)[] = [];
  #pong: Promise<boolean> | undefined;
  #nextPong: Promise<boolean> | undefined;

  constructor(options: HeardStreamOptions, events: StreamEvents) {
    this.#options = options;
    this.#stream = options.stream({
      connected: () => {
        this.#isConnected = true;
        this.#wasLost = false;
        this.#connection += 1;
        events.connected();
      },
      disconnected: (_since, why) => {
        this.#isConnected = false;
        if (this.#wasLost) return;
        this.#wasLost = true;
        events.lost(why);
      },
      update: (update, raw) => events.update(update, raw),
      leftAside: (what) => events.leftAside(what),
      refused: (why) => events.refused(why),
    });
  }

  open(): void {
    this.#stream.open();
  }

  close(): void {
    this.#stream.close();
  }

  get connection(): number {
    return this.#connection;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  get isOpen(): boolean {
    return this.#isConnected && this.#caughtUp === this.#connection;
  }

  /** All that happened before a connection began to listen is known. */
  caughtUp(connection: number): void {
    this.#caughtUp = connection;
    if (!this.isOpen) return;
    for (const pass of this.#gate.splice(0)) pass();
  }

  /** Resolves when orders may be sent. */
  async opened(): Promise<void> {
    while (!this.isOpen) await new Promise<void>((pass) => this.#gate.push(pass));
  }

  /** Whether all that was sent before now has been heard: false when no pong came for a while. */
  settled(): Promise<boolean> {
    if (this.#pong === undefined) {
      this.#pong = this.#ask();
      return this.#pong;
    }
    // the pong that is awaited may have been asked for too early
    this.#nextPong ??= this.#pong.then(() => {
      this.#nextPong = undefined;
      return this.settled();
    });
    return this.#nextPong;
  }

  async #ask(): Promise<boolean> {
    const { sleep, pauses } = this.#options;
    const answered = this.#stream.ping().then(
      () => true,
      () => false,
    );
    const came = await Promise.race([answered, sleep(pauses.pongMsMax).then(() => false)]);
    this.#pong = undefined;
    return came;
  }
}
