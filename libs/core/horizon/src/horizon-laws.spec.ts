import { describe, expect, it } from '@jest/globals';
import { QUANTILE_LEVELS, read } from '@aitrader/model';
import { type Minute, newFollowed, SESSIONS, walk } from '../test/followed.ts';
import { forgetPrices, lawOver, newHorizonLaw, newHorizonLaws } from './index.ts';
import { SHAPE } from './horizon-laws.ts';
import { shapeAt, WITHIN } from './shapes.ts';

/** Share of the outcomes in per cent that central intervals held, over all bars of the later sessions whose horizon has an end. */
function coverageOf(minutes: readonly Minute[], horizon: number, variance: number): Record<50 | 80 | 95, number> {
  const followed = newFollowed([horizon]);
  const held = { 50: 0, 80: 0, 95: 0 };
  let n = 0;
  minutes.forEach(({ session, minute, close }, at) => {
    followed.bar(session, minute, close, variance);
    const law = followed.law(0);
    const end = minutes.findLast((other) => other.session === session && other.minute <= minute + horizon);
    if (session < 40 || law === undefined || end === undefined || minute + horizon > 390 || at === minutes.length - 1) return;
    const outcome = 1e8 * Math.log(end.close / close);
    n++;
    for (const [level, low] of [
      [50, 0.25],
      [80, 0.1],
      [95, 0.025],
    ] as const) {
      const k = QUANTILE_LEVELS.findIndex((one) => one === low);
      const [lower, upper] = [read(law.quantiles, k), read(law.quantiles, 12 - k)];
      if (outcome >= lower && outcome <= upper) held[level]++;
    }
  });
  return { 50: (100 * held[50]) / n, 80: (100 * held[80]) / n, 95: (100 * held[95]) / n };
}

describe('the law over a horizon', () => {
  // the state says three times too much of one and four times too little of the other, per minute: bars are not minutes
  it.each([
    ['that trades every minute', 1, 3],
    ['that trades in one minute of four', 0.25, 0.25],
  ])('holds its levels for a symbol %s, whatever its state counts in', (_, density, factor) => {
    const minutes = walk({ density, sd: 0.0004, seed: 5 });
    const coverage = coverageOf(minutes, 60, factor * (0.0004 * 1e8) ** 2);
    // some 300 hours that do not overlap: a standard error of 3 points at 50 %
    expect(Math.abs(coverage[50] - 50)).toBeLessThan(6);
    expect(Math.abs(coverage[80] - 80)).toBeLessThan(5);
    expect(Math.abs(coverage[95] - 95)).toBeLessThan(2.5);
  });

  it('reaches over a night with the variance that nights have had', () => {
    const followed = newFollowed([60]);
    const minutes = walk({ density: 1, sd: 0.0004, night: 0.006, seed: 6 });
    for (const { session, minute, close } of minutes) {
      if (session === SESSIONS - 1 && minute > 360) break;
      followed.bar(session, minute, close, 1.6e9);
    }
    const over = followed.law(0)?.sd ?? NaN; // from 15:30: half an hour, a night, and half an hour
    const expected = 1e8 * Math.sqrt(60 * 0.0004 ** 2 + 0.006 ** 2);
    expect(over / expected).toBeGreaterThan(0.8);
    expect(over / expected).toBeLessThan(1.25);
  });

  it('is held against the last close by its end, and not against the next one', () => {
    const followed = newFollowed([15]);
    const squares = (): number => followed.laws.shapes[shapeAt(followed.laws, 0, 0, WITHIN) + SHAPE.squares] ?? NaN;
    const seen = (): number => followed.laws.shapes[shapeAt(followed.laws, 0, 0, WITHIN) + SHAPE.seen] ?? NaN;
    for (let minute = 1; minute <= 40; minute++) followed.bar(0, minute, 100, 1e9);
    const before = seen();
    expect(before).toBeGreaterThan(3);
    // a jump after a silence: what was due in it came to nothing, what is due with this bar did jump
    followed.bar(0, 60, 101, 1e9);
    expect(seen()).toBeGreaterThan(before);
    expect(squares()).toBe(0);
    followed.bar(0, 76, 101, 1e9);
    expect(squares()).toBe(0); // every forecast of before the jump was due before it
    for (let minute = 77; minute <= 110; minute++) followed.bar(0, minute, minute <= 85 ? 101 : 102, 1e9);
    expect(squares()).toBeGreaterThan(0);
  });

  it('follows a split as if there had been none', () => {
    const minutes = walk({ density: 0.5, sd: 0.0005, seed: 7 }).filter(({ session }) => session < 12);
    const [plain, split] = [newFollowed([30]), newFollowed([30])];
    for (const { session, minute, close } of minutes) {
      if (session === 8 && minute === minutes.find((one) => one.session === 8)?.minute)
        for (const { laws } of [plain, split]) forgetPrices(laws, 0);
      plain.bar(session, minute, close, 2e9);
      split.bar(session, minute, session < 8 ? close : close / 2, 2e9);
    }
    expect(split.laws.shapes).toEqual(plain.laws.shapes);
    expect(split.laws.season).toEqual(plain.laws.season);
    expect(split.law(0)?.sd).toBe(plain.law(0)?.sd);
  });

  it('goes on from a snapshot as if there had been none', () => {
    const minutes = walk({ density: 0.3, sd: 0.0005, seed: 8 }).filter(({ session }) => session < 10);
    const whole = newFollowed([15, 60, 390]);
    let parted = newFollowed([15, 60, 390]);
    minutes.forEach(({ session, minute, close }, at) => {
      if (at % 97 === 0) parted = newFollowed([15, 60, 390], structuredClone(parted.laws));
      for (const one of [whole, parted]) one.bar(session, minute, close, 2e9);
    });
    expect(parted.laws).toEqual(whole.laws);
  });

  it('is none outside regular hours, before the first bar, or of a bar without price or variance', () => {
    const followed = newFollowed([60]);
    expect(followed.law(0)).toBeUndefined();
    for (const [close, variance] of [
      [NaN, 1e9],
      [0, 1e9],
      [Infinity, 1e9],
      [100, 0],
      [100, NaN],
      [100, Infinity],
    ] as const)
      followed.bar(0, 5, close, variance);
    expect(followed.law(0)).toBeUndefined();
    followed.bar(0, 6, 100, 1e9);
    expect(followed.law(0)?.sd).toBeGreaterThan(0);
    followed.bar(0, 400, 100, 1e9); // ten minutes after the close
    expect(followed.law(0)).toBeUndefined();
    expect(lawOver(followed.laws, 0, 0, followed.at(0, 7), newHorizonLaw())).toBe(false);
  });

  it('refuses horizons that are none', () => {
    for (const horizon of [0, -1, 1.5, NaN, 1e6]) expect(() => newHorizonLaws([horizon])).toThrow(RangeError);
  });
});
