import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clockBehindMs, isClockUnknown, newClockSkew, noteClock, sampleOfStamp, type ClockSample } from './clock-skew.ts';

const LIMIT = 2_000;
const SECOND = 1_000;
const AT = 1_767_366_000_000;

/** An answer that left `there` ms after the request, and came `back` ms later, by a clock that is `ahead` of ours. */
function answer(at: number, ahead: number, there: number, back: number): ClockSample {
  const date = Math.floor((at + there + ahead) / SECOND) * SECOND;
  const receivedAt = at + there + back;
  return { at: receivedAt, low: date - receivedAt, high: date + SECOND - at };
}

const someTrips = fc.array(
  fc.record({ after: fc.nat({ max: 120_000 }), there: fc.nat({ max: 5_000 }), back: fc.nat({ max: 5_000 }) }),
  { minLength: 1, maxLength: 30 },
);

describe('the clock beside the vendor’s', () => {
  it('is never said to be further off than it is, whatever the answers’ time on the way', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 100_000 }), someTrips, (ahead, trips) => {
        const skew = newClockSkew(LIMIT);
        let at = AT;
        for (const { after, there, back } of trips) {
          noteClock(skew, answer((at += after), ahead, there, back));
          const said = clockBehindMs(skew) ?? NaN;
          expect(Math.abs(said)).toBeLessThanOrEqual(Math.abs(ahead));
          expect(said === 0 || Math.sign(said) === Math.sign(ahead)).toBe(true);
          if (skew.isOff) expect(Math.abs(ahead)).toBeGreaterThan(LIMIT / 2);
        }
      }),
    );
  });

  it('is found to be off with the first answer that can tell, and by a second’s digits and the way at most late', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 100_000 }), fc.nat({ max: 400 }), (ahead, way) => {
        const skew = newClockSkew(LIMIT);
        noteClock(skew, answer(AT, ahead, way, way));
        if (Math.abs(ahead) > LIMIT + SECOND + 2 * way) expect(skew.isOff).toBe(true);
        if (Math.abs(ahead) <= LIMIT) expect(skew.isOff).toBe(false);
      }),
    );
  });

  it('that was set is looked at anew, and counts as right only well within the limit', () => {
    const skew = newClockSkew(LIMIT);
    noteClock(skew, answer(AT, 9_000, 20, 20));
    expect(skew.isOff).toBe(true);
    noteClock(skew, answer(AT + 60_000, 1_990, 0, 0));
    expect(clockBehindMs(skew)).toBeGreaterThan(LIMIT / 2 - SECOND);
    noteClock(skew, answer(AT + 120_000, -700, 20, 20));
    expect(skew.isOff).toBe(false);
  });

  it('does not flap about the limit', () => {
    const skew = newClockSkew(LIMIT);
    const looks = [2_100, 1_900, 2_050, 1_200, 1_900, 900, 1_900, 2_100].map((off, i) => {
      noteClock(skew, { at: AT + i * 60_000, low: off - 101 * (i % 2), high: off });
      // each look stands alone: they contradict one another
      skew.samples = skew.samples.slice(-1);
      return skew.isOff;
    });
    expect(looks[0]).toBe(true);
    expect(looks.filter((off, i) => i > 0 && off !== looks[i - 1]).length).toBeLessThanOrEqual(2);
  });

  it('is not known before the first answer, nor half an hour after the last', () => {
    const skew = newClockSkew(LIMIT);
    expect([isClockUnknown(skew, AT), clockBehindMs(skew)]).toEqual([true, null]);
    noteClock(skew, sampleOfStamp(AT + 5_000, AT));
    expect(isClockUnknown(skew, AT)).toBe(true);
    noteClock(skew, answer(AT, 0, 10, 10));
    expect(isClockUnknown(skew, AT + 29 * 60_000)).toBe(false);
    expect(isClockUnknown(skew, AT + 31 * 60_000)).toBe(true);
  });

  it('is narrowed by stamps of a stream, and not moved by one that cannot be', () => {
    const skew = newClockSkew(LIMIT);
    noteClock(skew, { at: AT, low: -800, high: 3_000 });
    noteClock(skew, sampleOfStamp(AT + 1_000 + 2_500, AT + 1_000));
    expect([clockBehindMs(skew), skew.isOff]).toEqual([2_500, true]);
    noteClock(skew, sampleOfStamp(AT + 86_400_000, AT + 2_000));
    expect(clockBehindMs(skew)).toBe(2_500);
  });
});
