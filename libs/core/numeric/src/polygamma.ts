import { ln } from './elementary.ts';

/** From here on the terms kept of either series are exact to the last bits. */
const ASYMPTOTIC_MIN = 12;

/**
 * ψ(x) = d/dx ln Γ(x) for x > 0, within 1e-14 + 1e-15 |ψ(x)|. Source: DLMF 5.11.2 from x = 12 on; below, the recurrence
 * ψ(x) = ψ(x + 1) − 1/x (DLMF 5.5.2) leads there. @throws RangeError for x ≤ 0 or NaN
 */
export function digamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`digamma needs x > 0, got ${x}`);
  let shifted = x;
  let shift = 0;
  while (shifted < ASYMPTOTIC_MIN) {
    shift += 1 / shifted;
    shifted += 1;
  }
  const s = 1 / (shifted * shifted);
  const tail = 1 / 252 - s * (1 / 240 - s * (1 / 132 - s * (691 / 32760 - s * (1 / 12))));
  return ln(shifted) - 0.5 / shifted - s * (1 / 12 - s * (1 / 120 - s * tail)) - shift;
}

/**
 * ψ′(x) for x > 0, within 1e-15 of itself times a few. Source: the derivative of DLMF 5.11.2 and 5.5.2, as in digamma.
 * @throws RangeError for x ≤ 0 or NaN
 */
export function trigamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`trigamma needs x > 0, got ${x}`);
  let shifted = x;
  let shift = 0;
  while (shifted < ASYMPTOTIC_MIN) {
    shift += 1 / (shifted * shifted);
    shifted += 1;
  }
  const s = 1 / (shifted * shifted);
  const tail = 1 / 42 - s * (1 / 30 - s * (5 / 66 - s * (691 / 2730 - s * (7 / 6))));
  return (1 + 0.5 / shifted + s * (1 / 6 - s * (1 / 30 - s * tail))) / shifted + shift;
}
