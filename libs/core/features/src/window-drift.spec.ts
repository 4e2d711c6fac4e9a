import { describe, expect, it } from '@jest/globals';
import { growRollingDeviation, newRollingDeviation, updateRollingDeviation } from './rolling-deviation.ts';
import { growSma, newSma, updateSma } from './sma.ts';

const BARS = 1_000_000;
const LENGTH = 20;
/** How often the sliding figures are compared with those computed from the window alone: no divisor or multiple of the length. */
const EVERY = 499;

/** A walk in steps of a cent, the same on every machine, with a bad print of a billion dollars now and then. */
function walk(): Float64Array {
  const prices = new Float64Array(BARS);
  let state = 12345;
  let cents = 10_000;
  for (let i = 0; i < BARS; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    cents = Math.max(100, cents + ((state >>> 16) % 5) - 2);
    prices[i] = i % 50_021 === 50_020 ? 1e9 : cents / 100;
  }
  return prices;
}

const PRICES = walk();

/** Mean and population deviation of a window in two passes, from differences to a value in it: nothing to cancel. */
function fromScratch(window: Float64Array): readonly [mean: number, deviation: number] {
  const first = window[0] ?? NaN;
  const offset = window.reduce((sum, value) => sum + (value - first), 0) / window.length;
  const squares = window.reduce((sum, value) => sum + (value - first - offset) ** 2, 0);
  return [first + offset, Math.sqrt(squares / window.length)];
}

/** Largest relative error of the mean, and of the deviation relative to a cent or itself, whatever is larger. */
function largestErrors(slide: (price: number) => readonly [mean: number, deviation: number]): readonly [number, number] {
  let [ofMean, ofDeviation] = [0, 0];
  for (let i = 0; i < BARS; i++) {
    const [mean, deviation] = slide(PRICES[i] ?? NaN);
    if (i < LENGTH || i % EVERY !== 0) continue;
    const [exactMean, exactDeviation] = fromScratch(PRICES.subarray(i + 1 - LENGTH, i + 1));
    ofMean = Math.max(ofMean, Math.abs(mean / exactMean - 1));
    ofDeviation = Math.max(ofDeviation, Math.abs(deviation - exactDeviation) / Math.max(0.01, exactDeviation));
  }
  return [ofMean, ofDeviation];
}

describe('a window over a million bars', () => {
  it('has the mean and the deviation that its bars have, to twelve digits, whatever has passed through it', () => {
    const window = newRollingDeviation(LENGTH);
    growRollingDeviation(window, 1);
    const [ofMean, ofDeviation] = largestErrors((price) => {
      updateRollingDeviation(window, 0, price);
      return [window.mean[0] ?? NaN, window.deviation[0] ?? NaN];
    });
    expect(ofMean).toBeLessThan(1e-14);
    expect(ofDeviation).toBeLessThan(1e-12);
  });

  it('has the simple average that its bars have, to fourteen digits', () => {
    const sma = newSma(LENGTH);
    growSma(sma, 1);
    const [ofMean] = largestErrors((price) => {
      updateSma(sma, 0, price);
      return [sma.value[0] ?? NaN, 0];
    });
    expect(ofMean).toBeLessThan(1e-14);
  });

  it('would not with sums from which the oldest bar is subtracted', () => {
    const last: number[] = [];
    let [sum, squares] = [0, 0];
    const [ofMean, ofDeviation] = largestErrors((price) => {
      last.push(price);
      const gone = last.length > LENGTH ? (last.shift() ?? NaN) : 0;
      sum += price - gone;
      squares += price * price - gone * gone;
      const mean = sum / LENGTH;
      return [mean, Math.sqrt(Math.max(0, squares / LENGTH - mean * mean))];
    });
    expect(ofMean).toBeGreaterThan(1e-11);
    expect(ofDeviation).toBeGreaterThan(1);
  });
});
