import { quantity } from '@aitrader/model';
import {
  countedTrades,
  DAY_TRADER_EQUITY_MIN,
  DAY_TRADES_OF_A_PATTERN,
  dayTradingRuleOn,
  hasShortSaleRule,
  isPattern,
  maintenanceOf,
  MARGIN_EQUITY_MIN,
  shortSaleStateOf,
  unsettled,
  type DayTradingRule,
} from '@aitrader/core-regulation';
import { maintenanceOfBook } from '../account-rules.ts';
import type { Intent } from '../intent.ts';
import { ONE_SHARE, perShare, reservedPerShare, type Situation } from '../situation.ts';
import type { RiskState } from '../state.ts';
import { shortSaleWatchOf } from '../tape.ts';
import { atMost, sizes } from '../verdict.ts';

/*
 * What the law lets an account do, by the trade date. Where `regulation` is none, nothing is asked, and the figures say so.
 */

/** More than anybody makes: said where nothing bounds them. */
const NO_MOST = 1_000_000;
/** Before June 2026: of a day trader what the account could lose at once, of others what Regulation T lends. */
const DAY_TRADER_MULTIPLE = 4;
const REGULATION_T_MULTIPLE = 2;

const isMarginAccount = ({ config }: RiskState): boolean => config.buyingPowerMultiple > 1;

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** The rule on day trading; undefined where the configuration does not say what is to be held against. */
function ruleOf({ config: { regulation, intradayMarginFrom }, rules }: RiskState): DayTradingRule | undefined {
  if (regulation === 'none') return 'none';
  return regulation === 'us-equities' && DATE.test(intradayMarginFrom)
    ? dayTradingRuleOn(rules.date, intradayMarginFrom)
    : undefined;
}

/** Whether the rule on day traders bounds the account: of a margin account with less at the close before than a day trader has to have. */
const isBelowDayTrader = (state: RiskState): boolean =>
  ruleOf(state) === 'pattern-day-trader' && isMarginAccount(state) && state.rules.equityBefore < DAY_TRADER_EQUITY_MIN;

/**
 * Day trades of five business days, if all that was opened today and all that is being entered were closed today, this one too. By daily bars
 * nothing is closed on the day that it was opened.
 */
export const dayTrades = atMost<Intent>('DAY_TRADES', 'count', ({ state, opening }, { symbol }) => {
  const { rules, config, timeframe } = state;
  const { dayTrades: made, trades } = countedTrades(rules.dayTrades);
  if (timeframe === '1d') return { value: made, limit: mostOf(state, made, trades) };
  const value = made + opening.size + (opening.has(symbol) ? 0 : 1);
  const most = mostOf(state, value, trades);
  return { value, limit: config.dayTradesMax === 0 ? most : Math.min(config.dayTradesMax, most) };
});

const mostOf = (state: RiskState, made: number, trades: number): number =>
  isBelowDayTrader(state) && isPattern(made, trades + 1) ? DAY_TRADES_OF_A_PATTERN - 1 : NO_MOST;

/**
 * What covers another share, of what the account has: from June 2026 on its equity beyond the maintenance of all that is held and ordered, which
 * `marginBufferFraction` makes larger; before, day traders' buying power, or Regulation T's. Below 2,000 dollars nothing is lent.
 */
export const intradayMargin = sizes<Intent>('INTRADAY_MARGIN', 'cash', (on, wanted) => {
  const { state, equity, committed } = on;
  const { rules } = state;
  const rule = ruleOf(state);
  // what must be covered by more buys less
  const ofPower = (power: number): { value: number; limit: number } => ({
    value: Math.floor(power / (1 + state.config.marginBufferFraction)) - committed,
    limit: reservedPerShare(wanted),
  });
  if (rule === undefined) return { value: NaN, limit: NaN };
  if (rule === 'none') return { value: NO_MOST * perShare(wanted), limit: perShare(wanted) };
  if (equity < MARGIN_EQUITY_MIN) return ofPower(equity);
  if (rule === 'intraday-margin') return coverOf(on, wanted);
  return rules.equityBefore >= DAY_TRADER_EQUITY_MIN
    ? ofPower(DAY_TRADER_MULTIPLE * (rules.equityBefore - rules.maintenanceBefore))
    : ofPower(REGULATION_T_MULTIPLE * equity);
});

function coverOf({ state, equity }: Situation, wanted: Intent): { value: number; limit: number } {
  const { ledger, orders, config } = state;
  const times = 1 + config.marginBufferFraction;
  let required: number = maintenanceOfBook(ledger);
  // an order that is not filled is covered as what it would be, at the side that asks for more
  for (const { reference, unfilled } of orders.values())
    required += Math.max(maintenanceOf(unfilled, reference), maintenanceOf(quantity(-unfilled), reference));
  const share = maintenanceOf(quantity(wanted.direction * ONE_SHARE), wanted.reference);
  return { value: equity - Math.ceil(required * times), limit: Math.ceil(share * times) };
}

/** A cash account pays with what is settled; to a margin account the broker lends what is not. */
export const settledCash = sizes<Intent>('SETTLED_CASH', 'cash', ({ state, equity, committed }, wanted) => {
  const { ledger, rules, config } = state;
  const limit = reservedPerShare(wanted);
  if (config.regulation === 'none' || isMarginAccount(state))
    return { value: Math.floor(equity * config.buyingPowerMultiple) - committed, limit };
  return { value: ledger.cash - unsettled(rules.sales) - (committed - ledger.gross), limit };
});

/** Nothing is sold short in a cash account, below 2,000 dollars, or where Rule 201 holds: a bid to stay above is in no bar. */
export const shortSale = atMost<Intent>('SHORT_SALE', 'flags', ({ state, equity }, { symbol, direction }) => {
  const { config, rules, tape } = state;
  if (config.regulation === 'none' || direction !== -1) return { value: 0, limit: 0 };
  if (!isMarginAccount(state) || equity < MARGIN_EQUITY_MIN) return { value: 1, limit: 0 };
  if (!hasShortSaleRule(rules.date)) return { value: 0, limit: 0 };
  const known = shortSaleStateOf(shortSaleWatchOf(tape, symbol), rules.session);
  if (known === 'unknown') return { value: config.shortSaleUnknown === 'let' ? 0 : NaN, limit: 0 };
  return { value: known === 'free' ? 0 : 1, limit: 0 };
});
