import {
  cash,
  notional,
  quantity,
  type Cash,
  type EpochMs,
  type Price,
  type Quantity,
  type Side,
  type SimulationConfig,
  type Ticker,
} from '@aitrader/model';
import { newAgenda, type ActionAgenda } from '@aitrader/core-market';
import { newLedger, type Ledger } from '@aitrader/core-portfolio';
import { newSpreadBook, type SpreadBook } from '@aitrader/core-simulation';
import { derivedId } from './derived-ids.ts';
import type { AccountActivity, Entitlement } from './account-activity.ts';
import { isFinal, type Execution, type ExchangeOrder, type TradeUpdate, type UpdateKind } from './exchange-order.ts';

/** What the exchange lists, and what may be done with it. */
export interface ExchangeAsset {
  readonly symbol: Ticker;
  readonly id: string;
  readonly name: string;
  readonly tradable: boolean;
  readonly fractionable: boolean;
  readonly marginable: boolean;
  readonly shortable: boolean;
  readonly easyToBorrow: boolean;
}

/** What an account holder may set. */
export interface AccountSettings {
  readonly noShorting: boolean;
  readonly suspendTrade: boolean;
  readonly fractionalTrading: boolean;
  readonly disableOvernightTrading: boolean;
  /** 1, 2 or 4 */
  readonly maxMarginMultiplier: 1 | 2 | 4;
  readonly tradeConfirmEmail: string;
}

export interface ExchangeConfig {
  /** what all ids are derived from */
  readonly seed: string;
  /** when the account was opened */
  readonly from: EpochMs;
  readonly cash: Cash;
  readonly simulation: SimulationConfig;
  /**
   * `vendor`: orders trade in their sessions, exits wait until their entry has filled whole, buy stops have a collar. `simulation`: as
   * the in-memory simulator has it: any bar trades, exits protect from the first fill on, stops have no collar.
   */
  readonly rules: 'vendor' | 'simulation';
}

/** One account's exchange. Plain data. */
export interface ExchangeState {
  readonly config: ExchangeConfig;
  settings: AccountSettings;
  /** close of the last interval */
  now: EpochMs;
  readonly ledger: Ledger;
  readonly assets: Map<Ticker, ExchangeAsset>;
  /** every order there ever was, the oldest first */
  readonly orders: Map<string, ExchangeOrder>;
  readonly byClientId: Map<string, string>;
  /** groups at work, by the id of their first order; the oldest first */
  readonly working: Set<string>;
  /** the groups at work in each symbol, by the side of their first order */
  readonly workingIn: Map<Ticker, Readonly<Record<Side, Set<string>>>>;
  /** buying power that open orders hold */
  reserved: Cash;
  readonly executions: Execution[];
  /** place in `executions` of each id */
  readonly executionAt: Map<string, number>;
  /** by the id of a trade, how it reads since it was busted or corrected */
  readonly amended: Map<string, Execution>;
  /** last price of each symbol, and the last one of the trade date before */
  readonly lastPrice: Map<Ticker, Price>;
  readonly lastDayPrice: Map<Ticker, Price>;
  tradeDate: string;
  /** what bars have told of spreads; undefined where nobody asks */
  readonly spreads: SpreadBook | undefined;
  /** what loans of shares that were sold short have cost and nobody was charged for yet */
  readonly owed: Map<Ticker, Cash>;
  /** at the end of the trade date before */
  lastEquity: Cash;
  lastMaintenance: Cash;
  /** corporate actions that are not in force yet, and the ids of all that it was told of */
  readonly agenda: ActionAgenda;
  readonly told: Set<string>;
  /** dividends that are to be paid, the next one first */
  readonly entitled: Entitlement[];
  /** what actions did to the account */
  readonly activities: AccountActivity[];
  /** by symbol, the interval of its last action: what traded before is amended no more */
  readonly settledTo: Map<Ticker, EpochMs>;
  readonly numbered: { order: number; execution: number; event: number; client: number };
  /** so many of the next requests of a kind take effect at the next interval only */
  readonly delayed: { cancel: number; replace: number };
}

export const DEFAULT_SETTINGS: AccountSettings = {
  noShorting: false,
  suspendTrade: false,
  fractionalTrading: true,
  disableOvernightTrading: false,
  maxMarginMultiplier: 4,
  tradeConfirmEmail: 'all',
};

/** An exchange with an account that holds cash and nothing else, and lists nothing yet. */
export const newExchange = (config: ExchangeConfig): ExchangeState => ({
  config,
  settings: DEFAULT_SETTINGS,
  now: config.from,
  ledger: newLedger(config.cash),
  assets: new Map(),
  orders: new Map(),
  byClientId: new Map(),
  working: new Set(),
  workingIn: new Map(),
  reserved: cash(0),
  executions: [],
  executionAt: new Map(),
  amended: new Map(),
  lastPrice: new Map(),
  lastDayPrice: new Map(),
  tradeDate: '',
  spreads: config.simulation.spread === 'estimated' ? newSpreadBook() : undefined,
  owed: new Map(),
  lastEquity: config.cash,
  lastMaintenance: cash(0),
  agenda: newAgenda(),
  told: new Set(),
  entitled: [],
  activities: [],
  settledTo: new Map(),
  numbered: { order: 0, execution: 0, event: 0, client: 0 },
  delayed: { cancel: 0, replace: 0 },
});

/** Lists a symbol, with what may be done with it; one that is listed is told anew. */
export function listAsset(
  { assets, config }: ExchangeState,
  symbol: Ticker,
  traits: Partial<Omit<ExchangeAsset, 'symbol' | 'id'>> = {},
): void {
  const usual = { name: symbol, tradable: true, fractionable: true, marginable: true, shortable: true, easyToBorrow: true };
  const id = derivedId(`${config.seed}/${symbol}`, 'asset', 0);
  assets.set(symbol, { ...usual, ...assets.get(symbol), ...traits, symbol, id });
}

/** The first order of the group that an order is of. */
export const rootOf = (state: ExchangeState, order: ExchangeOrder): ExchangeOrder =>
  (order.parent === undefined ? undefined : state.orders.get(order.parent)) ?? order;

/** The orders of a group: the first one, then its legs. */
export function groupOf(state: ExchangeState, root: ExchangeOrder): readonly ExchangeOrder[] {
  return [root, ...legsOf(state, root)];
}

/** The legs of an order, the target first. */
export function legsOf({ orders }: ExchangeState, { legs }: ExchangeOrder): readonly ExchangeOrder[] {
  return legs.flatMap((id) => orders.get(id) ?? []);
}

/** Puts a group to work, or takes it off once all of it is final. */
export function noteWork(state: ExchangeState, root: ExchangeOrder): void {
  const { working, workingIn } = state;
  const inSymbol = workingIn.get(root.symbol) ?? { buy: new Set<string>(), sell: new Set<string>() };
  if (groupOf(state, root).some(({ status }) => !isFinal(status))) {
    working.add(root.id);
    inSymbol[root.side].add(root.id);
    workingIn.set(root.symbol, inSymbol);
  } else {
    working.delete(root.id);
    inSymbol[root.side].delete(root.id);
    if (inSymbol.buy.size + inSymbol.sell.size === 0) workingIn.delete(root.symbol);
  }
}

/** First orders of the groups at work in a symbol that have this side. */
export const rootsIn = ({ orders, workingIn }: ExchangeState, symbol: Ticker, side: Side): readonly ExchangeOrder[] =>
  [...(workingIn.get(symbol)?.[side] ?? [])].flatMap((id) => orders.get(id) ?? []);

/** Sets what an order may still trade, and what it holds of the buying power with it. */
export function setOpen(state: ExchangeState, order: ExchangeOrder, open: Quantity): void {
  order.open = open;
  const reserved = reservedBy(order);
  state.reserved = cash(state.reserved + reserved - order.reserved);
  order.reserved = reserved;
}

/** What an order holds of the buying power: one that is being replaced as much as the larger of the two. */
function reservedBy({ reserveAt, open, waiting, quantity: whole, filled }: ExchangeOrder): Cash {
  if (reserveAt === undefined || open === 0) return cash(0);
  const own = notional(reserveAt, open);
  if (waiting === undefined || waiting === 'cancel') return own;
  const next = notional(waiting.reserveAt ?? reserveAt, quantity(Math.max(0, (waiting.quantity ?? whole) - filled)));
  return next > own ? next : own;
}

/** Says what happened to an order, which is kept as it is now. */
export function say(
  state: ExchangeState,
  updates: TradeUpdate[],
  kind: UpdateKind,
  order: ExchangeOrder,
  execution?: Execution,
): void {
  order.updatedAt = state.now;
  state.numbered.event += 1;
  updates.push({ kind, n: state.numbered.event, t: state.now, order: { ...order }, execution });
}
