export { exp, ln, log1p, pow } from './elementary.ts';
export { toFixedPoint } from './fixed-point.ts';
export { lnGamma, lnGammaHalfStep } from './gamma.ts';
export { chiSquareCdf, chiSquareSurvival, gammaLower, gammaUpper } from './incomplete-gamma.ts';
export { kolmogorovSmirnovSurvival, kolmogorovSurvival } from './kolmogorov-smirnov.ts';
export { normalCdf, normalPdf, normalQuantile } from './normal.ts';
export { digamma, trigamma } from './polygamma.ts';
export { studentTCdf, studentTLnPdf, studentTPdf, studentTQuantile } from './student-t.ts';
