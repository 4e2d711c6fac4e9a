/**
 * Verdicts: the only ways a gate can answer.
 *
 * 1. A verdict follows from the figures it records: who reads `value` and `limit` comes to the same answer.
 * 2. What is not an integer inside the safe ones is recorded as the worst there is, and refuses: not knowing never passes.
 * 3. A verdict caps the size. Nothing in it could raise one.
 */
import { QUANTITY_UNITS_PER_SHARE, type GateFigure, type GateUnit } from '@aitrader/model';

/** What a gate compared, and the most whole shares that it lets through. None is a refusal. */
export interface Verdict {
  readonly figure: GateFigure;
  readonly sharesMax: number;
}

/** The most whole shares that a quantity can hold: where sizing starts from. */
export const SHARES_MAX = Math.floor(Number.MAX_SAFE_INTEGER / QUANTITY_UNITS_PER_SHARE);

/** Passes a count, an age or a distance up to `limit`; none of them is ever negative. */
export function atMost(gate: string, unit: GateUnit, value: number, limit: number): Verdict {
  const measured = value >= 0 ? known(value, Number.MAX_SAFE_INTEGER) : Number.MAX_SAFE_INTEGER;
  const figure = { gate, value: measured, limit: known(limit, Number.MIN_SAFE_INTEGER), unit };
  return { figure, sharesMax: figure.value <= figure.limit ? SHARES_MAX : 0 };
}

/** Passes what reaches `limit`. */
export function atLeast(gate: string, unit: GateUnit, value: number, limit: number): Verdict {
  const figure = { gate, value: known(value, Number.MIN_SAFE_INTEGER), limit: known(limit, Number.MAX_SAFE_INTEGER), unit };
  return { figure, sharesMax: figure.value >= figure.limit ? SHARES_MAX : 0 };
}

/** Passes the whole shares that `allowed` pays for: `value` is the cash that was asked, `limit` what is allowed. */
export function affordable(gate: string, asked: number, allowed: number, perShare: number): Verdict {
  const figure: GateFigure = {
    gate,
    value: known(asked, Number.MAX_SAFE_INTEGER),
    limit: known(allowed, Number.MIN_SAFE_INTEGER),
    unit: 'cash',
  };
  return { figure, sharesMax: Math.max(0, Math.floor(figure.limit / perShare)) };
}

/** Either end of the safe integers stands for "not known", so no known figure can reach it. Adding 0 turns −0 into 0. */
const known = (value: number, worst: number): number =>
  Number.isSafeInteger(value) && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value + 0 : worst;
