import { describe, expect, it } from '@jest/globals';
import { epochMs } from '@aitrader/model';
import { NORMAL_LAW } from '../../test/normal-law.ts';
import { breakoutBy, interval, MONDAY_OPEN } from '../../test/market.ts';
import type { Figures } from '../../test/state-row.ts';
import { strategiesStage } from '../index.ts';
import { newSight } from '../sight.ts';
import { BREAKOUT } from './breakout.ts';

/** What is claimed under a law with an sd of 100,000 e8. */
function claimOf(state: Figures, horizonMinutes = 100): number {
  const before = strategiesStage.initial(breakoutBy());
  const { bars, states } = interval(MONDAY_OPEN, { AAPL: { high: 101, low: 99, close: 100, state } });
  const [of] = before.strategies;
  if (of === undefined) throw new Error('there is no strategy');
  const sight = newSight(before.cursor, { ...bars, t: epochMs(MONDAY_OPEN) }, states);
  return BREAKOUT.claim({ ...of, memory: of.memory as ReturnType<typeof BREAKOUT.newMemory> }, sight, NORMAL_LAW, horizonMinutes);
}

describe('what a breakout claims', () => {
  it('is nothing of a state that leans neither way', () => {
    expect(claimOf({})).toBe(0);
  });

  it('is a tenth of the deviation for a certain direction, and in proportion for less', () => {
    expect(claimOf({ velocityUp: 1_000_000 })).toBeCloseTo(10_000, 6);
    expect(claimOf({ velocityUp: 0 })).toBeCloseTo(-10_000, 6);
    expect(claimOf({ velocityUp: 800_000 })).toBeCloseTo(6000, 6);
  });

  it('counts the velocity for the whole of a short horizon, and for thirty minutes of a long one', () => {
    expect(claimOf({ velocity: 100_000 }, 1)).toBeCloseTo(98_348, -1); // 30 · (1 − e^(−1/30)) = 0.98347
    expect(claimOf({ velocity: 100 }, 10_000)).toBeCloseTo(3000, 6);
    expect(claimOf({ velocity: -100 }, 10_000)).toBeCloseTo(-3000, 6);
  });

  it('is no number without a figure', () => {
    expect(claimOf({ velocity: NaN })).toBeNaN();
    expect(Number.isFinite(claimOf({ velocityUp: Infinity }))).toBe(false);
  });
});
