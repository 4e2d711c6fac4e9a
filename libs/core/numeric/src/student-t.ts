import { exp, ln, log1p } from './elementary.ts';
import { lnGammaHalfStep } from './gamma.ts';
import { normalCdf, normalQuantile } from './normal.ts';

/*
 * Invariants
 * 1. studentTCdf inverts studentTQuantile.
 * 2. studentTQuantile(1 − p) = −studentTQuantile(p) as far as 1 − p is exact, and it rises with p.
 * 3. With dof = 1 and 2 it agrees with the closed forms.
 */

const HALF_LN_PI = 0.5723649429247001;
const SMALLEST = 1e-300;
const CLOSE_ENOUGH = 1e-16;
/** The fraction needs about √dof terms, which the largest dof it is used for bounds. */
const TERMS_MAX = 10_000;
const NEWTON_STEPS_MAX = 200;
/** From here on the expansion around the normal quantile is exact to the last bits. */
const NEARLY_NORMAL_DOF = 3e4;

const requireDof = (dof: number): void => {
  if (!(dof > 0)) throw new RangeError(`degrees of freedom must be positive, got ${dof}`);
};

/** Keeps a denominator of the continued fraction off zero. */
const offZero = (x: number): number => (Math.abs(x) < SMALLEST ? SMALLEST : x);

/** The continued fraction of the incomplete beta function. Source: DLMF 8.17.22, by the modified Lentz algorithm. */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / offZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= TERMS_MAX; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / offZero(1 + even * d);
    c = offZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / offZero(1 + odd * d);
    c = offZero(1 + odd / c);
    const factor = d * c;
    fraction *= factor;
    if (Math.abs(factor - 1) <= CLOSE_ENOUGH) return fraction;
  }
  return fraction;
}

/**
 * ln of t · density(t) for t > 0, which is also ln of x^a (1 − x)^b / B(a, b), the factor before the fraction, with a = dof / 2,
 * b = ½ and x = dof / (dof + t²).
 */
function lnScaledDensity(t: number, dof: number): number {
  return ln(t) + lnGammaHalfStep(dof / 2) - HALF_LN_PI - 0.5 * ln(dof) - ((dof + 1) / 2) * log1p((t * t) / dof);
}

/** Whether the fraction converges fast for the tail (else it does for the centre). Source: DLMF 8.17(v). */
const tailIsFast = (t: number, dof: number): boolean => dof / (dof + t * t) <= (dof / 2 + 1) / (dof / 2 + 2.5);

/** P(0 < T ≤ t) for t > 0, relatively exact when it is small. */
function centralMass(t: number, dof: number): number {
  if (tailIsFast(t, dof)) return 0.5 - upperTail(t, dof);
  return exp(lnScaledDensity(t, dof)) * betaFraction((t * t) / (dof + t * t), 0.5, dof / 2);
}

/** P(T > t) for t > 0, relatively exact when it is small. */
function upperTail(t: number, dof: number): number {
  if (!tailIsFast(t, dof)) return 0.5 - centralMass(t, dof);
  return (exp(lnScaledDensity(t, dof)) * betaFraction(dof / (dof + t * t), dof / 2, 0.5)) / dof;
}

/** ln of the density of Student's t with `dof` degrees of freedom at x; the normal one for Infinity. @throws RangeError for dof ≤ 0 or a NaN */
export function studentTLnPdf(x: number, dof: number): number {
  requireDof(dof);
  if (x !== x) throw new RangeError('the density of Student t at NaN');
  if (dof === Infinity) return -0.5 * x * x - 0.5 * ln(2) - HALF_LN_PI;
  return lnGammaHalfStep(dof / 2) - HALF_LN_PI - 0.5 * ln(dof) - ((dof + 1) / 2) * log1p((x * x) / dof);
}

/** Density of Student's t with `dof` degrees of freedom at x. @throws RangeError for dof ≤ 0 or a NaN */
export const studentTPdf = (x: number, dof: number): number => exp(studentTLnPdf(x, dof));

/**
 * The z that a standard normal exceeds as often as Student's t with a large `dof` exceeds t. Source: Hill (1970), Algorithm 395,
 * Comm. ACM 13; at 3e4 degrees of freedom its next term is below 1e-15.
 */
function nearlyNormalDeviate(t: number, dof: number): number {
  const a = dof - 0.5;
  const b = 48 * a * a;
  const s = a * log1p((t * t) / dof);
  const z = Math.sign(t) * Math.sqrt(s);
  const first = (s + 3) / b;
  const second = (855 + s * (240 + s * (33 + s * 4))) / (10 * b * (b + 0.8 * s * s + 100));
  return z + z * (first - second);
}

/**
 * P(T ≤ t) for Student's t with `dof` degrees of freedom, Infinity being the normal distribution, within about 2e-13; relatively
 * exact in the lower tail. Source: DLMF 8.17. @throws RangeError for dof ≤ 0 or a NaN
 */
export function studentTCdf(t: number, dof: number): number {
  requireDof(dof);
  if (t !== t) throw new RangeError('studentTCdf of NaN');
  if (Math.abs(t) === Infinity) return t < 0 ? 0 : 1;
  if (dof >= NEARLY_NORMAL_DOF) return normalCdf(dof === Infinity ? t : nearlyNormalDeviate(t, dof));
  if (t === 0) return 0.5;
  return t < 0 ? upperTail(-t, dof) : 0.5 + centralMass(t, dof);
}

/**
 * The t > 0 with P(T > t) = q, by Newton's steps on ln P against ln t. That curve is concave and falls, and the normal quantile
 * lies left of the solution, so that the first step goes beyond it and all later ones come back towards it.
 */
function tailQuantile(q: number, dof: number): number {
  let t = -normalQuantile(q);
  for (let i = 0; i < NEWTON_STEPS_MAX; i++) {
    const tail = upperTail(t, dof);
    const step = (ln(tail / q) * tail) / exp(lnScaledDensity(t, dof));
    t *= exp(step);
    if (Math.abs(step) <= CLOSE_ENOUGH * 10) break;
  }
  return t;
}

/** The t > 0 with P(0 < T ≤ t) = mass, by Newton's steps from 0: the mass is concave in t, so that they only rise. */
function centralQuantile(mass: number, dof: number): number {
  let t = mass / studentTPdf(0, dof);
  for (let i = 0; i < NEWTON_STEPS_MAX; i++) {
    const step = (mass - centralMass(t, dof)) / studentTPdf(t, dof);
    t += step;
    if (Math.abs(step) <= CLOSE_ENOUGH * 10 * t) break;
  }
  return t;
}

/** Quantile for a large dof as a series around the normal one. Source: Abramowitz and Stegun 26.7.5. */
function nearlyNormalQuantile(p: number, dof: number): number {
  const z = normalQuantile(p);
  const s = z * z;
  const first = (z * (s + 1)) / 4;
  const second = (z * (3 + s * (16 + 5 * s))) / 96;
  const third = (z * (-15 + s * (17 + s * (19 + s * 3)))) / 384;
  const fourth = (z * (-945 + s * (-1920 + s * (1482 + s * (776 + s * 79))))) / 92160;
  return z + (first + (second + (third + fourth / dof) / dof) / dof) / dof;
}

/**
 * The t with P(T ≤ t) = p for Student's t with `dof` degrees of freedom, relatively within about 2e-13 for p down to 1e-100;
 * ∓Infinity at p = 0 and 1. The distribution function of DLMF 8.17 inverted by Newton's method.
 * @throws RangeError for p outside 0 … 1 or dof ≤ 0
 */
export function studentTQuantile(p: number, dof: number): number {
  requireDof(dof);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability lies in 0 … 1, got ${p}`);
  if (p === 0.5) return 0;
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity;
  if (dof >= NEARLY_NORMAL_DOF) return dof === Infinity ? normalQuantile(p) : nearlyNormalQuantile(p, dof);
  const tail = p < 0.5 ? p : 1 - p;
  const t = tail < 0.25 ? tailQuantile(tail, dof) : centralQuantile(Math.abs(0.5 - p), dof);
  if (!(t < Infinity)) throw new RangeError(`the ${p} quantile with ${dof} degrees of freedom is too large`);
  return p < 0.5 ? -t : t;
}
