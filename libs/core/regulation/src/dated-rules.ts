/*
 * What the law asks of an account, by the trade date: rules begin and end, and a trade is held against the rules of its own day.
 *
 * Day trading. FINRA Rule 4210(f)(8)(B), pattern day traders, in force from 2001-09-28 (NASD Notice to Members 01-26). SR-FINRA-2025-017 (SEC
 * Release 34-105226, 91 FR 20731; FINRA Regulatory Notice 26-10) put the intraday margin deficit in its place from 2026-06-04, which brokers may
 * take up until 2027-10-20; Alpaca did on the first day.
 *
 * Settlement. Exchange Act Rule 15c6-1: three business days from 1995-06-07, two from 2017-09-05, one from 2024-05-28.
 *
 * Short sales. Rule 201 of Regulation SHO, compliance from 2011-02-28.
 */

/** How trades that open and close within a day are bounded. */
export type DayTradingRule = 'none' | 'pattern-day-trader' | 'intraday-margin';

const PATTERN_DAY_TRADER_FROM = '2001-09-28';
/** The first day of the rule that took its place, and the last by which a broker has to go by it. */
export const INTRADAY_MARGIN_FIRST = '2026-06-04';
export const INTRADAY_MARGIN_LAST = '2027-10-20';
const SHORT_SALE_RULE_FROM = '2011-02-28';

/** The rule on a trade date, `YYYY-MM-DD`, at a broker that went by the intraday margin standard from `adopted` on. */
export function dayTradingRuleOn(date: string, adopted: string): DayTradingRule {
  if (date < PATTERN_DAY_TRADER_FROM) return 'none';
  const from = adopted < INTRADAY_MARGIN_FIRST ? INTRADAY_MARGIN_FIRST : adopted;
  return date >= from || date >= INTRADAY_MARGIN_LAST ? 'intraday-margin' : 'pattern-day-trader';
}

/** Business days from a trade to its settlement, by the first trade date of each. */
const SETTLEMENT_DAYS: readonly { readonly from: string; readonly days: number }[] = [
  { from: '2024-05-28', days: 1 },
  { from: '2017-09-05', days: 2 },
  { from: '1995-06-07', days: 3 },
];

/** Business days after a trade date, `YYYY-MM-DD`, on which the trade is settled: 5 before there was a rule. */
export const settlementDaysOn = (date: string): number => SETTLEMENT_DAYS.find(({ from }) => date >= from)?.days ?? 5;

/** Whether Rule 201 holds on a trade date. */
export const hasShortSaleRule = (date: string): boolean => date >= SHORT_SALE_RULE_FROM;
