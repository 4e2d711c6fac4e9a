import { describe, expect, it } from '@jest/globals';
import type { SweepReport } from './run-sweep.ts';
import { walkForward, type WalkForwardPlan } from './walk-forward.ts';

const DATES = Array.from({ length: 12 }, (_, i) => `2024-01-${String(i + 1).padStart(2, '0')}`);

/** A sweep of trials with these returns. */
const sweepOf = (...rows: readonly (readonly number[])[]): SweepReport => ({
  ...{ market: 'm', code: 'c', dates: DATES.slice(0, rows[0]?.length), digest: 'd', seconds: 0, resumed: 0 },
  trials: rows.map((returns, at) => ({
    ...{ trial: at + 1, sets: { a: at }, configHash: `${at}`, digest: `${at}`, returns, totalReturn: 0 },
    counts: { signals: 0, orders: 0, denials: 0, fills: 0 },
    ...{ equity: { start: 1000, end: 1000 }, maxDrawdown: 0 },
    ...{ sharpe: 0, probabilistic: null, deflated: null, trackRecordMin: null },
  })),
  choice: { overfitting: null, superiority: null },
});
const PLAN: WalkForwardPlan = { folds: 2, embargo: 0, by: 'return' };

/** Good at first, then bad, and the other way round. */
const FALLING = [0.01, 0.02, 0.01, 0.02, -0.01, -0.02, -0.01, -0.02, -0.01, -0.02, -0.01, -0.02];
const RISING = FALLING.map((each) => -1.5 * each);

describe('walking forward', () => {
  it('follows in each test what did best in all of the time before it', () => {
    const { folds, dates, returns, equity, totalReturn, hindsight } = walkForward(sweepOf(FALLING, RISING), PLAN);
    expect(folds).toEqual([
      expect.objectContaining({
        chosenOn: { first: '2024-01-01', last: '2024-01-04', dates: 4 },
        test: { first: '2024-01-05', last: '2024-01-08', dates: 4 },
        ...{ trial: 1, sets: { a: 0 }, rank: 2 },
      }),
      expect.objectContaining({
        chosenOn: { first: '2024-01-01', last: '2024-01-08', dates: 8 },
        test: { first: '2024-01-09', last: '2024-01-12', dates: 4 },
        // by then both have lost, and the second one more
        ...{ trial: 1, rank: 2 },
      }),
    ]);
    expect(dates).toEqual(DATES.slice(4));
    expect(returns).toEqual(FALLING.slice(4));
    expect(equity.at(-1)).toBeCloseTo(1000 * (1 + totalReturn), 9);
    expect(equity[0]).toBeCloseTo(990, 9);
    expect(hindsight).toMatchObject({ trial: 2 });
  });

  it('goes over to another trial once it has done better', () => {
    const late = [0, 0, 0, 0, 0.05, 0.01, 0.02, 0.01, 0.01, 0.02, 0.01, 0.02];
    const { folds, returns } = walkForward(sweepOf(FALLING, late), PLAN);
    expect(folds.map(({ trial }) => trial)).toEqual([1, 2]);
    expect(returns).toEqual([...FALLING.slice(4, 8), ...late.slice(8)]);
  });

  it('chooses by nothing from the embargo on', () => {
    const plan = { ...PLAN, embargo: 2 };
    const whole = walkForward(sweepOf(FALLING, RISING), plan);
    expect(whole.folds.map(({ chosenOn }) => chosenOn.last)).toEqual(['2024-01-02', '2024-01-06']);
    const moved = RISING.map((each, at) => (at === 2 || at === 3 ? 5 : each));
    expect(walkForward(sweepOf(FALLING, moved), plan).folds[0]?.trial).toBe(1);
    expect(walkForward(sweepOf(FALLING, moved), PLAN).folds[0]?.trial).toBe(2);
  });

  it('chooses by the Sharpe ratio or by what was earned', () => {
    const steady = [0.01, 0.011, 0.01, 0.011, 0, 0, 0, 0, 0, 0, 0, 0];
    const wild = [0.2, -0.1, 0.2, -0.1, 0, 0, 0, 0, 0, 0, 0, 0];
    const chosen = (by: WalkForwardPlan['by']) => walkForward(sweepOf(wild, steady), { ...PLAN, by }).folds[0];
    expect(chosen('return')?.trial).toBe(1);
    expect(chosen('sharpe')?.trial).toBe(2);
    expect(chosen('return')?.score).toBeCloseTo(1.2 * 0.9 * 1.2 * 0.9 - 1, 12);
  });

  it('keeps the first of trials that are as good', () => {
    expect(walkForward(sweepOf(FALLING, FALLING), PLAN).folds.map(({ trial, rank }) => [trial, rank])).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('is refused where there is nothing before a test to choose by', () => {
    expect(() => walkForward(sweepOf(FALLING), { ...PLAN, folds: 12 })).toThrow(
      '12 folds with an embargo of 0 dates need at least 13 trade dates, and there are 12',
    );
    expect(() => walkForward(sweepOf(FALLING), { ...PLAN, embargo: 3 })).toThrow(
      '2 folds with an embargo of 3 dates leave fewer than 2 of 12 trade dates before the first test to choose by',
    );
    expect(() => walkForward(sweepOf(FALLING), { ...PLAN, folds: 11 })).toThrow('fewer than 2 of 12 trade dates');
  });
});
