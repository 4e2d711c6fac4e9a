import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalQuantile, studentTQuantile } from '@aitrader/core-numeric';
import {
  crpsOfGaussian,
  crpsOfGaussianMixture,
  crpsOfStudentT,
  crpsOfStudentTMixture,
  mean,
  pitOfGaussian,
  pitOfStudentT,
  pitOfStudentTMixture,
  studentTDiversity,
} from './index.ts';

const places = fc.double({ noNaN: true, min: -5, max: 5 });
const scales = fc.double({ noNaN: true, min: 0.1, max: 4 });
const dofs = fc.oneof(fc.double({ noNaN: true, min: 1.2, max: 40 }), fc.constant(Infinity));
const students = fc.record({ location: places, scale: scales, dof: dofs });
const gaussians = fc.record({ mean: places, sd: scales });

/** Components with weights that add up to 1. */
const mixtureOf = <T extends object>(components: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(components, fc.double({ noNaN: true, min: 0.05, max: 1 })), { minLength: 1, maxLength: 5 }).map((drawn) => {
    const total = drawn.reduce((sum, [, weight]) => sum + weight, 0);
    return drawn.map(([component, weight]) => ({ ...component, weight: weight / total }));
  });

/** ∫ (F(x) − 1{x ≥ y})² dx by the midpoint rule on both sides of y: the definition of the score. */
function scoreByDefinition(cdf: (x: number) => number, y: number, reach: number): number {
  const steps = 1500;
  const width = reach / steps;
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const distance = (i + 0.5) * width;
    sum += cdf(y - distance) ** 2 + (1 - cdf(y + distance)) ** 2;
  }
  return sum * width;
}

/** n equally likely outcomes of a distribution. */
const lattice = (quantile: (p: number) => number, n = 400): number[] =>
  Array.from({ length: n }, (_, i) => quantile((i + 0.5) / n));

// mpmath: the defining integral at 25 digits; [weight, location, scale, dof], outcome, score
const MIXTURES: readonly (readonly [(readonly [number, number, number, number])[], number, number])[] = [
  [
    [
      [0.7, 0, 1, 4],
      [0.3, 0.5, 2.5, 8],
    ],
    0.3,
    0.35788758177684993,
  ],
  [
    [
      [0.5, 0, 0.5, 3],
      [0.3, 0.1, 1.2, 5],
      [0.2, -0.3, 3, 30],
    ],
    -4,
    3.188285224595079,
  ],
  [
    [
      [0.6, 0, 1, 1.5],
      [0.4, 0, 3, 2],
    ],
    1,
    0.7429682263643544,
  ],
  [
    [
      [0.5, -20, 1, 3],
      [0.5, 20, 0.5, 5],
    ],
    3,
    9.707620057859661,
  ],
  [
    [
      [0.25, 0, 0.01, 3],
      [0.75, 0, 1, 10],
    ],
    0.02,
    0.14272905506944977,
  ],
  [
    [
      [0.5, 0, 1, Infinity],
      [0.5, 1, 2, 5],
    ],
    0,
    0.393434589806688,
  ],
];

describe('the score of one distribution', () => {
  it('is the integral that defines it', () => {
    for (const y of [-3, -0.4, 0.2, 2]) {
      const gaussian = { mean: 0.3, sd: 1.2 };
      const byDefinition = scoreByDefinition((x) => pitOfGaussian(gaussian, x), y, 15);
      expect(Math.abs(crpsOfGaussian(gaussian, y) - byDefinition)).toBeLessThan(1e-4);
      const student = { location: 0.3, scale: 0.8, dof: 6 };
      const ofStudent = scoreByDefinition((x) => pitOfStudentT(student, x), y, 60);
      expect(Math.abs(crpsOfStudentT(student, y) - ofStudent)).toBeLessThan(5e-4);
    }
  });

  it('is above 0 and grows as the outcome leaves the middle', () => {
    fc.assert(
      fc.property(students, fc.double({ noNaN: true, min: 0, max: 30 }), scales, (forecast, distance, more) => {
        const near = crpsOfStudentT(forecast, forecast.location + distance);
        expect(near).toBeGreaterThan(0);
        expect(crpsOfStudentT(forecast, forecast.location + distance + more)).toBeGreaterThan(near);
      }),
    );
  });

  it('moves and scales with forecast and outcome, and mirrors', () => {
    fc.assert(
      fc.property(students, places, places, scales, (forecast, y, shift, factor) => {
        const { location, scale, dof } = forecast;
        const score = crpsOfStudentT(forecast, y);
        const moved = crpsOfStudentT({ location: location * factor + shift, scale: scale * factor, dof }, y * factor + shift);
        expect(Math.abs(moved / factor - score)).toBeLessThan(1e-11 * (1 + score / factor));
        expect(Math.abs(crpsOfStudentT({ ...forecast, location: -location }, -y) - score)).toBeLessThan(1e-13 * (1 + score));
      }),
    );
  });

  it('becomes that of the Gaussian as the degrees of freedom grow', () => {
    for (const y of [-6, 0, 0.7, 3]) {
      const gaussian = crpsOfGaussian({ mean: 0, sd: 1 }, y);
      expect(crpsOfStudentT({ location: 0, scale: 1, dof: Infinity }, y)).toBe(gaussian);
      expect(Math.abs(crpsOfStudentT({ location: 0, scale: 1, dof: 1e9 }, y) / gaussian - 1)).toBeLessThan(1e-8);
    }
  });

  it('is best on average for the distribution that the outcomes come from', () => {
    const outcomes = lattice((p) => studentTQuantile(p, 5));
    const scoreOf = (location: number, scale: number, dof: number): number =>
      mean(outcomes.map((y) => crpsOfStudentT({ location, scale, dof }, y)));
    const truth = scoreOf(0, 1, 5);
    for (const [location, scale, dof] of [
      [0.15, 1, 5],
      [0, 1.15, 5],
      [0, 0.87, 5],
      [0, 1, 2],
      [0, 1, 50],
    ] as const)
      expect(scoreOf(location, scale, dof)).toBeGreaterThan(truth);
  });

  it('refuses what is no forecast or no outcome, by name', () => {
    for (const sd of [0, -1, NaN, Infinity])
      expect(() => crpsOfGaussian({ mean: 0, sd }, 0)).toThrow(`deviation must be positive, got ${sd}`);
    expect(() => crpsOfGaussian({ mean: NaN, sd: 1 }, 0)).toThrow('mean must be finite, got NaN');
    expect(() => crpsOfGaussian({ mean: 0, sd: 1 }, Infinity)).toThrow('outcome must be finite, got Infinity');
    for (const dof of [1, 0.5, 0, NaN]) expect(() => crpsOfStudentT({ location: 0, scale: 1, dof }, 0)).toThrow(`${dof}`);
    expect(() => crpsOfStudentT({ location: 0, scale: 0, dof: 4 }, 0)).toThrow('scale must be positive, got 0');
  });
});

describe('the score of a mixture', () => {
  it.each(MIXTURES)('is the integral that defines it: %j at %d', (components, y, expected) => {
    const mixture = components.map(([weight, location, scale, dof]) => ({ weight, location, scale, dof }));
    expect(Math.abs(crpsOfStudentTMixture(mixture, y) / expected - 1)).toBeLessThan(1e-12);
  });

  it('of one component, or of several equal ones, is the score of that one', () => {
    fc.assert(
      fc.property(students, places, (forecast, y) => {
        const plain = crpsOfStudentT(forecast, y);
        expect(crpsOfStudentTMixture([{ ...forecast, weight: 1 }], y)).toBe(plain);
        const halves = [0.25, 0.75].map((weight) => ({ ...forecast, weight }));
        expect(studentTDiversity(halves)).toBe(0);
        expect(Math.abs(crpsOfStudentTMixture(halves, y) - plain)).toBeLessThan(1e-14 * (1 + plain));
      }),
      { numRuns: 30 },
    );
    fc.assert(
      fc.property(gaussians, places, (forecast, y) => {
        const plain = crpsOfGaussian(forecast, y);
        expect(Math.abs(crpsOfGaussianMixture([{ ...forecast, weight: 1 }], y) - plain)).toBeLessThan(1e-14 * (1 + plain));
        const halves = [0.25, 0.75].map((weight) => ({ ...forecast, weight }));
        expect(Math.abs(crpsOfGaussianMixture(halves, y) - plain)).toBeLessThan(1e-13 * (1 + plain));
      }),
    );
  });

  it('settles where components differ by rounding alone', () => {
    const close = [0.1, 0.1 + 2e-17, 0.10000000000000003].map((scale) => ({ weight: 1 / 3, location: 0, scale, dof: Infinity }));
    expect(studentTDiversity(close)).toBeLessThan(1e-15);
  });

  it('of Gaussians is the same in closed form and by quadrature', () => {
    fc.assert(
      fc.property(mixtureOf(gaussians), places, (mixture, y) => {
        const closed = crpsOfGaussianMixture(mixture, y);
        const asStudents = mixture.map(({ weight, mean: location, sd: scale }) => ({ weight, location, scale, dof: Infinity }));
        expect(closed).toBeGreaterThan(0);
        expect(Math.abs(crpsOfStudentTMixture(asStudents, y) / closed - 1)).toBeLessThan(1e-11);
      }),
      { numRuns: 40 },
    );
  });

  it('is above 0, at most the mean of the scores of its components, and blind to their order', () => {
    fc.assert(
      fc.property(mixtureOf(students), places, (mixture, y) => {
        const score = crpsOfStudentTMixture(mixture, y);
        const average = mixture.reduce((sum, { weight, ...forecast }) => sum + weight * crpsOfStudentT(forecast, y), 0);
        expect(score).toBeGreaterThan(0);
        expect(score).toBeLessThanOrEqual(average);
        expect(Math.abs(crpsOfStudentTMixture([...mixture].reverse(), y) - score)).toBeLessThan(1e-11 * average);
      }),
      { numRuns: 20 },
    );
  });

  it('ignores components without weight, and takes a diversity computed before', () => {
    const mixture = [
      { weight: 0.5, location: 0, scale: 1, dof: 4 },
      { weight: 0.5, location: 1, scale: 2, dof: 9 },
    ];
    const score = crpsOfStudentTMixture(mixture, 0.7);
    expect(crpsOfStudentTMixture([...mixture, { weight: 0, location: 1e9, scale: 1e-9, dof: 2 }], 0.7)).toBe(score);
    expect(crpsOfStudentTMixture(mixture, 0.7, studentTDiversity(mixture))).toBe(score);
  });

  it('is best on average for the mixture that the outcomes come from', () => {
    const parts = [
      { weight: 0.6, location: 0, scale: 1, dof: 4 },
      { weight: 0.4, location: 2, scale: 0.5, dof: 10 },
    ];
    const outcomes = parts.flatMap(({ weight, location, scale, dof }) =>
      lattice((p) => location + scale * studentTQuantile(p, dof), weight * 200),
    );
    const scoreWith = (weight: number): number => {
      const mixture = parts.map((part, i) => ({ ...part, weight: i === 0 ? weight : 1 - weight }));
      const diversity = studentTDiversity(mixture);
      return mean(outcomes.map((y) => crpsOfStudentTMixture(mixture, y, diversity)));
    };
    for (const weight of [0.4, 0.5, 0.7, 0.9]) expect(scoreWith(weight)).toBeGreaterThan(scoreWith(0.6));
    const pits = outcomes.map((y) => pitOfStudentTMixture(parts, y));
    expect(Math.abs(mean(pits) - 0.5)).toBeLessThan(1e-3);
  });

  it('refuses weights that are none, and components out of reach of each other', () => {
    const one = { mean: 0, sd: 1 };
    expect(() => crpsOfGaussianMixture([{ ...one, weight: 0.9 }], 0)).toThrow('add up to 1, got 0.9');
    expect(() => crpsOfGaussianMixture([], 0)).toThrow('add up to 1, got 0');
    expect(() =>
      crpsOfGaussianMixture(
        [
          { ...one, weight: -1 },
          { ...one, weight: 2 },
        ],
        0,
      ),
    ).toThrow('got -1');
    const apart = [0, 2e4].map((location) => ({ weight: 0.5, location, scale: 1, dof: 5 }));
    expect(() => studentTDiversity(apart)).toThrow('too far apart');
    expect(Math.abs(crpsOfGaussian(one, normalQuantile(0.5)) - 0.2336949772551091)).toBeLessThan(1e-15);
  });
});
