/**
 * The gates: everything that a signal must pass to become an order, in the order they are asked.
 *
 * 1. Every gate is asked of every signal, and every one of theirs of operators' orders, until one refuses; there is no switch that leaves
 *    one out.
 * 2. A gate sees the size that the gates before it left, and can only lower it.
 * 3. Missing, unknown, NaN, out of range: a refusal.
 */
import { notional, PPM, quantityFromShares, REGIMES, STATE_FLAG, type RiskConfig, type Signal } from '@aitrader/model';
import { equityOf } from '@aitrader/core-portfolio';
import { dataLevelOf } from './data-trust.ts';
import type { Intent, ManualIntent } from './intent.ts';
import { kellyFractionOf } from './kelly.ts';
import { openOrdersIn, reservationFor, reservedCash } from './open-orders.ts';
import { minutesToTrade } from './session.ts';
import type { RiskState } from './state.ts';
import { lastClose, minutesSinceClose } from './tape.ts';
import { affordable, atLeast, atMost, type Verdict } from './verdict.ts';

/** One reason to refuse what is wanted, or to make it smaller. `shares` are those that the gates before left. */
export type GateOf<Wanted> = (state: RiskState, wanted: Wanted, shares: number) => Verdict;
/** One that asks for a signal's belief. */
export type Gate = GateOf<Signal>;

/** Both are one close, rounded once: they differ by a unit of price at most. */
const REFERENCE_DRIFT_MAX = 1;
/** More than any account: a stake beyond it is cut to what the figures can hold. */
const STAKE_MAX = Number.MAX_SAFE_INTEGER - 1;
const ONE_SHARE = quantityFromShares(1);
const MS_PER_MINUTE = 60_000;

const tradingState: GateOf<Intent> = ({ halt }) => atMost('TRADING_STATE', 'flags', halt === null ? 0 : 1, 0);

/** Entries rest on data that is well, if of another vendor; what is worse lets positions be closed, and none be opened. */
const DATA_LEVEL_MAX = 1;
const dataLevel: GateOf<Intent> = ({ data }, { symbol }) =>
  atMost('DATA_LEVEL', 'count', dataLevelOf(data, symbol), DATA_LEVEL_MAX);

/** An entry must also leave itself a minute before its position is flattened. */
const session: GateOf<Intent> = (state, signal) => {
  const { noEntryMinutesBeforeClose, flattenMinutesBeforeClose } = state.config;
  const minutesMin = Math.max(noEntryMinutesBeforeClose, flattenMinutesBeforeClose + 1);
  return atLeast('SESSION', 'minutes', minutesToTrade(state, signal), minutesMin);
};

/**
 * Entries alone are held against the list: what is held already gets out by its own exits. Without a scanner the run trades its universe,
 * which is said as 0 of 0. With one, no list that is in effect leaves nothing to know, and a symbol that is not on it has no rank.
 */
const watchlist: GateOf<Intent> = ({ config, watchlist: list, t }, { symbol }) => {
  if (config.entriesIn === 'universe') return atMost('WATCHLIST', 'count', 0, 0);
  if (list === null || !(t >= list.t && t <= list.until)) return atMost('WATCHLIST', 'count', NaN, NaN);
  const rank = list.symbols.indexOf(symbol) + 1;
  return atMost('WATCHLIST', 'count', rank === 0 ? NaN : rank, list.symbols.length);
};

/** A gap is no reason by itself: the filter has widened its variance for it. Every other flag is, one not known yet too. */
const stateFlags: Gate = (_, { stateFlags: flags }) => atMost('STATE_FLAGS', 'flags', flags === STATE_FLAG.GAP ? 0 : flags, 0);

/** The older of the two counts: the close that the symbol has, and the signal raised on it. */
const staleness: GateOf<Intent> = ({ tape, t, config }, signal) => {
  const signalAge = Math.ceil((t - signal.t) / MS_PER_MINUTE);
  const age = signalAge >= 0 ? Math.max(signalAge, minutesSinceClose(tape, signal.symbol, t)) : NaN;
  return atMost('STALENESS', 'minutes', age, config.stalenessMinutesMax);
};

/** The signal speaks of the close that risk itself has seen, and its stop is where it can protect. */
const priceSanity: GateOf<Intent> = ({ tape, config }, signal) => {
  const drift = atMost('PRICE_SANITY', 'price', Math.abs(signal.reference - lastClose(tape, signal.symbol)), REFERENCE_DRIFT_MAX);
  if (drift.sharesMax === 0) return drift;
  return atMost('PRICE_SANITY', 'price', stopDistance(signal), Math.floor(signal.reference * config.stopDistanceFractionMax));
};

const shortAllowed: GateOf<Intent> = ({ config }, { direction }) =>
  atMost('SHORT_ALLOWED', 'flags', direction === 1 ? 0 : direction === -1 ? 1 : NaN, config.shortAllowed ? 1 : 0);

/** One at a time: a position, or an order on the way to one or out of one, blocks its symbol. */
const openExposure: GateOf<Intent> = ({ ledger, orders }, { symbol }) =>
  atMost('OPEN_EXPOSURE', 'count', openOrdersIn(orders, symbol) + (ledger.positions.has(symbol) ? 1 : 0), 0);

const openOrders: GateOf<Intent> = ({ orders, config }) => atMost('OPEN_ORDERS', 'count', orders.size + 1, config.openOrdersMax);

/** A model is believed only after it was put to the test, symbol by symbol and session by session … */
const calibrationBars: Gate = ({ config }, { scored }) => atLeast('CALIBRATION_BARS', 'count', scored, config.calibrationBarsMin);

/** … and only while its intervals hold what they claim to. */
const calibration: Gate = ({ config }, { coverage95Ppm }) =>
  atLeast('CALIBRATION', 'ppm', coverage95Ppm, Math.ceil(config.coverage95Min * PPM));

/** Share of the stake that the regime and the calibration leave; NaN when either is not known. */
function budgetOf({ regimeBudget, coverage95Full, poorCalibrationBudget }: RiskConfig, signal: Signal): number {
  const regime = REGIMES[signal.regime];
  const shortfall = coverage95Full * PPM - signal.coverage95Ppm;
  const held = shortfall <= 0 ? 1 : shortfall > 0 ? 0 : NaN;
  const trust = poorCalibrationBudget + (1 - poorCalibrationBudget) * held;
  return regime === undefined ? NaN : regimeBudget[regime] * trust;
}

/** What Kelly would stake must pay for a share: no edge, no stake. Turbulence and a poor model make it smaller. */
const kelly: Gate = ({ ledger, config }, signal) => {
  const full = kellyFractionOf(signal.forward, signal.direction, config.kellyFraction, config.edgeError);
  const fraction = full * budgetOf(config, signal);
  const stake = Math.min(Math.floor(fraction * equityOf(ledger)), STAKE_MAX);
  const { figure, sharesMax } = atLeast('KELLY', 'cash', stake, perShare(signal));
  return { figure, sharesMax: Math.min(sharesMax, Math.floor(figure.value / perShare(signal))) };
};

const symbolNotional: GateOf<Intent> = ({ ledger, config }, signal, shares) => {
  const allowed = Math.floor(equityOf(ledger) * config.symbolNotionalFractionMax);
  return affordable('SYMBOL_NOTIONAL', shares * perShare(signal), allowed, perShare(signal));
};

const grossNotional: GateOf<Intent> = (state, signal, shares) => {
  const allowed = Math.floor(equityOf(state.ledger) * state.config.grossNotionalFractionMax) - committed(state);
  return affordable('GROSS_NOTIONAL', shares * reservedPerShare(signal), allowed, reservedPerShare(signal));
};

const buyingPower: GateOf<Intent> = (state, signal, shares) => {
  const allowed = Math.floor(equityOf(state.ledger) * state.config.buyingPowerMultiple) - committed(state);
  return affordable('BUYING_POWER', shares * reservedPerShare(signal), allowed, reservedPerShare(signal));
};

const orderNotionalMin: GateOf<Intent> = ({ config }, signal, shares) =>
  atLeast('ORDER_NOTIONAL_MIN', 'cash', shares * perShare(signal), config.orderNotionalMin);

/** What it leaves must still reach the minimum. */
const orderNotionalMax: GateOf<Intent> = ({ config }, signal, shares) => {
  const verdict = affordable('ORDER_NOTIONAL_MAX', shares * perShare(signal), config.orderNotionalMax, perShare(signal));
  const left = Math.min(shares, verdict.sharesMax) * perShare(signal);
  return left >= config.orderNotionalMin ? verdict : { ...verdict, sharesMax: 0 };
};

/** Their order is part of the record: the first refusal is the one reported, and sizes flow downwards. */
export const GATES: readonly Gate[] = [
  tradingState,
  dataLevel,
  session,
  watchlist,
  stateFlags,
  staleness,
  priceSanity,
  shortAllowed,
  openExposure,
  openOrders,
  calibrationBars,
  calibration,
  kelly,
  symbolNotional,
  grossNotional,
  buyingPower,
  orderNotionalMin,
  orderNotionalMax,
];

/** An id is good once for a run: what is said again is not done again. */
const manualOnce: GateOf<ManualIntent> = ({ manual }, { id }) => atMost('MANUAL_ONCE', 'count', manual.has(id) ? 1 : 0, 0);

/** What the operator asks for, in place of a stake: never more. */
const manualQuantity: GateOf<ManualIntent> = (_, { quantity }) => {
  const { figure, sharesMax } = atLeast('MANUAL_QUANTITY', 'quantity', quantity, ONE_SHARE);
  return { figure, sharesMax: Math.min(sharesMax, Math.floor(figure.value / ONE_SHARE)) };
};

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
  shortAllowed,
  openExposure,
  openOrders,
  manualOnce,
  manualQuantity,
  symbolNotional,
  grossNotional,
  buyingPower,
  orderNotionalMin,
  orderNotionalMax,
];

/** From reference to stop in units of price; NaN unless stop and target lie on their own sides of the reference. */
function stopDistance({ direction, reference, stop, target }: Intent): number {
  const toStop = direction * (reference - stop);
  const toTarget = direction * (target - reference);
  return toStop >= 1 && toTarget >= 1 && Number.isSafeInteger(toTarget) ? toStop : NaN;
}

const perShare = ({ reference }: Intent): number => notional(reference, ONE_SHARE);
const reservedPerShare = ({ reference }: Intent): number => reservationFor(reference, ONE_SHARE);
/** What positions and open orders take up already. */
const committed = ({ ledger, orders }: RiskState): number => ledger.gross + reservedCash(orders);
