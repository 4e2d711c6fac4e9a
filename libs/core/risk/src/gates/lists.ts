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
import { brokerStream, heldBack, openBreak, reconciled } from './account.ts';
import {
  calibration,
  calibrationBars,
  correlation,
  edge,
  edgeError,
  edgeNet,
  edgeOutcomes,
  kelly,
  netting,
  stateFlags,
} from './belief.ts';
import {
  buyingPower,
  expectedShortfall,
  grossNotional,
  netNotional,
  openOrders,
  sectorNotional,
  symbolNotional,
} from './exposure.ts';
import { manualOnce, manualQuantity } from './manual.ts';
import { duplicateIntent, intervalEntries, repeatedEntries, symbolMessages, unknownOutstanding } from './pace.ts';
import { priceCollar, priceSanity, priceTick, stopDistance } from './price.ts';
import {
  barVolumeShare,
  dayVolumeShare,
  drawdownSize,
  exitVolume,
  orderNotionalMax,
  orderNotionalMin,
  orderSharesMax,
} from './quantity.ts';
import { dayTrades, intradayMargin, settledCash, shortSale } from './regulation.ts';
import { orderType, session, sessionPart } from './session.ts';
import { signalBar, signalFigures } from './signal.ts';
import { borrowRate, openExposure, quarantined, restricted, shortAllowed, symbolHalted, watchlist } from './symbol.ts';
import {
  barsLate,
  dailyLoss,
  dataLevel,
  drawdown,
  fleetVersions,
  killSwitch,
  marksAge,
  staleness,
  tradingState,
} from './system.ts';

/** Their order is part of the record: the first refusal is the reason of a denial, and sizes flow downwards. */
export const ENTRY_GATES: readonly Gate[] = [
  tradingState,
  killSwitch,
  dailyLoss,
  drawdown,
  reconciled,
  brokerStream,
  dataLevel,
  barsLate,
  fleetVersions,
  marksAge,
  session,
  sessionPart,
  orderType,
  symbolHalted,
  restricted,
  openBreak,
  heldBack,
  watchlist,
  stateFlags,
  staleness,
  priceSanity,
  priceCollar,
  stopDistance,
  priceTick,
  quarantined,
  shortAllowed,
  borrowRate,
  shortSale,
  dayTrades,
  openExposure,
  openOrders,
  unknownOutstanding,
  intervalEntries,
  repeatedEntries,
  symbolMessages,
  duplicateIntent,
  signalBar,
  signalFigures,
  calibrationBars,
  calibration,
  edgeOutcomes,
  edgeError,
  edge,
  edgeNet,
  kelly,
  netting,
  correlation,
  symbolNotional,
  grossNotional,
  netNotional,
  sectorNotional,
  buyingPower,
  intradayMargin,
  settledCash,
  dayVolumeShare,
  barVolumeShare,
  exitVolume,
  orderSharesMax,
  expectedShortfall,
  orderNotionalMax,
  drawdownSize,
  orderNotionalMin,
];

/** Those of a signal that its size is nothing to: one that they all let pass stands beside the others when stakes are shared out. */
export const STANDING_GATES: readonly Gate[] = ENTRY_GATES.slice(0, ENTRY_GATES.indexOf(edgeNet));

/**
 * What an operator's order must pass: all of the above but what is asked of a belief, which it has none of (STATE_FLAGS, SIGNAL_BAR, SIGNAL_FIGURES, CALIBRATION_BARS,
 * CALIBRATION, EDGE_OUTCOMES, EDGE_ERROR, EDGE, EDGE_NET, KELLY, NETTING, CORRELATION). There is no way around any of the others.
 */
export const MANUAL_GATES: readonly GateOf<ManualIntent>[] = [
  tradingState,
  killSwitch,
  dailyLoss,
  drawdown,
  reconciled,
  brokerStream,
  dataLevel,
  barsLate,
  fleetVersions,
  marksAge,
  session,
  sessionPart,
  orderType,
  symbolHalted,
  restricted,
  openBreak,
  heldBack,
  watchlist,
  staleness,
  priceSanity,
  priceCollar,
  stopDistance,
  priceTick,
  quarantined,
  shortAllowed,
  borrowRate,
  shortSale,
  dayTrades,
  openExposure,
  openOrders,
  unknownOutstanding,
  intervalEntries,
  repeatedEntries,
  symbolMessages,
  manualOnce,
  duplicateIntent,
  manualQuantity,
  symbolNotional,
  grossNotional,
  netNotional,
  sectorNotional,
  buyingPower,
  intradayMargin,
  settledCash,
  dayVolumeShare,
  barVolumeShare,
  exitVolume,
  orderSharesMax,
  expectedShortfall,
  orderNotionalMax,
  drawdownSize,
  orderNotionalMin,
];

/**
 * What an exit or a cancel must pass: nothing, now or ever. Both are execution's, which makes an account smaller without asking: no halt, no
 * limit and no lack of data keeps what is held from being left.
 */
export const EXIT_GATES = Object.freeze([] as const);
