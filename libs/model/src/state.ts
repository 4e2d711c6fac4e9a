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
  { name: 'predictiveDof', unit: '1e-3 degrees of freedom' },
  { name: 'q005', unit: 'e8, 0.5 % quantile' },
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
  { name: 'q995', unit: 'e8, 99.5 % quantile' },
  { name: 'a005', unit: 'e8, 0.5 % quantile, adapted' },
  { name: 'a025', unit: 'e8, 2.5 % quantile, adapted' },
  { name: 'a050', unit: 'e8, 5 % quantile, adapted' },
  { name: 'a100', unit: 'e8, 10 % quantile, adapted' },
  { name: 'a250', unit: 'e8, 25 % quantile, adapted' },
  { name: 'a750', unit: 'e8, 75 % quantile, adapted' },
  { name: 'a900', unit: 'e8, 90 % quantile, adapted' },
  { name: 'a950', unit: 'e8, 95 % quantile, adapted' },
  { name: 'a975', unit: 'e8, 97.5 % quantile, adapted' },
  { name: 'a995', unit: 'e8, 99.5 % quantile, adapted' },
  { name: 'velocityUp', unit: 'ppm, P(velocity > 0)' },
  { name: 'volatility', unit: 'e8 per square root of a trading minute' },
  { name: 'calm', unit: 'ppm, P(regime is calm)' },
  { name: 'turbulent', unit: 'ppm, P(regime is turbulent)' },
  { name: 'regime', unit: 'index into REGIMES: the regime that is announced' },
  { name: 'z', unit: '1e-3 standard deviations: this bar under the forecast made before it' },
  { name: 'coverage95', unit: 'ppm, running share of bars inside the raw 95 % interval' },
  { name: 'scored', unit: 'forecasts scored in this bar’s session (PRE, RTH, POST, or all daily bars) so far' },
  { name: 'expertEntropy', unit: 'ppm of the largest: collision entropy of the bank’s weights' },
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
  predictiveDof: 5,
  q005: 6,
  q010: 7,
  q025: 8,
  q050: 9,
  q100: 10,
  q250: 11,
  q500: 12,
  q750: 13,
  q900: 14,
  q950: 15,
  q975: 16,
  q990: 17,
  q995: 18,
  a005: 19,
  a025: 20,
  a050: 21,
  a100: 22,
  a250: 23,
  a750: 24,
  a900: 25,
  a950: 26,
  a975: 27,
  a995: 28,
  velocityUp: 29,
  volatility: 30,
  calm: 31,
  turbulent: 32,
  regime: 33,
  z: 34,
  coverage95: 35,
  scored: 36,
  expertEntropy: 37,
  flags: 38,
} as const satisfies Record<StateColumn, number>;

/** Levels of the raw predictive quantiles `q005` … `q995`: those of a law whose scores are emitted. */
export const QUANTILE_LEVELS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995] as const;
/** Levels of the adapted quantiles `a005` … `a995`, the ends of central intervals of 50, 80, 90, 95 and 99 %. */
export const ADAPTED_LEVELS = [0.005, 0.025, 0.05, 0.1, 0.25, 0.75, 0.9, 0.95, 0.975, 0.995] as const;

/** What the market of a symbol is like, by how much it moves; `regime` counts in this order. */
export const REGIMES = ['calm', 'normal', 'turbulent'] as const;
export type Regime = (typeof REGIMES)[number];

export const STATE_FLAG = {
  /** too few bars seen for the figures to mean much */
  WARMING_UP: 1,
  /** the bar was flagged, or surprised the filter beyond reason */
  SUSPECT: 2,
  /** trading minutes without a bar came before this one */
  GAP: 4,
  /** a figure left the range of its unit and was cut to it */
  SATURATED: 8,
  /** no forecast was made before this bar: its scores are 0 */
  UNSCORED: 16,
  /** written by an earlier model: figures that it did not have are 0 */
  PARTIAL: 32,
  /** of some model the last parameters fitted to the symbol are of no use, so those before them stay in force */
  REFUSED_FIT: 64,
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
