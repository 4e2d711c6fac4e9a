import { dollarsOf, type Cash } from '@aitrader/model';
import type { Interval } from './interval.ts';

/** What a run came to. Money in dollars; drawdown as a fraction of the peak. */
export interface RunSummary {
  readonly bars: number;
  readonly slices: number;
  readonly counts: { readonly signals: number; readonly orders: number; readonly denials: number; readonly fills: number };
  readonly equity: { readonly start: number; readonly end: number };
  readonly maxDrawdown: number;
}

export interface RunTally {
  readonly add: (interval: Interval) => void;
  readonly current: () => RunSummary;
}

/** Counts a run's facts and follows its equity, from risk's own account of it. */
export function newRunTally(startingCash: Cash): RunTally {
  const counts = { signals: 0, orders: 0, denials: 0, fills: 0 };
  let bars = 0;
  let slices = 0;
  let equity: number = startingCash;
  let peak: number = startingCash;
  let maxDrawdown = 0;
  return {
    add: ({ bars: barSlices, signals, report, decision }) => {
      for (const slice of barSlices) bars += slice.count;
      for (const slice of signals) counts.signals += slice.signals.length;
      slices += 1;
      counts.orders += decision.orders.length;
      counts.denials += decision.denials.length;
      counts.fills += report.fills.length;
      equity = decision.account.equity;
      if (equity > peak) peak = equity;
      else if (peak > 0) maxDrawdown = Math.max(maxDrawdown, (peak - equity) / peak);
    },
    current: () => ({
      bars,
      slices,
      counts: { ...counts },
      maxDrawdown,
      equity: { start: dollarsOf(startingCash), end: dollarsOf(equity as Cash) },
    }),
  };
}
