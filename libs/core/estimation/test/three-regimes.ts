import { item } from '@aitrader/model';

export const TRANSITION = [
  [0.96, 0.03, 0.01],
  [0.04, 0.93, 0.03],
  [0.02, 0.08, 0.9],
];
export const MEANS = [0.08, 0, -0.2];
export const SDS = [0.6, 1.2, 2.8];

/**
 * 600 values of a chain of three regimes with logistic noise of variance 1, the same on every host: both the chain and the noise
 * come from the congruential generator of Numerical Recipes, seed 12345.
 */
export function threeRegimes(): Float64Array {
  let seed = 12345;
  const uniform = (): number => {
    seed = (seed * 1664525 + 1013904223) % 4294967296;
    return (seed + 0.5) / 4294967296;
  };
  let regime = 0;
  return new Float64Array(600).map((_, t) => {
    const [u, p] = [uniform(), uniform()];
    const [first = 0, second = 0] = item(TRANSITION, regime);
    if (t > 0) regime = u <= first ? 0 : u <= first + second ? 1 : 2;
    return item(MEANS, regime) + (item(SDS, regime) * Math.sqrt(3) * Math.log(p / (1 - p))) / Math.PI;
  });
}
