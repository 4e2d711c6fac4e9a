import type { BarSlice, EpochMs, Fill, Leg, Order, OrderId, Quantity, Ticker } from '@aitrader/model';

/**
 * What execution asks of a broker. An order is submitted whole: its entry now, with a stop and a target that the broker
 * attaches to whatever fills. Submitting the leg `time` closes at market what the order holds and ends its protection. What is
 * called off is told with the reason that it was called off for.
 */
export type BrokerCommand =
  | { readonly kind: 'submit'; readonly leg: 'entry'; readonly order: Order }
  | { readonly kind: 'submit'; readonly leg: 'time'; readonly orderId: OrderId }
  | { readonly kind: 'cancel'; readonly leg: 'entry'; readonly orderId: OrderId; readonly reason: string };

interface BrokerWord {
  readonly t: EpochMs;
  readonly orderId: OrderId;
  readonly symbol: Ticker;
  readonly leg: Leg;
  /** quantity of the leg still open after the event; of a final leg, nothing */
  readonly remaining: Quantity;
  readonly reason: string;
}

/** What became of a leg, other than by trading. `replaced`: its open quantity changed, since what it protects did. */
export interface LegChanged extends BrokerWord {
  readonly kind: 'accepted' | 'rejected' | 'replaced' | 'triggered' | 'canceled' | 'expired' | 'unknown';
}

/** A trade of a leg, or the undoing or restating of one. `executed` leaves some of the leg open, `filled` completes it. */
export interface LegTraded extends BrokerWord {
  readonly kind: 'executed' | 'filled' | 'busted' | 'corrected';
  readonly fill: Fill;
}

/** A broker's word on one leg of an order. */
export type BrokerEvent = LegChanged | LegTraded;

/**
 * The port to whoever trades: commands in, events out, in the order in which they happened. `State` is plain data. A broker
 * answers through events alone, at once or later.
 */
export interface Broker<State> {
  /** Takes a command, given before the bars of interval `t`; answers are pushed to `events`. */
  readonly take: (state: State, t: EpochMs, command: BrokerCommand, events: BrokerEvent[]) => void;
  /** Lives through interval `t`, which closed with these bars, one slice per shard. */
  readonly step: (state: State, t: EpochMs, bars: readonly BarSlice[], events: BrokerEvent[]) => void;
}
