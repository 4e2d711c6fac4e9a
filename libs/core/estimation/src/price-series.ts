import { ln } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';

/** Log returns in per cent from each price to the next, one fewer than prices: 100 ln(pₜ / pₜ₋₁). */
export const percentReturns = (prices: Float64Array): Float64Array =>
  Float64Array.from({ length: Math.max(0, prices.length - 1) }, (_, i) => 100 * ln(read(prices, i + 1) / read(prices, i)));

/** Logarithms of prices in basis points: 10 000 ln p. */
export const logPricesBp = (prices: Float64Array): Float64Array => prices.map((price) => 10_000 * ln(price));
