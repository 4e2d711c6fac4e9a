export {
  type DayTradingRule,
  dayTradingRuleOn,
  hasShortSaleRule,
  INTRADAY_MARGIN_FIRST,
  INTRADAY_MARGIN_LAST,
  settlementDaysOn,
} from './dated-rules.ts';
export {
  isBankHoliday,
  newUnsettledSales,
  noteSale,
  settlementSession,
  settleUntil,
  unsettled,
  type UnsettledSales,
} from './settlement.ts';
export {
  countedTrades,
  countTrade,
  type DayTradeCount,
  DAY_TRADES_OF_A_PATTERN,
  enterTradeDate,
  isPattern,
  newDayTradeCount,
  openedToday,
} from './day-trades.ts';
export { DAY_TRADER_EQUITY_MIN, maintenanceOf, MARGIN_EQUITY_MIN } from './margin.ts';
export { newShortSaleWatch, type ShortSaleState, shortSaleStateOf, type ShortSaleWatch, watchRegularBar } from './short-sale.ts';
