import { exp } from './elementary.ts';

/*
 * Two functions of x = θ dt that carry the exact transition of a velocity that reverts at rate θ (an Ornstein–Uhlenbeck process)
 * over the time dt: how far it takes the level, and how far its noise spreads it. Both fall from their value at 0 and never vanish.
 *
 * 1. Both are exact to about 1e-13 of themselves for every x ≥ 0, and so are their derivatives to about 1e-11.
 */

/** Below this the closed forms cancel; 14 terms of their series are exact to the last bits there. */
const SERIES_MAX = 0.25;
const SERIES_TERMS = 14;
/** The derivatives cancel earlier, and their series take more terms. */
const DERIVATIVE_SERIES_MAX = 1;
const DERIVATIVE_SERIES_TERMS = 26;

/** A function's value and its first two derivatives. */
export interface Derivatives {
  readonly value: number;
  readonly slope: number;
  readonly curvature: number;
}

/** (1 − exp(−x)) / x for x ≥ 0: 1 at 0. */
export function meanDecay(x: number): number {
  if (x >= SERIES_MAX) return (1 - exp(-x)) / x;
  let term = 1;
  let sum = 1;
  for (let k = 2; k <= SERIES_TERMS; k++) {
    term *= -x / k;
    sum += term;
  }
  return sum;
}

/**
 * (2x − 3 + 4 exp(−x) − exp(−2x)) / (2x³) for x ≥ 0: 1/3 at 0. Its series is the sum of (4 (−1)ᵏ − (−2)ᵏ) xᵏ⁻³ / (2 k!) from
 * k = 3 on.
 */
export function levelSpread(x: number): number {
  if (x >= SERIES_MAX) {
    const decay = exp(-x);
    return (2 * x - 3 + (4 - decay) * decay) / (2 * x * x * x);
  }
  let single = -1 / 6;
  let double = -8 / 6;
  let sum = 4 * single - double;
  for (let k = 4; k <= SERIES_TERMS; k++) {
    single *= -x / k;
    double *= (-2 * x) / k;
    sum += 4 * single - double;
  }
  return sum / 2;
}

/** First two derivatives of Σ cₖ xᵏ, where `next` gives c₀, c₁ and so on. */
function seriesDerivatives(x: number, next: () => number): readonly [slope: number, curvature: number] {
  let slope = 0;
  let curvature = 0;
  let powerLess1 = 0;
  let powerLess2 = 0;
  let power = 1;
  for (let k = 0; k < DERIVATIVE_SERIES_TERMS; k++) {
    const c = next();
    slope += k * c * powerLess1;
    curvature += k * (k - 1) * c * powerLess2;
    powerLess2 = powerLess1;
    powerLess1 = power;
    power *= x;
  }
  return [slope, curvature];
}

/** `meanDecay` with its derivatives, from (x m)′ = exp(−x). */
export function meanDecayDerivatives(x: number): Derivatives {
  const value = meanDecay(x);
  if (x >= DERIVATIVE_SERIES_MAX) {
    const slope = (exp(-x) - value) / x;
    return { value, slope, curvature: -(exp(-x) + 2 * slope) / x };
  }
  let term = -1;
  let k = 0;
  const [slope, curvature] = seriesDerivatives(x, () => (term *= -1 / ++k));
  return { value, slope, curvature };
}

/** `levelSpread` with its derivatives, from (2x³ s)′ = 2 (1 − exp(−x))². */
export function levelSpreadDerivatives(x: number): Derivatives {
  const value = levelSpread(x);
  if (x >= DERIVATIVE_SERIES_MAX) {
    const decay = meanDecayDerivatives(x);
    const slope = (decay.value * decay.value - 3 * value) / x;
    return { value, slope, curvature: (2 * decay.value * decay.slope - 4 * slope) / x };
  }
  let k = 2;
  let single = 1 / 2;
  let double = 4 / 2;
  const [slope, curvature] = seriesDerivatives(x, () => {
    k++;
    single *= -1 / k;
    double *= -2 / k;
    return (4 * single - double) / 2;
  });
  return { value, slope, curvature };
}
