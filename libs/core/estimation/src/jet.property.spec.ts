import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  affine,
  blend,
  constant,
  curvatureOf,
  expOf,
  lnOf,
  log1pOf,
  logisticOf,
  minus,
  newJetSpace,
  plus,
  ratio,
  release,
  slopeOf,
  squared,
  times,
  valueOf,
  variable,
} from './index.ts';
import { type Jet, type JetSpace } from './index.ts';

type Formula = (s: JetSpace, x: Jet, y: Jet, z: Jet) => Jet;

const FORMULAS: readonly (readonly [name: string, formula: Formula])[] = [
  ['x y + z', (s, x, y, z) => plus(s, times(s, x, y), z)],
  ['x / (y + 3) − z²', (s, x, y, z) => minus(s, ratio(s, x, affine(s, y, 1, 3)), squared(s, z))],
  ['ln(x² + 1) e^(y z)', (s, x, y, z) => times(s, lnOf(s, affine(s, squared(s, x), 1, 1)), expOf(s, times(s, y, z)))],
  ['logistic(x − y) ln(1 + z²)', (s, x, y, z) => times(s, logisticOf(s, minus(s, x, y)), log1pOf(s, squared(s, z)))],
  ['2 x / 7 − 0.3 z y + 5', (s, x, y, z) => blend(s, 1, blend(s, 2 / 7, x, -0.3, times(s, z, y)), 1, constant(s, 5))],
];

const at = fc.tuple(...Array.from({ length: 3 }, () => fc.double({ noNaN: true, min: -2, max: 2 })));
const STEP = 1e-3;

/** Richardson's combination of central differences: the error is of the sixth order in the step. */
function difference(f: (h: number) => number): number {
  const central = (h: number) => (f(h) - f(-h)) / (2 * h);
  const [a, b, c] = [central(STEP), central(2 * STEP), central(3 * STEP)];
  return 1.5 * a - 0.6 * b + 0.1 * c;
}

describe.each(FORMULAS)('the jet of %s', (_, formula) => {
  const evaluated = (order: 0 | 1 | 2, point: readonly number[]) => {
    const space = newJetSpace(3, order);
    const [x, y, z] = point.map((value, i) => variable(space, value, i));
    if (!x || !y || !z) throw new Error('three variables');
    return { space, jet: formula(space, x, y, z) };
  };

  it('has the derivatives that differences approach', () => {
    fc.assert(
      fc.property(at, (point) => {
        const { space, jet } = evaluated(2, point);
        const moved = (i: number, h: number) =>
          evaluated(
            2,
            point.map((v, k) => (k === i ? v + h : v)),
          ).jet;
        for (let i = 0; i < 3; i++) {
          const slope = difference((h) => valueOf(moved(i, h)));
          expect(Math.abs(slopeOf(jet, i) - slope)).toBeLessThan(1e-9 * (1 + Math.abs(valueOf(jet)) + Math.abs(slope)));
          for (let j = 0; j < 3; j++) {
            const curvature = difference((h) => slopeOf(moved(i, h), j));
            expect(Math.abs(curvatureOf(space, jet, i, j) - curvature)).toBeLessThan(
              1e-8 * (1 + Math.abs(curvature) + Math.abs(slope) + Math.abs(valueOf(jet))),
            );
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('has the same value and slopes whatever the order', () => {
    fc.assert(
      fc.property(at, (point) => {
        const full = evaluated(2, point).jet;
        expect(valueOf(evaluated(0, point).jet)).toBe(valueOf(full));
        expect(evaluated(1, point).jet).toEqual(full.slice(0, 4));
      }),
    );
  });
});

describe('the pool of a jet space', () => {
  it('grows no further than one step needs', () => {
    const space = newJetSpace(2, 2);
    const x = variable(space, 1, 0);
    const used = space.used;
    for (let i = 0; i < 100; i++) {
      release(space, used);
      times(space, plus(space, x, x), x);
    }
    expect(space.pool.length).toBe(3);
  });
});
