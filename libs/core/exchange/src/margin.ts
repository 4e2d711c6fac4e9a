import { cash, quantity, price, type Cash, type Price, type Quantity, type Side, type Ticker } from '@aitrader/model';
import { equityOf } from '@aitrader/core-portfolio';
import { maintenanceOf, MARGIN_EQUITY_MIN } from '@aitrader/core-regulation';
import { isFinal } from './exchange-order.ts';
import { groupOf, rootsIn, type ExchangeState } from './exchange-state.ts';

/*
 * What an account is worth and may still do. Amounts in cash units.
 *
 * 1. Buying power is the multiplier times equity, less what positions and open orders use of it; never below zero.
 * 2. Below 2,000 dollars there is neither margin nor short selling (rules of June 2026).
 */

/** Regulation T asks for half of a position. */
const INITIAL_PERCENT = 50;
const REGT_MULTIPLIER = 2;
/** A market order holds more than the last price says, a short sale at least this much of it. */
const MARKET_MARGIN_CHEAP = 104;
const MARKET_MARGIN_DEAR = 1025;
const CHEAP_BELOW = 500_000;
const SHORT_MARGIN_PERCENT = 103;

export interface AccountFigures {
  readonly equity: Cash;
  readonly cash: Cash;
  readonly longValue: Cash;
  /** not above zero */
  readonly shortValue: Cash;
  readonly initialMargin: Cash;
  readonly maintenanceMargin: Cash;
  readonly multiplier: number;
  readonly buyingPower: Cash;
  readonly regtBuyingPower: Cash;
  readonly nonMarginable: Cash;
  readonly shortingEnabled: boolean;
}

/** The account as it is now. O(positions). */
export function accountFigures(state: ExchangeState): AccountFigures {
  const { ledger, settings, reserved } = state;
  const equity = equityOf(ledger);
  const hasMargin = equity >= MARGIN_EQUITY_MIN;
  const multiplier = hasMargin ? settings.maxMarginMultiplier : 1;
  const longValue = cash((ledger.gross + ledger.marketValue) / 2);
  const power = (times: number): Cash => cash(Math.max(0, equity * times - ledger.gross - reserved));
  return {
    equity,
    cash: ledger.cash,
    longValue,
    shortValue: cash(ledger.marketValue - longValue),
    initialMargin: percent(ledger.gross, INITIAL_PERCENT),
    maintenanceMargin: maintenanceOfAll(state),
    multiplier,
    buyingPower: power(multiplier),
    regtBuyingPower: power(Math.min(multiplier, REGT_MULTIPLIER)),
    nonMarginable: power(1),
    shortingEnabled: hasMargin && !settings.noShorting,
  };
}

const percent = (amount: Cash, of: number): Cash => cash(Math.round((amount * of) / 100));

function maintenanceOfAll({ ledger }: ExchangeState): Cash {
  let sum = 0;
  for (const position of ledger.positions.values()) sum += maintenanceOf(position.quantity, position.mark);
  return cash(sum);
}

/** The price at which an order is held of the buying power; undefined when nobody knows one. `named`: its limit, or its stop. */
export function reservePrice(side: Side, named: Price | undefined, last: Price | undefined): Price | undefined {
  if (side === 'sell') {
    const floor = last === undefined ? 0 : Math.ceil((last * SHORT_MARGIN_PERCENT) / 100);
    return named === undefined && last === undefined ? undefined : price(Math.max(named ?? 0, floor));
  }
  if (named !== undefined) return named;
  if (last === undefined) return undefined;
  return price(
    last < CHEAP_BELOW ? Math.ceil((last * MARKET_MARGIN_CHEAP) / 100) : Math.ceil((last * MARKET_MARGIN_DEAR) / 1000),
  );
}

/** Signed position in a symbol. */
export const positionIn = ({ ledger }: ExchangeState, symbol: Ticker): Quantity =>
  ledger.positions.get(symbol)?.quantity ?? quantity(0);

/** What of a position open orders are to close, unsigned, and which ones they are. Of a group's exits only one can be. O(groups of the symbol). */
export function heldForOrders(
  state: ExchangeState,
  symbol: Ticker,
): { readonly quantity: Quantity; readonly orders: readonly string[] } {
  const side: Side = positionIn(state, symbol) > 0 ? 'sell' : 'buy';
  let held = 0;
  const orders: string[] = [];
  for (const root of [...rootsIn(state, symbol, 'buy'), ...rootsIn(state, symbol, 'sell')]) {
    const closing = groupOf(state, root).filter((one) => one.side === side && !isFinal(one.status) && one.status !== 'held');
    if (closing.length === 0) continue;
    held += Math.max(...closing.map(({ open }) => open));
    orders.push(...closing.map(({ id }) => id));
  }
  return { quantity: quantity(held), orders };
}
