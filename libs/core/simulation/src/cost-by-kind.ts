/*
 * What an execution of the simulated broker cost, taken apart by the very functions that priced it.
 *
 * 1. The parts sum up, to the cash unit, to what the execution paid beyond the price that stood, without a fee. None is negative.
 * 2. Nothing is guessed: an execution whose price or fee these costs do not come to has no parts.
 */
import { cash, notional, type Cash, type Fill, type Price, type SimulationConfig } from '@aitrader/model';
import { feeOf, marketPrice } from './fill-model.ts';

/** What a market stood at when an execution came to it. */
export interface Standing {
  /** the price at no cost */
  readonly at: Price;
  /** of its bar, in shares */
  readonly volumeShares: number;
  /** half the spread that it was charged, basis points; null of a limit that rested, which pays neither spread nor slippage nor impact */
  readonly halfSpreadBp: number | null;
}

/** What an execution cost, by kind. */
export interface CostByKind {
  readonly spread: Cash;
  /** what a market order pays whatever its size, as configured */
  readonly slippage: Cash;
  readonly impact: Cash;
  /** the broker's, and those by law */
  readonly fees: Cash;
  /** of shares that were sold short, charged with the exit */
  readonly loan: Cash;
}

/** The parts of what an execution cost; undefined where they are not these. @throws CalendarRangeError where fees go by the date */
export function costByKind(fill: Fill, standing: Standing, config: SimulationConfig): CostByKind | undefined {
  const steps = stepsTo(fill, standing, config);
  if (steps.at(-1) !== fill.price) return undefined;
  const fees = feeOf(fill.side, fill.quantity, fill.price, fill.t, config);
  const loan = cash(fill.fee - fees);
  if (loan < 0 || (loan > 0 && !mayCarryLoan(fill, config))) return undefined;
  const [stood, withSpread, withSlippage, paid] = steps.map((price) => notional(price, fill.quantity));
  if (stood === undefined || withSpread === undefined || withSlippage === undefined || paid === undefined) return undefined;
  const part = (from: Cash, to: Cash): Cash => cash(fill.side === 'buy' ? to - from : from - to);
  return {
    spread: part(stood, withSpread),
    slippage: part(withSpread, withSlippage),
    impact: part(withSlippage, paid),
    fees,
    loan,
  };
}

/** The price that stood, and what it was with half the spread, with slippage too, and with impact. */
function stepsTo(
  { side, quantity }: Fill,
  { at, volumeShares, halfSpreadBp }: Standing,
  config: SimulationConfig,
): readonly Price[] {
  if (halfSpreadBp === null) return [at, at, at, at];
  const priced = (awayBp: number, impactBp: number): Price => marketPrice(at, side, quantity, volumeShares, awayBp, impactBp);
  const withSlippageBp = halfSpreadBp + config.slippageBp;
  return [at, priced(halfSpreadBp, 0), priced(withSlippageBp, 0), priced(withSlippageBp, config.impactBp)];
}

/** Whether an execution buys back shares that a loan was paid for. */
const mayCarryLoan = ({ leg, side }: Fill, { borrowRatePerYear }: SimulationConfig): boolean =>
  borrowRatePerYear > 0 && leg !== 'entry' && side === 'buy';
