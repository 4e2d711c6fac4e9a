import type { AlpacaTrading, TradeUpdateEvents } from '@aitrader/adapter-alpaca-trading';
import type { BarSlice, BrokerWord, EpochMs, Order, OrderRequest } from '@aitrader/model';

/** What the last hop before a broker lets through, set apart from the configuration of risk. */
export interface LastHopLimits {
  /** shares of one order */
  readonly quantityMax: number;
  /** dollars of one order */
  readonly notionalMax: number;
  /** orders of any minute of wall-clock time */
  readonly ordersPerMinute: number;
  /** wall-clock age of a request, in milliseconds; 0: not looked at, as for bars that are played */
  readonly ageMsMax: number;
}

/** An account's stream of updates. */
export interface UpdatesStream {
  open(): void;
  close(): void;
  /** resolves when a pong came: all that was sent before it has been heard; rejects when the connection is lost */
  ping(): Promise<void>;
}

/** How a broker is driven that trades the run's own bars. */
export interface BarsToTrade {
  /** the bars of the interval that closed at `t`, of every shard */
  readonly bars: (t: EpochMs) => Promise<readonly BarSlice[]>;
  /** corporate actions that the run was told of so far, as a file of them says it; always the same list, which grows */
  readonly actions: () => readonly object[];
  /** of the exchange, without a slash at its end */
  readonly url: string;
}

/** The broker does not accept the keys: to start again is no help. */
export class KeysRefusedError extends Error {
  override readonly name = 'KeysRefusedError';
}

/** What a gateway says to whoever looks after it. */
export interface GatewayListener {
  /** for the log */
  readonly said: (level: 'info' | 'warn', what: string) => void;
  /** it can do no more: what it knows can no longer be recorded, or the broker is not one that it can work with */
  readonly failed: (error: Error) => void;
}

/** How long a gateway waits for what, in milliseconds. */
export interface GatewayPauses {
  /** for a pong, before it goes on without one */
  readonly pongMsMax: number;
  /** before it says that the fate of a request is unknown */
  readonly unknownAfterMs: number;
  /** before each look at the broker for a request: after the last one that finds nothing there is nothing to find */
  readonly lookMs: readonly number[];
  /** between two attempts at what has to be done, at first, and at the most: doubled from one to the next */
  readonly retryMs: { readonly first: number; readonly most: number };
  /** between two reconciliations while something is open */
  readonly scheduleMs: number;
}

export const DEFAULT_PAUSES: GatewayPauses = {
  pongMsMax: 2_000,
  unknownAfterMs: 1_000,
  // what was sent may still be on its way: the client gives a request up after ten seconds, and so do proxies
  lookMs: [50, 250, 700, 1_000, 2_000, 3_000, 4_000],
  retryMs: { first: 250, most: 5_000 },
  scheduleMs: 60_000,
};

/** Before and after everything that is waited for: where a proof kills the process. */
export const FAIL_POINTS = (['submit', 'replace', 'cancel', 'pong', 'look-up', 'reconcile', 'advance', 'tell'] as const).flatMap(
  (name) => [`${name}:before`, `${name}:after`] as const,
);
export type FailPoint = (typeof FAIL_POINTS)[number];

/** What an order of risk's lets be asked of a broker. */
export type ApprovedOrder = Pick<Order, 'symbol' | 'side' | 'quantity' | 'exitAt'>;

export interface GatewayOptions {
  readonly broker: AlpacaTrading;
  readonly stream: (events: TradeUpdateEvents) => UpdatesStream;
  /** resolves when the words are recorded; called one at a time, in order */
  readonly tell: (words: readonly BrokerWord[]) => Promise<void>;
  readonly limits: LastHopLimits;
  /** the order of risk's that stands behind a request, if one does */
  readonly approved: (request: OrderRequest) => ApprovedOrder | undefined;
  /** whether entries may be sent at an instant, epoch ms: with real money on the date that a recorded command has armed the run for alone */
  readonly isArmed: (now: number) => boolean;
  /** resolves when it is certain that nobody else performs requests of the run: looked at before each; at once, when it is not given */
  readonly whenOwn?: () => Promise<void>;
  readonly advance?: BarsToTrade;
  /** epoch ms */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** uniform on [0, 1), for the jitter between attempts */
  readonly random: () => number;
  readonly listener: GatewayListener;
  readonly pauses?: Partial<GatewayPauses>;
  /** for `advance`, which is no request of a broker's API */
  readonly fetch?: typeof fetch;
  readonly failPoint?: (name: FailPoint) => void | Promise<void>;
}
