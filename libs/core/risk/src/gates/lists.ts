/**
 * The gates: all that a signal or an operator's order must pass, in the order they are asked.
 *
 * 1. Every gate of the list is asked of everything that is wanted, also behind one that has refused; there is no switch that leaves one out.
 * 2. A gate sees the size that the gates before it left, and can only lower it. Behind a refusal it sees what the ones that did not refuse
 *    have left, and one share at least, so that its figures are those of an order that could be.
 * 3. Missing, unknown, NaN, out of range: a refusal.
 */
import type { ManualIntent } from '../intent.ts';
import type { Gate, GateOf } from '../verdict.ts';
import { calibration, calibrationBars, kelly, stateFlags } from './belief.ts';
import { buyingPower, grossNotional, openOrders, symbolNotional } from './exposure.ts';
import { manualOnce, manualQuantity } from './manual.ts';
import { priceSanity, stopDistance } from './price.ts';
import { orderNotionalMax, orderNotionalMin } from './quantity.ts';
import { dayTrades, intradayMargin, settledCash, shortSale } from './regulation.ts';
import { session } from './session.ts';
import { openExposure, shortAllowed, watchlist } from './symbol.ts';
import { dataLevel, staleness, tradingState } from './system.ts';

/** Their order is part of the record: the first refusal is the reason of a denial, and sizes flow downwards. */
export const ENTRY_GATES: readonly Gate[] = [
  tradingState,
  dataLevel,
  session,
  watchlist,
  stateFlags,
  staleness,
  priceSanity,
  stopDistance,
  shortAllowed,
  shortSale,
  dayTrades,
  openExposure,
  openOrders,
  calibrationBars,
  calibration,
  kelly,
  symbolNotional,
  grossNotional,
  buyingPower,
  intradayMargin,
  settledCash,
  orderNotionalMax,
  orderNotionalMin,
];

/**
 * What an operator's order must pass: all of the above but what is asked of a belief, which it has none of (STATE_FLAGS, CALIBRATION_BARS,
 * CALIBRATION, KELLY). There is no way around any of the others.
 */
export const MANUAL_GATES: readonly GateOf<ManualIntent>[] = [
  tradingState,
  dataLevel,
  session,
  watchlist,
  staleness,
  priceSanity,
  stopDistance,
  shortAllowed,
  shortSale,
  dayTrades,
  openExposure,
  openOrders,
  manualOnce,
  manualQuantity,
  symbolNotional,
  grossNotional,
  buyingPower,
  intradayMargin,
  settledCash,
  orderNotionalMax,
  orderNotionalMin,
];

/**
 * What an exit or a cancel must pass: nothing, now or ever. Both are execution's, which makes an account smaller without asking: no halt, no
 * limit and no lack of data keeps what is held from being left.
 */
export const EXIT_GATES = Object.freeze([] as const);
