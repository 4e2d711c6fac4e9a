import { compareText, notional, type Cash, CASH_PLACES, decimalOf, ratioOf } from '@aitrader/model';
import type { Position } from '@aitrader/core-portfolio';
import { newYorkDate } from '@aitrader/core-sessions';
import {
  accountFigures,
  derivedId,
  heldForOrders,
  type AccountSettings,
  type ExchangeAsset,
  type ExchangeState,
} from '@aitrader/core-exchange';
import { timeText } from './exchange-time.ts';
import { averageText, priceText, quantityText, type Json } from './order-answer.ts';

const cashText = (units: Cash | number): string => decimalOf(units, CASH_PLACES);

/** `GET /v2/account`, with the fields of July 2026. */
export function accountAnswer(state: ExchangeState): Json {
  const { seed, from } = state.config;
  const figures = accountFigures(state);
  const buyingPower = cashText(figures.buyingPower);
  return {
    id: derivedId(seed, 'account', 0),
    account_number: `PA${derivedId(seed, 'account', 1).slice(0, 8).toUpperCase()}`,
    admin_configurations: {},
    user_configurations: null,
    status: 'ACTIVE',
    crypto_status: 'INACTIVE',
    currency: 'USD',
    created_at: timeText(from),
    balance_asof: newYorkDate(state.now),
    buying_power: buyingPower,
    effective_buying_power: buyingPower,
    regt_buying_power: cashText(figures.regtBuyingPower),
    non_marginable_buying_power: cashText(figures.nonMarginable),
    options_buying_power: '0',
    options_approved_level: 0,
    options_trading_level: 0,
    cash: cashText(figures.cash),
    accrued_fees: '0',
    pending_transfer_in: '0',
    pending_transfer_out: '0',
    pending_reg_taf_fees: '0',
    portfolio_value: cashText(figures.equity),
    equity: cashText(figures.equity),
    last_equity: cashText(state.lastEquity),
    long_market_value: cashText(figures.longValue),
    short_market_value: cashText(figures.shortValue),
    position_market_value: cashText(figures.longValue + figures.shortValue),
    initial_margin: cashText(figures.initialMargin),
    maintenance_margin: cashText(figures.maintenanceMargin),
    last_maintenance_margin: cashText(state.lastMaintenance),
    sma: cashText(Math.max(0, figures.equity - figures.initialMargin)),
    multiplier: String(figures.multiplier),
    shorting_enabled: figures.shortingEnabled,
    trading_blocked: false,
    transfers_blocked: false,
    account_blocked: false,
    trade_suspended_by_user: state.settings.suspendTrade,
    intraday_adjustments: '0',
  };
}

export const settingsAnswer = (settings: AccountSettings): Json => ({
  disable_overnight_trading: settings.disableOvernightTrading,
  fractional_trading: settings.fractionalTrading,
  max_margin_multiplier: String(settings.maxMarginMultiplier),
  no_shorting: settings.noShorting,
  ptp_no_exception_entry: false,
  suspend_trade: settings.suspendTrade,
  trade_confirm_email: settings.tradeConfirmEmail,
});

const RATIO_PLACES = 16;
/** A ratio of two amounts in one unit. */
const ratioText = (amount: number, by: number): string => ratioOf(BigInt(amount), BigInt(by), RATIO_PLACES);

/** One position, with what of it open orders hold, and what it gained in all and today. */
export function positionAnswer(state: ExchangeState, position: Position): Json {
  const { symbol, quantity, cost, mark, marketValue } = position;
  const lastDay = state.lastDayPrice.get(symbol) ?? mark;
  const gained = marketValue - cost;
  const today = gainedToday(state, position);
  const held = heldForOrders(state, symbol).quantity;
  const asset = state.assets.get(symbol);
  return {
    asset_id: asset?.id ?? '',
    symbol,
    exchange: EXCHANGE,
    asset_class: 'us_equity',
    asset_marginable: asset?.marginable ?? true,
    avg_entry_price: averageText(cost, quantity),
    qty: quantityText(quantity),
    qty_available: quantityText(Math.sign(quantity) * Math.max(0, Math.abs(quantity) - held)),
    side: quantity > 0 ? 'long' : 'short',
    market_value: cashText(marketValue),
    cost_basis: cashText(cost),
    unrealized_pl: cashText(gained),
    unrealized_plpc: ratioText(gained, Math.abs(cost)),
    unrealized_intraday_pl: cashText(today),
    unrealized_intraday_plpc: ratioText(today, Math.abs(marketValue - today)),
    current_price: priceText(mark),
    lastday_price: priceText(lastDay),
    change_today: ratioText(mark - lastDay, lastDay),
  };
}

/** What a position gained since the last close of the day before, had it been held since then; without one, since it was opened. */
function gainedToday(state: ExchangeState, { symbol, quantity, cost, marketValue }: Position): number {
  const lastDay = state.lastDayPrice.get(symbol);
  return marketValue - (lastDay === undefined ? cost : notional(lastDay, quantity));
}

/** All listed assets trade on one exchange of the vendor's list. */
const EXCHANGE = 'NASDAQ';

export const assetAnswer = (asset: ExchangeAsset): Json => ({
  id: asset.id,
  class: 'us_equity',
  exchange: EXCHANGE,
  symbol: asset.symbol,
  name: asset.name,
  status: 'active',
  tradable: asset.tradable,
  marginable: asset.marginable,
  shortable: asset.shortable,
  easy_to_borrow: asset.easyToBorrow,
  borrow_status: asset.easyToBorrow ? 'easy_to_borrow' : 'hard_to_borrow',
  fractionable: asset.fractionable,
  maintenance_margin_requirement: 30,
  margin_requirement_long: '30',
  margin_requirement_short: '30',
  attributes: [],
});

/** Positions by symbol, in the order of symbols. */
export const positionsAnswer = (state: ExchangeState): Json[] =>
  [...state.ledger.positions.values()]
    .sort((a, b) => compareText(a.symbol, b.symbol))
    .map((position) => positionAnswer(state, position));
