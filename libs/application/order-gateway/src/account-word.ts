import { readingOfStatus, type BrokerAccount, type BrokerOrder, type BrokerPosition } from '@aitrader/adapter-alpaca-trading';
import type { AccountWord, EpochMs, RequestId } from '@aitrader/model';
import { byBrokerId, bySymbol, symbolOf } from './broker-words.ts';
import { isFinalKind } from './told-orders.ts';

/** An account as it was read: orders are the open ones, exits below those that they are attached to. */
export interface ReadAccount {
  readonly account: BrokerAccount;
  readonly positions: readonly BrokerPosition[];
  readonly orders: readonly BrokerOrder[];
}

interface Telling {
  readonly t: EpochMs;
  /** why the account was looked at */
  readonly word: string;
  /** the request that an order names; null for none of ours */
  readonly requestOf: (order: BrokerOrder) => RequestId | null;
}

/** The word on an account that was read, of US equities alone. */
export function accountWordOf({ account, positions, orders }: ReadAccount, { t, word, requestOf }: Telling): AccountWord {
  const isOpen = ({ status }: BrokerOrder): boolean => !isFinalKind(readingOfStatus(status));
  return {
    kind: 'account',
    t,
    word,
    cash: account.cash,
    equity: account.equity,
    positions: positions
      .flatMap(({ symbol: name, assetClass, quantity }) => {
        const symbol = assetClass === 'us_equity' ? symbolOf(name) : undefined;
        return symbol === undefined ? [] : [{ symbol, quantity }];
      })
      .sort(bySymbol),
    orders: orders
      .flatMap((order) => {
        const symbol = symbolOf(order.symbol);
        const request = requestOf(order);
        // exits are of the request that made what they are attached to
        const all = symbol === undefined ? [] : [order, ...order.legs].filter(isOpen);
        return all.flatMap(({ id }) => (symbol === undefined ? [] : [{ brokerId: id, symbol, request }]));
      })
      .sort(byBrokerId),
  };
}
