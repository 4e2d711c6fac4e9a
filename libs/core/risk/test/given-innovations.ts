/** Markets whose symbols move together as told. For specs only. */
import { AT, STATE_WIDTH, epochMs, newStateSlice, reserveStates, shardOf, ticker, type StateSlice } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { newCorrelations, estimateCorrelations, type Correlations } from '../src/correlation.ts';
import { hearStates, newInnovations, type Innovations } from '../src/innovations.ts';

/** Numbers in [0, 1) that look random: a linear congruence of 2^31 − 1 (Park and Miller 1988). */
export function randomFrom(seed: number): () => number {
  let state = 1 + (seed % 2_147_483_646);
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

export const normalFrom = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

export const TEN_BP_E8 = 100_000;

/** States of one minute, over shards: a z for each symbol that has one. */
export function statesOf(t: number, z: Readonly<Record<string, number>>, shards = 1): StateSlice[] {
  return Array.from({ length: shards }, (_, shard) => {
    const symbols = Object.keys(z)
      .filter((symbol) => shardOf(symbol, shards) === shard)
      .sort();
    const slice = newStateSlice(shard, symbols.length);
    reserveStates(slice, symbols.length);
    Object.assign(slice, { t: epochMs(t), count: symbols.length, symbols: symbols.map(ticker) });
    symbols.forEach((symbol, i) => {
      slice.rows[i * STATE_WIDTH + AT.z] = Math.round((z[symbol] ?? 0) * 1000);
      slice.rows[i * STATE_WIDTH + AT.volatility] = TEN_BP_E8;
    });
    return slice;
  });
}

/** Five minutes of each of so many half hours. The innovation of a symbol is what `loadings` makes of common factors, and of its own. */
export function marketOf(
  loadings: Readonly<Record<string, readonly number[]>>,
  blocks: number,
  seed: number,
  shards = 1,
): { readonly innovations: Innovations; readonly correlations: Correlations } {
  const [innovations, correlations] = [newInnovations(), newCorrelations()];
  const random = randomFrom(seed);
  const factors = Math.max(...Object.values(loadings).map((row) => row.length));
  const open = newYorkInstant('2025-01-06', 9 * 60 + 30);
  for (let block = 0; block <= blocks; block++) {
    for (let minute = 1; minute <= 5; minute++) {
      const common = Array.from({ length: factors }, () => normalFrom(random));
      const z = Object.fromEntries(
        Object.entries(loadings).map(([symbol, row]) => {
          const own = Math.sqrt(Math.max(0, 1 - row.reduce((sum, one) => sum + one * one, 0)));
          return [symbol, row.reduce((sum, one, k) => sum + one * (common[k] ?? 0), own * normalFrom(random))];
        }),
      );
      const t = epochMs(open + (block * 30 + minute) * 60_000);
      if (hearStates(innovations, t, statesOf(t, z, shards))) estimateCorrelations(correlations, innovations);
    }
  }
  return { innovations, correlations };
}

export const slotOf = ({ index }: Innovations, symbol: string): number => index.slots.get(ticker(symbol)) ?? -1;
