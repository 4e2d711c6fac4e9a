import { describe, expect, it } from '@jest/globals';
import { choiceFiguresOf, sharpeFiguresOf, tableOf } from './statistics.ts';

const wave = (periods: number, of: (i: number) => number): readonly number[] => Array.from({ length: periods }, (_, i) => of(i));

describe('figures of trials', () => {
  it('are not known of a trial that never trades, and 0 is its Sharpe ratio', () => {
    const [idle, busy] = sharpeFiguresOf(tableOf([wave(20, () => 0), wave(20, (i) => (i % 3) / 100)]));
    expect(idle).toEqual({ sharpe: 0, probabilistic: null, deflated: null, trackRecordMin: null });
    expect(busy?.probabilistic).toBeGreaterThan(0.5);
    expect(busy?.deflated).toBeLessThan(busy?.probabilistic ?? 0);
  });

  it('have a Sharpe ratio per year, and no least length where there is none', () => {
    const [up, down] = sharpeFiguresOf(
      tableOf([
        [0.01, 0.03],
        [-0.01, -0.03],
      ]),
    );
    const perDay = 0.02 / Math.sqrt(2 * 0.01 ** 2);
    expect(up?.sharpe).toBeCloseTo(perDay * Math.sqrt(252), 10);
    expect(down?.trackRecordMin).toBeNull();
  });

  it.each([
    [1, 100, null],
    [2, 3, null],
    [2, 4, 2],
    [2, 9, 4],
    [2, 31, 14],
    [2, 500, 16],
  ])('of %d trials over %d dates are split into %p blocks', (trials, periods, blocks) => {
    const rows = wave(trials, (k) => k).map((k) => wave(periods, (i) => Math.sin(i * (k + 1))));
    expect(choiceFiguresOf(tableOf(rows)).overfitting?.blocks ?? null).toBe(blocks);
  });

  it('test nothing where nothing was traded, or over a week', () => {
    expect(choiceFiguresOf(tableOf([wave(50, () => 0), wave(50, () => 0)]))).toEqual({ overfitting: null, superiority: null });
    expect(choiceFiguresOf(tableOf([wave(8, (i) => i)])).superiority).toBeNull();
    expect(choiceFiguresOf(tableOf([wave(9, (i) => i)])).superiority).not.toBeNull();
  });

  it('refuse rows of other dates', () => {
    expect(() => tableOf([[1], [1, 2]])).toThrow('trials have the same trade dates');
  });
});
