import { tradeDateAt } from '@aitrader/core-sessions';
import { dollarsOf, type Cash, type EpochMs } from '@aitrader/model';
import type { Interval } from '@aitrader/runtime-engine';

/** What a trial came to. Money in dollars, drawdown as a fraction of the peak. */
export interface TrialOutcome {
  /** over all facts of its run, as a backtest with the same configuration has it */
  readonly digest: string;
  readonly counts: { readonly signals: number; readonly orders: number; readonly denials: number; readonly fills: number };
  readonly equity: { readonly start: number; readonly end: number };
  readonly maxDrawdown: number;
  /** trade dates with an interval, YYYY-MM-DD */
  readonly dates: readonly string[];
  /** by trade date: equity at its last interval over that of the date before, or over the starting cash, − 1 */
  readonly returns: readonly number[];
}

export interface TrialTally {
  /** a trade date begins with the interval that comes next */
  readonly begin: () => void;
  readonly add: (interval: Interval) => void;
  readonly current: () => Omit<TrialOutcome, 'digest' | 'dates'>;
}

/** Follows the trade dates of intervals: `enter` says whether one begins with this interval. */
export interface DateClock {
  readonly dates: string[];
  readonly enter: (t: EpochMs) => boolean;
}

/** A clock before its first interval. */
export function newDateClock(): DateClock {
  const dates: string[] = [];
  return {
    dates,
    enter: (t) => {
      const date = tradeDateAt(t);
      if (date === dates.at(-1)) return false;
      dates.push(date);
      return true;
    },
  };
}

/** Follows one trial by risk's own account of it. */
export function newTrialTally(startingCash: Cash): TrialTally {
  const counts = { signals: 0, orders: 0, denials: 0, fills: 0 };
  const closes: number[] = [];
  let equity: number = startingCash;
  let peak: number = startingCash;
  let maxDrawdown = 0;
  let isBegun = false;
  return {
    begin: () => {
      if (isBegun) closes.push(equity);
      isBegun = true;
    },
    add: ({ signals, report, decision }) => {
      for (const slice of signals) counts.signals += slice.signals.length;
      counts.orders += decision.orders.length;
      counts.denials += decision.denials.length;
      counts.fills += report.fills.length;
      equity = decision.account.equity;
      if (equity > peak) peak = equity;
      else if (peak > 0) maxDrawdown = Math.max(maxDrawdown, (peak - equity) / peak);
    },
    current: () => {
      const all = isBegun ? [...closes, equity] : closes;
      return {
        counts: { ...counts },
        equity: { start: dollarsOf(startingCash), end: dollarsOf(equity as Cash) },
        maxDrawdown,
        returns: all.map((close, at) => returnOf(at === 0 ? startingCash : (all[at - 1] ?? 0), close)),
      };
    },
  };
}

/** An account without anything has nothing to earn with. */
const returnOf = (before: number, after: number): number => (before > 0 ? after / before - 1 : 0);
