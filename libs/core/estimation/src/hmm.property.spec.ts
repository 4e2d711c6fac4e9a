import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { item, read } from '@aitrader/model';
import { chainOf, stationaryLaw } from './hmm-chain.ts';
import { baumWelchStep, lawFrom, lnPrior, type HmmPrior } from './hmm-em.ts';
import type { Emission } from './hmm-emission.ts';
import { EstimationError } from './estimation-error.ts';
import { decodeHmm, filterHmm, smoothHmm, sortedByVariance, type HiddenMarkovModel } from './hmm-model.ts';
import { hmmFirstStep, hmmStep, hmmStepParameters } from './hmm-step.ts';

const number = (min: number, max: number): fc.Arbitrary<number> => fc.double({ noNaN: true, min, max });
const law = (size: number): fc.Arbitrary<number[]> =>
  fc.array(number(0.01, 1), { minLength: size, maxLength: size }).map((weights) => {
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((w) => w / sum);
  });
/** From this sd on the density of five values, written out, is above the smallest number. */
const PLAIN_SD_MIN = 0.5;
const gaussian = (sdMin: number): fc.Arbitrary<Emission> =>
  fc.record({ family: fc.constant('gaussian' as const), mean: number(-3, 3), sd: number(sdMin, 4) });
const heavy: fc.Arbitrary<Emission> = fc.record({
  family: fc.constant('student' as const),
  location: number(-3, 3),
  scale: number(0.1, 4),
  dof: number(2.2, 50),
});
const modelOf = (regimes: number, columns: fc.Arbitrary<Emission>[]): fc.Arbitrary<HiddenMarkovModel> =>
  fc.record({
    start: law(regimes),
    startsAt: fc.constantFrom('first-observation', 'step-before'),
    transition: fc.array(law(regimes), { minLength: regimes, maxLength: regimes }),
    emissions: fc.array(fc.tuple(...columns), { minLength: regimes, maxLength: regimes }),
  });
const models = fc.oneof(modelOf(2, [gaussian(0.1)]), modelOf(3, [heavy]));
const value = fc.oneof({ weight: 5, arbitrary: number(-5, 5) }, { weight: 1, arbitrary: fc.constant(NaN) });
const seriesOf = (one: fc.Arbitrary<number>, minLength: number, maxLength: number): fc.Arbitrary<Float64Array> =>
  fc.array(one, { minLength, maxLength }).map((list) => Float64Array.from(list));

const density = (one: Emission, y: number): number => {
  if (Number.isNaN(y)) return 1;
  if (one.family === 'gaussian') return Math.exp(-0.5 * ((y - one.mean) / one.sd) ** 2) / (one.sd * Math.sqrt(2 * Math.PI));
  throw new Error('only normal densities are written out here');
};

/** Every path of regimes with its joint density, written out. */
function paths(model: HiddenMarkovModel, observations: Float64Array): { path: number[]; density: number }[] {
  let open = model.start.map((p, i) => ({ path: [i], density: p }));
  const regimes = model.start.map((_, i) => i);
  const hidden = model.startsAt === 'step-before';
  observations.forEach((y, t) => {
    if (t > 0 || hidden)
      open = open.flatMap(({ path, density: before }) => {
        const row = item(model.transition, item(path, path.length - 1));
        return regimes.map((j) => ({ path: [...path, j], density: before * item(row, j) }));
      });
    open = open.map(({ path, density: before }) => ({
      path,
      density: before * density(item(item(model.emissions, item(path, path.length - 1)), 0), y),
    }));
  });
  return open.map(({ path, density: joint }) => ({ path: hidden ? path.slice(1) : path, density: joint }));
}

const expectLaws = (rows: Float64Array, regimes: number): void => {
  for (let at = 0; at < rows.length; at += regimes) {
    const row = rows.subarray(at, at + regimes);
    expect(row.every((p) => p >= 0 && p <= 1 + 1e-12)).toBe(true);
    expect(Math.abs(row.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-12);
  }
};

describe('a hidden Markov model', () => {
  it('says what the sum over all paths says', () => {
    fc.assert(
      fc.property(modelOf(3, [gaussian(PLAIN_SD_MIN)]), seriesOf(value, 1, 5), (model, observations) => {
        const all = paths(model, observations);
        const total = all.reduce((sum, one) => sum + one.density, 0);
        const { smoothed, logLikelihood } = smoothHmm(model, observations);
        expect(Math.abs(logLikelihood - Math.log(total))).toBeLessThan(1e-10);
        const first = all.reduce((sum, one) => sum + (one.path[0] === 1 ? one.density : 0), 0) / total;
        expect(Math.abs(read(smoothed, 1) - first)).toBeLessThan(1e-10);
        const best = new Map<string, number>();
        for (const { path, density: joint } of all) best.set(path.join(''), Math.max(best.get(path.join('')) ?? 0, joint));
        const { logDensity } = decodeHmm(model, observations);
        expect(Math.abs(logDensity - Math.log(Math.max(...best.values())))).toBeLessThan(1e-10);
      }),
    );
  });

  it('gives laws, whose pairs sum up to the smoothed ones', () => {
    fc.assert(
      fc.property(models, seriesOf(value, 2, 40), (model, observations) => {
        const regimes = model.start.length;
        const { predicted, filtered, smoothed, pairs, n } = smoothHmm(model, observations);
        for (const rows of [predicted, filtered, smoothed]) expectLaws(rows, regimes);
        expect(filtered.slice(-regimes)).toEqual(smoothed.slice(-regimes));
        for (let t = 1; t < n; t++)
          for (let j = 0; j < regimes; j++) {
            let into = 0;
            for (let i = 0; i < regimes; i++) into += read(pairs, ((t - 1) * regimes + i) * regimes + j);
            expect(Math.abs(into - read(smoothed, t * regimes + j))).toBeLessThan(1e-12);
          }
      }),
    );
  });

  it('neither over- nor underflows for observations up to a million sd away, and steps as it filters', () => {
    fc.assert(
      fc.property(models, seriesOf(number(-4e6, 4e6), 1, 30), (model, observations) => {
        const regimes = model.start.length;
        const { smoothed, filtered, logLikelihood } = smoothHmm(model, observations);
        expect(Number.isFinite(logLikelihood)).toBe(true);
        expectLaws(smoothed, regimes);
        expectLaws(filtered, regimes);
        const parameters = hmmStepParameters(model);
        const law = new Float64Array(regimes);
        observations.forEach((y, t) => {
          (t === 0 ? hmmFirstStep : hmmStep)(parameters, law, Float64Array.of(y));
          law.forEach((p, i) => expect(Math.abs(p - read(filtered, t * regimes + i))).toBeLessThan(1e-14));
        });
      }),
    );
  });

  it('is the same whatever its regimes are called', () => {
    fc.assert(
      fc.property(models, seriesOf(value, 1, 40), (model, observations) => {
        const renamed = sortedByVariance(model);
        const likelihood = filterHmm(model, observations).logLikelihood;
        expect(Math.abs(filterHmm(renamed, observations).logLikelihood - likelihood)).toBeLessThan(1e-9);
      }),
    );
  });

  it('has a stationary law that its chain keeps', () => {
    fc.assert(
      fc.property(fc.array(law(4), { minLength: 4, maxLength: 4 }), (transition) => {
        const atRest = stationaryLaw(transition);
        atRest.forEach((p, j) => {
          const next = atRest.reduce((sum, q, i) => sum + q * item(item(transition, i), j), 0);
          expect(Math.abs(next - p)).toBeLessThan(1e-14);
        });
      }),
    );
  });
});

describe('a step of expectation maximisation', () => {
  const sticky: HmmPrior = {
    stickiness: 4,
    transitionFloor: 0,
    startFloor: 0,
    emissions: { sdMin: [0.05], dofMin: 2.1, dofMax: 100 },
  };
  const plain: HmmPrior = { ...sticky, stickiness: 0 };

  it('never lowers the likelihood times the prior', () => {
    fc.assert(
      fc.property(models, seriesOf(number(-5, 5), 30, 60), fc.constantFrom(plain, sticky), (model, observations, prior) => {
        let objective = -Infinity;
        let climbing = model;
        for (let step = 0; step < 4; step++) {
          const { next, logLikelihood } = baumWelchStep(climbing, observations, prior);
          expect(logLikelihood + lnPrior(climbing, prior)).toBeGreaterThan(objective - 1e-8);
          objective = logLikelihood + lnPrior(climbing, prior);
          climbing = next;
        }
      }),
      { numRuns: 30 },
    );
  });

  it('finds laws with no cell below its floor, and the counts where they allow it', () => {
    fc.assert(
      fc.property(fc.array(number(0, 100), { minLength: 2, maxLength: 6 }), number(0, 0.16), (counts, floor) => {
        const allowed = counts.map(() => true);
        const found = lawFrom(counts, floor, allowed);
        if (!found) return;
        expect(Math.abs(found.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-12);
        for (const p of found) expect(p).toBeGreaterThanOrEqual(floor * (1 - 1e-12));
        const total = counts.reduce((a, b) => a + b, 0);
        if (counts.every((count) => count >= floor * total))
          found.forEach((p, i) => expect(Math.abs(p - item(counts, i) / total)).toBeLessThan(1e-12));
      }),
    );
  });
});

describe('a chain that remembers regimes', () => {
  it('forgets the oldest and enters any', () => {
    const { from, to, cell, states } = chainOf(2, 2);
    expect(states).toBe(8);
    const edges = [...from].map((source, e) => [source.toString(2), to[e]?.toString(2), cell[e]]);
    // (1, 0, 1) is followed by (0, 1, 0) over the cell (1, 0) and by (1, 1, 0) over the cell (1, 1)
    expect(edges.filter(([source]) => source === '101')).toEqual([
      ['101', '10', 2],
      ['101', '110', 3],
    ]);
  });
});

describe('what makes no model or no series', () => {
  const fine: HiddenMarkovModel = {
    start: [0.5, 0.5],
    startsAt: 'first-observation',
    transition: [
      [0.9, 0.1],
      [0.2, 0.8],
    ],
    emissions: [[{ family: 'discrete', probabilities: [0.5, 0.5] }], [{ family: 'discrete', probabilities: [1, 0] }]],
  };
  const wrong: [string, Partial<HiddenMarkovModel>, number[], string][] = [
    ['a start law beyond one', { start: [0.5, 0.6] }, [0], 'the start law sums to 1.1 instead of 1'],
    ['a negative probability', { start: [1.5, -0.5] }, [0], 'the start law has no probability at 0: 1.5'],
    [
      'a row that is no law',
      {
        transition: [
          [0.9, 0.1],
          [0.2, NaN],
        ],
      },
      [0],
      'row 1 of the transition matrix has no probability at 1: NaN',
    ],
    ['a matrix that is not square', { transition: [[1], [0.2, 0.8]] }, [0], 'row 0 of a transition matrix of 2 rows has 1 cells'],
    [
      'an sd of zero',
      { emissions: [[{ family: 'gaussian', mean: 0, sd: 1 }], [{ family: 'gaussian', mean: 0, sd: 0 }]] },
      [0],
      'sd of regime 1, column 0 must be positive and finite: 0',
    ],
    ['an infinite observation', {}, [0, 1, Infinity], 'observation 2 is not finite: Infinity'],
    ['a symbol that there is not', {}, [0, 2], 'observation 1 is 2, which no regime can give'],
    ['no observation', {}, [], 'there are 0 observations'],
  ];
  it.each(wrong)('is refused by name: %s', (_, part, observations, message) => {
    const filter = (): unknown => filterHmm({ ...fine, ...part }, Float64Array.from(observations));
    expect(filter).toThrow(EstimationError);
    expect(filter).toThrow(message);
  });

  it('leaves the probabilities of a stream as they were', () => {
    const parameters = hmmStepParameters(fine);
    const law = new Float64Array(2);
    hmmFirstStep(parameters, law, Float64Array.of(0));
    const before = law.slice();
    expect(() => hmmStep(parameters, law, Float64Array.of(7))).toThrow('of the observation 7 is -Infinity');
    expect(law).toEqual(before);
  });

  it('is refused where a regime shrinks to one value and no floor keeps it off', () => {
    const model: HiddenMarkovModel = {
      ...fine,
      emissions: [[{ family: 'gaussian', mean: 0, sd: 1 }], [{ family: 'gaussian', mean: 50, sd: 1e-3 }]],
    };
    expect(() => baumWelchStep(model, Float64Array.of(0, 1, -1, 0.5, 50, 0.2))).toThrow('sd of regime 1, column 0 is 0');
  });
});
