import { cash, notional, quantity, type Cash, type Fill } from '@aitrader/model';
import { equityOf, type Ledger } from '@aitrader/core-portfolio';
import {
  countTrade,
  enterTradeDate,
  maintenanceOf,
  newDayTradeCount,
  newUnsettledSales,
  noteSale,
  settleUntil,
  type DayTradeCount,
  type UnsettledSales,
} from '@aitrader/core-regulation';
import type { Moment } from '@aitrader/core-sessions';

/*
 * What the law looks at of an account besides what it holds now: the trades of its last days, what is not settled, and how it stood at the end of
 * the trade date before.
 *
 * 1. A trade date is entered with the first interval of it that brings anything: until then nothing of the account moves.
 * 2. Trades are counted once, as they come; what is busted later has been made.
 */
export interface AccountRules {
  /** the trade date at hand, and its session; '' and −1 before the first */
  date: string;
  session: number;
  /** of the end of the trade date before; at first what the account began with */
  equityBefore: Cash;
  maintenanceBefore: Cash;
  readonly dayTrades: DayTradeCount;
  readonly sales: UnsettledSales;
}

export const newAccountRules = (equity: Cash): AccountRules => ({
  date: '',
  session: -1,
  equityBefore: equity,
  maintenanceBefore: cash(0),
  dayTrades: newDayTradeCount(),
  sales: newUnsettledSales(),
});

/** Enters the trade date of an interval's moment, before anything of it is folded in. O(positions) once a date. */
export function enterRules(rules: AccountRules, ledger: Ledger, { session, sessionIndex }: Moment): void {
  if (sessionIndex <= rules.session || session === undefined) return;
  if (rules.session >= 0) {
    rules.equityBefore = equityOf(ledger);
    rules.maintenanceBefore = maintenanceOfBook(ledger);
  }
  rules.session = sessionIndex;
  rules.date = session.date;
  settleUntil(rules.sales, sessionIndex);
  enterTradeDate(rules.dayTrades, sessionIndex);
}

/** Counts an execution, before the ledger takes it in. */
export function countExecution(rules: AccountRules, { positions }: Ledger, fill: Fill): void {
  if (fill.kind !== 'execution') return;
  const before = positions.get(fill.symbol)?.quantity ?? quantity(0);
  const { symbol, side, price, fee } = fill;
  countTrade(rules.dayTrades, { symbol, side, quantity: fill.quantity, leg: `${fill.orderId} ${fill.leg}` }, before);
  if (side !== 'sell' || before <= 0) return;
  const sold = quantity(Math.min(fill.quantity, before));
  noteSale(rules.sales, rules.session, cash(Math.max(0, notional(price, sold) - fee)));
}

/** What the positions have to be covered by, at their last marks. O(positions). */
export function maintenanceOfBook({ positions }: Ledger): Cash {
  let sum = 0;
  for (const { quantity: held, mark } of positions.values()) sum += maintenanceOf(held, mark);
  return cash(sum);
}
