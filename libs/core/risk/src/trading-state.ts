import {
  afterLimits,
  cash,
  freshWriteOff,
  PPM,
  tightened,
  type AccountSnapshot,
  type Cash,
  type Control,
  type RiskRules,
  type Trip,
  type TripKind,
} from '@aitrader/model';
import { equityOf, writeOff } from '@aitrader/core-portfolio';
import { reservedCash, settle } from './open-orders.ts';
import { RiskInvariantError } from './invariant-error.ts';
import { loseTrack } from './later-trades.ts';
import type { RiskState } from './state.ts';

/** Applies the commands recorded since the interval before, in their order. @throws RiskInvariantError on an unknown one */
export function obey(state: RiskState, commands: readonly Control[]): void {
  for (const command of commands) {
    switch (command.kind) {
      // Of some symbols alone they end entries in all: none is let in that was not to be.
      case 'halt':
      case 'reduce-only':
      case 'flatten':
        trip(state, command.kind, { by: command.actor, reason: command.reason, value: 0, limit: 0 });
        break;
      case 'resume':
        resume(state);
        break;
      case 'close-break':
        followWriteOff(state, command);
        break;
      case 'limits':
        state.limits = afterLimits(state.limits, command.limits);
        state.config = tightened(state.configured, state.limits);
        break;
      // heard of the market
      case 'data-level':
      case 'corporate-actions':
        break;
      case 'cancel':
      case 'order':
      case 'adopt':
      case 'arm':
      case 'disarm':
      case 'model-parameters':
      case 'end-of-bars':
        break;
      default:
        throw new RiskInvariantError(`unknown command ${String(command.kind satisfies never)}`);
    }
  }
}

/** Shares that an operator says the broker does not have leave the books, once for a break. */
function followWriteOff(state: RiskState, command: Control): void {
  const off = freshWriteOff(state.writtenOff, command);
  if (off === undefined) return;
  writeOff(state.ledger, { ...off, id: command.about, t: state.t });
  loseTrack(state.forecasts.later, off.symbol);
  settle(state.ledger, state, state.t);
}

/** Latches a halt, with an id of its own; of a kind that stands already the first one stays. */
function trip(state: RiskState, kind: TripKind, what: Pick<Trip, 'by' | 'reason' | 'value' | 'limit'>): void {
  if (isTripped(state, kind)) return;
  state.tripped += 1;
  state.trips = [...state.trips, { id: `${kind}.${state.t}.${state.tripped}`, kind, t: state.t, ...what }];
}

const isTripped = ({ trips }: Pick<RiskState, 'trips'>, kind: TripKind): boolean => trips.some((one) => one.kind === kind);

/**
 * Only this ends halts, all that stand. After a loss it accepts it, and says so: what the loss is measured from starts anew at today's equity.
 * After an operator's own halt that stays, or halting and resuming would be a way to lose more than the limit.
 */
function resume(state: RiskState): void {
  const equity = equityOf(state.ledger);
  if (isTripped(state, 'drawdown')) state.equityPeak = equity;
  if (isTripped(state, 'daily-loss')) state.equityOfDate = equity;
  state.trips = [];
  state.pace.repeated.clear();
}

/** Begins to measure the loss of a trade date that the account has entered, from the end of the one before. */
export function enterDate(state: RiskState): void {
  if (state.session === state.rules.session) return;
  state.session = state.rules.session;
  state.equityOfDate = state.rules.equityBefore;
  if (state.config.dailyLossUntil === 'next-date') state.trips = state.trips.filter(({ kind }) => kind !== 'daily-loss');
}

/** Raises the high-water mark, and latches the halts at their limits. A limit that is not a number halts. Returns the drawdown. */
export function watchLosses(state: RiskState): number {
  const equity = equityOf(state.ledger);
  state.equityPeak = cash(Math.max(state.equityPeak, equity));
  const drawdown = drawdownPpm(equity, state.equityPeak);
  tripAt(state, 'drawdown', drawdown, drawdownLimitPpm(state.config));
  tripAt(state, 'daily-loss', dailyLossPpm(state), dailyLossLimitPpm(state.config));
  return drawdown;
}

function tripAt(state: RiskState, kind: 'drawdown' | 'daily-loss', value: number, limit: number): void {
  if (!(value < limit)) trip(state, kind, { by: 'risk', reason: '', value, limit: Number.isSafeInteger(limit) ? limit : 0 });
}

/** More than can be lost: where nothing limits a loss. */
const NO_LIMIT_PPM = Number.MAX_SAFE_INTEGER - 1;

/** The losses that halt, 1e-6. */
export const drawdownLimitPpm = ({ drawdownFractionHalt }: RiskRules): number => Math.round(drawdownFractionHalt * PPM);
export const dailyLossLimitPpm = ({ dailyLossFractionHalt }: RiskRules): number =>
  dailyLossFractionHalt === null ? NO_LIMIT_PPM : Math.round(dailyLossFractionHalt * PPM);

/** What of the equity that the trade date began with is lost, 1e-6 of it, rounded up; 0 of a gain. */
export function dailyLossPpm({ ledger, equityOfDate }: RiskState): number {
  const equity = equityOf(ledger);
  return equity >= equityOfDate && equityOfDate > 0 ? 0 : drawdownPpm(equity, equityOfDate);
}

/**
 * The share of a size that a drawdown leaves, as a fraction: all up to `drawdownFractionSoft`, from there on falling to nothing at the drawdown
 * that halts. Stakes in proportion to what is left above a floor keep an account from falling to it: Grossman and Zhou, "Optimal Investment
 * Strategies for Controlling Drawdowns", Mathematical Finance 3 (1993), 241–276.
 */
export function drawdownShare(drawdown: number, rules: RiskRules): { readonly left: number; readonly of: number } {
  if (rules.drawdownFractionSoft === null) return { left: 1, of: 1 };
  const soft = Math.round(rules.drawdownFractionSoft * PPM);
  const hard = drawdownLimitPpm(rules);
  if (drawdown <= soft) return { left: 1, of: 1 };
  return drawdown < hard ? { left: hard - drawdown, of: hard - soft } : { left: 0, of: 1 };
}

/** Fall of the equity from its peak, in 1e-6 of the peak, rounded up; all of it when there never was any. Exact. */
export function drawdownPpm(equity: Cash, peak: Cash): number {
  if (peak <= 0) return PPM;
  const fallen = peak - equity;
  if (fallen === 0) return 0;
  if (fallen < 0 || !Number.isSafeInteger(Math.max(fallen, peak) * STEP)) return drawdownPpmOfAnySize(equity, peak);
  // Long division in two steps of a thousand keeps every product a safe integer, and every remainder exact.
  const thousandths = quotient(fallen * STEP, peak);
  const rest = fallen * STEP - thousandths * peak;
  const millionths = quotient(rest * STEP, peak);
  return thousandths * STEP + millionths + (rest * STEP > millionths * peak ? 1 : 0);
}

/** The whole quotient of safe integers of which neither is negative; what the division of doubles rounds up is taken back. */
function quotient(of: number, by: number): number {
  const whole = Math.floor(of / by);
  return whole * by > of ? whole - 1 : whole;
}

/** A thousand: PPM is its square. */
const STEP = 1_000;

function drawdownPpmOfAnySize(equity: Cash, peak: Cash): number {
  const [fallen, whole] = [BigInt(peak) - BigInt(equity), BigInt(peak)];
  return Number((fallen * BigInt(PPM) + whole - 1n) / whole);
}

/** The account as it stands at a drawdown, orders approved just now included. */
export function snapshotAccount({ ledger, orders, equityPeak, trips }: RiskState, drawdown: number): AccountSnapshot {
  return {
    cash: ledger.cash,
    equity: equityOf(ledger),
    gross: ledger.gross,
    reserved: reservedCash(orders),
    realised: ledger.realised,
    equityPeak,
    drawdownPpm: drawdown,
    tradingState: trips.length === 0 ? 'active' : 'halted',
  };
}
