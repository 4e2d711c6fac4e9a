import type { EpochMs } from './units.ts';

/** What stops entries, and latches: commands of operators, and losses. */
export const TRIP_KINDS = ['halt', 'reduce-only', 'flatten', 'drawdown', 'daily-loss'] as const;
export type TripKind = (typeof TRIP_KINDS)[number];

/** A halt that was tripped and stands until it is resumed from. It goes over from run to run, with its id. */
export interface Trip {
  /** `<kind>.<t>.<n>`, where `n` counts the trips of the account over all its runs */
  readonly id: string;
  readonly kind: TripKind;
  /** the interval from which on it stands */
  readonly t: EpochMs;
  /** who commanded it; `risk` of a loss */
  readonly by: string;
  /** as the operator gave it; empty of a loss */
  readonly reason: string;
  /** what was lost and the limit that it reached, 1e-6 of the equity that it is measured from; 0 of a command */
  readonly value: number;
  readonly limit: number;
}

/** Whether an account may enter: `reduce-only` and `halted` let it only get out, by the word of an operator or after a loss. */
export type TradingMode = 'active' | 'reduce-only' | 'halted';

/** The mode that the trips which stand come to. */
export function modeOf(trips: readonly Pick<Trip, 'kind'>[]): TradingMode {
  if (trips.length === 0) return 'active';
  return trips.every(({ kind }) => kind === 'reduce-only') ? 'reduce-only' : 'halted';
}
