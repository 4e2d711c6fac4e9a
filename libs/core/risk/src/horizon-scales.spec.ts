import { beforeEach, describe, expect, it } from '@jest/globals';
import { addSlot, item, ticker, type ForecastHorizon } from '@aitrader/model';
import { marketOf, TEN_BP_E8 } from '../test/given-innovations.ts';
import { forgetPoints, horizonSd, newHorizonScales, notePoint, POINTS, POINT_MINUTES, type Sight } from './horizon-scales.ts';
import { newTape } from './tape.ts';

/** Of every symbol, per root of a minute: half of what is taken where nothing is known. */
const VOLATILITY_E8 = TEN_BP_E8 / 2;
const VOLATILITY = VOLATILITY_E8 / 1e8;
/** Minutes that the day of a close counts for, from the close before it. */
const DAY = 960;
const [A, B] = [ticker('A'), ticker('B')];

let sight: Sight;
beforeEach(() => {
  const { innovations } = marketOf({ A: [0.5], B: [0.5] }, 2, 1);
  const tape = newTape();
  for (const symbol of innovations.index.symbols) addSlot(tape.index, symbol);
  innovations.volatility.fill(VOLATILITY_E8);
  sight = { scales: newHorizonScales(), innovations, tape };
});
const slotOf = (symbol: typeof A): number => sight.innovations.index.slots.get(symbol) ?? -1;
const sdOf = (horizon: ForecastHorizon, minutes: number, symbol = A): number =>
  horizonSd(sight, horizon, slotOf(symbol), minutes);

/** What a price moved by, in standard deviations of so many minutes at the volatility of then. */
const moved = (deviations: number, minutes: number): number => deviations * VOLATILITY * Math.sqrt(minutes);

/** A session in which each symbol was, at each point, as far from its close as told, in standard deviations; 0 logs is a price of 100. */
function session(n: number, deviations: { readonly A: number; readonly B?: number }, close = 0, points = POINTS): void {
  for (let point = points - 1; point >= 0; point--) {
    for (const [symbol, far] of [[A, deviations.A] as const, [B, deviations.B ?? deviations.A] as const]) {
      const from = close - moved(far, point * POINT_MINUTES);
      sight.tape.close[sight.tape.index.slots.get(symbol) ?? -1] = 100 * Math.exp(from);
    }
    notePoint(sight, n, point);
  }
}

describe('how far prices move to a close', () => {
  it('is what the volatility makes of the minutes in between while nothing was learned, a night counting for none', () => {
    expect(sdOf('close', 60)).toBeCloseTo(VOLATILITY * Math.sqrt(60), 12);
    expect(sdOf('close', 0)).toBe(0);
    expect(sdOf('next-close', 60)).toBeCloseTo(VOLATILITY * Math.sqrt(60 + DAY), 12);
    expect(sdOf('next-close', 0)).toBeCloseTo(VOLATILITY * Math.sqrt(DAY), 12);
    expect(sdOf('close', -5)).toBe(0);
  });

  it('is learned from what came: of all symbols by the half hours left, and of each by itself', () => {
    session(1, { A: 2, B: 1 });
    // variances of 4 and 1 times what was thought: 2.5 of all; of one 3 % of its own
    const [ofA, ofB] = [0.97 + 0.03 * 4, 0.97 + 0.03];
    for (const point of [1, 4, POINTS - 1]) {
      const minutes = point * POINT_MINUTES;
      expect(sdOf('close', minutes, A) / moved(1, minutes)).toBeCloseTo(Math.sqrt(2.5 * ofA), 9);
      expect(sdOf('close', minutes, B) / moved(1, minutes)).toBeCloseTo(Math.sqrt(2.5 * ofB), 9);
    }
    // between points it is the nearer one's, before the first the first one's, and of the last minutes that of the last half hour
    expect(sdOf('close', 44, A) / moved(1, 44)).toBeCloseTo(Math.sqrt(2.5 * ofA), 9);
    expect(sdOf('close', 389, A) / moved(1, 389)).toBeCloseTo(Math.sqrt(2.5 * ofA), 9);
    expect(sdOf('close', 600, A) / moved(1, 600)).toBeCloseTo(Math.sqrt(2.5 * ofA), 9);
    expect(sdOf('close', 1, A) / moved(1, 1)).toBeCloseTo(Math.sqrt(2.5 * ofA), 9);
  });

  it('keeps the half hours apart', () => {
    for (let point = POINTS - 1; point >= 0; point--) {
      const far = point >= 6 ? 3 : 1;
      for (const symbol of [A, B]) sight.tape.close[slotOf(symbol)] = 100 * Math.exp(-moved(far, point * POINT_MINUTES));
      notePoint(sight, 1, point);
    }
    const own = 0.97 + 0.03 * ((5 * 1 + 7 * 9) / 12);
    expect(sdOf('close', 5 * POINT_MINUTES) / moved(1, 150)).toBeCloseTo(Math.sqrt(own), 9);
    expect(sdOf('close', 6 * POINT_MINUTES) / moved(1, 180)).toBeCloseTo(Math.sqrt(9 * own), 9);
  });

  it('is a mean over sessions, the last ones most', () => {
    session(1, { A: 2 });
    session(2, { A: 1 });
    const before = 0.97 + 0.03 * 4;
    const pooled = 4 * 0.95 + (1 / before) * 0.05;
    const own = before * 0.97 + (1 / 4) * 0.03;
    expect(sdOf('close', 60) / moved(1, 60)).toBeCloseTo(Math.sqrt(pooled * own), 9);
  });

  it('goes by no single outlier for more than sixteen times what was expected', () => {
    session(1, { A: 1 });
    session(2, { A: 100 });
    const own = 0.97 + 0.03;
    expect(sdOf('close', 60) / moved(1, 60)).toBeCloseTo(Math.sqrt((0.95 + 16 * 0.05) * (own * 0.97 + 16 * 0.03)), 9);
  });

  it('of the next close comes from the session before, from its close on, too', () => {
    session(1, { A: 1, B: 2 });
    expect(sdOf('next-close', 0) / moved(1, DAY)).toBeCloseTo(1, 12);
    const night = moved(3, DAY);
    session(2, { A: 1 }, night);
    const points = Array.from({ length: POINTS }, (_, point) => point * POINT_MINUTES);
    const of = (deviations: number): number[] =>
      points.map((minutes) => ((night + moved(deviations, minutes)) / moved(1, minutes + DAY)) ** 2);
    const [ofA, ofB] = [of(1), of(2)];
    const own = (factors: readonly number[]): number => 0.97 + 0.03 * (factors.reduce((sum, one) => sum + one, 0) / POINTS);
    points.forEach((minutes, point) => {
      const pooled = (item(ofA, point) + item(ofB, point)) / 2;
      expect(sdOf('next-close', minutes, A) / moved(1, minutes + DAY)).toBeCloseTo(Math.sqrt(pooled * own(ofA)), 9);
      expect(sdOf('next-close', minutes, B) / moved(1, minutes + DAY)).toBeCloseTo(Math.sqrt(pooled * own(ofB)), 9);
    });
  });

  it('of the next close learns nothing over a session that is missing, or that was not seen to its close', () => {
    session(1, { A: 1 });
    session(3, { A: 1 }, 1);
    expect(sdOf('next-close', 0) / moved(1, DAY)).toBeCloseTo(1, 12);
    // all of the fourth but its close
    for (let point = POINTS - 1; point > 0; point--) notePoint(sight, 4, point);
    session(5, { A: 1 }, 2);
    expect(sdOf('next-close', 0) / moved(1, DAY)).toBeCloseTo(1, 12);
    session(6, { A: 1 }, 2 + moved(2, DAY));
    expect(sdOf('next-close', 0) / moved(1, DAY)).toBeGreaterThan(1.9);
  });

  it('learns nothing of a symbol whose prices were restated, and of the other one all', () => {
    for (let point = POINTS - 1; point >= 0; point--) {
      for (const symbol of [A, B]) sight.tape.close[slotOf(symbol)] = 100 * Math.exp(-moved(2, point * POINT_MINUTES));
      if (point === 0) forgetPoints(sight.scales, sight.innovations, A);
      notePoint(sight, 1, point);
    }
    expect(sdOf('close', 60, A) / moved(1, 60)).toBeCloseTo(2, 9);
    expect(sdOf('close', 60, B) / moved(1, 60)).toBeCloseTo(2 * Math.sqrt(0.97 + 0.03 * 4), 9);
  });

  it('of a symbol without a price tells what all have in common', () => {
    // one that no state was heard of is taken to move 10 bp in the root of a minute
    const before = horizonSd(sight, 'close', -1, 60);
    expect(before).toBeCloseTo(0.001 * Math.sqrt(60), 12);
    sight.innovations.volatility[slotOf(B)] = 0;
    expect(sdOf('close', 60, B)).toBeCloseTo(before, 12);
    sight.innovations.volatility[slotOf(B)] = VOLATILITY_E8;
    session(1, { A: 2 });
    expect(horizonSd(sight, 'close', -1, 60) / before).toBeCloseTo(2, 9);
  });
});
