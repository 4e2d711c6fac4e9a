import { digamma, exp, ln, lnGammaHalfStep, log1p, trigamma } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';

/*
 * Student's degrees of freedom ν from weighted squares of standardised values.
 *
 * 1. The result lies within its bounds, and its likelihood is at least that of the ν before it.
 */

/** ln L of ν and its first two derivatives. */
interface DofLikelihood {
  readonly value: number;
  readonly slope: number;
  readonly curvature: number;
}

const ITERATIONS_MAX = 50;
/** Where a relative step is this small ν is known far better than any sample tells it. */
const STEP_MIN = 1e-10;
/** Halvings of a step that does not raise the likelihood. */
const HALVINGS_MAX = 20;

/** Σ weight ln density over the squares, up to a constant. With h(ν) = ln Γ((ν + 1)/2) − ln Γ(ν/2) − ½ ln ν for the factor. */
function likelihood(squares: Float64Array, weights: Float64Array, dof: number): DofLikelihood {
  let total = 0;
  let logs = 0;
  let slopes = 0;
  let curvatures = 0;
  for (let t = 0; t < squares.length; t++) {
    const weight = read(weights, t);
    const u = read(squares, t) / dof;
    const share = u / (1 + u);
    total += weight;
    logs += weight * log1p(u);
    // ∂ share = −share (1 − share) / ν
    slopes += weight * share;
    curvatures += weight * share * share;
  }
  const half = (dof + 1) / 2;
  const factor = lnGammaHalfStep(dof / 2) - 0.5 * ln(dof);
  const factorSlope = 0.5 * (digamma(half) - digamma(dof / 2) - 1 / dof);
  const factorCurvature = 0.25 * (trigamma(half) - trigamma(dof / 2)) + 0.5 / (dof * dof);
  return {
    value: total * factor - half * logs,
    slope: total * factorSlope - 0.5 * logs + (half / dof) * slopes,
    curvature: total * factorCurvature + (half * curvatures - slopes) / (dof * dof),
  };
}

/**
 * The ν in [dofMin, dofMax] that maximises Σ weight ln density, reached from `before` by Newton's steps in ln ν, each shortened
 * until it raises the likelihood. The squares are those of standardised values, z².
 */
export function dofOfScatter(
  squares: Float64Array,
  weights: Float64Array,
  before: number,
  dofMin: number,
  dofMax: number,
): number {
  const inside = (dof: number): number => Math.min(dofMax, Math.max(dofMin, dof));
  let dof = inside(before);
  let here = likelihood(squares, weights, dof);
  for (let count = 0; count < ITERATIONS_MAX; count++) {
    const slope = here.slope * dof;
    const curvature = here.curvature * dof * dof + slope;
    if (!Number.isFinite(curvature)) return dof;
    let step = curvature < 0 ? Math.min(1, Math.max(-1, -slope / curvature)) : Math.sign(slope);
    let halvings = 0;
    let next = here;
    let tried = dof;
    for (; halvings < HALVINGS_MAX; halvings++, step /= 2) {
      tried = inside(dof * exp(step));
      next = likelihood(squares, weights, tried);
      if (next.value >= here.value) break;
    }
    if (halvings === HALVINGS_MAX) return dof;
    const moved = Math.abs(tried / dof - 1);
    dof = tried;
    here = next;
    if (moved < STEP_MIN) return dof;
  }
  return dof;
}
