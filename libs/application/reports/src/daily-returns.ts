import { tradeDateAt } from '@aitrader/core-sessions';
import { item } from '@aitrader/model';
import type { AccountCurve } from './account-history.ts';

/** An account by trade date: its equity at the last interval of each, in dollars, and its return since that of the date before. */
export interface DailyAccount {
  readonly dates: readonly string[];
  readonly equity: readonly number[];
  readonly returns: readonly number[];
  /** the most of the equity that was held in positions at the end of an interval, and the mean, as fractions of it */
  readonly exposureMost: readonly number[];
  readonly exposureMean: readonly number[];
}

/** The curve by trade date. An account without anything has nothing to earn with. */
export function dailyAccountOf({ t, equity, gross }: AccountCurve, startEquity: number): DailyAccount {
  const daily = { dates: [], equity: [], returns: [], exposureMost: [], exposureMean: [] } as {
    [Key in keyof DailyAccount]: DailyAccount[Key][number][];
  };
  let before = startEquity;
  for (let from = 0; from < t.length;) {
    const date = tradeDateAt(item(t, from));
    let to = from;
    let [most, sum] = [0, 0];
    for (; to < t.length && tradeDateAt(item(t, to)) === date; to++) {
      const exposure = item(equity, to) > 0 ? item(gross, to) / item(equity, to) : 0;
      most = Math.max(most, exposure);
      sum += exposure;
    }
    const close = item(equity, to - 1);
    daily.dates.push(date);
    daily.equity.push(close);
    daily.returns.push(before > 0 ? close / before - 1 : 0);
    daily.exposureMost.push(most);
    daily.exposureMean.push(sum / (to - from));
    before = close;
    from = to;
  }
  return daily;
}
