export { atan, exp, ln, log1p, pow } from './elementary.ts';
export { isRoundable, nearestInteger, toFixedPoint } from './fixed-point.ts';
export { digamma, lnGamma, lnGammaHalfStep, trigamma } from './gamma.ts';
export { type Derivatives, levelSpread, levelSpreadDerivatives, meanDecay, meanDecayDerivatives } from './mean-reversion.ts';
export { normalCdf, normalQuantile } from './normal.ts';
export { studentTCdf, studentTPdf, studentTQuantile } from './student-t.ts';
