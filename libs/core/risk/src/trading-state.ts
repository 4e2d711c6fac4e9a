import { cash, freshWriteOff, PPM, type AccountSnapshot, type Cash, type Control } from '@aitrader/model';
import { hearActions } from '@aitrader/core-market';
import { equityOf, writeOff } from '@aitrader/core-portfolio';
import { hearDataLevel } from './data-trust.ts';
import { reservedCash, settle } from './open-orders.ts';
import { RiskInvariantError } from './invariant-error.ts';
import type { RiskState } from './state.ts';

/** Applies the commands recorded since the interval before, in their order. @throws RiskInvariantError on an unknown one */
export function obey(state: RiskState, commands: readonly Control[]): void {
  for (const command of commands) {
    switch (command.kind) {
      // Of some symbols alone they end entries in all: none is let in that was not to be.
      case 'halt':
      case 'reduce-only':
      case 'flatten':
        state.halt ??= 'operator';
        state.haltedBy ??= { t: command.t, kind: command.kind, actor: command.actor };
        break;
      case 'resume':
        resume(state);
        break;
      case 'data-level':
        hearDataLevel(state.data, command);
        break;
      case 'corporate-actions':
        hearActions(state.agenda, command);
        break;
      case 'close-break':
        followWriteOff(state, command);
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
  settle(state.ledger, state, state.t);
}

/**
 * Only this ends a halt. After a drawdown it accepts the loss, and says so: the high-water mark starts anew at today's equity.
 * After an operator's own halt it stays, or halting and resuming would be a way to lose more than the limit.
 */
function resume(state: RiskState): void {
  if (state.halt === 'drawdown') state.equityPeak = equityOf(state.ledger);
  state.halt = null;
  state.haltedBy = null;
  state.pace.repeated.clear();
}

/** Raises the high-water mark, and latches the halt at the drawdown limit. A limit that is not a number halts. Returns the drawdown. */
export function watchDrawdown(state: RiskState): number {
  const equity = equityOf(state.ledger);
  state.equityPeak = cash(Math.max(state.equityPeak, equity));
  const drawdown = drawdownPpm(equity, state.equityPeak);
  if (!(drawdown < Math.round(state.config.drawdownFractionHalt * PPM))) state.halt = 'drawdown';
  return drawdown;
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
export function snapshotAccount({ ledger, orders, equityPeak, halt }: RiskState, drawdown: number): AccountSnapshot {
  return {
    cash: ledger.cash,
    equity: equityOf(ledger),
    gross: ledger.gross,
    reserved: reservedCash(orders),
    realised: ledger.realised,
    equityPeak,
    drawdownPpm: drawdown,
    tradingState: halt === null ? 'active' : 'halted',
  };
}
