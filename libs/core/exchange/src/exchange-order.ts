import type { Cash, EpochMs, Price, Quantity, Side, Ticker } from '@aitrader/model';

export const ORDER_TYPES = ['market', 'limit', 'stop', 'stop_limit', 'trailing_stop'] as const;
export type OrderType = (typeof ORDER_TYPES)[number];
export const TIMES_IN_FORCE = ['day', 'gtc', 'ioc', 'fok', 'opg', 'cls'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];
export const ORDER_CLASSES = ['', 'simple', 'bracket', 'oco', 'oto'] as const;
export type OrderClass = (typeof ORDER_CLASSES)[number];

/** The statuses that an order of this exchange can have, in the vendor's words; `held`: an exit whose entry has not filled. */
export type OrderStatus =
  | 'pending_new'
  | 'accepted'
  | 'new'
  | 'partially_filled'
  | 'filled'
  | 'canceled'
  | 'expired'
  | 'replaced'
  | 'pending_cancel'
  | 'pending_replace'
  | 'held';

const FINAL: ReadonlySet<OrderStatus> = new Set(['filled', 'canceled', 'expired', 'replaced']);
/** Whether nothing more becomes of an order with this status, but busts and corrections of what it traded. */
export const isFinal = (status: OrderStatus): boolean => FINAL.has(status);

/** What an order does to the position that there was when it was placed. */
export const POSITION_INTENTS = ['buy_to_open', 'buy_to_close', 'sell_to_open', 'sell_to_close'] as const;
export type PositionIntent = (typeof POSITION_INTENTS)[number];

/** What an order trades: an entry or a single order; or the target or the stop of a group. */
export type OrderRole = 'entry' | 'target' | 'stop';

/** What a person asks for, checked as far as it can be without looking at the account. */
export interface OrderTerms {
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly orderClass: OrderClass;
  readonly extendedHours: boolean;
  /** exactly one of quantity and notional is there */
  readonly quantity: Quantity | undefined;
  readonly notional: Cash | undefined;
  readonly limit: Price | undefined;
  readonly stop: Price | undefined;
  readonly trailPrice: Price | undefined;
  /** in units of 1e-4 percent */
  readonly trailPercent: number | undefined;
  readonly target: Price | undefined;
  readonly stopLoss: Price | undefined;
  readonly stopLossLimit: Price | undefined;
  readonly clientOrderId: string | undefined;
  /** what the order is to be, whatever the account holds; undefined: what it comes to */
  readonly intent: PositionIntent | undefined;
}

/** One order of the exchange. Plain data; `open` is what may still trade, and is nothing once the order is final. */
export interface ExchangeOrder {
  readonly id: string;
  readonly n: number;
  readonly clientOrderId: string;
  symbol: Ticker;
  readonly side: Side;
  readonly role: OrderRole;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly orderClass: OrderClass;
  readonly extendedHours: boolean;
  /** whole size; nothing for one by notional until its first trade */
  quantity: Quantity;
  readonly notional: Cash | undefined;
  limit: Price | undefined;
  stop: Price | undefined;
  trailPrice: Price | undefined;
  readonly trailPercent: number | undefined;
  /** best price since a trailing stop began, in whose distance it trails */
  highWater: Price | undefined;
  status: OrderStatus;
  open: Quantity;
  readonly intent: PositionIntent;
  /** price at which what is open is held of the buying power; undefined for what only closes */
  readonly reserveAt: Price | undefined;
  reserved: Cash;
  filled: Quantity;
  /** shares that corporate actions added to what it holds, or took */
  restated: Quantity;
  /** price times quantity of all that filled, unsigned */
  filledValue: Cash;
  /** a stop that was elected and works as a market or limit order since */
  elected: boolean;
  /** has been at the market for an interval: from now on it is hit rather than hits */
  rested: boolean;
  readonly createdAt: EpochMs;
  updatedAt: EpochMs;
  readonly expiresAt: EpochMs;
  filledAt: EpochMs | undefined;
  canceledAt: EpochMs | undefined;
  expiredAt: EpochMs | undefined;
  replacedAt: EpochMs | undefined;
  replacedBy: string | undefined;
  readonly replaces: string | undefined;
  /** the order that this one is a leg of */
  parent: string | undefined;
  /** of a parent, its legs: the target first, then the stop */
  legs: readonly string[];
  /** what was asked for and takes effect at the next interval; undefined when nothing waits */
  waiting: 'cancel' | AcceptedReplace | undefined;
}

/** What a replacement changes. */
export interface ReplaceTerms {
  readonly quantity: Quantity | undefined;
  readonly limit: Price | undefined;
  readonly stop: Price | undefined;
  /** of a trailing stop: its distance, in dollars or in percent as the order has it */
  readonly trail: number | undefined;
  readonly timeInForce: TimeInForce | undefined;
  readonly clientOrderId: string | undefined;
}

/** A replacement that was taken, and the price at which the new order holds buying power; undefined for what only closes. */
export interface AcceptedReplace extends ReplaceTerms {
  readonly reserveAt: Price | undefined;
}

/** What the stream says of an order. */
export type UpdateKind =
  | 'pending_new'
  | 'accepted'
  | 'new'
  | 'partial_fill'
  | 'fill'
  | 'canceled'
  | 'expired'
  | 'replaced'
  | 'pending_cancel'
  | 'pending_replace'
  | 'order_cancel_rejected'
  | 'order_replace_rejected'
  | 'trade_bust'
  | 'trade_correct';

/** One message of the stream: what happened to an order, and the order as it was right after. */
export interface TradeUpdate {
  readonly kind: UpdateKind;
  readonly n: number;
  readonly t: EpochMs;
  readonly order: ExchangeOrder;
  /** of a trade, and of its undoing */
  readonly execution: Execution | undefined;
}

/** A trade of an order. Corrections and busts are trades of their own, which name the one they amend. */
export interface Execution {
  readonly id: string;
  readonly n: number;
  readonly t: EpochMs;
  readonly orderId: string;
  readonly symbol: Ticker;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly fee: Cash;
  readonly kind: 'execution' | 'bust' | 'correction';
  readonly amends: string | undefined;
  /** signed, of the whole position right after */
  readonly position: Quantity;
  /** of the order right after */
  readonly filled: Quantity;
  readonly open: Quantity;
  readonly status: OrderStatus;
  /** both its stop and its target lay inside the bar, and the stop was taken */
  readonly pessimistic: boolean;
}
