import { ln, lnGammaHalfStep, log1p } from '@aitrader/core-numeric';
import { item, read } from '@aitrader/model';
import { requireLaw } from './hmm-chain.ts';
import { EstimationError } from './estimation-error.ts';

/*
 * What one column of an observation looks like in one regime. An observation of several columns is emitted as if they were
 * independent given the regime: its density is the product of theirs.
 *
 * 1. A missing value (NaN) has ln density 0 in every regime: it says nothing.
 * 2. The density of a value 1e6 sd away is finite in logarithms.
 */

export interface GaussianEmission {
  readonly family: 'gaussian';
  readonly mean: number;
  readonly sd: number;
}

/** Student's t moved to `location` and stretched by `scale`: its variance is scale² dof / (dof − 2). */
export interface StudentEmission {
  readonly family: 'student';
  readonly location: number;
  readonly scale: number;
  readonly dof: number;
}

/** The symbols 0, 1, … with a probability each. */
export interface DiscreteEmission {
  readonly family: 'discrete';
  readonly probabilities: readonly number[];
}

export type Emission = GaussianEmission | StudentEmission | DiscreteEmission;

const HALF_LN_2PI = 0.9189385332046727;
const LN_PI = 1.1447298858494002;

/** The parameters of an emission by their stable names, in this order. */
export function emissionParameters(emission: Emission): readonly (readonly [name: string, value: number])[] {
  switch (emission.family) {
    case 'gaussian':
      return [
        ['mu', emission.mean],
        ['sd', emission.sd],
      ];
    case 'student':
      return [
        ['mu', emission.location],
        ['sd', emission.scale],
        ['nu', emission.dof],
      ];
    case 'discrete':
      return emission.probabilities.map((p, symbol) => [`b${symbol}`, p]);
  }
}

/** Mean of a column in a regime, or its location; of symbols that of their numbers. */
export function centreOf(emission: Emission): number {
  switch (emission.family) {
    case 'gaussian':
      return emission.mean;
    case 'student':
      return emission.location;
    case 'discrete':
      return emission.probabilities.reduce((sum, p, symbol) => sum + p * symbol, 0);
  }
}

/** Variance of a column in a regime, Infinity where it has none; of symbols that of their numbers. */
export function varianceOf(emission: Emission): number {
  switch (emission.family) {
    case 'gaussian':
      return emission.sd * emission.sd;
    case 'student':
      return emission.dof > 2 ? (emission.scale * emission.scale * emission.dof) / (emission.dof - 2) : Infinity;
    case 'discrete': {
      const mean = centreOf(emission);
      return emission.probabilities.reduce((sum, p, symbol) => sum + p * (symbol - mean) * (symbol - mean), 0);
    }
  }
}

/** @throws EstimationError when the parameters make no distribution; `where` says whose they are */
export function requireEmission(emission: Emission, where: string): void {
  if (emission.family === 'discrete') return requireLaw(emission.probabilities, `the law of the symbols ${where}`);
  for (const [name, value] of emissionParameters(emission)) {
    const isSensible = Number.isFinite(value) && (name === 'mu' || value > 0);
    if (!isSensible)
      throw new EstimationError(`${name} ${where} must be ${name === 'mu' ? 'finite' : 'positive and finite'}: ${value}`);
  }
}

/** ln of the factor before the kernel of Student's density: Γ((ν+1)/2) / (Γ(ν/2) √(νπ) scale). */
const lnStudentFactor = ({ scale, dof }: StudentEmission): number =>
  lnGammaHalfStep(dof / 2) - 0.5 * (LN_PI + ln(dof)) - ln(scale);

/** Numbers that densities are computed from, one row of COEFFICIENTS for each regime and column. */
export interface DensityTable {
  readonly regimes: number;
  readonly columns: number;
  readonly coefficients: Float64Array;
  /** ln probabilities of the symbols of all discrete emissions, one after the other */
  readonly symbols: Float64Array;
}

/** Offsets in a row: which of the families, and what is known before the observation. */
const COEFFICIENT = { family: 0, location: 1, inverseScale: 2, lnFactor: 3, dof: 4, firstSymbol: 5, symbolCount: 6 } as const;
const COEFFICIENTS = 7;
const FAMILY = { gaussian: 0, student: 1, discrete: 2 } as const;

/** The table of a model's emissions, regime by regime. */
export function densityTable(emissions: readonly (readonly Emission[])[]): DensityTable {
  const regimes = emissions.length;
  const columns = item(emissions, 0).length;
  const coefficients = new Float64Array(regimes * columns * COEFFICIENTS);
  const symbols: number[] = [];
  emissions.flat().forEach((emission, index) => {
    const row = index * COEFFICIENTS;
    const set = (offset: number, value: number): void => {
      coefficients[row + offset] = value;
    };
    set(COEFFICIENT.family, FAMILY[emission.family]);
    switch (emission.family) {
      case 'gaussian':
        set(COEFFICIENT.location, emission.mean);
        set(COEFFICIENT.inverseScale, 1 / emission.sd);
        set(COEFFICIENT.lnFactor, -HALF_LN_2PI - ln(emission.sd));
        break;
      case 'student':
        set(COEFFICIENT.location, emission.location);
        set(COEFFICIENT.inverseScale, 1 / emission.scale);
        set(COEFFICIENT.lnFactor, lnStudentFactor(emission));
        set(COEFFICIENT.dof, emission.dof);
        break;
      case 'discrete':
        set(COEFFICIENT.firstSymbol, symbols.length);
        set(COEFFICIENT.symbolCount, emission.probabilities.length);
        symbols.push(...emission.probabilities.map((p) => ln(p)));
    }
  });
  return { regimes, columns, coefficients, symbols: Float64Array.from(symbols) };
}

/** ln density of one value in the row at `row` of the table; −Infinity for a symbol that is none. */
function lnDensity({ coefficients, symbols }: DensityTable, row: number, value: number): number {
  const family = read(coefficients, row + COEFFICIENT.family);
  if (family === FAMILY.discrete) {
    const isSymbol = Number.isInteger(value) && value >= 0 && value < read(coefficients, row + COEFFICIENT.symbolCount);
    return isSymbol ? read(symbols, read(coefficients, row + COEFFICIENT.firstSymbol) + value) : -Infinity;
  }
  const z = (value - read(coefficients, row + COEFFICIENT.location)) * read(coefficients, row + COEFFICIENT.inverseScale);
  const lnFactor = read(coefficients, row + COEFFICIENT.lnFactor);
  if (family === FAMILY.gaussian) return lnFactor - 0.5 * z * z;
  const dof = read(coefficients, row + COEFFICIENT.dof);
  return lnFactor - 0.5 * (dof + 1) * log1p((z * z) / dof);
}

/** Writes ln density in each regime of the observation at `at` of `observations` from `into` of `lnDensities` on. No allocation. */
export function writeLnDensities(
  table: DensityTable,
  observations: Float64Array,
  at: number,
  lnDensities: Float64Array,
  into: number,
): void {
  const { regimes, columns } = table;
  let row = 0;
  for (let regime = 0; regime < regimes; regime++) {
    let sum = 0;
    for (let column = 0; column < columns; column++, row += COEFFICIENTS) {
      const value = read(observations, at + column);
      if (!Number.isNaN(value)) sum += lnDensity(table, row, value);
    }
    lnDensities[into + regime] = sum;
  }
}
