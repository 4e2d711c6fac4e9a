import { describe, expect, it } from '@jest/globals';
import { storedMs } from './interval-search.ts';

describe('when a message was stored', () => {
  it.each([
    ['2026-01-05T15:31:00Z', 0],
    ['2026-01-05T15:31:00.5Z', 500],
    ['2026-01-05T15:31:00.001002003Z', 1.002003],
    ['2026-01-05T15:31:00.25Z', 250],
    ['2026-01-05T15:31:00.123456Z', 123.456],
  ])('%s is %d ms behind the second', (text, ms) => {
    expect(storedMs(text) - Date.parse('2026-01-05T15:31:00Z')).toBeCloseTo(ms, 3);
  });
});
