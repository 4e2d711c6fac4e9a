import type { StreamedBar } from '@aitrader/adapter-live-bars';
import { takeBar, type BarRank, type LiveMinutes, type Taken } from '@aitrader/core-market';
import type { LiveListener } from './live-feed-options.ts';

/** What a vendor says that is worth a word: the others are every day's. */
const TOLD: ReadonlySet<Taken> = new Set<Taken>(['off-grid', 'not-over', 'no-session', 'malformed', 'too-old']);

/** Takes a bar that a vendor said, and tells what is worth a word. */
export function takeStreamed(live: LiveMinutes, bar: StreamedBar, rank: BarRank, at: number, listener: LiveListener): void {
  const taken = takeBar(live, bar.symbol, bar, rank, at);
  if (TOLD.has(taken)) listener.leftAside(`a bar of ${bar.symbol} at ${bar.t}: ${taken}`);
}
