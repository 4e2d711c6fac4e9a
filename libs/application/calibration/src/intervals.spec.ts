import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AT, STATE_COLUMNS, STATE_WIDTH } from '@aitrader/model';
import { byLawAndLevel, COVERAGE_LEVELS, hitsOf, INTERVALS, isHit, LAWS } from './intervals.ts';

describe('the intervals of a state', () => {
  it('are central: their ends leave the same share on both sides', () => {
    for (const law of LAWS)
      for (const { level, lower, upper } of INTERVALS[law]) {
        const shareOf = (column: number): number => Number(STATE_COLUMNS[column]?.name.slice(1)) / 10;
        expect([STATE_COLUMNS[lower]?.name[0], STATE_COLUMNS[upper]?.name[0]]).toEqual(Array(2).fill(law === 'raw' ? 'q' : 'a'));
        expect(shareOf(upper) - shareOf(lower)).toBeCloseTo(level, 10);
        expect(shareOf(upper) + shareOf(lower)).toBeCloseTo(100, 10);
      }
  });

  it('hold an outcome on their very ends, and none one unit beyond', () => {
    const row = new Float64Array(STATE_WIDTH);
    row[AT.q025] = -150;
    row[AT.q975] = 170;
    const held = (y: number): boolean => isHit(hitsOf(row, y), 'raw', 95);
    expect([-151, -150, 0, 170, 171].map(held)).toEqual([false, true, true, true, false]);
  });

  it('are told apart by law and level, whatever the outcome', () => {
    const rows = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: STATE_WIDTH, maxLength: STATE_WIDTH });
    fc.assert(
      fc.property(rows, fc.integer({ min: -110, max: 110 }), (values, y) => {
        const row = Float64Array.from(values);
        const found = byLawAndLevel((law, level) => isHit(hitsOf(row, y), law, level));
        for (const law of LAWS)
          for (const { level, lower, upper } of INTERVALS[law])
            expect(found[law][level]).toBe((values[lower] ?? 0) <= y && y <= (values[upper] ?? 0));
      }),
    );
    expect(COVERAGE_LEVELS).toHaveLength(5);
  });
});
