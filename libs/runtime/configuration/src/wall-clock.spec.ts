import { describe, expect, it } from '@jest/globals';
import { wallClock } from './wall-clock.ts';

describe('the clock on the wall', () => {
  it('is the real one unless another is described', () => {
    const before = Date.now();
    const { now, realMs } = wallClock({});
    expect(now()).toBeGreaterThanOrEqual(before);
    expect(now()).toBeLessThanOrEqual(Date.now());
    expect(realMs(5)).toBe(5);
  });

  it('of a rehearsal shows its day to every process alike, and goes as fast as is said', () => {
    const at = Date.now() - 1_000;
    const { now, realMs } = wallClock({ AITRADER_CLOCK: JSON.stringify({ shows: '2024-07-02T09:00:00-04:00', at, speed: 30 }) });
    const shown = Date.parse('2024-07-02T13:00:00Z');
    expect(now()).toBeGreaterThanOrEqual(shown + 30_000);
    expect(now()).toBeLessThanOrEqual(shown + 30 * (Date.now() - at));
    expect(realMs(60_000)).toBe(2_000);
  });

  it.each([
    ['{', 'not JSON'],
    ['{"shows":"yesterday","at":0,"speed":1}', 'shows'],
    ['{"shows":"2024-07-02T13:00:00Z","at":0,"speed":0}', 'speed'],
    ['{"shows":"2024-07-02T13:00:00Z","speed":1}', 'at'],
  ])('is refused when it is %s', (text, words) => {
    expect(() => wallClock({ AITRADER_CLOCK: text })).toThrow(words);
  });
});
