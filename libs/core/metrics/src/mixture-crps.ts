import { read } from '@aitrader/model';
import { exp, studentTCdf } from '@aitrader/core-numeric';
import { crpsOfStudentT } from './crps.ts';
import { requireMean, requireStudentT, requireWeights, type StudentTMixture } from './forecast.ts';

/*
 * The CRPS of a mixture of Student t's, for which no closed form is known. Completing the square under the integral,
 *
 *     CRPS(Σ w_i F_i, y) = Σ w_i CRPS(F_i, y) − ∫ Σ w_i (F_i(x) − F(x))² dx,   F = Σ w_i F_i:
 *
 * the scores of the components, less what they gain by disagreeing. The first part is exact. The second one, the diversity, knows
 * nothing of the outcome, vanishes when the components agree, and its integrand falls off twice as fast as a tail does.
 *
 * 1. The diversity is at least 0, and 0 when all components are equal.
 * 2. A mixture of Gaussians, infinitely many degrees of freedom, scores as the closed form says.
 */

/** The first step of the trapezoidal rule, and how often it is halved at most. */
const FIRST_STEP = 0.5;
const HALVINGS_MAX = 10;
/** Halving the step squares the error of the rule, as a rule: a larger change could be small by chance, one this small is the error. */
const CONVERGED = 1e-12;
/** In units of the least scale, below the rounding of any score: components this close differ by rounding alone. */
const TOO_SMALL_TO_COUNT = 1e-14;
/** A term this small beside the sum, out of sight of all components, ends it. */
const NEGLIGIBLE = 1e-17;

/**
 * Σ w_i (F_i(x) − F(x))² in the upper tails on side 1 and the lower ones on side −1, so that it is relatively exact on both. They
 * are taken from the first one, so that it is 0 when all are equal. `tails` is scratch space, one place per component.
 */
function disagreement(mixture: StudentTMixture, x: number, side: number, tails: Float64Array): number {
  let first = NaN;
  let mean = 0;
  mixture.forEach(({ weight, location, scale, dof }, i) => {
    const tail = studentTCdf((-side * (x - location)) / scale, dof);
    if (i === 0) first = tail;
    tails[i] = tail - first;
    mean += weight * (tail - first);
  });
  let squares = 0;
  mixture.forEach(({ weight }, i) => {
    const difference = read(tails, i) - mean;
    squares += weight * difference * difference;
  });
  return squares;
}

/** Where the components with a weight lie: x = centre + unit · sinh(t) has them all inside |x − centre| ≤ reach. */
interface Extent {
  readonly used: StudentTMixture;
  readonly centre: number;
  readonly unit: number;
  readonly reach: number;
}

function extentOf(mixture: StudentTMixture): Extent {
  const used = mixture.filter(({ weight }) => weight > 0);
  const centre = used.reduce((sum, { weight, location }) => sum + weight * location, 0);
  const unit = used.reduce((least, { scale }) => Math.min(least, scale), Infinity);
  const reach = used.reduce((most, { location, scale }) => Math.max(most, Math.abs(location - centre) + scale), 0);
  return { used, centre, unit, reach };
}

/** Sum of the terms at t = side · (first + k step), k = 0, 1, …, up to where they no longer count beside `known`. */
function sumOfSide(extent: Extent, side: number, first: number, step: number, known: number): number {
  const { used, centre, unit, reach } = extent;
  const tails = new Float64Array(used.length);
  let sum = 0;
  for (let t = first; ; t += step) {
    const growth = exp(t);
    const offset = (unit * (growth - 1 / growth)) / 2;
    const term = (disagreement(used, centre + side * offset, side, tails) * unit * (growth + 1 / growth)) / 2;
    sum += term;
    if (offset > reach && !(term > NEGLIGIBLE * (known + sum))) return sum;
  }
}

/**
 * ∫ Σ w_i (F_i(x) − F(x))² dx of a mixture of Student t's with more than one degree of freedom, in the unit of the outcome.
 * Trapezoidal rule on x = centre + sinh(t) times the least scale, whose error falls exponentially with 1 / step; the step is halved
 * until that is below about 1e-12 of the diversity. Some hundred distribution functions per component when the locations agree within
 * a few scales; the further apart they lie, the more. @throws RangeError for bad components or weights, or locations so
 * far apart in units of the least scale (about a thousand) that the rule does not settle
 */
export function studentTDiversity(mixture: StudentTMixture): number {
  requireWeights(mixture);
  for (const component of mixture) {
    requireStudentT(component);
    requireMean(component);
  }
  const extent = extentOf(mixture);
  let step = FIRST_STEP;
  let sum = sumOfSide(extent, 1, 0, step, 0);
  sum += sumOfSide(extent, -1, step, step, sum);
  for (let halvings = 0; halvings < HALVINGS_MAX; halvings++) {
    const between = sumOfSide(extent, 1, step / 2, step, sum) + sumOfSide(extent, -1, step / 2, step, sum);
    const change = Math.abs(between - sum);
    sum += between;
    step /= 2;
    if (change <= CONVERGED * sum || step * change <= TOO_SMALL_TO_COUNT * extent.unit) return step * sum;
  }
  throw new RangeError(`components ${extent.reach} from their centre are too far apart for scales of ${extent.unit}`);
}

/**
 * CRPS of a mixture of Student t's with more than one degree of freedom each: the mean of the components' scores less
 * `diversity`, which is studentTDiversity(mixture) and can be computed once for all outcomes of a forecast. Within about 1e-12 of itself.
 * @throws RangeError for bad components or weights, or an outcome that is not finite
 */
export function crpsOfStudentTMixture(mixture: StudentTMixture, y: number, diversity = studentTDiversity(mixture)): number {
  const scores = mixture.reduce((sum, component) => sum + component.weight * crpsOfStudentT(component, y), 0);
  return scores - diversity;
}
