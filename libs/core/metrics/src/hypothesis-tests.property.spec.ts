import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  autocorrelations,
  heteroskedasticity,
  conditionalCoverageTest,
  independenceTest,
  jarqueBeraTest,
  kupiecTest,
  ljungBoxTest,
  momentsOf,
  unbiasedKurtosis,
  unbiasedSkewness,
  violationTransitions,
} from './index.ts';

const days = fc.array(fc.boolean(), { minLength: 2, maxLength: 80 });
const tails = fc.double({ noNaN: true, min: 0.01, max: 0.5 });
/** A fixed series of sixty numbers that scipy and statsmodels were given too. */
const SIXTY = Array.from({ length: 60 }, (_, k) => (((k + 1) * (k + 1) * 7 + (k + 1) * 13) % 31) / 10);

function expectNear(actual: number, expected: number): void {
  expect(Math.abs(actual / expected - 1)).toBeLessThan(1e-12);
}

describe("Kupiec's test", () => {
  it('finds nothing when violations are as frequent as they should be, and more the further they are from it', () => {
    expect(kupiecTest(10, 200, 0.05)).toEqual({ statistic: 0, pValue: 1 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99 }), tails, (violations, tail) => {
        const test = kupiecTest(violations, 100, tail);
        expect(test.statistic).toBeGreaterThanOrEqual(0);
        const further = violations >= 100 * tail ? violations + 1 : violations - 1;
        if (further >= 0) expect(kupiecTest(further, 100, tail).statistic).toBeGreaterThan(test.statistic);
      }),
    );
  });

  it('knows days without a violation, and days with nothing else', () => {
    expectNear(kupiecTest(0, 250, 0.01).statistic, -500 * Math.log(0.99));
    expectNear(kupiecTest(250, 250, 0.01).statistic, -500 * Math.log(0.01));
  });

  it('refuses impossible counts', () => {
    expect(() => kupiecTest(5, 4, 0.05)).toThrow('5 violations in 4 days');
    expect(() => kupiecTest(-1, 4, 0.05)).toThrow('-1');
    expect(() => kupiecTest(1, 0, 0.05)).toThrow('number of days');
    for (const tail of [0, 1, NaN]) expect(() => kupiecTest(1, 4, tail)).toThrow(`${tail}`);
  });
});

describe("Christoffersen's tests", () => {
  it('count every step once and add up', () => {
    fc.assert(
      fc.property(days, tails, (violations, tail) => {
        const steps = violationTransitions(violations).flat();
        expect(steps.reduce((sum, count) => sum + count, 0)).toBe(violations.length - 1);
        const independence = independenceTest(violations);
        expect(independence.statistic).toBeGreaterThanOrEqual(0);
        const unconditional = kupiecTest(violations.filter(Boolean).length, violations.length, tail);
        const both = conditionalCoverageTest(violations, tail);
        expect(both.statistic).toBeCloseTo(unconditional.statistic + independence.statistic, 12);
      }),
    );
  });

  it('notice violations that come in clusters, not ones that are spread', () => {
    const clustered = Array.from({ length: 200 }, (_, day) => day >= 100 && day < 110);
    const spread = Array.from({ length: 200 }, (_, day) => day % 19 === 3);
    expect(independenceTest(clustered).pValue).toBeLessThan(1e-6);
    expect(independenceTest(spread).pValue).toBeGreaterThan(0.05);
  });

  it('find nothing where one kind of day is missing', () => {
    expect(independenceTest([false, false, false])).toEqual({ statistic: 0, pValue: 1 });
    expect(independenceTest([true, true, true])).toEqual({ statistic: 0, pValue: 1 });
    expect(() => independenceTest([true])).toThrow('number of days must be an integer from 2 on, got 1');
  });
});

describe('Ljung–Box and Jarque–Bera', () => {
  it('agree with statsmodels and scipy', () => {
    expectNear(ljungBoxTest(SIXTY, 1, 0).statistic, 1.195181307930323);
    expectNear(ljungBoxTest(SIXTY, 1, 0).pValue, 0.27428691101131575);
    expectNear(ljungBoxTest(SIXTY, 10, 0).statistic, 19.902100558540358);
    expectNear(ljungBoxTest(SIXTY, 10, 0).pValue, 0.03019236884654295);
    expectNear(ljungBoxTest(SIXTY, 5, 2).pValue, 0.0012793879787552918);
    expectNear(jarqueBeraTest(SIXTY).statistic, 4.293456308015679);
    expectNear(jarqueBeraTest(SIXTY).pValue, 0.11686590015885998);
    const moments = momentsOf(SIXTY);
    expectNear(moments.skewness, -0.29891852269598723);
    expectNear(moments.kurtosis, 1.833821029874372);
    expectNear(unbiasedSkewness(moments), -0.30663834671094337);
    expectNear(unbiasedKurtosis(moments), 1.8375444302836856);
    const expected = [-0.1376801822050406, -0.032943750187299545, -0.13054481704576104];
    autocorrelations(SIXTY, 3).forEach((value, i) => expectNear(value, expected[i] ?? NaN));
  });

  it('stand beside the ratio of late to early squares', () => {
    const residuals = [1, -2, 0.5, 3, -1, 0.25, -0.75, 2];
    expect(heteroskedasticity(residuals, 3)).toBeCloseTo((0.25 ** 2 + 0.75 ** 2 + 2 ** 2) / (1 + 4 + 0.25), 14);
    expect(() => heteroskedasticity(residuals, 5)).toThrow(RangeError);
    expect(() => heteroskedasticity([1, NaN], 1)).toThrow(RangeError);
  });

  it('do not change when the residuals are shifted and scaled', () => {
    const shifts = fc.double({ noNaN: true, min: -10, max: 10 });
    fc.assert(
      fc.property(shifts, fc.double({ noNaN: true, min: 0.1, max: 10 }), (shift, factor) => {
        const moved = SIXTY.map((value) => shift + factor * value);
        expect(ljungBoxTest(moved, 5, 0).statistic).toBeCloseTo(ljungBoxTest(SIXTY, 5, 0).statistic, 9);
        expect(jarqueBeraTest(moved).statistic).toBeCloseTo(jarqueBeraTest(SIXTY).statistic, 9);
      }),
    );
  });

  it('refuse residuals that do not vary, and too many lags', () => {
    expect(() => jarqueBeraTest([0.1, 0.1, 0.1])).toThrow('variance of the residuals must be positive, got 0');
    expect(() => ljungBoxTest(SIXTY, 60, 0)).toThrow('at least 61');
    expect(() => ljungBoxTest(SIXTY, 2, 2)).toThrow('number of lags must be an integer from 3 on, got 2');
  });
});
