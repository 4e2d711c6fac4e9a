/**
 * Gates, and the only ways in which one can answer.
 *
 * 1. A verdict follows from the figures it records: who reads `value`, `limit` and how they compare comes to the same answer.
 * 2. What is not an integer inside the safe ones is recorded as the worst there is, and refuses: not knowing never passes.
 * 3. A gate caps the size. Nothing in it could raise one.
 */
import {
  isUnknownFigure,
  QUANTITY_UNITS_PER_SHARE,
  type Comparison,
  type GateFigure,
  type GateUnit,
  type Signal,
} from '@aitrader/model';
import type { Situation } from './situation.ts';

/** What a gate measured, and what it holds that against; anything that is no safe integer is not known. */
export interface Found {
  readonly value: number;
  readonly limit: number;
}

/** One reason to refuse what is wanted, or to make it smaller. `shares` are those that the gates before left, and one at least. */
export interface GateOf<Wanted> {
  readonly gate: string;
  readonly unit: GateUnit;
  readonly comparison: Comparison;
  readonly find: (on: Situation, wanted: Wanted, shares: number) => Found;
  /** whether it looks at what is wanted, or says the same of everything in a situation */
  readonly looks: boolean;
}
/** One that asks for a signal's belief. */
export type Gate = GateOf<Signal>;

type Find<Wanted> = GateOf<Wanted>['find'];

/** Passes a count, an age or a distance up to `limit`; none of them is ever negative. */
export const atMost = <Wanted>(gate: string, unit: GateUnit, find: Find<Wanted>): GateOf<Wanted> => ({
  gate,
  unit,
  comparison: 'at-most',
  find,
  looks: find.length > 1,
});

/** Passes what reaches `limit`. */
export const atLeast = <Wanted>(gate: string, unit: GateUnit, find: Find<Wanted>): GateOf<Wanted> => ({
  gate,
  unit,
  comparison: 'at-least',
  find,
  looks: find.length > 1,
});

/** Passes the whole shares that `value` pays for, where each takes `limit` of it. */
export const sizes = <Wanted>(gate: string, unit: GateUnit, find: Find<Wanted>): GateOf<Wanted> => ({
  gate,
  unit,
  comparison: 'sizes',
  find,
  looks: find.length > 1,
});

/** The most whole shares that a quantity can hold: where sizing starts from. */
export const SHARES_MAX = Math.floor(Number.MAX_SAFE_INTEGER / QUANTITY_UNITS_PER_SHARE);

/** A gate's answer as it is recorded; `last`, what it said of something else, where that is the same. */
export function figureOf<Wanted>(
  { gate, unit, comparison, find }: GateOf<Wanted>,
  on: Situation,
  wanted: Wanted,
  shares: number,
  last?: GateFigure,
): GateFigure {
  const found = find(on, wanted, shares);
  const isMost = comparison === 'at-most';
  const isNone = (isMost && !(found.value >= 0)) || (comparison === 'sizes' && !(found.limit >= 1));
  const value = known(isNone ? NaN : found.value, isMost ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER);
  const limit = known(found.limit, isMost ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER);
  if (last?.gate === gate && last.value === value && last.limit === limit) return last;
  return { gate, value, limit, unit, comparison };
}

/** Either end of the safe integers stands for "not known", so no known figure can reach it. Adding 0 turns −0 into 0. */
const known = (value: number, worst: number): number =>
  Number.isSafeInteger(value) && !isUnknownFigure(value) ? value + 0 : worst;
