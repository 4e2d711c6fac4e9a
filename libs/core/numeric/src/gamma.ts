import { ln, log1p } from './elementary.ts';

const HALF_LN_2PI = 0.9189385332046727;
/** From here on seven terms of Stirling's series are exact to the last bit: the eighth is below 3e-17. */
const STIRLING_MIN = 10;

/** What Stirling's formula lacks, for x ≥ 10: B(2k) / (2k (2k − 1) x^(2k−1)), k = 1 … 7. Source: DLMF 5.11.1. */
export function stirlingCorrection(x: number): number {
  const s = 1 / (x * x);
  const tail = -1 / 1680 + s * (1 / 1188 + s * (-691 / 360360 + s * (1 / 156)));
  return (1 / 12 + s * (-1 / 360 + s * (1 / 1260 + s * tail))) / x;
}

/**
 * ln Γ(x) for x > 0, within about 1e-14 + 1e-15 |ln Γ(x)|. Stirling's series (DLMF 5.11.1) from x = 10 on; below, the recurrence
 * Γ(x) = Γ(x + 1) / x (DLMF 5.5.1) leads there. @throws RangeError for x ≤ 0 or NaN
 */
export function lnGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`lnGamma needs x > 0, got ${x}`);
  if (x === Infinity) return Infinity;
  let shifted = x;
  let product = 1;
  while (shifted < STIRLING_MIN) {
    product *= shifted;
    shifted += 1;
  }
  return (shifted - 0.5) * ln(shifted) - shifted + HALF_LN_2PI + stirlingCorrection(shifted) - ln(product);
}

/**
 * ln(Γ(x + ½) / Γ(x)) for x > 0, without the cancellation of two large logarithms: Stirling's formula of both, subtracted by
 * hand, and the recurrence below x = 10. @throws RangeError for x ≤ 0 or NaN
 */
export function lnGammaHalfStep(x: number): number {
  if (!(x > 0)) throw new RangeError(`lnGammaHalfStep needs x > 0, got ${x}`);
  let shifted = x;
  let ratio = 1;
  while (shifted < STIRLING_MIN) {
    ratio *= shifted / (shifted + 0.5);
    shifted += 1;
  }
  const corrections = stirlingCorrection(shifted + 0.5) - stirlingCorrection(shifted);
  return shifted * log1p(0.5 / shifted) + 0.5 * ln(shifted) - 0.5 + corrections + ln(ratio);
}

const requirePositive = (name: string, x: number): void => {
  if (!(x > 0)) throw new RangeError(`${name} needs x > 0, got ${x}`);
};

/**
 * ψ(x), the derivative of ln Γ, for x > 0, within about 1e-14 (1 + |ψ(x)|). The asymptotic series (DLMF 5.11.2) from x = 10 on;
 * below, ψ(x) = ψ(x + 1) − 1/x (DLMF 5.5.2) leads there. @throws RangeError for x ≤ 0 or NaN
 */
export function digamma(x: number): number {
  requirePositive('digamma', x);
  if (x === Infinity) return Infinity;
  let shifted = x;
  let sum = 0;
  for (; shifted < STIRLING_MIN; shifted += 1) sum -= 1 / shifted;
  const s = 1 / (shifted * shifted);
  const tail = 1 / 240 - s * (1 / 132 - s * (691 / 32760 - s * (1 / 12 - s * (3617 / 8160))));
  return sum + ln(shifted) - 0.5 / shifted - s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * tail)));
}

/**
 * ψ′(x), the second derivative of ln Γ, for x > 0, relatively within about 1e-14. The asymptotic series (DLMF 5.15.8) from x = 10
 * on; below, ψ′(x) = ψ′(x + 1) + 1/x² (DLMF 5.15.5) leads there. @throws RangeError for x ≤ 0 or NaN
 */
export function trigamma(x: number): number {
  requirePositive('trigamma', x);
  let shifted = x;
  let sum = 0;
  for (; shifted < STIRLING_MIN; shifted += 1) sum += 1 / (shifted * shifted);
  const s = 1 / (shifted * shifted);
  const tail = 1 / 30 - s * (5 / 66 - s * (691 / 2730 - s * (7 / 6 - s * (3617 / 510))));
  return sum + (1 + 0.5 / shifted + s * (1 / 6 - s * (1 / 30 - s * (1 / 42 - s * tail)))) / shifted;
}
