/*
 * Several strategies may want the same symbol at once. No two of them trade against one another.
 *
 * 1. What is wanted of a symbol is the sum of what is wanted, longs less shorts: the smaller side gets nothing, and both nothing where they are
 *    alike.
 * 2. An account holds a symbol for one signal at a time: the net goes to the best signal of the larger side, and never is more than that
 *    signal was worth alone. Every other one gets nothing.
 * 3. The order in which signals come changes nothing.
 */
import type { Direction, Ticker } from '@aitrader/model';

/** What a signal is worth alone, as a share of equity; the best of a symbol comes first. */
export interface Wanted {
  readonly symbol: Ticker;
  readonly direction: Direction;
  readonly stake: number;
}

/** What is left of each stake, in the order given. O(signals). */
export function netStakes(wanted: readonly Wanted[]): number[] {
  const sides = new Map<Ticker, [longs: number, shorts: number]>();
  for (const { symbol, direction, stake } of wanted) {
    const of = sides.get(symbol) ?? [0, 0];
    of[direction === 1 ? 0 : 1] += stake;
    sides.set(symbol, of);
  }
  const served = new Set<Ticker>();
  return wanted.map(({ symbol, direction, stake }) => {
    const [longs, shorts] = sides.get(symbol) ?? [0, 0];
    const net = direction * (longs - shorts);
    if (!(net > 0 && stake > 0) || served.has(symbol)) return 0;
    served.add(symbol);
    return Math.min(stake, net);
  });
}
