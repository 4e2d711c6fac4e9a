import type { Cash, Price, Quantity } from '@aitrader/model';

/** The account as the broker has it. What it may leave out is null: nothing is made up for it. */
export interface BrokerAccount {
  readonly id: string;
  readonly number: string;
  /** as the broker says it; ACTIVE is the one that trades */
  readonly status: string;
  readonly currency: string;
  readonly cash: Cash;
  readonly equity: Cash;
  readonly lastEquity: Cash;
  readonly buyingPower: Cash;
  readonly regtBuyingPower: Cash | null;
  readonly longMarketValue: Cash;
  readonly shortMarketValue: Cash;
  readonly initialMargin: Cash;
  readonly maintenanceMargin: Cash;
  readonly multiplier: number;
  readonly shortingEnabled: boolean;
  /** why it does not trade: `trading_blocked`, `account_blocked`, `trade_suspended_by_user`, `transfers_blocked` */
  readonly blocks: readonly string[];
}

/** A position as the broker has it. */
export interface BrokerPosition {
  readonly symbol: string;
  readonly assetClass: string;
  /** below zero when short */
  readonly quantity: Quantity;
  /** of it, what no order holds; null where the broker does not say */
  readonly available: Quantity | null;
  /** what it cost, signed as the quantity */
  readonly costBasis: Cash;
  /** the broker's own text: it has more decimals than a price */
  readonly averageEntryPrice: string;
  readonly currentPrice: Price | null;
  readonly marketValue: Cash | null;
  readonly unrealised: Cash | null;
}

/** Something read, and the text of it as it came. */
export type WithText<T> = T & { readonly raw: string };

/** An order as the broker has it. */
export interface BrokerOrder {
  readonly id: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly assetClass: string;
  readonly side: string;
  readonly type: string;
  readonly orderClass: string;
  readonly timeInForce: string;
  readonly extendedHours: boolean;
  /** as the broker says it, whether we know it or not */
  readonly status: string;
  /** null for an order of dollars */
  readonly quantity: Quantity | null;
  readonly filled: Quantity;
  readonly averageFillPrice: string | null;
  readonly limit: Price | null;
  readonly stop: Price | null;
  readonly replaces: string | null;
  readonly replacedBy: string | null;
  readonly submittedAt: string;
  readonly updatedAt: string | null;
  readonly legs: readonly BrokerOrder[];
}

/** An execution as the broker lists it among the account's activities. */
export interface BrokerExecution {
  readonly id: string;
  readonly orderId: string;
  readonly symbol: string;
  readonly side: string;
  readonly quantity: Quantity;
  readonly price: Price;
  /** the price as it was printed, which may be finer */
  readonly printedPrice: string;
  /** what it cost beside its price; null where it is not said, as at Alpaca, where our own exchange says it */
  readonly fee: Cash | null;
  readonly at: string;
}

/** The broker's clock of the regular session. Instants as it prints them. */
export interface BrokerClock {
  readonly now: string;
  readonly isOpen: boolean;
  readonly nextOpen: string;
  readonly nextClose: string;
}

/** What the broker says of a symbol. */
export interface BrokerAsset {
  readonly id: string;
  readonly symbol: string;
  readonly name: string;
  readonly assetClass: string;
  readonly exchange: string;
  readonly status: string;
  readonly tradable: boolean;
  readonly marginable: boolean;
  readonly shortable: boolean;
  readonly fractionable: boolean;
  /** `easy_to_borrow`, `hard_to_borrow`, or what else it says; null where it does not say */
  readonly borrowStatus: string | null;
  readonly attributes: readonly string[];
}
