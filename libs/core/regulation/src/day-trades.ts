import { compareText, type Quantity, type Side, type Ticker } from '@aitrader/model';

/*
 * Day trades: what was opened and closed in a symbol within one trade date, as FINRA Rule 4210(f)(8)(B) counts them.
 *
 * 1. Trades of a day that close what that day opened are one day trade until something is opened in the symbol again: selling in three parts what
 *    was bought in one order is one, buying and selling twice are two.
 * 2. What was held overnight is taken to be closed last: who counts so never counts too few.
 * 3. A bust takes nothing back. The state is bounded by the symbols traded in a day, and by five days.
 */

/** A day trader makes four of them within five business days, and more than 6 % of the account's trades of those days. */
export const DAY_TRADES_OF_A_PATTERN = 4;
export const BUSINESS_DAYS_OF_A_PATTERN = 5;
const SHARE_OF_A_PATTERN_PERCENT = 6;
const PERCENT = 100;

interface SymbolDay {
  /** of what was opened today, still held, unsigned; 1e-9 share */
  opened: number;
  /** whether the last trade closed some of it */
  isClosing: boolean;
}

interface DayCount {
  /** index of the session */
  readonly session: number;
  dayTrades: number;
  trades: number;
}

/** What is counted of an account. Plain data. */
export interface DayTradeCount {
  /** of the current session, and of the ones before it that still count, the latest last */
  days: DayCount[];
  readonly symbols: Map<Ticker, SymbolDay>;
  /** orders' legs that traded in the current session: each counts as one trade */
  readonly legs: Set<string>;
}

export const newDayTradeCount = (): DayTradeCount => ({ days: [], symbols: new Map(), legs: new Set() });

/** Begins a session, if it is another one than that of before: what is held from now on was held overnight. */
export function enterTradeDate(count: DayTradeCount, session: number): void {
  if (count.days.at(-1)?.session === session) return;
  count.symbols.clear();
  count.legs.clear();
  count.days = [
    ...count.days.filter((day) => day.session > session - BUSINESS_DAYS_OF_A_PATTERN),
    { session, dayTrades: 0, trades: 0 },
  ];
}

/** A trade of the current session, in a symbol of which `before` was held, signed. `leg` names the order's leg that it is of. */
export function countTrade(
  count: DayTradeCount,
  trade: { readonly symbol: Ticker; readonly side: Side; readonly quantity: Quantity; readonly leg: string },
  before: Quantity,
): void {
  const day = count.days.at(-1);
  if (day === undefined) return;
  if (!count.legs.has(trade.leg)) {
    count.legs.add(trade.leg);
    day.trades += 1;
  }
  const direction = trade.side === 'buy' ? 1 : -1;
  const closing = Math.min(trade.quantity, Math.max(0, -direction * before));
  const opening = trade.quantity - closing;
  const of = count.symbols.get(trade.symbol) ?? { opened: 0, isClosing: false };
  const closedOfToday = Math.min(closing, of.opened);
  if (closedOfToday > 0) {
    of.opened -= closedOfToday;
    if (!of.isClosing) day.dayTrades += 1;
    of.isClosing = true;
  }
  if (opening > 0) {
    of.opened += opening;
    of.isClosing = false;
  }
  count.symbols.set(trade.symbol, of);
}

/** Day trades and trades of the five business days up to the current one. */
export function countedTrades({ days }: DayTradeCount): { readonly dayTrades: number; readonly trades: number } {
  let dayTrades = 0;
  let trades = 0;
  for (const day of days) {
    dayTrades += day.dayTrades;
    trades += day.trades;
  }
  return { dayTrades, trades };
}

/** Symbols with something that was opened today and may still be closed today, in order: each may become a day trade. */
export const openedToday = ({ symbols }: DayTradeCount): readonly Ticker[] =>
  [...symbols].flatMap(([symbol, { opened }]) => (opened > 0 ? [symbol] : [])).sort(compareText);

/** Whether so many day trades among so many trades make a pattern. */
export const isPattern = (dayTrades: number, trades: number): boolean =>
  dayTrades >= DAY_TRADES_OF_A_PATTERN && dayTrades * PERCENT > trades * SHARE_OF_A_PATTERN_PERCENT;
