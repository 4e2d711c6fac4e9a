import { sessionAt, type TradingSession } from '@aitrader/core-sessions';
import { cash, type Cash } from '@aitrader/model';
import { settlementDaysOn } from './dated-rules.ts';

/*
 * When the money of a sale is there. Amounts in cash units (1e-6 dollar), days as indices of sessions.
 *
 * 1. A business day for settlement is a session of the exchange that is no bank holiday: on Columbus Day and Veterans Day stocks are traded, and
 *    nothing is settled (FINRA's holiday settlement schedules).
 * 2. What a sale brings can be spent in a cash account once it is settled, and not before (Regulation T, 12 CFR 220.8).
 */

const MS_PER_DAY = 86_400_000;
const DAYS_OF_WEEK = 7;
/** 1970-01-01 was a Thursday. */
const EPOCH_WEEKDAY = 4;
const MONDAY = 1;
const SECOND_WEEK = { from: 8, to: 14 } as const;
const VETERANS_DAY = 11;

/** Whether banks are closed on a day on which the exchange is open. */
export function isBankHoliday({ date, open }: Pick<TradingSession, 'date' | 'open'>): boolean {
  const month = date.slice(5, 7);
  const day = Number(date.slice(8, 10));
  const weekday = (Math.floor(open / MS_PER_DAY) + EPOCH_WEEKDAY) % DAYS_OF_WEEK;
  if (month === '10') return weekday === MONDAY && day >= SECOND_WEEK.from && day <= SECOND_WEEK.to;
  if (month !== '11') return false;
  // of a Sunday's holiday the day after it
  return day === VETERANS_DAY || (day === VETERANS_DAY + 1 && weekday === MONDAY);
}

/** The session that a trade of session `index` is settled in; undefined where the calendar does not reach so far. */
export function settlementSession(index: number): number | undefined {
  const traded = sessionAt(index);
  if (traded === undefined) return undefined;
  let left = settlementDaysOn(traded.date);
  let at = index;
  while (left > 0) {
    at += 1;
    const session = sessionAt(at);
    if (session === undefined) return undefined;
    if (!isBankHoliday(session)) left -= 1;
  }
  return at;
}

/** What sales have brought and is not settled, by the session that it will be in. Plain data, bounded by the days to settlement. */
export interface UnsettledSales {
  /** session → cash units; the earliest first */
  readonly due: Map<number, Cash>;
}

export const newUnsettledSales = (): UnsettledSales => ({ due: new Map() });

/** A sale in session `index`. One whose day the calendar does not know is never settled. */
export function noteSale({ due }: UnsettledSales, index: number, proceeds: Cash): void {
  const at = settlementSession(index) ?? Infinity;
  due.set(at, cash((due.get(at) ?? 0) + proceeds));
}

/** Takes off what is settled by the beginning of session `index`. */
export function settleUntil({ due }: UnsettledSales, index: number): void {
  for (const at of due.keys()) if (at <= index) due.delete(at);
}

/** What is not settled. */
export function unsettled({ due }: UnsettledSales): Cash {
  let sum = 0;
  for (const amount of due.values()) sum += amount;
  return cash(sum);
}
