/*
 * Moving average convergence/divergence.
 *
 * Invariants
 * 1. `line` is the fast average less the slow one, NaN until both are known.
 * 2. `signal` is the average of the line, seeded like the others and from the line's first value on; `histogram` is the line less
 *    the signal. Both are NaN until the signal is known.
 * 3. A slot's values depend on the closes of that slot only.
 */
import { read } from '@aitrader/model';
import { grownFloats } from './columns.ts';
import { type Ema, type EmaSeed, growEma, newEma, updateEma } from './ema.ts';

/** MACD of many symbols, one slot each. Plain data. */
export interface Macd {
  /** output: dollars, NaN until ready */
  line: Float64Array;
  /** output: dollars, NaN until ready */
  signal: Float64Array;
  /** output: dollars, NaN until ready */
  histogram: Float64Array;
  /** averages of the closes */
  readonly fast: Ema;
  readonly slow: Ema;
  /** average of the line */
  readonly average: Ema;
}

/**
 * A MACD without slots; Appel's lengths are 12, 26 and 9 bars.
 * @throws RangeError unless all are whole numbers of at least 1, and `fastBars` is below `slowBars`
 */
export function newMacd(fastBars: number, slowBars: number, signalBars: number, seed: EmaSeed = 'mean'): Macd {
  if (fastBars >= slowBars) throw new RangeError(`MACD fast bars must be below the slow ones, got ${fastBars} and ${slowBars}`);
  return {
    line: new Float64Array(0),
    signal: new Float64Array(0),
    histogram: new Float64Array(0),
    fast: newEma(fastBars, seed),
    slow: newEma(slowBars, seed),
    average: newEma(signalBars, seed),
  };
}

/** Makes room for `slots` slots; what the others hold stays. */
export function growMacd(macd: Macd, slots: number): void {
  macd.line = grownFloats(macd.line, slots, NaN);
  macd.signal = grownFloats(macd.signal, slots, NaN);
  macd.histogram = grownFloats(macd.histogram, slots, NaN);
  growEma(macd.fast, slots);
  growEma(macd.slow, slots);
  growEma(macd.average, slots);
}

/**
 * Folds one close (finite dollars) into a slot. Source: Appel, "Technical Analysis: Power Tools for Active Investors" (2005).
 * @throws RangeError when there is no such slot
 */
export function updateMacd(macd: Macd, slot: number, close: number): void {
  updateEma(macd.fast, slot, close);
  updateEma(macd.slow, slot, close);
  const line = read(macd.fast.value, slot) - read(macd.slow.value, slot);
  if (Number.isNaN(line)) return;
  updateEma(macd.average, slot, line);
  const signal = read(macd.average.value, slot);
  macd.line[slot] = line;
  macd.signal[slot] = signal;
  macd.histogram[slot] = line - signal;
}
