import type { EpochMs } from './units.ts';
import type { Ticker } from './ids.ts';

/**
 * The columns of a state, in row order, with their units. Every value is a safe integer: the float world of the filters ends
 * here, so that a state reads the same from memory, from JSON and in a digest.
 * `e8` is 1e-8 of a natural-log return (1e-4 basis points); `ppm` is 1e-6 of a probability.
 */
export const STATE_COLUMNS = [
  { name: 'level', unit: 'e8 of ln(USD)' },
  { name: 'velocity', unit: 'e8 per trading minute' },
  { name: 'levelVariance', unit: '1e-6 bp²' },
  { name: 'levelVelocityCovariance', unit: '1e-6 bp² per minute' },
  { name: 'velocityVariance', unit: '1e-6 bp² per minute²' },
  { name: 'predictiveMean', unit: 'e8, log return from the last close to the next' },
  { name: 'predictiveSd', unit: 'e8' },
  { name: 'predictiveDof', unit: '1e-3 degrees of freedom' },
  { name: 'q010', unit: 'e8, 1 % quantile' },
  { name: 'q025', unit: 'e8, 2.5 % quantile' },
  { name: 'q050', unit: 'e8, 5 % quantile' },
  { name: 'q100', unit: 'e8, 10 % quantile' },
  { name: 'q250', unit: 'e8, 25 % quantile' },
  { name: 'q500', unit: 'e8, 50 % quantile' },
  { name: 'q750', unit: 'e8, 75 % quantile' },
  { name: 'q900', unit: 'e8, 90 % quantile' },
  { name: 'q950', unit: 'e8, 95 % quantile' },
  { name: 'q975', unit: 'e8, 97.5 % quantile' },
  { name: 'q990', unit: 'e8, 99 % quantile' },
  { name: 'velocityUp', unit: 'ppm, P(velocity > 0)' },
  { name: 'volatility', unit: 'e8 per square root of a trading minute' },
  { name: 'calm', unit: 'ppm, P(regime is calm)' },
  { name: 'turbulent', unit: 'ppm, P(regime is turbulent)' },
  { name: 'flags', unit: 'bits of STATE_FLAG' },
] as const;

export type StateColumn = (typeof STATE_COLUMNS)[number]['name'];
export const STATE_WIDTH = STATE_COLUMNS.length;

/** Offset of each column inside a state's row. */
export const AT = {
  level: 0,
  velocity: 1,
  levelVariance: 2,
  levelVelocityCovariance: 3,
  velocityVariance: 4,
  predictiveMean: 5,
  predictiveSd: 6,
  predictiveDof: 7,
  q010: 8,
  q025: 9,
  q050: 10,
  q100: 11,
  q250: 12,
  q500: 13,
  q750: 14,
  q900: 15,
  q950: 16,
  q975: 17,
  q990: 18,
  velocityUp: 19,
  volatility: 20,
  calm: 21,
  turbulent: 22,
  flags: 23,
} as const satisfies Record<StateColumn, number>;

/** Levels of the predictive quantiles `q010` … `q990`. */
export const QUANTILE_LEVELS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99] as const;

export const STATE_FLAG = {
  /** too few bars seen for the figures to mean much */
  WARMING_UP: 1,
  /** the bar was flagged, or surprised the filter beyond reason */
  SUSPECT: 2,
  /** trading minutes without a bar came before this one */
  GAP: 4,
  /** a figure left the range of its unit and was cut to it */
  SATURATED: 8,
} as const;

/** Integer units per natural-log return, and per probability. */
export const E8 = 100_000_000;
export const PPM = 1_000_000;

/**
 * The states of one shard after one interval, one row of `STATE_WIDTH` integers per bar of the slice, in its symbol order.
 * `model` names the model and its version.
 */
export interface StateSlice {
  t: EpochMs;
  shard: number;
  model: string;
  count: number;
  symbols: Ticker[];
  rows: Float64Array;
}

export function newStateSlice(shard: number, capacity: number): StateSlice {
  return { t: 0 as EpochMs, shard, model: '', count: 0, symbols: [], rows: new Float64Array(capacity * STATE_WIDTH) };
}

/** Makes room for `capacity` rows; what the rows held is dropped. */
export function reserveStates(slice: StateSlice, capacity: number): void {
  if (slice.rows.length >= capacity * STATE_WIDTH) return;
  slice.rows = new Float64Array(Math.max(capacity * STATE_WIDTH, slice.rows.length * 2));
}
