import { describe, expect, it } from '@jest/globals';
import { countdown, isPlayed, phaseWords } from './session-words.ts';

const [OPEN, CLOSE] = [1_000_000, 5_000_000];

describe('the session', () => {
  it.each([
    [OPEN - 60_000, 'opens in 1 min 00 s'],
    [CLOSE - 3_600_000, 'closes in 1 h 00 min'],
    [CLOSE, 'closed 0 s ago'],
  ])('at %i: %s', (t, words) => {
    expect(countdown({ open: OPEN, close: CLOSE }, t)).toBe(words);
  });

  it('is none on a day without one', () => {
    expect(countdown({ open: null, close: null }, OPEN)).toBe('no session on this date');
  });

  it('has a clock of its own where bars are played', () => {
    expect(isPlayed({ dataLevel: null })).toBe(true);
    expect(isPlayed({ dataLevel: 0 })).toBe(false);
  });

  it('has phases with words', () => {
    expect(phaseWords('RTH')).toBe('regular hours');
  });
});
