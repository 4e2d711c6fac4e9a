import { exp, ln } from './elementary.ts';

/*
 * Invariants
 * 1. normalCdf never falls, and normalCdf(z) + normalCdf(−z) = 1 within 1e-15.
 * 2. normalQuantile inverts normalCdf.
 */

const ONE_OVER_SQRT_2PI = 0.3989422804014327;
/** Borders of the three approximations, in standard deviations. */
const CENTRE_MAX = 0.67448975;
const SHOULDER_MAX = 5.656854249492381;
/** Beyond, the tail is below the smallest double. */
const TAIL_MAX = 38.6;
/** Beyond, the density is below the smallest double too. */
const DENSITY_MAX = 39;

/** Φ(z) − ½ for |z| ≤ 0.67449. */
function centre(z: number): number {
  const s = z * z;
  const above =
    18154.981253343561249 +
    s * (1067.6894854603709582 + s * (161.02823106855587881 + s * (2.2352520354606839287 + s * 0.065682337918207449113)));
  const below =
    45507.789335026729956 + s * (10260.932208618978205 + s * (976.09855173777669322 + s * (47.20258190468824187 + s)));
  return (z * above) / below;
}

/** exp(y²/2) (1 − Φ(y)) for 0.67449 < y ≤ √32. */
function shoulder(y: number): number {
  const above =
    9842.7148383839780218 +
    y *
      (11602.651437647350124 +
        y *
          (6848.1904505362823326 +
            y *
              (2494.5375852903726711 +
                y *
                  (597.27027639480026226 +
                    y *
                      (93.506656132177855979 +
                        y * (8.8831497943883759412 + y * (0.39894151208813466764 + y * 1.0765576773720192317e-8)))))));
  const below =
    19685.429676859990727 +
    y *
      (38912.003286093271411 +
        y *
          (34900.952721145977266 +
            y *
              (18615.571640885098091 +
                y *
                  (6485.558298266760755 +
                    y * (1519.377599407554805 + y * (235.38790178262499861 + y * (22.266688044328115691 + y)))))));
  return above / below;
}

/** exp(y²/2) (1 − Φ(y)) for y > √32. */
function farTail(y: number): number {
  const s = 1 / (y * y);
  const above =
    2.9112874951168792e-5 +
    s *
      (0.001421619193227893466 +
        s * (0.022235277870649807 + s * (0.1274011611602473639 + s * (0.21589853405795699 + s * 0.02307344176494017303))));
  const below =
    7.29751555083966205e-5 +
    s * (0.00378239633202758244 + s * (0.0659881378689285515 + s * (0.468238212480865118 + s * (1.28426009614491121 + s))));
  return (ONE_OVER_SQRT_2PI - (s * above) / below) / y;
}

/** exp(−y²/2) in two factors: the first exponent is exact, so that squaring a large y loses nothing. */
function farDensity(y: number): number {
  const coarse = Math.trunc(y * 16) / 16;
  return exp(-0.5 * coarse * coarse) * exp(-0.5 * (y - coarse) * (y + coarse));
}

/** φ(z): density of the standard normal distribution. @throws RangeError for NaN */
export function normalPdf(z: number): number {
  if (z !== z) throw new RangeError('normalPdf of NaN');
  return ONE_OVER_SQRT_2PI * farDensity(Math.min(Math.abs(z), DENSITY_MAX));
}

/**
 * Φ(z): P(Z ≤ z) for a standard normal Z, to about 1e-15, and to a few 1e-15 of itself in the lower tail. Source: Cody (1969),
 * "Rational Chebyshev approximations for the error function", Math. Comp. 23, as arranged in Cody (1993), Algorithm 715 (ANORM).
 * @throws RangeError for NaN
 */
export function normalCdf(z: number): number {
  const y = Math.abs(z);
  if (y <= CENTRE_MAX) return 0.5 + centre(z);
  if (y > TAIL_MAX) return z > 0 ? 1 : 0;
  if (y !== y) throw new RangeError('normalCdf of NaN');
  const tail = y <= SHOULDER_MAX ? exp(-0.5 * y * y) * shoulder(y) : farDensity(y) * farTail(y);
  return z > 0 ? 1 - tail : tail;
}

/** Horner's rule over coefficients from the constant on. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, c) => sum * x + c, 0);
}

const CENTRAL = {
  above: [
    3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457,
    67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
  ],
  below: [
    1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867, 39307.89580009271061,
    28729.085735721942674, 5226.495278852545925,
  ],
} as const;
const OUTER = {
  above: [
    1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504, 1.27045825245236838258,
    0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
  ],
  below: [
    1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459, 0.0151986665636164571966,
    5.475938084995344946e-4, 1.05075007164441684324e-9,
  ],
} as const;
const FAR = {
  above: [
    6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123, 0.026532189526576123093,
    0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
  ],
  below: [
    1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
    1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
  ],
} as const;

/**
 * The z with Φ(z) = p, to about 1e-15 relative; ∓Infinity at p = 0 and 1. Source: Wichura (1988), Algorithm AS 241 (PPND16),
 * Applied Statistics 37. @throws RangeError for p outside 0 … 1 or NaN
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability lies in 0 … 1, got ${p}`);
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(CENTRAL.above, r)) / polynomial(CENTRAL.below, r);
  }
  const tail = q < 0 ? p : 1 - p;
  if (tail === 0) return q < 0 ? -Infinity : Infinity;
  const r = Math.sqrt(-ln(tail));
  const { above, below, shift } = r <= 5 ? { ...OUTER, shift: 1.6 } : { ...FAR, shift: 5 };
  const z = polynomial(above, r - shift) / polynomial(below, r - shift);
  return q < 0 ? -z : z;
}
