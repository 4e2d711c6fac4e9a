import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { QUANTILE_LEVELS, read } from '@aitrader/model';
import { studentTCdf, studentTPdf } from '@aitrader/core-numeric';
import { momentsOf, scoreUnder } from './law.ts';
import { MEDIAN, QUANTILES } from './sizes.ts';
import { T4_QUANTILES, t4Cdf, t4CrossMoment, t4FirstMoment, t4SecondMoment } from './student-four.ts';

/** Quantiles that rise by the given steps from the first on. */
function lawOf(first: number, steps: readonly number[]): Float64Array {
  const quantiles = new Float64Array(QUANTILES);
  let q = first;
  steps.forEach((step, k) => {
    quantiles[k] = q;
    q += step;
  });
  return quantiles;
}

const law = fc
  .record({
    first: fc.integer({ min: -1_000_000, max: 1_000_000 }),
    steps: fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: QUANTILES, maxLength: QUANTILES }),
  })
  .map(({ first, steps }) => lawOf(first, steps));
const outcome = fc.integer({ min: -5_000_000, max: 5_000_000 });

/** The law's quantile function, by its definition. */
function quantileAt(quantiles: Float64Array, t: number): number {
  const q = (k: number): number => read(quantiles, k);
  const knot = (k: number): number => read(T4_QUANTILES, k);
  const last = QUANTILES - 1;
  if (t <= knot(0)) return q(0) + ((q(0) - q(MEDIAN)) / knot(0)) * (t - knot(0));
  if (t >= knot(last)) return q(last) + ((q(last) - q(MEDIAN)) / knot(last)) * (t - knot(last));
  let k = 1;
  while (t > knot(k)) k++;
  return q(k) + ((q(k) - q(k - 1)) / (knot(k) - knot(k - 1))) * (t - knot(k));
}

/** Sums a function of t against the t₄ law, t = 2 tan θ, by the midpoint rule. */
function expected(of: (t: number) => number): number {
  const steps = 10_000;
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const theta = (Math.PI * (i + 0.5)) / steps - Math.PI / 2;
    sum += of(2 * Math.tan(theta)) * 0.75 * Math.cos(theta) ** 3;
  }
  return (sum * Math.PI) / steps;
}

describe('Student’s t with four degrees of freedom', () => {
  it('is that of the numeric library', () => {
    for (const t of [-50, -3.2, -1, -0.1, 0, 0.7, 2, 40]) {
      expect(Math.abs(t4Cdf(t) - studentTCdf(t, 4))).toBeLessThan(1e-13);
    }
  });

  it('has the partial moments of its density', () => {
    for (const t of [-3, -0.5, 0, 0.8, 2.5]) {
      const upTo = (of: (x: number) => number): number => {
        let sum = 0;
        const width = 0.002;
        for (let x = t - width / 2; x > -800; x -= width) sum += of(x) * studentTPdf(x, 4) * width;
        return sum;
      };
      expect(t4FirstMoment(t)).toBeCloseTo(
        upTo((x) => x),
        4,
      );
      expect(t4SecondMoment(t)).toBeCloseTo(
        upTo((x) => x * x),
        2,
      );
      expect(t4CrossMoment(t, t4Cdf(t))).toBeCloseTo(
        upTo((x) => x * t4Cdf(x)),
        4,
      );
    }
  });
});

describe('the law of a forecast', () => {
  it('has the quantiles that were emitted', () => {
    fc.assert(
      fc.property(law, (quantiles) => {
        QUANTILE_LEVELS.forEach((level, k) => {
          expect(Math.abs(scoreUnder(quantiles, 0, read(quantiles, k)).pit - level)).toBeLessThan(1e-12);
        });
      }),
    );
  });

  it('gives a PIT that lies in 0 … 1 and never falls, a finite log score, and a CRPS that is not negative', () => {
    fc.assert(
      fc.property(law, outcome, outcome, (quantiles, a, b) => {
        const [low, high] = [scoreUnder(quantiles, 0, Math.min(a, b)), scoreUnder(quantiles, 0, Math.max(a, b))];
        expect(low.pit).toBeGreaterThanOrEqual(0);
        expect(high.pit).toBeLessThanOrEqual(1);
        expect(low.pit).toBeLessThanOrEqual(high.pit);
        for (const { logScore, crps } of [low, high]) {
          expect(Number.isFinite(logScore)).toBe(true);
          expect(crps).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('scores with the slope of its own distribution, in per cent', () => {
    fc.assert(
      fc.property(law, outcome, (quantiles, y) => {
        const reach = 0.5;
        const inside = Array.from({ length: QUANTILES }, (_, k) => Math.abs(y - read(quantiles, k))).every((d) => d > reach);
        if (!inside) return;
        const density = (scoreUnder(quantiles, 0, y + reach).pit - scoreUnder(quantiles, 0, y - reach).pit) / (2 * reach);
        if (density < 1e-8) return;
        expect(Math.abs(scoreUnder(quantiles, 0, y).logScore + Math.log(density * 1e6))).toBeLessThan(0.01);
      }),
    );
  });

  it('has the CRPS, mean and variance of numeric integration', () => {
    fc.assert(
      fc.property(law, outcome, (quantiles, y) => {
        const moments = momentsOf(quantiles, 0);
        const scale = read(quantiles, QUANTILES - 1) - read(quantiles, 0);
        const mean = expected((t) => quantileAt(quantiles, t));
        expect(Math.abs(moments.mean - mean)).toBeLessThan(1e-4 * scale);
        const variance = expected((t) => (quantileAt(quantiles, t) - mean) ** 2);
        expect(Math.abs(moments.variance / variance - 1)).toBeLessThan(1e-3);
        // CRPS = E|Q − y| − ½ E|Q − Q'| = ∫ 2 (y − Q)(F − 1{Q > y}) dF, Gneiting and Raftery (2007)
        const crps = expected((t) => 2 * (y - quantileAt(quantiles, t)) * (t4Cdf(t) - (quantileAt(quantiles, t) > y ? 1 : 0)));
        expect(Math.abs(scoreUnder(quantiles, 0, y).crps - crps)).toBeLessThan(1e-3 * (scale + Math.abs(y)));
      }),
      { numRuns: 20 },
    );
  });

  it('scores quantiles that are equal as a probability of the very return, and its PIT in the middle of it', () => {
    const [flat, rest] = [0, 20_000];
    const quantiles = Float64Array.from(QUANTILE_LEVELS, (level) =>
      Math.abs(level - 0.5) <= 0.25 ? flat : level < 0.5 ? -rest : rest,
    );
    const { pit, logScore } = scoreUnder(quantiles, 0, flat);
    expect(pit).toBeCloseTo(0.5, 12);
    // half of all outcomes are one of a million units of a per cent
    expect(logScore).toBeCloseTo(-Math.log(0.5 * 1e6), 9);
    expect(scoreUnder(quantiles, 0, flat - 1).pit).toBeLessThan(0.25);
    expect(scoreUnder(quantiles, 0, flat + 1).pit).toBeGreaterThan(0.75);
  });

  it('stays finite where rounding made all quantiles equal', () => {
    const point = lawOf(5, new Array<number>(QUANTILES).fill(0));
    for (const y of [5, 4, 6, -1e9, 1e9]) {
      const { pit, logScore, crps } = scoreUnder(point, 0, y);
      expect([pit, logScore, crps].every(Number.isFinite)).toBe(true);
      expect(Math.abs(crps - Math.abs(y - 5))).toBeLessThan(1);
    }
  });
});
