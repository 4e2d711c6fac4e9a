import { quantityFromShares, type Quantity } from './units.ts';

/** How to read the integers that a gate compares. */
export const GATE_UNITS = ['cash', 'price', 'quantity', 'ppm', 'e8', 'minutes', 'count', 'flags', 'ms', 'time'] as const;
export type GateUnit = (typeof GATE_UNITS)[number];

/**
 * How a gate's verdict follows from its figures. `at-most`: passes a value up to the limit. `at-least`: passes a value that reaches it.
 * `sizes`: the value is what is left to spend and the limit what one share takes of it; it passes whole shares and leaves no more of them
 * than the value pays for. `passed` and `refused`: of recordings that did not say how their gates compare.
 */
export const COMPARISONS = ['at-most', 'at-least', 'sizes', 'passed', 'refused'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** What a gate compared. */
export interface GateFigure {
  readonly gate: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: GateUnit;
  readonly comparison: Comparison;
}

/** What follows from a gate's figures; what is not known refuses. */
export type GateVerdict = 'pass' | 'deny' | 'unknown';

type Compared = Pick<GateFigure, 'value' | 'limit' | 'comparison'>;

/** Either end of the safe integers stands for a figure that is not known. */
export const isUnknownFigure = (figure: number): boolean => !(Math.abs(figure) < Number.MAX_SAFE_INTEGER);

/** A gate's verdict, from its figures alone. */
export function gateVerdict(compared: Compared): GateVerdict {
  if (passesGate(compared)) return 'pass';
  return isUnknownFigure(compared.value) || isUnknownFigure(compared.limit) ? 'unknown' : 'deny';
}

/** Whether a gate lets pass what it compared. */
export function passesGate({ value, limit, comparison }: Compared): boolean {
  switch (comparison) {
    case 'at-most':
      return value <= limit;
    case 'at-least':
      return value >= limit;
    case 'sizes':
      return value >= limit && limit >= 1;
    case 'passed':
      return true;
    case 'refused':
      return false;
  }
}

/** The most whole shares that a gate leaves, given those that the gates before it left; 0 where it refuses. */
export function sharesLeftBy(compared: Compared, shares: number): number {
  if (!passesGate(compared)) return 0;
  return compared.comparison === 'sizes' ? Math.min(shares, Math.floor(compared.value / compared.limit)) : shares;
}

/** The first of the gates that refuses: the reason of a denial. */
export const firstRefusal = (gates: readonly GateFigure[]): GateFigure | undefined => gates.find((gate) => !passesGate(gate));

/**
 * What the figures of an answer contradict: undefined where it follows from them. Of an order `quantity` is what was approved, of a denial
 * null. What its gates left of an order is known where all of them that size it say so.
 */
export function contradictionIn(gates: readonly GateFigure[], quantity: Quantity | null): string | undefined {
  const refusal = firstRefusal(gates);
  if (quantity === null) return refusal === undefined ? 'is denied, and none of its gates refuses' : undefined;
  if (refusal !== undefined) return `is approved past ${refusal.gate}: ${refusal.value}, limit ${refusal.limit}`;
  const shares = gates.reduce((left, gate) => sharesLeftBy(gate, left), Infinity);
  if (shares === Infinity || quantityFromShares(shares) === quantity) return undefined;
  return `is of ${quantity} where its gates leave ${quantityFromShares(shares)}`;
}
