export { atan, exp, ln, log1p, pow } from './elementary.ts';
export { isRoundable, nearestInteger, toFixedPoint } from './fixed-point.ts';
export { digamma, lnGamma, lnGammaHalfStep, trigamma } from './gamma.ts';
export { chiSquareCdf, chiSquareSurvival, gammaLower, gammaUpper } from './incomplete-gamma.ts';
export { kolmogorovSmirnovSurvival, kolmogorovSurvival } from './kolmogorov-smirnov.ts';
export { type Derivatives, levelSpread, levelSpreadDerivatives, meanDecay, meanDecayDerivatives } from './mean-reversion.ts';
export { normalCdf, normalPdf, normalQuantile } from './normal.ts';
export { type RandomStream, newRandomStream, nextBell, nextBelow, nextUniform } from './random-stream.ts';
export { studentTCdf, studentTLnPdf, studentTPdf, studentTQuantile } from './student-t.ts';
