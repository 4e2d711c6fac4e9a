/*
 * The law of an account's profit and loss over a horizon, from what it holds and how far symbols move, each and together.
 *
 * Returns are taken as jointly Student t with `DOF` degrees of freedom: t margins of the symbols' own scales, joined by a t copula with their
 * shrunk correlations, which has large losses come together (McNeil, Frey and Embrechts, "Quantitative Risk Management", 2015, sections 6.2.1,
 * 7.3.1). A sum of such returns is a t of the same shape, so the law is known without drawing anything; parts of it add up (Euler's principle,
 * section 8.5: each symbol's part of a quantile or a shortfall is its covariance with the account, over the variance of the account).
 *
 * 1. Parts add up to the whole, to the unit.
 * 2. The order of the holdings, and the one in which symbols were first seen, changes nothing where the caller sorts them.
 */
import { compareText, FORECAST_LEVELS, item, type Ticker } from '@aitrader/model';
import { studentTPdf, studentTQuantile } from '@aitrader/core-numeric';
import { addExposure, commonWith, newExposure, ownShare, type Correlations } from './correlation.ts';
import type { Innovations } from './innovations.ts';

/** Name and version, as forecasts tell it. */
export const LAW = 'student-t/2';
/** Few enough that a crash is no surprise. */
export const DOF = 5;
const TO_UNIT_VARIANCE = Math.sqrt((DOF - 2) / DOF);

/** Quantiles of the law with a standard deviation of 1. */
export const UNIT_QUANTILES: readonly number[] = FORECAST_LEVELS.map((level) => studentTQuantile(level, DOF) * TO_UNIT_VARIANCE);
/** The expected loss in the worst 2.5 %, as a multiple of the 2.5 % quantile: pdf(q) / α · (ν + q²) / (ν − 1) / −q. Source: as above, section 2.3.4. */
export const SHORTFALL_PER_QUANTILE = shortfallPerQuantile(FORECAST_LEVELS[0]);

function shortfallPerQuantile(level: number): number {
  const quantile = studentTQuantile(level, DOF);
  return ((studentTPdf(quantile, DOF) / level) * (DOF + quantile * quantile)) / (DOF - 1) / -quantile;
}

/** What is held of a symbol, in money, short below 0, and the standard deviation of its return. */
export interface Holding {
  readonly symbol: Ticker;
  readonly amount: number;
  readonly sd: number;
}

/** Money: the standard deviation of the whole, and each holding's part of it, in the order of symbols; the parts add up to it. */
export interface AccountLaw {
  readonly sd: number;
  readonly parts: readonly { readonly symbol: Ticker; readonly part: number }[];
}

const NOTHING_HELD: AccountLaw = { sd: 0, parts: [] };

/** O(holdings). */
export function accountLawOf(holdings: readonly Holding[], innovations: Innovations, correlations: Correlations): AccountLaw {
  if (holdings.length === 0) return NOTHING_HELD;
  const sorted = [...holdings].sort((a, b) => compareText(a.symbol, b.symbol));
  const slots = sorted.map(({ symbol }) => innovations.index.slots.get(symbol) ?? -1);
  const all = newExposure();
  sorted.forEach(({ amount, sd }, i) => addExposure(all, correlations, innovations, item(slots, i), amount * sd));
  const covariances = sorted.map(({ amount, sd }, i) => {
    const slot = item(slots, i);
    const own = amount * sd;
    return own * (commonWith(all, correlations, innovations, slot) + (1 - ownShare(correlations, slot)) * own);
  });
  const variance = covariances.reduce((sum, one) => sum + one, 0);
  const sd = Math.sqrt(Math.max(0, variance));
  return { sd, parts: sorted.map(({ symbol }, i) => ({ symbol, part: sd > 0 ? item(covariances, i) / sd : 0 })) };
}

/** Parts of a whole number in proportion to `parts`, whole numbers that add up to it: what rounding leaves goes to the largest. */
export function wholeParts(whole: number, parts: readonly number[]): number[] {
  const sum = parts.reduce((total, part) => total + part, 0);
  if (sum === 0) return parts.map(() => 0);
  const rounded = parts.map((part) => Math.round((whole * part) / sum));
  const largest = parts.reduce((best, part, i) => (Math.abs(part) > Math.abs(item(parts, best)) ? i : best), 0);
  const left = whole - rounded.reduce((total, part) => total + part, 0);
  rounded[largest] = item(rounded, largest) + left;
  return rounded;
}
