import { exp, ln } from '@aitrader/core-numeric';
import { read, readInt32 } from '@aitrader/model';
import type { MarketBars } from '@aitrader/application-markets';

/**
 * The yardstick of the in-process host: a bare loop over the same bars with about the arithmetic of one state (two by two
 * filter, variance, regime) and nothing else: no slices, no emission, no digest. Returns bars per second.
 */
export function bareKernelRate(table: MarketBars): number {
  const symbols = table.symbols.length;
  const level = new Float64Array(symbols);
  const velocity = new Float64Array(symbols);
  const variance = new Float64Array(symbols).fill(1);
  const calm = new Float64Array(symbols).fill(0.9);
  const started = performance.now();
  let sum = 0;
  for (let i = 0; i < table.count; i++) {
    const s = readInt32(table.symbol, i);
    const innovation = ln(read(table.close, i)) * 1e4 - read(level, s) - read(velocity, s);
    const v = 0.97 * read(variance, s) + 0.03 * innovation * innovation;
    const gain = v / (v + 0.02 * v + 1e-9);
    const likely = exp((-0.5 * innovation * innovation) / (v + 1e-9));
    const p = 0.995 * read(calm, s) + 0.03 * (1 - read(calm, s));
    calm[s] = (p * likely) / (p * likely + (1 - p) * exp((-0.08 * innovation * innovation) / (v + 1e-9)) * 0.4 + 1e-12);
    level[s] = read(level, s) + read(velocity, s) + gain * innovation;
    velocity[s] = 0.98 * read(velocity, s) + 0.05 * gain * innovation;
    variance[s] = v;
    sum += read(calm, s);
  }
  if (!Number.isFinite(sum)) throw new Error('the yardstick lost its way');
  return table.count / ((performance.now() - started) / 1000);
}
